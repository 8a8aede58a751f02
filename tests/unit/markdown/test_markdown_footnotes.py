"""Footnote definitions: each on rows of its own, whatever is before it and within it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.markdown_texts import chunk_sizes, oneshot, quick, shown, streamed

DRAWN = [
    ("- item[^1]\n[^1]: note", [" • item[^1]", "", "[^1]: note"]),
    (
        "1. item\n   - inner\n[^1]: note\n\nend",
        [" 1. item", "     • inner", "", "[^1]: note", "", "end"],
    ),
    ("- a\n  [^1]: within", [" • a", "   [^1]: within"]),
    ("- a\n\n  [^1]: n\n\n      more", [" • a", "", "   [^1]: n", "", "       more"]),
    ("text[^1]\n[^1]: note", ["text[^1]", "", "[^1]: note"]),
    ("[^1]: one\n\n    two\n\nend", ["[^1]: one", "", "    two", "", "end"]),
    ("[^1]: one\n\n\ttwo", ["[^1]: one", "", "    two"]),
    (
        "[^1]: one\n    - a\n    - b\n\n[^2]: c",
        ["[^1]: one", "     • a", "     • b", "", "[^2]: c"],
    ),
    ("[^1]: - a", ["[^1]:", "     • a"]),
    ("a\n\n[^1]: - b\n\n[^2]:[^3]:", ["a", "", "[^1]:", "     • b", "", "[^2]:", "    [^3]:"]),
    ("[^1]: > q", ["[^1]:", "    │ q"]),
    ("[^1]:\n    text", ["[^1]:", "    text"]),
    ("[^1]: ```py\n    x = 1\n    ```", ["[^1]:", "    ╭─ py", "    x = 1", "    ╰─"]),
    ("[^1]: one\n\n        code", ["[^1]: one", "", "    ╭─", "    code", "    ╰─"]),
    ("[^1]: one\nlazy", ["[^1]: one", "    lazy"]),
    ("> q[^1]\n> [^1]: in\n>     it\n> end", ["│ q[^1]", "│ [^1]: in", "│     it", "│     end"]),
    ("> q\n[^1]: out", ["│ q", "", "[^1]: out"]),
    ("a [^none] b", ["a [^none] b"]),
    ("[^a]: one\n[^a]: two", ["[^a]: one", "[^a]: two"]),
    ("[^1]: **甲**：乙", ["[^1]: 甲：乙"]),
    ("[^注]:甲", ["[^注]: 甲"]),
    ("[^1]:", ["[^1]:"]),
    ("[^1]:\n\nend", ["[^1]:", "", "end"]),
    ("[^1]:\n[^2]:", ["[^1]:", "[^2]:"]),
    ("[^1]: a\n- b", ["[^1]: a", "", " • b"]),
    ("[^a b]: c\n[^]: d\n[^1] : e", ["[^a b]: c", "[^]: d", "[^1] : e"]),
    ("    [^1]: code", ["╭─", "[^1]: code", "╰─"]),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "rows"), DRAWN)
def test_a_footnote_is_drawn_however_it_is_cut(text: str, rows: list[str]) -> None:
    assert shown(text) == rows
    for size in (1, 2, 5):
        assert streamed(text, 80, [size], [True]) == oneshot(text, 80)


def test_what_goes_on_below_a_label_is_indented() -> None:
    assert shown("[^1]: words of a note that is long", 24) == [
        "[^1]: words of a",
        "    note that is long",
    ]
    assert shown("[^1]: words of a", 12) == ["[^1]: words", "of a"]


@pytest.mark.untraced
@settings(quick, max_examples=some(150))
@given(
    st.lists(
        st.sampled_from(
            [
                "[^1]:",
                "[^2]: ",
                "\n",
                "\n\n",
                "    ",
                "- ",
                "> ",
                "a",
                "```\n",
                "1. ",
                "|-|\n",
                "\t",
            ]
        ),
        max_size=25,
    ).map("".join),
    chunk_sizes,
)
def test_footnotes_of_any_shape_stream(text: str, sizes: list[int]) -> None:
    assert streamed(text, 40, sizes, [True]) == oneshot(text, 40)
