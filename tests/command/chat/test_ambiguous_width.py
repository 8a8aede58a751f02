"""Terminals that draw East Asian Ambiguous characters two cells wide."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import east_asian_width

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prompt_toolkit.utils import get_cwidth
from pyte import screens
from support.bulk import some
from support.harness import Terminal, environ_for, mimo
from support.markdown_texts import chunk_sizes, chunks, oneshot, quick
from support.on_screen import on_screen
from support.screens import THEME, Clock, Screen

from mimo_cli.chat.prompt.row_fitting import cut
from mimo_cli.chat.prompt.toolkit_adapters import measure_ambiguous
from mimo_cli.markdown.engine import Engine
from mimo_cli.markdown.glyphs import WIDE
from mimo_cli.markdown.styled_rows import row_text
from mimo_cli.screen.live import Live
from mimo_cli.simulator import Simulator
from mimo_cli.text.widths import cell_width, chop, expand_tabs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from mimo_cli.markdown.styled_rows import Row

ANSWER = """# “标题” ①

★ “引号” … ① │ ─ • α ± β × γ 需要两格的字符 ★ “引号” … ① │ ─ • α ± β × γ 需要两格的字符。

- “一” ★ 第一项 ① ② ③ ④ ⑤ ⑥ ⑦ ⑧ ⑨ ⑩ ★ ★ ★ ★ ★ ★
  1. ★ 内层 … … … … … … … … … …
- [x] “二” ★

> “引用” ★ ★ ★ ★ ★ ★ ★ ★ ★ ★ ★ ★ ★ ★ ★ ★ ★

| 名称 | ★★ | α |
|:--|--:|:-:|
| “a” | ① | ± |
| b | ★★★★ | αβγ |

```python
x = "★"\ty
```

$$
\\begin{pmatrix} α & 1 \\\\ 22 & β \\end{pmatrix} x
$$

---

最后 ★"""

TABLE_OF_WIDTHS = {
    "": (0, 0),
    "ab": (2, 2),
    "★": (1, 2),
    "“a”…": (4, 7),
    "①│─•╭α±": (7, 14),
    "你好": (4, 4),
    "，": (2, 2),
    "🚀": (2, 2),
    "☎\ufe0f": (2, 2),  # an emoji by its selector
    "e\u0301": (1, 1),  # the accent is ambiguous, and takes no cell
    "α\u0301": (1, 2),
    "\uff71": (1, 1),  # halfwidth
    "⠋": (1, 1),  # the spinner
    "\ue0b0": (1, 2),
}


def measure(row: str) -> int:
    return cell_width(row, wide=True)


def is_ambiguous(text: str) -> bool:
    return any(east_asian_width(char) == "A" for char in text)


def wide_rows(text: str, columns: int) -> list[str]:
    engine = Engine(columns, glyphs=WIDE)
    engine.feed(text)
    return [*map(row_text, engine.finish())]


@pytest.fixture(name="wide_terminal")
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """An emulator that is told by UAX #11, in an East Asian context."""
    true = screens.wcwidth

    def wcwidth(char: str) -> int:
        return 2 if true(char) == 1 and east_asian_width(char) == "A" else true(char)

    monkeypatch.setattr(screens, "wcwidth", wcwidth)


@pytest.mark.parametrize(("text", "widths"), TABLE_OF_WIDTHS.items())
def test_a_text_has_two_widths(text: str, widths: tuple[int, int]) -> None:
    assert (cell_width(text), cell_width(text, wide=True)) == widths


def test_texts_are_cut_and_tabs_expanded_by_the_width() -> None:
    assert chop("★★a★", 3) == ["★★a", "★"]
    assert chop("★★a★", 3, wide=True) == ["★", "★a", "★"]
    assert chop("★", 1, wide=True) == ["★"]
    assert expand_tabs("★\tx") == "★   x"
    assert expand_tabs("★\tx", wide=True) == "★  x"


def test_rows_line_up_in_cells() -> None:
    rows = wide_rows(ANSWER, 40)
    cells = [row for row in rows if " | " in row]
    assert len({tuple(measure(part) for part in row.split(" | ")[:2]) for row in cells}) == 1
    rule = next(row for row in rows if "-+-" in row)
    head = measure(cells[0].split(" | ")[0])
    assert rule[: head + 2] == "-" * (head + 1) + "+"
    formula = [row for row in rows if row.strip()[:1] in ("⎛", "⎝")]
    assert {measure(row[: row.index("⎞" if "⎞" in row else "⎠")]) for row in formula} == {11}


@pytest.mark.parametrize("columns", [20, 40, 80])
def test_no_row_of_prose_is_wider_than_the_terminal(columns: int) -> None:
    assert max(map(measure, wide_rows(ANSWER, columns))) < columns
    narrow = [row_text(row) for row in oneshot(ANSWER, columns)]
    assert max(map(cell_width, narrow)) < columns
    assert max(map(measure, narrow)) >= columns, "the answer has what it takes"


def test_what_we_draw_ourselves_is_ambiguous_for_nobody() -> None:
    answer = (
        "a\n\n---\n\n- b\n  - c\n\n> d\n\n| e | f |\n|---|---|\n| g | h |\n\n"
        "| ee | ff |\n|---|---|\n| gg | " + "hh " * 30 + "|\n\n```python\ni\n```\n\n1. k\n"
    )
    for columns in (14, 80):
        assert not is_ambiguous("".join(wide_rows(answer, columns)))
        assert is_ambiguous("".join(map(row_text, oneshot(answer, columns))))


alphabet = st.sampled_from([*"ab好，★“”…①α±│─• |-*>`", "\n", "\n", "\n\n", "| - | - |\n", "1. "])


def laid(rows: Iterable[Row]) -> list[str]:
    return [row_text(row).rstrip() for row in rows]


@pytest.mark.untraced
@pytest.mark.usefixtures("wide_terminal")
@settings(quick, max_examples=some(100))
@given(
    st.lists(alphabet, max_size=60).map("".join) | st.just(ANSWER),
    st.sampled_from([(40, 8), (80, 24), (16, 5)]),
    chunk_sizes,
)
def test_the_screen_holds_each_row_once(text: str, size: tuple[int, int], sizes: list[int]) -> None:
    screen = Screen(*size)
    clock = Clock()
    live = Live(screen.write, lambda: screen.size, clock, THEME, wide=True)
    for piece in chunks(text, sizes):
        live.text(piece)
        clock.pass_a_tenth()
        live.tick()
    live.finish()
    engine = Engine(size[0], glyphs=WIDE)
    engine.feed(text)
    rows = laid(engine.finish())
    if max(map(measure, rows), default=0) < size[0]:  # neither code nor an address
        assert screen.rows() == [*rows, ""]
    assert screen.below() == []
    assert screen.is_sane()


@pytest.mark.usefixtures("wide_terminal")
def test_the_window_on_thinking_wraps_by_the_width() -> None:
    screen = Screen(20, 12)
    clock = Clock()
    live = Live(screen.write, lambda: screen.size, clock, THEME, wide=True)
    live.thinking("★" * 12 + "\n“好”…")
    clock.pass_a_tenth()
    live.tick()
    shown = [*screen.rows(), *screen.below()]
    assert shown[1:] == ["  " + "★" * 8, "  " + "★" * 4, "  “好”…"]


@pytest.mark.usefixtures("wide_terminal")
def test_a_live_row_of_code_takes_the_rows_that_it_needs() -> None:
    screen = Screen(20, 12)
    clock = Clock()
    live = Live(screen.write, lambda: screen.size, clock, THEME, wide=True)
    live.text("```\n" + "★" * 12)
    clock.pass_a_tenth()
    live.tick()
    assert [*screen.rows(), *screen.below()][:3] == ["+-", "★" * 10, "★" * 2]


def test_the_setting_reaches_the_screen() -> None:
    with Simulator(answer="- a\n\n```sh\nls\n```\n\n> q") as simulator:
        environ = environ_for(simulator)
        narrow, wide = (
            mimo("ask", "--render", "hi", environ=environ | {"MIMO_AMBIGUOUS": value}).out
            for value in ("narrow", "wide")
        )
    assert narrow == " • a\n\n╭─ sh\nls\n╰─\n\n│ q\n"
    assert wide == " * a\n\n+- sh\nls\n+-\n\n| q\n"


NAMES = '[aliases]\n"“快”★…" = "mimo-v2.6-flash"\n"plain" = "mimo-v2.6-pro"\n'


@pytest.fixture(name="home")
def _home(tmp_path: Path) -> dict[str, str]:
    """A user with such names and titles, whose file says what their terminal does."""
    file = tmp_path / "c.toml"
    file.write_text(f'ambiguous = "wide"\n{NAMES}')
    file.chmod(0o600)
    environ = {"MIMO_CONFIG": str(file), "MIMO_DATA": str(tmp_path), "HOME": str(tmp_path)}
    for question in ("“引号”★★★ … ① ② ③ 是什么意思，怎么用？", "plain words"):
        with Simulator(answer="★ “答” … " * 9) as simulator:
            asking = {**environ_for(simulator), **environ, "MIMO_HISTORY": "true"}
            assert mimo("ask", question, environ=asking).code == 0
    return environ


@pytest.mark.untraced
@pytest.mark.slow
@pytest.mark.usefixtures("wide_terminal")
@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize(
    "args",
    [
        ("config", "list"),
        ("models",),
        ("history",),
        ("history", "search", "引号"),
        ("history", "usage", "--by", "conversation"),
        ("history", "show"),
        ("ask", "-m", "“快”…★ " * 20, "--schema"),
        ("config", "get", "“没有这个设置”★ " * 9),
    ],
)
def test_lists_and_notices_are_laid_out_by_the_width(
    args: tuple[str, ...], columns: int, home: dict[str, str]
) -> None:
    lines = on_screen(*args, columns=columns, environ=home)
    # A narrow `config list` and `models` have ids that stay whole.
    assert [it for it in lines if measure(it) > columns and is_ambiguous(it)] == []


@pytest.mark.slow
@pytest.mark.parametrize(("value", "width"), [("wide", measure), ("narrow", cell_width)])
def test_columns_of_a_list_line_up_by_the_width(
    value: str, width: Callable[[str], int], home: dict[str, str]
) -> None:
    lines = on_screen("config", "list", columns=120, environ={**home, "MIMO_AMBIGUOUS": value})
    named = [it for it in lines if it.startswith("aliases.")]
    assert any("★" in it for it in named)
    heads = [width(it[: it.index("mimo-v2.6")]) for it in named]
    assert set(heads) == {lines[0].index("value")}


@pytest.mark.slow
@pytest.mark.usefixtures("wide_terminal")
def test_the_chats_prompt_and_its_status_line_are_measured_so(home: dict[str, str]) -> None:
    with Simulator(answer="★ “好” …") as simulator:
        environ = {**environ_for(simulator), **home, "MIMO_HISTORY": "true", "LANG": "C.UTF-8"}
        with Terminal("chat", "-c", environ=environ, columns=60) as terminal:
            terminal.wait_for("\n›")
            terminal.type("“引号”★")
            terminal.wait_for("› “引号”★")
            assert terminal.screen.cursor.x == len("› ") + measure("“引号”★")
            terminal.type("\x1b[D\x1b[D\x7fx")
            terminal.wait_for("› “引x”★")
            assert terminal.screen.cursor.x == len("› ") + measure("“引x")
            terminal.type("\x05 ★\r")
            terminal.wait_for("★ “好” …")
            terminal.wait_for("thinking on")
            terminal.type("\x04")
            assert terminal.wait() == 0


def test_a_prompt_measures_again_when_that_is_set() -> None:
    text = "“★”…你e\u0301 x"
    for wide in (True, False, True, False):
        measure_ambiguous(wide=wide)
        assert get_cwidth(text) == cell_width(text, wide=wide)
        assert get_cwidth("★") == 1 + wide
        assert cut("★" * 5, 6) == ("★★…" if wide else "★★★★★")


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize(
    "glyphs",
    [
        "🇨🇳|🇯🇵|🇰🇷",
        "กำ|ล|น้ำ",
        "គ្នា|ស្ត្រី",
        "न|म|स्ते|स|त्य",
        "👨\u200d👩\u200d👧|👍🏽|1\ufe0f\u20e3",
        "e\u0301|a",
    ],
)
def test_no_glyph_is_cut(glyphs: str, *, wide: bool) -> None:
    assert chop(glyphs.replace("|", ""), 1, wide=wide) == glyphs.split("|")
