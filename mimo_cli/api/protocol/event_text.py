"""The text of events in an encoding that is declared, where they are no UTF-8. Pure.

The protocol wants UTF-8, so that is what an event is read as if it can be: nothing is guessed. An
event is read as a whole, so no character is cut, however the bytes came.
"""

from __future__ import annotations

import re

_SAMPLE = bytes(set(range(0x20, 0x7F)) - {0x5C}) + rb"\u0041\x41+AGE-\n"
"""What is not read as itself by an encoding in which no event of this protocol can be."""
_OF_TWO_BYTES = "\u07ff"
"""The last character that UTF-8 writes with two bytes, as others may do with two characters."""
_CUT = re.compile(
    rb'(?:(?<=")|\A)[\x80-\xbf]{1,3}'  # the rest of a character
    rb"|(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})"  # its beginning
    rb'(?="|\Z)'
)
"""A part of a character of UTF-8 where a text begins or ends: some servers cut between bytes."""


def is_known(name: str) -> bool:
    """Return whether it is an encoding of texts in which ASCII is what it is."""
    try:
        return _SAMPLE.decode(name) == _SAMPLE.decode("ascii")
    except (LookupError, ValueError):
        return False


class EventTextReader:
    """Reads the events of one stream of which the encoding `declared` is declared."""

    def __init__(self, declared: str) -> None:
        self._declared = declared if is_known(declared) else "utf-8"
        self._is_utf8 = False  # by a character that is hardly anything else

    def read(self, data: bytes) -> str:
        """Return the text of an event's data; what cannot be read is U+FFFD."""
        if (text := _utf8(data)) is not None:
            self._is_utf8 = self._is_utf8 or _is_sure(text)
            return text
        rest = _utf8(_CUT.sub(b"", data))
        self._is_utf8 = rest is not None and (self._is_utf8 or _is_sure(rest))
        if not self._is_utf8:  # a part of a character alone may be a whole one of the declared
            try:
                return data.decode(self._declared)
            except ValueError:
                pass
        return data.decode("utf-8", "replace")


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def _is_sure(text: str) -> bool:
    return max(text, default="") > _OF_TWO_BYTES
