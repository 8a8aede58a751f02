"""Questions that took several rounds: tools that were called, answers that were corrected."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from support.harness import Result, Terminal, environ_for, environ_in, mimo

from mimo_cli.api.protocol.messages import (
    Correction,
    OtherBlock,
    Reply,
    Text,
    Thinking,
    ToolResult,
    ToolUse,
    Usage,
)
from mimo_cli.conversation.turns import Turn
from mimo_cli.history.changes import conversations
from mimo_cli.history.store import History
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mimo_cli.api.protocol.messages import Block

MODEL = "mimo-v2.6-pro"
ODD = "\x1b[2J\u202e"
TOOLS = [{"name": name, "input_schema": {"type": "object"}} for name in ("weather", "clock")]
ROME = ToolUse("w1", "weather", {"city": "Rome", "note": f"two\nlines {ODD}"})
CLOCK = ToolUse("c1", "clock", {})
FAILED = ToolResult("c1", f"no ````\nclock {ODD}", is_error=True)
HM = Thinking("Hm.", "s=")
ROUNDS: tuple[tuple[tuple[Block, ...], tuple[Block, ...]], ...] = (
    ((Text("Is it warm?"),), (HM, Text("I look."), ROME, CLOCK)),
    ((ToolResult("w1", "sunshine"), FAILED, Text("Be brief.")), (HM, Text("Yes, warmish."))),
    ((Correction("- age: 'x' is not an integer", 2),), (HM, Text('{"age": 3}'))),
    ((Text("And now?"),), (HM, CLOCK._replace(id="c2", name="`clock`"))),
)


class Kept:
    """A history with a conversation of several rounds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = environ_in(folder)
        self.id = ""
        for question, content in ROUNDS:
            self.add(question, content)

    def add(self, question: tuple[Block, ...], content: tuple[Block, ...]) -> None:
        """Adds a turn; without blocks of a reply it gets none."""
        calls = any(isinstance(block, ToolUse) for block in content)
        stop = "tool_use" if calls else "end_turn"
        asked = Turn(question, {"model": MODEL, "tools": TOOLS}, 1_750_000_000.0)
        with closing(self.open()) as history:
            known = [it.number for it in history.load(self.id).turns] if self.id else []
            begun = history.begin(asked, conversation=self.id, known=known)
            self.id = begun.conversation
            if content:
                reply = Reply(MODEL, "msg", content, stop, None, Usage(30, 4))
                done = asked._replace(reply=reply, status="complete", number=begun.number)
                assert history.finish(self.id, done)

    def open(self) -> History:
        """The store, to be closed."""
        return History(self.folder, now=lambda: 1_750_000_000.0, notice=pytest.fail)

    def turns(self) -> tuple[Turn, ...]:
        """What the conversation is now."""
        with closing(self.open()) as history:
            return history.load(self.id).turns

    def run(self, *args: str) -> Result:
        return mimo("history", *args, environ=self.environ)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "data")


SHOWN = """\
› Is it warm?

I look.

▸ weather(city="Rome", note="two\\nlines \\u001b[2J<U+202E>")  8 characters
▸ clock()  error, 19 characters

› Be brief.

Yes, warmish.

asked again: 2 things did not fit

{"age": 3}

› And now?

▸ `clock`()  not run
"""


def test_rounds_are_drawn_on_a_terminal(kept: Kept) -> None:
    environ = {**kept.environ, "TERM": "xterm-256color"}
    with Terminal("history", "show", environ=environ, lines=40, columns=90) as terminal:
        assert terminal.wait() == 0
        text = terminal.text
        assert b"\x1b[2J" not in terminal.received
    assert text.split("\n\n", 1)[1].strip() == SHOWN.strip()


def test_rounds_are_drawn_in_a_narrow_window(kept: Kept) -> None:
    with Terminal("history", "show", environ=kept.environ, lines=60, columns=24) as terminal:
        assert terminal.wait() == 0
        rows = terminal.text.splitlines()
    start = next(at for at, row in enumerate(rows) if row.startswith("▸ weather"))
    assert rows[start + 1].startswith("  ")
    assert max(map(len, rows)) <= 24


def test_rounds_as_markdown(kept: Kept) -> None:
    result = kept.run("show")
    assert "\x1b" not in result.out
    _, first, second, third, fourth = result.out.split("\n---\n")
    assert first == (
        "\n> Is it warm?\n\nI look.\n\n▸ **weather**\n\n"
        '```json\n{\n  "city": "Rome",\n  "note": "two\\nlines \\u001b[2J\u2028"\n}\n```\n\n'
        "▸ **clock**\n\n```json\n{}\n```\n"
    ).replace("\u2028", first[first.index("[2J") + 3 : first.index('"\n}')])
    assert second.startswith("\n▸ **weather**: 8 characters\n\n```\nsunshine\n```\n\n")
    assert "▸ **clock**: error, 19 characters\n\n`````\nno ````\nclock " in second
    assert second.endswith("\n`````\n\n> Be brief.\n\nYes, warmish.\n")
    assert third == (
        "\n*(asked again: 2 things did not fit)*\n\n```\n- age: 'x' is not an integer\n```\n\n"
        '{"age": 3}\n'
    )
    assert fourth == "\n> And now?\n\n▸ **\\`clock\\`**: not run\n\n```json\n{}\n```\n"


def test_rounds_as_json(kept: Kept) -> None:
    shown = kept.run("show", "--json")
    turns = shown.json["turns"]
    assert [turn["kind"] for turn in turns] == ["question", "results", "correction", "question"]
    assert turns[0]["reply"]["content"][2] == {
        "type": "tool_use",
        "id": "w1",
        "name": "weather",
        "input": ROME.input,
    }
    assert turns[1]["question"][1] == {
        "type": "tool_result",
        "tool_use_id": "c1",
        "content": FAILED.content,
        "is_error": True,
    }
    assert turns[2]["question"] == [
        {"type": "correction", "text": "- age: 'x' is not an integer", "misfits": 2}
    ]
    assert kept.run("export", kept.id, "--format", "jsonl").out == shown.out
    (entry,) = kept.run("--json").json
    assert (entry["title"], entry["turns"], entry["answered"]) == ("Is it warm?", 4, True)


@pytest.mark.parametrize(
    ("words", "number", "found"),
    [
        ("sunshine", 2, "sunshine"),
        ("rome", 1, "Rome"),
        ("weather", 1, "weather"),
        ("lines", 1, "lines"),
        ("brief", 2, "brief"),
        ("integer", None, ""),
    ],
)
def test_what_tools_were_asked_and_gave_is_found(
    kept: Kept, words: str, number: int | None, found: str
) -> None:
    results = kept.run("search", words, "--json").json
    matches = [it["snippet"][start:end] for it in results for start, end in it["matches"]]
    assert [it["number"] for it in results] == ([] if number is None else [number])
    assert matches == ([found] if found else [])


def test_every_round_is_counted(kept: Kept) -> None:
    total = kept.run("usage", "--json").json["total"]
    counts = ("turns", "input_tokens", "output_tokens")
    assert [total[name] for name in counts] == [4, 120, 16]


def test_rounds_are_deleted_with_their_conversation(kept: Kept) -> None:
    assert kept.run("search", "sunshine", "--json").json
    assert kept.run("delete", kept.id, "--yes").code == 0
    assert (kept.run("search", "sunshine", "--json").json, kept.run("--json").json) == ([], [])
    assert b"sunshine" not in b"".join(it.read_bytes() for it in kept.folder.iterdir())


def test_a_servers_block_of_a_name_of_ours_costs_no_turn(kept: Kept) -> None:
    odd = tuple(
        OtherBlock({"type": kind}) for kind in ("image", "tool_result", "correction", "search")
    )
    kept.add((Text("Odd?"),), (*odd, Text("Yes.")))
    assert kept.turns()[-1].reply.content == (*odd, Text("Yes."))


# Going on with it


def going_on(
    kept: Kept, simulator: Simulator, command: str, *args: str, stdin: str | None = None
) -> Result:
    environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(kept.folder))
    return mimo(command, *args, environ=environ, stdin=None if stdin is None else stdin.encode())


def last_message(simulator: Simulator) -> object:
    return simulator.requests[-1].json["messages"][-1]["content"]


def test_a_conversation_whose_last_answer_is_calls_is_gone_on_with(kept: Kept) -> None:
    with Simulator(answer="Well.") as simulator:
        result = going_on(kept, simulator, "ask", "-c", "never", "mind")
        sent = simulator.requests[-1].json["messages"]
    assert (result.code, result.out) == (0, "Well.\n")
    assert "without an answer" not in result.err
    assert sent[1]["content"] == [
        {"type": "thinking", "thinking": "Hm.", "signature": "s="},
        {"type": "text", "text": "I look."},
        {"type": "tool_use", "id": "w1", "name": "weather", "input": ROME.input},
        {"type": "tool_use", "id": "c1", "name": "clock", "input": {}},
    ]
    assert [block["type"] for block in sent[2]["content"]] == ["tool_result"] * 2 + ["text"]
    assert sent[4]["content"] == [{"type": "text", "text": "- age: 'x' is not an integer"}]
    assert sent[-1]["content"] == [
        {
            "type": "tool_result",
            "tool_use_id": "c2",
            "content": "The tool was not run.",
            "is_error": True,
        },
        {"type": "text", "text": "never mind"},
    ]


def test_results_that_got_no_answer_are_no_question_that_is_left_out(kept: Kept) -> None:
    kept.add((ToolResult("c2", "noon"),), ())
    kept.add((Text("Hello?"),), ())
    with Simulator(answer="Well.") as simulator:
        result = going_on(kept, simulator, "ask", "-c", "so?")
    assert result.err.count("left out") == 1
    assert f"a question without an answer in conversation {kept.id} is left out" in result.err


def without_last(kept: Kept) -> list[str]:
    """Takes the last question out of the file, so that the one with the rounds is the last."""
    with closing(kept.open()) as history:
        conversations.drop(history, kept.id, [kept.turns()[-1].number])
    return [turn.kind for turn in kept.turns()]


@pytest.mark.parametrize(
    ("lines", "kinds", "asked"),
    [
        ("/undo\nAgain?\n", [], "Again?"),
        ("/retry\n", ["question"], "Is it warm?"),
        ("/continue\n", ["question", "results", "correction"], None),
        ("more\n", ["question", "results", "correction", "question"], "more"),
    ],
    ids=["undo", "retry", "continue", "more"],
)
def test_a_chat_takes_the_whole_question(
    kept: Kept, lines: str, kinds: list[str], asked: str | None
) -> None:
    assert without_last(kept) == ["question", "results", "correction"]
    with Simulator(answer="Fresh.") as simulator:
        result = going_on(kept, simulator, "chat", "-c", stdin=lines)
        assert len(simulator.requests) == (asked is not None)
        if asked is not None:
            assert last_message(simulator) == asked
    assert [turn.kind for turn in kept.turns()] == kinds
    assert result.out == ("" if asked is None else "Fresh.\n")


def test_a_retry_that_fails_leaves_all_rounds(kept: Kept) -> None:
    without_last(kept)
    before = kept.turns()
    with Simulator(answer="") as simulator:
        result = going_on(kept, simulator, "chat", "-c", stdin="/retry\n")
    assert result.code != 0
    assert kept.turns() == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/continue", "the last answer asks for tools: there is no rest to ask for"),
        ("/save answer.txt", "saved in answer.txt"),
        ("/history", ""),
    ],
)
def test_a_chat_whose_last_answer_is_calls(
    kept: Kept, line: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with Simulator() as simulator:
        result = going_on(kept, simulator, "chat", "-c", stdin=f"{line}\n")
        assert not simulator.requests
    assert said in result.err
    assert result.out == (f"{SHOWN}\n" if line == "/history" else "")
    if line.startswith("/save"):
        assert (tmp_path / "answer.txt").read_text() == '{"age": 3}\n'


def test_an_export_of_a_chat_has_its_rounds(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, live_in: Callable[..., None]
) -> None:
    monkeypatch.chdir(tmp_path)
    live_in("UTC0")
    with Simulator() as simulator:
        going_on(kept, simulator, "chat", "-c", stdin="/export talk.json\n/export talk.md\n")
    talk = json.loads((tmp_path / "talk.json").read_text())
    assert talk["turns"][1]["kind"] == "results"
    assert "▸ **weather**: 8 characters" in (tmp_path / "talk.md").read_text()
