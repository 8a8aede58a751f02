"""Which part of a page is its text, and what is around that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import Tag

from mimo_cli.attachments.web.html.tree import HEADINGS, ancestor, beside, elements
from mimo_cli.attachments.web.html.weights import Weights, weigh

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

ENOUGH = 200
"""Characters below which a part is not taken for the page, nor a page for one with a text."""

_AROUND = ("header", "footer", "aside")
_PARTS = frozenset(
    {
        *("article", "aside", "section", "main"),
        *("blockquote", "body", "details", "dialog", "fieldset", "figure", "td"),
        *("th", "li", "dd"),
    }
)
"""What has headers and footers of its own: sectioning content and roots (HTML, 4.3), and items."""
_PARTS_AND_AROUND = _PARTS | {*_AROUND}
"""What is in another header goes or stays with that."""
_RUNNING = HEADINGS | {"p", "ul", "ol", "dl", "pre", "table", "blockquote", "figure", "details"}
_LISTS = ("ul", "ol", "menu", "dl")
_FEWEST_IN_MENU = 2
_HOME = r"(?:https?://[^/?#]+/?|\.?/)(?:index\.\w{1,5})?"
_NOTES = frozenset(
    {
        *("note", "notes", "footnote", "footnotes", "endnote", "endnotes", "sidenote", "notice"),
        *("warn", "warning", "caution", "danger", "alert", "hint", "tip", "callout", "admonition"),
        *(
            "important",
            "info",
            "infobox",
            "erratum",
            "errata",
            "correction",
            "corrections",
            "references",
        ),
    }
)
"""Words of a class, a role or a label that tell of a note."""
_WORDS = r"[A-Z]?[a-z]+|[A-Z]+"
_NO_NOTES = frozenset({"nav", "sidebar", "menu", "widget", "toc", "share", "related", "cookie"})
_CORRECTED = (
    r"(?i)\b(?:corrections?|corrected|errat(?:um|a)|(?:an|this) (?:earlier|previous) version)\b"
)
_INNER = ("div",)
_NEARLY_ALL = 0.8
"""The share of a page that an element has if it is there for the layout."""
_LONGEST = 300


def find(soup: BeautifulSoup) -> Tag:
    """Return the part of a page that is its text, if it says so, else all but what is around."""
    mains = soup.find_all("main") or soup.find_all(role="main", limit=1)
    if len(mains) == 1 and weigh(mains[0].get_text(strip=True)) >= ENOUGH:
        return mains[0]
    _drop_around(soup)
    articles = soup.find_all("article")
    if len(articles) == 1 and _is_most(articles[0], soup):
        return articles[0]
    return soup


def _is_most(article: Tag, soup: BeautifulSoup) -> bool:
    """Return whether an article is the page: all other words, links but for, weigh no more."""
    weights = Weights(soup)
    own = weights.of(article)
    links = (
        weights.of(it) for it in elements(soup, ("a",)) if ancestor(it, ("article", "a")) is None
    )
    return own >= ENOUGH and own >= weights.of(soup) - own - sum(links)


def _drop_around(soup: BeautifulSoup) -> None:
    """Drop headers, footers and asides of the page itself; those of its parts belong to them."""
    found = [it for it in elements(soup, _AROUND) if _is_of_page(it)]
    weights = Weights(soup) if found else None
    for tag in found:
        if weights and not tag.decomposed and not _belongs(tag, weights, soup):
            tag.decompose()


def _is_of_page(tag: Tag) -> bool:
    part = ancestor(tag, _PARTS_AND_AROUND)
    is_main = any(it.get("role") == "main" for it in tag.parents)
    return not is_main and (part is None or part.name == "body")


def _belongs(tag: Tag, weights: Weights, soup: BeautifulSoup) -> bool:
    """Return whether it is text all the same: a note, a title with words, a card's header."""
    if tag.name == "aside":
        return _is_note(tag) or (_is_amid_text(tag) and not _is_menu(tag, weights))
    if tag.name == "header" and _has_heading(tag) and not _is_menu(tag, weights):
        return True
    if tag.name == "footer" and _has_notes(tag):
        return True
    around = next((it for it in tag.parents if weights.of(it) > weights.of(tag)), soup)
    return weights.of(around) < _NEARLY_ALL * weights.of(soup)


def _has_heading(tag: Tag) -> bool:
    return any(
        isinstance(it, Tag) and (it.name in HEADINGS or it.get("role") == "heading")
        for it in tag.descendants
    )


def _is_menu(tag: Tag, weights: Weights) -> bool:
    """Return whether most words are links, or most but for headings are lists of links.

    One link is no menu, nor is a heading that is one, unless they lead home.
    """
    of_page = elements(tag, ("a",))
    is_homeward = any(re.fullmatch(_HOME, str(it.get("href") or "")) for it in of_page)
    links = [it for it in of_page if is_homeward or ancestor(it, HEADINGS) is None]
    if len(links) < _FEWEST_IN_MENU and not is_homeward:
        return False
    headings = sum(weights.of(it) for it in elements(tag, HEADINGS))
    listed = sum(weights.of(it) for it in links if ancestor(it, _LISTS) is not None)
    return (
        2 * sum(map(weights.of, links)) > weights.of(tag) or 2 * listed > weights.of(tag) - headings
    )


def _is_note(tag: Tag) -> bool:
    given = (str(tag.get(it) or "")[:_LONGEST] for it in ("class", "role", "aria-label"))
    words = {it.lower() for it in re.findall(_WORDS, " ".join(given))}
    return not _NOTES.isdisjoint(words) and _NO_NOTES.isdisjoint(words)


def _has_notes(footer: Tag) -> bool:
    """Return whether a footer has notes, or tells what was wrong before."""
    if any(_is_note(it) for it in (footer, *footer.find_all(True))):
        return True
    return re.search(_CORRECTED, footer.get_text()[:_LONGEST]) is not None


def _is_amid_text(tag: Tag) -> bool:
    """Return whether it is among text: between two blocks of it, or the last one behind one."""
    before, after = beside(tag, -1), beside(tag, 1)
    is_last = after is None and tag.parent is not None and tag.parent.name in _INNER
    is_before_text = isinstance(after, Tag) and after.name in _RUNNING
    is_behind_heading = isinstance(before, Tag) and before.name in HEADINGS
    is_behind_text = isinstance(before, Tag) and before.name in _RUNNING
    return is_behind_heading or (is_behind_text and (is_last or is_before_text))
