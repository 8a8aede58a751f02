"""Every way in which llmock breaks, slows or ends a stream: what becomes of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from peers.installed import Installed, error_lines
from peers.llmock import SAYS, Behaviour, Llmock, break_tool, broken, reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EVENTS = 10
FIRST_WORD, SECOND_WORD, MESSAGE_STOP = 3, 4, 9
"""Places in that stream."""
_NOTHING = 1  # up to message_start nothing of an answer has come


@pytest.fixture
def mimo(llmock: Llmock, tmp_path: Path) -> Installed:
    return Installed(tmp_path, llmock.url + "/anthropic", model="claude-x")


class Fault(NamedTuple):
    """A fault at one event of a stream that does not pass: what becomes of the answer."""

    kind: str
    after: int
    code: int
    text: str
    says: str
    findings: frozenset[str] = frozenset()
    """llmock cannot tell an answer that was given up from one that was believed."""

    @property
    def requests(self) -> int:
        return 3 if self.code == 8 else 1


def stream_faults() -> Iterator[Fault]:
    """Every kind at every event: before a word it is asked again, after the stop reason it is
    too late to matter, and in between what came stays, and is said not to be the whole.
    """
    kinds = {
        "disconnect": ("connection lost", set(), {"gave_up"}),
        "truncate": ("the stream ended early", {"truncated_stream_accepted"}, set()),
        "malformed": ("it is not valid JSON", {"malformed_chunk_ignored"}, set()),
    }
    for kind, (says, always, once) in kinds.items():
        for after in range(EVENTS):
            whole = after == MESSAGE_STOP or (kind, after) == ("malformed", 2)  # a ping
            shown = SAYS if whole else " ".join(SAYS.split()[: max(0, after - FIRST_WORD)])
            code = 0 if whole else 9 if after >= SECOND_WORD else 8
            found = frozenset(always | (set() if code == 8 else once))
            why = "the server sent no answer" if kind == "truncate" and after <= _NOTHING else says
            yield Fault(kind, after, code, shown, "" if whole else why, found)


def test_the_table_of_stream_faults_fits_the_stream(mimo: Installed, llmock: Llmock) -> None:
    llmock.script()
    assert mimo("ask", "hi").code == 0
    (seen,) = llmock.requests()
    assert seen["chunks_sent"] == EVENTS


@pytest.mark.parametrize("fault", [*stream_faults()], ids=lambda it: f"{it.kind} at {it.after}")
def test_a_stream_breaks(mimo: Installed, llmock: Llmock, fault: Fault) -> None:
    llmock.script(broken(fault.kind, fault.after))
    result = mimo("ask", "hi")
    assert (result.code, result.out.rstrip()) == (fault.code, fault.text)
    assert result.out.count("\n") == (1 if fault.text else 0)
    if fault.says:
        incomplete = "the answer is incomplete: " if fault.code == 9 else ""
        assert incomplete in error_lines(result)[0]
        assert fault.says in error_lines(result)[0]
    else:
        assert result.err == ""
    assert llmock.count() == fault.requests
    assert llmock.findings() == fault.findings


@pytest.mark.parametrize("kind", ["disconnect", "truncate", "malformed"])
@pytest.mark.parametrize("after", [0, FIRST_WORD])
def test_a_stream_breaks_once_before_a_word(
    mimo: Installed, llmock: Llmock, kind: str, after: int
) -> None:
    llmock.script(broken(kind, after, times=1))
    result = mimo("ask", "hi")
    assert (result.code, result.out, llmock.count()) == (0, SAYS + "\n", 2)
    # What it sent to the end before we hung up it takes for two calls.
    assert llmock.findings() <= ({"malformed_chunk_ignored"} if kind == "malformed" else set())


@pytest.mark.parametrize("kind", ["disconnect", "truncate", "malformed"])
def test_with_json_nothing_was_shown_so_it_is_asked_again(
    mimo: Installed, llmock: Llmock, kind: str
) -> None:
    llmock.script(broken(kind, 5, times=1))
    result = mimo("ask", "--json", "hi")
    assert (result.code, result.json["text"], llmock.count()) == (0, SAYS, 2)
    assert (result.json["partial"], result.json["error"]) == (False, None)
    llmock.script(broken(kind, 5))
    result = mimo("ask", "--json", "hi")
    assert (result.code, result.json["text"], llmock.count()) == (9, "Mock response ", 3)
    assert (result.json["partial"], result.json["stop_reason"]) == (True, None)
    assert (result.json["error"]["code"], result.json["error"]["exit_code"]) == ("incomplete", 9)


def test_what_came_is_kept_and_gone_on_from(mimo: Installed, llmock: Llmock) -> None:
    llmock.script(broken("truncate", 5, times=1))
    assert mimo("ask", "hi").code == 9
    assert "Mock response" in mimo("history", "show").out
    assert mimo("ask", "-c", "go on").code == 0
    assert llmock.findings() == {"truncated_stream_accepted"}


TOO_LONG = 30.0
SLOW: dict[str, tuple[Behaviour, int, str]] = {
    "no reply": ({"type": "delay", "seconds": TOO_LONG}, 7, ""),
    "no first event": ({"type": "slow_first_token", "seconds": TOO_LONG}, 7, ""),
    "a stall before a word": (broken("stall", 2, stall_seconds=TOO_LONG), 7, ""),
    "a stall in mid-answer": (broken("stall", 5, stall_seconds=TOO_LONG), 9, "Mock response \n"),
    "a stall after the stop reason": (broken("stall", 9, stall_seconds=TOO_LONG), 0, SAYS + "\n"),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_server_that_takes_too_long(mimo: Installed, llmock: Llmock, name: str) -> None:
    behaviour, code, out = SLOW[name]
    llmock.script(behaviour)
    result = mimo("ask", "--timeout", "1", "hi")
    assert (result.code, result.out) == (code, out)
    assert result.seconds < 5.0
    assert code == 0 or "out of time: it took over 1 s" in error_lines(result)[0]


@pytest.mark.parametrize("kind", ["delay", "slow_first_token", "stall"])
def test_a_server_that_is_slow(mimo: Installed, llmock: Llmock, kind: str) -> None:
    slow = {"type": kind, "seconds": 0.3}
    llmock.script(broken("stall", 5, stall_seconds=0.3) if kind == "stall" else slow)
    result = mimo("ask", "hi")
    assert (result.code, result.out, result.err) == (0, SAYS + "\n", "")
    assert result.seconds >= 0.3


class Ending(NamedTuple):
    code: int
    out: str
    says: str = ""


ENDINGS: dict[str, tuple[tuple[Behaviour, ...], Ending]] = {
    "end_turn": ((reply("Hi."),), Ending(0, "Hi.\n")),
    "max_tokens": ((reply("Hi.", reason="length"),), Ending(0, "Hi.\n", "max_tokens")),
    "refusal": ((reply("Hi.", reason="content_filter"),), Ending(11, "Hi.\n", "refused to answer")),
    "content_filter": ((reply("", reason="refusal"),), Ending(11, "", "refused to answer")),
    "stop_sequence": ((reply("Hi.", reason="stop_sequence"),), Ending(0, "Hi.\n")),
    "a loop": ((reply("Hi.", reason="repetition_truncation"),), Ending(9, "Hi.\n", "a loop")),
    "the context is full": (
        (reply("Hi.", reason="model_context_window_exceeded"),),
        Ending(0, "Hi.\n", "context"),
    ),
    "pause_turn": ((reply("Hi.", reason="pause_turn"),), Ending(0, "Hi.\n", "paused")),
    "unknown": ((reply("Hi.", reason="weird"),), Ending(0, "Hi.\n", "weird")),
    "nothing": ((reply(""),), Ending(8, "", "the answer has no text")),
    "a tool and text": ((reply("Hi.", "weather"),), Ending(0, "Hi.\n", "tool")),
    "a tool alone": ((reply("", "weather"),), Ending(8, "", "tool")),
    "two tools": ((reply("", "weather", "clock"),), Ending(8, "", "tool")),
    "a tool it was not offered": (
        (break_tool("unknown_tool"), reply("Hi.", "weather")),
        Ending(0, "Hi.\n", "tool"),
    ),
    "a call without a tool": ((reply("Hi.", reason="tool_calls"),), Ending(8, "Hi.\n", "tool")),
    "inert text": (
        (reply("a\x1b[2Jb\u202e\x9b 日本\U0001f600"),),
        Ending(0, "a^[[2Jb\u202e<U+009B> 日本\U0001f600\n"),
    ),
}


@pytest.mark.parametrize("how", [(), ("--no-stream",)], ids=["stream", "plain"])
@pytest.mark.parametrize("name", ENDINGS)
def test_an_answer_ends(mimo: Installed, llmock: Llmock, name: str, how: tuple[str, ...]) -> None:
    behaviours, expected = ENDINGS[name]
    llmock.script(*behaviours)
    result = mimo("ask", *how, "hi")
    assert (result.code, result.out) == (expected.code, expected.out)
    assert expected.says in result.err
    assert expected.says or result.err == ""
    assert "unusual" not in result.err


@pytest.mark.parametrize(("text", "code"), [("Hi.", 9), ("", 8)])
def test_a_tool_whose_input_is_no_json(
    mimo: Installed, llmock: Llmock, text: str, code: int
) -> None:
    llmock.script(break_tool("malformed_arguments"), reply(text, "weather"))
    result = mimo("ask", "hi")
    assert (result.code, result.out) == (code, f"{text}\n" if text else "")
    assert "not valid JSON" in error_lines(result)[0]
