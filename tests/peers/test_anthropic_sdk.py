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
from typing import TYPE_CHECKING, Any

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


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Send the stream whose name is the model that was asked."""
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.end_headers()
        self.wfile.write(STREAMS[asked["model"]])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def messages(
    environment: Prepared, url: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Message]:
    """The final message of each stream, as the client sees it."""
    command = [str(environment("anthropic") / "bin" / "python"), str(READER), url, *STREAMS]
    home = tmp_path_factory.mktemp("anthropic")
    done = subprocess.run(
        command, env=bare(home), capture_output=True, check=True, timeout=120, text=True
    )
    found: dict[str, Message] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream(messages: dict[str, Message], url: str, tmp_path: Path, name: str) -> None:
    theirs = messages[name]
    mimo = Installed(tmp_path, url, model=name, history="false")
    whole, lines = mimo("ask", "--json", "hi"), mimo("ask", "--jsonl", "hi")
    assert (whole.code, lines.code) == (CODES.get(name, 0), CODES.get(name, 0))
    *events, last = json_lines(lines)
    assert last == whole.json
    ours = whole.json
    assert ours["content"] == list(content(theirs))
    assert ours["text"] == text_of(theirs)
    assert "".join(it["text"] for it in events if it["type"] == "text") == text_of(theirs)
    assert ours["stop_reason"] == theirs["stop_reason"]
    assert ours["stop_sequence"] == theirs.get("stop_sequence")
    assert (ours["id"], ours["model"]) == (theirs["id"], theirs["model"])
    assert ours["usage"] == {field: theirs["usage"].get(field) for field in USAGE}


USAGE = (
    *("input_tokens", "output_tokens"),
    *("cache_read_input_tokens", "cache_creation_input_tokens"),
)


def content(message: Message) -> Iterator[Message]:
    """The blocks, but texts that are empty: a request must not hold those."""
    yield from (it for it in message["content"] if it["type"] != "text" or it["text"])


def text_of(message: Message) -> str:
    return "".join(block["text"] for block in message["content"] if block["type"] == "text")
