"""The simulator's streams: their events, pace and framing."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from support.simulated import (
    MODEL,
    OFF,
    WEATHER,
    ask,
    asking,
    chunks,
    client,
    events,
    exchange,
    posted,
    streamed,
)

from mimo_cli.simulator import (
    PING,
    Answer,
    Fault,
    Framing,
    Simulator,
    TextBlock,
    TokenCounts,
    error_event,
    event,
    stream_events,
    tokenise,
)
from mimo_cli.simulator.protocol.responses import HttpResponse
from mimo_cli.simulator.steps import Close, Send, Wait, sending_steps

if TYPE_CHECKING:
    import httpx


def deltas(body: str, kind: str) -> list[str]:
    field = {"input_json_delta": "partial_json"}.get(kind, kind.removesuffix("_delta"))
    found = [one["delta"] for one in events(body) if one["type"] == "content_block_delta"]
    return [delta[field] for delta in found if delta["type"] == kind]


def test_a_stream_has_its_events_in_order() -> None:
    with Simulator(answer="Hi you.", thinking="So so") as sim, client(sim) as http:
        response = streamed(http)
        signature = ask(http)["content"][0]["signature"]
    assert response.headers["content-type"] == "text/event-stream"
    assert response.headers["transfer-encoding"] == "chunked"
    found = events(response.text)

    def delta(index: int, **fields: str) -> dict[str, Any]:
        return {"type": "content_block_delta", "index": index, "delta": fields}

    assert found == [
        {
            "type": "message_start",
            "message": {
                "id": found[0]["message"]["id"],
                "type": "message",
                "role": "assistant",
                "model": MODEL,
                "content": [],
                "stop_reason": None,
                "usage": {"input_tokens": 2, "output_tokens": 0, "cache_read_input_tokens": 0},
            },
        },
        {"type": "ping"},
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "thinking", "thinking": ""},
        },
        delta(0, type="thinking_delta", thinking="So"),
        delta(0, type="thinking_delta", thinking=" so"),
        delta(0, type="signature_delta", signature=signature),
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        delta(1, type="text_delta", text="Hi"),
        delta(1, type="text_delta", text=" you"),
        delta(1, type="text_delta", text="."),
        {"type": "content_block_stop", "index": 1},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn"},
            "usage": {"output_tokens": 5},
        },
        {"type": "message_stop"},
    ]


def test_a_streamed_call_comes_in_pieces(http: httpx.Client) -> None:
    body = streamed(http, 'get_weather "Nijmegen"', tools=[WEATHER], **OFF).text
    assert deltas(body, "input_json_delta") == ['{"city":"Nij', 'megen"}']
    start = next(one for one in events(body) if one.get("index") == 1)
    assert start["content_block"]["name"] == "get_weather"
    assert start["content_block"]["input"] == {}
    assert events(body)[-2]["delta"] == {"stop_reason": "tool_use"}


def test_a_stream_and_a_plain_answer_hold_the_same(http: httpx.Client) -> None:
    body = streamed(http, "the same").text
    plain = ask(http, "the same")
    thought, text = plain["content"]
    assert "".join(deltas(body, "thinking_delta")) == thought["thinking"]
    assert deltas(body, "signature_delta") == [thought["signature"]]
    assert deltas(body, "text_delta") == tokenise(text["text"])
    assert events(body)[-2]["usage"] == {"output_tokens": plain["usage"]["output_tokens"]}


def test_deltas_can_have_a_size() -> None:
    with Simulator(answer="abcdefg", delta_chars=3) as sim, client(sim) as http:
        assert deltas(streamed(http, **OFF).text, "text_delta") == ["abc", "def", "g"]


def test_the_number_of_deltas_can_be_given() -> None:
    with Simulator(deltas=5000) as sim, client(sim) as http:
        found = deltas(streamed(http).text, "text_delta")
        assert len(found) == len({one.strip() for one in found}) == 5000
        assert all(one.strip().isalpha() and len(one) < 10 for one in found)


def test_an_emoji_in_two_halves_is_streamed_as_two_escapes() -> None:
    with Simulator(answer="\ud83d\ude80") as sim, client(sim) as http:
        assert b'"\\ud83d"' in streamed(http, **OFF).content
        assert ask(http, **OFF)["content"][0]["text"] == "🚀"


def test_a_lone_surrogate_in_a_question_does_no_harm(http: httpx.Client) -> None:
    body = json.dumps(asking("echo \ud83d", **OFF)).encode()
    response = http.post("/v1/messages", content=body)
    assert response.json()["content"][0]["text"] == "\ud83d"


def test_a_delay_sets_the_pace_of_the_deltas() -> None:
    with Simulator(deltas=8, delay=0.01) as sim, client(sim) as http:
        began = time.monotonic()
        request = http.build_request("POST", "/v1/messages", json=asking(stream=True, **OFF))
        response = http.send(request, stream=True)
        parts = [part for part in response.iter_raw() if part]
        took = time.monotonic() - began
        response.close()
    assert [part.count(b"\n\n") for part in parts] == [1] * (3 + 8 + 3)
    assert took >= 0.08


def test_a_pause_comes_before_a_delta_and_before_nothing_else() -> None:
    body = stream_events(Answer("m", MODEL, (TextBlock("Hi you"),), "end_turn", TokenCounts(1, 1)))
    reply = HttpResponse(200, (), body, Framing.CLOSE, body)
    _, opening, wait, first, wait_too, rest, close = sending_steps(reply, Fault(), between=2.0)
    assert opening == Send(b"".join(body[:3]))
    assert first == Send(body[3])
    assert rest == Send(b"".join(body[4:]))
    assert (wait, wait_too, close) == (Wait(2.0), Wait(2.0), Close())


def test_each_event_of_a_stream_is_a_chunk(sim: Simulator) -> None:
    reply = exchange(sim, posted(asking(stream=True), "Connection: close"))
    head, _, body = reply.partition(b"\r\n\r\n")
    assert b"\r\nTransfer-Encoding: chunked\r\n" in head + b"\r\n"
    *whole, last = chunks(body)
    assert last == b""
    assert {chunk.count(b"\n\n") for chunk in whole} == {1}
    assert [events(chunk.decode())[0]["type"] for chunk in whole[:2]] == ["message_start", "ping"]


def test_many_events_share_a_write() -> None:
    body = tuple(event({"type": "content_block_delta", "at": at}) for at in range(5000))
    reply = HttpResponse(200, (), body, Framing.CHUNKED, body)
    head, *writes = (step.data for step in sending_steps(reply, Fault()) if isinstance(step, Send))
    assert head.endswith(b"\r\n\r\n")
    assert chunks(b"".join(writes)) == [*body, b""]
    assert len(writes) <= sum(map(len, body)) // (64 * 1024) + 1


@pytest.mark.parametrize(
    ("framing", "header"),
    [
        (Framing.CHUNKED, ("transfer-encoding", "chunked")),
        (Framing.CLOSE, ("connection", "close")),
        (Framing.LENGTH, ("content-length", "{}")),
    ],
)
@pytest.mark.parametrize("delay", [0, 0.0001])
def test_the_framing_of_a_stream_can_be_chosen(
    framing: Framing, header: tuple[str, str], delay: float
) -> None:
    with Simulator(framing=framing, delay=delay, answer="Hi you.") as sim, client(sim) as http:
        reply = streamed(http)
        name, value = header
        assert reply.headers[name] == value.format(len(reply.content))
        assert deltas(reply.text, "text_delta") == ["Hi", " you", "."]
        assert http.post("/v1/messages", json=asking()).headers["content-length"]


def test_a_stream_cannot_be_without_its_head() -> None:
    with pytest.raises(ValueError, match=r"Fault\.raw"):
        Simulator(framing=Framing.BARE)


def test_the_events_of_a_stream_can_be_made_without_a_server() -> None:
    answer = Answer("m", MODEL, (TextBlock("Hi"),), "end_turn", TokenCounts(1, 1))
    made = stream_events(answer)
    assert made[1] == PING
    assert made[-1] == event({"type": "message_stop"})
    assert deltas(b"".join(made).decode(), "text_delta") == ["Hi"]
    assert error_event("overloaded_error", "Later") == (
        b'event: error\ndata: {"type":"error","error":'
        b'{"type":"overloaded_error","message":"Later"}}\n\n'
    )
