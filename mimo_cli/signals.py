"""Signals as exceptions, and only where they may be.

SIGINT, SIGTERM, SIGHUP and SIGQUIT raise `Interrupted` in the main thread, at once, unless they are
held: what must not end half-way (drawing on a terminal, say) holds them for its short time. A
second one ends the process. Systems without some of these signals go without.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING, NoReturn

from mimo_cli.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_FORGIVEN_SECONDS = 1.0
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")


class Signals:
    """The signals of this process. Before `catch` nothing is changed, and holding is free.

    `owns_process` False (a test, say) leaves the process's signals alone.
    """

    def __init__(self, *, owns_process: bool = False) -> None:
        self._owns_process = owns_process
        self._depth = 0
        self._pending: int | None = None
        self._ending = False
        self._forgives = False
        self._first = 0.0  # when the first of several came
        self._restore: Callable[[], None] = lambda: None
        self._take: Callable[[int], bool] | None = None
        self._wants_stop = False
        self._suspend: Callable[[], None] = lambda: None
        self._resume: Callable[[], None] = lambda: None

    def catch(self, *, forgiving: bool = False) -> None:
        """Begins, or begins again: there is something to keep now, and nothing is being imported.

        A signal the parent had ignored (`nohup`, a background job) stays ignored. `forgiving`:
        more of Ctrl-C within a second is the same wish, and does not end the process.
        """
        self._ending = False
        self._forgives = forgiving
        for name in _ENDING if self._owns_process else ():
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._end)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Lets what is inside run to its end; a signal that came meanwhile takes effect after.

        Raises:
            Interrupted: one came.
        """
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
        if self._depth == 0 and self._pending is not None:
            number, self._pending = self._pending, None
            self._interrupt(number)
        if self._depth == 0 and self._wants_stop:
            self._wants_stop = False
            self._stop()

    @contextlib.contextmanager
    def left_to_child(self) -> Iterator[None]:
        """While another program has the terminal (an editor), Ctrl-C is its business."""
        if not self._owns_process:
            yield
            return
        # A handler, not SIG_IGN: the child would inherit that.
        before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    @contextlib.contextmanager
    def suspending(self, suspend: Callable[[], None], resume: Callable[[], None]) -> Iterator[None]:
        """Calls `suspend` before Ctrl-Z stops the process, and `resume` when it goes on."""
        number = getattr(signal, "SIGTSTP", None)
        ignored = number is not None and signal.getsignal(number) is signal.SIG_IGN
        if number is None or ignored or not self._owns_process:
            yield
            return
        self._suspend, self._resume = suspend, resume
        before = signal.signal(number, self._want_stop)
        try:
            yield
        finally:
            signal.signal(number, before)

    @contextlib.contextmanager
    def given_to(self, take: Callable[[int], bool]) -> Iterator[None]:
        """Inside, a signal is not raised but given to `take`: an event loop would be torn by it.

        `take` says whether the process is going to end for it, or raises what it likes.
        """
        before, self._take = self._take, take
        try:
            yield
        finally:
            self._take = before

    @contextlib.contextmanager
    def restoring(self, restore: Callable[[], None]) -> Iterator[None]:
        """Calls `restore` should the process have to end without unwinding what is inside."""
        before, self._restore = self._restore, restore
        try:
            yield
        finally:
            self._restore = before

    def _end(self, number: int, _frame: FrameType | None) -> None:
        if self._ending or self._pending is not None:  # a second one: there is no patience left
            is_late = time.monotonic() > self._first + _FORGIVEN_SECONDS
            if self._forgives and number == signal.SIGINT and not is_late:
                return
            self._restore()
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        self._first = time.monotonic()
        if self._depth:
            self._pending = number
        elif self._take is not None:
            self._ending = self._take(number)
        else:
            self._interrupt(number)

    def _interrupt(self, number: int) -> NoReturn:
        self._ending = True
        raise Interrupted(number)

    def _want_stop(self, _number: int, _frame: FrameType | None) -> None:
        if self._depth:
            self._wants_stop = True
        else:
            self._stop()

    def _stop(self) -> None:
        with self.held():
            self._suspend()
        before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)  # stops here, until somebody says `fg`
        signal.signal(signal.SIGTSTP, before)
        with self.held():
            self._resume()
