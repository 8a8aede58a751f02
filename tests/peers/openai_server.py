"""A small server of OpenAI's protocol for a gateway to translate: the model's name is the case."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

KEY = "sk-UPSTREAM-0123456789abcdef"
USAGE = {
    "prompt_tokens": 7,
    "completion_tokens": 3,
    "total_tokens": 10,
    "prompt_tokens_details": {"cached_tokens": 4},
}
_ARGUMENTS = '{"city": "Rome"}'
_CHUNK = "chat.completion.chunk"


class Case(NamedTuple):
    """What an answer holds, and why it ends; `breaks`, a stream ends with an error instead."""

    text: str
    reason: str = "stop"
    thinking: str = ""
    calls_tool: bool = False
    breaks: bool = False


CASES = {
    "text": Case("Hello there"),
    "unicode": Case("日本語 \U0001f600 e\u0301"),
    "thinks": Case("Hello there", thinking="Hm, so."),
    "tool": Case("", "tool_calls", calls_tool=True),
    "text-and-tool": Case("Hello there", "tool_calls", calls_tool=True),
    "long": Case("Hello there", "length"),
    "filtered": Case("Hello there", "content_filter"),
    "empty": Case(""),
    "breaks": Case("Hello there", breaks=True),
}
"""Besides them, `status-N` is an error of that status, and `quota` one about money."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer the case that the model names."""
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        case = asked["model"]
        if self.headers["authorization"] != f"Bearer {KEY}":
            self._refuse(401, _error("the gateway's key is wrong", 401))
        elif case == "quota":
            said = "You exceeded your current quota, please check your plan and billing details."
            self._refuse(429, _error(said, "insufficient_quota"))
        elif case.startswith("status-"):
            status = int(case.removeprefix("status-"))
            self._refuse(status, _error(f"because of {status}", status))
        elif asked.get("stream"):
            self._send(200, "text/event-stream", b"".join(_stream(case)))
        else:
            self._send(200, "application/json", _whole(case))

    def _refuse(self, status: int, error: Json) -> None:
        self._send(status, "application/json", json.dumps(error).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Run it while the block runs; give its base URL."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _error(message: str, code: str | int) -> Json:
    error = {"message": message, "type": "upstream_error", "param": None, "code": str(code)}
    return {"error": error}


def _whole(name: str) -> bytes:
    case = CASES[name]
    message: Json = {"role": "assistant", "content": case.text or None}
    if case.thinking:
        message["reasoning_content"] = case.thinking
    if case.calls_tool:
        message["tool_calls"] = [_call(_ARGUMENTS)]
    choice = {"index": 0, "message": message, "finish_reason": case.reason}
    body = {**_head(name), "object": "chat.completion", "choices": [choice], "usage": USAGE}
    return json.dumps(body).encode()


def _stream(name: str) -> Iterator[bytes]:
    case = CASES[name]
    yield _chunk(name, {"role": "assistant", "content": ""})
    for field, text in (("reasoning_content", case.thinking), ("content", case.text)):
        for part in filter(None, (text[:4], text[4:])):
            yield _chunk(name, {field: part})
    if case.calls_tool:
        yield _chunk(name, {"tool_calls": [_call("")]})
        for part in (_ARGUMENTS[:6], _ARGUMENTS[6:]):
            yield _chunk(name, {"tool_calls": [{"index": 0, "function": {"arguments": part}}]})
    if case.breaks:
        yield _event(_error("the model fell over", 500))
        return
    yield _chunk(name, {}, case.reason)
    yield _event({**_head(name), "object": _CHUNK, "choices": [], "usage": USAGE})
    yield b"data: [DONE]\n\n"


def _call(arguments: str) -> Json:
    function = {"name": "weather", "arguments": arguments}
    return {"index": 0, "id": "call_1", "type": "function", "function": function}


def _head(name: str) -> Json:
    return {"id": "chatcmpl-1", "created": 1, "model": name}


def _chunk(name: str, delta: Json, reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return _event({**_head(name), "object": _CHUNK, "choices": [choice]})


def _event(content: Json) -> bytes:
    return b"data: " + json.dumps(content).encode() + b"\n\n"
