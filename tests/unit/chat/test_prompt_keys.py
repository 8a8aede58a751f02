"""The prompt of `mimo chat`: what its keys do, and what the user sees."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from support.folders import ROOT
from support.prompting import STATUS, Step, past, said, user

from mimo_cli.chat.cancellation import Cancellation
from mimo_cli.chat.prompt.dumb_prompt import DumbPrompt
from mimo_cli.chat.prompt.exit_confirmation import HINT, ExitConfirmation
from mimo_cli.chat.prompt.path_completion import Candidate
from mimo_cli.chat.prompt.row_fitting import cut, fit
from mimo_cli.chat.prompt.toolkit_adapters import part_around_cursor
from mimo_cli.chat.status import StatusLine
from mimo_cli.errors import Interrupted, UsageError
from mimo_cli.output.output_stream import Output
from mimo_cli.phrases import ENGLISH, Phrase, verbatim
from mimo_cli.signals import Signals

if TYPE_CHECKING:
    from pathlib import Path

UP, RIGHT, CTRL_C, CTRL_D, CTRL_R, TAB = "\x1b[A", "\x1b[C", "\x03", "\x04", "\x12", "\t"
EDITOR = "\x18\x05"
PASTE, PASTED = "\x1b[200~", "\x1b[201~"


@pytest.mark.slow
@pytest.mark.parametrize("vi", [False, True])
@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("hello\r", "hello"),
        ("a\x1b\rb\r", "a\nb"),  # Alt-Enter
        ("a\nb\r", "a\nb"),  # Ctrl-J
        ("\r \r\rhello\r", " hello"),  # a blank message is not sent
        ("grüße 你好\r", "grüße 你好"),
    ],
)
def test_enter_sends_and_other_keys_put_a_new_line(keys: str, message: str, vi: bool) -> None:
    assert said(keys, vi=vi) == message


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("xhello\x01\x04\r", "hello"),  # Ctrl-A, Ctrl-D
        ("hello you\x17me\r", "hello me"),  # Ctrl-W
        ("hello\x15bye\r", "bye"),  # Ctrl-U
    ],
)
def test_the_keys_of_emacs_edit_the_line(keys: str, message: str) -> None:
    assert said(keys) == message


def test_the_keys_of_vi_edit_the_line_by_setting() -> None:
    assert said("hxello\x1b0lx\r", vi=True) == "hello"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pasted", "message"),
    [
        ("a\r\nb\nc\r", "a\nb\nc\n"),
        (f"a{PASTED}\rb{PASTED}\x03\x03\x04\x1a\rc", "a\nb\x03\x03\x04\x1a\nc"),
        (f"a{PASTE}b", "ab"),
        ("\x1b[2Ja\tb\x00", "\x1b[2Ja\tb\x00"),
    ],
)
def test_a_paste_arrives_as_one_message_and_never_sends_itself(pasted: str, message: str) -> None:
    assert said(PASTE + pasted + PASTED, ("a", "END\r")) == message + "END"


def test_a_paste_in_many_pieces_is_one() -> None:
    with user() as somebody:
        pieces = [PASTE[:3], PASTE[3:] + "one\r", "two" + PASTED[:2], PASTED[2:] + "three", PASTED]
        for piece in pieces:
            somebody.keys.send_text(piece)
        assert somebody.say(("three", "\r")) == "one\ntwothree"


@pytest.mark.slow
def test_keys_in_one_go_with_a_paste_are_keys() -> None:
    assert said(f"{PASTE}a\nb{PASTED}\r") == "a\nb"


def test_a_paste_that_comes_with_the_last_enter_is_in_the_next_message() -> None:
    with user() as somebody:
        assert somebody.say(f"one\r{PASTE}two{PASTED}") == "one"
        assert somebody.say(("two", "\r")) == "two"


@pytest.mark.slow
@pytest.mark.parametrize("line", [80, 10**6])
def test_a_paste_of_a_megabyte_does_not_freeze_the_prompt(line: int) -> None:
    text = "\n".join(["x" * line] * (10**6 // line))
    with user() as somebody:
        keys = (PASTE + text + PASTED).encode()
        writer = threading.Thread(target=os.write, args=(somebody.keys.pipe.write_fd, keys))  # type: ignore[attr-defined]  # of a pipe
        started = time.monotonic()
        writer.start()
        assert somebody.say(("xx", "a"), ("a", "b"), ("b", "\r")) == text + "ab"
        writer.join()
        assert time.monotonic() - started < 10


def test_colours_in_a_text_that_comes_as_keys_are_left_out() -> None:
    assert said("a \x1b[31mred\x1b[0m \x1b[96;14;13Mb\r") == "a red b"


def test_keys_typed_ahead_are_kept_for_the_next_message() -> None:
    with user() as somebody:
        assert somebody.say("one\rtwo\rth") == "one"
        assert somebody.say() == "two"
        assert somebody.say("ree\r") == "three"


def test_keys_typed_ahead_of_an_answer_wait_unsent_for_the_next_message() -> None:
    with user() as somebody:
        somebody.prompt.keep_unsent()  # before there is a prompt there is nothing
        assert somebody.say(f"one\rtwo\r{PASTE}a\rb{PASTED}\rth") == "one"
        somebody.prompt.keep_unsent()
        assert somebody.say(("th", "ree"), ("three", "\r", 0.5)) == "two\na\nb\nthree"


def test_enter_typed_ahead_does_not_send_what_a_command_put_in_the_prompt() -> None:
    with user() as somebody:
        assert somebody.say("/undo\r\rand why?\rtell") == "/undo"
        somebody.keys.send_text(" me\r")  # it waits in the terminal
        said = somebody.say(("tell me", "!\r", 0.5), draft="is it?")
        assert said == "is it?\nand why?\ntell me\n!"


@pytest.mark.parametrize("draft", ["", "draft"])
@pytest.mark.parametrize("vi", [False, True])
def test_enter_in_a_line_that_was_begun_ahead_of_the_prompt_ends_the_line(
    vi: bool, draft: str
) -> None:
    with user(vi=vi) as somebody:
        assert somebody.say("one\rtw") == "one"
        somebody.prompt.keep_unsent()
        said = somebody.say(
            ("typed ahead: Enter sends it in a moment", "o\rthr"),
            ("  thr", "ee\x1bb", 0.49),
            ("  three", "\rfour"),
            ("four", "\r", 0.01),
            draft=draft,
        )
        assert said == "\n".join([*filter(None, [draft]), "two", "three", "four"])
        assert somebody.say("five\r") == "five"  # and not where nothing was typed ahead


def test_enter_sends_at_once_where_what_was_typed_ahead_was_erased() -> None:
    with user() as somebody:
        assert somebody.say("one\rtwo") == "one"
        somebody.prompt.keep_unsent()
        assert somebody.say(("two", "\x15"), ("", "three\r")) == "three"


@pytest.mark.parametrize("vi", [False, True])
@pytest.mark.parametrize("enter", ["\r", "\n"])  # the terminal makes one of the other
def test_enter_typed_ahead_puts_its_line_behind_all_that_was_typed(vi: bool, enter: str) -> None:
    elsewhere = ("\x1b", "\x1b0", "\x1b[D", UP) if vi else ("\x01", "\x1b[D", UP)
    for keys in elsewhere:
        with user(vi=vi) as somebody:
            somebody.prompt.keep_unsent()
            assert somebody.say(f"one\rtwo\nabc{keys}") == "one"
            somebody.prompt.keep_unsent()
            somebody.keys.send_text(f"{enter}def{keys}{enter}")
            somebody.keys.send_text("x")
            assert somebody.say(("  x", "\r", 0.5)) == "two\nabc\ndef\nx"


def test_a_new_line_of_vis_commands_stands_below_the_row() -> None:
    assert said("abc\x1b", ("abc", "\nd\x1bk\ne\r"), vi=True) == "abc\ne\nd"


def test_a_dumb_terminal_has_no_prompt_that_keys_could_wait_in() -> None:
    with user({"TERM": "dumb"}) as somebody:
        assert somebody.prompt.choose(Phrase("Which?"), [], []) is None  # it is open
        somebody.keys.send_text("one\r")
        somebody.prompt.keep_unsent()
        assert os.read(somebody.keys.fileno(), 9) == b"one\r"


@pytest.mark.slow
def test_up_finds_messages_of_this_run_and_of_earlier_ones(tmp_path: Path) -> None:
    past(tmp_path / "history", "one", "two\x1b\rlines")
    with user(history_file=tmp_path / "history") as somebody:
        assert somebody.say("now\r") == "now"
        assert somebody.say(("\u203a", UP + "\r")) == "now"
        assert somebody.say(("\u203a", UP + UP + "\r")) == "two\nlines"


@pytest.mark.slow
def test_ctrl_r_searches_the_history(tmp_path: Path) -> None:
    past(tmp_path / "history", "find the needle", "something else")
    keys: list[Step] = [("\u203a", CTRL_R), ("search", "need"), ("find the", "\r"), (STATUS, "\r")]
    assert said(*keys, history_file=tmp_path / "history") == "find the needle"


@pytest.mark.slow
@pytest.mark.parametrize(("vi", "keys"), [(False, "\x07"), (False, CTRL_C), (True, "\x07")])
def test_a_search_that_is_given_up_gives_the_draft_back(
    tmp_path: Path, vi: bool, keys: str
) -> None:
    past(tmp_path / "history", "an older needle", "a needle", "something else")
    steps: list[Step] = [
        "my draft\x1b[D",
        ("my draft", CTRL_R),
        ("search", "needle"),
        ("a needle", CTRL_R),
        ("an older needle", CTRL_R + keys),
        ("my draft", ("i" if vi else "") + "|\r"),
    ]
    message = said(*steps, history_file=tmp_path / "history", vi=vi)
    assert message in ("my draf|t", "my dra|ft")  # vi's cursor is on a letter


@pytest.mark.slow
@pytest.mark.parametrize("vi", [False, True])
def test_the_rest_of_an_earlier_message_is_suggested(tmp_path: Path, vi: bool) -> None:
    past(tmp_path / "history", "hello world\x1b\rand all", "something else")
    keys: list[Step] = [("\u203a", "hel"), ("hello world", RIGHT), ("", "\r")]
    assert said(*keys, history_file=tmp_path / "history", vi=vi) == "hello world"


def commands(before: str) -> list[Candidate]:
    names = {"/model": "another\x1b[2J model", "/more": ""}
    if not before.startswith("/"):
        return []
    return [
        Candidate(name, len(before), name, verbatim(meta))
        for name, meta in names.items()
        if name.startswith(before)
    ]


@pytest.mark.slow
def test_tab_completes_what_the_chat_knows() -> None:
    assert said(f"/mod{TAB}", ("/model", "\r"), completions=commands) == "/model"
    assert said(TAB + "\r", "hello\r", completions=commands) == "hello"


def test_a_menu_shows_choices_inert_and_enter_takes_one() -> None:
    with user(completions=commands) as somebody:
        keys: list[Step] = [
            f"/m{TAB}",
            ("another^[[2J model", TAB),
            ("/model", "\r"),
            ("/model", " x\r"),
        ]
        assert somebody.say(*keys) == "/model x"
        assert "\x1b[2J" not in somebody.screen.received


@pytest.mark.slow
def test_tab_completes_file_names(tmp_path: Path) -> None:
    (tmp_path / "my notes").mkdir()
    (tmp_path / "my notes" / "a'b.txt").touch()
    keys: list[Step] = [f"/file {tmp_path}/m{TAB}", ("notes/", TAB), ("b.txt", "\r")]
    wide = {"COLUMNS": "200"}  # the folder's name may be long
    assert said(*keys, environ=wide) == f"/file {tmp_path}/my\\ notes/a\\'b.txt"


@pytest.mark.slow
def test_ctrl_c_clears_the_line_and_up_brings_it_back(tmp_path: Path) -> None:
    file = tmp_path / "history"
    with user(history_file=file) as somebody:
        keys: list[Step] = [
            "a long thought",
            ("thought", CTRL_C + CTRL_C),
            (HINT, UP),
            ("thought", "!\r"),
        ]
        assert somebody.say(*keys) == "a long thought!"
    assert file.read_text() == '"a long thought!"\n'


def test_ctrl_c_twice_within_a_second_on_an_empty_line_leaves() -> None:
    with user() as somebody:
        with pytest.raises(EOFError):
            somebody.say(CTRL_C, (HINT, CTRL_C))
        assert HINT not in somebody.screen.text


def test_ctrl_c_twice_in_more_than_a_second_stays() -> None:
    with user() as somebody:
        somebody.now = 5.0
        assert somebody.say(CTRL_C, (HINT, CTRL_C, 1.5), (HINT, "hi\r")) == "hi"


def test_ctrl_d_leaves_on_an_empty_line_alone() -> None:
    with pytest.raises(EOFError):
        said(CTRL_D)
    assert said(f"ab\x01{CTRL_D}\r") == "b"


def test_a_closed_terminal_leaves() -> None:
    with user() as somebody:
        somebody.keys.close()
        with pytest.raises(EOFError):
            somebody.say()


@pytest.mark.parametrize("vi", [False, True])
def test_the_editor_gets_the_text_and_gives_it_back_to_the_line(vi: bool) -> None:
    with user(edit=lambda text: f"{text}, edited\n", vi=vi) as somebody:
        assert somebody.say("hello" + EDITOR, ("hello, edited", "!\r")) == "hello, edited!"
        assert somebody.screen.text.count("hello") == 1  # the line before the editor is gone


def test_a_text_is_kept_when_the_editor_fails() -> None:
    def edit(_text: str) -> str:
        raise UsageError(Phrase("nothing was asked"), Phrase("the editor ended with code 1"))

    with user(edit=edit) as somebody:
        assert somebody.say("hello" + EDITOR, "\r") == "hello"
        assert somebody.warnings == ["nothing was asked: the editor ended with code 1"]


def test_a_draft_stands_in_the_line() -> None:
    with user() as somebody:
        assert somebody.say(("two", "!\r"), draft="one\ntwo") == "one\ntwo!"


@pytest.mark.slow
def test_the_message_stays_on_the_screen_and_the_bottom_line_goes() -> None:
    with user() as somebody:
        assert somebody.say("a\nb", ("b", "\r")) == "a\nb"
        assert somebody.screen.text == "\u203a a\n  b"


def test_the_bottom_line_is_inert_and_cut_to_the_width() -> None:
    title = "\x1b[2J a title\nof \u4f60" + "\u597d" * 50
    with user({"COLUMNS": "30"}, status_line=lambda: StatusLine((verbatim(title),))) as somebody:
        assert somebody.say(("^[[2J a title of", "x\r")) == "x"
        assert "\x1b[2J" not in somebody.screen.received


@pytest.mark.slow
@pytest.mark.parametrize("columns", ["1", "2", "10", "19"])
def test_a_narrow_terminal_has_no_bottom_line(columns: str) -> None:
    with user({"COLUMNS": columns}) as somebody:
        assert somebody.say("hello\r") == "hello"
        assert "mimo" not in somebody.screen.received


@pytest.mark.slow
@pytest.mark.parametrize(
    ("locale", "mark"),
    [
        ({"LANG": "en_GB.UTF-8"}, "\u203a "),
        ({"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, "> "),
        ({"LC_ALL": "", "LC_CTYPE": "C.utf8"}, "\u203a "),
        ({"LANG": ""}, "> "),
    ],
)
def test_the_prompt_fits_the_locale(locale: dict[str, str], mark: str) -> None:
    with user(locale) as somebody:
        somebody.say("hello\r")
        assert somebody.screen.text == f"{mark}hello"


def test_without_colours_there_are_none_and_the_terminal_is_asked_nothing() -> None:
    with user(color=False, completions=commands) as somebody:
        assert somebody.say("/m" + TAB, ("/more", TAB), "\r", "\r") == "/model"
        styles = re.findall(r"\x1b\[([\d;]*)m", somebody.screen.received)
        assert {*";".join(styles).split(";")} <= {"0", "1", "7"}
        assert "\x1b[6n" not in somebody.screen.received


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_prompt(number: int) -> None:
    signals = Signals()

    def come() -> StatusLine:
        signals._end(number, None)  # noqa: SLF001 - as the system calls it
        return StatusLine((STATUS,))

    with user(signals=signals, status_line=come) as somebody:
        with pytest.raises(Interrupted) as caught:
            somebody.say()
        assert caught.value.signum == number


def test_an_interrupt_by_signal_is_ctrl_c() -> None:
    signals = Signals()

    def come() -> StatusLine:
        for _ in range(2):
            signals._end(signal.SIGINT, None)  # noqa: SLF001 - as the system calls it
        return StatusLine((STATUS,))

    with user(signals=signals, status_line=come) as somebody, pytest.raises(EOFError):
        somebody.say()


@pytest.mark.parametrize("part", ["status_line", "completions"])
def test_a_bug_in_what_the_prompt_calls_is_raised_and_not_shown_in_its_place(part: str) -> None:
    def fail(*_: Any) -> Any:
        raise ZeroDivisionError

    options: dict[str, Any] = {part: fail}
    with user(**options) as somebody:
        with pytest.raises(ZeroDivisionError):
            somebody.say("/" + TAB)
        assert "Unhandled" not in somebody.screen.received


def test_a_history_that_cannot_be_used_is_warned_of_once(tmp_path: Path) -> None:
    with user(history_file=tmp_path) as somebody:
        assert somebody.say("one\r") == "one"
        assert somebody.say(("\u203a", UP + "\r")) == "one"
        why = f"the input history {tmp_path} cannot be used: is a directory"
        assert somebody.warnings == [why]


@pytest.mark.parametrize(
    ("text", "columns", "line"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("你好吗", 6, "你好吗"),
        ("你好吗", 5, "你好…"),
        ("ab", 1, "…"),
    ],
)
def test_a_line_is_cut_by_its_width(text: str, columns: int, line: str) -> None:
    assert cut(text, columns) == line


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        (
            84,
            "mimo-v2.6-pro · thinking on · 109 of 1,000,000 tokens (0 %) · $1 · What a monad is …",
        ),
        (80, "mimo-v2.6-pro · thinking on · 109 of 1,000,000 tokens (0 %) · $1"),
        (60, "mimo-v2.6-pro · thinking on · 109 of 1,000,000 tokens (0 %)"),
        (50, "mimo-v2.6-pro · thinking on · $1"),
        (22, "mimo-v2.6-pro · $1"),
        (17, "mimo-v2.6-pro"),
        (9, "mimo-v2.…"),
    ],
)
def test_the_bottom_line_has_the_facts_that_fit_whole(columns: int, line: str) -> None:
    texts = ("mimo-v2.6-pro", "thinking on", "109 of 1,000,000 tokens (0 %)", "$1")
    facts = StatusLine(tuple(map(verbatim, texts)), "What a monad is in one sentence")
    assert fit(facts, columns, ENGLISH) == line


@pytest.mark.parametrize(
    ("cursor", "part"),
    [(0, (0, 12000)), (7999, (0, 12000)), (8000, (4000, 16000)), (50000, (44000, 50000))],
)
def test_the_part_of_a_long_line_that_is_drawn_holds_the_cursor(
    cursor: int, part: tuple[int, int]
) -> None:
    assert part_around_cursor(cursor, 50_000) == part


@pytest.mark.slow
def test_the_prompt_speaks_the_users_language() -> None:
    chinese = {HINT.template: "再按一次 Ctrl-C 退出", "another model": "另一个模型"}
    choice = Candidate("/model", 4, "/model", Phrase("another model"))
    others = [choice, Candidate("/more", 4, "/more")]
    options: dict[str, Any] = {"translations": chinese, "completions": lambda _: others}
    with user(**options) as somebody:
        keys: list[Step] = [CTRL_C, ("再按一次", f"/mod{TAB}"), ("另一个模型", "\r"), "\r"]
        somebody.say(*keys)


def test_prompt_toolkit_is_loaded_when_a_prompt_is_opened_and_not_before() -> None:
    code = (
        "import sys, mimo_cli.chat.prompt.message_prompt; sys.exit('prompt_toolkit' in sys.modules)"
    )
    root = str(ROOT)
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_a_dumb_terminals_lines_are_messages() -> None:
    (keys, typed), (shown, screen) = os.pipe(), os.pipe()
    try:
        os.write(typed, "one\n\n \nzwölf\n\nthe end".encode())
        os.close(typed)
        output = Output(screen, "output")
        leaving = ExitConfirmation(time.monotonic)
        signals = Signals()
        cancellation = Cancellation(signals, interactive=True)
        prompt = DumbPrompt(
            keys, output, exit_confirmation=leaving, cancellation=cancellation, signals=signals
        )
        assert [prompt.read(draft) for draft in ("", "", "a draft", "")] == [
            "one",
            "zwölf",
            "a draft",
            "the end",
        ]
        with pytest.raises(EOFError):
            prompt.read("")
        seen = os.read(shown, 1000).decode()
        assert seen == "> > > > a draft\n(Enter alone sends this)\n> > > "
    finally:
        for descriptor in (keys, shown, screen):
            os.close(descriptor)


class InterruptedOutput(Output):
    """One at whose first text Ctrl-C is pressed."""

    def write(self, text: str) -> None:
        first, self._was_written = not getattr(self, "_was_written", False), True
        super().write(text)
        if first:
            os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_while_a_dumb_terminal_is_written_to_says_how_to_leave() -> None:
    (keys, typed), (shown, screen) = os.pipe(), os.pipe()
    before = signal.getsignal(signal.SIGINT)
    signals = Signals(owns_process=True)
    try:
        signals.catch(forgiving=True)  # else the end of this process would be timed
        os.write(typed, b"a message\n")
        prompt = DumbPrompt(
            keys,
            InterruptedOutput(screen, "output"),
            exit_confirmation=ExitConfirmation(time.monotonic),
            cancellation=Cancellation(signals, interactive=True),
            signals=signals,
        )
        assert prompt.read("") == "a message"
        assert os.read(shown, 1000).decode() == "> \nCtrl-C again or Ctrl-D leaves\n> "
    finally:
        signals.release()
        signal.signal(signal.SIGINT, before)
        for descriptor in (keys, typed, shown, screen):
            os.close(descriptor)
