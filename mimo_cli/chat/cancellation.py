"""Ctrl-C from the press of Enter to the answer's last row: it stops that turn, and nothing else."""

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


class Stop:
    """The wish to stop a turn, which may come before there is anything to stop.

    Where nobody types (not `interactive`), Ctrl-C is raised at once and ends the program.
    """

    def __init__(self, signals: Signals, *, interactive: bool) -> None:
        self._signals = signals
        self._is_interactive = interactive
        self._is_wished = False

    def wish(self) -> None:
        """Stop the turn that Enter began, as soon as it can be."""
        self._is_wished = True
        self._signals.pressed = time.monotonic()

    def is_repeated(self) -> bool:
        """Return whether a press at the prompt is one of those that stopped the turn before it.

        Whoever presses three times to be sure does not mean to leave, nor to clear the question
        that came back.
        """
        now = time.monotonic()
        is_same = now - self._signals.pressed < _SAME_SECONDS
        if is_same:
            self._signals.pressed = now
        return is_same

    def forget(self) -> None:
        """The next Enter begins another turn."""
        self._is_wished = False

    @contextlib.contextmanager
    def noting(self) -> Iterator[None]:
        """Inside, Ctrl-C is a wish: the chat is between two states, and must not be torn apart."""
        with self._signals.noting(self.wish) if self._is_interactive else contextlib.nullcontext():
            yield

    @contextlib.contextmanager
    def raising(self) -> Iterator[None]:
        """Inside, Ctrl-C is raised; what was wished before is raised at once.

        Raises:
            Interrupted: there is such a wish.
        """
        with self._signals.noting(None):
            if self._is_wished:
                self.forget()
                raise Interrupted(signal.SIGINT)
            yield
