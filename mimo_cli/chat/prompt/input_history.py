"""What was typed at the prompt, kept for the next run.

A file of JSON strings, one entry a line, the newest last, for nobody but the user (mode 0600).
Chats at the same time may add to it: each addition is one write under a lock.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import stat
from typing import TYPE_CHECKING

from mimo_cli.config import paths
from mimo_cli.files import others, own_file
from mimo_cli.phrases import NOTHING, Phrase, reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MOST_ENTRIES = 10_000
LARGEST_FILE = 2 * 1024 * 1024
"""Bytes. A larger file is cut to its newest entries when it is next read."""
LARGEST_ENTRY = 64 * 1024
"""Characters. What is longer was pasted, and would push the rest out."""

_KEY = re.compile(r"(?:sk|tp)-\w{6}")
_OURS_ALONE = stat.S_IRUSR | stat.S_IWUSR


def is_kept(text: str, secret: str = "") -> bool:
    """Return whether a message goes into the history: not with a space before it, or a key in it.

    A space is how a user of bash keeps a line out. `secret` is the key in use, whatever it looks
    like.
    """
    has_key = _KEY.search(text) or (secret and secret in text)
    return bool(text.strip()) and not text.startswith(" ") and not has_key


def encode(text: str) -> bytes:
    """Return an entry as a line: ASCII, so that lone surrogates and control codes do no harm."""
    return json.dumps(text).encode() + b"\n"


def decode(data: bytes) -> list[str]:
    """Return the entries in a file's content. A line cut off by a crash is none."""
    lines = data.decode("ascii", "replace").split("\n")
    return [entry for line in lines if line and (entry := _entry(line)) is not None]


class InputHistory:
    """The entries of earlier runs and of this one. Without a file, or a good one, of this one."""

    def __init__(self, file: Path | None, secret: str = "") -> None:
        self._file = file
        self._secret = secret
        self._entries: list[str] | None = None
        self.problem = NOTHING
        """Why the file cannot be used; empty when it can."""

    def open(self) -> None:
        """Make the file if there is none, and see whether it can be used. Reads nothing yet."""
        with self._reporting(), self._open_file(os.O_RDWR):
            pass

    @property
    def entries(self) -> Sequence[str]:
        """Every entry, the oldest first. Reads the file when first asked."""
        if self._entries is None:
            self._entries = self._load()
        return self._entries

    def add(self, text: str) -> None:
        """Add an entry to the end, here and in the file, if it is one to keep."""
        if not is_kept(text, self._secret) or self.entries[-1:] == [text]:
            return
        self.remember(text)
        if len(text) <= LARGEST_ENTRY:
            with self._reporting(), self._open_file(os.O_WRONLY | os.O_APPEND) as descriptor:
                if descriptor is not None:
                    os.write(descriptor, encode(text))

    def remember(self, text: str) -> None:
        """Add an entry for this run alone."""
        if is_kept(text, self._secret):
            self._entries = [*self.entries, text]

    def _load(self) -> list[str]:
        found: list[str] = []
        with self._reporting(), self._open_file(os.O_RDWR) as descriptor:
            if descriptor is not None:
                size = os.fstat(descriptor).st_size
                found = decode(_end_of(descriptor, size))
                if size > LARGEST_FILE or len(found) > MOST_ENTRIES:
                    found = _newest(found)
                    self._replace(found)
        return found

    def _replace(self, entries: list[str]) -> None:
        """Write the file anew, while its lock is held; who waits for that sees that it went."""
        if self._file is not None:
            own_file.write_ours(self._file, b"".join(map(encode, entries)))

    @contextlib.contextmanager
    def _open_file(self, flags: int) -> Iterator[int | None]:
        """Yield the file's descriptor, locked; None when there is none to use."""
        if self._file is None or self.problem:
            yield None
            return
        paths.make(self._file.parent)
        others.refuse_others(self._file)
        descriptor = _open_locked(self._file, flags)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            why = reason(error)
            template = "the input history {file} cannot be used: {why}"
            self.problem = Phrase(template, file=self._file, why=why)


def _open_locked(file: Path, flags: int) -> int:
    while True:
        descriptor = _open(file, flags)
        try:
            _lock(descriptor)
            if os.fstat(descriptor).st_ino == file.lstat().st_ino:
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # another chat has just put a shorter file in its place


def _lock(descriptor: int) -> None:
    try:
        import fcntl
    except ImportError:  # no such locks on this system: an addition is still one write
        return
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def _open(file: Path, flags: int) -> int:
    # Not through a link, which somebody else may have put there; and no waiting for a pipe.
    careful = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(file, flags | os.O_CREAT | careful, _OURS_ALONE)
    try:
        _secure(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _secure(descriptor: int) -> None:
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, Phrase("it is not a regular file"))
    if hasattr(os, "fchmod") and stat.S_IMODE(mode) != _OURS_ALONE:
        os.fchmod(descriptor, _OURS_ALONE)


def _end_of(descriptor: int, size: int) -> bytes:
    """Return the file's content; of one that is too large, the whole lines at its end."""
    over = max(0, size - LARGEST_FILE)
    os.lseek(descriptor, over, os.SEEK_SET)
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        data = file.read(LARGEST_FILE)
    return data.partition(b"\n")[2] if over else data


def _newest(entries: list[str]) -> list[str]:
    """Return the newest entries that make half of what is allowed, so that cutting is rare."""
    kept: list[str] = []
    size = 0
    for entry in reversed(entries[-MOST_ENTRIES // 2 :]):
        size += len(encode(entry))
        if size > LARGEST_FILE // 2:
            break
        kept.append(entry)
    return kept[::-1]


def _entry(line: str) -> str | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, str) else None
