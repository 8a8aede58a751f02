"""Text for a terminal that speaks another encoding than UTF-8. Loaded for such a one alone."""

from __future__ import annotations

import unicodedata

_PLAIN = {
    **dict.fromkeys("\u203a\u25b8\u2192", ">"),
    **dict.fromkeys("\u2022\u25e6\u25aa\u00b7\u2713", "*"),
    **dict.fromkeys("\u2500\u2501\u2550\u2012\u2013\u2014\u2212\u2010\u2011", "-"),
    **dict.fromkeys("\u2502\u2503\u2551\u258f\u258e", "|"),
    **dict.fromkeys(
        "\u250c\u2510\u2514\u2518\u251c\u2524\u252c\u2534\u253c\u256d\u256e\u2570\u256f", "+"
    ),
    **dict.fromkeys("\u2018\u2019\u201a", "'"),
    **dict.fromkeys("\u201c\u201d\u201e", '"'),
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
}
_BRAILLE = "\u2800", "\u28ff"  # the spinner's


def encode(text: str, charset: str) -> bytes:
    """Return what a terminal is sent: what it cannot show is replaced by as many columns."""
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return "".join(_replace_unknown(char, charset) for char in text).encode(charset, "replace")


def _replace_unknown(char: str, charset: str) -> str:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        if _BRAILLE[0] <= char <= _BRAILLE[1]:
            return "*"
        if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Me", "Mn"):
            return ""
        return _PLAIN.get(char) or ("??" if unicodedata.east_asian_width(char) in "WF" else "?")
    return char
