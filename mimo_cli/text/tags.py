"""Tags in a text that could be taken for those of the prompt, however they are disguised. Pure.

A model reads a tag in full width, with a ligature or with what nobody sees in it as a person does.
So what has no look of its own is passed over, and what looks like a letter counts as that. One too
many that is found does no harm: the prompt's own tags only get a longer name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

# NFKD, which the others go through before, knows full width, ligatures, mathematical letters.
_LOOKALIKES = {
    "<": "\u02c2\u1438\u16b2\u2039\u2329\u276c\u276e\u2770\u27e8\u29fc\u3008\u300a\u2a79\u227a",
    "/": "\\\u2044\u2215\u2571\u27cb\u29f5\u29f8\u29f9\u3033\u30ce\u4e3f",
    "-": "\u02d7\u06d4\u2212\u2796\u2cba",
    "f": "\u0192\u0584\u1e9d\ua799",
    "i": "\u0131\u0269\u026a\u03b9\u0456\u04cf\u0582\u13a5",
    "l": "\u01c0\u05c0\u05d5\u05df\u0627\u2223\u2d4f",
    "e": "\u0435\u04bd\u212e\u2107\u0454\u03b5\u025b",
    "s": "\u0455\ua731\u01bd\u10fd\u13da",
    "t": "\u03c4\u0442\u1d1b\u13a2",
    "d": "\u0501\u13e7\u146f\u217e",
    "n": "\u0578\u057c\u03b7\u0274\u0438\u043f",
}
_SINGLE = {ord(char): letter for letter, chars in _LOOKALIKES.items() for char in chars}
_OPENING = f"[<\ufe64\uff1c\u226e{_LOOKALIKES['<']}]"
_LOOKED_AT = 60
"""Visible characters behind what may be a tag's beginning."""
_I = r"[il1|!]"  # these look alike in many a typeface
_TAG = rf"<[\s/]*(?:f{_I}{_I}e|std{_I}n)(?:\s*-\s*([0-9]+))?(?![0-9a-z_])"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NO_LETTER_OF_TAGS = ("Mn", "Me", "Cf", "Cc", "Cn", "Co", "Cs")
# Default_Ignorable_Code_Point that is of another category, and the empty pattern of Braille.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def numbers(text: str) -> set[str | None]:
    """Return the numbers behind the names of such tags in a text; None stands for no number."""
    if text.isascii():
        if "<" not in text:
            return set()
        folded = _CONTROLS.sub("", text).replace("\\", "/").lower()
    elif re.search(_OPENING, text):
        table = _table(set(text))
        folded = ">".join(re.findall(_candidates(table), text)).translate(table).lower()
    else:
        return set()
    return {_number(it[1]) for it in re.finditer(_TAG, folded)}


def _candidates(table: Mapping[int, str]) -> str:
    """Return a pattern for what may be a tag, and a little behind it: all is not gone through."""

    def chars(is_one: Callable[[str], bool], others: str = "") -> str:
        found = (chr(code) for code, plain in table.items() if is_one(plain.lower()))
        return "[" + re.escape("".join(found)) + others + "]"

    unseen = chars(lambda it: not it, r"\x00") + "*"
    between = chars(lambda it: not it.strip("/ "), r"\s/\\")
    file = chars("f".__eq__, "fF") + unseen + chars("i".__eq__, "iIlL1|!")
    stdin = chars("s".__eq__, "sS") + unseen + chars("t".__eq__, "tT")
    joined = chars(lambda it: len(it) > 1 and it[0] in "fs", r"\x00")
    visible = unseen.replace("[", "[^<", 1).removesuffix("*")
    opening = f"{_OPENING}{between}*"
    return f"{opening}(?:{file}|{stdin}|{joined})(?:{unseen}{visible}){{0,{_LOOKED_AT}}}"


def _number(digits: str | None) -> str | None:
    return None if digits is None else digits.lstrip("0") or "0"


def _table(chars: Iterable[str]) -> dict[int, str]:
    """Return what each character is to a reader who looks for a tag, of those that are another."""
    import unicodedata  # not for those who read English

    found: dict[int, str] = {}
    for char in sorted(chars):
        plain = "".join(map(_plain, unicodedata.normalize("NFKD", char)))
        if plain != char:
            found[ord(char)] = plain
    return found


def _plain(char: str) -> str:
    import unicodedata

    if char in "\t\n":
        return char
    category = unicodedata.category(char)
    if category in _NO_LETTER_OF_TAGS or char in _FILLERS:
        return ""
    if category == "Pd":
        return "-"
    if category == "Nd":
        return str(unicodedata.decimal(char))
    return _SINGLE.get(ord(char), _SINGLE.get(ord(char.lower()[0]), char))
