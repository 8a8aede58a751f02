"""What is no part of a page's text: scripts, menus, what is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import Tag
from bs4.element import PreformattedString

from mimo_cli.attachments.web.html.tree import classes, remove, style

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_NOT_READ = {
    *("script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "embed"),
    *("nav", "button", "input", "select", "textarea", "dialog", "head", "title"),
    *("audio", "video", "map"),
}
_NOT_READ_CLASSES = frozenset(
    {
        *("mw-editsection", "mw-jump-link", "mw-cite-backlink", "mw-empty-elt"),
        *("mw-portlet-lang", "interlanguage-link", "mw-interlanguage-selector"),
    }
)
"""MediaWiki's links for editors, and to the page in other languages."""
_NOT_READ_IDS = frozenset({"p-lang", "p-lang-btn", "siteSub", "jump-to-nav"})


def drop(soup: BeautifulSoup) -> None:
    """Take out of a tree what is not read."""
    for it in list(soup.descendants):  # `find_all` takes several times as long
        if it.decomposed:
            continue  # with what it was in
        if isinstance(it, PreformattedString) or (isinstance(it, Tag) and _is_unread(it)):  # a comment, an instruction, a declaration
            remove(it)


def _is_unread(tag: Tag) -> bool:
    if tag.name in _NOT_READ or _is_hidden(tag):
        return True
    if tag.get("id") in _NOT_READ_IDS or not _NOT_READ_CLASSES.isdisjoint(classes(tag)):
        return True
    return tag.get("aria-hidden") == "true" or tag.get("role") in ("navigation", "search")


def _is_hidden(tag: Tag) -> bool:
    if "hidden" in tag.attrs and tag["hidden"] != "until-found":  # what is shown when it is found
        return True
    if "style" not in tag.attrs:
        return False
    declared = style(tag)
    return declared.get("display") == "none" or declared.get("visibility") == "hidden"
