"""The process: signals in, streams, the way out. What differs between systems is here."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn, TextIO

from mimo_cli.edges import Edges
from mimo_cli.errors import Interrupted
from mimo_cli.terminal.output import Output

if TYPE_CHECKING:
    from types import FrameType

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_DIED_OF_SIGNAL = 128


def catch_signals() -> None:
    """Makes SIGINT, SIGTERM and SIGHUP raise `Interrupted`; a second one ends the process.

    A signal that the parent process had ignored (`nohup`, a background job) stays ignored.
    """
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _raise)


def surroundings() -> Edges:
    """The real edges of this process."""
    return Edges(
        environ=os.environ,
        stdin=_descriptor(sys.stdin),
        stdout=Output(_descriptor(sys.stdout), "output"),
        stderr=Output(_descriptor(sys.stderr), "stderr"),
    )


def leave(code: int) -> NoReturn:
    """Ends the process. Codes over 128 are signals: it dies of them, so that a shell knows.

    Without the interpreter's own tidying up: nothing is open that needs it, the network's thread
    may be stuck in a look-up, and it would take a tenth of a short run.
    """
    if code > _DIED_OF_SIGNAL and os.name == "posix":
        number = code - _DIED_OF_SIGNAL
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(code)


def _raise(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    raise Interrupted(number)


def _descriptor(stream: TextIO | None) -> int | None:
    """A stream's number.

    Python makes a stream None that was closed when the process began; its number may since belong
    to something else.
    """
    return None if stream is None else stream.fileno()
