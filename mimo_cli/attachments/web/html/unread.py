"""What is no part of a page's text: scripts, menus, what is hidden."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from bs4 import Tag
from bs4.element import NavigableString, PreformattedString

from mimo_cli.attachments.web.html import controls, shadow
from mimo_cli.attachments.web.html.tree import ancestor, classes, elements, is_text, remove, style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bs4 import BeautifulSoup
    from bs4.element import PageElement

_NOT_READ = frozenset(
    {
        *("script", "style", "noscript", "template", "svg", "canvas", "iframe", "embed"),
        *("nav", "head", "title", "audio", "video", "map", "datalist"),
    }
)
_NOT_READ_CLASSES = frozenset(
    {
        *("mw-editsection", "mw-jump-link", "mw-cite-backlink", "mw-empty-elt"),
        *("mw-portlet-lang", "interlanguage-link", "mw-interlanguage-selector"),
    }
)
"""MediaWiki's links for editors, and to the page in other languages."""
_NOT_READ_IDS = frozenset({"p-lang", "p-lang-btn", "siteSub", "jump-to-nav"})
_IN_A_LINE = frozenset(
    {
        *("span", "strong", "b", "i", "em", "a", "sup", "sub", "small", "code", "kbd", "samp"),
        *("mark", "u", "s", "del", "ins", "q", "abbr", "var", "bdi", "font", "label", "time"),
        *("cite", "tt", "rt", "rp", "ruby"),
    }
)
_CHAPTER = (
    r"[§#]?\s*(?:\d{1,4}(?:\.\d{1,4}){0,6}|(?:[A-Z]|[IVXLC]{1,7})(?=[.):\d])(?:\.?\d{1,4}){0,6})"
    r"\s*[.):\-\N{EN DASH}]?"
)
"""A number before a title."""
_SIGNS = r"(?=.*[★☆⭐✓✔✗✘*½])[★☆⭐✓✔✗✘*½\N{VARIATION SELECTOR-16}\d./\s]{1,40}"
"""Stars, and ticks."""
_READ_OUT = r"(?i)\bsr-only|visually-?hidden|screen-?reader|off-?screen|assistive"
"""What is read out in the place of something that is seen."""
_LEVELS = 2
_FEW = 10
_MOST_BESIDE = 100
_LONGEST = 300


def drop(soup: BeautifulSoup) -> None:
    """Take out of a tree what is not read."""
    shadow.show(soup)
    for it in list(soup.descendants):  # `find_all` takes several times as long
        if it.decomposed:
            continue  # with what it was in
        if isinstance(it, Tag):
            _drop_tag(it)
        elif isinstance(it, PreformattedString):  # a comment, an instruction, a declaration
            remove(it)
    for tag in reversed(elements(soup, _IN_A_LINE)):
        if not tag.contents and ancestor(tag, ("pre",)) is None:  # an icon, say
            remove(tag)


def _drop_tag(tag: Tag) -> None:
    if _is_unread(tag):
        _remove(tag)
    elif tag.name in controls.NAMES:
        controls.write(tag)


def _remove(tag: Tag) -> None:
    """Take something out; what divides words, as a dot does or a stroke, leaves a space."""
    words = "".join(islice(tag.strings, _FEW)) if tag.name in _IN_A_LINE else ""
    is_divider = words != "" and not any(map(str.isalnum, words))
    sides = (tag.previous_sibling, tag.next_sibling)
    if is_divider and None not in sides and not _has_spaces(*sides):
        tag.insert_after(NavigableString(" "))
    remove(tag)


def _has_spaces(before: PageElement | None, after: PageElement | None) -> bool:
    ends = isinstance(before, NavigableString) and before[-1:].isspace()
    return ends or (isinstance(after, NavigableString) and after[:1].isspace())


def _is_unread(tag: Tag) -> bool:
    if tag.name in _NOT_READ:
        return True
    if _is_hidden(tag) or (tag.name == "dialog" and "open" not in tag.attrs):
        return True
    if tag.get("id") in _NOT_READ_IDS or not _NOT_READ_CLASSES.isdisjoint(classes(tag)):
        return True
    if tag.get("aria-hidden") == "true" and not _is_for_the_eye(tag):
        return True
    return tag.get("role") in ("navigation", "search")


def _is_for_the_eye(tag: Tag) -> bool:
    """Return whether it is shown though not read out, and nothing else says the same.

    Blocks that are not read out are closed or to be shown later, as a rule; words within a line
    are an icon's name or a second copy. What is seen is the number of a chapter, or stars.
    """
    if tag.name not in _IN_A_LINE:
        return False
    words = "".join(islice(tag.strings, _MOST_BESIDE)).strip()
    if re.fullmatch(_SIGNS, words) is None and not _is_number_of(tag, words):
        return False
    around = islice(tag.parents, _LEVELS)
    return not any(_is_read_out(it) for whole in around for it in _within(whole))


def _is_number_of(tag: Tag, words: str) -> bool:
    """Return whether it is the number of a title, which it begins."""
    if re.fullmatch(_CHAPTER, words) is None:
        return False
    is_title = re.match(r"[\s.:)\-]*[^\W\d]", _text_beside(tag, 1)) is not None
    return is_title and not _text_beside(tag, -1)


def _text_beside(tag: Tag, step: int) -> str:
    """Return the first text before or after an element, in the same block or link."""
    paragraph = _around(tag, _IN_A_LINE)
    block = _around(tag, _IN_A_LINE - {"a"})
    found = tag.next_elements if step > 0 else tag.previous_elements
    for it in islice(found, _MOST_BESIDE):
        if it is block:
            break
        if is_text(it) and it.strip() and not any(around is tag for around in it.parents):
            is_in_block = any(around is block for around in it.parents)
            is_in_block = is_in_block and _around(it, _IN_A_LINE) is paragraph
            return str(it)[:_LONGEST] if is_in_block else ""
    return ""


def _around(it: PageElement, names: frozenset[str]) -> Tag | None:
    """Return the nearest element around that has none of these names."""
    return next((around for around in it.parents if around.name not in names), None)


def _within(whole: Tag) -> Iterator[Tag]:
    """Yield the elements within another, as far as they are few: its own, and what these have."""
    for it in islice(whole.children, _MOST_BESIDE):
        if isinstance(it, Tag):
            yield it
            yield from (inner for inner in islice(it.children, _FEW) if isinstance(inner, Tag))


def _is_read_out(tag: Tag) -> bool:
    return re.search(_READ_OUT, str(tag.get("class") or "")[:_LONGEST]) is not None


def _is_hidden(tag: Tag) -> bool:
    if "hidden" in tag.attrs and tag["hidden"] != "until-found":  # what is shown when it is found
        return True
    if "style" not in tag.attrs:
        return False
    declared = style(tag)
    return declared.get("display") == "none" or declared.get("visibility") == "hidden"
