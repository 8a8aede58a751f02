"""Which part of a page is its text, and what is around that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import Tag

from mimo_cli.attachments.web.html.tree import ancestor, beside, elements
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
_RUNNING = frozenset(
    {
        *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "table"),
        *("blockquote", "figure", "details"),
    }
)
_NOTES = r"(?i)note|warn|caution|danger|alert|hint|tip\b|callout|admonition|important|info"
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
    part = ancestor(tag, _PARTS)
    is_main = any(it.get("role") == "main" for it in tag.parents)
    return not is_main and (part is None or part.name == "body")


def _belongs(tag: Tag, weights: Weights, soup: BeautifulSoup) -> bool:
    """Return whether it is text all the same: a note, a title without links, a card's header."""
    if tag.name == "aside" and (_is_note(tag) or _is_amid_text(tag)):
        return True
    if tag.name == "header" and tag.find("h1") and not tag.find("a"):
        return True
    if tag.name == "aside":
        return False
    around = next((it for it in tag.parents if weights.of(it) > weights.of(tag)), soup)
    return weights.of(around) < _NEARLY_ALL * weights.of(soup)


def _is_note(tag: Tag) -> bool:
    given = f"{tag.get('class') or ''} {tag.get('role') or ''}"
    return re.search(_NOTES, given[:_LONGEST]) is not None


def _is_amid_text(tag: Tag) -> bool:
    sides = (beside(tag, -1), beside(tag, 1))
    return all(isinstance(it, Tag) and it.name in _RUNNING for it in sides)
