"""Standard input as it comes: part by part, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.input.file_bytes import HEAD, check_size
from mimo_cli.input.stdin import CHUNK, FOREVER, is_readable, read_now
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator


def next_part(descriptor: int, size: int = CHUNK) -> bytes:
    """Return what comes next, a line if it is typed; b"" at the end.

    Raises:
        UsageError: stdin cannot be read.
    """
    while (chunk := read_now(descriptor, FOREVER, size)) is None:
        is_readable(descriptor, None)
    return chunk


def beginning(descriptor: int) -> bytes:
    """Return what comes first, which tells what stdin is: a line at least, or `HEAD` bytes, or all.

    Raises:
        UsageError: stdin cannot be read.
    """
    begun = b""
    while len(begun) < HEAD and b"\n" not in begun:
        part = next_part(descriptor)
        if not part:
            break
        begun += part
    return begun


def lines(descriptor: int, begun: bytes = b"") -> Iterator[bytes]:
    """Yield each line when it has come, with its newline, of whatever length is bearable.

    `begun` is what was read of stdin already.

    Raises:
        UsageError: stdin cannot be read, or a line is too large.
    """
    parts: list[bytes] = []  # of a line whose end has not come
    size = 0
    chunk = begun or next_part(descriptor)
    while chunk:
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            yield b"".join([*parts, part, b"\n"])
            parts, size = [], 0
        parts.append(rest)
        size += len(rest)
        check_size(size, Phrase("a line of stdin"))
        chunk = next_part(descriptor)
    if size:
        yield b"".join(parts)
