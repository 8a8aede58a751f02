"""Ends the process after a signal although no handler of Python's can run.

A handler runs in the main thread, and only between two instructions of Python. While that thread is
inside of a library (SQLite, which waits for another process's lock), nothing would happen. So a
thread listens to the signals by themselves (`signal.set_wakeup_fd`).
"""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOK_SECONDS, _ANSWER_SECONDS = 0.02, 0.01
_DIED_OF_SIGNAL = 128


class Watchdog:
    """Ends the process `seconds` after a signal that is `fatal`, if the main thread is stuck.

    `restore` gives the terminal back before that; it must not wait for anything. The handler of
    SIGALRM has to be one of Python's: whether that runs shows whether the main thread is alive.
    `prepared` gives what ends the process by a signal.
    """

    def __init__(
        self,
        seconds: float,
        fatal: Callable[[int], bool],
        restore: Callable[[], None],
        prepared: Callable[[], Callable[[int], None]] | None = None,
    ) -> None:
        self._seconds = seconds
        self._fatal = fatal
        self._restore = restore
        self._prepared = prepared or ender
        self._pipe: tuple[int, int] | None = None
        self._other: int | None = None  # who else is to hear of signals
        self._lock = threading.Lock()
        self._main = threading.main_thread().ident
        self.is_asking = False
        """Set to False by the handler of SIGALRM."""

    def start(self) -> None:
        """Begin, or begin again after an event loop took the descriptor: it is told of signals too.

        For the main thread.
        """
        if self._pipe is None:
            self._pipe = os.pipe()
            os.set_blocking(self._pipe[1], False)
            # Not a `threading.Thread`: this may be called while one of those is being started.
            _thread.start_new_thread(self._watch, (self._pipe[0],))
        before = signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
        if before != self._pipe[1]:
            self._tell_too(before)

    def stop(self) -> None:
        """Hear no more signals."""
        signal.set_wakeup_fd(-1)
        self._tell_too(-1)
        if self._pipe is not None:
            os.close(self._pipe[1])  # the thread ends with what it reads from
            self._pipe = None

    def _tell_too(self, descriptor: int) -> None:
        with self._lock:
            if self._other is not None:
                os.close(self._other)
            # A copy: the number may soon be another file's.
            self._other = None if descriptor < 0 else os.dup(descriptor)

    def _tell(self, data: bytes) -> None:  # pragma: no cover - not a thread that coverage follows
        with self._lock, contextlib.suppress(OSError):  # the event loop is over
            if self._other is not None:
                os.write(self._other, data)

    def _watch(
        self, descriptor: int
    ) -> None:  # pragma: no cover - not a thread that coverage follows
        while data := os.read(descriptor, 1):
            self._tell(data)
            number = data[0]
            if self._fatal(number):
                self._see_to(number, time.monotonic() + self._seconds)
            elif number == signal.SIGINT:
                time.sleep(_LOOK_SECONDS)
                self._is_alive()
        os.close(descriptor)

    def _see_to(
        self, number: int, end: float
    ) -> None:  # pragma: no cover - not a thread that coverage follows
        time.sleep(_LOOK_SECONDS)
        if self._is_alive():
            return
        end_by = self._prepared()
        time.sleep(max(0.0, end - _ANSWER_SECONDS - time.monotonic()))
        if not self._is_alive():
            self._restore()
            end_by(number)

    def _is_alive(self) -> bool:  # pragma: no cover - not a thread that coverage follows
        """Return whether the main thread runs instructions: it then sees to the end itself.

        It does from now on if the signal came just before it began to wait, too late to be noticed.
        """
        if self._pipe is None or self._main is None:
            return True  # it has come to the end, and needs no watch
        self.is_asking = True
        signal.pthread_kill(self._main, signal.SIGALRM)
        time.sleep(_ANSWER_SECONDS)
        return not self.is_asking


def ender() -> Callable[[int], None]:  # pragma: no cover - ends the process, and what is measured
    """Return what ends the process by a signal; importing what that takes is not done in time.

    `signal.signal` is for the main thread alone, hence the system's own.
    """
    try:
        import ctypes

        reset = ctypes.CDLL(None).signal
    except (ImportError, OSError, AttributeError):
        return lambda number: os._exit(_DIED_OF_SIGNAL + number)  # what a shell reports is the same

    def end_by(number: int) -> None:
        reset(number, None)  # SIG_DFL
        os.kill(os.getpid(), number)

    return end_by
