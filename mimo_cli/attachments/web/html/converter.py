"""A page's tree as Markdown for a model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from bs4 import Tag
from markdownify import MarkdownConverter

from mimo_cli.attachments.web.html import lists, raised
from mimo_cli.attachments.web.html.tree import HEADINGS, beside, classes, pictured

if TYPE_CHECKING:
    from bs4.element import PageElement

_PILCROWS = ("¶", "\N{LINK SYMBOL}", "\N{ZERO WIDTH SPACE}")
_PERMALINKS = (*_PILCROWS, "#", "§")
_PERMALINK_CLASS = r"(?i)permalink|headerlink|header-link|hash-link|anchor"
_NAMED = HEADINGS | {"dt", "summary", "caption", "figcaption", "legend"}
_MOST_HASHES = 6
_KEPT = {" ": "\ufdd0", "\t": "\ufdd1"}
"""What stands for space of code where other is put together: characters that no text has."""
_AS_KEPT = str.maketrans(_KEPT)
_FROM_KEPT = str.maketrans({mark: space for space, mark in _KEPT.items()})


class Converter(MarkdownConverter):
    """Writes Markdown for a model: nothing escaped, addresses complete."""

    def __init__(self, base: str) -> None:
        super().__init__(
            heading_style="atx",
            bullets="-",
            autolinks=False,
            escape_asterisks=False,
            escape_underscores=False,
        )
        self._base = base

    def markdown(self, part: Tag) -> str:
        """Return a part of a page as Markdown."""
        text: str = self.convert_soup(part)
        return text.strip().translate(_FROM_KEPT)

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a link; one within the page, or of a script, is its words."""
        words = text.strip()
        href = str(el.get("href") or "")
        if words in _PERMALINKS and _is_permalink(el, words, href, parent_tags):
            return ""
        address = "" if href[:1] in ("", "#") else joined(self._base, href)
        if not words or "_noformat" in parent_tags or not re.match("https?:|mailto:", address):
            return text
        before, after = (" " if it.isspace() else "" for it in (text[0], text[-1]))
        return f"{before}[{words}]({address}){after}"

    def _convert_block(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - as the library calls it
        words = text.strip()
        return words if "_inline" in parent_tags or not words else f"\n\n{words}\n\n"

    convert_main = convert_aside = convert_header = convert_footer = _convert_block
    convert_figure = convert_details = convert_summary = _convert_block
    convert_address = convert_form = convert_fieldset = convert_legend = _convert_block
    convert_center = convert_hgroup = convert_dialog = convert_search = _convert_block

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - as the library calls it
        """Write an item with its mark, the lines below as far in as that is wide."""
        mark = f"{el.get(lists.MARK) or '-'} "
        first, *others = text.strip().split("\n")
        indented = (" " * len(mark) + it if it else "" for it in others)
        return "\n".join((mark + first, *indented)) + "\n" if text.strip() else "\n"

    def convert_hN(self, n: int, _: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: N802 - as the library calls it
        """Write a heading that has words."""
        words = " ".join(text.split())
        if "_inline" in parent_tags or not words:
            return text
        return f"\n\n{'#' * max(1, min(n, _MOST_HASHES))} {words}\n\n"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - as the library calls it
        """Write what a picture shows, where the page says so."""
        return pictured(el)

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a block of code, in a fence that nothing in it closes."""
        lines = [it.rstrip() for it in text.strip("\n").rstrip().split("\n")]
        if lines == [""]:
            return ""
        if "_inline" in parent_tags:  # a cell, a heading: Markdown has no blocks there
            return "<br>".join(_code_span(it).translate(_AS_KEPT) for it in lines)
        fence = "`" * max(3, _longest_run(text) + 1)
        written = (f"{fence}{el.get('lang') or ''}", *lines, fence)
        return "\n\n" + "\n".join(written) + "\n\n"

    def convert_tr(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - as the library calls it
        """Write a row; what divides the first from the others is a row already."""
        return f"|{text}\n"

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - as the library calls it
        """Write a cell; no bar in it ends it."""
        words = " ".join(text.split()).replace("|", r"\|")
        return f" {words} |"

    convert_th = convert_td

    def convert_sub(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - as the library calls it
        """Write what stands low or high: x_1, 2^10."""
        return raised.written(el, text)

    convert_sup = convert_sub

    def convert_rt(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - as the library calls it
        """Write how a character is read, in the parentheses that a page may have for it."""
        is_fenced = any(isinstance(it, Tag) and it.name == "rp" for it in _sides(el))
        return text if is_fenced or not text.strip() else f"({text.strip()})"


def _sides(el: Tag) -> tuple[PageElement | None, PageElement | None]:
    return beside(el, -1), beside(el, 1)


def _is_permalink(el: Tag, words: str, href: str, parent_tags: set[str]) -> bool:
    """Return whether a link is to where it stands: a sign behind a heading or a name."""
    if not href:
        return False
    is_named = any(re.search(_PERMALINK_CLASS, it) for it in classes(el))
    is_behind_name = not _NAMED.isdisjoint(parent_tags)
    is_within_page = href.startswith("#") and ("_inline" in parent_tags or words in _PILCROWS)
    return is_named or is_behind_name or is_within_page


def joined(base: str, address: str) -> str:
    """Return an address within a page as a whole one, "" if it is none."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _code_span(line: str) -> str:
    if not line.strip():
        return ""
    run = _longest_run(line)
    ticks, space = "`" * (run + 1), " " if run else ""
    return f"{ticks}{space}{line}{space}{ticks}"
