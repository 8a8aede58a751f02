"""Labels of links and images: where they end, and how much is looked at for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mimo_cli.markdown.blocks import Parser
from mimo_cli.markdown.inline import to_text

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline


def looks(text: str) -> int:
    """Return at how many places the parser looked ahead, to find the end of a label."""
    count = 0

    def counted(_state: StateInline, silent: bool) -> bool:
        nonlocal count
        count += silent
        return False

    parser = Parser()
    parser.inline.ruler.before("text", "counted", counted)
    parser.parse_inline(text)
    return count


@pytest.mark.parametrize("label", ["a", "some *words*", "一个 & 两个!", "a\nb"])
def test_a_plain_label_is_not_parsed_to_find_its_end(label: str) -> None:
    assert looks(f"[{label}](b) and ![{label}](c)\n" * 50) == 0


@pytest.mark.parametrize("unit", ["[a", "![a ", "[a](", "[`a]` ", "[a [b] "])
def test_each_bracket_is_looked_at_once(unit: str) -> None:
    assert looks(unit * 400 + "](b)") <= 5 * 400


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("[`]`](b)", "] (b)"),
        ("[\\]](b)", "] (b)"),
        ('[<a b="]">](c)', '<a b="]"> (c)'),
        ("[$x]$](b)", "$x]$ (b)"),
        ("[![a](b)](c)", "image: a (b) (c)"),
        ("[a !b! [c]](d)", "a !b! [c] (d)"),
        ("[a [b](c) d](e)", "[a b (c) d](e)"),
        ("[a *b](c)*", "a *b (c)*"),
        ("[a](b", "[a](b"),
        ("[]() [a]", " [a]"),
    ],
)
def test_a_label_ends_where_no_mark_of_its_own_hides_the_end(text: str, drawn: str) -> None:
    assert to_text(Parser().parse_inline(text)).plain == drawn
