"""Standard input: read whole or line by line, and waited for as long as it may take."""

from __future__ import annotations

import os
import select
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.errors import UsageError
from mimo_cli.input.file_bytes import HEAD, LARGEST_TEXT, Read, text_limit
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase, reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.input.file_bytes import Limit

CHUNK = 64 * 1024
_WRAPPERS = 4
"""How many programs one within another are looked at."""
_SHELLS = frozenset(
    ("sh", "ash", "bash", "dash", "zsh", "fish", "ksh", "ksh93", "mksh", "lksh", "oksh", "yash")
)
_MANY_IN_ONE = frozenset({"busybox", "toybox"})
"""Programs that are shells under one name, and `timeout` under another."""


class Patience(NamedTuple):
    """How long a silent stdin is waited for, in seconds.

    `notice` is called if nothing has come for `quiet`. After `limit` seconds in all it is given up,
    None for never. `otherwise` says how a user does without stdin.
    """

    quiet: float = 0.0
    notice: Callable[[], None] | None = None
    limit: float | None = None
    otherwise: Phrase = Phrase("--no-stdin ignores it.")
    now: Callable[[], float] = time.monotonic


FOREVER = Patience()


def read(
    descriptor: int,
    patience: Patience = FOREVER,
    name: str = "stdin",
    size_limit: Limit = text_limit,
    *,
    begun: bytes = b"",
) -> bytes:
    """Return all of stdin, or of what else is open and has that name.

    `begun` is what was read of it already.

    Raises:
        UsageError: it cannot be read, is too large, or did not end in time.
    """
    now, limit = patience.now, patience.limit
    end = None if limit is None else now() + limit
    if (
        patience.notice is not None
        and (limit is None or patience.quiet < limit)
        and not is_readable(descriptor, patience.quiet)
    ):
        patience.notice()
    parts = [begun]
    size, head = len(begun), begun[:HEAD]
    while True:
        left = None if end is None else end - now()
        if left is not None and (left <= 0 or not is_readable(descriptor, left)):
            raise _late(patience, name)
        chunk = read_now(descriptor, patience, name=name)
        if chunk == b"":
            return b"".join(parts)
        if chunk is None:
            is_readable(descriptor, None if end is None else max(0.0, end - now()))
            continue
        parts.append(chunk)
        size += len(chunk)
        head += chunk[: HEAD - len(head)]
        if size > LARGEST_TEXT:
            size_limit(Read(head, size, name))


def is_shared(descriptor: int) -> bool:
    """Return whether what is read may be missed elsewhere: by a loop, or a script around us.

    Such is a file that something has read a part of, and the stdin of the shell that started us.
    Of a pipe nothing else can be known, and that much only where there is `/proc`.
    """
    try:
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode) and os.lseek(descriptor, 0, os.SEEK_CUR) > 0:
            return True
        return _has_shell_above(os.getppid(), status)
    except (OSError, ValueError):
        return False  # this system does not say


def _has_shell_above(pid: int, status: os.stat_result) -> bool:
    """Return whether a process, or what started it (`timeout`, `nice`), is a shell that reads this.

    Raises:
        OSError: it is another user's, or has ended.
        ValueError: its description is not readable.
    """
    for _ in range(_WRAPPERS):
        process = Path(f"/proc/{pid}")
        if not os.path.samestat(status, (process / "fd/0").stat()):
            return False
        if (name := _program(process)) in _SHELLS:
            if name != "dash":
                return True
            from mimo_cli.input.dash_stdin import has_set_stdin_aside  # few run under a dash

            return not has_set_stdin_aside(process)
        after_name = (process / "stat").read_text().rpartition(")")[2]
        pid = int(after_name.split()[1])
    return False


def _program(process: Path) -> str:
    """Return the name of the program that runs, whatever the script is called: `bash`, `zsh-5.9`.

    Raises:
        OSError: it is another user's, or has ended.
    """
    program = (process / "exe").readlink().name.removesuffix(" (deleted)")
    if program in _MANY_IN_ONE:
        words = os.fsdecode((process / "cmdline").read_bytes()).split("\0")
        names = [Path(word).name for word in words]
        program = names[1] if names[0] in _MANY_IN_ONE else names[0].removeprefix("-")
    return program.partition("-")[0]


def is_readable(descriptor: int, seconds: float | None) -> bool:
    """Wait until something has come, or stdin has ended; False if the time has passed."""
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    except (OSError, ValueError):
        return True  # this system cannot say: what is wrong shows when it is read


def read_now(
    descriptor: int, patience: Patience, size: int = CHUNK, name: str = "stdin"
) -> bytes | None:
    """Return what has come, b"" at the end, None if nothing has and it is not waited for.

    That is so where another program (node, ssh) has left stdin non-blocking. Its flag is not ours
    to change.
    """
    try:
        return os.read(descriptor, size)
    except BlockingIOError:
        return None
    except OSError as error:
        is_other_way = _is_for_writing(descriptor)
        why = Phrase("it is open for writing alone") if is_other_way else reason(error)
        raise UsageError(
            Phrase("cannot read {file}", file=name), why, patience.otherwise
        ) from error


def _is_for_writing(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # not a POSIX system
        return False
    try:
        return fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY
    except (OSError, ValueError):
        return False  # it is closed


def _late(patience: Patience, name: str) -> UsageError:
    longer = Phrase("Give it longer: --timeout SECONDS")
    if patience.otherwise:
        longer = Phrase("{advice} {more}", advice=patience.otherwise, more=longer)
    why = Phrase("it did not end within {seconds:g} s", seconds=patience.limit)
    return UsageError(Phrase("out of time waiting for {file}", file=name), why, longer)
