"""A reply from the first wait to the last row, by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.screens import THEME, Clock, Screen

from mimo_cli.api.protocol.messages import Sending
from mimo_cli.output.view import Awaited
from mimo_cli.phrases import ENGLISH, Phrase
from mimo_cli.screen.live import LOOK_SECONDS, Live
from mimo_cli.screen.thinking import Stall, WaitingPhase
from mimo_cli.screen.tty import reports_size_late
from mimo_cli.text import widths

if TYPE_CHECKING:
    from mimo_cli.phrases import Translations
    from mimo_cli.screen.thinking import ThinkingMode


class Reply:
    """A reply on a screen of 40 by 12."""

    def __init__(
        self,
        thinking: ThinkingMode = "collapse",
        awaited: Awaited | None = None,
        *,
        live: bool = True,
        translations: Translations = ENGLISH,
    ) -> None:
        self.clock = Clock()
        self.screen = Screen(40, 12)
        self.live = Live(
            self.screen.write,
            lambda: self.screen.size,
            self.clock,
            THEME,
            live=live,
            thinking=thinking,
            awaited=awaited,
            translations=translations,
        )

    def after(self, seconds: float) -> list[str]:
        """The live rows after some time: the cursor rests on the first."""
        self.clock.now += seconds
        self.live.tick()
        return self.all()

    def all(self) -> list[str]:
        return [*self.screen.rows(), *(row.rstrip() for row in self.screen.below())]


def test_a_spinner_turns_until_something_comes() -> None:
    reply = Reply()
    assert reply.after(0) == ["⠋"]
    assert reply.after(0.2) == ["⠋"]
    assert reply.live.seconds_until_tick() == pytest.approx(0.05)
    assert reply.after(0.05) == ["⠙"]
    reply.live.text("Hello")
    assert reply.after(0.04) == ["Hello"]
    assert reply.live.seconds_until_tick() == LOOK_SECONDS  # for a new size
    reply.live.finish()
    assert reply.all() == ["Hello", ""]
    assert reply.screen.is_sane()


def test_from_the_first_second_on_the_spinner_says_who_is_waited_for() -> None:
    reply = Reply(awaited=Awaited("mimo", "example.com"))
    assert reply.after(0.75)[0][1:] == ""
    assert reply.after(0.25)[0][1:] == " waiting for mimo at example.com… 1 s"
    assert reply.after(64)[0][1:] == " waiting for mimo… 1 min 05 s"
    reply.live.text("x")
    assert reply.after(1) == ["x"]
    assert WaitingPhase(0, widths.Screen(80)).rows(15)[0].plain[1:] == " waiting… 15 s"


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (0.5, ""),
        (3, " waiting to ask mimo at example.com again\u2026 3 s"),
        (7.9, " waiting to ask mimo at example.com again\u2026 7 s"),
        (8.5, ""),
        (10, " waiting for mimo at example.com\u2026 2 s"),
    ],
)
def test_between_two_tries_it_is_said_that_nothing_is_asked(now: float, told: str) -> None:
    phase = WaitingPhase(0, widths.Screen(80), Awaited("mimo", "example.com"), pause=8)
    assert phase.rows(now)[0].plain[1:] == told


@pytest.mark.parametrize(
    ("columns", "told"),
    [(34, "waiting to ask mimo again\u2026 3 s"), (30, "waiting to ask again\u2026 3 s")],
)
def test_of_that_wait_too_as_much_is_said_as_fits(columns: int, told: str) -> None:
    phase = WaitingPhase(0, widths.Screen(columns), Awaited("mimo", "example.com"), pause=8)
    assert phase.rows(3)[0].plain[2:] == told


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (80, " waiting for 小米-pro at example.com… 12 s"),
        (44, " waiting for 小米-pro at example.com… 12 s"),
        (43, " waiting for 小米-pro… 12 s"),
        (29, " waiting for 小米-pro… 12 s"),
        (28, " waiting… 12 s"),
        (16, " waiting… 12 s"),
        (11, " waiting…"),
        (1, " …"),
    ],
)
def test_a_wait_is_told_as_far_as_the_screen_is_wide(columns: int, text: str) -> None:
    phase = WaitingPhase(0, widths.Screen(200), Awaited("小米-pro", "example.com"))
    phase.resize(widths.Screen(columns))
    assert phase.rows(12)[0].plain[1:] == text


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (80, " sending 47.0 MB to example.com… 34 %"),
        (39, " sending 47.0 MB to example.com… 34 %"),
        (38, " sending 47.0 MB… 34 %"),
        (12, " sending…"),
    ],
)
def test_an_upload_is_told_as_far_as_the_screen_is_wide(columns: int, text: str) -> None:
    phase = WaitingPhase(0, widths.Screen(columns), Awaited("mimo", "example.com"))
    phase.sending = Sending(16_800_000, 49_300_000)
    assert phase.rows(12)[0].plain[1:] == text


def test_an_upload_that_is_out_is_a_wait_again() -> None:
    reply = Reply(awaited=Awaited("mimo", "here"))
    reply.live.show_upload(Sending(1_000_000, 4_000_000))
    assert reply.after(0.75)[0][1:] == ""
    assert reply.after(0.25)[0][1:] == " sending 3.8 MB to here… 25 %"
    reply.live.show_upload(None)
    assert reply.after(1)[0][1:] == " waiting for mimo at here… 2 s"
    reply.live.text("x")
    reply.live.show_upload(Sending(1, 2))
    assert reply.after(1) == ["x"]


def test_without_a_spinner_a_long_upload_gets_one_row() -> None:
    reply = Reply(awaited=Awaited("mimo", "here"), live=False)
    reply.live.show_upload(Sending(1_000_000, 4_000_000))
    assert reply.after(15) == ["sending 3.8 MB to here… 25 %", ""]


def test_a_wait_that_begins_anew_says_for_whom_again() -> None:
    reply = Reply(awaited=Awaited("mimo", "here"))
    reply.live.show_activity("answering")
    assert reply.after(3)[0][1:] == " mimo at here is answering… 3 s"
    reply.live.wait(0)
    assert reply.after(2)[0][1:] == " waiting for mimo at here… 2 s"


@pytest.mark.parametrize("mode", ["hide", "collapse", "keep"])
def test_while_it_thinks_the_spinner_says_who_does(mode: ThinkingMode) -> None:
    reply = Reply(mode, awaited=Awaited("mimo-pro", "example.com"))
    reply.live.thinking("Hm.")
    assert " mimo-pro is thinking… 2 s" in [row[1:] for row in reply.after(2)]
    reply.screen.size = (26, 12)
    assert " thinking… 3 s" in [row[1:] for row in reply.after(1)]


def test_a_wait_costs_few_bytes() -> None:
    sent: list[str] = []
    clock = Clock()
    awaited = Awaited("mimo", "example.com")
    live = Live(sent.append, lambda: (80, 24), clock, THEME, awaited=awaited)
    for _ in range(1000):
        clock.now += 0.01
        live.tick()
    assert 30 <= len(sent) <= 41
    assert sum(map(len, sent)) < 60 * len(sent)


def test_a_long_wait_that_is_told_once_is_broken_between_words() -> None:
    reply = Reply(awaited=Awaited("some-large-model", "api.example.com"), live=False)
    assert reply.after(15)[:2] == ["waiting for some-large-model at", "api.example.com…"]


def test_a_note_is_broken_between_words() -> None:
    reply = Reply()
    reply.live.note("the server is overloaded; trying again in 1.5 s (retry 1)", first="mimo: ")
    assert reply.after(1)[:2] == [
        "mimo: the server is overloaded; trying",
        "      again in 1.5 s (retry 1)",
    ]


def test_without_a_spinner_a_long_wait_gets_one_row() -> None:
    reply = Reply(awaited=Awaited("a word"), live=False)
    assert reply.after(0) == [""]
    assert reply.live.seconds_until_tick() == 15.0
    assert reply.after(14.9) == [""]
    assert reply.after(0.1) == ["waiting for a word…", ""]
    assert reply.live.seconds_until_tick() is None
    reply.live.thinking("Hm.")
    reply.after(1)
    assert reply.live.seconds_until_tick() == pytest.approx(14.0)
    assert reply.after(14)[1:] == ["", "a word is thinking…", ""]
    reply.live.text("Yes.\n\n")
    assert reply.after(1)[3:] == ["thought for 15 s", "", "Yes.", ""]


def test_what_is_not_shown_before_its_end_has_a_spinner_that_says_what_comes() -> None:
    reply = Reply()
    reply.live.show_activity("thinking")
    assert reply.after(3)[0][1:] == " thinking… 3 s"
    reply.live.show_activity("thinking")
    assert reply.after(2)[0][1:] == " thinking… 5 s"
    reply.live.show_activity("answering")
    assert reply.after(61)[0][1:] == " answering… 1 min 01 s"
    reply.live.finish()
    assert reply.all() == [""]


THOUGHT = "one two three four five six seven eight nine ten eleven twelve " * 6


def test_thinking_is_a_window_of_five_rows_and_then_one_row() -> None:
    reply = Reply()
    for at in range(0, len(THOUGHT), 9):
        reply.live.thinking(THOUGHT[at : at + 9])
        reply.after(0.05)
    window = reply.all()
    assert window == [
        window[0][:1] + " thinking… 2 s",
        "  seven eight nine ten eleven twelve",
        "  one two three four five six seven",
        "  eight nine ten eleven twelve one two",
        "  three four five six seven eight nine",
        "  ten eleven twelve",
    ]
    reply.clock.now += 10
    reply.live.text("The answer.")
    assert reply.after(0.1) == ["thought for 12 s", "", "The answer."]
    reply.live.finish()
    assert reply.all() == ["thought for 12 s", "", "The answer.", ""]


def test_thinking_that_is_kept_is_printed_row_by_row() -> None:
    reply = Reply("keep")
    reply.live.thinking("Let me see.\n\nFirst")
    assert [row[:5] for row in reply.after(0.1)] == ["Let m", "", "First", reply.all()[3][:5]]
    reply.live.thinking(", the most important thing of all things.")
    reply.after(0.1)
    reply.live.text("So.")
    reply.live.finish()
    assert reply.all() == [
        "Let me see.",
        "",
        "First, the most important thing of",
        "all things.",
        "thought for less than a second",
        "",
        "So.",
        "",
    ]


def test_thinking_that_is_hidden_is_a_spinner() -> None:
    reply = Reply("hide")
    reply.live.thinking(THOUGHT)
    assert [row[1:] for row in reply.after(2)] == [" thinking… 2 s"]
    reply.live.text("So.")
    assert reply.after(1) == ["So."]
    reply.live.thinking(THOUGHT)
    reply.live.text("Then.")
    reply.live.finish()
    assert reply.all() == ["So.", "", "Then.", ""]


def test_a_size_that_changes_before_the_end_is_seen_at_the_end() -> None:
    reply = Reply()
    reply.live.text("Words that are as long as a row of it.")
    reply.after(1)
    reply.screen.size = (21, 12)
    reply.live.finish()
    assert reply.all() == ["Words that are as", "long as a row of it.", ""]


def test_thinking_after_an_answer_and_an_answer_after_that() -> None:
    reply = Reply()
    reply.live.text("One\n")
    reply.after(1)
    reply.live.thinking("hm")
    assert [row[-4:] for row in reply.after(1)] == ["One", "", " 1 s", "  hm"]
    reply.live.text("Two")
    reply.live.finish(Phrase("interrupted"))
    assert reply.all() == ["One", "", "thought for 1 s", "", "Two", "interrupted", ""]


def test_a_reply_interrupted_while_it_thinks_says_so() -> None:
    reply = Reply()
    reply.live.thinking("hm")
    reply.after(3)
    reply.live.finish(Phrase("interrupted"))
    assert reply.all() == ["thought for 3 s", "interrupted", ""]


def test_a_reply_without_anything_leaves_nothing() -> None:
    reply = Reply()
    reply.live.text("")
    reply.live.thinking("")
    reply.after(1)
    reply.live.finish()
    assert reply.all() == [""]
    reply.live.finish()
    assert reply.live.seconds_until_tick() is None


def test_a_frame_waits_for_its_turn_and_a_costly_one_for_longer() -> None:
    reply = Reply()
    reply.live.text("a")
    assert reply.live.seconds_until_tick() == 0
    reply.live.tick()
    reply.live.text("b")
    assert reply.live.seconds_until_tick() == pytest.approx(1 / 30)
    assert reply.after(0.01) == ["a"]
    assert reply.after(0.03) == ["ab"]

    slow = Reply()
    slow.screen.on_write = slow.clock.pass_a_tenth
    slow.live.text("a")
    slow.live.tick()
    slow.live.text("b")
    assert slow.live.seconds_until_tick() == pytest.approx(1 / 30)
    slow.after(1)
    slow.live.text("c")
    assert slow.after(0.49) == ["ab"]
    assert slow.after(0.02) == ["abc"]


def test_a_note_stands_above_the_live_rows() -> None:
    reply = Reply()
    reply.live.text("- one\n- two")
    reply.after(1)
    reply.live.note("warning: \x1b slow")
    reply.live.text(" words")
    assert reply.after(1) == ["warning: \ufffd slow", " • one", " • two words"]


def test_a_note_before_the_answer_is_set_off_from_it() -> None:
    reply = Reply()
    reply.live.note("trying again")
    reply.live.text("Yes")
    assert reply.after(1) == ["trying again", "", "Yes"]


def test_a_suspended_reply_leaves_the_terminal_and_comes_back() -> None:
    reply = Reply()
    reply.live.text("# One\n\nTwo")
    reply.after(1)
    reply.live.suspend()
    assert reply.all() == ["One", ""]
    assert reply.screen.is_sane()
    reply.screen.write("$ fg\r\n")
    reply.live.resume()
    assert reply.after(0) == ["One", "$ fg", "", "Two"]
    reply.live.finish()
    assert reply.all() == ["One", "$ fg", "", "Two", ""]


def test_a_resized_terminal_gets_the_live_rows_anew() -> None:
    reply = Reply()
    reply.live.text("Words that are as long as a row of it.\n\nMore words, as many as the others.")
    reply.after(1)
    reply.screen.size = (21, 12)
    assert reply.live.seconds_until_tick() == LOOK_SECONDS
    assert reply.after(LOOK_SECONDS)[2:] == ["More words, as many", "as the others."]
    thinking = Reply("keep")
    thinking.live.thinking("Words that are as long as a row")
    thinking.after(1)
    thinking.screen.size = (21, 12)
    assert thinking.after(1)[:2] == ["Words that are as", "long as a row"]


@pytest.mark.slow
@pytest.mark.parametrize("columns", [21, 80])
def test_the_window_of_the_thinking_is_wrapped_anew_for_another_size(columns: int) -> None:
    words = "\n".join("words that are thought and wrapped " * 3 for _ in range(200))
    reply, other = Reply(), Reply()
    other.screen.size = (columns, 12)
    other.after(0)
    for it in (reply, other):
        for part in range(0, len(words), 7):
            it.live.thinking(words[part : part + 7])
    reply.after(1)
    reply.screen.size = (columns, 12)
    assert reply.after(1)[1:] == other.after(2)[1:]
    for it in (reply, other):
        it.live.thinking(" and more\nand more")
    assert reply.after(1)[1:] == other.after(1)[1:]


SILENT = "mimo: silent for"


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer",
    [
        "Words that are not at their end",
        "Whole.\n\nWords and more ",
        "- one\n- two",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "```python\ndef f():\n    return 1\n",
        "$$\nx + 1\n",
        "# Title\n",
        "A row.\n\n" * 20,
    ],
)
def test_a_silence_within_an_answer_is_told_below_it_until_more_comes(answer: str) -> None:
    reply, other = (Reply(awaited=Awaited("mimo", "api.example.com")) for _ in range(2))
    for it in (reply, other):
        it.live.text(answer)
        it.after(0.1)
    before = reply.all()
    assert reply.after(2.8) == before
    assert reply.live.seconds_until_tick() == pytest.approx(0.1)
    stalled = reply.after(0.2)
    assert [row for row in stalled if row] == [*filter(None, before), f"{SILENT} 3 s"]
    assert reply.live.seconds_until_tick() == LOOK_SECONDS
    written = reply.screen.written
    assert reply.after(0.5) == stalled
    assert reply.screen.written == written  # not a byte between two seconds
    assert reply.after(9)[-1] == f"{SILENT} 12 s"
    for it in (reply, other):
        it.live.text("and more")
        it.after(0.1)
        assert it.live.seconds_until_tick() == LOOK_SECONDS
    assert reply.all() == other.all()
    for it in (reply, other):
        it.after(4)
    assert reply.all()[-1] == f"{SILENT} 4 s"
    for it in (reply, other):
        it.live.finish()
    assert reply.all() == other.all()
    assert SILENT not in "\n".join(reply.all())
    assert reply.screen.is_sane()


@pytest.mark.parametrize("mode", ["collapse", "keep", "hide"])
def test_a_silence_while_it_thinks_is_told_below_that(mode: ThinkingMode) -> None:
    reply = Reply(mode, awaited=Awaited("mimo"))
    reply.live.thinking("Let me see. " * 2)
    before = reply.after(1)
    assert reply.after(4)[len(before) :] == ["mimo: silent for 5 s"]
    reply.live.thinking("Oh.")
    assert "silent" not in " ".join(reply.after(1))
    reply.live.text("Yes")
    assert reply.after(1)[-1] == "Yes"


def test_without_live_rows_a_silence_is_not_told() -> None:
    reply = Reply(live=False)
    reply.live.text("One.\n\nTwo")
    reply.after(1)
    assert reply.live.seconds_until_tick() is None
    assert reply.after(40) == ["One.", ""]
    assert not reply.live.tells_of_silence


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (200, "mimo at api.example.com: silent for 12 s; Ctrl-C keeps what came"),
        (120, "mimo at api.example.com: silent for 12 s"),
        (80, "mimo: silent for 12 s"),
        (30, "mimo: silent for 12 s"),
        (20, "silent for 12 s"),
        (8, "silent…"),
        (1, "…"),
    ],
)
def test_a_silence_is_told_as_far_as_the_screen_is_wide(columns: int, text: str) -> None:
    stall = Stall(3, Awaited("mimo", "api.example.com"))
    assert [row.plain for row in stall.rows(12.5, widths.Screen(columns), keeps=True)] == [text]


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_the_row_of_a_silence_is_whole_in_half_of_a_window(columns: int) -> None:
    stall = Stall(3, Awaited("mimo-v2.6-pro", "api.example.com"))
    for seconds in (3, 59, 3599):
        (row,) = stall.rows(seconds, widths.Screen(columns), keeps=True)
        assert len(row) <= columns // 2


@pytest.mark.parametrize(
    ("environ", "late"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({}, False),
        ({"TERM": "tmux-256color"}, True),
        ({"TERM": "screen"}, True),
        ({"TERM": "xterm", "TMUX": "socket,1,0"}, True),
    ],
)
def test_tmux_is_known_by_its_variables(environ: dict[str, str], late: bool) -> None:
    assert reports_size_late(environ) is late


def test_a_size_that_changes_while_nothing_is_live_changes_nothing() -> None:
    reply = Reply()
    reply.screen.size = (30, 10)
    assert reply.after(0)[0][1:] == ""
    reply.live.finish(Phrase("interrupted"))
    reply.live.suspend()
    reply.live.resume()
    assert reply.all() == ["interrupted", ""]


def test_what_is_said_beside_an_answer_is_in_the_readers_language() -> None:
    translations = {
        "waiting for {model}…": "warte auf {model}…",
        "{model} is thinking…": "{model} denkt nach…",
        "{seconds} s": "{seconds} Sek.",
        "thought for {duration}": "{duration} nachgedacht",
        "interrupted": "abgebrochen",
    }
    reply = Reply(awaited=Awaited("mimo"), translations=translations)
    assert reply.after(15) == [reply.all()[0][0] + " warte auf mimo… 15 Sek."]
    reply.live.show_activity("thinking")
    assert reply.after(2) == [reply.all()[0][0] + " mimo denkt nach… 2 Sek."]
    reply.live.thinking("hm")
    reply.after(3)
    reply.live.finish(Phrase("interrupted"))
    assert reply.all() == ["3 Sek. nachgedacht", "abgebrochen", ""]
