"""The checks as they fit on one screen where all is well. Pure; what a script reads is whole."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mimo_cli.doctor.check import Check

_BESIDE = {
    "project": "profile",
    "color": "terminal",
    "certificates": "proxy",
    "tls": "connection",
    "clock": "request",
}
"""What is told in the row of another check, where both are well, or there is nothing to be."""


def abridged(checks: Iterable[Check], home: str, fits: Callable[[Phrase], bool]) -> Iterator[Check]:
    """Yield the checks with shorter paths, and two in one where their texts fit into one row."""
    paths = _Paths(home)
    held: Check | None = None
    for found in checks:
        check = paths.shortened(found) if found.state == "ok" else found
        if held is not None:
            both = _joined(held, check)
            if both is not None and fits(both.text):
                held = None
                yield both
                continue
            yield held
            held = None
        if check.state == "ok" and check.name in _BESIDE.values():
            held = check
        else:
            yield check
    if held is not None:
        yield held


def copied_values(text: Phrase) -> list[str]:
    """Return the paths and addresses in a text: they are there to be copied."""
    found: list[str] = []

    def note(value: str) -> str:
        if value.startswith((os.sep, f"~{os.sep}")) or "://" in value:
            found.append(value)
        return value

    text.with_values(note)
    return found


def _joined(first: Check, second: Check) -> Check | None:
    """Return two checks as one, None where each has a row of its own."""
    if second.state not in ("ok", "skipped") or _BESIDE.get(second.name) != first.name:
        return None
    text = Phrase("{text} · {name}: {other}", text=first.text, name=second.name, other=second.text)
    return replace(first, text=text)


class _Paths:
    """Tells each path once, in the home folder from there; after that its name alone."""

    def __init__(self, home: str) -> None:
        self._home = home.rstrip(os.sep) + os.sep
        self._seen: set[str] = set()

    def shortened(self, check: Check) -> Check:
        """Return a check with its paths made short."""
        return replace(check, text=check.text.with_values(self._shortened))

    def _shortened(self, value: str) -> str:
        if not value.startswith(os.sep):
            return value
        if value in self._seen:
            return value.rpartition(os.sep)[2] or value
        self._seen.add(value)
        is_at_home = len(self._home) > 1 and value.startswith(self._home)
        return f"~{os.sep}{value[len(self._home) :]}" if is_at_home else value
