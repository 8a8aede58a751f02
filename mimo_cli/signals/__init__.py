"""Signals as exceptions, and only where they may be.

SIGINT, SIGTERM, SIGHUP and SIGQUIT raise `Interrupted` in the main thread, at once, unless they are
held: what must not end half-way (drawing on a terminal, say) holds them for its short time. A
second one ends the process. Systems without some of these signals go without.

A signal that ends the process does so in time, whatever the outputs do. From it on a timer ticks:
a write that has made no progress since the tick before (the reader of a pipe was stopped, a
terminal by Ctrl-S) is given up by `Stuck`, and at `LAST_SECONDS` the process ends without unwinding
any further. Should the main thread be where no handler runs (SQLite waits for a lock, say), the
`watchdog` ends it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import weakref
from typing import TYPE_CHECKING, NoReturn

from mimo_cli.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from mimo_cli.signals.watchdog import Watchdog

LAST_SECONDS = 0.15
"""How long what came may take to be written out and kept, from the signal on."""

_FORGIVEN_SECONDS = 1.0
_FIRST_TICK, _TICK = 0.04, 0.02
_AGAIN = 0.001
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")


class Stuck(BaseException):
    """Raised out of a write that makes no progress while the process has to end."""


class Signals:
    """The signals of this process. Before `catch` nothing is changed, and holding is free.

    `owns_process` False (a test, say) leaves the process's signals alone.
    """

    def __init__(self, *, owns_process: bool = False) -> None:
        self.writing = 0
        """The number of the piece that is being written, 0 for none. Set by whoever calls a write
        that may block, and has to expect `Stuck` until it is 0 again."""
        self.pieces = 0
        """How many pieces were begun: each has a number of its own."""
        self.pressed = -_FORGIVEN_SECONDS
        """When Ctrl-C last stopped something, on the clock that never goes back."""
        self._owns_process = owns_process
        self._depth = 0
        self._pending: int | None = None
        self._ending = False
        self._last: int | None = None  # the signal that ends the process
        self._written = 0  # what was being written at the last tick
        self._watchdog: Watchdog | None = None
        self._forgives = False
        self._number = 0  # the signal that was raised last
        self._raised: weakref.ref[Interrupted] | None = None  # dead when nobody has it any more
        self._is_lost = False  # in a callback
        self._first = 0.0  # when the first of several came
        self._restore: Callable[[], None] = lambda: None
        self._take: Callable[[int], bool] | None = None
        self._note: Callable[[], None] | None = None
        self._wants_stop = False
        self._suspend: Callable[[], None] = lambda: None
        self._resume: Callable[[], None] = lambda: None

    @property
    def is_ending(self) -> bool:
        """Whether a signal has come that ends the process."""
        return self._last is not None

    def catch(self, *, forgiving: bool = False) -> None:
        """Begin, or begin again: there is something to keep now.

        A signal the parent had ignored (`nohup`, a background job) stays ignored. `forgiving`, from
        then on: Ctrl-C stops what is done, and never ends the process by itself; more of it within
        a second is the same wish.
        """
        self._ending, self._raised = False, None
        self._forgives = self._forgives or forgiving
        if not self._owns_process:
            return
        if hasattr(signal, "setitimer") and self._watchdog is None:
            from mimo_cli.signals.watchdog import Watchdog  # not for those that keep nothing

            self._watchdog = Watchdog(LAST_SECONDS, self._is_fatal, self._give_back)
            signal.signal(signal.SIGALRM, self._tick)  # first: the others lead to it
            sys.unraisablehook = self._hear_unraisable
        self.watch()
        for number in _numbers():
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._end)

    def watch(self) -> None:
        """Go on watching: an event loop has begun to, or has ended."""
        if self._watchdog is not None:
            self._watchdog.start()

    def release(self) -> None:
        """Give the signals back to the system: there is nothing left to keep."""
        for number in _numbers() if self._owns_process else ():
            if signal.getsignal(number) == self._end:
                signal.signal(number, signal.SIG_DFL)
        if self._watchdog is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._watchdog.stop()
        self._last = None

    def _is_fatal(self, number: int) -> bool:
        """Return whether a signal ends the process, even if no handler could run."""
        return number in _numbers() and not (self._forgives and number == signal.SIGINT)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Let what is inside run to its end; a signal that came meanwhile takes effect after.

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
        """Leave Ctrl-C to another program that has the terminal, inside: an editor, say.

        The terminal is given to it as it would be to the shell (see `suspending`).
        """
        if not self._owns_process:
            yield
            return
        # A handler, not SIG_IGN: the child would inherit that.
        before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
        try:
            self._suspend()
            yield
        finally:
            self._resume()
            signal.signal(signal.SIGINT, before)

    @contextlib.contextmanager
    def suspending(self, suspend: Callable[[], None], resume: Callable[[], None]) -> Iterator[None]:
        """Call `suspend` before Ctrl-Z stops the process, and `resume` when it goes on.

        What is outside of it, and was to be called too, is after the one and before the other.
        """
        outer_suspend, outer_resume = self._suspend, self._resume

        def suspend_all() -> None:
            suspend()
            outer_suspend()

        def resume_all() -> None:
            outer_resume()
            resume()

        self._suspend, self._resume = suspend_all, resume_all
        try:
            with self._stopping():
                yield
        finally:
            self._suspend, self._resume = outer_suspend, outer_resume

    @contextlib.contextmanager
    def _stopping(self) -> Iterator[None]:
        """Let Ctrl-Z stop the process when it may be stopped, inside, unless it is ignored."""
        number = getattr(signal, "SIGTSTP", None)
        ignored = number is not None and signal.getsignal(number) is signal.SIG_IGN
        if number is None or ignored or not self._owns_process:
            yield
            return
        before = signal.signal(number, self._want_stop)
        try:
            yield
        finally:
            signal.signal(number, before)

    @contextlib.contextmanager
    def given_to(self, take: Callable[[int], bool]) -> Iterator[None]:
        """Give a signal to `take`, inside, and do not raise it: an event loop would be torn by it.

        `take` says whether the process is going to end for it, or raises what it likes.
        """
        before, self._take = self._take, take
        try:
            yield
        finally:
            self._take = before
            self.watch()

    @contextlib.contextmanager
    def noting(self, note: Callable[[], None] | None) -> Iterator[None]:
        """Tell `note` of Ctrl-C, inside, and do not raise it; None: it is raised as ever.

        Other signals are raised in any case. What `given_to` takes is not noted.
        """
        before, self._note = self._note, note
        try:
            yield
        finally:
            self._note = before
            if self._last is None:
                self._ending = False  # what was raised has ended what it was to end

    @contextlib.contextmanager
    def restoring(self, restore: Callable[[], None]) -> Iterator[None]:
        """Call `restore` should the process have to end without unwinding what is inside.

        What is outside of it, and was to be restored too, is after it.
        """
        before = self._restore

        def restore_all() -> None:
            restore()
            before()

        self._restore = restore_all
        try:
            yield
        finally:
            self._restore = before

    def _end(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT and self._take is None:
            self.pressed = time.monotonic()
        if number == signal.SIGINT and self._note is not None and self._take is None:
            self._note()
            return
        is_fatal = self._is_fatal(number)
        is_on_its_way = self._ending or self._pending is not None
        if self._last is not None or (is_on_its_way and not is_fatal):  # a second one
            is_late = time.monotonic() > self._first + _FORGIVEN_SECONDS
            if not is_fatal and not is_late:
                return
            if is_fatal or self._take is None:  # there is no patience left
                self._die(number)
        self._first, self._raised = time.monotonic(), None
        if self._depth:
            self._pending = number
            self._expect_end(number)
        elif self._take is not None:
            self._ending = self._take(number)
            if self._ending:
                self._expect_end(number)
        else:
            self._interrupt(number)

    def _interrupt(self, number: int) -> NoReturn:
        self._ending = True
        self._expect_end(number)
        raise self._noted(number)

    def _noted(self, number: int) -> Interrupted:
        interrupted = Interrupted(number)
        self._number, self._raised = number, weakref.ref(interrupted)
        return interrupted

    def _expect_end(self, number: int) -> None:
        """Give the process little time from now on, if this signal ends it."""
        if self._last is None and self._is_fatal(number):
            self._last, self._written = number, self.writing
            if self._owns_process and hasattr(signal, "setitimer"):
                signal.setitimer(signal.ITIMER_REAL, _FIRST_TICK, _TICK)

    def _tick(self, _number: int, _frame: FrameType | None) -> None:
        """Look how far the end has come."""
        if self._watchdog is not None and self._watchdog.is_asking:
            self._watchdog.is_asking = False
        elif (
            self._last is None and not self._is_lost
        ):  # an alarm that was set before us: `perl -e 'alarm 9; exec …'`
            self._die(signal.SIGALRM)
        if self._last is not None and time.monotonic() > self._first + LAST_SECONDS:
            self._die(self._last)
        if self._is_swallowed:
            self._is_lost = False
            self._interrupt(self._number)
        before, self._written = self._written, self.writing
        if self.writing and self.writing == before:
            raise Stuck

    @property
    def _is_swallowed(self) -> bool:
        """Whether what was raised is gone, and the process goes on as if nothing were."""
        is_gone = self._raised is not None and self._raised() is None
        return self._is_lost or (is_gone and self._last is not None)

    def _hear_unraisable(self, lost: sys.UnraisableHookArgs) -> None:
        """Raise a signal again that came in a callback, which lets nothing out.

        The import system calls one for every module.
        """
        if isinstance(lost.exc_value, Interrupted):
            self._is_lost = True
            signal.setitimer(signal.ITIMER_REAL, _AGAIN, 0 if self._last is None else _TICK)
        else:
            sys.__unraisablehook__(lost)

    def _give_back(self) -> None:
        """Restore the terminal, as whoever uses it now says."""
        self._restore()

    def _die(self, number: int) -> None:
        self._restore()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

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


def _numbers() -> list[int]:
    """Return the signals that end a process, as far as this system has them."""
    found = (getattr(signal, name, None) for name in _ENDING)
    return [number for number in found if number is not None]
