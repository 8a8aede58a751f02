"""What servers and gateways send that the reference does not promise: read all the same."""

from __future__ import annotations

import contextlib
import copy
import gzip
import json
import time
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.harness import KEY, environ_for, mimo

from mimo_cli.api.protocol.assembly import Assembly
from mimo_cli.api.protocol.calls import broken_input
from mimo_cli.api.protocol.decode import decode_message
from mimo_cli.api.protocol.messages import MessageDelta, OtherBlock, ToolUse, Usage
from mimo_cli.api.protocol.odd.pieces import events_within
from mimo_cli.api.protocol.stream import StreamDecoder
from mimo_cli.api.protocol.unknown_blocks import as_it_came
from mimo_cli.api.replies.finished import reply_check
from mimo_cli.api.timing import Limits
from mimo_cli.api.transport.inflater import Inflater
from mimo_cli.errors import ProtocolError
from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from support.harness import Result

    from mimo_cli.api.protocol.messages import Event, Reply

PROPERTY = settings(deadline=None, derandomize=True, max_examples=some(400))

STREAM: list[dict[str, Any]] = [
    {
        "type": "message_start",
        "message": {
            "id": "m",
            "type": "message",
            "role": "assistant",
            "model": "mimo-v2.6-pro",
            "content": [],
            "stop_reason": None,
            "usage": {"input_tokens": 9, "output_tokens": 0, "cache_read_input_tokens": 2},
        },
    },
    {"type": "ping"},
    {
        "type": "content_block_start",
        "index": 0,
        "content_block": {"type": "thinking", "thinking": "", "signature": ""},
    },
    {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "thinking_delta", "thinking": "hm"},
    },
    {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "signature_delta", "signature": "c2ln"},
    },
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {
        "type": "content_block_delta",
        "index": 1,
        "delta": {"type": "text_delta", "text": "It is "},
    },
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "42"}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "."}},
    {"type": "content_block_stop", "index": 1},
    {
        "type": "message_delta",
        "delta": {"stop_reason": "end_turn", "stop_sequence": None},
        "usage": {"output_tokens": 5},
    },
    {"type": "message_stop"},
]
MESSAGE: dict[str, Any] = {
    "id": "m",
    "type": "message",
    "role": "assistant",
    "model": "mimo-v2.6-pro",
    "content": [
        {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
        {"type": "text", "text": "It is 42."},
    ],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 9, "output_tokens": 5},
}
ODD = [None, True, False, 0, 5, -1, 5.0, 0.5, 10**30, "odd", "", [], {}, [1], {"odd": 1}]
TEXTS = ("text", "delta", "content_block", "content", "error")
"""Fields that hold what is shown, or say that it is wrong: another value there is another text."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in JSON a field stands."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in items:
        if not isinstance(name, int):
            yield (*path, name)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, name))


def changed(value: Any, path: Sequence[Any], odd: Any) -> Any:
    """JSON with one field null, or of another type, or (`...`) missing."""
    value = copy.deepcopy(value)
    inner = value
    for name in path[:-1]:
        inner = inner[name]
    if odd is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = odd
    return value


def written(bodies: Sequence[Any], *, named: bool) -> bytes:
    return b"".join(
        (f"event: {name}\n" if named else "").encode() + f"data: {json.dumps(body)}\n\n".encode()
        for body, name in zip(bodies, (body["type"] for body in STREAM), strict=True)
    )


def read(stream: bytes) -> Reply:
    decoder = StreamDecoder()
    events: list[Event] = [*decoder.feed(stream), *decoder.close()]
    return assembled(events)


def assembled(events: Sequence[Event]) -> Reply:
    assembly = Assembly()
    assembly.add(events)
    return assembly.reply()


STREAM_PLACES = [path for path in places(STREAM) if path[-1] not in TEXTS]
MESSAGE_PLACES = [path for path in places(MESSAGE) if path[-1] not in TEXTS]


@PROPERTY
@given(st.sampled_from(STREAM_PLACES), st.sampled_from([..., *ODD]), st.booleans())
def test_a_stream_with_any_field_odd_shows_its_text(
    path: tuple[Any, ...], odd: Any, named: bool
) -> None:
    if path[-1] == "type" and isinstance(odd, str) and odd:
        return  # another type is another event
    if path[-1] == "index" and type(odd) in (int, float) and odd in (0, 5):
        return  # another block
    if path[-1] == "stop_sequence" or (path[-1] == "type" and odd == {"odd": 1}):
        odd = None
    reply = read(written(changed(STREAM, path, odd), named=named))
    assert reply.text == "It is 42."
    if path[-1] == "stop_reason" and "delta" in path:
        assert reply.stop_reason in (None, "odd")
    else:
        assert reply.stop_reason == "end_turn"
        assert reply_check.problem(reply) is None


@PROPERTY
@given(st.sampled_from(MESSAGE_PLACES), st.sampled_from([..., *ODD]))
def test_a_message_with_any_field_odd_shows_its_text(path: tuple[Any, ...], odd: Any) -> None:
    if path[-1] == "type" and isinstance(odd, str) and odd:
        return
    reply = assembled(decode_message(changed(MESSAGE, path, odd)))
    assert reply.text == "It is 42."
    assert path[-1] == "stop_reason" or reply.stop_reason == "end_turn"


NOTHING: list[Any] = [..., None, True, False, "", [], {}]


@pytest.mark.parametrize(
    ("odd", "text"),
    [
        *((nothing, "It is .") for nothing in NOTHING),
        (42, "It is 42."),
        (["4", {"text": "2"}], "It is 42."),
        ({"text": "42"}, "It is 42."),
        ({"odd": 1}, 'It is {"odd": 1}.'),
    ],
    ids=str,
)
def test_a_text_that_is_none_is_empty_or_what_it_holds(odd: Any, text: str) -> None:
    reply = read(written(changed(STREAM, (8, "delta", "text"), odd), named=True))
    assert (reply.text, reply.stop_reason) == (text, "end_turn")
    whole = changed(MESSAGE, ("content", 1, "text"), odd)
    inner = text.removeprefix("It is ").removesuffix(".")
    assert assembled(decode_message(whole)).text == inner


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 10**10)
    | st.floats(-1e9, 1e9)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcx"), inner),
    max_leaves=5,
)
LIFE = JSON.filter(lambda it: not (isinstance(it, list) and len(it) > 1 and {} in it))
REASONS = [
    (*place, name)
    for place in ((0, "message"), (11, "delta"), (11,), (12,), (12, "message"))
    for name in ("stop_reason", "finish_reason")
]
COUNTS = st.dictionaries(
    st.sampled_from(["input_tokens", "cache_read_input_tokens"]), st.sampled_from([0, None, "x"])
)


@PROPERTY
@given(st.data())
def test_signs_of_life_and_lost_starts_and_stops_change_nothing(data: st.DataObject) -> None:
    pieces = [
        f"event: {body['type']}\ndata: {json.dumps(body)}\n\n"
        for body in STREAM
        if "delta" in body["type"] or not data.draw(st.booleans(), "lost")
    ]
    signs = st.sampled_from(SIGNS) | LIFE.map(lambda it: f"data: {json.dumps(it)}\n\n")
    for sign in data.draw(st.lists(signs, max_size=4)):
        pieces.insert(data.draw(st.integers(0, len(pieces) - 1)), sign)
    reply = read("".join(pieces).encode())
    assert (reply.text, reply.thinking) == ("It is 42.", "hm")
    assert reply_check.problem(reply) is None


@PROPERTY
@given(st.sampled_from(REASONS), st.sampled_from(["end_turn", "END_TURN", "stop"]), COUNTS)
def test_a_stop_reason_and_counts_are_found_in_every_place(
    path: tuple[Any, ...], reason: str, counts: dict[str, Any]
) -> None:
    bodies = changed(STREAM, (11, "delta"), {})
    bodies[11] = {"type": "message_delta", "usage": {"output_tokens": 5, **counts}}
    bodies[12] = {"type": "message_stop", "message": {}}
    if path[0] == 11:
        bodies[11]["delta"] = {}
    reply = read(written(changed(bodies, path, reason), named=True))
    assert (reply.text, reply.stop_reason) == ("It is 42.", "end_turn")
    assert reply_check.problem(reply) is None
    assert reply.usage == (9, 5, 2, None)


@PROPERTY
@given(st.lists(st.dictionaries(st.sampled_from("abc"), JSON, max_size=2), max_size=4))
def test_of_a_block_of_no_known_type_nothing_is_lost(deltas: list[dict[str, Any]]) -> None:
    bodies = [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "holo"}},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "holo_delta", **it}}
            for it in deltas
        ),
    ]
    stream = b"".join(f"data: {json.dumps(body)}\n\n".encode() for body in bodies)
    (block,) = read(stream).content
    assert isinstance(block, OtherBlock)
    if "unmerged_deltas" in block.raw:
        assert block.raw["unmerged_deltas"] == [{"type": "holo_delta", **it} for it in deltas]
    else:
        assert all(
            holds(block.raw.get(name), [it[name] for it in deltas if it.get(name) is not None])
            for name in "abc"
        )


def holds(merged: Any, came: list[Any]) -> bool:
    """Whether values that came one after the other can all be found in what was made of them."""
    if not came:
        return merged is None
    if any(type(it) is not type(merged) for it in came):
        return False
    match merged:
        case str():
            return merged == "".join(came)
        case list():
            return merged == [item for it in came for item in it]
        case dict():
            names = {name for it in came for name in it}
            return all(
                holds(merged.get(name), [it[name] for it in came if it.get(name) is not None])
                for name in names
            )
        case _:
            return all(it == merged for it in came)


SIGNS = [
    *(f"data: {word}\n\n" for word in ("1732645000.5", "hb: 3", "[PING]", "<ping>", ".", "ping 1")),
    "data: 2026-11-26T10:00:00Z\n\n",
    'data: {"message":"still working"}\n\n',
    "data: gateway busy\n\n",  # an error's words, if no stop reason came
    "data: : keepalive\n\n",
    "data: :\n\n",
    ": comment\n\n",
    "event: ping\ndata: \n\n",
    'event: ping\ndata: ""\n\n',
    "event: ping\ndata: null\n\n",
    "event: ping\ndata: pong\n\n",
    "event: ping\n\n",
    "data: null\n\n",
    "event: heartbeat\ndata: tick\n\n",
    "event: content_block_delta\ndata: : OPENROUTER PROCESSING\n\n",
]


BARE = [
    *(f"data: {it}\n" for it in (": keepalive", "ping", "null", "[DONE]", "{}", "1", "hb: 3")),
    "event: ping\ndata: {}\n",
    "event: ping\n",
    "event: heartbeat\ndata: 1\n",
    'event: ping\ndata: {"type": "ping"}\n',
    ": comment\n",
    "data: data: : x\n",
]
"""Signs of life without the blank line that ends one."""


@PROPERTY
@given(st.data(), st.sampled_from(["typed", "named", "both"]), st.booleans())
def test_signs_of_life_without_a_blank_line_hide_no_event(
    data: st.DataObject, form: str, has_blanks: bool
) -> None:
    stream = ""
    for body in STREAM:
        shown = {name: body[name] for name in body if form != "named" or name != "type"}
        if data.draw(st.booleans()):
            stream += data.draw(st.sampled_from(BARE))
        if form != "typed":
            stream += f"event: {body['type']}\n"
        stream += f"data: {json.dumps(shown)}\n" + "\n" * has_blanks
    reply = read(stream.encode() + b"\n")
    assert (reply.text, reply.thinking, reply.stop_reason) == ("It is 42.", "hm", "end_turn")


def twice(data: str) -> str:
    return json.dumps(data)


FORMS: dict[str, Callable[[str], str]] = {
    "twice": twice,
    "thrice": lambda it: twice(twice(it)),
    "mark": lambda it: f"\ufeff{it}",
    "separator": lambda it: f"\x1e{it}",
    "list": lambda it: f"[{it}]",
    "data": lambda it: f'{{"data": {it}}}',
    "quoted": lambda it: f'{{"data": {twice(it)}}}',
    "stream_event": lambda it: f'{{"type": "stream_event", "event": {it}}}',
    "named": lambda it: f'{{"event": "{json.loads(it)["type"]}", "data": {it}}}',
    "result": lambda it: f'{{"code": 0, "msg": "ok", "result": {it}}}',
    "response": lambda it: f'{{"response": [{it}]}}',
    "twofold": lambda it: f'{{"data": {{"data": {it}}}}}',
    "threefold": lambda it: f'{{"body": {{"payload": {{"chunk": {twice(it)}}}}}}}',
    "lines": lambda it: f'{{"chunk": {twice(f"data: {it}")}}}',
}
"""What stands in the place of an event and holds it, by how it is made of its JSON."""


ENVELOPES = [*FORMS][[*FORMS].index("data") :]


@PROPERTY
@given(
    st.data(),
    st.sampled_from(["", "event: {}\n", "event: message\n", "event: chunk\n"]),
    st.booleans(),
)
def test_an_event_is_read_in_whatever_form_it_is_wrapped(
    data: st.DataObject, head: str, is_wrapped: bool
) -> None:
    stream = ""
    forms = [it for it in FORMS if (it in ENVELOPES) is is_wrapped]
    for body in STREAM:
        wrap = FORMS[data.draw(st.sampled_from(forms))]
        stream += f"{head.format(body['type'])}data: {wrap(json.dumps(body))}\n\n"
    reply = read(stream.encode())
    assert reply.stop_reason == "end_turn"
    assert (reply.text, reply.thinking) == ("It is 42.", "hm")


@pytest.mark.parametrize("known", [True, False])
def test_an_event_whose_wrapper_alone_names_it_is_read(known: bool) -> None:
    bodies = [{**body} for body in STREAM]
    names = [body.pop("type") for body in bodies]
    wrapped = [
        {"event": name, "data": body if known else json.dumps(body)}
        for name, body in zip(names, bodies, strict=True)
    ]
    stream = "".join(f"data: {json.dumps(it)}\n\n" for it in wrapped)
    reply = read(stream.encode())
    assert (reply.text, reply.stop_reason) == ("It is 42.", "end_turn")


DELTA = json.dumps(STREAM[8])


@pytest.mark.parametrize(
    "odd",
    [
        f"data: ok {DELTA}",
        f"data: b'{DELTA}'",
        f"data: {twice(DELTA[:-1])}",
        f"data: [1, {DELTA}]",
        f"event: chunk\ndata: [1, {DELTA}]",
        'data: {"type": "chunk", "payload": {"type": "piece", "delta": {"text": "no"}}}',
        "event: content_block_delta\ndata: 42 and more",
        "event: content_block_delta\ndata: 42",
        "event: message_delta\ndata: it ended well",
        f'data: {{"foo": {DELTA}}}',
        f'data: {{"a": {{"b": [{{"c": {{"d": {DELTA}}}}}]}}}}',
        "event: content_block_delta\n" + json.dumps(STREAM[8], indent=1),
        DELTA[:-4],
    ],
)
def test_what_holds_a_part_of_the_answer_and_cannot_be_read_is_an_error(odd: str) -> None:
    result = ask(Fault(sse=START + YES + f"{odd}\n\n".encode() + STOP + END, clean=True))
    assert (result.code, result.out) == (9, "Yes\n")
    assert "makes no sense: it" in result.err


@pytest.mark.parametrize("depth", [200, 330, 700, 900, 960, 990])
@pytest.mark.parametrize("head", ['"type": "chunk", "a"', '"a"', '"data"', '"message"'])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_what_is_nested_too_deeply_is_no_error_of_ours(
    depth: int, head: str, opening: str, closing: str
) -> None:
    odd = f"data: {{{head}: {opening * depth}1{closing * depth}}}\n\n".encode()
    text = "Yes"
    with contextlib.suppress(ProtocolError):  # and of no other kind
        text = read(START + YES + odd + STOP + END).text
    assert text == "Yes"


MENTIONS = [
    'data: {"type":"trace","prompt":"What does {\\"type\\": \\"content_block_delta\\"} mean?"}',
    "event: log\ndata: forwarding type=content_block_delta",
    "event: ping\ndata: waiting for type text_delta",
    'data: {"type":"progress","stage":{"type":"content_block_delta"}}',
    'event: metrics\ndata: {"last_event":{"type":"content_block_delta","index":0}}',
    'event: log\ndata: sent {"type":"content_block_delta","delta":{"text":"Y"}}',
    'event: log\ndata: ["type", "text_delta", {"delta": {"text": ""}}]',
    f'data: {{"type": "gateway_trace", "sent": [{DELTA}]}}',
]
"""What is said of the protocol, and no part of the answer."""


@pytest.mark.parametrize("odd", MENTIONS)
def test_an_unknown_event_that_mentions_the_protocol_is_passed_over(odd: str) -> None:
    more = f"{odd}\n\n".encode()
    stream = more + START + more + YES + more + STOP + more + END
    result = ask(Fault(sse=stream, clean=True))
    assert (result.code, result.out, result.err) == (0, "Yes\n", "")


def indented(data: str) -> str:
    """JSON in lines of its own, each the data of an event."""
    return "".join(f"data: {it}\n" for it in json.dumps(json.loads(data), indent=2).split("\n"))


@pytest.mark.parametrize(
    "odd",
    [
        f"data: ka\n{indented(DELTA)}",
        f'data: {{"cost": 1}}\n{indented(DELTA)}data: ka\n',
        indented(DELTA),
        f"event: content_block_delta\n{DELTA}\n",
        f"event: content_block_delta\n {DELTA}\n",
        f"event: content_block_delta\n{json.dumps({'index': 0, 'delta': STREAM[8]['delta']})}\n",
        f"{DELTA}\n",
    ],
)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_delta_is_read_in_whatever_lines_it_comes(odd: str, size: int) -> None:
    stream = START + YES + odd.encode() * 2 + b"\n" + STOP + END
    decoder = StreamDecoder()
    parts = (stream[at : at + size] for at in range(0, len(stream), size))
    reply = assembled([it for part in parts for it in decoder.feed(part)])
    assert (reply.text, reply.stop_reason) == ("Yes" + STREAM[8]["delta"]["text"] * 2, "end_turn")


def test_indented_events_without_blank_lines_are_read() -> None:
    stream = "".join(indented(json.dumps(body)) for body in STREAM).encode()
    for begun in (b"", b"data: ka\n"):
        reply = read(begun + stream + b"\n")
        assert (reply.text, reply.thinking, reply.stop_reason) == ("It is 42.", "hm", "end_turn")


def test_lines_that_only_begin_objects_are_looked_at_in_linear_time() -> None:
    lines = "\n".join(["x", '{"a": [', *['{"a": [' + "1," * 500] * 2000])
    begun = time.monotonic()
    assert events_within("", lines) is None
    assert time.monotonic() - begun < 5


def test_a_part_of_the_answer_among_the_lines_of_no_event_is_told() -> None:
    stray = json.dumps(STREAM[8], indent=1).encode() + b"\n\n"
    result = ask(Fault(sse=START + YES + stray + STOP + END, clean=True))
    assert (result.code, result.out) == (9, "Yes\n")
    assert "makes no sense: a part of it cannot be read: { " in result.err


@pytest.mark.parametrize("data", ['"42"', '["4", "2"]'])
def test_a_text_in_the_place_of_a_delta_is_one(data: str) -> None:
    odd = f"event: content_block_delta\ndata: {data}\n\n".encode()
    assert read(START + YES + odd + STOP + END).text == "Yes42"


def test_an_event_behind_a_sign_of_life_is_read_at_the_end_of_a_stream() -> None:
    end = b"data: ping\n" + f"data: {json.dumps(STREAM[-2])}".encode()
    decoder = StreamDecoder()
    assert [*decoder.feed(START + YES + STOP + end), *decoder.finish()][-1] == MessageDelta(
        "end_turn", None, Usage(output_tokens=5)
    )


def test_a_block_of_no_known_type_keeps_all_that_came_for_it() -> None:
    search: list[dict[str, Any]] = [
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "server_tool_use", "id": "s", "name": "web", "input": {}},
        },
        *(
            {
                "type": "content_block_delta",
                "index": 0,
                "delta": {"type": "input_json_delta", "partial_json": part},
            }
            for part in ('{"query"', ':"MiMo"}')
        ),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "content_block_start",
            "index": 1,
            "content_block": {"type": "web_search_tool_result", "content": [{"url": "u"}]},
        },
    ]
    stream = b"".join(f"data: {json.dumps(body)}\n\n".encode() for body in search)
    assert read(stream).content == (
        OtherBlock(
            {"type": "server_tool_use", "id": "s", "name": "web", "input": {"query": "MiMo"}}
        ),
        OtherBlock({"type": "web_search_tool_result", "content": [{"url": "u"}]}),
    )


# ---- Through the program


def event(body: dict[str, Any]) -> bytes:
    return f"event: {body['type']}\ndata: {json.dumps(body)}\n\n".encode()


def delta(index: int, **fields: Any) -> bytes:
    return event({"type": "content_block_delta", "index": index, "delta": fields})


def start(index: int, **block: Any) -> bytes:
    return event({"type": "content_block_start", "index": index, "content_block": block})


START = event(STREAM[0])
YES = start(0, type="text", text="") + delta(0, type="text_delta", text="Yes")
STOP = event({"type": "content_block_stop", "index": 0})
END = event(STREAM[-2]) + event(STREAM[-1])


def ask(fault: Fault, *args: str, **environ: str) -> Result:
    with Simulator(faults=[fault]) as simulator:
        return mimo("ask", *args, "hi", environ=environ_for(simulator, **environ))


@pytest.mark.slow
@pytest.mark.parametrize("args", [(), ("--json",), ("--no-stream",), ("--jsonl",)])
@pytest.mark.parametrize(
    "odd", [("usage", "many"), ("usage", None), ("message", None), ("index", ...), ("text", ...)]
)
def test_an_odd_answer_is_a_whole_answer(odd: tuple[str, Any], args: tuple[str, ...]) -> None:
    name, value = odd
    if "--no-stream" in args:
        body = changed(MESSAGE, [name], value) if name in MESSAGE else MESSAGE
        result = ask(Fault(status=200, body=json.dumps(body).encode()), *args)
    else:
        bodies = STREAM
        for path in [path for path in places(STREAM) if path[-1] == name]:
            if "delta" not in path:
                bodies = changed(bodies, path, value)
        result = ask(Fault(sse=written(bodies, named=True), clean=True), *args)
    assert (result.code, result.slept) == (0, [])
    if "--json" in args or "--jsonl" in args:
        assert json.loads(result.out.splitlines()[-1])["text"] == "It is 42."
    else:
        assert result.out == "It is 42.\n"


@pytest.mark.slow
@pytest.mark.parametrize("usage", [None, "many", -1, [1], {"output_tokens": -5}, {"odd": {}}])
def test_counts_that_cannot_be_read_are_not_known(usage: Any) -> None:
    bodies = changed(changed(STREAM, (0, "message", "usage"), usage), (11, "usage"), usage)
    fault = Fault(sse=written(bodies, named=True), clean=True)
    result = ask(fault, "--json")
    assert result.json["error"] is None
    assert set(result.json["usage"].values()) == {None}
    assert ask(fault, "-u").err.startswith("first text after")


def test_counts_are_taken_from_wherever_they_are() -> None:
    end: dict[str, Any] = {"type": "message_delta", "usage": {"input_tokens": 12}}
    end["delta"] = {"stop_reason": "end_turn", "usage": {"input_tokens": 9, "output_tokens": 44}}
    assert read(START + YES + event(end)).usage[:2] == (12, 44)


@pytest.mark.parametrize("kind", ["graph", "tool_use"])
def test_a_member_of_a_block_that_is_called_like_one_of_ours_is_the_servers(kind: str) -> None:
    raw = {"type": kind, "id": "t", "name": "n", "input": {"a": 1}, "broken_input": "theirs"}
    (block,) = read(START + start(0, **raw) + STOP + END).content
    if isinstance(block, OtherBlock):
        assert block.raw == raw
        assert (broken_input(block), as_it_came(block)) == ("", block)
    else:
        assert block == ToolUse("t", "n", {"a": 1})


def test_a_server_that_counts_nothing_is_not_quoted() -> None:
    none = {"input_tokens": 0, "output_tokens": 0}
    bodies = changed(changed(STREAM, (0, "message", "usage"), none), (11, "usage"), none)
    result = ask(Fault(sse=written(bodies, named=True), clean=True), "-u")
    assert "tokens" not in result.err


@pytest.mark.slow
def test_the_text_before_a_broken_tool_is_shown_and_kept(tmp_path: Path) -> None:
    tool = start(1, type="tool_use", id="t", name="n", input={})
    broken = delta(1, type="input_json_delta", partial_json='{"a":')
    end = event({"type": "message_delta", "delta": {"stop_reason": "tool_use"}})
    sse = START + YES + STOP + tool + broken + event({"type": "content_block_stop", "index": 1})
    environ = {"MIMO_HISTORY": "true", "MIMO_DATA": str(tmp_path)}
    environ["MIMO_THINKING"] = "false"  # with it on, a call goes back with its thinking alone
    result = ask(Fault(sse=sse + end, clean=True), **environ)
    assert (result.code, result.out, result.slept) == (9, "Yes\n", [])
    assert "not valid JSON" in result.err
    shown = mimo("history", "show", environ={**environ, "PATH": ""})
    assert "Yes" in shown.out or "Yes" in shown.err or shown.code == 2
    with Simulator(faults=[Fault(sse=sse + end, clean=True)]) as simulator:
        both = environ_for(simulator, **environ)
        mimo("ask", "hi", environ=both)
        assert mimo("ask", "-c", "and", environ=both).code == 0
        sent = json.loads(simulator.requests[-1].body)["messages"]
    call = {"type": "tool_use", "id": "t", "name": "n", "input": {}}
    assert sent[-2]["content"] == [{"type": "text", "text": "Yes"}, call]
    told, words = sent[-1]["content"]
    assert (told["content"], told["is_error"]) == ("The tool was not run.", True)
    assert words == {"type": "text", "text": "and"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reason", "is_cut"), [("stop", False), ("length", True), ("end_turn", False)]
)
def test_a_stop_reason_of_openais_is_understood(reason: str, is_cut: bool) -> None:
    end = event({"type": "message_delta", "delta": {"stop_reason": reason}})
    result = ask(Fault(sse=START + YES + STOP + end, clean=True))
    assert (result.code, result.out) == (0, "Yes\n")
    assert result.err.startswith("mimo: warning: the answer is cut" if is_cut else "")
    assert bool(result.err) is is_cut


PLACEHOLDERS = [
    *("null", "none", "None", "undefined", "unspecified", "FINISH_REASON_UNSPECIFIED"),
    *("STOP_REASON_UNSPECIFIED", "in_progress", "in-progress", "pending", "", " "),
    *("streaming", "queued", "Running", "n/a", "N/A", "unknown", "FINISH_REASON_UNKNOWN"),
]


def ended(reason: Any) -> bytes:
    return event({"type": "message_delta", "delta": {"stop_reason": reason}})


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
def test_a_placeholder_is_no_stop_reason(placeholder: str) -> None:
    cut = START + YES + ended(placeholder)
    decoder = StreamDecoder()
    assert assembled(list(decoder.feed(cut))).stop_reason is None
    assert (decoder.ending.is_whole, decoder.ending.is_over) == (False, False)
    assert read(cut + STOP + ended("end_turn") + ended(placeholder)).stop_reason == "end_turn"
    both = {"delta": {"stop_reason": placeholder}, "stop_reason": "max_tokens"}
    assert read(START + YES + event({"type": "message_delta", **both})).stop_reason == "max_tokens"
    assert assembled(decode_message({**MESSAGE, "stop_reason": placeholder})).stop_reason is None


@pytest.mark.slow
@pytest.mark.parametrize("reason", ["null", "FINISH_REASON_UNSPECIFIED", "error", "Cancelled"])
@pytest.mark.parametrize("args", [("--json",), ("--no-stream", "--json")])
def test_an_answer_whose_stop_reason_says_that_it_is_cut_is_partial(
    reason: str, args: tuple[str, ...]
) -> None:
    body = json.dumps({**MESSAGE, "stop_reason": reason}).encode()
    stream = Fault(sse=START + YES + STOP + ended(reason) + event(STREAM[-1]), times=None)
    fault = Fault(status=200, body=body, times=None) if "--no-stream" in args else stream
    result = ask(fault, *args, "--retries", "0")
    assert (result.code, result.json["partial"]) == (9, True)
    is_named = reason.lower() in result.json["error"]["message"]
    assert is_named or "no stop reason" in result.json["error"]["message"]


@pytest.mark.parametrize(
    "reason",
    [
        *("error", "failed", "canceled", "ABORT", "aborted", "incomplete"),
        *("timeout", "network_error", "insufficient_system_resource"),
    ],
)
@pytest.mark.parametrize("has_text", [True, False])
def test_a_stop_reason_of_a_failure_is_one(reason: str, has_text: bool) -> None:
    reply = read(START + YES * has_text + STOP + ended(reason) + END)
    error = reply_check.problem(reply)
    assert error is not None
    assert error.exit_code == (9 if has_text else 8)
    assert f"the stop reason {reason.lower()}" in error.message


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        (("eos", "eos_token", "FINISH_REASON_STOP", "endTurn", "stop_reason_END_TURN"), "end_turn"),
        (("max_output_tokens", "model_length", "finish_reason_max_tokens"), "max_tokens"),
        (("SAFETY", "FINISH_REASON_SAFETY", "recitation", "content_filtered"), "content_filter"),
        (("TOOL_CALL", "toolUse"), "tool_use"),
        (("timed-out",), "timeout"),
        (("FINISH_REASON_OTHER",), "FINISH_REASON_OTHER"),
    ],
)
@pytest.mark.parametrize("name", ["stop_reason", "stopReason", "finishReason"])
def test_a_stop_reason_of_other_servers_is_called_what_it_means(
    words: tuple[str, ...], meaning: str, name: str
) -> None:
    for word in words:
        end = event({"type": "message_delta", "delta": {name: word}})
        assert read(START + YES + STOP + end).stop_reason == meaning


def test_a_failed_answer_says_what_the_server_said_behind_its_stop_reason() -> None:
    sse = START + YES + STOP + ended("error") + bare({"error": {"message": "gpu lost"}})
    result = ask(Fault(sse=sse, clean=True, times=None))
    assert (result.code, result.out) == (9, "Yes\n")
    assert "the stop reason error, after the server sent: gpu lost" in result.err


@pytest.mark.parametrize("reason", ["max_tokens", "length", "model_context_window_exceeded"])
def test_a_stop_reason_that_means_cut_is_not_wiped(reason: str) -> None:
    kept = "max_tokens" if reason == "length" else reason
    assert read(START + YES + STOP + ended(reason) + END).stop_reason == kept
    assert read(START + YES + STOP + ended("end_turn") + ended(reason)).stop_reason == kept


def test_a_message_in_a_gateways_own_wrapper_is_read() -> None:
    body = json.dumps({"code": 0, "msg": "ok", "data": MESSAGE}).encode()
    result = ask(Fault(status=200, body=body), "--no-stream")
    assert (result.code, result.out) == (0, "It is 42.\n")


@pytest.mark.parametrize("status", [201, 203, 206])
@pytest.mark.parametrize("args", [(), ("--no-stream",)])
def test_an_answer_of_another_status_of_success_is_read(status: int, args: Sequence[str]) -> None:
    is_whole = "--no-stream" in args
    body = json.dumps(MESSAGE).encode() if is_whole else written(STREAM, named=True)
    kind = "application/json" if is_whole else "text/event-stream"
    fault = Fault(status=status, body=body, headers=(("Content-Type", kind),))
    result = ask(fault, *args)
    assert (result.code, result.out, result.err) == (0, "It is 42.\n", "")


@pytest.mark.parametrize(
    ("status", "said"), [(201, "this is no answer of"), (202, "status 202"), (204, "status 204")]
)
def test_a_success_that_is_no_answer_is_told_of(status: int, said: str) -> None:
    result = ask(Fault(status=status, body=b"{}"), "--retries", "0")
    assert (result.code, result.out) == (8, "")
    assert said in result.err


def test_a_message_as_one_event_is_read() -> None:
    for head in ("", "event: message\n", ": ping\n\n"):
        body = f"{head}data: {json.dumps(MESSAGE)}\n\ndata: [DONE]\n\n".encode()
        result = ask(Fault(sse=body, clean=True))
        assert (result.code, result.out, result.slept) == (0, "It is 42.\n", [])


def test_text_is_shown_whatever_holds_it() -> None:
    started = event({"type": "message_start", "message": {"content": "Oh! "}})
    other = start(1, type="output_text", text="A") + delta(1, type="text_delta", content="B")
    result = ask(Fault(sse=started + other + END, clean=True), "--json")
    assert (result.code, result.json["text"]) == (0, "Oh! AB")


def test_what_a_message_says_comes_before_its_error() -> None:
    body = json.dumps({**MESSAGE, "error": {"message": "partly"}}).encode()
    result = ask(Fault(status=200, body=body), "--no-stream")
    assert (result.code, result.out) == (9, "It is 42.\n")
    assert "partly" in result.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"error": {"error": {"message": "deep"}}}, "deep"),
        ({"error": {"message": {"text": "inner"}}}, "inner"),
        ({"error": {"message": ["a", "b"]}}, "a; b"),
        ({"error": ["a", "b"]}, "a; b"),
        ({"errors": [{"message": "a"}, {"message": "b"}, {"message": "a"}]}, "a; b"),
        ({"message": "Validation failed", "errors": [{"message": "a"}]}, "Validation failed: a"),
        ({"error": {"error": {"error": {"message": "three"}}}}, "three"),
        ({"error": json.dumps({"error": {"message": "as text"}})}, "as text"),
        (json.dumps({"error": {"message": "as text"}}), "as text"),
        (
            {"error": {"message": f"up: {json.dumps({'error': {'message': 'no'}})}. Group=x"}},
            "up: no. Group=x",
        ),
        ({"error": {"message": 'not an error: {"a": 1} {'}}, 'not an error: {"a": 1} {'),
        (
            {
                "detail": [
                    {"loc": ["body", "messages", 0, "role"], "msg": "required", "type": "missing"},
                    {"loc": ["query"], "msg": "odd", "type": "x"},
                ]
            },
            "messages.0.role: required; query: odd",
        ),
        ({"detail": {"message": "deep"}}, "deep"),
        ({"type": "about:blank", "title": "Bad", "status": 400, "detail": "why"}, "why"),
        ({"type": "about:blank", "title": "Bad", "status": 400}, "Bad"),
        ({"title": "T", "errors": {"Top": ["a", "b"], "Max": ["c"]}}, "Top: a; b; Max: c"),
        ({"error": "Bad Request", "status": 400, "path": "/v1/messages"}, "Bad Request"),
        ({"fault": {"faultstring": "no key", "detail": {"errorcode": "x"}}}, "no key"),
        ({"error": "invalid", "error_description": "why"}, "invalid: why"),
        ({"error": {"message": "up", "metadata": {"raw": '{"error":"why"}'}}}, "up: why"),
        ({"error": {"code": "x", "innererror": {"message": "in"}}}, "in"),
        ({"__type": "ValidationException", "Message": "aws"}, "aws"),
        ([{"error": {"message": "listed", "code": 400}}], "listed"),
        ({"error": {"message": json.dumps({"error": {"message": "quoted"}})}}, "quoted"),
        ({"odd": 1}, '{"odd": 1}'),
    ],
)
def test_an_errors_text_is_found_wherever_it_is(error: object, said: str) -> None:
    result = ask(Fault(status=400, body=json.dumps(error).encode()))
    assert result.err.startswith(f"mimo: the request was refused: {said}\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"Ollama is running", "it begins: Ollama is running"),
        (b"\x00\x00\x00\x9b\x0b:event-type\x07", "it is no text"),
        (
            b'data: {"type":"response.created","response":{}}\n\n',
            "an OpenAI-style (Responses) reply",
        ),
        (b'data: {"type":"completion","completion":" Hi"}\n\n', "an old (text completion) reply"),
        (b'data: {"candidates":[{"content":{}}]}\n\n', "a Gemini-style reply"),
        (b'{"candidates":[{"content":{}}]}', "a Gemini-style reply"),
        (b'{"message":{"role":"assistant","content":"Yes"},"done":true}', "an Ollama-style reply"),
        (b'{"response":"Yes","done":true}', "an Ollama-style reply"),
        (b'{"output":{"message":{}},"stopReason":"end_turn"}', "a Converse-style (Bedrock) reply"),
        (b'{"object":"response","output":[]}', "an OpenAI-style reply"),
        (b'data: {"code":"500","message":"boom"}\n\n', "the server failed (500): boom"),
        (b'[{"error":{"code":503,"message":"boom"}}]', "the server failed (503): boom"),
        (b": ping\n\n", "the server sent no answer"),
    ],
)
def test_what_is_no_stream_is_not_called_empty(body: bytes, said: str) -> None:
    result = ask(Fault(sse=body, times=None, clean=True), "--retries", "0")
    assert (result.code, result.out) == (8, "")
    assert said in result.err


WHOLE_MESSAGE = {**MESSAGE, "stop_reason": "end_turn"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        b"data: " + json.dumps(WHOLE_MESSAGE).encode(),
        b"data: " + json.dumps(WHOLE_MESSAGE).encode() + b"\n",
        b"data: " + json.dumps({"message": WHOLE_MESSAGE}).encode() + b"\n\n",
        b"data: " + json.dumps({"type": "message_start", "message": WHOLE_MESSAGE}).encode(),
        json.dumps({"message": WHOLE_MESSAGE}).encode(),
        json.dumps({"result": WHOLE_MESSAGE}).encode(),
        json.dumps([WHOLE_MESSAGE]).encode(),
        json.dumps(WHOLE_MESSAGE).encode("utf-16"),
        json.dumps(WHOLE_MESSAGE).encode("utf-16-le"),
    ],
)
def test_a_message_that_is_there_as_a_whole_is_read(body: bytes) -> None:
    result = ask(Fault(sse=body, times=None, clean=True))
    assert (result.code, result.out, result.err) == (0, "It is 42.\n", "")


@pytest.mark.parametrize(
    ("end", "code", "out"),
    [
        (b'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}', 0, "Yes\n"),
        (b'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n', 0, "Yes\n"),
        (b'data: {"type":"content_block_delta","delta":{"text":"!"}}', 9, "Yes!\n"),
        (b'data: {"type":"content_block_delta","delta":{"text":"!"}', 9, "Yes\n"),
        (b'data: {"type":"error","error":{"message":"busy"}}', 9, "Yes\n"),
        (b'data: {"type":"message_delta","delta":{"stop_reas', 9, "Yes\n"),
    ],
)
def test_a_last_event_without_its_blank_line_is_read_if_it_is_whole(
    end: bytes, code: int, out: str
) -> None:
    text = b'data: {"type":"content_block_delta","delta":{"text":"Yes"}}\n\n'
    result = ask(Fault(sse=text + end, times=None, clean=True))
    assert (result.code, result.out) == (code, out)
    assert ("busy" in result.err) is (b"busy" in end)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (b'{"type":"ping"}\n{"type":"ping"}\n', 8, "it answers in lines of JSON (NDJSON)"),
        (b'{"error":{"type":"overloaded_error","message":"busy"}}\n{}\n', 8, "(529): busy"),
        (b'{\n"type": "mess', 8, "it is not valid JSON"),
        (b"{}", 8, "this is no answer of the Messages protocol: it is: {}"),
        (b"[]", 8, "this is no answer of the Messages protocol: it is: []"),
        (b"<?xml version='1.0'?><Message>No</Message>", 8, 'answered with XML: "No"'),
    ],
)
def test_json_that_is_no_message_is_told_of(body: bytes, code: int, said: str) -> None:
    result = ask(Fault(status=200, body=body), "--no-stream", "--retries", "0")
    assert (result.code, result.out) == (code, "")
    assert said in result.err


def packed(kind: str, *parts: bytes) -> bytes:
    if kind == "gzip":
        return b"".join(map(gzip.compress, parts))
    member = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return b"".join(map(member.compress, parts)) + member.flush()


@pytest.mark.parametrize("kind", ["gzip", "deflate"])
def test_what_is_packed_in_pieces_or_without_a_head_is_unpacked(kind: str) -> None:
    body = packed(kind, START, YES, STOP, END)
    result = ask(Fault(sse=body, headers=(("Content-Encoding", kind),), clean=True))
    assert (result.code, result.out) == (0, "Yes\n")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("kind", ["gzip", "deflate"])
def test_what_is_packed_is_unpacked_however_it_is_cut(kind: str, size: int) -> None:
    body, inflater = packed(kind, START, YES, END), Inflater()
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    assert b"".join(map(inflater.inflate, pieces)) + inflater.rest() == START + YES + END


@pytest.mark.parametrize("size", [1, 50, 1000])
def test_what_stands_behind_raw_deflate_is_no_gzip(size: int) -> None:
    body, inflater = packed("deflate", START, YES, END) + b"\x1f\x8bjunk", Inflater()
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    assert b"".join(map(inflater.inflate, pieces)) == START + YES + END
    assert (inflater.damage, inflater.has_ended) == (None, True)


def flushed(wbits: int, *parts: bytes) -> bytes:
    """Packed so that each part can be unpacked at once, without an end."""
    member = zlib.compressobj(wbits=wbits)
    return b"".join(member.compress(it) + member.flush(zlib.Z_SYNC_FLUSH) for it in parts)


@pytest.mark.parametrize("wbits", [31, zlib.MAX_WBITS, -zlib.MAX_WBITS])
@pytest.mark.parametrize("size", [1, 5, 10_000])
def test_what_is_packed_is_read_up_to_its_damage(wbits: int, size: int) -> None:
    body = flushed(wbits, START, YES) + b"\xff\xff\xff garbage" * 3
    inflater = Inflater()
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    found = b"".join(map(inflater.inflate, pieces))
    assert found.startswith(START + YES)
    assert inflater.damage is not None
    assert inflater.has_ended is False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "code", "out"),
    [
        (flushed(31, START, YES) + b"\xff\xff\xff garbage", 9, "Yes\n"),
        (flushed(15, START, YES) + b"\xff\xff\xff garbage", 9, "Yes\n"),
        (flushed(31, START, YES, STOP, END) + b"\xff\xff\xff garbage", 0, "Yes\n"),
        (flushed(-15, START, YES) + b"\xff\xff\xff garbage", 9, "Yes\n"),
        (flushed(31, START) + b"\xff\xff\xff garbage", 8, ""),
    ],
)
def test_the_text_before_damage_is_shown(body: bytes, code: int, out: str) -> None:
    headers = (("Content-Encoding", "gzip"),)
    fault = Fault(sse=body, headers=headers, clean=True, times=None)
    result = ask(fault, "--retries", "0")
    assert (result.code, result.out) == (code, out)
    assert ("the reply is damaged: what is compressed in it cannot be" in result.err) is bool(code)
    assert "Error -" not in result.err
    assert len(ask(fault).slept) == (2 if code == 8 else 0)


WHOLE = START + YES + STOP + END
CHECKS = [
    (gzip.compress(WHOLE)[:-8] + b"no crc32", 9),
    (gzip.compress(WHOLE)[:-4] + b"size", 9),
    (gzip.compress(START + YES + STOP + event(STREAM[-2]))[:-8] + b"no crc32", 9),
    (gzip.compress(json.dumps(WHOLE_MESSAGE).encode())[:-8] + b"no crc32", 9),
    (zlib.compress(WHOLE)[:-4] + b"sum!", 9),
    (gzip.compress(START + YES)[:-8] + b"no crc32", 9),
    (gzip.compress(START + YES) + gzip.compress(END)[:-8] + b"no crc32", 9),
    (gzip.compress(WHOLE)[:-8], 0),
    (gzip.compress(WHOLE)[:-1], 0),
    (gzip.compress(json.dumps(WHOLE_MESSAGE).encode())[:-8], 0),
    (zlib.compress(WHOLE)[:-2], 0),
]


@pytest.mark.slow
@pytest.mark.parametrize("pieces", [(), 7])
@pytest.mark.parametrize(("body", "code"), CHECKS)
def test_a_wrong_checksum_behind_a_whole_answer_is_an_error(
    body: bytes, code: int, pieces: Any
) -> None:
    headers = (("Content-Encoding", "gzip"),)
    fault = Fault(sse=body, headers=headers, clean=True, times=None, pieces=pieces)
    result = ask(fault, "--retries", "0")
    assert (result.code, bool(result.out.strip())) == (code, True)
    said = "the reply is damaged: its checksum is wrong: the text may not be what was sent"
    assert (said in result.err) is bool(code)
    assert code or result.err == ""


@pytest.mark.parametrize("checksum", [b"", b"no crc32"])
def test_damage_that_shows_in_the_checksum_alone_is_told_where_an_event_makes_no_sense(
    checksum: bytes,
) -> None:
    damaged = START + YES.replace(b"}", b"", 1) + STOP + END
    body = gzip.compress(damaged)[: -8 if checksum else None] + checksum
    fault = Fault(sse=body, headers=(("Content-Encoding", "gzip"),), clean=True, times=None)
    result = ask(fault, "--retries", "0")
    assert result.code == 8
    said = "the reply is damaged: its checksum is wrong" if checksum else "it is not valid JSON"
    assert said in result.err


def kept_open(body: bytes, *, size: Any = ()) -> Result:
    """An answer called gzip, on a connection that stays as it is behind it."""
    headers = (("Content-Encoding", "gzip"),)
    fault = Fault(sse=body, headers=headers, stall_at=len(body), pieces=size)
    with Simulator(faults=[fault]) as simulator:
        limits = Limits(closing=60.0)
        return mimo("ask", "-v", "hi", environ=environ_for(simulator), limits=limits)


@pytest.mark.parametrize("size", [(), 7])
@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(WHOLE),
        gzip.compress(START + YES) + gzip.compress(STOP + END),
        zlib.compress(WHOLE),
        WHOLE,
    ],
)
def test_an_answer_whose_checksum_came_ends_at_once(body: bytes, size: Any) -> None:
    result = kept_open(body, size=size)
    assert (result.code, result.out) == (0, "Yes\n")
    assert "after the end of the answer" not in result.err  # which a time limit would have ended


@pytest.mark.slow
def test_a_checksum_behind_an_answer_is_waited_for_a_second() -> None:
    result = kept_open(gzip.compress(WHOLE)[:-8])
    assert (result.code, result.out) == (0, "Yes\n")
    assert "after the end of the answer: the answer stalled: no text came for 1 s" in result.err
    assert 1 <= result.seconds < 15


@pytest.mark.slow
@pytest.mark.parametrize("left", [5, 15, 60])
@pytest.mark.parametrize("whole", [WHOLE, json.dumps(WHOLE_MESSAGE).encode()])
def test_what_is_packed_and_cut_early_broke_off_and_is_asked_for_again(
    whole: bytes, left: int
) -> None:
    fault = Fault(
        sse=gzip.compress(whole)[:left], headers=(("Content-Encoding", "gzip"),), clean=True
    )
    result = ask(fault, "-v")
    assert (result.code, len(result.slept)) == (0, 1)
    assert "the reply broke off: what is compressed in it lacks its end" in result.err


@pytest.mark.parametrize("pieces", [(), 1])
def test_gzip_without_a_word_of_it_is_named(pieces: Any) -> None:
    result = ask(Fault(sse=gzip.compress(WHOLE), clean=True, pieces=pieces, times=None))
    assert (result.code, result.slept) == (8, [])
    assert "it is compressed (gzip), which was not asked for" in result.err


@pytest.mark.slow
@pytest.mark.parametrize("body", [START, b": ping\n\n", b"Ollama is running", b"ev"])
def test_what_is_no_answer_is_told_alike_however_it_is_cut(body: bytes) -> None:
    results = [ask(Fault(sse=body, clean=True, pieces=size, times=None)) for size in ((), 1, 2, 3)]
    assert len({(it.code, it.err, len(it.slept)) for it in results}) == 1


@pytest.mark.parametrize("size", [1, 2, 50, 10_000])
@pytest.mark.parametrize("text", [b"Ollama is running", b"no deflate at all: \xff\x00", b"OK"])
def test_what_is_not_packed_is_read_however_it_is_cut(text: bytes, size: int) -> None:
    inflater = Inflater()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert b"".join(map(inflater.inflate, pieces)) + inflater.rest() == text
    assert inflater.damage is None


def test_a_tool_that_was_not_offered_is_told_of() -> None:
    tool = start(1, type="tool_use", id="t", name="n", input={})
    end = event({"type": "message_delta", "delta": {"stop_reason": "tool_use"}})
    result = ask(Fault(sse=START + YES + STOP + tool + end, clean=True))
    assert (result.code, result.out) == (0, "Yes\n")
    assert result.err.startswith("mimo: warning: the model asks for a tool to be run")


def test_a_broken_event_after_the_stop_reason_changes_nothing() -> None:
    fault = Fault(sse=START + YES + STOP + event(STREAM[-2]) + b'data: {"type":"mes\n\n')
    result = ask(fault)
    assert (result.code, result.out, result.err) == (0, "Yes\n", "")


@pytest.mark.parametrize("kind", ["rate_limit_error", "invalid_request_error", "billing_error"])
def test_an_error_after_the_stop_reason_changes_nothing(kind: str) -> None:
    error = event({"type": "error", "error": {"type": kind, "message": f"no more for {KEY}"}})
    result = ask(Fault(sse=START + YES + STOP + event(STREAM[-2]) + error), "-v")
    assert (result.code, result.out, result.slept) == (0, "Yes\n", [])
    assert "after the end of the answer: " in result.err
    assert "mimo: warning: the server sent among the answer: no more for " in result.err
    assert KEY not in result.err


@pytest.mark.slow
@pytest.mark.parametrize(
    "error",
    [
        'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"no"}}',
        "event: error\ndata: no",
        'data: {"error":{"message":"no","type":"server_error","code":500}}',
        'data: {"error":"no"}',
        'data: {"choices":[{"finish_reason":"error","error":{"message":"no"}}]}',
        'data: {"type":"response.failed","response":{"error":{"message":"no"}}}',
        'data: {"success":false,"msg":"no"}',
        'data: {"code":503,"message":"no"}',
        'data: {"data":{"error":{"message":"no"}}}',
        'data: {"result":{"type":"error","error":{"message":"no"}}}',
        '{"error":{"message":"no"}}',
        'error: {"code":500,"message":"no"}',
        'event: message_delta\n{"error":{"message":"no"}}',
    ],
)
def test_an_error_behind_a_whole_answer_is_a_warning_in_whatever_form(error: str) -> None:
    more = f"{error}\n\n".encode()
    result = ask(Fault(sse=START + YES + STOP + event(STREAM[-2]) + more + event(STREAM[-1])))
    told = "mimo: warning: the server sent among the answer: no\n"
    assert (result.code, result.out, result.err) == (0, "Yes\n", told)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "more", "seconds"),
    [
        (b"data: [DONE]\n\n", b"", 0.0),
        (b"", b"", 0.3),
        (b"", b": ping\n\n", 0.3),
        (b"", b'data: {"type":"ping"}\n\n', 0.3),
    ],
)
def test_the_end_of_a_stream_is_not_waited_for_long(
    ending: bytes, more: bytes, seconds: float
) -> None:
    body = START + YES + STOP + event(STREAM[-2]) + ending
    fault = Fault(sse=body, stall_at=len(body), repeat=more, repeat_seconds=0.05)
    with Simulator(faults=[fault]) as simulator:
        limits = Limits(closing=0.3 if seconds else 60.0)
        result = mimo("ask", "hi", environ=environ_for(simulator), limits=limits)
    assert (result.code, result.out, result.err) == (0, "Yes\n", "")
    assert seconds <= result.seconds < 15


EARLY = event(STREAM[-2])
"""A stop reason; END has another one."""
AND = delta(0, type="text_delta", text=" and")
NO = delta(0, type="text_delta", text=" no")
THOUGHT = delta(1, type="thinking_delta", thinking="hm")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("early", "late", "text"),
    [
        (YES + EARLY + AND, NO, "Yes and no"),
        (YES + EARLY, NO, "Yes no"),  # its block is open
        (YES + STOP + EARLY + start(1, type="text", text=""), NO, "Yes no"),
        (YES + STOP + EARLY + THOUGHT, NO, "Yes no"),
        (start(0, type="thinking", thinking="") + STOP + EARLY, YES, "Yes"),  # nothing said
        (EARLY, YES, "Yes"),
        (YES + EARLY + STOP, NO, "Yes no"),
    ],
)
def test_content_after_a_stop_reason_that_came_too_early_is_waited_for(
    early: bytes, late: bytes, text: str
) -> None:
    stream = START + early, late + END
    with Simulator(faults=[Fault(sse=stream, between=0.3, clean=True)]) as simulator:
        limits = Limits(closing=0.05)
        result = mimo("ask", "hi", environ=environ_for(simulator), limits=limits)
    assert (result.code, result.out) == (0, f"{text}\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    "ending",
    [
        b"",
        event({"type": "error", "error": {"type": "api_error", "message": "no"}}),
        b"data: {x\n\n",
    ],
)
@pytest.mark.parametrize("more", [AND, start(1, type="text", text=""), THOUGHT])
def test_content_after_a_stop_reason_that_is_cut_makes_no_whole_answer(
    ending: bytes, more: bytes
) -> None:
    fault = Fault(sse=START + YES + EARLY + more + ending, clean=not ending, times=None)
    result = ask(fault, "--retries", "0")
    assert (result.code, result.out.startswith("Yes")) == (9, True)


@pytest.mark.parametrize(
    "ending",
    [event({"type": "message_stop"}), b"data: [DONE]\n\n", event(STREAM[-2])],
)
def test_content_after_a_stop_reason_counts_once_the_end_is_said(ending: bytes) -> None:
    result = ask(Fault(sse=START + YES + EARLY + AND + ending, clean=True), "--retries", "0")
    assert (result.code, result.out) == (0, "Yes and\n")


@pytest.mark.parametrize("where", ["start", "stop"])
def test_a_stop_reason_in_the_start_or_the_stop_counts_once_the_end_is_said(where: str) -> None:
    reason = {"stop_reason": "max_tokens", "usage": {"input_tokens": 9, "output_tokens": 5}}
    begun = event({"type": "message_start", "message": reason if where == "start" else {}})
    ended = event({"type": "message_stop", "message": reason if where == "stop" else {}})
    whole = ask(Fault(sse=begun + YES + STOP + ended, clean=True), "--json")
    assert (whole.code, whole.json["stop_reason"]) == (0, "max_tokens")
    assert whole.json["usage"]["output_tokens"] == 5
    cut = ask(Fault(sse=begun + YES + STOP, clean=True, times=None), "--retries", "0")
    assert (cut.code, cut.out) == (9, "Yes\n")


@pytest.mark.parametrize("reason", [{}, {"stop_reason": 5}])
def test_an_end_without_a_stop_reason_is_called_so(reason: dict[str, Any]) -> None:
    end = event({"type": "message_delta", "delta": reason}) + event({"type": "message_stop"})
    result = ask(Fault(sse=START + YES + STOP + end, clean=True, times=None), "--retries", "0")
    assert (result.code, result.out) == (9, "Yes\n")
    assert result.err.startswith("mimo: the answer is incomplete: the server gave no stop reason\n")


def begun(**message: Any) -> bytes:
    return event({"type": "message_start", "message": message})


EMPTY: list[Any] = [[{"type": "text", "text": ""}], [{}], "", [], [{"type": "thinking"}]]


@pytest.mark.parametrize("content", EMPTY)
def test_what_follows_an_empty_message_that_begins_with_its_stop_reason_is_read(
    content: Any,
) -> None:
    early = begun(content=content, stop_reason="end_turn")
    reply = read(early + YES + STOP + END)
    assert (reply.text, reply.stop_reason) == ("Yes", "end_turn")
    cut = ask(Fault(sse=early + YES, clean=True, times=None), "--retries", "0")
    assert (cut.code, cut.out) == (9, "Yes\n")
    decoder = StreamDecoder()
    for _ in decoder.feed(early):
        assert not decoder.ending.is_over  # else what follows would be waited for ten seconds
    for _ in decoder.feed(YES + STOP):
        assert not decoder.ending.is_over


CALL = {"type": "tool_use", "id": "toolu_1", "name": "time", "input": {"x": 1}}


def test_what_follows_a_message_that_is_there_as_a_whole_is_that_again() -> None:
    content = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "42"}, CALL]
    again = start(0, type="thinking", thinking="") + delta(0, type="thinking_delta", thinking="hm")
    again += STOP + start(1, type="text", text="") + delta(1, type="text_delta", text="42")
    again += start(2, **{**CALL, "input": {}})
    again += delta(2, type="input_json_delta", partial_json='{"x": 1}')
    reply = read(begun(content=content, stop_reason="tool_use") + again + END)
    assert (reply.text, reply.thinking) == ("42", "hm")
    assert [it for it in reply.content if isinstance(it, ToolUse)] == [
        ToolUse("toolu_1", "time", {"x": 1})
    ]
    alone = read(begun(content=[CALL], stop_reason="tool_use") + again + END)
    assert [type(it) for it in alone.content] == [ToolUse]
    short = begun(content="42", stop_reason="end_turn") + delta(0, type="text_delta", text="42")
    assert read(short + STOP + END).text == "42"


@PROPERTY
@given(st.text("-#ha. \n", max_size=9), st.lists(st.text("-#ha. \n"), max_size=4))
def test_a_text_that_repeats_what_its_start_has_is_more_of_it(first: str, more: list[str]) -> None:
    deltas = b"".join(delta(0, type="text_delta", text=it) for it in more)
    stream = START + start(0, type="text", text=first) + deltas + STOP + END
    assert read(stream).text == first + "".join(more)


def test_dashes_that_come_again_are_more_of_them() -> None:
    dashes = delta(0, type="text_delta", text="-" * 8)
    whole = START + start(0, type="text", text="-" * 8) + 3 * dashes + STOP + END
    assert read(whole).text == "-" * 32


def test_an_end_in_mid_answer_is_none() -> None:
    more = b"data: [DONE]\n\n" + delta(0, type="text_delta", text=" and no")
    result = ask(Fault(sse=START + YES + more + END, clean=True))
    assert (result.code, result.out) == (0, "Yes and no\n")


@pytest.mark.parametrize("error", [0, "0", "success", "none", {"code": 0, "message": ""}])
def test_a_whole_message_that_names_no_error_has_none(error: Any) -> None:
    body = json.dumps({**MESSAGE, "error": error}).encode()
    result = ask(Fault(status=200, body=body), "--no-stream")
    assert (result.code, result.out, result.err) == (0, "It is 42.\n", "")


WORDLESS = ["1732645000", '["ping"]', "hb: 3", '{"cost":1}', '{"x_groq":{"id":"r"}}', "2026-11-26"]
WORDS = ['{"message":"still queueing"}', "connected", '{"detail_code":5,"state":"begun"}']


@pytest.mark.slow
@pytest.mark.parametrize("data", [*WORDLESS, *WORDS])
def test_what_is_no_event_is_passed_over_wherever_it_comes(data: str) -> None:
    sign = f"data: {data}\n\n".encode()
    stream = sign + START + sign + YES + sign + STOP + sign + END
    result = ask(Fault(sse=stream, clean=True), "-v")
    assert (result.code, result.out, result.slept) == (0, "Yes\n", [])
    assert "passed over, for it is no event: " in result.err
    quiet = ask(Fault(sse=stream, clean=True))
    assert (quiet.code, quiet.out, quiet.err) == (0, "Yes\n", "")


@pytest.mark.slow
@pytest.mark.parametrize("stalls", [False, True])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("gateway busy", "gateway busy"),
        ('{"message":"upstream died"}', "upstream died"),
        (f'"no credit for {KEY}"', '"no credit for '),
        ('{"status":"failed"}', '{"status": "failed"}'),
    ],
)
def test_what_may_be_an_error_says_why_a_stream_ended(data: str, said: str, stalls: bool) -> None:
    sign = f"data: {data}\n\ndata: 5\n\n".encode()
    body = START + YES + sign
    fault = Fault(sse=body, stall_at=len(body)) if stalls else Fault(sse=body, clean=True)
    with Simulator(faults=[fault]) as simulator:
        limits = Limits(idle=0.2)
        result = mimo("ask", "hi", environ=environ_for(simulator), limits=limits)
    assert (result.code, result.out) == (9, "Yes\n")
    assert f", after the server sent: {said}" in result.err
    assert KEY not in result.err
    early = ask(Fault(sse=sign, clean=True, times=None), "--retries", "0")
    assert (early.code, early.out) == (8, "")
    assert f"it sent: {said}" in early.err


BUSY = json.dumps({"type": "error", "error": {"type": "overloaded_error", "message": "busy"}})
PAGE = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n</body></html>\r\n"


@pytest.mark.slow
@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("begun", [START + YES, START, b": ping\n\n"])
@pytest.mark.parametrize(
    ("stray", "said"),
    [
        (BUSY, "(529): busy"),
        (f"\n{BUSY}\n\n", "(529): busy"),
        (json.dumps(json.loads(BUSY), indent=2), "(529): busy"),
        ('{"error":{"message":"upstream died"}}', "the server reported an error: upstream died"),
        ('error: {"code":500,"message":"out of memory"}', "out of memory"),
        ('error: {"code":500,"message":"out of memory"}\n\n', "out of memory"),
        (PAGE, ', after the server sent: "502 Bad Gateway"'),
        ("<html><body></body></html>", ", after the server sent: a web page"),
        (f'{{"odd": "{KEY}"}}', ', after the server sent: {"odd": "'),
    ],
)
def test_an_error_that_is_no_event_says_why_a_stream_ended(
    stray: str, said: str, begun: bytes, cut: bool
) -> None:
    body = begun + stray.encode()
    fault = Fault(sse=body, clean=not cut, cut_at=len(body) if cut else None, times=None)
    result = ask(fault, "--retries", "0")
    has_text = YES in begun
    assert (result.code, result.out) == ((9, "Yes\n") if has_text else (8, ""))
    assert said in result.err
    assert KEY not in result.err


@pytest.mark.parametrize("data", [{"type": "ping"}, json.dumps({"type": "ping"})])
def test_a_wrapped_ping_is_no_reason_of_a_cut(data: Any) -> None:
    ping = b"data: %b\n\n" % json.dumps({"event": "ping", "data": data}).encode()
    cut = ask(Fault(sse=START + ping + YES + ping, clean=True, times=None), "--retries", "0")
    assert (cut.code, cut.out) == (9, "Yes\n")
    assert "after the server sent" not in cut.err


def test_a_page_or_json_among_the_events_of_a_whole_answer_is_told_at_most() -> None:
    stray = f"{BUSY}\n{PAGE}\n".encode()
    result = ask(Fault(sse=START + YES + stray + STOP + END, clean=True))
    told = 'mimo: warning: the server sent among the answer: "502 Bad Gateway"\n'
    assert (result.code, result.out, result.err) == (0, "Yes\n", told)
    wordless = ask(Fault(sse=START + YES + b'{"a": 1}\n' + STOP + END, clean=True))
    assert (wordless.code, wordless.out, wordless.err) == (0, "Yes\n", "")


CHUNK = {"id": "c", "object": "chat.completion.chunk"}


def bare(body: dict[str, Any]) -> bytes:
    """An object as an event without a name."""
    return f"data: {json.dumps(body)}\n\n".encode()


@pytest.mark.parametrize(
    "choices", [[], None, [{"index": 0, "delta": {"role": "assistant", "content": ""}}]]
)
def test_a_chunk_of_nothing_of_openais_is_a_sign_of_life(choices: Any) -> None:
    life = bare({**CHUNK, "choices": choices})
    result = ask(Fault(sse=life + START + life + YES + life + STOP + life + END, clean=True))
    assert (result.code, result.out, result.err) == (0, "Yes\n", "")
    alone = ask(Fault(sse=life, clean=True, times=None))
    assert (alone.code, alone.out, alone.slept) == (8, "", [])
    assert "this is an OpenAI-style reply" in alone.err


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({**CHUNK, "choices": [{"finish_reason": "error", "error": {"message": "no"}}]}, ": no\n"),
        ({**CHUNK, "choices": [{"delta": {}, "finish_reason": "error"}]}, "reported an error\n"),
        ({**CHUNK, "choices": [], "error": {"code": 502, "message": "no"}}, "(502): no\n"),
        ({"type": "response.failed", "response": {"error": {"message": "no"}}}, ": no\n"),
    ],
)
def test_an_error_in_openais_form_behind_half_an_answer_is_told(
    odd: dict[str, Any], said: str
) -> None:
    result = ask(Fault(sse=START + YES + bare(odd), clean=True, times=None))
    assert (result.code, result.out) == (9, "Yes\n")
    assert said in result.err
    assert "Messages protocol" not in result.err


@pytest.mark.parametrize(
    "odd",
    [
        f"data: {PAGE.replace(chr(13) + chr(10), '')}",
        "".join(f"data: {line}\n" for line in PAGE.split("\r\n")),
        f"event: message\ndata: {json.dumps(PAGE)}",
        "data: <!DOCTYPE html><html><title>502 Bad Gateway</title>",
    ],
)
def test_a_page_as_the_data_of_an_event_is_told_by_its_title(odd: str) -> None:
    page = f"{odd}\n\n".encode()
    result = ask(Fault(sse=START + YES + page + STOP + END, clean=True))
    told = 'mimo: warning: the server sent among the answer: "502 Bad Gateway"\n'
    assert (result.code, result.out, result.err) == (0, "Yes\n", told)
    alone = ask(Fault(sse=page, clean=True, times=None), "--retries", "0")
    assert (alone.code, alone.out) == (8, "")
    assert 'it sent: "502 Bad Gateway"' in alone.err
    assert "<" not in alone.err


@pytest.mark.parametrize("data", [PAGE, json.dumps({"message": f"Upstream said: {PAGE}"})])
def test_a_page_as_the_words_of_an_error_is_told_by_its_title(data: str) -> None:
    error = "event: error\n" + "".join(f"data: {line}\n" for line in data.split("\r\n")) + "\n"
    result = ask(Fault(sse=START + YES + error.encode(), clean=True, times=None))
    assert (result.code, result.out) == (9, "Yes\n")
    assert '"502 Bad Gateway"\n' in result.err
    assert "<" not in result.err


FAILURES = [
    ("data: upstream timed out\n\n", "upstream timed out"),
    ('data: {"data": {"error": {"message": "gone"}}}\n\n', "gone"),
    ('{"error": {"message": "quota exceeded"}}\n', "quota exceeded"),
    ('data: {"failed": true}\n\ndata: connected\n\n', '{"failed": true}'),
    ('data: {"code": 500}\n\n', '{"code": 500}'),
    ("data: 服务器错误\n\n", "服务器错误"),
    (PAGE, '"502 Bad Gateway"'),
    (f"data: denied for {KEY}\n\n", "denied for "),
]


@pytest.mark.slow
@pytest.mark.parametrize(("odd", "said"), FAILURES)
def test_an_errors_words_within_a_whole_answer_are_told(odd: str, said: str) -> None:
    result = ask(Fault(sse=START + YES + odd.encode() + STOP + END, clean=True))
    assert (result.code, result.out) == (0, "Yes\n")
    assert f"mimo: warning: the server sent among the answer: {said}" in result.err
    empty = ask(Fault(sse=START + odd.encode() + END, clean=True, times=None), "--retries", "0")
    assert (empty.code, empty.out) == (8, "")
    assert f"the answer has no text, after the server sent: {said}" in empty.err
    assert KEY not in result.err + empty.err


HARMLESS = [
    "connected, no queue",
    '{"cost":"0.0004 credits","balance":5}',
    '{"x_cache":"not cached"}',
    '{"request":"req 404 abc"}',
    '{"preferred":"x","status":"routed","limit":"no limit"}',
    '{"message":"no credit left"}',
    '{"errors":[],"error_code":"0","detail":{"provider":"x"}}',
]


def test_what_hardly_tells_of_an_error_is_no_warning() -> None:
    odd = "".join(f"data: {it}\n\n" for it in HARMLESS).encode()
    result = ask(Fault(sse=START + odd + YES + odd + STOP + END, clean=True))
    assert (result.code, result.out, result.err) == (0, "Yes\n", "")


@pytest.mark.parametrize("name", ["exception", "failure", "failed"])
@pytest.mark.parametrize(
    "data", ["out of memory", '"out of memory"', '{"reason": "out of memory"}']
)
def test_an_event_that_is_named_after_a_failure_is_an_error(name: str, data: str) -> None:
    odd = f"event: {name}\ndata: {data}\n\n".encode()
    result = ask(Fault(sse=START + YES + odd + STOP + END, clean=True, times=None))
    assert (result.code, result.out) == (9, "Yes\n")
    assert "the server reported an error: out of memory" in result.err


@pytest.mark.parametrize("ending", [b"event: error\ndata:\n\n", b"event: error\n\n"])
def test_an_error_without_a_word_is_one(ending: bytes) -> None:
    result = ask(Fault(sse=START + YES + ending + STOP + END, clean=True, times=None))
    assert (result.code, result.out) == (9, "Yes\n")
    assert result.err.startswith("mimo: the answer is incomplete: the server reported an error\n")


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("size", [(), 7])
def test_events_without_blank_lines_are_read(named: bool, size: Any) -> None:
    body = written(STREAM, named=named).replace(b"\n\n", b"\n")
    result = ask(Fault(sse=body, clean=True, pieces=size), "--json")
    assert (result.code, result.json["text"], result.json["stop_reason"]) == (
        *(0, "It is 42.", "end_turn"),
    )


def written_in(encoding: str, *texts: str) -> bytes:
    """A stream whose deltas are not ASCII."""
    bodies = [
        json.dumps(
            {"type": "content_block_delta", "index": 0, "delta": {"text": text}},
            ensure_ascii=False,
        )
        for text in texts
    ]
    return START + b"".join(f"data: {it}\n\n".encode(encoding) for it in bodies) + END


ODD_CHARSETS = ("no-such", "base64", "undefined", "unicode_escape", "cp037", "a/../b", "idna")
"""Names that are no encoding of texts, or of none in which ASCII is what it is."""


@pytest.mark.parametrize(
    ("declared", "encoding", "texts"),
    [
        ("gbk", "gbk", ["你好", "，世界"]),
        ("GB2312", "gbk", ["联", "的"]),
        ("iso-8859-1", "latin-1", ["caf", "é "]),
        ("windows-1251", "cp1251", ["При", "вет"]),
        ("shift_jis", "shift_jis", ["表示", "ソ"]),
        ("gbk", "utf-8", ["你好", "é"]),  # declared in error
        ("iso-8859-1", "utf-8", ["你", "é"]),
        ("windows-1252", "utf-8", ["é", "“naïve”"]),
        ("us-ascii", "utf-8", ["é"]),
        *((name, "utf-8", ["é"]) for name in ODD_CHARSETS),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_stream_is_read_by_its_charset(
    declared: str, encoding: str, texts: list[str], size: int
) -> None:
    data = written_in(encoding, *texts)
    decoder = StreamDecoder(declared.lower())
    parts = (data[at : at + size] for at in range(0, len(data), size))
    assert assembled([it for part in parts for it in decoder.feed(part)]).text == "".join(texts)


def test_the_charset_is_the_one_that_the_head_declares() -> None:
    headers = (("Content-Type", 'text/event-stream; Charset="GBK"'),)
    result = ask(Fault(sse=written_in("gbk", "联", "的"), headers=headers, clean=True))
    assert (result.code, result.out) == (0, "联的\n")


def read_of(declared: str, *parts: bytes) -> str:
    """What a stream says in which the bytes of each delta's text are these."""
    data = written_in("ascii", *(f"({i})" for i in range(len(parts))))
    for i, part in enumerate(parts):
        data = data.replace(b"(%d)" % i, part)
    return assembled(list(StreamDecoder(declared).feed(data))).text


@pytest.mark.parametrize("declared", ["", "gbk", "iso-8859-1", "windows-1251", "shift_jis"])
@pytest.mark.parametrize("text", ["你好世界", "こんにちは", "😀😀😀😀", "안녕하세요"])
@pytest.mark.parametrize("cut", [1, 2, 3])
def test_utf8_that_is_cut_between_bytes_is_utf8_all_the_same(
    declared: str, text: str, cut: int
) -> None:
    parts = text.encode()[:-cut], text.encode()[-cut:], "é".encode()
    assert read_of(declared, *parts) == "".join(it.decode("utf-8", "replace") for it in parts)


@pytest.mark.parametrize("declared", ["", *ODD_CHARSETS])
@pytest.mark.parametrize(
    "part", ["你好，世界，今天天气很好".encode("gbk"), "été déjà".encode("latin-1"), b"\xff\xa0"]
)
def test_no_encoding_is_guessed_that_nobody_declares(declared: str, part: bytes) -> None:
    assert read_of(declared, part) == part.decode("utf-8", "replace")


def test_a_declared_encoding_is_for_the_events_that_are_no_utf8() -> None:
    parts = "你好".encode(), b"\xe5\xa5", "世界".encode("gbk"), "你".encode("gbk")
    assert read_of("gbk", *parts) == "你好\N{REPLACEMENT CHARACTER}世界你"
    assert read_of("iso-8859-1", "é".encode(), "caf\xe9".encode("latin-1")) == "écafé"


def test_what_is_damaged_does_not_make_the_rest_of_another_encoding() -> None:
    data = written_in("utf-8", "你好", "好的", "联").replace("好的".encode(), b"\xe5\xa5")
    assert assembled(list(StreamDecoder().feed(data))).text == "你好\N{REPLACEMENT CHARACTER}联"


def test_text_of_every_shape_is_shown_in_the_order_it_came() -> None:
    shapes: list[dict[str, Any]] = [
        {"delta": [{"type": "text_delta", "text": "A"}]},
        {"delta": {"type": "output_text_delta", "text": "B"}},
        {"delta": {"type": "text_delta", "text": None, "content": "C"}},
        {"index": 7, "delta": {"type": "text_delta", "text": "D"}},
    ]
    bodies = [{"type": "content_block_delta", "index": 0, **it} for it in shapes]
    words = (b"data: keepalive\n\n", b'data: {"status":"processing"}\n\n')
    stream = START + YES + b"".join(map(event, bodies)) + b"".join(words)
    fault = Fault(sse=stream + delta(7, type="text_delta", text="E") + END, clean=True, times=2)
    with Simulator(faults=[fault]) as simulator:
        shown, kept = (
            mimo("ask", *it, "hi", environ=environ_for(simulator)) for it in ([], ["--json"])
        )
    assert (shown.code, shown.out, shown.err) == (0, "YesABCDE\n", "")
    assert kept.json["text"] == "YesABCDE"


@pytest.mark.slow
def test_what_the_server_searched_is_kept_and_not_sent_to_another_model(tmp_path: Path) -> None:
    search = start(0, type="server_tool_use", id="s", name="web_search", input={})
    query = delta(0, type="input_json_delta", partial_json='{"query":"MiMo"}')
    found = start(1, type="web_search_tool_result", tool_use_id="s", content=[{"url": "u"}])
    text = start(2, type="text", text="") + delta(2, type="text_delta", text="Yes")
    source = delta(2, type="citations_delta", citation={"url": "u"})
    environ = {"MIMO_HISTORY": "true", "MIMO_DATA": str(tmp_path)}
    fault = Fault(sse=START + search + query + STOP + found + text + source + END, clean=True)
    with Simulator(faults=[fault]) as simulator:
        both = environ_for(simulator, **environ)
        result = mimo("ask", "--json", "hi", environ=both)
        blocks = [
            {
                "type": "server_tool_use",
                "id": "s",
                "name": "web_search",
                "input": {"query": "MiMo"},
            },
            {
                "type": "web_search_tool_result",
                "tool_use_id": "s",
                "content": [{"url": "u"}],
            },
            {"type": "text", "text": "Yes", "citations": [{"url": "u"}]},
        ]
        assert (result.code, result.json["content"]) == (0, blocks)
        mimo("ask", "-c", "and", environ=both)
        mimo("ask", "-c", "-m", "mimo-v2.6-flash", "and", environ=both)
        sent = [json.loads(request.body)["messages"][1] for request in simulator.requests[1:]]
    plain = [{"type": "text", "text": "Yes"}]
    assert [message["content"] for message in sent] == [blocks, plain]


@pytest.mark.parametrize("kind", ["server_tool_use", "mcp_tool_use"])
@pytest.mark.parametrize("begun", [{"input": {}}, {"input": '{"a":'}])
def test_what_is_no_input_is_never_sent_back_as_one(
    tmp_path: Path, kind: str, begun: dict[str, Any]
) -> None:
    call = start(0, type=kind, id="s", name="web_search", **begun)
    if not begun["input"]:
        call += delta(0, type="input_json_delta", partial_json='{"a":')
    holo = start(1, type="holo", n=1) + delta(1, type="holo_delta", n=2)
    text = start(2, type="text", text="") + delta(2, type="text_delta", text="Yes")
    environ = {"MIMO_HISTORY": "true", "MIMO_DATA": str(tmp_path)}
    with Simulator(faults=[Fault(sse=START + call + holo + text + END, clean=True)]) as simulator:
        both = environ_for(simulator, **environ)
        result = mimo("ask", "--json", "hi", environ=both)
        mimo("ask", "-c", "and", environ=both)
        sent = json.loads(simulator.requests[-1].body)["messages"][1]["content"]
    came, other, _ = result.json["content"]
    assert (result.code, came["input"], came["broken_input"]) == (0, {}, '{"a":')
    assert other == {"type": "holo", "n": 2, "unmerged_deltas": [{"type": "holo_delta", "n": 2}]}
    assert "its own tool web_search with an input that is not right: it is not" in result.err
    assert sent[:2] == [
        {"type": kind, "id": "s", "name": "web_search", "input": {}},
        {"type": "holo", "n": 2},
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "code"), [(400, 10), (401, 4), (402, 6), (429, 5), (500, 8), (200, 10)]
)
@pytest.mark.parametrize("prefix", ["data:", "data: ", "event: error\ndata: "])
def test_an_error_behind_an_sse_prefix_is_read(status: int, code: int, prefix: str) -> None:
    error = {"code": "400", "message": "Param Incorrect", "param": "too hot", "type": ""}
    body = f"{prefix}{json.dumps({'error': error})}\n\n".encode()
    result = ask(Fault(status=status, body=body, times=None), "--retries", "0")
    assert result.code == code
    assert "Param Incorrect: too hot\n" in result.err
    assert "{" not in result.err


@pytest.mark.parametrize("prefix", ["", "data: "])
@pytest.mark.parametrize(("status", "code"), [(402, 6), (200, 8), (500, 8)])
def test_an_error_without_its_wrapper_is_read(status: int, code: int, prefix: str) -> None:
    error = {"type": "server_error", "message": "Upstream request failed"}
    body = (prefix + json.dumps(error) + "\n\n").encode()
    result = ask(Fault(status=status, body=body, times=None), "--retries", "0")
    assert result.code == code
    assert ": Upstream request failed\n" in result.err


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, br", "BR"])
@pytest.mark.parametrize("command", ["ask", "models"])
@pytest.mark.parametrize(
    "body",
    [
        b"\x1b\x03\x00\xf8\xa5[\x82",
        b"[\xff\x7b\x02\x80\xaa\xaa\xaa",  # as brotli begins where it packs 100 kB
        b"{\x9c\x03",
        b"<a\x01\x80",
        b":\x00\x01\x80\x03\x04\x05\x06\x07",
    ],
)
def test_a_compression_that_was_not_asked_for_is_named(
    encoding: str, command: str, body: bytes
) -> None:
    headers = (("Content-Encoding", encoding), ("Content-Type", "text/event-stream"))
    if encoding.startswith("gzip"):
        pytest.skip("gzip is undone by httpx")
    fault = Fault(status=200, headers=headers, body=body, times=None)
    with Simulator(faults=[fault]) as simulator:
        args = ("ask", "hi") if command == "ask" else ("models", "--remote")
        result = mimo(*args, environ=environ_for(simulator))
    name = encoding.lower()
    assert (result.code, result.slept) == (8, [])
    assert f"it is compressed ({name}), which was not asked for" in result.err


def test_a_compression_that_shows_late_is_named() -> None:
    body = b"[" + b"1," * 200 + b"\x03\xff"
    fault = Fault(status=200, headers=(("Content-Encoding", "br"),), body=body, times=None)
    result = ask(fault)
    assert (result.code, result.slept) == (8, [])
    assert "it is compressed (br), which was not asked for" in result.err


@pytest.mark.parametrize("command", ["ask", "models"])
@pytest.mark.parametrize(
    ("beginning", "name"), [(b"\x28\xb5\x2f\xfd", "zstd"), (b"\x1f\x8b", "gzip")]
)
def test_a_compression_that_no_header_names_is_known_by_its_beginning(
    beginning: bytes, name: str, command: str
) -> None:
    fault = Fault(status=200, body=beginning + b"\x24\x05\x29\x00\x00", times=None)
    with Simulator(faults=[fault]) as simulator:
        args = ("ask", "hi") if command == "ask" else ("models", "--remote")
        result = mimo(*args, environ=environ_for(simulator))
    assert (result.code, result.slept) == (8, [])
    assert f"it is compressed ({name}), which was not asked for" in result.err


@pytest.mark.slow
@pytest.mark.parametrize(("status", "code"), [(400, 10), (401, 4), (404, 10), (429, 5), (500, 8)])
@pytest.mark.parametrize("body", [b"[\x03\x00", b"\x1b\x03\x00\xf8\xa5[\x82", b""])
def test_a_refusal_that_is_compressed_says_so(status: int, code: int, body: bytes) -> None:
    headers = (("Content-Encoding", "br"),)
    fault = Fault(status=status, headers=headers, body=body, times=None)
    result = ask(fault, "--retries", "0")
    assert result.code == code
    assert (": the reply is compressed (br), which was not asked for\n" in result.err) is bool(body)


def test_a_start_and_pings_alone_are_no_answer() -> None:
    result = ask(
        Fault(sse=START + event({"type": "ping"}), clean=True, times=None), "--retries", "0"
    )
    assert (result.code, result.err) == (8, "mimo: empty response: the server sent no answer\n")


def test_a_gateway_that_hands_on_the_header_alone_is_read() -> None:
    headers = (("Content-Encoding", "br"),)
    fault = Fault(sse=START + YES + STOP + END, headers=headers, clean=True)
    assert ask(fault).out == "Yes\n"


ELSEWHERE = "http://127.0.0.1"


@pytest.mark.slow
@pytest.mark.parametrize("status", [401, 402, 403, 404, 413, 429])
def test_another_server_gets_no_advice_of_mimos(status: int) -> None:
    body = json.dumps({"error": {"message": "no such model: your quota is used up"}}).encode()
    result = ask(Fault(status=status, body=body, times=None), "-m", "llama", "--retries", "0")
    assert "xiaomimimo" not in result.err
    assert "mimo-v2" not in result.err
    assert "32 MB" not in result.err


def test_a_model_that_another_server_lacks_is_compared_with_its_own_list(tmp_path: Path) -> None:
    models = {"data": [{"id": "qwen3-coder"}, {"id": "deepseek-v4"}]}
    refused = {"error": {"message": "model not found"}}
    faults = [
        Fault(status=200, body=json.dumps(models).encode()),
        Fault(status=404, body=json.dumps(refused).encode()),
        Fault(status=404, body=json.dumps(refused).encode()),
    ]
    with Simulator(faults=faults) as simulator:
        environ = environ_for(simulator, XDG_CACHE_HOME=str(tmp_path), HOME=str(tmp_path))
        assert mimo("models", "--remote", environ=environ).code == 0
        near = mimo("ask", "-m", "qwen3-code", "hi", environ=environ)
        far = mimo("ask", "-m", "zzz", "hi", environ=environ)
    assert "  Did you mean -m qwen3-coder?\n" in near.err
    assert "  The server has qwen3-coder, deepseek-v4.\n" in far.err


LONG = "Traceback " + "x" * 390


@pytest.mark.parametrize(("args", "whole"), [((), True), (("-v",), True)])
def test_a_long_error_is_whole_where_nobody_watches(args: tuple[str, ...], whole: bool) -> None:
    body = json.dumps({"error": {"message": LONG}}).encode()
    result = ask(Fault(status=400, body=body), *args)
    assert (LONG in result.err) is whole
    assert KEY not in result.err
