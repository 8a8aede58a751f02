"""What the passes over a page's tree have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import Tag

if TYPE_CHECKING:
    from collections.abc import Container

    from bs4.element import NavigableString

_LONGEST = 300


def elements(part: Tag, names: Container[str]) -> list[Tag]:
    """Return the elements of some names within another, in order; `find_all` is slow."""
    return [it for it in part.descendants if isinstance(it, Tag) and it.name in names]


def ancestor(tag: Tag, names: Container[str]) -> Tag | None:
    """Return the nearest element of some names around another."""
    return next((it for it in tag.parents if it.name in names), None)


def classes(tag: Tag) -> list[str]:
    """Return the classes of an element, as far as they are not made to cost."""
    return str(tag.get("class") or "")[:_LONGEST].split()


def replace(tag: Tag, other: Tag | NavigableString) -> None:
    """Put something in the place of an element, which is gone with all that is in it."""
    tag.replace_with(other)
    tag.decompose()


def element(name: str, words: str = "") -> Tag:
    """Return a new element with words in it."""
    new = Tag(name=name)
    if words:
        new.string = words
    return new
