"""A page's tree as Markdown for a model."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from bs4 import Tag
from markdownify import MarkdownConverter

_PERMALINKS = ("¶", "#", "§", "\N{LINK SYMBOL}")
_NO_EXPONENTS = frozenset({"st", "nd", "rd", "th", "er", "re", "tm", "sm", "®", "™", "*"})
"""What is set high beside a number or a name and means nothing by it."""
_MOST_HASHES = 6
_SIMPLE = r"[+\-\N{MINUS SIGN}]?[\w.\N{PRIME}*°]+"


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

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a link; one within the page, or of a script, is its words."""
        words = text.strip()
        href = str(el.get("href") or "")
        if "_inline" in parent_tags and words in _PERMALINKS:
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
    convert_address = convert_form = convert_fieldset = _convert_block

    def convert_hN(self, n: int, _: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: N802 - as the library calls it
        """Write a heading that has words."""
        words = " ".join(text.split())
        if "_inline" in parent_tags or not words:
            return text
        return f"\n\n{'#' * max(1, min(n, _MOST_HASHES))} {words}\n\n"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - as the library calls it
        """Write what a picture shows, where the page says so."""
        alt = " ".join(str(el.get("alt") or "").split())
        return f"![{alt}]" if alt else ""

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write a block of code, in a fence that nothing in it closes."""
        lines = [it.rstrip() for it in text.strip("\n").rstrip().split("\n")]
        if lines == [""]:
            return ""
        if "_inline" in parent_tags:  # a cell, a heading: Markdown has no blocks there
            return "<br>".join(_code_span(it) for it in lines)
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
        """Write what stands low: x_1."""
        return text if "pre" in parent_tags else _script("_", text)

    def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Write what stands high: 2^10; the number of a footnote is one in brackets."""
        words = text.strip()
        if "pre" in parent_tags or words.startswith("[") or words.lower() in _NO_EXPONENTS:
            return text
        inner = el.find("a", recursive=False)
        link = el.parent if el.parent is not None and el.parent.name == "a" else inner
        if isinstance(link, Tag) and str(link.get("href") or "").startswith("#"):
            return f"[{words}]" if words else ""
        return _script("^", text)


def joined(base: str, address: str) -> str:
    """Return an address within a page as a whole one, "" if it is none."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""


def _script(mark: str, text: str) -> str:
    words = text.strip()
    if not words:
        return ""
    return f"{mark}{words}" if re.fullmatch(_SIMPLE, words) else f"{mark}({words})"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _code_span(line: str) -> str:
    if not line.strip():
        return ""
    run = _longest_run(line)
    ticks, space = "`" * (run + 1), " " if run else ""
    return f"{ticks}{space}{line}{space}{ticks}"
