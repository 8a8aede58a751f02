"""Blocks of code: their lines without numbers, and their language."""

from __future__ import annotations

import re
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from bs4 import Tag
from bs4.element import NavigableString

from mimo_cli.attachments.web.html import raised
from mimo_cli.attachments.web.html.tree import (
    ancestor,
    classes,
    element,
    elements,
    pictured,
    replace,
    style,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_GUTTERS = frozenset(
    {
        *("gutter", "rouge-gutter", "linenos", "lineno", "linenodiv", "ln", "lnt", "lntd"),
        *("blob-num", "js-line-number", "line-number", "line-numbers", "linenumber", "linenum"),
        *("hljs-ln-numbers", "hljs-ln-n", "crayon-nums", "code-line-number"),
    }
)
"""What highlighters call the numbers of lines, if there is nothing but digits in it."""
_CELLS = ("td", "th")
_CODE_CLASS = r"(?i)code|highlight|hljs|rouge|listing|syntax|lntable|linenotable|source"
_LINE_CLASSES = frozenset({"line", "code-line", "token-line", "crayon-line", "view-line"})
_LINE_NAMES = frozenset({"div", "p", "li", "tr"})
_LANGUAGE_ATTRIBUTES = ("data-lang", "data-language", "data-tagsearch-lang")
_LANGUAGE = (
    r"(?i)(?:^|\s)(?:(?:brush:\s*|(?:mw-highlight-)?lang(?:uage)?-|highlight-(?:source-|text-)?)"
    r"([a-z0-9][\w+#.-]{0,20})|(?:highlight|hljs|sourcecode|syntaxhighlighter|chroma)\s+"
    r"([a-z0-9][\w+#]{0,20}))(?=[\s;]|$)"
)
_NO_LANGUAGE = frozenset(
    {
        *("highlight", "hljs", "sourcecode", "chroma", "notranslate", "copyable", "wrap", "table"),
        *("none", "default", "undefined", "plain", "plaintext", "text", "txt", "nohighlight"),
        *("numbersource", "block", "code", "container", "wrapper", "line", "lines", "pre"),
    }
)
_PARTS = frozenset({"html", "body", "main", "article", "section", "[document]"})
"""Beyond which a class tells of more than a block of code."""
_INLINE_CODE = ("code", "samp", "kbd", "tt")
_OLD_NAMES = ("listing", "xmp", "plaintext")
"""What blocks of code were before HTML 4, and browsers know yet."""
_KEEPS_LINES = ("pre", "pre-wrap", "pre-line", "break-spaces")
_LEVELS = 3
_LOOKED_AT = 6
_LONGEST = 300


def write(part: Tag) -> None:
    """Put each block of code in one `pre`, with its text alone and `lang`."""
    for tag in elements(part, _INLINE_CODE):
        if _is_block(tag):
            tag.name = "pre"
    for tag in elements(part, _OLD_NAMES):
        tag.name = "pre"
    for table in list(_code_tables(part)):
        _write_table(table)
    for pre in elements(part, ("pre",)):
        if not pre.decomposed:
            language, text = _language(pre), _text([pre])
            pre.attrs = {"lang": language}
            pre.clear(decompose=True)
            pre.append(NavigableString(text))


def _is_block(tag: Tag) -> bool:
    """Return whether code that is not in a `pre` has lines: by its style, or by line breaks."""
    if ancestor(tag, ("pre", *_INLINE_CODE)) is not None:
        return False
    if "style" in tag.attrs and style(tag).get("white-space", "") in _KEEPS_LINES:
        return "\n" in _text([tag]).strip()
    if not elements(tag, ("br",)):
        return False
    for it in [it for it in tag.descendants if isinstance(it, NavigableString)]:
        words = re.sub("[ \t\n]+", " ", str(it))
        is_line_begun = isinstance(it.previous_sibling, Tag) and it.previous_sibling.name == "br"
        words = words.lstrip(" ") if is_line_begun else words
        if words != it:  # to replace takes a look at all that is beside it
            it.replace_with(NavigableString(words))
    return "\n" in _text([tag]).strip()


def _code_tables(part: Tag) -> Iterator[Tag]:
    """Yield the tables that are for the numbers of lines beside code."""
    seen = set[int]()
    for cell in elements(part, _CELLS):
        table = ancestor(cell, ("table",)) if _is_gutter(cell) else None
        if table is not None and id(table) not in seen:
            seen.add(id(table))
            yield table


def _is_gutter(tag: Tag) -> bool:
    is_cell = tag.name in _CELLS
    if is_cell and "data-line-number" in tag.attrs:
        return not tag.get_text().strip("0123456789 \n")
    is_named = not _GUTTERS.isdisjoint(classes(tag))
    if not is_named and not (is_cell and _is_before_code(tag)):
        return False
    return re.fullmatch(r"[\d\s]*\d[\d\s]*", tag.get_text()) is not None


def _is_before_code(cell: Tag) -> bool:
    """Return whether a cell counts the lines of the next: one number a line, each the next one."""
    if not elements(cell, ("pre",)):
        return False
    beside = cell.find_next_sibling(_CELLS)
    if not isinstance(beside, Tag) or not elements(beside, ("pre",)):
        return False
    numbers = [it.strip() for it in cell.get_text("\n").split("\n") if it.strip()]
    is_count = all(it.isdigit() for it in numbers) and _do_count([cell])
    return is_count and 1 < len(numbers) == _text([beside]).rstrip().count("\n") + 1


def _write_table(table: Tag) -> None:
    """Put code in the place of a table that is for it and the numbers of its lines alone."""
    if table.decomposed:
        return
    rows = [
        [it for it in _own(row, _CELLS, ("tr",)) if not _is_gutter(it)]
        for row in _own(table, ("tr",), ("table",))
    ]
    text = "\n".join(_text(cells).removesuffix("\n") for cells in rows if cells)
    if not text.strip() or not _is_of_code(table, rows):
        return
    for caption in _own(table, ("caption",), ("table",)):
        table.insert_before(element("p", caption.get_text()))
    if ancestor(table, ("pre",)):
        replace(table, NavigableString(text))
        return
    new = element("pre", text)
    new["data-lang"] = _language(table)
    replace(table, new)


def _is_of_code(table: Tag, rows: list[list[Tag]]) -> bool:
    """Return whether a table has code alone: at most one cell a row, behind what counts its lines.

    `rows` are its cells but for the numbers.
    """
    cells = [it for row in rows for it in row]
    if any(len(row) > 1 for row in rows) or any(elements(it, ("table",)) for it in cells):
        return False
    gutters = [it for it in _own(table, _CELLS, ("table",)) if _is_gutter(it)]
    if any(
        not _is_gutter(before) for it in gutters for before in it.find_previous_siblings(_CELLS)
    ):
        return False
    is_diff = any("blob-num" in classes(it) or "data-line-number" in it.attrs for it in gutters)
    return _is_like_code(table, cells) and (is_diff or _do_count(gutters))


def _is_like_code(table: Tag, cells: list[Tag]) -> bool:
    if _language(table):
        return True
    around = (table, *islice(table.parents, _LEVELS))
    names = (name for it in (*around, *cells) if it.name not in _PARTS for name in classes(it))
    return any(re.search(_CODE_CLASS, name) for name in names) or any(
        elements(it, ("code",)) for it in cells
    )


def _do_count(gutters: list[Tag]) -> bool:
    """Return whether numbers beside lines are each the next one."""
    words = [word for it in gutters for word in it.get_text("\n").split()]
    if not all(re.fullmatch(r"[0-9]{1,9}", it) for it in words):
        return False
    return all(int(after) == int(before) + 1 for before, after in pairwise(words))


def _own(whole: Tag, names: tuple[str, ...], kind: tuple[str, ...]) -> list[Tag]:
    """Return the parts of a table or a row, without those of tables in it."""
    return [it for it in elements(whole, names) if ancestor(it, kind) is whole]


def _language(tag: Tag) -> str:
    """Return the language of code, as highlighters have it in an attribute or a class."""
    inner = tag.find_all(["code", "pre"], limit=_LOOKED_AT)
    around = (it for it in islice(tag.parents, _LEVELS) if it.name not in _PARTS)
    for it in (tag, *inner, *around):
        if found := _own_language(it):
            return found
    return ""


def _own_language(tag: Tag) -> str:
    given = [str(tag.get(it) or "") for it in _LANGUAGE_ATTRIBUTES]
    named = re.finditer(_LANGUAGE, str(tag.get("class") or "")[:_LONGEST])
    for it in (*given, *(found[1] or found[2] for found in named)):
        if re.fullmatch(r"[\w+#.-]{1,20}", it) and it.lower() not in _NO_LANGUAGE:
            return it.lower()
    return ""


class _Lines:
    """Text of code as it grows; elements that are lines begin and end one."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._is_at_start = True
        self._is_line_ended = False  # by an element: a line feed is due, if none follows

    @property
    def is_at_start(self) -> bool:
        """Whether a line begins here."""
        return self._is_at_start or self._is_line_ended

    def add(self, words: str) -> None:
        """Add text of a line, or of several."""
        if not words:
            return
        if self._is_line_ended and not words.startswith("\n"):
            self.pieces.append("\n")
        self._is_line_ended = False
        self.pieces.append(words)
        self._is_at_start = words.endswith("\n")

    def begin(self) -> None:
        """Begin a line, unless one has just begun."""
        if self._is_line_ended or not self._is_at_start:
            self.pieces.append("\n")
        self._is_at_start, self._is_line_ended = True, False

    def end(self, *, is_empty: bool) -> None:
        """End the line, unless its own text has done so."""
        self._is_line_ended = is_empty or not self._is_at_start


def _text(tags: Iterable[Tag]) -> str:
    lines = _Lines()
    for tag in tags:
        _add(lines, tag)
    return "".join(lines.pieces).replace("\N{NO-BREAK SPACE}", " ")


def _add(lines: _Lines, tag: Tag) -> None:
    for child in tag.children:
        if not isinstance(child, Tag):
            lines.add(str(child))
        elif child.name == "br":
            lines.add("\n")
        elif child.name == "img":
            lines.add(pictured(child))
        elif child.name in raised.NAMES:
            lines.add(raised.written(child, _text([child])))
        elif child.name in _LINE_NAMES or not _LINE_CLASSES.isdisjoint(classes(child)):
            lines.begin()
            before = len(lines.pieces)
            _add(lines, child)
            lines.end(is_empty=len(lines.pieces) == before)
        elif not (lines.is_at_start and _is_gutter(child)):
            _add(lines, child)
