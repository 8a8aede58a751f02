"""What a server has said since it was last spoken to: enough to tell what it is. Pure."""

from __future__ import annotations

import re

from mimo_cli.phrases import Phrase, verbatim

_HTTP = b"HTTP/"
_TLS = b"\x15\x16"
"""What a record of TLS may begin with here: an alert, or a handshake (RFC 8446, 5.1)."""
_LONGEST = 64
_SHOWN = 60


class Heard:
    """How a reply begins, and whether the other side has ended the connection."""

    def __init__(self) -> None:
        self.first = b""
        self.has_ended = False

    def clear(self) -> None:
        """Forget it: something is said to the server, and what comes next is the reply to that."""
        self.first, self.has_ended = b"", False

    def take(self, data: bytes) -> None:
        """Note what one read gave, nothing at the end."""
        if len(self.first) < _LONGEST:
            self.first += data[: _LONGEST - len(self.first)]
        self.has_ended = not data

    @property
    def is_http(self) -> bool:
        """Whether it may be the beginning of a reply (RFC 9112, 4)."""
        return self.first.startswith(_HTTP[: len(self.first)])

    @property
    def status_line(self) -> tuple[int, str]:
        """Return the status and its words, as far as they were kept; 0 where there is none."""
        match = re.match(rb"HTTP/1\.[0-9] +([0-9]{3})\b *([ -~]*)", self.first)
        return (int(match[1]), match[2].decode()) if match else (0, "")

    @property
    def is_tls(self) -> bool:
        """Whether it is a record of TLS, however little of it has come."""
        return self.first[:1] in (_TLS[:1], _TLS[1:]) and b"\x03".startswith(self.first[1:2])

    @property
    def is_late_http(self) -> bool:
        """Whether it may be the beginning of a reply, but for white space before it."""
        return self.first.strip().startswith(_HTTP)

    @property
    def words(self) -> Phrase:
        """Return its first line that is not blank, or what it is in place of a text."""
        lines = self.first.strip().splitlines()
        if not lines:
            return Phrase("blank lines")
        line = lines[0][:_SHOWN].decode("ascii", "replace")
        if line.isprintable() and line.isascii():
            return verbatim(line)
        return Phrase("bytes that are no text")
