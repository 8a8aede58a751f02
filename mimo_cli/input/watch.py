"""Who watches while something is read that takes time, and how long it may take. Pure."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.phrases import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from mimo_cli.phrases import Phrase

    Show = Callable[[Phrase], None]
    """Is called again and again with what is under way; with `NOTHING` no row stays."""


@contextlib.contextmanager
def _no_row() -> Iterator[Show]:
    yield _ignore


def _ignore(_: Phrase) -> None:
    """Tell nobody."""


def _unlimited() -> None:
    """Return no number of seconds."""


class Watch(NamedTuple):
    """`row` shows what is under way as long as it is open; `detail` is told what some want to know.

    `left` gives the seconds that are left for all that is read, None for no limit.
    """

    row: Callable[[], AbstractContextManager[Show]] = _no_row
    detail: Callable[[Phrase], None] = _ignore
    left: Callable[[], float | None] = _unlimited


NOBODY = Watch()


class Step(NamedTuple):
    """One thing that is under way, and who is shown it."""

    show: Show = _ignore
    what: Phrase = NOTHING

    def tick(self) -> None:
        """Show that it is still under way."""
        self.show(self.what)
