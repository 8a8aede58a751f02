"""The process: what it may touch of the world, and the way out."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from mimo_cli.environment import Environment
from mimo_cli.output.output_stream import Output
from mimo_cli.phrases import Phrase
from mimo_cli.text import locales

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.signals import Signals

_DIED_OF_SIGNAL = 128
_OF_FILES = ("-f", "--file", "-o", "--output")


def surroundings(signals: Signals) -> Environment:
    """Return the real environment of this process."""
    _fill_standard_streams()
    charset = locales.charset(os.environ)
    return Environment(
        signals=signals,
        environ=os.environ,
        stdin=_descriptor(sys.stdin),
        stdout=Output(_descriptor(sys.stdout), Phrase("output"), signals, charset=charset),
        stderr=Output(_descriptor(sys.stderr), "stderr", signals, charset=charset),
        cwd=_working_folder(),
    )


def arguments(args: Sequence[str]) -> list[str]:
    """Return the words of the command line, those that are of another encoding read by that.

    What Python made of them is by its own idea of the locale. Names of files stay as they are.
    """
    if all(map(str.isascii, args)):
        return [*args]
    native = sys.getfilesystemencoding()
    local = locales.charset(os.environ) or ("" if native in ("utf-8", "ascii") else native)
    if not local:
        return [*args]  # UTF-8, or else what is no text is told where a text is wanted
    from mimo_cli.text import charsets

    before = ["", *args[:-1]]
    return [
        arg if _names_file(last, arg) else charsets.decode_words(data, local, otherwise=arg)
        for last, arg, data in zip(before, args, _as_given(args), strict=True)
    ]


def _as_given(args: Sequence[str]) -> list[bytes]:
    """Return the bytes of the words: the system's table of an encoding may differ from Python's."""
    try:
        return [os.fsencode(arg) for arg in args]
    except UnicodeEncodeError:
        try:
            whole = Path("/proc/self/cmdline").read_bytes().removesuffix(b"\0").split(b"\0")
        except OSError:  # this system does not say
            return [arg.encode("utf-8", "surrogateescape") for arg in args]
        return whole[-len(args) :]


def _names_file(before: str, arg: str) -> bool:
    is_value = before in _OF_FILES and not arg.startswith("-")
    return arg.isascii() or is_value or arg.startswith(_OF_FILES) or os.path.lexists(arg)


def leave(code: int) -> NoReturn:
    """End the process. Codes over 128 are signals: it dies of them, so that a shell knows.

    Without the interpreter's own tidying up: nothing is open that needs it, the network's thread
    may be stuck in a look-up, and it would take a tenth of a short run.
    """
    if code > _DIED_OF_SIGNAL and os.name == "posix":
        number = code - _DIED_OF_SIGNAL
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(code)


def _fill_standard_streams() -> None:
    """Put something in the place of a standard stream that was closed when the process began.

    Its number would otherwise be the next file's: a database, say, that a child process takes for
    its stderr. It is opened for reading: what is written to it fails, as it would have.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # takes the lowest number that is free: this one


def _working_folder() -> Path | None:
    """Return the working folder; None if it was deleted, or may not be known."""
    try:
        return Path.cwd()
    except OSError:
        return None


def _descriptor(stream: TextIO | None) -> int | None:
    """Return a stream's number; None for one that was closed.

    Python makes a stream None that was closed when the process began; its number may since belong
    to something else.
    """
    return None if stream is None else stream.fileno()
