from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimo_cli.api.protocol import decode
from mimo_cli.api.protocol.assembly import Assembly
from mimo_cli.api.protocol.decode import decode_message
from mimo_cli.api.protocol.encode import encode_block
from mimo_cli.api.protocol.messages import (
    NO_INDEX,
    Block,
    BlockStart,
    BlockStop,
    Event,
    InputJsonDelta,
    MessageDelta,
    MessageStart,
    MessageStop,
    OtherBlock,
    OtherDelta,
    Ping,
    Reply,
    Retrying,
    SignatureDelta,
    Silence,
    StreamItem,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    ToolUse,
    Usage,
)
from mimo_cli.api.protocol.stream import StreamDecoder
from mimo_cli.api.replies.finished import calls, reply_check
from mimo_cli.errors import IncompleteError, ServerError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

PROPERTY = settings(deadline=None, derandomize=True, max_examples=60)
TOOL = ToolUse("t", "weather", {})


def assembled(events: Iterable[StreamItem]) -> Reply:
    assembly = Assembly()
    assembly.add(events)
    return assembly.reply()


def test_a_whole_answer_is_put_together() -> None:
    reply = assembled(
        [
            MessageStart("i", "m", Usage(9, 1)),
            Ping(),
            BlockStart(0, Thinking("")),
            ThinkingDelta(0, "let me "),
            ThinkingDelta(0, "see"),
            SignatureDelta(0, "ab"),
            SignatureDelta(0, "cd"),
            BlockStop(0),
            BlockStart(1, Text("")),
            TextDelta(1, "Hel"),
            Silence(45, 90),
            TextDelta(1, "lo"),
            BlockStop(1),
            BlockStart(2, TOOL),
            InputJsonDelta(2, '{"city": '),
            InputJsonDelta(2, '"Wuhan"}'),
            BlockStop(2),
            BlockStart(3, OtherBlock({"type": "redacted_thinking", "data": "x"})),
            BlockStop(3),
            MessageDelta("tool_use", "END", Usage(None, 5, 2)),
            MessageStop(),
        ]
    )
    assert reply == Reply(
        model="m",
        id="i",
        content=(
            Thinking("let me see", "abcd"),
            Text("Hello"),
            ToolUse("t", "weather", {"city": "Wuhan"}),
            OtherBlock({"type": "redacted_thinking", "data": "x"}),
        ),
        stop_reason="tool_use",
        stop_sequence="END",
        usage=Usage(9, 5, 2),
        is_over=True,
    )
    assert (reply.text, reply.thinking) == ("Hello", "let me see")


@pytest.mark.parametrize(
    ("events", "content"),
    [
        pytest.param([], (), id="nothing"),
        pytest.param([BlockStart(0, Text(""))], (), id="an empty text is no block"),
        pytest.param([TextDelta(0, "a")], (Text("a"),), id="delta before start"),
        pytest.param(
            [TextDelta(0, "a"), BlockStart(0, Text("")), TextDelta(0, "b")],
            (Text("ab"),),
            id="start after the first delta",
        ),
        pytest.param(
            [InputJsonDelta(0, '{"a":1}'), BlockStart(0, TOOL), BlockStop(0)],
            (ToolUse("t", "weather", {"a": 1}),),
            id="a tool's start after its input still names it",
        ),
        pytest.param(
            [
                BlockStart(0, Text("")),
                TextDelta(0, "a"),
                BlockStart(0, Text("")),
                TextDelta(0, "b"),
            ],
            (Text("ab"),),
            id="duplicate start",
        ),
        pytest.param([BlockStop(7), TextDelta(0, "a")], (Text("a"),), id="stop of no block"),
        pytest.param(
            [TextDelta(0, "a"), BlockStop(0), BlockStop(0), TextDelta(0, "b")],
            (Text("a"), Text("b")),
            id="text after a stop opens a new block",
        ),
        pytest.param(
            [ThinkingDelta(0, "a"), SignatureDelta(0, "s"), ThinkingDelta(0, "b")],
            (Thinking("ab", "s"),),
            id="thinking and signature interleaved",
        ),
        pytest.param(
            [ThinkingDelta(0, "a"), TextDelta(0, "b")],
            (Thinking("a"), Text("b")),
            id="two kinds under one index",
        ),
        pytest.param(
            [TextDelta(1, "b"), TextDelta(0, "a"), TextDelta(1, "c")],
            (Text("bc"), Text("a")),
            id="blocks interleaved, in the order they began",
        ),
        pytest.param(
            [delta for n in range(20) for delta in (TextDelta(0, f"a{n}"), TextDelta(1, " "))],
            (Text("".join(f"a{n}" for n in range(20))), Text(" " * 20)),
            id="two blocks that grow in turn",
        ),
        pytest.param(
            [BlockStart(0, TOOL), InputJsonDelta(0, '{"a":1}')],
            (ToolUse("t", "weather", {"a": 1}),),
            id="a tool without its stop",
        ),
        pytest.param(
            [BlockStart(0, TOOL), InputJsonDelta(0, '{"a":')],
            (ToolUse("t", "weather", {}, '{"a":'),),
            id="a tool that broke off",
        ),
        pytest.param(
            [
                BlockStart(0, TOOL),
                InputJsonDelta(0, '{"a":1}'),
                BlockStart(0, ToolUse("u", "clock", {})),
                InputJsonDelta(0, '{"b":2}'),
            ],
            (ToolUse("t", "weather", {"a": 1}), ToolUse("u", "clock", {"b": 2})),
            id="a second tool under the same index",
        ),
        pytest.param(
            [
                BlockStart(0, OtherBlock({"type": "server_tool_use", "id": "s", "input": {}})),
                InputJsonDelta(0, '{"query":'),
                InputJsonDelta(0, '"MiMo"}'),
                BlockStop(0),
                BlockStart(1, Text("")),
                TextDelta(1, "x"),
                OtherDelta(1, {"type": "citations_delta", "citation": {"url": "u"}}),
            ],
            (
                OtherBlock({"type": "server_tool_use", "id": "s", "input": {"query": "MiMo"}}),
                Text("x", ({"url": "u"},)),
            ),
            id="a search by the server itself, with its source",
        ),
        pytest.param(
            [
                BlockStart(
                    0, OtherBlock({"type": "new", "text": "a", "list": [1], "map": {"a": 1}})
                ),
                OtherDelta(0, {"type": "new_delta", "text": "b", "list": [2], "map": {"b": 2}}),
                OtherDelta(0, {"type": "new_delta", "text": None, "more": 5}),
                SignatureDelta(0, "s"),
            ],
            (
                OtherBlock(
                    {
                        "type": "new",
                        "text": "ab",
                        "list": [1, 2],
                        "map": {"a": 1, "b": 2},
                        "more": 5,
                        "signature": "s",
                    }
                ),
            ),
            id="a block of no known type keeps all that came for it",
        ),
        pytest.param(
            [
                ThinkingDelta(0, "hm"),
                BlockStop(0),
                BlockStart(1, Text("")),
                TextDelta(1, "x"),
                SignatureDelta(1, "late"),
            ],
            (Thinking("hm", "late"), Text("x")),
            id="a signature after its block",
        ),
        pytest.param(
            [BlockStart(0, TOOL), BlockStop(0)],
            (ToolUse("t", "weather", {}),),
            id="a tool without input",
        ),
        pytest.param(
            [BlockStart(0, Thinking("")), SignatureDelta(0, "")],
            (Thinking("", ""),),
            id="an empty signature is one",
        ),
    ],
)
def test_the_order_of_events_is_not_trusted(
    events: list[StreamItem], content: tuple[Block, ...]
) -> None:
    assert assembled(events)._replace(is_call_whole=False) == Reply(content=content)


@pytest.mark.parametrize(
    ("events", "is_whole"),
    [
        ([BlockStart(0, TOOL)], False),
        ([BlockStart(0, TOOL), InputJsonDelta(0, "")], False),
        ([BlockStart(0, TOOL), InputJsonDelta(0, "{}")], True),
        ([BlockStart(0, TOOL), BlockStop(0)], False),
        ([BlockStart(0, TOOL), BlockStop(0), BlockStart(1, TOOL)], False),
        ([BlockStart(0, TOOL), BlockStop(0), MessageDelta("max_tokens", None, Usage())], False),
        ([BlockStart(0, TOOL), InputJsonDelta(0, "{}"), BlockStop(0)], True),
        ([BlockStart(0, TOOL), InputJsonDelta(0, '{"a"'), BlockStop(0)], False),
    ],
)
def test_a_call_without_input_before_a_cut_is_whole_if_it_was_said_so(
    events: list[StreamItem], is_whole: bool
) -> None:
    reply = assembled(events)
    found = calls.call_problem(reply.calls[-1], reply, [TOOL.name])
    assert found == (None if is_whole else "broken_input")


def test_a_second_message_start_changes_nothing_but_usage() -> None:
    reply = assembled(
        [MessageStart("a", "m", Usage(1, 2)), MessageStart("b", "n", Usage(3))],
    )
    assert reply == Reply("m", "a", usage=Usage(3, 2))


@pytest.mark.parametrize(
    ("later", "usage"),
    [
        (Usage(0, 7, 0, 0), Usage(11, 7, 40, 3)),
        (Usage(0, 0, 0, 0), Usage(11, 1, 40, 3)),
        (Usage(12, 7, 41, 4), Usage(12, 7, 41, 4)),
    ],
)
def test_a_count_that_is_0_later_takes_back_none(later: Usage, usage: Usage) -> None:
    start = MessageStart("a", "m", Usage(11, 1, 40, 3))
    assert assembled([start, MessageDelta("end_turn", None, later)]).usage == usage
    nothing = MessageStart("a", "m", Usage(None, 0))
    assert assembled([nothing, MessageDelta("end_turn", None, Usage(0))]).usage == Usage(0, 0)


def test_a_later_delta_without_a_reason_does_not_undo_one() -> None:
    reply = assembled(
        [MessageDelta("end_turn", "X", Usage()), MessageDelta(None, None, Usage(1, 2))]
    )
    assert reply == Reply(stop_reason="end_turn", stop_sequence="X", usage=Usage(1, 2))


def test_a_retry_voids_what_came_before() -> None:
    before: list[StreamItem] = [
        MessageStart("a", "m", Usage(1)),
        TextDelta(0, "old"),
        MessageDelta("end_turn", None, Usage()),
    ]
    assert assembled([*before, Retrying(Phrase("busy"), 1.0, 1), TextDelta(0, "new")]) == Reply(
        content=(Text("new"),)
    )


@pytest.mark.parametrize(
    "text",
    [
        *("{", "[]", "5", '"Rome"', "{} {}", '{"a":' * 2000, f'{{"a": [{"9" * 5000}]}}'),
        *(
            '{"a": 1e-400}',
            '{"a": [-0.05E-9999]}',
            '{"a": NaN}',
            '{"a": -Infinity}',
            '{"a": {"b": [1e999]}}',
            '{"a": -1e999}',
        ),
    ],
)
def test_a_tools_input_that_is_no_object_is_an_error_and_the_rest_is_kept(text: str) -> None:
    events: list[StreamItem] = [
        TextDelta(0, "kept"),
        BlockStart(1, TOOL),
        InputJsonDelta(1, text),
        BlockStop(1),
    ]
    reply = assembled([*events, MessageDelta("tool_use", None, Usage())])
    assert reply.content == (Text("kept"), ToolUse("t", "weather", {}, text))
    assert isinstance(reply_check.problem(reply), IncompleteError)
    assert isinstance(reply_check.problem(reply._replace(content=reply.content[1:])), ServerError)


def streamed(data: str) -> list[Event]:
    """What a stream of one event says."""
    return [*StreamDecoder().feed(f"data: {data}\n\n".encode())]


_CALL = '{"id": "t", "name": "weather", "input": INPUT, "type": '


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "1e-999", "9" * 5000])
@pytest.mark.parametrize(
    "form",
    [
        f'{{"type": "content_block_start", "index": 0, "content_block": {_CALL}"tool_use"}}}}',
        f'{{"type": "content_block_start", "index": 0, "content_block": {_CALL}null}}}}',
        f'{{"type": "message", "content": [{_CALL}"tool_use"}}], "stop_reason": "tool_use"}}',
    ],
)
def test_a_number_that_cannot_be_known_is_never_null_in_a_tools_input(
    form: str, number: str
) -> None:
    text = '{"city": ["\\u00e9", {"n": NUMBER}], "x": 1.5}'.replace("NUMBER", number)
    broken = (ToolUse("t", "weather", {}, text),)
    assert assembled(streamed(form.replace("INPUT", text))).content == broken
    for partial in (text, json.dumps(text)):
        more = f'{{"type": "content_block_delta", "delta": {{"partial_json": {partial}}}}}'
        events = [BlockStart(NO_INDEX, TOOL), *decode.events("", more)]
        assert assembled(events).content == broken


@pytest.mark.parametrize(
    ("begun", "deltas", "tool_input", "broken"),
    [
        ('{"a": 1}', ["{}"], {"a": 1}, ""),
        ('{"a": 1}', ["{", " }"], {"a": 1}, ""),
        ('{"a": 1}', ["null"], {"a": 1}, ""),
        ('{"a": 1}', ["{}", '{"a": 5}'], {"a": 5}, ""),
        ('{"a": NaN}', ['{"a"', ":5}"], {"a": 5}, ""),
        ('{"a": NaN}', ["{}"], {}, '{"a": NaN}'),
        ('{"a": NaN}', ['{"a":'], {}, '{"a": NaN}{"a":'),
        ("{}", ["{}"], {}, ""),
        ("{}", ['{"a": [0.0, -0e9, 0e-999, 5e-324]}'], {"a": [0.0, 0.0, 0.0, 5e-324]}, ""),
        ("{}", ['{"a": {}}'], {"a": {}}, ""),
    ],
)
def test_an_input_that_a_call_begins_with_and_its_deltas_are_one(
    begun: str, deltas: list[str], tool_input: dict[str, Any], broken: str
) -> None:
    start = f'{{"index": 0, "content_block": {_CALL.replace("INPUT", begun)}"tool_use"}}}}'
    events = [*decode.events("content_block_start", start)]
    events += [InputJsonDelta(0, delta) for delta in deltas]
    call = ToolUse("t", "weather", tool_input, broken)
    assert assembled(events).content == (call,)


def test_elsewhere_a_number_that_cannot_be_known_is_null() -> None:
    block = '{"type": "new", "input": [NaN]}'
    text = f'{{"type": "message", "content": [{block}], "usage": {{"input": 1e999}}}}'
    assert assembled(streamed(text)).content == (OtherBlock({"type": "new", "input": [None]}),)


def test_line_breaks_and_tabs_within_the_texts_of_a_tools_input_are_read() -> None:
    events: list[StreamItem] = [BlockStart(0, TOOL)]
    events += [InputJsonDelta(0, '{"a":"b\n\tc"}'), BlockStop(0)]
    assert assembled(events).content == (ToolUse("t", "weather", {"a": "b\n\tc"}),)


def test_a_tools_input_can_always_be_sent_again() -> None:
    reply = assembled([BlockStart(0, TOOL), InputJsonDelta(0, '{"a":"\\ud800"}'), BlockStop(0)])
    assert reply.content == (ToolUse("t", "weather", {"a": "\ufffd"}),)


def stream_of(content: list[dict[str, Any]], cuts: list[int]) -> bytes:
    """Blocks as a server streams them, their texts cut after every so many characters."""
    events: list[dict[str, Any]] = []
    for index, block in enumerate(content):
        kind = block["type"]
        empty = {**block, kind: ""}
        empty.pop("signature", None)
        events.append({"type": "content_block_start", "index": index, "content_block": empty})
        deltas = [(f"{kind}_delta", kind, block[kind])]
        if "signature" in block:
            deltas.append(("signature_delta", "signature", block["signature"]))
        for type_, field, text in deltas:
            bounds = [0, *sorted(cuts), len(text)]
            events += [
                {
                    "type": "content_block_delta",
                    "index": index,
                    "delta": {"type": type_, field: text[start:end]},
                }
                for start, end in itertools.pairwise(bounds)
            ]
        events.append({"type": "content_block_stop", "index": index})
    return b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events)


BLOCKS = st.lists(
    st.fixed_dictionaries({"type": st.just("text"), "text": st.text(min_size=1, max_size=20)})
    | st.fixed_dictionaries(
        {"type": st.just("thinking"), "thinking": st.text(max_size=20)},
        optional={"signature": st.text(max_size=20)},
    ),
    max_size=4,
)


@pytest.mark.untraced
@PROPERTY
@given(BLOCKS, st.lists(st.integers(0, 20), max_size=3))
def test_text_thinking_and_signatures_go_back_exactly_as_they_came(
    content: list[dict[str, Any]], cuts: list[int]
) -> None:
    decoder = StreamDecoder()
    streamed = assembled([*decoder.feed(stream_of(content, cuts)), *decoder.close()])
    whole = assembled(decode_message({"type": "message", "content": content}))
    assert [encode_block(block) for block in streamed.content] == content
    assert [encode_block(block) for block in whole.content] == content


@pytest.mark.slow
@pytest.mark.untraced
def test_a_hundred_thousand_deltas_are_one_text() -> None:
    reply = assembled(TextDelta(0, "x") for _ in range(100_000))
    assert reply == Reply(content=(Text("x" * 100_000),))
