"""The vendor's own client as an oracle: what it makes of a stream, the program makes of it too.

Where they are meant to differ (an event behind a byte-order mark, an answer without a stop reason)
there is no stream in the table: shared rules alone are compared.
"""

from __future__ import annotations

import http.server
import json
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from peers.installed import Installed, json_lines
from peers.processes import bare
from peers.streams import STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peers.conftest import Prepared

Message = dict[str, Any]

READER = Path(__file__).parent / "programs" / "read_streams.py"
CODES = {"refusal": 11}
"""Exit codes of streams that do not end with 0."""


class Oracle(NamedTuple):
    """A server that sends the streams, and what the client made of each.

    Asked for an answer in one piece, it sends just that.
    """

    url: str
    messages: dict[str, Message]


def answering(messages: dict[str, Message]) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Send what bears the name of the model that was asked."""
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if asked["stream"]:
                self._send("text/event-stream", STREAMS[asked["model"]])
            else:
                self._send("application/json", json.dumps(messages[asked["model"]]).encode())

        def _send(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@pytest.fixture(scope="module")
def oracle(environment: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    python, messages = environment("anthropic") / "bin" / "python", dict[str, Message]()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), answering(messages))
    url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        messages.update(read([str(python), str(READER), url, *STREAMS], tmp_path_factory))
        yield Oracle(url, messages)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def read(command: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Message]:
    home = tmp_path_factory.mktemp("anthropic")
    done = subprocess.run(
        command, env=bare(home), capture_output=True, check=True, timeout=120, text=True
    )
    found: dict[str, Message] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream(oracle: Oracle, tmp_path: Path, name: str) -> None:
    mimo = Installed(tmp_path, oracle.url, model=name, history="false")
    whole, lines = mimo("ask", "--json", "hi"), mimo("ask", "--jsonl", "hi")
    assert (whole.code, lines.code) == (CODES.get(name, 0), CODES.get(name, 0))
    agree(whole.json, oracle.messages[name])
    *events, last = json_lines(lines)
    assert last == whole.json
    assert "".join(it["text"] for it in events if it["type"] == "text") == last["text"]


@pytest.mark.parametrize("name", STREAMS)
def test_the_same_in_one_piece(oracle: Oracle, tmp_path: Path, name: str) -> None:
    mimo = Installed(tmp_path, oracle.url, model=name, history="false")
    whole = mimo("ask", "--json", "--no-stream", "hi")
    assert whole.code == CODES.get(name, 0)
    agree(whole.json, oracle.messages[name])


def agree(ours: Message, theirs: Message) -> None:
    assert "failed" not in theirs
    assert ours["content"] == list(content(theirs))
    assert ours["text"] == text_of(theirs)
    for name in ("id", "model", "stop_reason", "stop_sequence"):
        assert ours[name] == theirs.get(name)
    assert ours["usage"] == {name: theirs["usage"].get(name) for name in USAGE}


USAGE = (
    *("input_tokens", "output_tokens"),
    *("cache_read_input_tokens", "cache_creation_input_tokens"),
)


def content(message: Message) -> Iterator[Message]:
    """The blocks, but texts that are empty: a request must not hold those."""
    yield from (it for it in message["content"] if it["type"] != "text" or it["text"])


def text_of(message: Message) -> str:
    return "".join(block["text"] for block in message["content"] if block["type"] == "text")
