"""What `mimo doctor` looks at: one small function a check, in the order they are shown.

To add a check: a function that returns a `Check`, and a row in `LOCAL`. Those of `connection` build
on one another: its generator `checks` calls them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.doctor import account, connection, installation, proxies, storage, terminal
from mimo_cli.doctor.check import Check, Subject, inspect
from mimo_cli.phrases import verbatim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["LOCAL", "Check", "Subject", "checks", "inspect"]

LOCAL: tuple[Callable[[Subject], Check], ...] = (
    installation.versions,
    installation.program,
    installation.completion,
    storage.config,
    storage.profile,
    storage.project,
    storage.history,
    storage.cache,
    terminal.terminal,
    terminal.color,
    terminal.text,
    account.key,
    account.server,
    account.model,
    account.system,
    proxies.proxy,
    proxies.certificates,
)


def checks(subject: Subject, *, offline: bool) -> Iterator[Check]:
    """Yield the checks, each when it is done."""
    for check in LOCAL:
        yield check(subject)
    if offline:
        yield from connection.skip(verbatim("--offline"))
    else:
        yield from connection.checks(subject)
