"""A server that knows the key, and repeats it wherever a reply has room: no output shows it.

And the reverse: a key that is a word like any other changes nothing that is not the key.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from support.harness import KEY, environ_for, mimo, server

from mimo_cli.api.endpoint import Endpoint
from mimo_cli.simulator import Fault, Simulator, event

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

    from support.harness import Result

ANSWER = "Install Ollama first: text, id, 1, null, model."


def message(key: str, stop: str) -> dict[str, Any]:
    return {
        "id": f"msg_{key}",
        "type": "message",
        "role": "assistant",
        "model": f"model-{key}",
        "content": [{"type": "text", "text": ANSWER}],
        "stop_reason": stop,
        "stop_sequence": key,
        "usage": {"input_tokens": 1, "output_tokens": 2},
    }


def stream(key: str, stop: str) -> bytes:
    start = {"type": "message_start", "message": {**message(key, stop), "content": []}}
    block = {"type": "content_block_delta", "index": 0}
    end = {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": key}}
    delta = {**block, "delta": {"type": "text_delta", "text": ANSWER}}
    return b"".join(event(it) for it in (start, delta, end, {"type": "message_stop"}))


def error(key: str) -> bytes:
    body = {"type": key, "message": f"no {key}", "param": key, "code": key}
    return json.dumps({"error": body, "request_id": key, "detail": key}).encode()


def models(key: str) -> bytes:
    return json.dumps({"data": [{"id": f"a-{key}", "display_name": key}, {"id": "b"}]}).encode()


@contextlib.contextmanager
def echoing(key: str, stop: str = "end_turn", status: int = 200) -> Iterator[str]:
    """The base URL of a server that repeats a key in headers, ids, names and errors."""

    def answer(connection: socket.socket) -> None:
        head = heads[-1].decode()
        fields = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if line)
        size = int(fields.get("content-length", 0))
        body = heads[-1].partition(b"\r\n\r\n")[2]
        while len(body) < size:
            body += connection.recv(65536)
        kind = "application/json"
        if status != 200:
            reply = error(key)
        elif head.startswith("GET"):
            reply = models(key)
        elif b'"stream": true' in body:
            kind, reply = "text/event-stream", stream(key, stop)
        else:
            reply = json.dumps(message(key, stop)).encode()
        names = f"content-type: {kind}; {key}\r\nrequest-id: {key}\r\nserver: {key}\r\n"
        start = f"HTTP/1.1 {status} {key}\r\n{names}retry-after: {key}\r\n"
        connection.sendall(f"{start}content-length: {len(reply)}\r\n\r\n".encode() + reply)

    with server(answer) as (port, heads):
        yield f"http://127.0.0.1:{port}"


def environ(base_url: str, folder: Path, key: str) -> dict[str, str]:
    return {
        "MIMO_BASE_URL": base_url,
        "MIMO_API_KEY": key,
        "MIMO_CONFIG": "/dev/null",
        "MIMO_DATA": str(folder / "data"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "MIMO_RETRIES": "0",
    }


def shows(result: Result) -> bool:
    return KEY[:16].lower() in (result.out + result.err).lower()


ASKING = [
    ["ask"],
    ["ask", "--json"],
    ["ask", "--jsonl"],
    ["ask", "-v", "-u"],
    ["ask", "--debug", "-v"],
    ["ask", "--no-stream", "--json"],
    ["ask", "--dry-run"],
    ["ask", "--dry-run=curl"],
    ["ask", "-x"],
    ["chat", "-v"],
    ["chat", "--json"],
]
LOOKING = [
    ["history", "list"],
    ["history", "list", "--json"],
    ["history", "show"],
    ["history", "show", "--json"],
    ["history", "export", "--all"],
    ["history", "export", "--all", "--format", "jsonl"],
    ["history", "search", "Ollama"],
    ["history", "search", "--json", "Ollama"],
    ["history", "usage", "--by", "model", "--json"],
    ["models", "--remote"],
    ["models", "--remote", "--json"],
    ["models", "--refresh", "--remote", "--verbose"],
    ["doctor"],
    ["doctor", "--json"],
    ["config", "list"],
    ["config", "get", "api_key"],
    ["config", "path"],
    ["--help"],
]


@pytest.mark.untraced
@pytest.mark.slow
@pytest.mark.parametrize("status", [200, 400, 401, 429, 503])
def test_what_a_server_repeats_of_the_key_is_nowhere(tmp_path: Path, status: int) -> None:
    with echoing(KEY, status=status) as base_url:
        variables = environ(base_url, tmp_path, KEY)
        for command in [*([*words, "hi there"] for words in ASKING), *LOOKING]:
            result = mimo(*command, environ=variables)
            assert not shows(result), (command, result)
    for file in tmp_path.rglob("*"):
        if file.is_file() and not file.name.endswith("-shm"):
            assert KEY[:16].encode() not in file.read_bytes(), file


def test_a_stop_reason_that_is_the_key_is_hidden(tmp_path: Path) -> None:
    with echoing(KEY, stop=KEY) as base_url:
        for option in ("-v", "--json", "--jsonl"):
            result = mimo("ask", option, "hi", environ=environ(base_url, tmp_path, KEY))
            assert result.code == 0
            assert not shows(result)


SAYING = [
    *(["ask", *options, "hi there"] for options in ([], ["--json"], ["--jsonl"], ["-v", "-u"])),
    *(["ask", option, "hi there"] for option in ("--dry-run", "--dry-run=curl")),
    ["chat", "--json", "hi there"],
    ["models", "--refresh", "--json"],
]
WORDS = ["text", "id", "1", "ollama", "null", "\\", "end_turn", "message_start"]
REFUSED = ['"', "…", "Install Ollama"]


@pytest.fixture(scope="module")
def another() -> Iterator[str]:
    with echoing("another") as base_url:
        yield base_url


@pytest.fixture(scope="module")
def usual(another: str, tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    """What each command says with a key that is no word."""
    variables = environ(another, tmp_path_factory.mktemp("usual"), "a-key-of-its-own")
    return [mimo(*command, environ=variables) for command in SAYING]


@pytest.mark.untraced
@pytest.mark.slow
@pytest.mark.parametrize("key", [*WORDS, *REFUSED])
def test_a_key_that_is_a_word_changes_nothing(
    another: str, usual: list[Result], tmp_path: Path, key: str
) -> None:
    for command, expected in zip(SAYING, usual, strict=True):
        result = mimo(*command, environ=environ(another, tmp_path, key))
        if result.code == 4:  # it is none: refused before it is sent, and not repeated
            assert key in REFUSED
            continue
        assert stable(result.out) == stable(expected.out), command
        assert stable(result.err) == stable(expected.err), command


def stable(text: str) -> list[str]:
    """The lines without what differs from run to run."""
    return [
        line
        for line in text.splitlines()
        if not line.startswith(("api-key: ", "{")) and "tokens in" not in line
    ] + [without_conversation(json.loads(line)) for line in text.splitlines() if line[:2] == '{"']


def without_conversation(content: Any) -> str:
    return json.dumps({**content, "conversation": None, "server": None})


def test_the_answer_is_never_touched_whatever_the_key(simulator: Simulator) -> None:
    words = "sk-0123456789abcdef and ollama"
    body = event(
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": f"Use {words} here"},
        }
    ) + event({"type": "message_delta", "delta": {"stop_reason": "end_turn"}})
    del simulator
    for key in ("sk-0123456789abcdef", "ollama"):
        with Simulator(faults=[Fault(sse=body, times=None)], keys=(key,)) as echo:
            plain = mimo("ask", "hi", environ=environ_for(echo, MIMO_API_KEY=key))
            whole = mimo("ask", "--json", "hi", environ=environ_for(echo, MIMO_API_KEY=key))
            lines = mimo("ask", "--jsonl", "hi", environ=environ_for(echo, MIMO_API_KEY=key))
        assert plain.out == f"Use {words} here\n"
        assert whole.json["text"] == f"Use {words} here"
        assert json.loads(lines.out.splitlines()[-2])["text"] == f"Use {words} here"
        assert json.loads(lines.out.splitlines()[-1])["text"] == f"Use {words} here"


@pytest.mark.parametrize(
    ("key", "text", "shown"),
    [
        (None, "a text", "a text"),
        ("ollama1", "about ollama1", "about ollama1"),
        ("ollama12", "about ollama12 and OLLAMA12", "about … and …"),
        ("a.b.c.d.e", "a.b.c.d.e axbxcxdxe", "… axbxcxdxe"),
    ],
)
def test_only_a_key_that_is_long_enough_is_looked_for(
    key: str | None, text: str, shown: str
) -> None:
    assert Endpoint("http://localhost", key).conceal(text) == shown


def test_a_short_key_keeps_no_message_out_of_the_input_history() -> None:
    from mimo_cli.chat.prompt.input_history import is_kept

    assert is_kept("number 1", Endpoint("http://localhost", "1").secret)
    assert not is_kept("my key is ollama12", Endpoint("http://localhost", "ollama12").secret)


@pytest.mark.parametrize("option", ["--json", "--jsonl"])
def test_a_key_in_the_place_of_something_else_is_masked(option: str) -> None:
    for name in ("MIMO_BASE_URL", "MIMO_MODEL"):
        variables = {"MIMO_CONFIG": "/dev/null", "MIMO_HISTORY": "false", name: KEY}
        result = mimo("ask", option, "hi", environ=variables)
        assert result.code in (3, 4)
        assert json.loads(result.out)["error"]["exit_code"] == result.code
        assert KEY not in result.out + result.err
