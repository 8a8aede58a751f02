"""Faults that the simulator can be told to make."""

from __future__ import annotations

import socket
import time
from typing import Any

import httpx
import pytest
from support.simulated import (
    OFF,
    asking,
    body_of,
    chunks,
    events,
    exchange,
    faulty,
    port,
    posted,
    streamed,
)

from mimo_cli.simulator import (
    PING,
    Fault,
    Framing,
)


def received_until(error: type[Exception], http: httpx.Client) -> bytes:
    """What of a stream arrives before the error, which has to come."""
    received = b""
    request = http.build_request(
        "POST", "/v1/messages", json=asking(stream=True), timeout=httpx.Timeout(5, read=0.05)
    )
    reply = http.send(request, stream=True)
    try:
        for part in reply.iter_raw():
            received += part
    except error:
        return received
    finally:
        reply.close()
    pytest.fail("the stream came to its end")


def test_a_status_comes_as_often_as_it_is_wanted() -> None:
    limited = Fault.http(429, headers=(("Retry-After", "2"),))
    with faulty(Fault.http(503, times=2), Fault(), limited, Fault(times=0)) as (sim, http):
        replies = [http.post("/v1/messages", json=asking()) for _ in range(5)]
        assert [reply.status_code for reply in replies] == [503, 503, 200, 429, 200]
        assert replies[3].headers["retry-after"] == "2"
        assert replies[0].json() == {
            "error": {
                "code": "503",
                "message": "Service Unavailable",
                "param": "The server is overloaded, please try again later",
                "type": "",
            }
        }
        assert sim.connections == 1


def test_a_fault_can_last_for_ever_and_come_later() -> None:
    with faulty() as (sim, http):
        assert http.get("/v1/models").status_code == 200
        sim.add(Fault.http(529, times=None))
        assert [http.get("/v1/models").status_code for _ in range(3)] == [529] * 3


@pytest.mark.parametrize(
    ("fault", "status", "kind", "body"),
    [
        (Fault.http(302, headers=(("Location", "/x"),)), 302, "application/json", b""),
        (Fault(status=200), 200, "application/json", b""),
        (Fault(body=b'{"error":{}}'), 200, "application/json", b'{"error":{}}'),
        (
            Fault(body=b"<html>", headers=(("content-type", "text/html"),)),
            200,
            "text/html",
            b"<html>",
        ),
        (Fault(body=b"x", headers=(("Content-Type", ""),)), 200, None, b"x"),
        (Fault(status=204), 204, "application/json", b""),
        (Fault(status=999, body=b"?"), 999, "application/json", b"?"),
        (Fault(sse=b"data: {}\n\n"), 200, "text/event-stream", b"data: {}\n\n"),
        (Fault(sse=(b"da", b"ta", b"")), 200, "text/event-stream", b"data"),
        (Fault(sse=b"x", status=500, clean=True), 500, "text/event-stream", b"x"),
    ],
)
def test_a_reply_can_be_chosen(fault: Fault, status: int, kind: str | None, body: bytes) -> None:
    with faulty(fault) as (_, http):
        reply = http.get("/v1/models")
        assert (reply.status_code, reply.content) == (status, body)
        assert reply.headers.get("content-type") == kind
        assert http.get("/v1/models").status_code == 200


def test_an_unknown_status_has_the_usual_error_body() -> None:
    with faulty(Fault.http(799)) as (_, http):
        assert http.get("/").json()["error"] == {
            "code": "799",
            "message": "Unknown",
            "param": "Unknown",
            "type": "",
        }


def test_headers_can_be_added_to_a_good_reply() -> None:
    with faulty(Fault(headers=(("Content-Type", "text/plain"), ("X", "1")))) as (_, http):
        reply = streamed(http)
        assert (reply.headers["content-type"], reply.headers["x"]) == ("text/plain", "1")
        assert events(reply.text)[-1] == {"type": "message_stop"}


@pytest.mark.parametrize(
    ("pieces", "parts"),
    [
        (2, [b"ab", b"cd", b"e"]),
        ((1, 3), [b"a", b"bcd", b"e"]),
        ((1, 9), [b"a", b"bcde"]),
        ((), [b"abcde"]),
    ],
)
def test_a_body_can_be_written_in_pieces(pieces: int | tuple[int, ...], parts: list[bytes]) -> None:
    with faulty(Fault(sse=b"abcde", pieces=pieces)) as (_, http), http.stream("GET", "/") as reply:
        assert [part for part in reply.iter_raw() if part] == parts


def test_a_cut_ends_the_body_without_its_last_chunk() -> None:
    with faulty(Fault.cut(300)) as (sim, _):
        head, _, body = exchange(sim, posted(asking(stream=True))).partition(b"\r\n\r\n")
        assert b"Transfer-Encoding: chunked" in head
        start, *_, ping = chunks(body)
        assert start.startswith(b"event: message_start")
        assert PING.startswith(ping)
        assert len(start + ping) == 300


@pytest.mark.parametrize("framing", [Framing.CHUNKED, Framing.CLOSE, Framing.LENGTH])
@pytest.mark.parametrize("delay", [0, 0.0001])
def test_a_fault_counts_the_bytes_of_the_body_whatever_its_framing(
    framing: Framing, delay: float
) -> None:
    cuts = (0, 1, 270, 271, 1000)
    with faulty(*map(Fault.cut, cuts), framing=framing, delay=delay) as (sim, _):
        for cut in cuts:
            body = body_of(exchange(sim, posted(asking(stream=True))))
            assert len(b"".join(chunks(body)) if framing is Framing.CHUNKED else body) == cut


def test_a_clean_cut_looks_like_the_end() -> None:
    with faulty(Fault.cut(300, clean=True)) as (_, http):
        reply = streamed(http)
        assert len(reply.content) == 300
        assert "message_stop" not in reply.text


def test_a_cut_of_a_plain_answer_breaks_its_promised_length() -> None:
    broken = pytest.raises(httpx.RemoteProtocolError, match="received 20 bytes")
    with faulty(Fault.cut(20)) as (_, http), broken:
        http.post("/v1/messages", json=asking())


@pytest.mark.parametrize("claimed", [10, 1000])
def test_a_false_length_is_sent_as_it_stands(claimed: int) -> None:
    headers = (("Content-Length", str(claimed)),)
    with faulty(Fault(body=b"x" * 100, headers=headers)) as (sim, _):
        head, _, body = exchange(sim, posted(asking())).partition(b"\r\n\r\n")
        assert f"Content-Length: {claimed}".encode() in head
        assert len(body) == 100


def test_a_reset_breaks_the_connection_after_what_was_sent() -> None:
    with faulty(Fault.reset(40), Fault(raw=b"", reset_at=0)) as (_, http):
        assert len(received_until(httpx.ReadError, http)) == 40
        with pytest.raises(httpx.ReadError):
            http.get("/")


def test_a_connection_can_close_before_the_reply() -> None:
    with faulty(Fault(raw=b"")) as (_, http):
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            http.get("/")
        assert http.get("/v1/models").status_code == 200


def test_a_stall_sends_no_more_until_the_client_goes() -> None:
    with faulty(Fault.stall(30), Fault.silence()) as (sim, http):
        assert len(received_until(httpx.ReadTimeout, http)) == 30
        assert sim.hung_up.wait(5)
        with pytest.raises(httpx.ReadTimeout):
            http.get("/", timeout=0.05)


def test_a_request_that_comes_early_does_not_end_a_stall() -> None:
    with (
        faulty(Fault(delay=0.02), Fault.stall(0)) as (sim, _),
        socket.create_connection(("127.0.0.1", port(sim)), timeout=5) as connection,
    ):
        connection.sendall(posted(asking()) * 3)
        received = b""
        while b"HTTP/1.1" not in received[20:]:
            received += connection.recv(65536)
        assert len(sim.requests) == 2


def test_a_reply_can_go_on_for_ever() -> None:
    endless = Fault(status=500, body=b"", stall_at=0, repeat=b"x" * 5000, clean=True)
    with faulty(Fault(stall_at=0, repeat=PING, repeat_seconds=0.001), endless) as (sim, http):
        for path, wanted in (("/v1/messages", PING * 5), ("/v1/messages", b"x" * 1_000_000)):
            received = b""
            with http.stream("POST", path, json=asking(stream=True)) as reply:
                for part in reply.iter_raw():
                    received += part
                    if len(received) >= len(wanted):
                        break
            assert received.startswith(wanted)
            assert sim.hung_up.wait(5)
            sim.hung_up.clear()


def test_bytes_can_drip() -> None:
    fault = Fault(sse=(b"abc", b"def"), drip_at=2, drip_seconds=0.001)
    with faulty(fault, Fault.drip(10**9, 1)) as (_, http):
        with http.stream("GET", "/") as reply:
            parts = [part for part in reply.iter_raw() if part]
        assert parts == [b"ab", b"c", b"d", b"e", b"f"]
        assert events(streamed(http).text)[-1] == {"type": "message_stop"}


def test_pieces_can_be_spaced_in_time() -> None:
    with faulty(Fault(sse=(b"a", b"b", b"c"), between=0.01, delay=0.01)) as (_, http):
        began = time.monotonic()
        assert http.get("/").content == b"abc"
        assert time.monotonic() - began >= 0.03


def test_raw_bytes_replace_the_whole_reply() -> None:
    early = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with faulty(Fault(raw=early), Fault(raw=b"HTTP/1.1 20", pieces=1)) as (sim, http):
        assert http.get("/").text == "ok"
        assert exchange(sim, posted(asking())) == b"HTTP/1.1 20"


def test_a_client_that_hangs_up_is_noticed_between_deltas_and_in_a_great_write() -> None:
    for fault in (Fault(between=0.01), Fault(body=b"x" * 30_000_000)):
        with faulty(fault) as (sim, http):
            request = asking(stream=True, **OFF)
            with http.stream("POST", "/v1/messages", json=request) as reply:
                parts = reply.iter_raw()  # closes the connection once it is forgotten
                assert next(parts)
                assert not sim.hung_up.is_set()
            assert sim.hung_up.wait(5)


def test_a_client_that_takes_the_whole_answer_has_not_hung_up() -> None:
    with faulty() as (sim, http):
        assert streamed(http).status_code == 200
    assert not sim.hung_up.is_set()


@pytest.mark.parametrize(
    "fields",
    [{"cut_at": 1, "reset_at": 2}, {"reset_at": 0, "stall_at": 0}, {"repeat": b"x"}, {"pieces": 0}],
)
def test_faults_that_make_no_sense_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"only one of|needs stall_at|at least 1 byte"):
        Fault(**fields)
