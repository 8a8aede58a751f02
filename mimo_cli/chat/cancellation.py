"""Ctrl-C from the press of Enter to the answer's last row: it cancels that turn, and no more."""

from __future__ import annotations

import contextlib
import signal
import time
from typing import TYPE_CHECKING

from mimo_cli.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.signals import Signals

_SAME_SECONDS = 0.25
"""How soon after another a press is one more of the same: by hand, or of a key held down."""


class Cancellation:
    """The wish to cancel a turn, which may come before there is anything to cancel.

    Where nobody types (not `interactive`), Ctrl-C is raised at once and ends the program.
    """

    def __init__(self, signals: Signals, *, interactive: bool) -> None:
        self._signals = signals
        self._is_interactive = interactive
        self._is_requested = False

    def request(self) -> None:
        """Cancel the turn that Enter began, as soon as it can be."""
        self._is_requested = True
        self._signals.pressed = time.monotonic()

    def is_repeated_press(self) -> bool:
        """Return whether a press at the prompt is one of those that cancelled the turn before it.

        Whoever presses three times to be sure does not mean to leave, nor to clear the question
        that came back.
        """
        now = time.monotonic()
        is_same = now - self._signals.pressed < _SAME_SECONDS
        if is_same:
            self._signals.pressed = now
        return is_same

    def reset(self) -> None:
        """Forget what was wished: the next Enter begins another turn."""
        self._is_requested = False

    @contextlib.contextmanager
    def deferred(self) -> Iterator[None]:
        """Take Ctrl-C for a wish inside: the chat is between two states, and must not be torn."""
        with (
            self._signals.noting(self.request) if self._is_interactive else contextlib.nullcontext()
        ):
            yield

    @contextlib.contextmanager
    def immediate(self) -> Iterator[None]:
        """Raise Ctrl-C inside as soon as it comes, and at once what was wished before.

        Raises:
            Interrupted: there is such a wish.
        """
        with self._signals.noting(None):
            if self._is_requested:
                self.reset()
                raise Interrupted(signal.SIGINT)
            yield
