"""What an HTTP proxy answers to CONNECT, read as leniently as curl does. Pure.

What follows a head is the server's, so nothing hangs on its lines but what is told of a refusal:
a 2xx has no body whatever Content-Length and Transfer-Encoding say (RFC 9110, 9.3.6), and a line
that is none of HTTP's is passed over.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_END = re.compile(rb"\n\r?\n")
_FIRST_LINE = re.compile(rb"HTTP/1\.[0-9] +([0-9]{3})(?:[ \t]+(.*?))?[ \t\r]*")
_INTERIM = (100, *range(102, 200))
"""Statuses that another reply follows (RFC 9110, 15.2)."""


class ConnectReply(NamedTuple):
    """A reply's head; `rest` is what came behind it."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    rest: bytes

    def values(self, name: str) -> list[str]:
        """Return the values of a header, whose name is in lower case."""
        return [value for key, value in self.headers if key == name]


def parse(data: bytes) -> ConnectReply | None:
    """Return the reply that bytes begin with, those before it passed over; None if not all came.

    Raises:
        ValueError: it is none of HTTP/1.
    """
    while (end := _END.search(data)) is not None:
        first, *others = data[: end.start()].split(b"\n")
        match = _FIRST_LINE.fullmatch(first)
        if match is None:
            raise ValueError(first)
        data = data[end.end() :]
        if (status := int(match[1])) not in _INTERIM:
            return ConnectReply(status, _text(match[2] or b"", "ascii"), _headers(others), data)
    return None


def _headers(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = (_text(part.strip(), "latin-1") for part in line.partition(b":"))
        if line[:1] in (b" ", b"\t") and found:  # folded (RFC 9112, 5.2)
            key, before = found[-1]
            found[-1] = key, f"{before} {_text(line.strip(), 'latin-1')}".strip()
        elif colon:
            found.append((name.lower(), value))
    return tuple(found)


def _text(data: bytes, encoding: str) -> str:
    """Return bytes as a text that may be shown."""
    text = data.decode(encoding, "replace")
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
