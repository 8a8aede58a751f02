"""What `mimo doctor` looks at: one small function a check, in the order they are shown.

To add a check: a function that gives a `Check`, and a row in `LOCAL`. Those of `network` build on
one another, so they are one generator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.checkup import account, network, places, programs, screen, transport
from mimo_cli.checkup.check import Check, Subject, look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["LOCAL", "Check", "Subject", "checks", "look"]

LOCAL: tuple[Callable[[Subject], Check], ...] = (
    programs.versions,
    programs.program,
    programs.completion,
    places.config,
    places.profile,
    places.project,
    places.history,
    places.cache,
    screen.terminal,
    screen.color,
    screen.text,
    account.key,
    account.server,
    account.model,
    account.system,
    transport.proxy,
    transport.certificates,
)


def checks(subject: Subject, *, offline: bool) -> Iterator[Check]:
    """The checks, each when it is done."""
    for check in LOCAL:
        yield check(subject)
    if offline:
        yield from network.skipped("--offline")
    else:
        yield from network.checks(subject)
