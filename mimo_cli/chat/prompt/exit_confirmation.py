"""Ctrl-C on an empty line: the first says how to leave, a second one soon after leaves. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

HINT = Phrase("Ctrl-C again or Ctrl-D leaves")
SECONDS = 1.0
"""How soon the second one has to come."""


class ExitConfirmation:
    """Counts the presses, by a clock in seconds that never goes back."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until: float | None = None

    def press(self) -> bool:
        """Note a press. Return whether it is the second, so that the user leaves."""
        if self.is_pending:
            return True
        self._until = self._monotonic() + SECONDS
        return False

    def reset(self) -> None:
        """Ask for two presses again: something else was typed."""
        self._until = None

    @property
    def is_pending(self) -> bool:
        """Whether one more press leaves: the time to show the hint."""
        return self._until is not None and self._monotonic() < self._until
