"""Encodings whose bytes may pass for UTF-8 or for no text at all, since no mark names them. Pure.

UTF-16 and UTF-32 without a byte-order mark, and the encodings of seven bits that say by escapes
which character set follows (ISO-2022, RFC 1468 and 1557; HZ, RFC 1843).
"""

from __future__ import annotations

from functools import cache

from mimo_cli import common_characters as common

_WIDE = ("utf-16le", "utf-16be", "utf-32le", "utf-32be")
_ESCAPED = ("iso-2022-jp", "iso-2022-jp-2", "iso-2022-kr")
_LIKELY = 0.6  # the least share of usual characters of what holds no zero byte
_FEWEST = 2  # characters that are judged


def encoding(data: bytes) -> str:
    """Return the encoding of a whole text, or of its beginning, by its usual characters; or ""."""
    return _escaped(data) or _wide(data)


def _escaped(data: bytes) -> str:
    if not data.isascii():
        return ""
    if b"\x1b$" in data:
        return next((name for name in _ESCAPED if not (_text(data, name) or "x").isascii()), "")
    foreign = "".join(char for char in _text(data, "hz") or "" if not char.isascii())
    return "hz" if b"~{" in data and foreign and _usual(foreign) >= _LIKELY else ""


def _wide(data: bytes) -> str:
    """UTF-16 or UTF-32: the zero bytes of ASCII are in one half of it, and most of it is usual."""
    texts = {name: text for name in _WIDE if (text := _text(data, name)) and _is_printable(text)}
    if not texts:
        return ""
    marks = {name: _usual(text) for name, text in texts.items()}
    best = max(marks, key=lambda name: marks[name])
    is_clear = len(texts[best]) >= _FEWEST and marks[best] >= _LIKELY
    return best if is_clear or b"\0" in data else ""


def _text(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except ValueError:
        return None


def _is_printable(text: str) -> bool:
    return all(char.isprintable() or char in "\t\n\r\f" for char in text)


def _usual(text: str) -> float:
    """The share of characters that one or the other language uses most."""
    known = _known()
    return sum(char.isascii() or char in known for char in text) / len(text)


@cache
def _known() -> frozenset[str]:
    texts = (common.HANZI, common.KANJI, common.HANGUL, common.PUNCTUATION, common.LATIN)
    kana = map(chr, range(0x3041, 0x30FF))
    russian = map(chr, range(0x0410, 0x0450))
    return frozenset().union(*texts, common.TYPOGRAPHY, kana, russian)
