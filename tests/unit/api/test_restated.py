"""What servers say again: nothing of an answer is doubled, and nothing of it is lost."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.harness import environ_for, mimo

from mimo_cli.api.protocol.assembly import Assembly
from mimo_cli.api.protocol.messages import StreamError, Text, Thinking, ToolUse, Unread
from mimo_cli.api.protocol.stream import StreamDecoder
from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from support.harness import Result

    from mimo_cli.api.protocol.messages import Reply

Json = dict[str, Any]
PROPERTY = settings(deadline=None, derandomize=True, max_examples=some(400))


def start(index: int, block: Json) -> Json:
    """The event that begins a block."""
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(index: int, **fields: Any) -> Json:
    """More of a block."""
    return {"type": "content_block_delta", "index": index, "delta": fields}


def text(said: str, index: int = 0) -> Json:
    """More text."""
    return delta(index, type="text_delta", text=said)


def stop(index: int = 0) -> Json:
    """The end of a block."""
    return {"type": "content_block_stop", "index": index}


def data(body: Json, name: str = "") -> bytes:
    """An event as it is written."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(body)}\n\n".encode()


def written(*bodies: Json | bytes) -> bytes:
    """A stream of events."""
    return b"".join(it if isinstance(it, bytes) else data(it) for it in bodies)


def decoded(stream: bytes) -> tuple[Reply, StreamDecoder, list[StreamError | Unread]]:
    """What a stream says, its decoder, and what came that is no event."""
    decoder = StreamDecoder()
    events = [*decoder.feed(stream), *decoder.finish(), *decoder.close()]
    assembly = Assembly()
    assembly.add(events)
    odd = [it for it in events if isinstance(it, StreamError | Unread)]
    return assembly.reply(), decoder, odd


def ask(stream: bytes, *args: str) -> Result:
    """What the program says of a stream."""
    fault = Fault(sse=stream, clean=True, times=None)
    with Simulator(faults=[fault]) as simulator:
        return mimo("ask", "--retries", "0", *args, "hi", environ=environ_for(simulator))


MESSAGE: Json = {
    "id": "m",
    "type": "message",
    "role": "assistant",
    "model": "x",
    "content": [],
    "stop_reason": None,
    "usage": {"input_tokens": 3, "output_tokens": 1},
}
BEGIN = {"type": "message_start", "message": MESSAGE}
TEXT_START = start(0, {"type": "text", "text": ""})
REASON = {
    "type": "message_delta",
    "delta": {"stop_reason": "end_turn", "stop_sequence": None},
    "usage": {"output_tokens": 5},
}
END = {"type": "message_stop"}
SAID = [{"type": "text", "text": "Hello world."}]
WHOLE = {
    **MESSAGE,
    "content": SAID,
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 3, "output_tokens": 5},
}
TOLD = (BEGIN, TEXT_START, text("Hello "), text("world."), stop())

AGAIN: dict[str, Json | bytes] = {
    "message": WHOLE,
    "without a reason": {**WHOLE, "stop_reason": None},
    "trimmed": {**WHOLE, "content": [{"type": "text", "text": "  Hello world.\n"}]},
    "as a text": {**WHOLE, "content": "Hello world."},
    "start": {"type": "message_start", "message": WHOLE},
    "start without a reason": {"type": "message_start", "message": {**WHOLE, "stop_reason": None}},
    "block": {"type": "content_block", "content_block": SAID[0]},
    "block's end": {**stop(), "content_block": SAID[0]},
    "wrapped": {"result": WHOLE},
    "output": {"id": "r", "output": WHOLE},
    "twice wrapped": {"response": {"data": WHOLE}},
    "quoted": {"data": json.dumps(WHOLE)},
    "typed": {"type": "result", "result": WHOLE},
    "named": data({"ms": 8, "response": WHOLE}, "done"),
    "named data": data({"ms": 8, "data": WHOLE}, "done"),
    "helper": {"type": "text", "text": "world.", "snapshot": "Hello world."},
    "named helper": data({"text": "world.", "snapshot": "Hello world."}, "text"),
    "log": data({"level": "debug", "data": text("world.")}, "log"),
    "log of a text": data({"level": "debug", "message": json.dumps(text("world."))}, "log"),
    "typed log": {"type": "debug", "payload": text("world.")},
    "log of an end": data({"level": "debug", "data": END}, "log"),
    "untyped log of an end": {"level": "debug", "response": END},
    "log of a start": data({"data": TEXT_START}, "log"),
    "log of a stop": {"type": "log", "data": stop()},
}


@pytest.mark.parametrize("again", AGAIN.values(), ids=AGAIN)
def test_what_is_said_again_is_said_once(again: Json | bytes) -> None:
    for stream in ((*TOLD, again, REASON, END), (*TOLD, REASON, again, END)):
        reply, decoder, odd = decoded(written(*stream))
        assert (reply.content, reply.stop_reason, odd) == ((Text("Hello world."),), "end_turn", [])
        assert (decoder.ending.is_whole, reply.usage.output_tokens) == (True, 5)


@pytest.mark.slow
@pytest.mark.parametrize("again", ["message", "start", "typed", "helper", "log", "output"])
def test_the_program_says_once_what_is_said_again(again: str) -> None:
    result = ask(written(*TOLD, AGAIN[again], REASON, END))
    assert (result.code, result.out, result.err) == (0, "Hello world.\n", "")


@pytest.mark.parametrize("again", ["helper", "log", "typed log", "log of an end", "log of a start"])
def test_what_is_said_again_in_mid_answer_ends_nothing(again: str) -> None:
    more = AGAIN[again]
    at = 4 if again.endswith(("log", "helper")) else 3  # they quote what has just come
    reply, decoder, odd = decoded(written(*TOLD[:at], more, *TOLD[at:], REASON, END))
    assert (reply.text, decoder.ending.is_whole, odd) == ("Hello world.", True, [])


USED = {"input_tokens": 3, "output_tokens": 9}


def test_the_reason_the_counts_and_the_id_of_a_whole_message_always_count() -> None:
    anonymous = {"type": "message_start", "message": {}}
    whole = {**WHOLE, "usage": USED, "stop_reason": "max_tokens"}
    reply, decoder, _ = decoded(written(anonymous, *TOLD[1:], whole))
    assert (reply.text, reply.stop_reason, reply.id) == ("Hello world.", "max_tokens", "m")
    assert (reply.usage.output_tokens, decoder.ending.is_whole) == (9, True)


@pytest.mark.parametrize(
    ("came", "whole", "said"),
    [
        ("Hello", "Hello world.", "Hello world."),
        (" \nHello ", "Hello world.", " \nHello world."),
        ("Hello", " Hello world. ", "Hello world. "),
        ("Hello world. And", "Hello world.", "Hello world. And"),
        ("Let me look.", "It is 42.", "Let me look.It is 42."),
        ("", "It is 42.", "It is 42."),
        (" ", "It is 42.", " It is 42."),
        ("\U0001f600 Hel", "\U0001f600 Hello", "\U0001f600 Hello"),
    ],
)
@pytest.mark.parametrize("form", ["message", "start", "wrapped", "block's end"])
def test_what_was_not_said_is_taken(came: str, whole: str, said: str, form: str) -> None:
    block = {"type": "text", "text": whole}
    message = {**WHOLE, "content": [block]}
    more: Json = {
        "message": message,
        "start": {"type": "message_start", "message": message},
        "wrapped": {"data": message},
        "block's end": {**stop(), "content_block": block},
    }[form]
    reply, *_ = decoded(written(BEGIN, TEXT_START, text(came), more, REASON, END))
    assert (reply.text, reply.stop_reason) == (said, "end_turn")


CALL: Json = {"type": "tool_use", "id": "t", "name": "time", "input": {"x": 1}}
THOUGHT = {"type": "thinking", "thinking": "hm", "signature": "c2ln"}


def test_a_kind_that_did_not_come_is_taken_from_the_whole_message() -> None:
    whole = {**WHOLE, "content": [THOUGHT, *SAID, CALL], "stop_reason": "tool_use"}
    both = (Text("Hello world."), ToolUse("t", "time", {"x": 1}))
    reply, *_ = decoded(written(*TOLD, whole, END))
    assert {*map(type, reply.content)} == {Text, Thinking, ToolUse}
    assert [it for it in reply.content if not isinstance(it, Thinking)] == [*both]
    assert Thinking("hm", "c2ln") in reply.content
    call = (start(1, {**CALL, "input": {}}), delta(1, type="input_json_delta", partial_json="{"))
    rest = delta(1, type="input_json_delta", partial_json='"x": 1}')
    reply, *_ = decoded(written(*TOLD, *call, rest, stop(1), whole, END))
    assert [it for it in reply.content if not isinstance(it, Thinking)] == [*both]


def test_an_input_that_comes_at_the_end_of_its_block_alone_is_read() -> None:
    calls = [
        (start(i, {**CALL, "id": str(i), "input": {}}), {**stop(i), "content_block": CALL})
        for i in (1, 2)
    ]
    reply, *_ = decoded(written(*TOLD, *calls[0], *calls[1], REASON, END))
    assert reply.content[1:] == (*(ToolUse("1", "time", {"x": 1}), ToolUse("2", "time", {"x": 1})),)


def adding(id_: str, **given: Any) -> Json:
    """A tool's call."""
    return {"type": "tool_use", "id": id_, "name": "add", "input": given}


def message(*content: Json) -> Json:
    """A whole message."""
    return {"type": "message", "content": [*content], "stop_reason": "tool_use"}


FED = delta(0, type="input_json_delta", partial_json='{"a": 1}')


@pytest.mark.parametrize(
    ("came", "whole", "calls"),
    [
        ([start(0, adding("t1")), stop()], [adding("t1", a=1)], [("t1", {"a": 1})]),
        ([start(0, adding("t1")), FED, stop()], [adding("t1", a=1)], [("t1", {"a": 1})]),
        ([start(0, adding("t1")), stop()], [adding("t1")], [("t1", {})]),
        (
            [start(0, adding("t1")), FED, stop()],
            [adding("t1", a=1), adding("t2", b=2)],
            [("t1", {"a": 1}), ("t2", {"b": 2})],
        ),
        (
            [start(0, adding("t1")), stop(), start(1, adding("t2", b=2)), stop(1)],
            [adding("t1", a=1), adding("t2", b=2)],
            [("t1", {"a": 1}), ("t2", {"b": 2})],
        ),
    ],
    ids=["without input", "with it", "with none", "one more", "the first of two"],
)
def test_calls_are_taken_from_the_whole_message_by_their_ids(
    came: list[Json], whole: list[Json], calls: list[tuple[str, Json]]
) -> None:
    reply, _, _ = decoded(written(*came, message(*whole)))
    assert [(it.id, it.input) for it in reply.calls] == calls


def test_a_signature_that_the_whole_message_alone_has_is_taken() -> None:
    signed = {"type": "thinking", "thinking": "Hm.", "signature": "S"}
    thought = delta(0, type="thinking_delta", thinking="Hm.")
    came = (start(0, {"type": "thinking", "thinking": ""}), thought, stop())
    reply, _, _ = decoded(written(*came, message(signed, {"type": "text", "text": "Yes."})))
    assert reply.content == (Thinking("Hm.", "S"), Text("Yes."))


def test_events_of_whole_blocks_alone_are_all_read() -> None:
    blocks = [THOUGHT, *SAID, {**THOUGHT, "thinking": "well"}, CALL, {**CALL, "id": "u"}, *SAID]
    events = [{"type": "content_block", "content_block": it} for it in blocks]
    reply, *_ = decoded(written(BEGIN, *events, REASON, END))
    assert (reply.text, reply.thinking) == ("Hello world." * 2, "hmwell")
    assert [it.id for it in reply.calls] == ["t", "u"]


HELPERS: list[Json] = [
    {"type": "thinking", "thinking": "h", "snapshot": "h"},
    {"type": "thinking", "thinking": "m", "snapshot": "hm"},
    {"type": "signature", "signature": "c2ln"},
    {**stop(0), "content_block": THOUGHT},
    {"type": "text", "text": "Hello ", "snapshot": "Hello "},
    {"type": "text", "text": "world.", "snapshot": "Hello world."},
    {"type": "citation", "citation": {"url": "u"}, "snapshot": [{"url": "u"}]},
    {**stop(1), "content_block": SAID[0]},
    {"type": "input_json", "partial_json": '{"x": 1}', "snapshot": {"x": 1}},
    {**stop(2), "content_block": CALL},
    {"type": "message_stop", "message": {**WHOLE, "content": [THOUGHT, *SAID, CALL]}},
]


def test_a_stream_of_helper_events_alone_is_read_whole() -> None:
    reply, decoder, odd = decoded(written(BEGIN, *HELPERS))
    assert (reply.text, reply.thinking, odd) == ("Hello world.", "hm", [])
    assert reply.content[0] == Thinking("hm", "c2ln")
    assert reply.content[1] == Text("Hello world.", ({"url": "u"},))
    assert [it.input for it in reply.calls] == [{"x": 1}]
    assert decoder.ending.is_whole


@pytest.mark.parametrize("last", [{"type": "message_stop", "message": WHOLE}, WHOLE])
def test_an_answer_that_comes_with_its_end_alone_is_read(last: Json) -> None:
    reply, decoder, _ = decoded(written(BEGIN, last))
    assert (reply.text, reply.stop_reason) == ("Hello world.", "end_turn")
    assert decoder.ending.is_whole


def test_deltas_in_envelopes_between_plain_starts_and_stops_are_read() -> None:
    bodies = [{"chunk": it} if str(it["type"]).endswith("_delta") else it for it in TOLD]
    reply, _, odd = decoded(written(*bodies, {"chunk": REASON}, END))
    assert (reply.text, reply.stop_reason, odd) == ("Hello world.", "end_turn", [])


@pytest.mark.parametrize("name", ["", "chunk"])
@pytest.mark.parametrize("wrapper", ["data", "event", "payload"])
def test_deltas_in_an_envelope_behind_plain_ones_are_read(wrapper: str, name: str) -> None:
    odd = [data({wrapper: text(it)}, name) for it in ("big ", "big ", "wide ")]
    reply, _, told = decoded(written(*TOLD[:3], *odd, *TOLD[3:], REASON, END))
    assert (reply.text, told) == ("Hello big big wide world.", [])


@pytest.mark.parametrize("wrapper", ["data", "chunk", "response", "message"])
def test_a_delta_in_an_envelope_without_a_name_is_read(wrapper: str) -> None:
    result = ask(written(*TOLD[:3], {"id": 1, wrapper: text("big ")}, *TOLD[3:], REASON, END))
    assert (result.code, result.out, result.err) == (0, "Hello big world.\n", "")


def test_an_error_in_an_envelope_ends_an_answer_that_has_only_begun() -> None:
    refused = {"type": "error", "error": {"type": "authentication_error", "message": "no"}}
    for record in ({"type": "stream_event", "event": refused}, data({"data": refused}, "chunk")):
        result = ask(written(BEGIN, record))
        assert (result.code, result.out) == (4, "")


def test_what_comes_in_records_behind_a_plain_start_is_read() -> None:
    bodies = [data({"result": it}, "chunk") for it in (*TOLD[1:], REASON, END)]
    assert decoded(written(BEGIN, *bodies))[0].text == "Hello world."


@pytest.mark.parametrize("depth", [0, 1])
@pytest.mark.parametrize("name", ["", "event: chunk\n"])
@pytest.mark.parametrize("wrapper", ["data", "result", "response", "body"])
@pytest.mark.parametrize("form", ["object", "text", "lines"])
def test_a_ping_in_an_envelope_is_a_sign_of_life(
    wrapper: str, form: str, name: str, depth: int
) -> None:
    ping: Any = {"type": "ping", "cost": "0"}
    ping = {"object": ping, "text": json.dumps(ping), "lines": "event: ping\ndata: {}"}[form]
    body = {wrapper: {"data": ping} if depth else ping}
    sign = f"{name}data: {json.dumps(body)}\n\n".encode()
    _, _, odd = decoded(written(*TOLD[:3], sign, *TOLD[3:], sign, REASON, END))
    assert odd == []
    assert "server sent" not in ask(written(*TOLD[:3], sign)).err


BUSY = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}


@pytest.mark.parametrize("wrapper", ["result", "chunk", "response", "body"])
def test_an_error_in_an_envelope_of_an_answer_ends_nothing(wrapper: str) -> None:
    odd = {"note": "attempt 1 of 2 failed", wrapper: BUSY}
    result = ask(written(*TOLD[:3], odd, *TOLD[3:], REASON, END))
    told = "mimo: warning: the server sent among the answer: Overloaded\n"
    assert (result.code, result.out, result.err) == (0, "Hello world.\n", told)
    cut = ask(written(*TOLD[:3], odd))
    assert (cut.code, cut.out) == (9, "Hello \n")
    assert ", after the server sent: Overloaded" in cut.err


@pytest.mark.parametrize("wrapper", ["data", "event", "payload", "result", "response"])
@pytest.mark.parametrize("form", ["named", "typed"])
def test_an_error_of_which_a_record_tells_is_none_of_the_answers(form: str, wrapper: str) -> None:
    body: Json = {"note": "attempt 1 of 2 failed, retrying", wrapper: BUSY}
    record = data(body, "retry") if form == "named" else data({"type": "retry", **body})
    streams: list[tuple[Json | bytes, ...]] = [(*TOLD[:3], record, *TOLD[3:])]
    if wrapper in ("result", "response"):
        streams.append((BEGIN, record, *TOLD[1:]))
    for stream in streams:
        result = ask(written(*stream, REASON, END))
        assert (result.code, result.out, result.err) == (0, "Hello world.\n", "")


def test_an_error_in_a_stream_that_is_wrapped_throughout_is_its_end() -> None:
    bodies = [data({"type": "stream_event", "event": it}) for it in (*TOLD[:3], BUSY, REASON)]
    result = ask(written(*bodies))
    assert (result.code, result.out) == (9, "Hello \n")
    assert "the server failed (529): Overloaded" in result.err


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ({"content": "."}, "Hello world, and all..."),
        ({"text": "."}, "Hello world, and all..."),
        ({"content": "Hello world, and all.."}, "Hello world, and all.."),
        ({"content": "Hello world, and all.. Bye."}, "Hello world, and all.. Bye."),
        ({"text": "Hello"}, "Hello world, and all..Hello"),
    ],
)
def test_text_beside_the_stop_reason_is_more_of_it_or_all_of_it(beside: Json, said: str) -> None:
    ended = {**REASON, "delta": {"stop_reason": "end_turn", **beside}}
    told = (*TOLD[:3], text("world, and all.."), stop())
    assert decoded(written(*told, ended, END))[0].text == said


def test_a_short_text_beside_the_stop_reason_is_more_of_it() -> None:
    for came, more in (("1", "10"), ("ha", "ha"), ("Hello world.", "Hello world.")):
        ended = {**REASON, "delta": {"stop_reason": "end_turn", "text": more}}
        assert decoded(written(BEGIN, TEXT_START, text(came), ended, END))[0].text == came + more


def test_an_event_in_the_place_of_its_delta_is_read() -> None:
    odd = {"delta": text("big ")}
    assert decoded(written(*TOLD[:3], odd, *TOLD[3:], REASON, END))[0].text == "Hello big world."


@pytest.mark.parametrize("name", ["detail", "details", "status"])
def test_an_event_where_an_error_has_its_words_is_none(name: str) -> None:
    lost = ask(written(*TOLD[:3], {name: text("big ")}, *TOLD[3:], REASON, END))
    assert (lost.code, lost.out) == (9, "Hello \n")
    assert "makes no sense: it sent: {" in lost.err
    _, _, odd = decoded(written(*TOLD, {name: stop()}, REASON, END))
    assert not any(isinstance(it, StreamError) for it in odd)


def test_what_a_snapshot_has_behind_what_came_is_taken() -> None:
    helpers = [{"type": "text", "text": it[-1], "snapshot": it} for it in ("A", "AB", "ABC")]
    reply, *_ = decoded(written(BEGIN, TEXT_START, text("A"), *helpers, stop(), REASON, END))
    assert reply.text == "ABC"


def test_blocks_that_come_at_their_ends_alone_are_all_read() -> None:
    said = ["1. Buy milk", "1", "Buy", "1. Buy milk"]
    blocks = [{"type": "text", "text": it} for it in said]
    events = [
        (start(i, {"type": "text", "text": ""}), {**stop(i), "content_block": it})
        for i, it in enumerate(blocks)
    ]
    assert decoded(written(BEGIN, *(it for run in events for it in run), END))[0].text == (
        "".join(said)
    )


# ---- Any stream


WORDS = st.text("ab .\n你\U0001f600-", max_size=12)


def pieces(draw: Callable[..., Any], said: str) -> list[str]:
    """A text in parts, which may be cut within a character."""
    halves = said.encode("utf-16-le", "surrogatepass")
    units = [halves[at : at + 2] for at in range(0, len(halves), 2)]
    cuts = sorted(draw(st.lists(st.integers(0, len(units)), max_size=4)))
    bounds = [0, *cuts, len(units)]
    parts = [units[a:b] for a, b in itertools.pairwise(bounds)]
    return [b"".join(it).decode("utf-16-le", "surrogatepass") for it in parts]


@st.composite
def answers(draw: Callable[..., Any]) -> tuple[list[list[Json]], list[Json]]:
    """The events of an answer's blocks, and the blocks."""
    blocks: list[Json] = []
    events: list[list[Json]] = []
    for index in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["text", "text", "thinking", "tool_use"])) if index else "text"
        if kind == "text":
            said = draw(st.sampled_from("XYZ")) + draw(WORDS)
            block: Json = {"type": "text", "text": said}
            found = [text(it, index) for it in pieces(draw, said)]
            begun: Json = {"type": "text", "text": ""}
        elif kind == "thinking":
            said = draw(WORDS)
            block = {"type": "thinking", "thinking": said, "signature": "c2ln"}
            found = [delta(index, type="thinking_delta", thinking=it) for it in pieces(draw, said)]
            found.append(delta(index, type="signature_delta", signature="c2ln"))
            begun = {"type": "thinking", "thinking": "", "signature": ""}
        else:
            block = {**CALL, "id": str(index), "input": {"x": draw(WORDS)}}
            given_ = json.dumps(block["input"])
            found = [
                delta(index, type="input_json_delta", partial_json=it)
                for it in pieces(draw, given_)
            ]
            begun = {**block, "input": {}}
        blocks.append(block)
        events.append([start(index, begun), *found, stop(index)])
    return events, blocks


NAME_OF = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "input_json"}


def helper(event: Json) -> list[Json]:
    """What the SDK says of a delta beside it."""
    found = event.get("delta", {})
    kind = found.get("type")
    if kind == "signature_delta":
        return [{"type": "signature", "signature": found["signature"]}]
    return [{**found, "type": NAME_OF[kind], "snapshot": "…"}] if kind in NAME_OF else []


def quote(event: Json) -> list[bytes]:
    """What a log says of an event."""
    return [data({"level": "debug", "data": event}, "log")]


SUMMARIES: Sequence[Callable[[Json], Json | bytes]] = [
    lambda it: it,
    lambda it: {"type": "message_start", "message": it},
    lambda it: {"result": it},
    lambda it: {"data": json.dumps(it)},
    lambda it: data({"response": it}, "done"),
    lambda it: {"type": "final", "data": it},
]


@PROPERTY
@given(answers(), st.data())
def test_no_stream_says_twice_what_is_said_again(
    answer: tuple[list[list[Json]], list[Json]], source: st.DataObject
) -> None:
    events, blocks = answer
    reason = "tool_use" if any(it["type"] == "tool_use" for it in blocks) else "end_turn"
    reasoned = {**REASON, "delta": {"stop_reason": reason}}
    plain, _, _ = decoded(written(BEGIN, *(it for run in events for it in run), reasoned, END))
    has_helpers, has_logs, has_blocks = (source.draw(st.booleans()) for _ in range(3))
    stream: list[Json | bytes] = [BEGIN]
    for run, block in zip(events, blocks, strict=True):
        for event in run:
            is_last = has_blocks and event["type"] == "content_block_stop"
            stream.append({**event, "content_block": block} if is_last else event)
            stream += helper(event) if has_helpers else []
            stream += quote(event) if has_logs and event["type"] != "content_block_start" else []
    whole = {
        **WHOLE,
        "content": blocks,
        "stop_reason": source.draw(st.sampled_from([None, reason])),
    }
    again = [source.draw(st.sampled_from(SUMMARIES))(whole) for _ in range(source.draw(COUNT))]
    late = [source.draw(st.sampled_from(SUMMARIES))(whole) for _ in range(source.draw(COUNT))]
    ended = {**END, "message": whole} if source.draw(st.booleans()) else END
    reply, decoder, odd = decoded(written(*stream, *again, reasoned, *late, ended))
    assert reply.text == plain.text == "".join(it.get("text", "") for it in blocks)
    assert (reply.content, reply.stop_reason, odd) == (plain.content, reason, [])
    assert decoder.ending.is_whole


COUNT = st.integers(0, 2)
