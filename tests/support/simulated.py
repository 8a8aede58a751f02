"""Requests to the simulator, and what its replies hold."""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from mimo_cli.simulator import (
    DEFAULT_KEY,
    Fault,
    Simulator,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


MODEL = "mimo-v2.6-pro"

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # to load certificates takes 20 ms a client

OFF: dict[str, Any] = {"thinking": {"type": "disabled"}}

LONG = "one two three four " * 40

WEATHER = {
    "name": "get_weather",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city"],
    },
}


def asking(question: object = "hello", **fields: object) -> dict[str, Any]:
    return {"model": MODEL, "messages": [{"role": "user", "content": question}], **fields}


@contextmanager
def client(simulator: Simulator) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=simulator.url,
        headers={"api-key": simulator.key},
        trust_env=False,
        verify=NO_TLS,
        timeout=5,
    ) as opened:
        yield opened


def ask(http: httpx.Client, question: object = "hello", **fields: object) -> dict[str, Any]:
    response = http.post("/anthropic/v1/messages", json=asking(question, **fields))
    assert response.status_code == 200, response.text
    whole: dict[str, Any] = response.json()
    return whole


def events(body: str) -> list[dict[str, Any]]:
    found = []
    for block in body.split("\n\n")[:-1]:
        name, data = block.split("\n")
        found.append(json.loads(data.removeprefix("data: ")))
        assert name == "event: " + found[-1]["type"]
    return found


def exchange(simulator: Simulator, request: bytes, *, half_close: bool = False) -> bytes:
    """Send bytes, and return everything that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", port(simulator)), timeout=5) as connection:
        connection.sendall(request)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


def port(simulator: Simulator) -> int:
    return httpx.URL(simulator.url).port or 0


def posted(body: dict[str, Any], *headers: str, version: str = "1.1") -> bytes:
    data = json.dumps(body).encode()
    lines = [
        f"POST /v1/messages HTTP/{version}",
        "Host: x",
        f"api-key: {DEFAULT_KEY}",
        f"Content-Length: {len(data)}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + data


def body_of(reply: bytes) -> bytes:
    return reply.partition(b"\r\n\r\n")[2]


def chunks(body: bytes) -> list[bytes]:
    """The chunks of a body; the last is empty if it came to its end."""
    found = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        assert rest[length : length + 2] == b"\r\n"
        found.append(rest[:length])
        body = rest[length + 2 :]
    return found


IMAGE = {"type": "image", "source": {"type": "url", "url": "http://example.com/a.png"}}

CALL = {"type": "tool_use", "id": "c", "name": "t", "input": {}}


def streamed(http: httpx.Client, question: str = "hello", **fields: object) -> httpx.Response:
    return http.post("/v1/messages", json=asking(question, stream=True, **fields))


@contextmanager
def faulty(*faults: Fault, **options: Any) -> Iterator[tuple[Simulator, httpx.Client]]:
    with Simulator(faults=faults, **options) as sim, client(sim) as http:
        yield sim, http
