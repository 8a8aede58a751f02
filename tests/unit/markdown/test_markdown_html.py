"""HTML in an answer: visible as it is, but for a few tags that are understood."""

from __future__ import annotations

import pytest
from support.markdown_texts import oneshot, shown, streamed

from mimo_cli.markdown.engine import Engine
from mimo_cli.markdown.rules.literal import opening
from mimo_cli.markdown.styled_rows import row_text
from mimo_cli.markdown.tex.scripts import lowered, raised


@pytest.mark.parametrize(
    "text",
    [
        '<img src="a*b*c.png">',
        '<a href="__init__.py">',
        "<a href='`x`'>",
        "<x y=\"\\*\" z='&amp;'>",
        "</kbd> Vec<u8> <think>",
        "a <!-- *b* --> c",
        "a <?php *b* ?> <!X *b*> <![CDATA[*b*]]>",
        "a <script>x*y*z</script> b",
        '<pre class="a">x*y*z</pre> b',
        "<TEXTAREA>_a_</TEXTAREA>",
        "<details><summary>More</summary>",
        "<sub>q</sub> <sup>a b</sup> <sub></sub>",
    ],
)
def test_a_tag_is_one_literal_piece_of_text(text: str) -> None:
    assert shown(text) == [text]
    assert shown(f"*a* {text} *b*") == [f"a {text} b"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a<br>b<br/>c<BR />d", ["a", "b", "c", "d"]),
        ("a<br>\nb<br><br>c<br>", ["a", "b", "", "c"]),
        ("# a<br>b", ["a", "b"]),
        ("`<br>` \\<br>", ["<br> <br>"]),
        ("H<sub>2</sub>O, x<sup>n+1</sup>", ["H₂O, xⁿ⁺¹"]),
        ("> [!NOTE]\n> *a*", ["│ NOTE", "│ a"]),
        ("> [!tip] Title\n> - a", ["│ TIP Title", "│  • a"]),
        ("> a\n> [!NOTE]", ["│ a", "│ [!NOTE]"]),
        ("[!NOTE]", ["[!NOTE]"]),
        ("a[^1] b[^n]\n\n[^1]: one\n[^n]: two", ["a[^1] b[^n]", "", "[^1]: one", "[^n]: two"]),
    ],
)
def test_what_is_understood_of_html_and_of_github(text: str, rows: list[str]) -> None:
    assert shown(text) == rows
    assert streamed(text, 80, [3], [True]) == oneshot(text, 80)


def test_a_break_in_a_cell_is_a_row_of_the_cell() -> None:
    text = "| a | b |\n|---|---|\n| x<br>yy | z |\n"
    assert shown(text) == ["a  │ b", "───┼──", "x  │ z", "yy │"]
    stacked = "| a long name | another one | a third one |\n|---|---|---|\n| x<br>yy | z | |\n"
    assert shown(stacked, 20) == ["a long name: x", "  yy", "another one: z", "a third one:"]


BODY = ["*a*", "", "- b", "# c", "```", "> d"]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("<pre>", "</pre>"),
        ("<script src='x'>", "</script>"),
        ("<textarea", "a</textarea>"),
        ("<STYLE>", "</STYLE>"),
        ("<!-- *", "-->"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "> "])
def test_the_body_of_some_elements_stays_as_it_is(first: str, last: str, prefix: str) -> None:
    rows = [first, *BODY, last]
    text = "".join(f"{prefix}{row}\n" for row in rows)
    expected = [f"{'│ ' if prefix else ''}{row}".rstrip() for row in rows]
    assert shown(f"x\n{text}\n*y*") == ["x", "", *expected, "", "y"]
    assert streamed(text, 80, [5], [True]) == oneshot(text, 80)


def test_such_a_body_is_final_row_by_row() -> None:
    engine = Engine(80)
    engine.feed("<pre>\n*a*\n\nb")
    assert [row_text(row) for row in engine.commit()] == ["<pre>", "*a*"]


@pytest.mark.parametrize(
    "line", ["<pre> is a tag", "<script>标签", "<pre>a</pre> b", "<prefix>", "<div>", "<!-x"]
)
def test_a_line_of_prose_begins_no_such_body(line: str) -> None:
    assert opening(line) is None


def test_only_what_unicode_has_is_raised_or_lowered() -> None:
    assert (raised("2n"), lowered("2n")) == ("²ⁿ", "₂ₙ")
    assert (raised("q"), lowered("b")) == ("", "")
