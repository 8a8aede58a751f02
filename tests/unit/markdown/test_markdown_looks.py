"""What an answer looks like: rows, wrapping, tables, colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.token import STANDARD_TYPES
from rich.text import Span, Text
from support.bulk import some
from support.markdown_texts import FAMILY, oneshot, quick

from mimo_cli.markdown.inline import wrap
from mimo_cli.markdown.styled_rows import join_rows, row_of, row_text, row_width
from mimo_cli.screen.colors import Colors
from mimo_cli.screen.theme import Theme
from mimo_cli.text.widths import cell_width

if TYPE_CHECKING:
    from collections.abc import Sequence


def shown(text: str, columns: int) -> str:
    return "\n".join(row_text(row) for row in oneshot(text, columns))


SAMPLE = """# A title

Some *words* of a paragraph, with `code`, a [link](https://example.com/page) and more.

1. first
2. second, which is long enough to wrap
   - [x] done
   - [ ] not yet

> A quote that is long enough to wrap
> - with a list

```sh
echo "a line of code that is wider than the window"
```

| Name | What it is good for | Price |
|:-----|:-------------------:|------:|
| one | few things | 1 |
| another | many things, and some more besides | 100 |
"""


def test_an_answer_in_40_columns() -> None:
    assert (
        shown(SAMPLE, 40)
        == """\
A title

Some words of a paragraph, with code, a
link (https://example.com/page) and
more.

 1. first
 2. second, which is long enough to
    wrap
     [x] done
     [ ] not yet

│ A quote that is long enough to wrap
│  • with a list

╭─ sh
echo "a line of code that is wider than the window"
╰─

Name    │  What it is good for  │ Price
────────┼───────────────────────┼──────
one     │      few things       │     1
────────┼───────────────────────┼──────
another │ many things, and some │   100
        │     more besides      │"""
    )


def test_an_answer_in_24_columns_stacks_its_table() -> None:
    assert (
        shown(SAMPLE[SAMPLE.index("| Name") :], 24)
        == """\
Name: one
What it is good for:
  few things
Price: 1
────────────────
Name: another
What it is good for:
  many things, and some
  more besides
Price: 100"""
    )


def test_a_stacked_table_may_have_no_rows_and_no_words() -> None:
    head = "| a long name | another long one | a third |\n|---|---|---|\n"
    assert shown(head, 20) == "a long name\nanother long one\na third"
    assert shown(head + "| x |\n", 20) == "a long name: x\nanother long one:\na third:"
    assert (
        shown("|  | wwwwwwwwwwwwwwwww |\n|---|---|\n| x | y |", 15)
        == "  x\nwwwwwwwwwwwwwwwww:\n  y"
    )


def test_a_long_table_is_out_before_it_ends_and_keeps_its_columns() -> None:
    rows = [f"| {number} | {'wide ' * (number == 30)} |" for number in range(40)]
    text = "| n | w |\n|--|--|\n" + "\n".join(rows)
    lines = shown(text, 80).split("\n")
    assert lines[:3] == ["n     │ w", "──────┼────", "0     │"]
    assert lines[32:35] == ["──────┼─────", "30    │ wide", "31    │"]


WRAPPED = [
    ("one two three", 7, ["one two", "three"]),
    ("https://a.example/a/long/path and", 10, ["https://a.example/a/long/path", "and"]),
    ("中文字符，没有空格。", 8, ["中文字", "符，没有", "空格。"]),
    ("他说「你好」吗", 6, ["他说", "「你", "好」吗"]),
    ("用 Python 写的，很快", 12, ["用 Python 写", "的，很快"]),
    ("ab中文cd", 4, ["ab中", "文cd"]),
    ("中文, abc", 5, ["中文,", "abc"]),
    (f"{FAMILY} {FAMILY} x", 5, [f"{FAMILY} {FAMILY}", "x"]),
    ("a   b", 80, ["a   b"]),
    ("", 5, [""]),
]


@pytest.mark.parametrize(("text", "width", "rows"), WRAPPED)
def test_a_row_breaks_where_its_script_allows(text: str, width: int, rows: list[str]) -> None:
    assert [row_text(row) for row in wrap(row_of(text), width)] == rows


def test_a_line_that_fits_is_one_row_among_others_too() -> None:
    for line in ("1\u200d字", "a。b"):
        width = cell_width(line)
        rows = [row_text(row) for row in wrap(Text(f"{line}  \n{line}\n\n"), width)]
        assert rows == [line, line, "", ""]


class _Counted(Text):
    """A text that counts how often its spans are asked for."""

    asked = 0

    @property
    def spans(self) -> list[Span]:
        self.asked += 1
        return self._spans

    @spans.setter
    def spans(self, spans: list[Span]) -> None:
        self._spans = spans


def test_the_spans_of_a_text_are_not_gone_through_for_each_of_its_rows() -> None:
    spans = [Span(at, at + 7, "strong") for at in range(0, 2_000, 5)]
    text = _Counted("word " * 400, spans=spans)
    rows = wrap(text, 20)
    assert len(rows) == 100
    assert [span[:2] for span in rows[1].spans] == [(0, 2), (0, 7), (5, 12), (10, 17), (15, 19)]
    assert text.asked == 1


@settings(quick, max_examples=some(150))
@given(
    st.text(st.sampled_from("ab 中，「」“”…\u0301👩e.(1")),
    st.integers(1, 12),
)
def test_wrapping_keeps_every_letter_and_cutting_keeps_the_width(text: str, width: int) -> None:
    half = len(text) // 2
    styled = join_rows([row_of(text[:half], "strong"), text[half:]])
    for cut in (False, True):
        rows = wrap(styled, width, cut=cut)
        assert "".join(map(row_text, rows)).replace(" ", "") == text.replace(" ", "")
    assert all(row_width(row) <= max(2, width) for row in rows)


STYLED = join_rows(
    [
        row_of("a", "strong"),
        " ",
        row_of("b", "strong", "code"),
        row_of("c", "link"),
        " ",
        row_of("d", "Token.Keyword"),
        row_of("e", "nothing"),
    ]
)


@pytest.mark.parametrize(
    ("theme", "text"),
    [
        (Theme(Colors.PLAIN), "a bc de"),
        (Theme(Colors.NONE), "\x1b[1ma\x1b[0m \x1b[1mb\x1b[0m\x1b[4mc\x1b[0m de"),
        (
            Theme(Colors.ANSI16),
            "\x1b[1ma\x1b[0m \x1b[1;33mb\x1b[0m\x1b[4mc\x1b[0m \x1b[94md\x1b[0me",
        ),
        (
            Theme(Colors.ANSI16, light=True),
            "\x1b[1ma\x1b[0m \x1b[1;35mb\x1b[0m\x1b[4mc\x1b[0m \x1b[34md\x1b[0me",
        ),
        (
            Theme(Colors.ANSI256),
            "\x1b[1ma\x1b[0m \x1b[1;33mb\x1b[0m\x1b[4mc\x1b[0m \x1b[38;5;215md\x1b[0me",
        ),
        (
            Theme(Colors.TRUE, code_theme="monokai"),
            "\x1b[1ma\x1b[0m \x1b[1;33mb\x1b[0m\x1b[4mc\x1b[0m \x1b[38;2;102;217;239md\x1b[0me",
        ),
        (
            Theme(Colors.ANSI256, light=True),
            "\x1b[1ma\x1b[0m \x1b[1;35mb\x1b[0m\x1b[4mc\x1b[0m \x1b[1;38;5;22md\x1b[0me",
        ),
    ],
)
def test_a_row_in_the_colours_of_a_terminal(theme: Theme, text: str) -> None:
    assert theme.render(STYLED) == text


def test_a_theme_knows_greys_and_types_that_only_one_lexer_has() -> None:
    theme = Theme(Colors.ANSI256, code_theme="bw")
    assert theme.render(row_of("x", "Token.Comment.Of.Its.Own")) == "\x1b[3mx\x1b[0m"
    grey = Theme(Colors.ANSI256, code_theme="friendly_grayscale")
    assert grey.render(row_of("x", "Token.Comment")) == "\x1b[3;38;5;246mx\x1b[0m"
    assert grey.render(join_rows([row_of("x", "Token"), "y"])) == "xy"


# black, red, green, yellow, blue, magenta, cyan, white, and the same bright
PALETTES = {
    "xterm": "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5"
    " 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff",
    "tango": "2e3436 cc0000 4e9a06 c4a000 3465a4 75507b 06989a d3d7cf"
    " 555753 ef2929 8ae234 fce94f 729fcf ad7fa8 34e2e2 eeeeec",
    "campbell": "0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc"
    " 767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2",
}
TOKENS = [*(f"Token.{str(kind)[6:]}" for kind in STANDARD_TYPES if len(kind) > 0)]


def luminance(color: Sequence[int]) -> float:
    parts = [it / 255 / 12.92 if it < 11 else ((it / 255 + 0.055) / 1.055) ** 2.4 for it in color]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(color: Sequence[int], light: bool) -> float:
    if light:
        return (luminance((0xFA, 0xFA, 0xFA)) + 0.05) / (luminance(color) + 0.05)
    return (luminance(color) + 0.05) / (luminance((0x1E, 0x1E, 0x1E)) + 0.05)


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_roles_have_colours_that_can_be_read(palette: str, *, light: bool) -> None:
    theme = Theme(Colors.ANSI16, light=light)
    shown = [tuple(bytes.fromhex(color)) for color in palette.split()]
    for role, look in theme.roles.styles.items():
        if look.color is not None and look.color.number is not None:
            least = 2.5 if role.startswith("alert.") else 3.7 if look.color.number == 8 else 4.4
            assert contrast(shown[look.color.number], light) > least, role


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("colors", [Colors.ANSI256, Colors.TRUE])
def test_code_has_colours_that_can_be_read(colors: Colors, *, light: bool) -> None:
    theme = Theme(colors, light=light)
    for token in TOKENS:
        theme.render(row_of("x", token))
        color = theme.roles.styles[token].color
        if color is not None:
            assert contrast(tuple(color.get_truecolor()), light) > 4.4, token
    chosen = Theme(colors, light=light, code_theme="friendly")
    assert chosen.render(row_of("x", "Token.Comment")) != theme.render(row_of("x", "Token.Comment"))


def test_on_light_code_in_sixteen_colours_is_not_green_yellow_or_cyan() -> None:
    theme = Theme(Colors.ANSI16, light=True)
    for token in TOKENS:
        theme.render(row_of("x", token))
        assert str(theme.roles.styles[token].color) not in ("green", "yellow", "cyan"), token
        assert not theme.roles.styles[token].dim
    assert theme.render(row_of("x", "Token.Comment")) == "\x1b[90mx\x1b[0m"


@pytest.mark.parametrize("kind", ["note", "tip", "important", "warning", "caution"])
def test_the_bar_of_an_alert_has_its_colour(kind: str) -> None:
    first, second = oneshot(f"> [!{kind.upper()}]\n> a", 80)
    assert [span.style for span in first.spans] == [f"alert.{kind}", "strong"]
    assert [span.style for span in second.spans] == [f"alert.{kind}"]
    assert [span.style for span in oneshot("> a", 80)[0].spans] == ["bar"]
    assert Theme(Colors.ANSI16).roles.styles[f"alert.{kind}"].color is not None


def test_without_colours_what_is_faint_is_dim_on_any_background() -> None:
    for light in (False, True):
        theme = Theme(Colors.NONE, light=light)
        assert theme.render(row_of("x", "thinking")) == "\x1b[2mx\x1b[0m"


def test_an_unknown_code_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown code theme: no-such"):
        Theme(code_theme="no-such")


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("colors", [Colors.ANSI16, Colors.ANSI256, Colors.TRUE])
def test_what_is_different_looks_different(colors: Colors, *, light: bool) -> None:
    theme = Theme(colors, light=light)
    looks = {theme.render(row_of("x", f"heading{level}")) for level in range(1, 5)}
    assert len(looks) == 4
    assert theme.render(row_of("x", "source", "Token.Literal.String.Doc")) != theme.render(
        row_of("x", "source", "Token.Comment")
    )
