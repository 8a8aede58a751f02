"""Encodings whose bytes may pass for UTF-8 or for no text at all, since no mark names them. Pure.

UTF-16 and UTF-32 without a byte-order mark, and the encodings of seven bits that say by escapes
which character set follows (ISO-2022, RFC 1468 and 1557; HZ, RFC 1843).
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import NamedTuple

from mimo_cli.text import common_characters as common

_WIDE = ("utf-16le", "utf-16be", "utf-32le", "utf-32be")
_ESCAPED = (
    *("iso-2022-jp", "iso-2022-jp-2", "iso-2022-kr"),
    *("iso-2022-jp-3", "iso-2022-jp-2004", "iso-2022-jp-ext"),
)
"""The smaller ones first; of ISO-2022-JP-2 ISO-2022-JP-1 is a part."""
_ESCAPE, _TILDE, _SHIFT = b"\x1b$", b"~{", b"\x0e"
_CHINESE = rb"\x1b\$\)([AEG])"  # RFC 1922, which Python cannot read
_SHIFTED = rb"\x0e(?:[!-~]{2})+(?:[\x0f\x1b\r\n]|\Z)"
_LOOKED_AT = 64 * 1024  # bytes, of which a half or a quarter may be a character
_LIKELY = 0.6  # the least share of usual characters of what holds no zero byte
_FEWEST = 2  # characters that are judged


class Disguise(NamedTuple):
    """The encoding of bytes that are UTF-8 too, and where the first of them is that tells."""

    encoding: str
    offset: int


def find(data: bytes, control: int | None) -> Disguise | None:
    """Return what a whole text is that could be UTF-8, and as such would be nonsense.

    `control` is the offset of the first control character that hardly any text holds, and UTF-16
    and UTF-32 do; None if there is none at its beginning.
    """
    if name := _find_escapes(data):
        return Disguise(name, data.index(_TILDE if name == "hz" else _ESCAPE))
    if control is not None and (name := _wide(data[:_LOOKED_AT])):
        return Disguise(name, control)
    return None


def encoding(data: bytes) -> str:
    """Return the encoding of a whole text, or of its beginning, by its usual characters; or ""."""
    return _find_escapes(data) or _wide(data[:_LOOKED_AT])


def _find_escapes(data: bytes) -> str:
    if not data.isascii():
        return ""
    if _ESCAPE in data:
        named = next((name for name in _ESCAPED if _foreign(data, name)), "")
        return named or _of_chinese(data)
    foreign = _foreign(data, "hz") if _TILDE in data else ""
    return "hz" if foreign and _usual(foreign) >= _LIKELY else ""


def _of_chinese(data: bytes) -> str:
    """Return the name of ISO-2022-CN: a set is named, what is shifted to it are pairs of bytes."""
    if (named := re.search(_CHINESE, data)) is None:
        return ""
    shift = data.find(_SHIFT, named.end())
    if shift < 0 or not re.compile(_SHIFTED).match(data, shift):
        return ""
    return "iso-2022-cn-ext" if named[1] == b"E" else "iso-2022-cn"


def _foreign(data: bytes, name: str) -> str:
    """Return the first characters that are not ASCII, none if they or those before are no text.

    Read part by part, for a part may end within a character. What is behind the part that has
    the first such characters, and one more, does not count, nor does damage behind them.
    """
    decoder = codecs.getincrementaldecoder(name)()
    found: list[str] = []
    for start in range(0, len(data), _LOOKED_AT):
        end = start + _LOOKED_AT
        try:
            text = decoder.decode(data[start:end], final=end >= len(data))
        except ValueError:
            break
        is_enough = bool(found)
        if found or not text.isascii():
            found.append(text)
        if is_enough:
            break
    return "".join(char for text in found for char in text if not char.isascii())


def _wide(data: bytes) -> str:
    """Return which UTF-16 or UTF-32 it is: ASCII's zero bytes are in one half, most is usual."""
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
    """Return the share of characters that one or the other language uses most."""
    known = _usual_characters()
    return sum(char.isascii() or char in known for char in text) / len(text)


@cache
def _usual_characters() -> frozenset[str]:
    texts = (common.HANZI, common.KANJI, common.HANGUL, common.PUNCTUATION, common.LATIN)
    kana = map(chr, range(0x3041, 0x30FF))
    russian = map(chr, range(0x0410, 0x0450))
    return frozenset().union(*texts, common.TYPOGRAPHY, kana, russian)
