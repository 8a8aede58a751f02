"""What the engine promises, whatever the text and however it arrives."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import part, some
from support.markdown_texts import (
    ANSWERS,
    EXAMPLES,
    FAMILY,
    chunk_sizes,
    chunks,
    early,
    oneshot,
    quick,
    shown,
    streamed,
    texts,
    work,
)

from mimo_cli.markdown.engine import Engine
from mimo_cli.markdown.styled_rows import Row, row_text
from mimo_cli.text.widths import cell_width

widths = st.sampled_from([1, 10, 20, 40, 80])


@pytest.mark.untraced
@settings(quick, max_examples=some(200))
@given(texts, widths, chunk_sizes, st.lists(st.booleans(), min_size=1, max_size=7))
def test_a_streamed_answer_has_the_rows_of_the_same_answer_in_one_go(
    text: str, columns: int, sizes: list[int], paints: list[bool]
) -> None:
    assert streamed(text, columns, sizes, paints) == oneshot(text, columns)


@pytest.mark.untraced
@settings(quick, max_examples=some(200))
@given(texts, texts, widths, chunk_sizes)
def test_rows_that_are_out_are_the_first_rows_of_whatever_follows(
    text: str, suffix: str, columns: int, sizes: list[int]
) -> None:
    rows = early(Engine(columns), text, sizes)
    assert rows == oneshot(text + suffix, columns)[: len(rows)]
    assert rows == oneshot(text, columns)[: len(rows)]


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("columns", [30])
def test_every_example_of_the_specification_streams_letter_by_letter(columns: int) -> None:
    for text in EXAMPLES:
        assert streamed(text, columns, [1], [True, False, False, False, False]) == oneshot(
            text, columns
        )


@pytest.mark.slow
def test_all_examples_of_the_specification_are_one_answer_too() -> None:
    text = "\n".join(EXAMPLES)
    assert streamed(text, 60, [50], [True]) == oneshot(text, 60)


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("name", sorted(ANSWERS))
@pytest.mark.parametrize("columns", [40, 100])
def test_an_answer_streams(name: str, columns: int) -> None:
    rows = streamed(ANSWERS[name], columns, [7], [False, False, True])
    assert rows == oneshot(ANSWERS[name], columns)


def letters(text: str) -> str:
    """What may not be lost: words, and the punctuation that is no mark of Markdown."""
    return re.sub(r"[\s\ufffd]|[^\w\u0080-\U0010ffff,;?%/@$^{}]|_", "", text)


def is_subsequence(some: str, of: str) -> bool:
    rest = iter(of)
    return all(letter in rest for letter in some)


@pytest.mark.slow
@pytest.mark.untraced
def test_nothing_the_model_writes_is_lost() -> None:
    for text in [*ANSWERS.values(), *EXAMPLES]:
        if "&" in text:  # entities are shown as what they stand for
            continue
        source = re.sub(r"(?m)^[\s>*+-]*[0-9]+[.)]", "", text)  # a list goes on by itself
        assert is_subsequence(letters(source), letters("".join(shown(text, 400, math=False)))), text


@pytest.mark.untraced
@settings(quick, max_examples=some(300))
@given(texts)
def test_no_word_and_no_sign_of_a_formula_is_lost(text: str) -> None:
    drawn_otherwise = r"[0-9]+[.)]|&[#A-Za-z0-9]*;?|<br/?>|<sub>2</sub>|(?m:^.*\|.*$)"
    source = re.sub(drawn_otherwise, "", text.replace("\x1b", ""))
    assert is_subsequence(letters(source), letters("".join(shown(text, 400, math=False))))


@pytest.mark.untraced
@settings(quick, max_examples=some(150))
@given(texts, widths)
def test_rows_hold_no_controls_and_no_spaces_at_their_end(text: str, columns: int) -> None:
    for row in shown(text, columns):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", row)
        assert not row.endswith(" ")


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize(
    ("unit", "most"),
    [
        ("some words of a paragraph that goes on for a line or two\n\n", 10),
        ("".join(ANSWERS.values()), 30),
        ("```python\n" + "value = [1, 2, 3]\n" * 500 + "```\n\n", 20),
        ("```md\n" + ("```py\n" + "x = 1\n" * 20 + "```\n") * 25 + "```\n\n", 20),
        ("- an item of the list\n" * 500 + "\n", 8),
        ("1. an item\n   - with items\n\n" * 100 + "\n", 10),
        ("| a | b |\n|---|---|\n" + "| one | two |\n" * 500 + "\n", 20),
        ("    indented = {code}\n" * 500 + "\n", 20),
        ("$$\n" + "- x_1 * y_1\n" * 500 + "$$\n\n", 40),
        ("words without end " * 450, 320),
        ("a line of a log without a blank one\n" * 120, 100),
        ("x" * 9_000 + "\n\n", 320),
    ],
)
def test_work_grows_with_the_text_and_no_faster(unit: str, most: int) -> None:
    once, twice = work(unit + unit, 20)
    assert once <= most * len(unit)
    assert twice <= 2.6 * once


PITFALLS = [
    ("1. a\n\n2. b\n", [" 1. a", "", " 2. b"]),
    (
        "x\n| a | b |\n|--|--|\n| 1 | 2 |\n",
        ["x", "", "a │ b", "──┼──", "1 │ 2"],
    ),
    ("Title\n---\n", ["Title"]),
    ("Title\n\n---", ["Title", "", "─" * 79]),
    ("a\n#x", ["a", "#x"]),
    ("````py\nx\n```\n````\n", ["╭─ py", "x", "```", "╰─"]),
    ("~~~\n```\n~~~\n", ["╭─", "```", "╰─"]),
    ("```md\n```py\nx\n```\n- y\n```\nz", ["╭─ md", "```py", "x", "```", "- y", "╰─", "", "z"]),
    ("> ```md\n> ```py\n> ```\n> ```\n> z", ["│ ╭─ md", "│ ```py", "│ ```", "│ ╰─", "│ z"]),
    ("- ```\n  x\n- b\n", [" • ╭─", "   x", "   ╰─", " • b"]),
    ("> ```\n> x\ny\n", ["│ ╭─", "│ x", "│ ╰─", "", "y"]),
    ("```\n\na\n\n\nb\n\n\n```\nc\n", ["╭─", "", "a", "", "", "b", "╰─", "", "c"]),
    ("0. a\n1. b\n", [" 0. a", " 1. b"]),
    ("99. a\n99. b\n", ["99. a", "100. b"]),
    ("1) a\n2) b\n", [" 1) a", " 2) b"]),
    ("- a\n* b\n", [" • a", "", " • b"]),
    ("-\n- b\n", [" •", " • b"]),
    ("- [ ] a\n- [x] b\n3. [X] c", [" [ ] a", " [x] b", "", " 3. [x] c"]),
    ("a</kbd> Vec<u8> <think>\n", ["a</kbd> Vec<u8> <think>"]),
    ("<div>\n*a*\n</div>\n", ["<div>", "a", "</div>"]),
    ("\x1b]52;c;x\x07 \x9b31m \x00", ["\ufffd]52;c;x\ufffd \ufffd31m \ufffd"]),
    ("a\r\nb\r", ["a\ufffd", "b\ufffd"]),
    ("&#27;[2J &#x202e;x &#10;y &NewLine;&Tab;z", ["\ufffd[2J \ufffdx  y    z"]),
    ("`a\u202eb` [\u2066](\u2067)", ["a\ufffdb \ufffd"]),
    ("", []),
    ("\n\n\n", []),
    ("\n\na", ["a"]),
    ("#\n\n##\n\na", ["a"]),
    (">\n\n- \n", [" •"]),
    ("```\n", ["╭─", "╰─"]),
    ("- a\n\tb\n", [" • a", "   b"]),
    ("```\na\tb\n\tc\n```\n", ["╭─", "a   b", "    c", "╰─"]),
    ("[text][1]\n\n[1]: https://x.example\n", ["[text][1]", "", "[1]: https://x.example"]),
    ("[https://a.example](https://b.example)", ["https://a.example (https://b.example)"]),
    ("[a](b 'c') ![d](e) [](f) <g@h.example>", ['a (b "c") image: d (e) (f) g@h.example']),
    ("[https://a.example](https://a.example)", ["https://a.example"]),
    ("[`a`](<b c>)", ["a (b%20c)"]),
    ("[^\\s] and [^1]", ["[^\\s] and [^1]"]),
    ("a  \nb\\\nc", ["a", "b", "c"]),
    ("中文\n换行 abc\n后", ["中文", "换行 abc", "后"]),
    (f"{FAMILY} \u2764\ufe0f 1\ufe0f\u20e3", [f"{FAMILY} \u2764\ufe0f 1\ufe0f\u20e3"]),
    ("| a | b |\n|--|--|\n| 1 | 2 | 3 |4\n| 5", ["a │ b", "──┼──────────", "1 │ 2 | 3 | 4", "5 │"]),
    ("# a `b`\n***\n", ["a b", "", "─" * 79]),
    ("$x$ ~~y~~ **z**", ["x y z"]),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "rows"), PITFALLS)
def test_a_pitfall_is_drawn_right_however_it_is_cut(text: str, rows: list[str]) -> None:
    assert shown(text) == rows
    for at in range(len(text)):
        assert [row_text(row) for row in streamed(text, 80, [at or 1, len(text)], [True])] == rows


LINES = [
    "A. 北京\nB. 上海\nC. 广州",
    "一、背景\n二、目标",
    "①甲\n②乙",
    "（1）甲\n（2）乙",
    "1、甲\n2、乙",
    "【答案】A\n【难度】0.7",
    "甲：你好\n乙：再见",
    "古池や\n蛙飛びこむ\n水の音",
    "가나다\n라마바",
    "Roses are red,\nViolets are blue",
    "\u3000\u3000第一段。\n\u3000\u3000第二段。",
    "Dear all\\\nBest",
    "[^1]: one\n[^2]: two",
]


@pytest.mark.parametrize("text", LINES)
def test_line_ends_of_a_paragraph_are_kept_in_every_script(text: str) -> None:
    rows = [line.removesuffix("\\") for line in text.split("\n")]
    assert shown(text) == rows
    assert shown(text.replace("\\", "").replace("\n", "  \n")) == rows
    assert shown("> " + text.replace("\n", "\n> ")) == [f"│ {row}".rstrip() for row in rows]
    assert streamed(text, 80, [3], [True]) == oneshot(text, 80)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("##概述", "概述"),
        ("###1.1 Scope ##", "1.1 Scope"),
        ("######「注」", "「注」"),
        ("##한국어 *a*", "한국어 a"),
        ("  ##１", "１"),
        ("####\u3000标题", "标题"),
        ("#\u3000标题\u3000#\u3000", "标题"),
        ("##\u00a0Scope", "Scope"),
        ("##บทนำ", "บทนำ"),
        ("##**概述**", "概述"),
        ("##“概述”", "“概述”"),
        ("##(一)概述", "(一)概述"),
        ("##①甲", "①甲"),
        ("##🚀开始", "🚀开始"),
        *((line, "") for line in ("#概述", "#话题#", "##话题##", "#include", "##include", "##-1")),
        *((line, "") for line in ("#######一", "    ##一", "#\u3000#", "#######\u3000一")),
    ],
)
def test_a_heading_may_have_no_space_before_cjk_or_a_digit(line: str, title: str) -> None:
    drawn = ["a", "", title, "", "b"] if title else ["a", line.strip(), "b"]
    assert shown(f"a\n{line}\nb") == drawn


def test_nesting_without_end_is_shown_as_text() -> None:
    quotes = shown("> " * 60 + "deep", 200)
    assert quotes == ["│ " * 48 + "> " * 12 + "deep"]
    lists = "".join("  " * depth + f"- level {depth}\n" for depth in range(80))
    assert is_subsequence("".join(str(depth) for depth in range(80)), "".join(shown(lists, 300)))


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize(
    "text", ["[" * 4_000, "![" * 1_500, "*a " * 2_000, "`" * 5_000, "x" * 100_000, "字" * 9_000]
)
def test_a_text_made_to_be_slow_streams_like_any_other(text: str) -> None:
    assert streamed(text, 80, [1_500], [True]) == oneshot(text, 80)


def test_a_long_line_of_code_is_not_cut_and_one_of_prose_is() -> None:
    line = "word " * 2_000
    assert shown(f"```\n{line}\n```\n")[1] == line.rstrip()
    assert max(map(len, shown(line))) <= 79
    assert "".join(shown(line)).replace(" ", "") == line.replace(" ", "")


@pytest.mark.slow
@pytest.mark.parametrize("open_lines", [0, 30])
def test_a_block_of_markdown_forgets_its_lines_but_not_what_is_open_in_it(open_lines: int) -> None:
    inner = "```py\n" + "x = 1\n" * 30 + "```\n"
    text = "- ```md\n" + inner * 3 + "```py\n" + "y\n" * open_lines
    text = text.replace("\n", "\n  ") + "```\n  z\n  ```\n\nend *a*"
    assert streamed(text, 80, [9], [True]) == oneshot(text, 80)
    assert shown(text)[-4:] == ["   z", "   ╰─", "", "end a"]


@pytest.mark.slow
def test_a_table_has_no_more_columns_than_can_be_of_use() -> None:
    def table(columns: int) -> str:
        return "|" + " |" * columns + "\n|" + "-|" * columns + "\n| x |\n"

    assert "x" in shown(table(199)) or "  x" in shown(table(199))
    assert shown(table(500))[-1] == "| x |"
    assert work(table(20_000), 20)[1] < 40 * len(table(20_000))


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("unit", ["字，", "word ", "字 word **b** "])
@pytest.mark.parametrize("columns", [80, 33])
def test_the_row_where_a_paragraph_is_cut_is_as_full_as_the_others(unit: str, columns: int) -> None:
    text = "x\n\n" + unit * (9_000 // len(unit))
    rows = shown(text + "\n\n- y", columns)
    assert min(map(cell_width, rows[2:-3])) > columns - 9
    assert rows[-2:] == ["", " • y"]
    assert "".join(rows[2:-2]).replace(" ", "") == text[3:].replace(" ", "").replace("*", "")
    assert streamed(text, columns, [700], [True]) == oneshot(text, columns)


RESTS = ["", " ", "\n", "\n\ny", "\n# y", "\n---\n", "\n- y", " |\n|-|\n"]
LETTER_BY_LETTER = part(RESTS)


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("rest", RESTS)
def test_whatever_follows_a_cut_nothing_is_lost_and_nothing_moves(rest: str) -> None:
    text = "字" * 4_001 + rest
    assert "".join(shown(text, 40)).count("字") == 4_001
    assert streamed(text, 40, [900], [True]) == oneshot(text, 40)
    letters = [1] if rest in LETTER_BY_LETTER else [3_900, *[1] * 200]  # the cut is at 4000
    assert streamed(text + "z", 40, letters, [False] * 40 + [True]) == oneshot(text + "z", 40)


AFTER_A_CUT = [
    "|\n---\nz",
    " |\n|-|\nz",
    " |\n|-|\n| a |\n| b |\nz",
    "|a\n|-|-|\n" + "| b | c |\n" * 40 + "z",
    "\n| a |\n|-|\n| b |\nz",
    "\n- a\n- b\nz",
    "\n> a\nz",
    "\n```\n" + "b\n" * 40 + "```\nz",
    "\n$$\nx^2\n$$\nz",
    "\n<!--\nb\n-->\nz",
    "\n# a\nz",
    "\n===\nz",
    "\n[^1]: b\nz",
]


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("rest", AFTER_A_CUT)
@pytest.mark.parametrize("head", ["字" * 4_001, "a\n" * 49 + "b"])
def test_a_block_behind_a_cut_is_whole_wherever_it_is_committed(head: str, rest: str) -> None:
    text = head + rest
    whole = oneshot(text, 40)
    assert "".join(map(row_text, whole)).count("z") == 1
    engine = Engine(40)
    engine.feed(head[:-1])
    rows = engine.commit()
    for piece in text[len(head) - 1 :]:
        engine.feed(piece)
        rows += engine.commit()
    assert rows + engine.finish() == whole


def test_brackets_that_nothing_closes_and_images_in_images_lose_nothing() -> None:
    assert "".join(shown("[a" * 3_000)) == "[a" * 3_000
    assert "".join(shown("![" * 30 + "a" + "](b)" * 30)).count("(b)") == 30
    assert shown("![a ![b](c) d](e) [x ![y](z)](w)") == [
        "image: a image: b (c) d (e) x image: y (z) (w)"
    ]


@pytest.mark.parametrize("columns", [30, 90])
def test_a_width_that_changes_at_a_cut_loses_nothing(columns: int) -> None:
    engine = Engine(60)
    engine.feed("字" * 4_100)
    rows = engine.commit()
    engine.resize(columns)
    engine.feed("字" * 900)
    assert "".join(map(row_text, rows + engine.commit() + engine.finish())) == "字" * 5_000


@pytest.mark.slow
def test_a_paragraph_over_the_limit_goes_on_without_a_blank_row() -> None:
    text = "a line of a paragraph that is very long indeed\n" * 200
    assert "" not in shown(text)
    assert streamed(text, 80, [100], [True]) == oneshot(text, 80)


EVERY_KIND = """# m00

m01 words of a paragraph that is long enough for three rows or so m02 and ends with m03

- m04
- m05
  1. m06

     ```python
     m07 = "m08"  # m09
     m10()
     ```
  2. m11

> m12
> - m13
>
> m14

| m15 | m16 |
|-----|-----|
| m17 | m18 |
| m19 | m20 |

    m21
    m22

m23
---
"""


@pytest.mark.slow
@pytest.mark.parametrize("size", [3, 17, 60])
def test_when_the_width_changes_what_is_out_stays_and_the_rest_comes_once(size: int) -> None:
    engine = Engine(80)
    rows: list[Row] = []
    for turn, piece in enumerate(chunks(EVERY_KIND, [size])):
        engine.feed(piece)
        rows += engine.commit()
        engine.live()
        engine.resize([33, 60, 25, 100][turn % 4])
    rows += engine.finish()
    markers = re.findall(r"m[0-9][0-9]", " ".join(map(row_text, rows)))
    assert markers == [f"m{number:02}" for number in range(24)]


def test_live_rows_guess_what_an_unfinished_line_will_be() -> None:
    cases = {
        "Things:\n-": ["Things:"],
        "Things:\n\n- a\n- ": ["Things:", "", " • a"],
        "a **bo": ["a bo"],
        "a **bold*": ["a bold"],
        "a `co": ["a co"],
        "a ~~b": ["a b"],
        "*a **b": ["a b"],
        "a \\*b": ["a *b"],
        "2 * 3": ["2 * 3"],
        "[label](https://ex": ["label (https://ex)"],
        "| a | b": ["a │ b", "──┼──"],
        "| a | b |\n|-": ["a │ b", "──┼──"],
        "```\n- ": ["╭─", "-"],
        "```\nx\n``": ["╭─", "x"],
    }
    for text, rows in cases.items():
        engine = Engine(80)
        engine.feed(text)
        assert [row_text(row) for row in engine.commit() + engine.live()] == rows, text
