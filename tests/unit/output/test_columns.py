"""The printer of columns, and the program's own words, on screens of any width."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.harness import PATIENCE, Terminal, environ_for, held_back, mimo
from support.on_screen import on_screen, tight

from mimo_cli.chat.commands.registry import COMMANDS
from mimo_cli.output.columns import Column, cut, marked_rows, table
from mimo_cli.output.wrapping import paragraph, rows, text_block
from mimo_cli.phrases import CommandLine, Phrase, commands
from mimo_cli.simulator import Simulator
from mimo_cli.text.widths import Screen, cell_width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mimo_cli.output.columns import Narrow

WIDTHS = (40, 60, 80, 120)
NARROWS: tuple[Narrow, ...] = ("stay", "wrap", "words", "cut")

WORDS = st.lists(
    st.sampled_from(
        [*"aé中，。「」🚀한", "word", "https://example.com/long", "e\u0301", "👩‍💻", "-x", "a_b"]
    ),
    max_size=12,
).flatmap(lambda words: st.sampled_from(["", " "]).map(lambda gap: gap.join(words)))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[str]], list[Column]]:
    """Rows of cells, and columns that give way in some manner."""
    count = draw(st.integers(1, 5))
    columns = [
        Column(
            Phrase(draw(st.sampled_from(["", "head", "标题"]))),
            draw(st.sampled_from(NARROWS)),
            least=draw(st.integers(2, 20)),
            leaves=draw(st.integers(0, 3)),
            below=draw(st.booleans()),
            is_right=draw(st.booleans()),
        )
        for _ in range(count)
    ]
    row = st.lists(WORDS, min_size=count, max_size=count)
    return draw(st.lists(row, min_size=1, max_size=4)), columns


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tables(), st.integers(2, 130), st.booleans())
def test_no_row_is_wider_than_the_screen_but_for_what_must_stay(
    drawn: tuple[list[list[str]], list[Column]], screen: int, heads: bool
) -> None:
    cells, columns = drawn
    texts = {
        kind: [row[at] for row in cells for at, it in enumerate(columns) if it.narrow == kind]
        for kind in ("stay", "words")
    }
    texts["stay"] += [it.head for it in columns if it.narrow == "stay"]
    texts["words"] += [f"{it.head}:" for it in columns if it.narrow == "words"]
    for line in table(cells, columns, Screen(screen), heads=heads).text.splitlines():
        before, _, last = line.rpartition(" ")
        is_a_cell = line.strip() in [text.strip() for text in texts["stay"]]
        ends_in_a_word = cell_width(before) < screen and any(last in it for it in texts["words"])
        assert cell_width(line) <= screen or is_a_cell or ends_in_a_word


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tables(), st.integers(2, 130), st.booleans())
def test_no_character_is_lost_but_of_what_may_be_cut_or_left_out(
    drawn: tuple[list[list[str]], list[Column]], screen: int, heads: bool
) -> None:
    cells, columns = drawn
    kept = [at for at, it in enumerate(columns) if it.narrow != "cut" and not _may_be_left_out(it)]
    wanted = Counter(tight("".join(row[at] for row in cells for at in kept)))
    assert wanted <= Counter(table(cells, columns, Screen(screen), heads=heads).text)


def _may_be_left_out(column: Column) -> bool:
    return bool(column.leaves) and not column.below


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(WORDS, st.integers(2, 60), st.sampled_from(["", "mimo: ", "mimo: warning: "]))
def test_wrapped_words_are_the_same_words(text: str, width: int, first: str) -> None:
    assert tight(paragraph(text, Screen(width), first, "      " if first else "")) == tight(
        first + text
    )
    assert tight("".join(rows(text, Screen(width), cut=True))) == tight(text)
    assert all(cell_width(row) <= width for row in rows(text, Screen(width), cut=True))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(WORDS, st.integers(2, 60), st.data())
def test_what_was_found_is_marked_over_rows(text: str, width: int, data: st.DataObject) -> None:
    bounds = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    marked = marked_rows(text, [(bounds[0], bounds[1])], lambda part: f"<{part}>", Screen(width))
    assert tight("".join(marked)).replace("<", "").replace(">", "") == tight(text)
    found = tight("".join(part.partition(">")[0] for part in "".join(marked).split("<")[1:]))
    assert found == tight(text[slice(*bounds)])


COLUMNS = (
    Column(Phrase("名称")),
    Column(Phrase("text"), "wrap", least=8),
    Column(Phrase("more"), "cut", least=6, leaves=2),
    Column(Phrase("n"), is_right=True, leaves=1, below=False),
)
CELLS = [("快", "你好，世界 and more words", "something long", "7"), ("b", "x", "y", "12")]


@pytest.mark.parametrize(
    ("screen", "text", "left_out"),
    [
        (
            60,
            (
                "名称  text                       more             n\n"
                "快    你好，世界 and more words  something long   7\n"
                "b     x                          y               12\n"
            ),
            (),
        ),
        (
            32,  # the widest gives way first, down to its least
            (
                "名称  text        more         n\n"
                "快    你好，世界  something…   7\n"
                "      and more\n"
                "      words\n"
                "b     x           y           12\n"
            ),
            (),
        ),
        (
            24,  # then the first one leaves
            (
                "名称  text      more\n"
                "快    你好，世  somethi…\n"
                "      界 and\n"
                "      more\n"
                "      words\n"
                "b     x         y\n"
            ),
            ("n",),
        ),
        (
            20,  # the next one goes below
            (
                "名称  text\n"
                "快    你好，世界 and\n"
                "      more words\n"
                "    more: something…\n"
                "b     x\n"
                "    more: y\n"
            ),
            ("n",),
        ),
        (
            12,  # and in the end all do
            "名称\n快\ntext: 你好，\n世界 and\nmore words\nmore: somet…\nb\ntext: x\nmore: y\n",
            ("n",),
        ),
    ],
)
def test_columns_line_up_in_cells_and_give_way_in_their_order(
    screen: int, text: str, left_out: tuple[str, ...]
) -> None:
    assert table(CELLS, COLUMNS, Screen(screen), heads=True) == (text, left_out)


@pytest.mark.parametrize(
    ("screen", "lines"),
    [
        # equal shares would break the address
        (38, ["https://example.org/v1  to be or not", "                        to be, that is"]),
        # then the parts of it stay whole
        (26, ["https://example.org/  to", "v1                    be"]),
        # what they do not need is for the other column
        (22, ["https://      to be or", "example.org/  not to", "v1            be, that"]),
        (16, ["https://      to", "example.org/  be"]),
        # where one has to be cut, the words of the others are whole
        (14, ["https://  to", "example.  be"]),
    ],
)
def test_a_column_gives_way_to_words_that_would_be_broken(screen: int, lines: list[str]) -> None:
    columns = (Column(narrow="wrap", least=4), Column(narrow="wrap", least=2, leaves=1))
    cells = [("https://example.org/v1", "to be or not to be, that is")]
    assert table(cells, columns, Screen(screen)).text.splitlines()[: len(lines)] == lines


def test_what_leaves_first_gives_way_first() -> None:
    columns = [Column(narrow="wrap", least=4, leaves=at) for at in (1, 2, 0)]
    shown = table([("internationally",) * 3], columns, Screen(40)).text
    assert shown.splitlines()[0] == "intern  internationally  internationally"
    longer = table([("internationally", "a b " * 9, "x")], columns, Screen(30)).text
    assert longer.splitlines()[0] == "internationally  a b a b a  x"


def test_what_must_stay_is_below_its_label_where_both_are_too_wide() -> None:
    columns = [Column(Phrase("id")), Column(Phrase("use instead"), leaves=1)]
    shown = table([("a", "mimo-v2.6-flash")], columns, Screen(16), heads=True).text
    assert shown == "id\na\nuse instead:\nmimo-v2.6-flash\n"


def test_a_column_without_anything_in_it_is_none() -> None:
    columns = [Column(Phrase("a")), Column(Phrase("b")), Column(Phrase("c"))]
    assert table([("1", "", "3")], columns, Screen(80), heads=True).text == "a  c\n1  3\n"
    assert table([], columns, Screen(80), heads=True).text == ""


def test_what_is_cut_ends_in_an_ellipsis() -> None:
    shown = [cut("北京天气", Screen(width)) for width in (8, 7, 3, 1)]
    assert shown == ["北京天气", "北京天…", "北…", "…"]


HINT = "In a script: mimo config set api_key < FILE   (and: mimo config set base_url URL)"


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (90, [f"mimo: {HINT}"]),
        (
            44,
            [
                "mimo: In a script:",
                "      mimo config set api_key < FILE   (and:",
                "      mimo config set base_url URL)",
            ],
        ),
        (
            32,  # a command has no row of its own behind the whole indent
            [
                "mimo: In a script:",
                "  mimo config set api_key < FILE",
                "  (and:",
                "  mimo config set base_url URL)",
            ],
        ),
        (
            17,
            [
                *(
                    "mimo: In a",
                    "script: mimo",
                    "config set",
                    "api_key < FILE",
                    "(and: mimo config",
                ),
                "set base_url URL)",
            ],
        ),
    ],
)
def test_a_command_to_copy_stays_on_a_row(width: int, lines: list[str]) -> None:
    assert paragraph(HINT, Screen(width), "mimo: ", "      ").splitlines() == lines


ADDRESS = "https://api.example.com/anthropic/v1/messages?alpha=1&beta=two"


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (80, [f"mimo: no: {ADDRESS}: refused"[:-8], "      refused"]),
        (68, ["mimo: no:", f"  {ADDRESS}:", "  refused"]),  # with room, it can be copied
        (
            60,
            [
                "mimo: no: https://api.example.com/anthropic/v1/messages?",
                "      alpha=1&beta=two: refused",
            ],
        ),
        (
            36,
            [
                "mimo: no: https://api.example.com/",
                "      anthropic/v1/messages?alpha=1&",
                "      beta=two: refused",
            ],
        ),
        (
            20,
            [
                "mimo: no: https://",
                "  api.example.com/",
                "  anthropic/v1/",
                "  messages?alpha=1&",
                "  beta=two: refused",
            ],
        ),
    ],
)
def test_an_address_is_broken_where_its_parts_end(width: int, lines: list[str]) -> None:
    said = f"no: {ADDRESS}: refused"
    assert paragraph(said, Screen(width), "mimo: ", "      ").splitlines() == lines


@pytest.mark.parametrize(
    ("text", "width", "parts"),
    [
        ("(/home/user/.config/x.toml)", 12, ["(/home/user/", ".config/", "x.toml)"]),
        ("/中文/文件/a-long-name.txt", 10, ["/中文/", "文件/a-", "long-", "name.txt"]),
        ("/没有这个文件-a/b", 10, ["/没有这个", "文件-a/b"]),
        ("read_me_first-of-all", 8, ["read_me_", "first-", "of-all"]),
        ("//a//b?c?&d", 4, ["//", "a//", "b?", "c?&d"]),
        ("x" * 12, 5, ["xxxxx", "xxxxx", "xx"]),
        (ADDRESS, 24, ["https://api.example.com/", "anthropic/v1/messages?", "alpha=1&beta=two"]),
    ],
)
def test_a_cell_is_broken_there_too(text: str, width: int, parts: list[str]) -> None:
    assert rows(text, Screen(width), cut=True) == parts
    shown = table([(text, "y")], [Column(narrow="wrap", least=width), Column()], Screen(width + 3))
    if text.isascii():
        assert [line[:width].rstrip() for line in shown.text.splitlines()] == parts


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (49, ["mimo: no:", "      /tmp/没有这个文件/另外一个/a-long-name.txt:", "      gone"]),
        (
            40,
            ["mimo: no: /tmp/没有这个文件/另外一个/", "      a-long-name.txt: gone"],
        ),
        (
            24,
            ["mimo: no: /tmp/", "      没有这个文件/", "      另外一个/", "      a-long-name.txt:"],
        ),
    ],
)
def test_a_path_in_chinese_is_as_whole_as_others(width: int, lines: list[str]) -> None:
    said = "no: /tmp/没有这个文件/另外一个/a-long-name.txt: gone"
    shown = paragraph(said, Screen(width), "mimo: ", "      ").splitlines()
    assert shown[: len(lines)] == lines


def test_a_path_in_chinese_ends_where_its_sentence_goes_on() -> None:
    said = "文件不存在：/tmp/甲乙，请检查读/写权限，然后再试一次"
    assert rows(said, Screen(20)) == [
        "文件不存",
        "在：/tmp/甲乙，请检",
        "查读/写权限，然后再",
        "试一次",
    ]


def test_what_the_user_wrote_is_left_to_the_terminal_to_break() -> None:
    assert text_block(f"  See {ADDRESS} now", Screen(40)).splitlines() == [
        "  See",
        f"  {ADDRESS}",
        "  now",
    ]


def test_a_command_that_is_a_value_stays_whole_whatever_it_is() -> None:
    line = CommandLine("mimo ask what is a monad and why is it so hard")
    said = Phrase("To ask it: {command}. {more}", command=line, more=Phrase("See {it}", it=1))
    assert [*commands(Phrase("{hint}", hint=said))] == [line]
    assert paragraph(said, Screen(30), "  ", "  ", [line]).splitlines() == [
        "  To ask it:",
        f"  {line}.",
        "  See 1",
    ]


def test_lines_of_a_text_keep_their_indent() -> None:
    text = "Rules:\n  - 请始终用简体中文回答，并且尽量简短。\n\nEnd"
    assert text_block(text, Screen(22)).splitlines() == [
        "Rules:",
        "  - 请始终用简体中文回",
        "  答，并且尽量简短。",
        "",
        "End",
    ]


# ---- The commands, on a screen


CONFIG = """
system = "你是一个有帮助的助手，请始终用简体中文回答，并且尽量简短。"
editor = "vim -u NONE --some-long-option=/a/rather/long/path/to/something"
[aliases]
"快" = "mimo-v2.6-flash"
[prompts."审阅"]
prompt = "请审阅下面的代码：{input}，指出其中的错误，并给出修改建议 {lang}"
[prompts.review]
prompt = "Review the following code and name what is wrong in {lang}"
"""
LIVES = {
    "北京今天的天气怎么样，需要带伞吗？": "带伞。",
    "How long is a long question?": "So long. " * 30,
}


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A user with settings and a history."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "c.toml").write_text(CONFIG, "utf-8")
    (folder / "c.toml").chmod(0o600)
    variables = {
        "MIMO_CONFIG": str(folder / "c.toml"),
        "MIMO_DATA": str(folder),
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
    }
    for question, said in LIVES.items():
        with Simulator(answer=said) as simulator:
            asking = {**environ_for(simulator), **variables, "MIMO_HISTORY": "true"}
            assert mimo("ask", "--", question, environ=asking).code == 0
    return variables


def starts(line: str, *texts: str) -> list[int]:
    """The columns of the screen in which texts of a line begin."""
    return [cell_width(line[: line.index(text)]) for text in texts]


def holding(lines: Sequence[str], text: str) -> str:
    return next(line for line in lines if text in line)


RUNS = (
    ["models"],
    ["models", "--all"],
    ["models", "快"],
    ["config", "prompts"],
    ["config", "list"],
    ["history"],
    ["history", "search", "long"],
    ["history", "usage", "--by", "conversation"],
    ["history", "show"],
    ["doctor", "--offline"],
    ["simulate", "--dialect", "list"],
    ["what", "is", "a", "monad", "and", "why", "is", "it", "so", "hard", "to", "say"],
)


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("args", RUNS, ids=" ".join)
def test_no_line_is_wider_than_the_screen_but_for_what_can_be_copied(
    args: list[str], environ: dict[str, str]
) -> None:
    wide = " ".join(on_screen(*args, columns=1000, environ=environ)).split()
    for columns in WIDTHS:
        lines = on_screen(*args, columns=columns, environ=environ)
        long = [line for line in lines if cell_width(line) > columns and not COMMAND.match(line)]
        assert all(cell_width(line.rpartition(" ")[0]) < columns for line in long), columns
        if args[0] not in ("config", "history"):  # which have columns of addresses and of Chinese
            words = {word.strip("…") for line in lines for word in line.split()}
            broken = {word for word in words for it in wide if "/" in it and word in it}
            known = {*wide, *broken, "60", "40", "80", *BESIDE}
            assert {word for word in words if word.isascii()} - known <= OWN, columns


COMMAND = re.compile("^ *(mimo ask what|mkdir|export)")
OWN = {"120", "status:", "use", "instead:", "no", "room", "here", "for", "context,", "output,"}
OWN |= {"input,", "thinking,", "$", "in", "/", "out,", "out", "all", "of", "one:"}
BESIDE = {"project", "color", "certificates"}
"""Checks that are told in the row of another where there is room: `color:`."""


@pytest.mark.slow
def test_an_id_is_not_broken_where_its_short_names_are(environ: dict[str, str]) -> None:
    lines = on_screen("models", columns=40, environ=environ)
    head, flash = lines[0], holding(lines, "mimo-v2.6-flash")
    more, ultraspeed = lines[lines.index(flash) + 1], holding(lines, "ultraspeed")
    assert starts(flash, "0.14") == starts(ultraspeed, "4.35") == starts(head, "$ in / out")
    assert (flash.split("  ")[0], more) == ("mimo-v2.6-flash (flash,", "快)")


@pytest.mark.slow
@pytest.mark.parametrize("columns", [60, 80, 120])
def test_settings_in_chinese_line_up(columns: int, environ: dict[str, str]) -> None:
    lines = on_screen("config", "list", columns=columns, environ=environ)
    head = starts(lines[0], "value", "source")
    assert starts(holding(lines, "aliases.快"), "mimo-v2.6-flash") == head[:1]
    assert starts(holding(lines, "system "), "你是", "file") == head
    assert starts(holding(lines, "keymap"), "emacs", "default") == head


def test_on_a_narrow_screen_settings_say_below_where_they_come_from(
    environ: dict[str, str],
) -> None:
    lines = on_screen("config", "list", columns=40, environ=environ)
    assert lines[0].split() == ["setting", "value"]
    below = lines[lines.index(holding(lines, "keymap")) + 1]
    assert below == "    source: default"
    assert "no room here for default:" in lines[-2]
    assert lines[-1] == "mimo config list --json shows all of it"


def test_a_prompt_in_chinese_lines_up(environ: dict[str, str]) -> None:
    lines = on_screen("config", "prompts", columns=80, environ=environ)
    for name, text in (("审阅", "请审阅"), ("review", "Review")):
        assert starts(holding(lines, name), text) == starts(lines[0], "text")


def test_models_in_chinese_line_up(environ: dict[str, str]) -> None:
    lines = on_screen("models", columns=120, environ=environ)
    assert starts(holding(lines, "快"), "1M", "131k") == starts(lines[0], "context", "output")


def test_a_narrow_history_leaves_out_the_model_and_says_so(environ: dict[str, str]) -> None:
    first, second, *told = on_screen("history", columns=40, environ=environ)
    assert {first.split()[-1], second.split()[-1]} <= {"s", "min"}  # by how quick the machine is
    assert starts(first, "How long is") == starts(second, "北京今天")
    assert told == ["no room here for models:", "mimo history --json has all of it"]


def test_sums_that_have_no_room_are_named(environ: dict[str, str]) -> None:
    lines = on_screen("history", "usage", columns=40, environ=environ)
    assert lines[0].split() == ["day", "input", "output", "cost"]
    assert lines[-2:] == [
        "no room here for turns, from cache:",
        "mimo history usage --csv has all of it",
    ]


@pytest.mark.slow
def test_a_screen_of_no_size_is_80_columns_wide_or_what_columns_says(
    environ: dict[str, str],
) -> None:
    usual = on_screen("models", columns=80, environ=environ)
    assert on_screen("models", columns=0, environ=environ) == usual
    narrow = on_screen("models", columns=0, environ={**environ, "COLUMNS": "60"})
    assert narrow == on_screen("models", columns=60, environ=environ)


@pytest.mark.slow
@pytest.mark.parametrize("columns", [40, 60])
def test_what_the_chat_says_is_broken_between_words(columns: int, environ: dict[str, str]) -> None:
    said: dict[str, list[str]] = {}
    with Simulator() as simulator:
        variables = {**environ_for(simulator), **environ, "TERM": "dumb"}
        with Terminal("chat", environ=variables, columns=columns, lines=200) as terminal:
            for line in ("/help", "/info", "/set", "/system", "/set x", "/model some other model"):
                terminal.wait_for("\n>")
                said[line] = answered(terminal, line)
            terminal.type("/exit\n")
            assert terminal.wait() == 0
    assert {*" ".join(said["/help"]).split()} >= {
        word
        for name, it in COMMANDS.items()
        for text in (f"/{name} {it.argument}", it.help)
        for word in text.split()
    }
    assert (
        said["/help"][4:6]
        == {
            40: ["/clear", "    clear the screen alone"],
            60: [
                f"{'/model [ID]':<31}let another model answer;",
                " " * 31 + "alone: list them",
            ],
        }[columns]
    )
    assert (
        said["/info"][-3]
        == {
            40: "               始终用简体中文回答，并且",
            60: "system prompt  你是一个有帮助的助手，请始终用简体中文回答，",
        }[columns]
    )
    assert "confirm_above_tokens = 200000" in said["/set"]
    assert (
        said["/system"][0]
        == {
            40: "你是一个有帮助的助手，请始终用简体中文回",
            60: "你是一个有帮助的助手，请始终用简体中文回答，并且尽量简短。",
        }[columns]
    )
    assert (
        said["/model some other model"][:2]
        == {
            40: ["mimo: no model is called 'some other", "      model': one name is wanted"],
            60: ["mimo: no model is called 'some other model': one name is", "      wanted"],
        }[columns]
    )


def answered(terminal: Terminal, line: str) -> list[str]:
    """What the chat says to a line, up to its next prompt."""
    before = terminal.text
    terminal.type(f"{line}\n")
    end = time.monotonic() + PATIENCE
    while not re.search(rf"> {line}\n(.*\n)+>$", terminal.text[len(before) - 3 :]):
        assert time.monotonic() < end, terminal.text
        terminal.read()
    return terminal.text[len(before) :].splitlines()[1:-1]


@pytest.mark.slow
@pytest.mark.children_traced
@pytest.mark.parametrize(
    ("args", "columns", "told"),
    [
        (["ask", "hi"], 80, "waiting for mimo-v2.6-pro at 127.0.0.1… 1 s"),
        (["ask", "--json", "hi"], 40, "waiting for mimo-v2.6-pro… 1 s"),
    ],
)
def test_from_the_first_second_on_it_is_said_who_is_waited_for(
    args: list[str], columns: int, told: str
) -> None:
    with (
        Simulator() as simulator,
        held_back(simulator, 0) as (variables, release),
        Terminal(*args, environ=variables, columns=columns) as terminal,
    ):
        terminal.wait_for(told)
        release.set()
        assert terminal.wait() == 0
        assert "waiting" not in terminal.text


@pytest.mark.slow
def test_a_command_of_doctor_that_needs_it_has_the_screen_to_itself(tmp_path: Path) -> None:
    folder = tmp_path / "a-folder-that-others-can-see"
    folder.mkdir(0o755)
    command = f"chmod 700 {folder}"
    environ = {"MIMO_DATA": str(folder), "MIMO_CONFIG": "/dev/null", "HOME": str(tmp_path)}
    alone = on_screen("doctor", "--offline", columns=len(command) + 5, environ=environ)
    assert f"    {command}" in alone
    for columns, indent in ((len(command) + 3, "  "), (len(command) + 1, "    ")):
        lines = on_screen("doctor", "--offline", columns=columns, environ=environ)
        at = lines.index(f"{indent}{command}")  # the terminal breaks what is too wide
        assert lines[at - 1] == f"{indent}Run:"
    below = on_screen("doctor", "--offline", columns=len(command) + 20, environ=environ)
    assert f"    Run: {command}" in below
    beside = on_screen("doctor", "--offline", columns=len(command) + 30, environ=environ)
    assert f"{' ' * 23}Run: {command}" in beside
