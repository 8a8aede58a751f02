"""A page's tree as Markdown for a model."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from bs4 import Tag
from markdownify import MarkdownConverter

_PERMALINKS = ("¶", "#", "§", "\N{LINK SYMBOL}")


class Converter(MarkdownConverter):
    """Writes Markdown for a model: nothing escaped, addresses complete."""

    def __init__(self, base: str) -> None:
        super().__init__(
            heading_style="atx",
            bullets="-",
            autolinks=False,
            escape_asterisks=False,
            escape_underscores=False,
            code_language_callback=_language,
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

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - as the library calls it
        """Write what a picture shows, where the page says so."""
        alt = " ".join(str(el.get("alt") or "").split())
        return f"![{alt}]" if alt else ""

    def convert_tr(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - as the library calls it
        """Write a row; what divides the first from the others is a row already."""
        return f"|{text}\n"

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - as the library calls it
        """Write a cell; no bar in it ends it."""
        words = " ".join(text.split()).replace("|", r"\|")
        return f" {words} |"

    convert_th = convert_td


def joined(base: str, address: str) -> str:
    """Return an address within a page as a whole one, "" if it is none."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""


def _language(pre: Tag) -> str:
    """Return the language of a block of code, as highlighters have it in a class."""
    inner = pre.find("code")
    around = pre.parent
    for tag in (pre, inner, around, around.parent if around else None):
        classes = str(tag.get("class") or "") if isinstance(tag, Tag) else ""
        found = re.search(
            r"\b(?:language|lang|highlight|highlight-source)-([\w+#-]{1,20})", classes
        )
        if found:
            return found[1]
    return ""
