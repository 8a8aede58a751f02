"""What fits into a row of the prompt, by prompt_toolkit's widths. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit.utils import get_cwidth

from mimo_cli.common_phrases import dotted
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import verbatim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.chat.status import StatusLine
    from mimo_cli.phrases import Translations

_TITLE = 20  # columns: less of a title, with what is before it, says nothing


def fit(line: StatusLine, columns: int, translations: Translations) -> str:
    """Return the facts that fit into so many columns, and the title, cut, where there is room.

    Only a first fact that is too long by itself is cut.
    """

    def told(facts: Iterable[str]) -> str:
        return one_line(dotted(facts).rendered(translations))

    kept = list(line.facts[:1])
    for fact in line.facts[1:]:
        if get_cwidth(told([*kept, fact])) <= columns:
            kept.append(fact)
    text = told(kept)
    whole = told([*kept, verbatim(line.title)]) if line.title else text
    has_room = get_cwidth(whole) <= columns or columns - get_cwidth(text) >= _TITLE
    return cut(whole if has_room else text, columns)


def cut(text: str, columns: int) -> str:
    """Return a line, cut to what fits into so many columns."""
    if get_cwidth(text) <= columns:
        return text
    width, kept = get_cwidth("…"), ""
    for char in text:
        width += get_cwidth(char)
        if width > columns:
            break
        kept += char
    return kept + "…"
