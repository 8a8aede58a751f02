"""What is no part of a page's text: scripts, menus, what is hidden."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from bs4 import Tag
from bs4.element import PreformattedString

from mimo_cli.attachments.web.html import controls, shadow
from mimo_cli.attachments.web.html.tree import ancestor, classes, elements, remove, style

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

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
_ICON_FONTS = ("material-icons", "material-symbols")
"""Fonts that draw a word as a picture."""
_READ_OUT = r"(?i)\bsr-only|visually-?hidden|screen-?reader|off-?screen|assistive"
"""What is read out in the place of something that is seen."""
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
        remove(tag)
    elif tag.name in controls.NAMES:
        controls.write(tag)


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
    are seen, unless they are an icon's name.
    """
    if tag.name not in _IN_A_LINE or any(it.startswith(_ICON_FONTS) for it in classes(tag)):
        return False
    around = tag.parent.children if tag.parent is not None else ()
    return not any(
        isinstance(it, Tag) and re.search(_READ_OUT, str(it.get("class") or "")[:_LONGEST])
        for it in islice(around, _MOST_BESIDE)
    )


def _is_hidden(tag: Tag) -> bool:
    if "hidden" in tag.attrs and tag["hidden"] != "until-found":  # what is shown when it is found
        return True
    if "style" not in tag.attrs:
        return False
    declared = style(tag)
    return declared.get("display") == "none" or declared.get("visibility") == "hidden"
