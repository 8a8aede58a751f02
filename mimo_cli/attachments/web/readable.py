"""HTML as readable text: Markdown without menus, scripts and what is not shown.

Beautiful Soup parses, the passes of `html` go over the tree, markdownify writes. Run by
`reader_process`: either library takes minutes for a page that was made to cost that.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString

from mimo_cli.attachments.web.html import code_blocks, formulas, leftovers, tables
from mimo_cli.attachments.web.html.converter import Converter, joined
from mimo_cli.attachments.web.html.tree import classes

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 256
"""Elements within one another; what is further in is taken as if it stood there. Browsers: 512."""
_LOOKED_BACK = 32
_ENOUGH = 200
"""Characters below which a part is not taken for the page, nor a page for one with a text."""
_HARDLY = 40
"""Characters that are "Loading…", or a name, but no text."""
_RATIO = 40
_SCRIPT_ELSEWHERE = 1000
"""What a script is taken to weigh that is not in the page."""
_CJK = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
_LONGEST_TITLE = 300

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
_AROUND = ("header", "footer", "aside")
_HIDING_STYLE = r"(?i)display\s*:\s*none|visibility\s*:\s*hidden"

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "div", "dl", "fieldset", "figure"),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav"),
        *("ol", "p", "pre", "section", "table", "ul"),
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
    "option": ("option",),
}
"""The elements that end where another begins (HTML, 13.1.2.4): their end tags may be left out."""
_FENCES = frozenset({"ul", "ol", "dl", "table", "blockquote", "div", "section", "article", "main"})
"""Beyond which none of them ends."""


class Readable(NamedTuple):
    """A page's title and text; `is_scripted`: hardly anything is in it but scripts."""

    title: str
    text: str
    is_scripted: bool


def read(html: str, url: str) -> Readable:
    """Return the readable text of a page; addresses in it are completed by its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it looks like a file's name, or like XML
        soup = _Soup(leftovers.clean(html), "html.parser", multi_valued_attributes=None)
    base = _base(soup, url)
    formulas.write(soup)
    title = _title(soup)
    scripts = _weigh_scripts(soup)
    _drop_unread(soup)
    part = _main_part(soup)
    code_blocks.write(part)
    tables.write(part)
    text = Converter(base).convert_soup(part).strip()
    is_scripted = _is_scripted(scripts, _weigh(text))
    if title and text and not text.startswith("# "):
        text = f"# {title}\n\n{text}"
    return Readable(title, text, is_scripted)


class _Soup(BeautifulSoup):
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


def _base(soup: BeautifulSoup, url: str) -> str:
    found = soup.find("base", href=True)
    return joined(url, str(found["href"])) if isinstance(found, Tag) else url


def _title(soup: BeautifulSoup) -> str:
    found = soup.find("title") or soup.find("h1")
    words = found.get_text(" ") if isinstance(found, Tag) else ""
    return " ".join(words.split())[:_LONGEST_TITLE]


def _weigh(words: str) -> int:
    """Return how much text it is in Latin letters: one character of Chinese counts as three."""
    return len(words) + 2 * len(re.findall(_CJK, words))


def _weigh_scripts(soup: BeautifulSoup) -> int:
    """Return the characters of a page's scripts, as far as they are known."""
    return sum(
        _SCRIPT_ELSEWHERE if "src" in tag.attrs else len(tag.string or "")
        for tag in soup.find_all("script")
    )


def _is_scripted(scripts: int, text: int) -> bool:
    """Return whether a page is its scripts, by what they and its text weigh."""
    if not scripts or text >= _ENOUGH:
        return False
    return text < _HARDLY or scripts > text * _RATIO


def _drop_unread(soup: BeautifulSoup) -> None:
    for it in list(soup.descendants):  # `find_all` takes several times as long
        if it.decomposed:
            continue  # with what it was in
        if isinstance(it, PreformattedString):  # a comment, an instruction, a declaration
            it.extract()
        elif isinstance(it, Tag) and _is_unread(it):
            it.decompose()


def _is_unread(tag: Tag) -> bool:
    if tag.name in _NOT_READ or "hidden" in tag.attrs:
        return True
    if tag.get("id") in _NOT_READ_IDS or not _NOT_READ_CLASSES.isdisjoint(classes(tag)):
        return True
    if tag.get("aria-hidden") == "true" or tag.get("role") in ("navigation", "search"):
        return True
    style = str(tag.get("style") or "")
    return re.search(_HIDING_STYLE, style[:_LONGEST_TITLE]) is not None


def _main_part(soup: BeautifulSoup) -> Tag:
    """Return the part of a page that is its text, if it says so, else all but what is around."""
    articles = soup.find_all("article")
    named = soup.find("main") or soup.find(role="main")
    for part in (named, articles[0] if len(articles) == 1 else None):
        if isinstance(part, Tag) and _weigh(part.get_text(strip=True)) >= _ENOUGH:
            return part
    for tag in soup.find_all(_AROUND):
        if not tag.decomposed and tag.find_parent(["article", "main"]) is None:
            tag.decompose()
    return soup
