"""Reads a page in a process of its own, which is ended when it takes too long or too much.

No parser of HTML is proof against pages that are made to cost: each of those that were measured
(docs/decisions/0011) takes minutes for some 10 MB. A thread could not be ended.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.input import own_process, programs
from mimo_cli.input.watch import Step
from mimo_cli.phrases import Phrase
from mimo_cli.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.attachments.web.readable import Readable

_LONGEST = 10_000_000
"""Characters of a text; lists within lists are indented, so it may be longer than its page."""
_MOST_PRINTED = 16 * _LONGEST
"""Bytes: a character takes twelve at most in JSON."""
_UNSEEN = Step()
_DEEP_ENOUGH = 10_000
"""Python's frames, for a tree of `readable`'s depth."""


class Cost(NamedTuple):
    """What reading a page may take: seconds of the clock and of a processor, and bytes."""

    seconds: float = 45.0
    processor: int = 15
    memory: int = 1 << 30


class TooCostlyError(Exception):
    """The page took more than it may."""


def read(
    html: str,
    url: str,
    cost: Cost,
    environ: Mapping[str, str],
    *,
    signals: Signals | None = None,
    step: Step = _UNSEEN,
) -> Readable:
    """Return the readable text of a page. Signals end the process; `step` is shown meanwhile.

    Raises:
        TooCostlyError: it takes too long, too much, or cannot be read at all.
        LocalIOError: there is no room to hand it over, or no process can be started.
        Interrupted: a signal came.
    """
    from mimo_cli.attachments.web.readable import Readable

    means = programs.Means(environ, signals or Signals(), step.tick)
    what = Phrase("cannot hand over a page to be read")
    text = json.dumps({"html": html, "url": url, "cost": cost})
    try:
        done = own_process.run(
            __name__, text, means, what, seconds=cost.seconds, most=_MOST_PRINTED
        )
    except (programs.LateError, programs.ExcessError) as error:
        raise TooCostlyError from error
    if done.code != 0:
        raise TooCostlyError(done.complaint)
    return Readable(*json.loads(done.output))


def serve() -> None:
    """Read a page from stdin and write it to stdout: the process."""
    own_process.end_with_the_reader()
    asked = json.load(sys.stdin)
    cost = Cost(*asked["cost"])
    own_process.limit(frames=_DEEP_ENOUGH, processor=cost.processor, memory=cost.memory)
    from mimo_cli.attachments.web import readable

    found = readable.read(asked["html"], asked["url"])
    if len(found.text) > _LONGEST:
        sys.exit("too long")
    json.dump(found, sys.stdout)
