"""The tree of a page, as far as Python's parser does not make it as browsers do."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup, Tag
from bs4.builder import ParserRejectedMarkup
from bs4.builder._htmlparser import BeautifulSoupHTMLParser, HTMLParserTreeBuilder

from mimo_cli.attachments.web.html.tree import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bs4.element import PageElement

_DEEPEST = 256
"""Elements within one another; what is further in is taken as if it stood there. Browsers: 512."""
_LOOKED_BACK = 32
_MOST_WITHOUT_END = 100

_BLOCKS = HEADINGS | frozenset(
    {
        *("address", "article", "aside", "blockquote", "div", "dl", "fieldset", "figure"),
        *("footer", "form", "header", "hr", "main", "nav", "ol", "p", "pre", "section", "table"),
        "ul",
    }
)
_CLOSES = {
    **dict.fromkeys(_BLOCKS, ("p",)),
    "li": ("li", "p"),
    **dict.fromkeys(("dt", "dd"), ("dt", "dd", "p")),
    **dict.fromkeys(("td", "th"), ("td", "th", "p")),
    "tr": ("tr", "td", "th", "caption", "p"),
    **dict.fromkeys(
        ("thead", "tbody", "tfoot"), ("tbody", "thead", "caption", "tr", "td", "th", "p")
    ),
    **dict.fromkeys(("rt", "rp"), ("rt", "rp")),
    "option": ("option",),
}
"""The elements that end where another begins (HTML, 13.1.2.4): their end tags may be left out."""
_FENCES = frozenset({"ul", "ol", "dl", "table", "blockquote", "div", "section", "article", "main"})
"""Beyond which none of them ends."""


def parse(html: str) -> Soup:
    """Return the tree of a page, or of a part of one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it looks like a file's name, or like XML
        builder = _Builder(multi_valued_attributes=None)
        return Soup(html, builder=builder, element_classes={Tag: Element})


class _Parser(BeautifulSoupHTMLParser):
    """Python's parser, which gives up on start tags where too many do not end.

    For each it looks to the end of the page, within quotes: in the square of their number.
    """

    _without_end = 0

    def parse_starttag(self, i: int) -> int:
        """Return where a start tag ends, -1 if it does not."""
        if self._without_end > _MOST_WITHOUT_END:
            return -1
        end = super().parse_starttag(i)
        self._without_end += end < 0
        return end


class _Builder(HTMLParserTreeBuilder):
    """Builds the tree with that parser."""

    def feed(self, markup: Any, *_: Any, **__: Any) -> None:
        """Parse a page."""
        args, kwargs = self.parser_args
        assert self.soup is not None  # noqa: S101 - it feeds itself, for the type checker
        parser = _Parser(self.soup, *args, **kwargs)
        try:
            parser.feed(markup)
            parser.close()
        except AssertionError as error:  # of the parser, on some declarations
            raise ParserRejectedMarkup(error) from error


class Element(Tag):
    """An element that finds a child near the one that it found last.

    The library looks from the first one on for each that is taken out or put in: the passes, which
    go over a page in order, would take the square of the children of one element.
    """

    _last = 0

    def index(self, element: PageElement) -> int:
        """Return the place of a child; raise ValueError if it is none."""
        size = len(self.contents)
        middle = min(self._last, size)
        for distance in range(max(middle, size - middle) + 1):
            for place in (middle - distance, middle + distance):
                if 0 <= place < size and self.contents[place] is element:
                    self._last = place
                    return place
        raise ValueError(element)


class Soup(Element, BeautifulSoup):
    """A tree of bounded depth, with the end tags that HTML lets people leave out."""

    def handle_starttag(self, name: str, *args: Any, **kwargs: Any) -> Tag | None:
        """Begin an element, unless it would be too deep in others."""
        for ended in self._ended_by(name):
            self.handle_endtag(ended)
        if len(self.tagStack) > _DEEPEST:
            return None
        return super().handle_starttag(name, *args, **kwargs)

    def _ended_by(self, name: str) -> Iterator[str]:
        closing = _CLOSES.get(name, ())
        if not closing:
            return
        outermost = ""
        for tag in self.tagStack[: -_LOOKED_BACK - 1 : -1]:
            if tag.name in closing:
                outermost = tag.name
            elif tag.name in _FENCES:
                break
        if outermost:
            yield outermost
