"""What stands high or low: 2^10, x_1, and the number of a footnote in brackets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import Tag
from bs4.element import NavigableString

from mimo_cli.attachments.web.html.tree import beside, elements, replace

if TYPE_CHECKING:
    from bs4.element import PageElement

NAMES = frozenset({"sub", "sup"})

_NO_EXPONENTS = frozenset({"st", "nd", "rd", "th", "er", "re", "tm", "sm", "®", "™", "*"})
"""What is set high beside a number or a name and means nothing by it."""
_SIMPLE = r"[+\-\N{MINUS SIGN}]?(?:\d+(?:\.\d+)*|[^\W\d_])?[\N{PRIME}*°]*"
"""One number or one letter, with signs: beyond, 2^2n would be 4n."""
_STROKES = ("/", "\N{FRACTION SLASH}", "\N{DIVISION SLASH}")
_ATOMS = r"(?:[A-Z][a-z]?|[)\]])\Z"
"""What a low number is that of: H₂O needs no brackets to be read."""
_MARKED = frozenset({"b", "strong", "i", "em", "a", "code", "kbd", "samp", "del", "s", "br", "img"})
_PLAIN = frozenset({"span", "var", "font", "small", "big", "u", "abbr", "cite", "q", "mark"})
_MOST_LEVELS = 8
_MOST_AROUND = 8


def write_fractions(part: Tag) -> None:
    """Write what is set as a fraction, a number high before a stroke and another low, as 1/2."""
    for above in elements(part, ("sup",)):
        stroke = beside(above, 1)
        words = "" if stroke is None else _whole_text(stroke).strip()
        below = beside(stroke, 1) if stroke is not None and words in _STROKES else None
        if stroke is None or not isinstance(below, Tag) or below.name != "sub":
            continue
        numbers = (above.get_text().strip(), below.get_text().strip())
        before = _last_before(above)
        if all(map(str.isdecimal, numbers)) and (words != "/" or not before.isalpha()):
            gap = " " if before.isalnum() else ""
            stroke.extract()
            below.decompose()
            replace(above, NavigableString(f"{gap}{numbers[0]}/{numbers[1]}"))


def _whole_text(it: PageElement) -> str:
    return it.get_text()[:_MOST_AROUND] if isinstance(it, Tag) else str(it)[:_MOST_AROUND]


def _last_before(tag: Tag) -> str:
    """Return the character right before an element, "" if there is none."""
    it: PageElement = tag
    while it.previous_sibling is None and it.parent is not None and it.parent.name in _PLAIN:
        it = it.parent
    before = it.previous_sibling
    return "" if before is None else _whole_end(before)


def _whole_end(it: PageElement) -> str:
    return it.get_text()[-1:] if isinstance(it, Tag) else str(it)[-1:]


def written(tag: Tag, text: str) -> str:
    """Return `sub` or `sup` in a line, with `text` in it."""
    words = text.strip()
    if tag.name == "sub":
        return _script("_", words, tag)
    if words.startswith("[") or words.lower() in _NO_EXPONENTS:
        return text
    if _is_footnote(tag):
        return f"[{words}]" if words else ""
    return _script("^", words, tag)


def _is_footnote(tag: Tag) -> bool:
    inner = tag.find("a", recursive=False)
    link = tag.parent if tag.parent is not None and tag.parent.name == "a" else inner
    return isinstance(link, Tag) and str(link.get("href") or "").startswith("#")


def _script(mark: str, words: str, tag: Tag) -> str:
    if not words:
        return ""
    is_simple = re.fullmatch(_SIMPLE, words) is not None
    if is_simple and (not _runs_on(tag) or _counts_atoms(tag, words)):
        return f"{mark}{words}"
    return f"{mark}({words})"


def _runs_on(tag: Tag) -> bool:
    """Return whether a letter or a digit follows at once: 2^34 is another number than 2³4."""
    return _first_after(tag)[:1].isalnum()


def _counts_atoms(tag: Tag, words: str) -> bool:
    before = tag.previous_sibling
    is_low_number = tag.name == "sub" and words.isdecimal()
    if not is_low_number or before is None or isinstance(before, Tag):
        return False
    is_atom = re.search(_ATOMS, str(before)[-3:]) is not None
    return is_atom and _first_after(tag)[:1].isupper()


def _first_after(tag: Tag) -> str:
    """Return the text right after an element, "" if something is written between."""
    it: PageElement = tag
    for _ in range(_MOST_LEVELS):
        following = it.next_sibling
        if following is not None:
            return _beginning(following)
        if it.parent is None or it.parent.name not in _PLAIN:
            return ""
        it = it.parent
    return ""


def _beginning(it: PageElement) -> str:
    if not isinstance(it, Tag):
        return str(it)
    words = next(iter(it.strings), "") if it.name in _PLAIN | NAMES else ""
    if it.name == "sup" and words.strip().lower() in _NO_EXPONENTS:
        return words
    return words if it.name in _PLAIN else ""
