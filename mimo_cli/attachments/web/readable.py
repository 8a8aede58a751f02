"""HTML as readable text: Markdown without menus, scripts and what is not shown.

Beautiful Soup parses, the passes of `html` go over the tree, markdownify writes. Run by
`reader_process`: either library takes minutes for a page that was made to cost that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bs4 import Tag

from mimo_cli.attachments.web.html import (
    code_blocks,
    leftovers,
    lists,
    main_part,
    raised,
    tables,
    unread,
)
from mimo_cli.attachments.web.html.converter import Converter, joined
from mimo_cli.attachments.web.html.formulas import writing
from mimo_cli.attachments.web.html.soup import parse
from mimo_cli.attachments.web.html.tree import elements
from mimo_cli.attachments.web.html.weights import weigh

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

_HARDLY = 40
"""Characters that are "Loading…", or a name, but no text."""
_RATIO = 40
_SCRIPT_ELSEWHERE = 1000
"""What a script is taken to weigh that is not in the page."""
_LONGEST_TITLE = 300


class Readable(NamedTuple):
    """A page's title and text; `is_scripted`: hardly anything is in it but scripts."""

    title: str
    text: str
    is_scripted: bool


def read(html: str, url: str) -> Readable:
    """Return the readable text of a page; addresses in it are completed by its own."""
    soup = parse(leftovers.clean(html))
    base = _base(soup, url)
    writing.write(soup)
    title = _title(soup)
    scripts = _weigh_scripts(soup)
    unread.drop(soup)
    part = main_part.find(soup)
    raised.write_fractions(part)
    code_blocks.write(part)
    tables.write(part)
    lists.write(part)
    text = Converter(base).markdown(part)
    is_scripted = _is_scripted(scripts, weigh(text))
    if title and text and not text.startswith("# "):
        text = f"# {title}\n\n{text}"
    return Readable(title, text, is_scripted)


def _base(soup: BeautifulSoup, url: str) -> str:
    found = soup.find("base", href=True)
    return joined(url, str(found["href"])) if isinstance(found, Tag) else url


def _title(soup: BeautifulSoup) -> str:
    found = soup.find("title") or soup.find("h1")
    words = found.get_text(" ") if isinstance(found, Tag) else ""
    return " ".join(words.split())[:_LONGEST_TITLE]


def _weigh_scripts(soup: BeautifulSoup) -> int:
    """Return the characters of a page's scripts, as far as they are known."""
    return sum(
        _SCRIPT_ELSEWHERE if "src" in tag.attrs else len(tag.string or "")
        for tag in elements(soup, ("script",))
    )


def _is_scripted(scripts: int, text: int) -> bool:
    """Return whether a page is its scripts, by what they and its text weigh."""
    if not scripts or text >= main_part.ENOUGH:
        return False
    return text < _HARDLY or scripts > text * _RATIO
