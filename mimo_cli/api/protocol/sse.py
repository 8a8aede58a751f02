"""Server-sent events: bytes in, (event name, data) out.

By the WHATWG text, "Interpreting an event stream": lines end with LF, CR or CRLF and nothing else
(U+2028 and U+0085 are data), one leading byte-order mark is dropped, an event is dispatched by a
blank line and only if it has data. But for five things that servers do: they forget the blank
line, which is told where the data is JSON; or `data:` before the JSON of an event; they indent the
names of fields, or write them in capitals; they send `event: error` and no more; and something that
is no event at all, the page or the JSON of an error, which is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.fields import NO_SENSE
from mimo_cli.errors import ProtocolError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMIT = 16 * 1024 * 1024
"""The most bytes one line or one event may have."""

FIELDS = ("data:", "event:", "id:", "retry:")
"""How lines begin that are no comment."""

_NAMES = (b"data", b"event", b"id", b"retry", b"")
_NO_EVENT = (b"{", b"<")
"""How JSON and pages begin."""
_STRAY = 64 * 1024
_ERROR = b"error"

_BOM = b"\xef\xbb\xbf"


class SseDecoder:
    """Decodes one stream, however its bytes are cut into chunks, in linear time.

    `charset` is the encoding that is declared, in lower case; empty for none.
    """

    def __init__(self, limit: int = LIMIT, charset: str = "") -> None:
        self._limit = limit
        self._read: Callable[[bytes], str] = _read
        if charset and not charset.startswith("utf"):
            from mimo_cli.api.protocol.event_text import (
                EventTextReader,  # most streams declare none
            )

            self._read = EventTextReader(charset).read
        self._head: bytes | None = b""  # the first bytes, until it is known whether they are a BOM
        self._after_cr = False
        self._line: list[bytes] = []  # pieces of the line that has not ended
        self._line_size = 0
        self._event = b""
        self._data: list[bytes] = []
        self._data_size = 0
        self._stray = b""

    def feed(self, chunk: bytes) -> Iterator[tuple[str, str]]:
        """Yield the events that `chunk` completes. To be read to the end before the next call.

        Raises:
            ProtocolError: a line or an event exceeds the limit.
        """
        chunk = self._line_feeds_only(self._without_bom(chunk))
        first, *lines = chunk.split(b"\n")
        self._hold(first)
        if not lines:
            return
        rest = lines.pop()
        lines.insert(0, b"".join(self._line))
        self._line, self._line_size = [], 0
        for line in lines:
            if line.startswith(b"data: ") and not self._data:  # by far the most
                self._data.append(line[6:])
                self._data_size = len(line) - 5
                if self._data_size > self._limit:
                    self._check(self._data_size)
            elif line:
                if self._data and self._begins_another(line):
                    yield self._dispatch()
                if line.startswith(b"event: "):
                    self._event = line[7:]
                else:
                    self._field(line)
            elif self._data or self._event == _ERROR:
                yield self._dispatch()
            else:
                self._event = b""
        self._hold(rest)

    def close(self) -> list[tuple[str, str]]:
        """Return the event that the stream ended in, without the blank line that ends one.

        The WHATWG text drops it, for it may be cut off: whoever asks has to look.
        """
        line = b"".join(self._line)
        self._line, self._line_size = [], 0
        if line:
            self._field(line)
        return [self._dispatch()] if self._data or self._event == _ERROR else []

    @property
    def pending(self) -> bool:
        """Whether bytes of an event that was not ended by a blank line are held."""
        return bool(self._line or self._data or self._head)

    @property
    def stray(self) -> bytes:
        """What came that is no event, from its first line on: JSON or a page, the begin of it."""
        line = b"".join(self._line)
        return self._stray + line if self._stray else _odd(line)

    def _without_bom(self, chunk: bytes) -> bytes:
        if self._head is None:
            return chunk
        head = self._head + chunk
        if len(head) < len(_BOM) and _BOM.startswith(head):
            self._head = head
            return b""
        self._head = None
        return head.removeprefix(_BOM)

    def _line_feeds_only(self, chunk: bytes) -> bytes:
        if not chunk:
            return chunk
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]  # the second half of a CRLF whose CR ended a line already
            self._after_cr = False
        if b"\r" not in chunk:
            self._after_cr = self._after_cr and not chunk
            return chunk
        self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _hold(self, piece: bytes) -> None:
        if piece:
            self._line.append(piece)
            self._line_size += len(piece)
            self._check(self._line_size)

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        name = name if self._stray else _field_name(name)
        if name == b"data":
            self._append(value.removeprefix(b" "))
        elif name == b"event":
            self._event = value.removeprefix(b" ")
        elif line.lstrip().startswith(b"{") and self._is_bare(line):
            self._append(line)
        elif _is_object(line) and not self._tells(line):
            pass
        elif len(self._stray) < _STRAY and (odd := line if name and self._stray else _odd(line)):
            self._stray += odd[:_STRAY] + b"\n"
        # Everything else is a comment (no name), `id`, `retry`, or unknown: no use here.

    def _begins_another(self, line: bytes) -> bool:
        """Return whether the data so far is an event, though no blank line stands before `line`.

        That is a whole JSON object with a type: with one more line it would be no JSON. Or the
        next event's name comes; but that of an object may stand behind it.
        """
        if line.startswith(b"{"):
            return self._is_bare(line)
        name, _, value = line.partition(b":")
        name = _field_name(name)
        if name not in (b"data", b"event") or not value.strip():
            return False
        if name == b"event" and (self._event or not self._data[0].lstrip().startswith(b"{")):
            return True
        if self._data[-1] == b"}" and value.lstrip().startswith(b"{"):
            return self._data[0].startswith(b"{")  # that of an object in several lines
        if len(self._data) > 1 or not self._data[0].rstrip().endswith(b"}"):
            return False
        from mimo_cli.api.protocol.json_text.reader import is_event  # most streams have blank lines

        return is_event(self._read(self._data[0]))

    def _is_bare(self, line: bytes) -> bool:
        """Return whether a line of JSON is an event's data, though `data:` is missing."""
        from mimo_cli.api.protocol.odd import bare  # most streams have no such line

        return bare.is_bare_event(self._read(line), "" if self._data else self._name())

    def _tells(self, line: bytes) -> bool:
        """Return whether an object that is no event tells more than that all is well."""
        from mimo_cli.api.protocol.odd import life  # most streams have no such line

        return life.tells(self._read(line))

    def _name(self) -> str:
        return self._event.decode("utf-8", "replace")

    def _append(self, value: bytes) -> None:
        self._data.append(value)
        self._data_size += len(value) + 1
        self._check(self._data_size)

    def _dispatch(self) -> tuple[str, str]:
        event = self._event.decode("utf-8", "replace")
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        self._event, self._data, self._data_size = b"", [], 0
        return event, self._read(data)

    def _check(self, size: int) -> None:
        if size > self._limit:
            megabytes = self._limit // 1024 // 1024
            raise ProtocolError(
                NO_SENSE,
                Phrase("event too large (over {megabytes} MB)", megabytes=megabytes),
                Phrase("Ask for a shorter answer, or for less in one piece."),
            )


def _field_name(name: bytes) -> bytes:
    """Return the name of a field as it should be; some servers indent it, or use capitals."""
    return name if name in _NAMES else name.strip().lower()


def _is_object(line: bytes) -> bool:
    return line.startswith(b"{") and line.rstrip().endswith(b"}")


def _odd(line: bytes) -> bytes:
    """Return what of a line is JSON or a page: all, or what older servers of llama.cpp call error.

    That is `error: {"code": 500, …}`.
    """
    if line.startswith(b"error:") and (value := line[6:].lstrip()).startswith(b"{"):
        return value
    return line if line.startswith(_NO_EVENT) else b""


def _read(data: bytes) -> str:
    return data.decode("utf-8", "replace")
