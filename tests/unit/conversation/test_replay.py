"""What a model is sent of earlier turns: the protocol holds, whatever came, wherever it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimo_cli.api.base_url import DEFAULT_BASE_URL
from mimo_cli.api.endpoint import Endpoint
from mimo_cli.api.protocol.encode import encode
from mimo_cli.api.protocol.messages import (
    Correction,
    Message,
    OtherBlock,
    Reply,
    Request,
    Text,
    Thinking,
    ToolResult,
    ToolUse,
)
from mimo_cli.conversation.rounds.questions import last_question, pending_calls
from mimo_cli.conversation.rounds.replay import NO_OUTPUT, NOT_RUN, messages
from mimo_cli.conversation.turns import Turn

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Block
    from mimo_cli.conversation.turns import Status

MIMO = Endpoint(DEFAULT_BASE_URL)
OTHER = Endpoint("http://127.0.0.1:8080")
WORDS = Text("Go on.")
A, B = ToolUse("a", "weather", {"city": "Rome"}), ToolUse("b", "clock", {})
BROKEN = ToolUse("a", "weather", {}, '{"city": ')
ASKED = Text("Is it warm?")


def turn(asked: Block | list[Block], *reply: Block, stop: str | None = "end_turn") -> Turn:
    """A turn; without blocks of a reply it got no answer."""
    question = tuple(asked) if isinstance(asked, list) else (asked,)
    status: Status = "complete" if reply and stop else "partial"
    return Turn(
        question, {"model": "m"}, 1.0, Reply(content=reply, stop_reason=stop), status=status
    )


def sent(turns: list[Turn], *question: Block, endpoint: Endpoint = MIMO) -> list[Message]:
    return list(messages(turns, question or (WORDS,), model="m", endpoint=endpoint))


def not_run(id_: str) -> ToolResult:
    return ToolResult(id_, NOT_RUN, is_error=True)


THOUGHT = Thinking(" Rome,\n", "sig=")
GIVEN_A, GIVEN_B = ToolResult("a", "21 °C"), ToolResult("b", "noon")
ANSWERED = Text("Yes.")


@pytest.mark.parametrize(
    ("turns", "question", "contents"),
    [
        pytest.param(
            [turn(ASKED, THOUGHT, Text("I look. "), A, stop="tool_use")],
            (GIVEN_A,),
            [ASKED.text, (THOUGHT, Text("I look. "), A), (GIVEN_A,)],
            id="results of the calls that wait",
        ),
        pytest.param(
            [turn(ASKED, A, B, stop="tool_use")],
            (WORDS, GIVEN_B),
            [ASKED.text, (A, B), (not_run("a"), GIVEN_B, WORDS)],
            id="one of two results, and words that came before it",
        ),
        pytest.param(
            [turn(ASKED, A, stop="tool_use"), turn(GIVEN_A), turn(WORDS, ANSWERED)],
            (ASKED,),
            [ASKED.text, (A,), (GIVEN_A, WORDS), (ANSWERED,), ASKED.text],
            id="results that got no answer go with the next question",
        ),
        pytest.param(
            [
                turn(ASKED, A, B, stop="tool_use"),
                turn([ToolResult("a", "old"), GIVEN_B]),
                turn([GIVEN_A, WORDS]),
            ],
            (WORDS,),
            [ASKED.text, (A, B), (GIVEN_A, GIVEN_B, WORDS)],
            id="of results that got no answer the last for each call",
        ),
        pytest.param(
            [turn(ASKED, A, stop="tool_use"), turn(GIVEN_A), turn(WORDS, A, stop="tool_use")],
            (WORDS,),
            [
                ASKED.text,
                (A,),
                (GIVEN_A, WORDS),
                (A._replace(id="call_2"),),
                (not_run("call_2"), WORDS),
            ],
            id="results are of the calls before them alone",
        ),
        pytest.param(
            [turn(ASKED, A, stop="tool_use"), turn(ASKED), turn(GIVEN_A, ANSWERED)],
            (WORDS,),
            [ASKED.text, (A,), (GIVEN_A,), (ANSWERED,), WORDS.text],
            id="a question without an answer between a call and its result",
        ),
        pytest.param(
            [turn(ASKED, ANSWERED), turn(Correction("Not so."))],
            (Correction("No name."),),
            [ASKED.text, (ANSWERED,), (Correction("No name."),)],
            id="a correction without an answer",
        ),
        pytest.param(
            [turn(ASKED, Text("Well"), BROKEN, stop=None)],
            (WORDS,),
            [ASKED.text, (Text("Well"), A._replace(input={})), (not_run("a"), WORDS)],
            id="a part of an answer that broke off in a call",
        ),
        pytest.param(
            [turn(ASKED, ToolUse("", "weather", {}), ToolUse("", "", {}), stop="tool_use")],
            (ToolResult("", "one"), ToolResult("", "two")),
            [
                ASKED.text,
                (ToolUse("call_1", "weather", {}), ToolUse("call_2", "unnamed", {})),
                (ToolResult("call_1", "one"), ToolResult("call_2", "two")),
            ],
            id="calls without an id",
        ),
        pytest.param(
            [turn(ASKED, A, A, stop="tool_use")],
            (GIVEN_A,),
            [ASKED.text, (A, A._replace(id="call_2")), (GIVEN_A, not_run("call_2"))],
            id="calls of the same id",
        ),
        pytest.param(
            [turn(ASKED, A, stop="tool_use"), turn(GIVEN_A, A, stop="tool_use")],
            (ToolResult("a", "", is_error=True),),
            [
                *(ASKED.text, (A,), (GIVEN_A,), (A._replace(id="call_2"),)),
                (ToolResult("call_2", NO_OUTPUT, is_error=True),),
            ],
            id="an id that came before, and an empty result",
        ),
        pytest.param(
            [turn([GIVEN_A, Text(" ")], ANSWERED)],
            (GIVEN_B, WORDS),
            [WORDS.text],
            id="results of calls that nobody knows",
        ),
        pytest.param(
            [turn(ASKED, Thinking("Hm."), stop="tool_use"), turn(ASKED, Text("  "), Thinking("x"))],
            (WORDS,),
            [WORDS.text],
            id="thinking alone",
        ),
        pytest.param(
            [turn(ASKED, Text(" "), A, Text("Now. "), Text("\n"), THOUGHT, stop="tool_use")],
            (GIVEN_A,),
            [ASKED.text, (A, Text("Now. "), THOUGHT), (GIVEN_A,)],
            id="what stands behind a call",
        ),
        pytest.param(
            [turn(ASKED, A, Text("Now. "), Thinking("I"), stop=None)],
            (GIVEN_A,),
            [ASKED.text, (A, Text("Now.")), (GIVEN_A,)],
            id="thinking that broke off",
        ),
        pytest.param(
            [turn(ASKED, A, stop="tool_use")],
            (ToolResult("a", (Text(""), Text("x"))), Text("")),
            [ASKED.text, (A,), (ToolResult("a", (Text("x"),)),)],
            id="blocks of a result",
        ),
    ],
)
def test_what_is_sent(
    turns: list[Turn],
    question: tuple[Block, ...],
    contents: list[str | tuple[Block, ...]],
) -> None:
    found = sent(turns, *question)
    assert [message.content for message in found] == contents
    assert [message.role for message in found] == (["user", "assistant"] * len(found))[: len(found)]


def test_what_is_not_known_goes_back_to_where_it_came_from_alone() -> None:
    search = OtherBlock({"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}})
    turns = [turn(ASKED, search, A, stop="tool_use")]
    assert sent(turns, GIVEN_A, endpoint=OTHER)[1].content == (search, A)
    assert sent(turns, GIVEN_A)[1].content == (A,)


BLANKS = st.sampled_from(["", " ", "x", " y\n"])
IDS = st.sampled_from(["", "a", "b", "call_1", "call_2"])
CALLS = st.tuples(IDS, st.sampled_from(["", "f"]), st.just({}), st.sampled_from(["", "{"])).map(
    lambda it: ToolUse(*it)
)
THOUGHTS = st.tuples(BLANKS, st.none() | BLANKS).map(lambda it: Thinking(*it))
OTHERS = st.sampled_from(
    [OtherBlock({"type": "redacted_thinking", "data": "x"}), OtherBlock({"no": 1})]
)
TEXTS = BLANKS.map(Text)
REPLIES = st.lists(st.one_of(TEXTS, CALLS, THOUGHTS, OTHERS), max_size=5).map(tuple)
RESULTS = st.tuples(IDS, BLANKS | st.lists(TEXTS, max_size=2).map(tuple), st.booleans()).map(
    lambda it: ToolResult(*it)
)
QUESTIONS = st.lists(st.one_of(TEXTS, RESULTS, BLANKS.map(Correction)), min_size=1, max_size=4)
STOPS = st.sampled_from([None, "end_turn", "tool_use", "max_tokens"])
TURNS = st.tuples(QUESTIONS, REPLIES, STOPS).map(
    lambda it: Turn(tuple(it[0]), {"model": "m"}, 1.0, Reply(content=it[1], stop_reason=it[2]))
)


def blocks(message: Message) -> tuple[Block, ...]:
    content = message.content
    return (Text(content),) if isinstance(content, str) else content


def texts(message: Message) -> list[str]:
    """All that has to have words."""
    found = []
    for block in blocks(message):
        match block:
            case Text(text) | Correction(text):
                found.append(text)
            case ToolResult(_, str(content)):
                found.append(content)
            case ToolResult(_, content):
                found += [inner.text for inner in content if isinstance(inner, Text)]
    return found


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(TURNS, max_size=6), st.sampled_from([MIMO, OTHER]))
def test_the_protocol_holds_whatever_came(turns: list[Turn], endpoint: Endpoint) -> None:
    found = sent(turns, endpoint=endpoint)
    roles = [message.role for message in found]
    assert roles == ["user", *["assistant", "user"] * (len(roles) // 2)]
    assert all(blocks(message) for message in found)
    assert all(text.strip() for message in found for text in texts(message))
    ids: list[str] = []
    for before, after in zip([Message("user", ()), *found], found, strict=False):
        calls = [it.id for it in blocks(before) if isinstance(it, ToolUse)]
        kinds = [isinstance(it, ToolResult) for it in blocks(after)]
        results = [it.tool_use_id for it in blocks(after) if isinstance(it, ToolResult)]
        assert results == calls
        assert kinds == sorted(kinds, reverse=True)
        ids += calls
    assert len(ids) == len(set(ids))
    assert all(id_.strip() for id_ in ids)
    parts = encode(Request("m", tuple(found))).parts
    assert not any(b"broken_input" in part for part in parts if isinstance(part, bytes))
    came = [it for turn in turns for it in turn.reply.content if isinstance(it, Thinking)]
    thoughts = [it for message in found for it in blocks(message) if isinstance(it, Thinking)]
    rest = iter(came)
    assert all(any(it is one for one in rest) for it in thoughts)  # the same ones, in their order


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(TURNS, min_size=1, max_size=6))
def test_a_reply_with_calls_keeps_all_its_thinking(turns: list[Turn]) -> None:
    last = turns[-1]
    if not (last.calls and last.reply.stop_reason):
        return
    *_, answer, _ = sent([turn(ASKED, ANSWERED), last._replace(question=(ASKED,))])
    thoughts = [it for it in last.reply.content if isinstance(it, Thinking) and any(it)]
    assert [it for it in blocks(answer) if isinstance(it, Thinking)] == thoughts


def test_the_turns_of_the_last_question_and_what_waits() -> None:
    first, calling = turn(ASKED, ANSWERED), turn(ASKED, A, stop="tool_use")
    results, corrected = turn(GIVEN_A, ANSWERED), turn(Correction("no"), ANSWERED)
    assert last_question([]) == ()
    assert last_question([first, calling, results, corrected]) == (calling, results, corrected)
    assert last_question([results]) == (results,)
    assert pending_calls([calling, turn(GIVEN_A)]) == (A,)
    assert pending_calls([calling, results]) == ()
