"""The simulator as a server: connections, its log, starting and stopping."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from typing import Any

import httpx
import pytest
from support.simulated import (
    NO_TLS,
    asking,
    body_of,
    client,
    events,
    exchange,
    port,
    posted,
    streamed,
)

from mimo_cli.simulator import (
    DEFAULT_KEY,
    Fault,
    Simulator,
)


def test_requests_are_taken_down() -> None:
    with Simulator() as sim, client(sim) as http:
        before = time.monotonic()
        http.post("/v1/messages?a=1", json=asking(), headers=[("X-One", "1"), ("X-One", "2")])
        (taken,) = sim.requests
        assert (taken.method, taken.path, taken.json) == ("POST", "/v1/messages?a=1", asking())
        assert taken.headers["x-one"] == "1, 2"
        assert taken.headers["api-key"] == DEFAULT_KEY
        assert taken.connection == 1
        assert before <= taken.received <= time.monotonic()


def test_a_connection_is_used_again_and_each_one_is_counted() -> None:
    with Simulator() as sim:
        for _ in range(2):
            with client(sim) as http:
                for _ in range(3):
                    assert streamed(http).status_code == 200
        assert (sim.connections, len(sim.requests)) == (2, 6)
        assert [taken.connection for taken in sim.requests] == [1, 1, 1, 2, 2, 2]
    assert sim.connections == 2


def test_a_request_in_chunks_is_read() -> None:
    with Simulator() as sim, client(sim) as http:
        body = json.dumps(asking()).encode()
        response = http.post("/v1/messages", content=iter([body[:10], body[10:]]))
        assert response.status_code == 200
        assert sim.requests[0].body == body
        raw = (
            b"POST /v1/messages HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"2;x=y\r\n{}\r\n0\r\nTrailer: 1\r\n\r\n"
        )
        assert exchange(sim, raw).startswith(b"HTTP/1.1 401 ")
        assert sim.requests[1].body == b"{}"


@pytest.mark.parametrize("header", ["Content-Length: x", "Transfer-Encoding: chunked"])
def test_a_body_without_a_proper_length_is_a_400(sim: Simulator, header: str) -> None:
    reply = exchange(sim, f"POST /v1/messages HTTP/1.1\r\n{header}\r\n\r\nzz\r\n".encode())
    assert reply.startswith(b"HTTP/1.1 400 ")


def test_a_client_that_leaves_within_its_request_is_forgotten(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Simulator() as sim:
        request = b"POST /v1/messages HTTP/1.1\r\nContent-Length: 5\r\n\r\n{"
        assert exchange(sim, request, half_close=True) == b""
        assert sim.requests == []
    assert capsys.readouterr() == ("", "")


def test_a_fault_in_the_program_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(body: dict[str, Any]) -> str:
        raise KeyError(body["model"])

    with Simulator(answer=broken) as sim:
        assert exchange(sim, posted(asking())) == b""
    assert "KeyError: 'mimo-v2.6-pro'" in capsys.readouterr().err


def test_an_old_client_gets_no_chunks(sim: Simulator) -> None:
    reply = exchange(sim, posted(asking(stream=True), version="1.0"))
    assert b"\r\nConnection: close\r\n" in reply
    assert b"chunked" not in reply
    assert events(body_of(reply).decode())[-1] == {"type": "message_stop"}


def test_the_log_has_a_line_for_each_request(capsys: pytest.CaptureFixture[str]) -> None:
    lines: list[str] = []
    faults = [Fault(), Fault(raw=b"junk")]
    with Simulator(log=lines.append, faults=faults) as sim, client(sim) as http:
        http.get("/nowhere")
        assert exchange(sim, posted(asking())) == b"junk"
    assert lines == ["GET /nowhere 404", "POST /v1/messages raw bytes"]
    assert capsys.readouterr() == ("", "")


def test_it_serves_until_it_is_stopped() -> None:
    sim = Simulator()
    serving = threading.Thread(target=sim.serve_forever)
    sim.start()
    serving.start()
    url = sim.url
    assert httpx.get(url, trust_env=False, verify=NO_TLS).status_code == 404
    sim.stop()
    serving.join()
    sim.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False, verify=NO_TLS)


def test_serving_starts_it_if_need_be() -> None:
    started = threading.Event()

    class Announced(Simulator):
        def start(self) -> None:
            super().start()
            started.set()

    sim = Announced()
    serving = threading.Thread(target=sim.serve_forever)
    serving.start()
    assert started.wait(5)
    assert httpx.get(sim.url, trust_env=False, verify=NO_TLS).status_code == 404
    sim.stop()
    serving.join()


def test_an_interrupt_comes_through_and_stops_it() -> None:
    class Interrupted(Simulator):
        def start(self) -> None:
            super().start()
            signal.raise_signal(signal.SIGINT)

    sim = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        sim.serve_forever()
    with pytest.raises(httpx.ConnectError):
        httpx.get(sim.url, trust_env=False, verify=NO_TLS)


def test_it_cannot_be_started_twice_but_again() -> None:
    with Simulator() as sim:
        with pytest.raises(RuntimeError, match="running already"):
            sim.start()
        with pytest.raises(OSError, match="in use"):
            Simulator(port=port(sim)).start()
    with sim:
        assert httpx.get(sim.url, trust_env=False, verify=NO_TLS).status_code == 404


def test_stopping_leaves_no_thread_and_no_connection() -> None:
    before = set(threading.enumerate())
    seen = threading.Semaphore(0)
    faults = [Fault.silence(), Fault(delay=60)]
    with Simulator(faults=faults, log=lambda _: seen.release()) as sim:
        opened = [socket.create_connection(("127.0.0.1", port(sim)), timeout=5) for _ in range(3)]
        for connection in opened[1:]:
            connection.sendall(posted(asking()))
            assert seen.acquire(timeout=5)
    assert set(threading.enumerate()) <= before
    for connection in opened:
        assert connection.recv(1) == b""
        connection.close()
    assert not sim.hung_up.is_set()


@pytest.mark.parametrize(
    "arguments", [{"answer": "x", "deltas": 1}, {"delta_chars": 0}], ids=["both", "none"]
)
def test_contradictory_answers_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"a delta|not both"):
        Simulator(**arguments)
