"""What the passes over a page's tree have in common."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeGuard

from bs4 import Tag
from bs4.element import NavigableString, PreformattedString

if TYPE_CHECKING:
    from collections.abc import Container

    from bs4.element import PageElement

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

_LONGEST = 300
_COMMENT = r"(?s)/\*.*?(?:\*/|\Z)"
_LOOKED_AT = 20
_SPACED = ("pre", "code", "samp", "kbd", "textarea")


def is_text(it: object) -> TypeGuard[NavigableString]:
    """Return whether it is text, and no comment nor an instruction."""
    return isinstance(it, NavigableString) and not isinstance(it, PreformattedString)


def elements(part: Tag, names: Container[str]) -> list[Tag]:
    """Return the elements of some names within another, in order; `find_all` is slow."""
    return [it for it in part.descendants if isinstance(it, Tag) and it.name in names]


def ancestor(tag: PageElement, names: Container[str]) -> Tag | None:
    """Return the nearest element of some names around another."""
    return next((it for it in tag.parents if it.name in names), None)


def beside(tag: PageElement, step: int) -> PageElement | None:
    """Return what is next (1), or before (-1), if it is more than space."""
    it = _sibling(tag, step)
    for _ in range(_LOOKED_AT):
        if not isinstance(it, NavigableString) or it.strip():
            return it
        it = _sibling(it, step)
    return None


def _sibling(it: PageElement, step: int) -> PageElement | None:
    return it.next_sibling if step > 0 else it.previous_sibling


def local_name(tag: Tag) -> str:
    """Return the name of an element without the prefix of its namespace."""
    return tag.name.rpartition(":")[2]


def classes(tag: Tag) -> list[str]:
    """Return the classes of an element, as far as they are not made to cost."""
    return str(tag.get("class") or "")[:_LONGEST].split()


def style(tag: Tag) -> dict[str, str]:
    """Return the declarations of an element's `style`, as far as they are not made to cost."""
    found: dict[str, str] = {}
    given = re.sub(_COMMENT, " ", str(tag.get("style") or "")[:_LONGEST])
    for declaration in given.lower().split(";"):
        name, _, value = declaration.partition(":")
        words = value.partition("!")[0]
        found[name.strip()] = words.strip()
    return found


def pictured(img: Tag) -> str:
    """Return what a picture shows, where the page says so."""
    alt = " ".join(str(img.get("alt") or "").split())
    return f"![{alt}]" if alt else ""


def replace(tag: Tag, other: Tag | NavigableString) -> None:
    """Put something in the place of an element, which is gone with all that is in it."""
    tag.replace_with(other)
    tag.decompose()


def remove(it: PageElement) -> None:
    """Take something out, and one of two spaces that were on its sides."""
    before, after, around = it.previous_sibling, it.next_sibling, it.parent
    it.extract()
    if isinstance(it, Tag):
        it.decompose()
    if not (is_text(before) and is_text(after)) or around is None:
        return
    if not before[-1:].isspace() or not after[:1].isspace() or _keeps_spaces(around):
        return
    rest = after.lstrip()
    if rest:
        after.replace_with(NavigableString(rest))
    else:
        after.extract()


def _keeps_spaces(tag: Tag) -> bool:
    return tag.name in _SPACED or ancestor(tag, _SPACED) is not None


def element(name: str, words: str = "") -> Tag:
    """Return a new element with words in it."""
    new = Tag(name=name)
    if words:
        new.string = words
    return new
