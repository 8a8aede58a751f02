"""Small chunks of an HTTP/1.1 response made one, before they are parsed. Pure.

Servers send an event a chunk, and parsing a chunk costs more than reading the event in it. Of what
one read brought, the chunks that are whole become one: the same body, at the same time. Nothing is
held back and nothing is judged: what is not of the plainest form goes on as it came, with all that
follows it, so that extensions, trailers and errors stay the parser's business.
"""

from __future__ import annotations

import re

_LINES = rb"(?:[^\s:][^\r\n]*\r\n)*"
_OTHER_LINES = rb"(?:(?!transfer-encoding|content-length)[^\s:][^\r\n]*\r\n)*"
_INTERIM = rb"(?:HTTP/1\.1 1(?!01)\d\d[^\r\n]*\r\n" + _LINES + rb"\r\n)"
_INTERIM_HEADS = re.compile(_INTERIM + rb"+")
_HEAD = re.compile(
    _INTERIM
    + rb"*HTTP/1\.1 (?!1|204|304)\d\d\d[^\r\n]*\r\n"
    + _OTHER_LINES
    + rb"transfer-encoding:[ \t]*chunked[ \t]*\r\n"
    + _OTHER_LINES
    + rb"\r\n",
    re.IGNORECASE,
)
_SIZE = re.compile(rb"([0-9a-f]{1,8})\r\n", re.IGNORECASE)
_SIZE_IN_PART = re.compile(rb"[0-9a-f]{0,8}\r?", re.IGNORECASE)
_LONGEST_SIZE = 10
_END = b"\r\n"


class ChunkMerger:
    """Merges the chunks of one response; not for an answer to HEAD, whose head lies."""

    def __init__(self) -> None:
        self._next = self._head  # what is made of the next read
        self._left = 0  # bytes to come of a chunk that went on in part, its end included
        self._size = b""  # a size line that went on in part

    def feed(self, data: bytes) -> bytes:
        """Return what the parser gets in place of `data`, which is one read."""
        return self._next(data)

    def _head(self, data: bytes) -> bytes:
        if _INTERIM_HEADS.fullmatch(data):
            return data
        head = _HEAD.match(data)
        if head is None:  # also one that came in two reads
            return self._as_it_came(data)
        self._next = self._body
        return data[: head.end()] + self._body(data[head.end() :])

    def _body(self, data: bytes) -> bytes:
        start = self._went_on(data, 0) if self._left or self._size else 0
        chunks, end = _whole_chunks(data, start)
        if end < len(data):
            self._went_on(data, end)
        if len(chunks) <= 1:
            return data
        size = b"%x\r\n" % sum(map(len, chunks))
        return b"".join([data[:start], size, *chunks, _END, data[end:]])

    def _as_it_came(self, data: bytes) -> bytes:
        self._next = self._as_it_came
        return data

    def _went_on(self, data: bytes, at: int) -> int:
        """Return where the chunk that goes on as it came, from `at` on, ends; note what is left."""
        if not self._left:
            size = self._size + data[at : at + _LONGEST_SIZE]
            line = _SIZE.match(size)
            if line is None or not int(line[1], 16):
                self._size = size
                if line or not _SIZE_IN_PART.fullmatch(size):
                    self._next = self._as_it_came
                return len(data)
            at += line.end() - len(self._size)
            self._left, self._size = int(line[1], 16) + len(_END), b""
        end = min(at + self._left, len(data))
        self._left -= end - at
        return end


def _whole_chunks(data: bytes, at: int) -> tuple[list[bytes], int]:
    """Return what is in the chunks from `at` on that are there whole, and where they end."""
    chunks = []
    while line := _SIZE.match(data, at):
        end = line.end() + int(line[1], 16)
        if end == line.end() or data[end : end + len(_END)] != _END:
            break
        chunks.append(data[line.end() : end])
        at = end + len(_END)
    return chunks, at
