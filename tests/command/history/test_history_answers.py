"""`mimo history show --answer`, `-x`, `--copy`: one answer of a conversation, or its code."""

from __future__ import annotations

import base64
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fake_programs import FakePrograms
from support.harness import Result, Terminal, mimo

from mimo_cli.answers import given as given_answers
from mimo_cli.api.protocol.messages import Correction, Reply, Text, ToolResult, ToolUse
from mimo_cli.cli.history_commands import with_answer_number
from mimo_cli.conversation.rounds.questions import last_question, questions
from mimo_cli.conversation.turns import Turn
from mimo_cli.errors import UsageError
from mimo_cli.history.store import History

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.api.protocol.messages import Block
    from mimo_cli.conversation.turns import Status

TOOLS = [{"name": "weather", "input_schema": {"type": "object"}}]
CALL = ToolUse("w1", "weather", {})
CODE = "Here:\n\n```python\nprint(1)\n```\n\n```sh\nls\n```"
HOSTILE = "\n\n  a\x1b[2J\x9b\u202eb \n\n"
NO_CODE = "no code block: the answer (above, on stderr) has none\n  Ask for code.\n"


def asked(text: str) -> tuple[Block, ...]:
    return (Text(text),)


class Kept:
    """A history that a test fills."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "data"
        self.programs = FakePrograms(folder)
        self.taken = folder / "taken"
        self.environ = {
            "MIMO_DATA": str(self.folder),
            "MIMO_CONFIG": "/dev/null",
            "PATH": str(self.programs.folder),
        }

    def add(
        self,
        question: tuple[Block, ...],
        *content: Block,
        to: str = "",
        status: Status = "complete",
        **request: Any,
    ) -> str:
        """Adds a turn, without blocks of a reply one that failed; the conversation's id."""
        with closing(History(self.folder, now=lambda: 1.75e9, notice=pytest.fail)) as history:
            turn = Turn(question, {"model": "mimo-v2.6-pro", **request}, 1.75e9)
            known = [it.number for it in history.load(to).turns] if to else []
            begun = history.begin(turn, conversation=to, known=known)
            reply = Reply("mimo-v2.6-pro", "m", content, "end_turn" if content else None)
            done = turn._replace(reply=reply, status=status, number=begun.number)
            assert history.finish(begun.conversation, done)
        return begun.conversation

    def show(self, *args: str, **more: str) -> Result:
        return mimo("history", "show", *args, environ={**self.environ, **more})

    def said(self, *args: str, **more: str) -> tuple[int, str, str]:
        """The exit code, and what it wrote."""
        result = self.show(*args, **more)
        return result.code, result.out, result.err

    def with_clipboard(self) -> dict[str, str]:
        """Variables of a desk whose clipboard is a file."""
        self.programs.add("xclip", f"exec /bin/cat > '{self.taken}'")
        return {"DISPLAY": ":0"}


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def talk(kept: Kept) -> str:
    """A conversation with three answers, the last of several rounds, and a question without one."""
    to = kept.add(asked("one"), Text(CODE))
    kept.add(asked("two"), Text(HOSTILE), to=to)
    kept.add(asked("three"), Text("I look."), CALL, to=to, tools=TOOLS)
    kept.add((ToolResult("w1", "sun"),), Text("no JSON"), to=to, tools=TOOLS)
    kept.add((Correction("- no JSON", 1),), Text('{"sun": 1}'), to=to, tools=TOOLS)
    kept.add(asked("four"), to=to, status="error")
    return to


@pytest.mark.parametrize(
    ("args", "shown"),
    [
        (["--answer"], '{"sun": 1}\n'),
        (["--answer="], '{"sun": 1}\n'),
        (["one", "--answer", "3"], '{"sun": 1}\n'),
        (["--answer", "2", "one"], "\n\n  a^[[2J<U+009B>\u202eb \n"),
        (["--answer", "-2"], "\n\n  a^[[2J<U+009B>\u202eb \n"),
        (["--answer=1"], CODE + "\n"),
        (["--answer", "\uff11"], CODE + "\n"),
        (["--answer=\uff0d\uff13"], CODE + "\n"),
        (["--answer", "0" * 5000 + "1"], CODE + "\n"),
        (["--answer", "-x", "--answer=1"], "print(1)\n"),
        (["-x2", "--answer", "01"], "ls\n"),
        (["--extract=sh", "--answer=-3"], "ls\n"),
    ],
)
def test_an_answer_is_what_its_question_got_in_the_end(
    kept: Kept, args: list[str], shown: str
) -> None:
    talk(kept)
    assert kept.said(*args) == (0, shown, "")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--answer", "4"], "there is no answer 4: the conversation has 3 answers\n"),
        (["--answer=-4"], "there is no answer -4: the conversation has 3 answers\n"),
        (["--answer", "0"], "--answer cannot be '0': answers count from 1, and from the last"),
        (["--answer", "9" * 20], f"--answer cannot be '{'9' * 20}': there are not that many\n"),
        (["--answer", "-" + "9" * 5000], "--answer cannot be '-99999"),
        (["--answer=two"], "--answer cannot be 'two': answers count from 1, and from the last"),
        (["--answer=\uff14"], "there is no answer 4: the conversation has 3 answers\n"),
        (["--answer", "--", "2"], "no conversation matches '2'\n"),
        (["--answer", "--json"], "--json and --answer cannot go together\n"),
        (["-x", "--markdown"], "--markdown and --extract cannot go together\n"),
        (["-x0"], "--extract cannot be 0: blocks count from 1\n"),
    ],
)
def test_what_names_no_answer_is_refused(kept: Kept, args: list[str], message: str) -> None:
    talk(kept)
    result = kept.show(*args)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"mimo: {message}")


def test_without_any_answer_that_is_said(kept: Kept) -> None:
    nothing = "mimo: there is no answer in the history\n"
    assert kept.said("--answer") == (2, "", nothing)
    failed = kept.add(asked("one"), status="error")
    assert kept.said("-x") == (2, "", nothing)
    no_answer = "mimo: there is no answer in this conversation\n"
    assert kept.said(failed, "--copy") == (2, "", no_answer)


def test_the_newest_is_the_newest_that_has_an_answer(kept: Kept) -> None:
    kept.add(asked("one"), Text("eins"))
    kept.add(asked("two"), status="error")
    assert kept.show("--answer").out == "eins\n"
    assert "two" in kept.show().out


def test_code_that_is_not_there_is_the_error_that_ask_has(kept: Kept) -> None:
    kept.add(asked("one"), Text("None.\x1b[2J"))
    assert kept.said("-x") == (8, "", f"None.^[[2J\nmimo: {NO_CODE}")
    kept.add(asked("one"), Text("```sh\nls"), status="partial")
    result = kept.show("-x")
    assert (result.code, result.out) == (9, "")
    assert "mimo: the code is incomplete: the answer (above, on stderr) was cut" in result.err
    kept.add(asked("one"), Text("I look."), CALL, tools=TOOLS)
    assert kept.said("-x") == (0, "", "I look.\n")


@pytest.mark.parametrize(
    ("args", "taken"),
    [
        (["--copy"], '{"sun": 1}\n'),
        (["--copy", "--answer", "2"], "  a^[[2J<U+009B><U+202E>b \n"),
        (["--copy", "-xsh", "--answer=1"], "ls\n"),
    ],
)
def test_a_copy_takes_the_place_of_the_output(kept: Kept, args: list[str], taken: str) -> None:
    talk(kept)
    told = f"mimo: copied {len(taken)} characters (by xclip)\n"
    assert kept.said(*args, **kept.with_clipboard()) == (0, "", told)
    assert kept.taken.read_text() == taken


def test_a_whole_conversation_is_copied_in_a_form(kept: Kept) -> None:
    talk(kept)
    assert kept.show("--copy", "--markdown", **kept.with_clipboard()).code == 0
    assert kept.taken.read_text().startswith("# one\n")
    assert kept.show("--copy", "--json", **kept.with_clipboard()).out == ""
    assert kept.taken.read_text() == kept.show("--json").out


def test_without_a_clipboard_nothing_is_shown_either(kept: Kept) -> None:
    talk(kept)
    why = "mimo: there is no clipboard: no program for it, and no terminal with one\n"
    assert kept.said("--copy") == (12, "", why)


def test_on_a_terminal_it_is_inert_and_copied_by_it(kept: Kept) -> None:
    talk(kept)
    environ = {**kept.environ, "TERM": "xterm-256color"}
    with Terminal("history", "show", "--answer", "2", environ=environ) as terminal:
        assert terminal.wait() == 0
        assert "  a^[[2J<U+009B><U+202E>b" in terminal.text
    with Terminal("history", "show", "-x", "--answer", "1", "--copy", environ=environ) as terminal:
        terminal.wait_for("sent 9 characters to the terminal's clipboard")
        assert terminal.wait() == 0
        assert b"\x1b]52;c;" + base64.b64encode(b"print(1)\n") + b"\x07" in terminal.received
        assert "print" not in terminal.text


# The parts


KINDS: dict[str, tuple[Block, ...]] = {
    "q": asked("?"),
    "r": (ToolResult("1", ""),),
    "c": (Correction("no", 1),),
}
Talks = st.lists(st.tuples(st.sampled_from("qrc"), st.sampled_from(["", " \n", "a", "b"])))


@given(Talks)
def test_answers_are_one_for_each_question_that_got_words(parts: list[tuple[str, str]]) -> None:
    turns = [Turn(KINDS[kind], {}, 0.0, Reply("", "", (Text(it),))) for kind, it in parts]
    split = questions(turns)
    assert [turn for asked in split for turn in asked] == turns
    assert all(turn.kind != "question" for asked in split for turn in asked[1:])
    assert last_question(turns) == (split[-1] if split else ())
    texts = [[it.reply.text.strip() for it in asked if it.reply.text.strip()] for asked in split]
    found = given_answers.answers(turns)
    assert [it.reply.text for it in found] == [words[-1] for words in texts if words]
    for place, answer in enumerate(found):
        assert given_answers.pick(turns, place + 1) is answer
        assert given_answers.pick(turns, place - len(found)) is answer
    for number in (len(found) + 1, -len(found) - 1):
        with pytest.raises(UsageError):
            given_answers.pick(turns, number)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--answer"], ["--answer="]),
        (["--answer", "2", "3"], ["--answer=2", "3"]),
        (["--answer", "k3j", "2"], ["--answer=", "k3j", "2"]),
        (["--answer=1", "2"], ["--answer=1", "2"]),
        (["--answer=", "2"], ["--answer=2"]),
        (["--answer", "--", "2"], ["--answer=", "--", "2"]),
        (["--", "--answer", "2"], ["--", "--answer", "2"]),
        (["--answer", "-2", "--answer"], ["--answer=-2", "--answer="]),
    ],
)
def test_only_a_number_is_a_value_behind_it(args: list[str], expected: list[str]) -> None:
    assert with_answer_number(args) == expected
