from __future__ import annotations

import os
import pty
import re
import sys
import time
import tty
import unicodedata
from typing import TYPE_CHECKING

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some

from mimo_cli.output.answer import TextWriter
from mimo_cli.output.output_stream import Output
from mimo_cli.output.sanitize import Sanitizer, count_suspect, one_line, sanitize
from mimo_cli.text.ansi import strip_ansi

if TYPE_CHECKING:
    from pathlib import Path

PROPERTY = settings(deadline=None, derandomize=True, max_examples=70)
MARK, SELECTOR, TAG = "\u0301", "\ufe0f", "\U000e0041"
BIDI = [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]
HIDDEN = [
    *("\U000e0000", "\U000e0001", "\U000e0020", "\U000e007f"),  # tags
    *("\u2061", "\u2062", "\u2063", "\u2064"),  # invisible operators
    *("\u115f", "\u1160", "\u3164", "\uffa0"),  # fillers
    *("\u00ad", "\u061c", "\u180e", "\u200b", "\u2060", "\u2065", "\ufeff"),
    *map(chr, range(0x206A, 0x2070)),
    *map(chr, range(0xFFF0, 0xFFFC)),
    *("\U0001bca0", "\U0001bca3", "\U0001d173", "\U0001d17a"),  # of shorthand and of music
    *("\U000e0002", "\U000e0080", "\U000e01f0", "\U000e0fff"),
]
FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
HEART = "\u2764\ufe0f"
JOINERS = "\u200c\u200d\u200e\u200f"
WORDS = (
    "é 中文 עברית בְּרֵאשִׁ֖ית ไทย ที่นี่น้ำ हिन्दी क्ष्म्य தமிழ் ខ្មែរ မြန်မာ བསྒྲུབས اَلْعَرَبِيَّةُ 한국어 "
    "Tiê\u0301ng Việt 1\ufe0f\u20e3 か\u3099 نمی\u200cخواهم क्\u200dष"
)
JOIN = "\u200d"
KINDS = "\u0300\u0591\u064b\u0900\u0e31\u20d0\u20dd\ua66f\U00010a0f\U0001d167\u180b\u034f"  # 12
RULES = "━" * 20 + "…" * 20 + "※" * 20 + "\u061b" * 20 + "🙂" * 20 + "\ue0b0" * 20 + "-" * 20
MARKUP = "[red]x[/foo] :smile: [link=y]"

TABLE: list[tuple[str, str, str, str, int]] = [
    # class, text, terminal, pipe, hidden characters
    ("newline and tab", "a\n\tb", "a\n\tb", "a\n\tb", 0),
    ("carriage return before a newline", "a\r\nb", "a\nb", "a\r\nb", 0),
    ("lone carriage return", "a\rb", "a^Mb", "a\rb", 0),
    ("carriage returns before one", "a\r\r\nb", "a^M\nb", "a\r\r\nb", 0),
    ("carriage return at the end", "a\r", "a^M", "a\r", 0),
    ("DEL", "a\x7fb", "a^?b", "a^?b", 0),
    *(
        (f"C0 {code:02X}", f"a{chr(code)}b", shown, shown, 0)
        for code in range(0x20)
        if chr(code) not in "\n\t\r"
        for shown in [f"a^{chr(code + 0x40)}b"]
    ),
    *(
        (f"C1 {code:02X}", f"a{chr(code)}b", shown, shown, 0)
        for code in range(0x80, 0xA0)
        for shown in [f"a<U+00{code:02X}>b"]
    ),
    ("line separator", "a\u2028b", "a\nb", "a\u2028b", 0),
    ("paragraph separator", "a\u2029b", "a\nb", "a\u2029b", 0),
    *((f"bidi {ord(c):04X}", f"a{c}b", f"a<U+{ord(c):04X}>b", f"a{c}b", 0) for c in BIDI),
    *((f"hidden {ord(c):04X}", f"a{c}b", "ab", f"a{c}b", 1) for c in HIDDEN),
    ("a flag of tags", f"x{TAG * 5}y", "xy", f"x{TAG * 5}y", 5),
    ("variation selectors", f"a{SELECTOR * 4}b", f"a{SELECTOR}b", f"a{SELECTOR * 4}b", 3),
    (
        "supplementary variation selectors",
        "a\U000e0100\U000e01efb",
        "a\U000e0100b",
        "a\U000e0100\U000e01efb",
        1,
    ),
    ("eight marks", f"a{MARK * 8}b", f"a{MARK * 8}b", f"a{MARK * 8}b", 0),
    ("ninety marks", f"a{MARK * 90}b", f"a{MARK * 8}b", f"a{MARK * 90}b", 82),
    (
        "marks with something hidden between",
        f"a{(MARK * 8 + TAG) * 9}b",
        f"a{MARK * 8}b",
        f"a{(MARK * 8 + TAG) * 9}b",
        73,
    ),
    (
        "a mark before selectors",
        f"a{MARK}{SELECTOR * 3}b",
        f"a{MARK}{SELECTOR}b",
        f"a{MARK}{SELECTOR * 3}b",
        2,
    ),
    *(
        (name, text, shown, text, hidden)
        for name, text, shown, hidden in [
            ("joiners between marks", f"a{(MARK + JOIN) * 9}b", f"a{(MARK + JOIN) * 8}{JOIN}b", 1),
            ("joined selectors", f"a{SELECTOR}{JOIN}{SELECTOR}b", f"a{SELECTOR}{JOIN}b", 1),
            (
                "marks and selectors",
                f"a{(MARK + SELECTOR) * 9}b",
                f"a{MARK}{SELECTOR}{MARK * 7}b",
                9,
            ),
            ("marks of many kinds", f"a{KINDS}b", f"a{KINDS[:8]}b", 4),
            ("marks on punctuation", f"\u05be{MARK * 9}", f"\u05be{MARK * 8}", 1),
            ("rows of symbols", RULES, RULES, 0),
        ]
    ),
    ("lone high surrogate", "a\ud83cb", "a\ufffdb", "a\ufffdb", 0),
    ("lone low surrogate", "a\udf89b", "a\ufffdb", "a\ufffdb", 0),
    ("joined emoji", FAMILY, FAMILY, FAMILY, 0),
    ("emoji with a selector", HEART, HEART, HEART, 0),
    ("joiners and marks of direction", JOINERS, JOINERS, JOINERS, 0),
    ("words of many scripts", WORDS, WORDS, WORDS, 0),
    ("markup of rich", MARKUP, MARKUP, MARKUP, 0),
    ("nothing", "", "", "", 0),
]
ROWS = pytest.mark.parametrize(
    ("text", "terminal", "pipe", "hidden"),
    [pytest.param(*row[1:], id=row[0]) for row in TABLE],
)


def in_pieces(pieces: list[str], *, terminal: bool) -> tuple[str, int]:
    sanitizer = Sanitizer(terminal=terminal)
    text = "".join([*(sanitizer.feed(piece) for piece in pieces), sanitizer.close()])
    return text, sanitizer.hidden


@ROWS
def test_every_class_of_character_has_its_treatment_also_in_pieces(
    text: str, terminal: str, pipe: str, hidden: int
) -> None:
    for pieces in ([text], list(text)):
        assert in_pieces(pieces, terminal=True) == (terminal, hidden)
        assert in_pieces(pieces, terminal=False) == (pipe, hidden)
    assert (sanitize(text), sanitize(text, terminal=False)) == (terminal, pipe)
    assert in_pieces([terminal], terminal=True) == (terminal, 0)  # what is inert stays so


def is_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


@pytest.mark.slow
@pytest.mark.untraced
def test_every_mark_of_every_script_is_limited_and_no_letter() -> None:
    marks, others = [], []
    for char in map(chr, range(sys.maxunicode + 1)):
        category = unicodedata.category(char)
        if category in ("Mn", "Me") and not is_selector(char):
            marks.append(char)
        elif category[0] in "LNPS" and char not in HIDDEN:
            others.append(char)
    assert len(marks) > 1500
    assert sanitize("a".join(char * 9 for char in marks)) == "a".join(char * 8 for char in marks)
    text = "".join(char * 9 for char in others)
    assert sanitize(text) == text


PIECES = st.lists(
    st.text(max_size=6)
    | st.text(
        [
            *("\r", "\n", "\x1b", "[", "]", "\x9b", MARK, SELECTOR, TAG, "\u202e", "a", "\ud83c"),
            *("\u200b", JOIN, "\u0e31", "\u05be", "中"),
        ],
        max_size=20,
    ),
    max_size=8,
)
ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
ACTIVE_IN_PIPES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@pytest.mark.untraced
@settings(PROPERTY, max_examples=some(150))
@given(PIECES)
def test_every_chunking_gives_what_the_whole_gives(pieces: list[str]) -> None:
    for terminal in (True, False):
        whole = in_pieces(["".join(pieces)], terminal=terminal)
        assert in_pieces(pieces, terminal=terminal) == whole
        assert in_pieces(list("".join(pieces)), terminal=terminal) == whole


@PROPERTY
@given(PIECES)
def test_nothing_that_drives_a_terminal_ever_comes_out(pieces: list[str]) -> None:
    assert not ACTIVE.search(in_pieces(pieces, terminal=True)[0])
    assert not ACTIVE_IN_PIPES.search(in_pieces(pieces, terminal=False)[0])


@PROPERTY
@given(PIECES)
def test_no_character_disappears_but_those_that_are_counted(pieces: list[str]) -> None:
    text, hidden = in_pieces(pieces, terminal=True)
    assert len(text) >= len("".join(pieces).replace("\r\n", "\n")) - hidden
    piped, same = in_pieces(pieces, terminal=False)
    assert (len(piped) >= len("".join(pieces)), same) == (True, hidden)


@PROPERTY
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_printable_ascii_is_left_alone(text: str) -> None:
    assert (sanitize(text), sanitize(text, terminal=False)) == (text, text)
    for terminal in (True, False):
        assert in_pieces([text], terminal=terminal) == (text, 0)


ESCAPES = [
    *("\x1b[2J", "\x1b[1A", "\x1b[8m", "\x1b[31m", "\x1b[?25l", "\x1b[?1049h", "\x1b[6n", "\x1bc"),
    *("\x1b]0;title\x07", "\x1b]2;title\x1b\\", "\x1b]52;c;aGk=\x07", "\x1b]8;;http://x\x1b\\y"),
    *(
        "\x1b]9;7\x07",
        "\x1b]777;notify\x07",
        "\x1b]1337;File=\x07",
        "\x1b]10;?\x07",
        "\x1b]4;1;?\x07",
    ),
    *("\x1bPq\x1b\\", "\x1b_x\x1b\\", "\x1b^x\x1b\\", "\x1bXx\x1b\\", "\x1b]0;never ended"),
    *(
        "\x9b2J",
        "\x9d0;t\x9c",
        "\x90q\x9c",
        "\x85",
        "\x07\x07",
        "\b\b\b",
        "\x0b\x0c",
        "\x7f",
        "\rover",
    ),
    *("\x1b\x1b[2J[2J", "\x1b[\x1b[31m31m", "\x0e", "\x0f", "\x00"),
]


@pytest.mark.parametrize("payload", ESCAPES, ids=repr)
def test_escape_codes_are_text_on_the_screen_and_change_nothing_else(payload: str) -> None:
    for pieces in ([payload], list(payload)):
        shown, _ = in_pieces(pieces, terminal=True)
        screen = pyte.Screen(80, 5)
        pyte.Stream(screen).feed(f"before {shown} after")
        line = f"before {shown} after"
        assert [row.rstrip() for row in screen.display] == [line, "", "", "", ""]
        assert (screen.cursor.x, screen.cursor.y, screen.title) == (len(line), 0, "")
        assert [screen.buffer[0][x] for x in range(len(line))] == [
            pyte.screens.Char(char) for char in line
        ]


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize(
    "text",
    [
        *(MARK * 200_000, f"a{MARK}" * 150_000, TAG * 300_000, "\r" * 300_000, "a" * 1_000_000),
        *(JOIN * 300_000 + "a", f"{MARK * 8}{SELECTOR}" * 30_000, f"{SELECTOR}{JOIN}" * 150_000),
        *("\u05be" * 100_000, f"{SELECTOR}{MARK}\u05be" * 50_000),
    ],
)
def test_a_long_text_takes_linear_time(text: str) -> None:
    started = time.process_time()
    sanitize(text)
    sanitize(text, terminal=False)
    in_pieces([text[i : i + 1000] for i in range(0, len(text), 1000)], terminal=True)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "limit", "line"),
    [
        ("a\nb\r\n  c\t d", 500, "a b c d"),
        ("\x1b[31mred", 500, "^[[31mred"),
        ("x" * 600, 500, "x" * 499 + "…"),
        ("abcd", 4, "abcd"),
        ("abcde", 4, "abc…"),
        ("\u2028a\u2029", 500, "a"),
        ("", 500, ""),
    ],
)
def test_a_text_as_part_of_a_message_is_one_line(text: str, limit: int, line: str) -> None:
    assert one_line(text, limit) == line


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\x1b[1;31mred\x1b[0m \x1b[Kx", "red x"),
        ("\x1b]0;title\x07a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "alink"),
        ("\x1b(Ba\x1b=b\x1bMc", "abc"),
        ("no codes [31m", "no codes [31m"),
        ("\x1b]0;t\x9ckept", "kept"),
        ("\x1bPq1\n2\x1b\\kept", "kept"),
        ("\x1b]0;no end\nkept", "\nkept"),
        ("\x9b31mred\x9b0m", "red"),
        ("\x9d0;t\x07kept", "kept"),
        ("\x9e and \x9d stay", "\x9e and \x9d stay"),
        ("cut \x1b[3", "cut "),
    ],
)
def test_colour_codes_are_stripped_from_an_input(text: str, plain: str) -> None:
    assert strip_ansi(text) == plain


def test_hidden_characters_of_an_input_are_counted() -> None:
    assert count_suspect(f"a\x1b[31m{TAG}\u202e\u2066{MARK}é\n") == 4
    assert count_suspect("\x1b\x07\x00 \x7f\x9b") == 5
    assert count_suspect("\ta\r\n\x0c b") == 0


def written(path: Path, pieces: list[str], *, raw: bool) -> tuple[bytes, int]:
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        writer = TextWriter(Output(descriptor, "output"), raw=raw)
        for piece in pieces:
            writer.write(piece)
        writer.close()
    finally:
        os.close(descriptor)
    return path.read_bytes(), writer.hidden


@pytest.mark.parametrize(
    ("pieces", "plain", "raw"),
    [
        (["a"], b"a\n", b"a\n"),
        (["a\n\n", "\n"], b"a\n", b"a\n"),
        (["a\n", "\nb", "\n"], b"a\n\nb\n", b"a\n\nb\n"),
        (["\n\na"], b"\n\na\n", b"\n\na\n"),
        (["a\r\n", "b\r", "\nc\r"], b"a\r\nb\r\nc\r\n", b"a\r\nb\r\nc\r\n"),
        ([], b"", b""),
        (["", "\n"], b"", b""),
        (["\x1b[31mx\x9b"], b"^[[31mx<U+009B>\n", b"\x1b[31mx\xc2\x9b\n"),
        (["\u202e\u2028é"], "\u202e\u2028é\n".encode(), "\u202e\u2028é\n".encode()),
    ],
)
def test_an_answer_ends_in_exactly_one_newline(
    tmp_path: Path, pieces: list[str], plain: bytes, raw: bytes
) -> None:
    assert written(tmp_path / "plain", pieces, raw=False) == (plain, 0)
    assert written(tmp_path / "raw", pieces, raw=True) == (raw, 0)


def test_invisible_characters_of_an_answer_are_counted(tmp_path: Path) -> None:
    assert written(tmp_path / "f", [f"a{TAG}", TAG], raw=False) == (f"a{TAG}{TAG}\n".encode(), 2)


@pytest.mark.parametrize("raw", [True, False])
def test_a_terminal_never_gets_an_answers_codes_not_even_raw(raw: bool) -> None:
    master, slave = pty.openpty()
    try:
        tty.setraw(slave)
        writer = TextWriter(Output(slave, "output"), raw=raw)
        for piece in ("\x1b[2J\r", "x", "\u202e\r"):
            writer.write(piece)
        writer.close()
        shown = b""
        while not shown.endswith(b"\n"):  # a terminal hands it on in pieces of its own
            shown += os.read(master, 1000)
        assert shown.decode() == "^[[2J^Mx<U+202E>^M\n"
    finally:
        os.close(master)
        os.close(slave)
