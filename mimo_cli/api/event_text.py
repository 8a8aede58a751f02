"""The text of events in another encoding than UTF-8, which the protocol wants. Pure.

Loaded for those alone. An event is read as a whole, so no character is cut, however the bytes came.
"""

from __future__ import annotations

from mimo_cli import charsets

_OF_TWO_BYTES = "\u07ff"
"""The last character that UTF-8 writes with two bytes, as GBK does Chinese ones."""
_ESCAPE = b"\x1b"
_LAST_ASCII = 127
_ENOUGH = 8
"""Bytes beyond ASCII by which an encoding can be told that nobody declares."""


class Reader:
    """Reads the events of one stream, which are of the `declared` encoding, or of none that is.

    `is_utf8` tells that some were, and had more than ASCII.
    """

    def __init__(self, declared: str, *, is_utf8: bool = False) -> None:
        self._vague = declared if declared in charsets.UNKNOWN else ""
        self._declared = "" if self._vague else declared
        self._is_utf8 = is_utf8
        self._is_declared = False  # it is known to be right

    def read(self, data: bytes) -> str:
        """Return the text of an event's data; what cannot be read is U+FFFD."""
        if data.isascii() and _ESCAPE not in data:
            return data.decode()
        usual = charsets.decoded(data, "utf-8")
        declared = charsets.decoded(data, self._declared) if self._declared else None
        is_rather = self._is_declared or (not self._is_utf8 and _is_rather(declared, usual, data))
        if declared is not None and (usual is None or is_rather):
            self._is_declared = not self._is_utf8
            return declared
        if usual is not None:
            self._is_utf8 = self._is_utf8 or not declared or max(usual) > _OF_TWO_BYTES
            return usual
        may_be_other = bool(self._vague) or sum(byte > _LAST_ASCII for byte in data) >= _ENOUGH
        return _guessed(data, self._vague if may_be_other and not self._is_utf8 else None)


def _is_rather(declared: str | None, usual: str | None, data: bytes) -> bool:
    """Whether the declared encoding is rather the right one, where UTF-8 may be too.

    A character of two bytes may be both. Encodings of one byte are not taken for UTF-8 by chance.
    """
    if declared is None or usual is None or _ESCAPE in data:
        return declared is not None
    return len(declared) < len(data) and max(usual) <= _OF_TWO_BYTES


def _guessed(data: bytes, vague: str | None) -> str:
    """The text in a likely encoding, or in the one that is declared vaguely; None for UTF-8."""
    if vague is not None and not charsets.damage(data):
        for name in (*charsets.likely(data), vague):
            if (found := charsets.decoded(data, name)) is not None:
                return found
    return data.decode("utf-8", "replace")
