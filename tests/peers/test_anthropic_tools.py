"""The vendor's own client as an oracle for tools: what it sends and reads, the program does too.

Both ask the same server the same, run the same tools, and go on until the model has what it wanted:
the client in the loop that its documentation writes out and in its own, the program one process a
round. What they sent is compared as the service understands it.
"""

from __future__ import annotations

import http.server
import json
import subprocess
import threading
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from mimo_cli.simulator import (
    Answer,
    TextBlock,
    ThinkingBlock,
    TokenCounts,
    ToolUseBlock,
    stream_events,
)
from mimo_cli.simulator.protocol.message_events import message_body
from peers.installed import Installed
from peers.processes import bare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mimo_cli.simulator.protocol.message_events import ContentBlock
    from peers.conftest import Prepared

Json = dict[str, Any]

LOOP = Path(__file__).parent / "programs" / "tool_loop.py"
QUESTION = "What is it like there?"
WAYS = ("create", "stream", "runner", "streaming-runner")


def weather(id_: str, city: str, **more: object) -> ToolUseBlock:
    return ToolUseBlock(id_, "get_weather", {"city": city, **more})


# What the model says in each round, until it calls nothing.
ROUNDS: dict[str, list[tuple[ContentBlock, ...]]] = {
    "one call": [
        (TextBlock("I'll look.\n\n"), weather("toolu_01", "Roma")),
        (TextBlock("18 degrees."),),
    ],
    "thought about": [
        (
            ThinkingBlock(" Which city?\n\nRome… \u2028", "EpwBCkYIBxgCKkAx"),
            TextBlock("I'll look."),
            weather("call_00000001_0", "Roma", unit="F"),
        ),
        (ThinkingBlock("Warm.", "sig=="), TextBlock("Warm.")),
    ],
    "two at once": [
        (
            ThinkingBlock("Both.", "sig"),
            weather("a=b c", "東京", days=[0, 0.5, 1e3]),
            ToolUseBlock("call_2", "get_time", {"zone": 'Asia/"Tokyo"\n'}),
        ),
        (TextBlock("Noon, and 18 degrees."),),
    ],
    "an error": [
        (weather("call_1", "Atlantis"), weather("call_2", "Roma")),
        (TextBlock("It sank."),),
    ],
    "three rounds": [
        (ThinkingBlock("First.", "1"), weather("call_1", "Roma")),
        (ThinkingBlock("Then.", "2"), TextBlock("And now:"), weather("call_2", "Oslo")),
        (ToolUseBlock("call_3", "get_time", {"zone": "UTC"}),),
        (ThinkingBlock("Last.", "4"), TextBlock("Oslo is as warm as Rome.")),
    ],
}


class Heard(NamedTuple):
    """A server's address, what each model was asked, and what the client read of it."""

    url: str
    bodies: dict[str, list[Json]]
    read: dict[str, list[Json]]


def answering(bodies: dict[str, list[Json]]) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Say what comes after so many answers as the request holds."""
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            bodies[asked["model"]].append(asked)
            said = answer(asked)
            if asked.get("stream"):
                self._send("text/event-stream", b"".join(stream_events(said)))
            else:
                self._send("application/json", message_body(said))

        def _send(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def answer(asked: Json) -> Answer:
    at = sum(message["role"] == "assistant" for message in asked["messages"])
    blocks = ROUNDS[asked["model"].partition(".")[0]][at]
    reason = "tool_use" if isinstance(blocks[-1], ToolUseBlock) else "end_turn"
    return Answer(f"msg_{at}", asked["model"], blocks, reason, TokenCounts(20, 10))


@pytest.fixture(scope="module")
def heard(environment: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    python, bodies = environment("anthropic") / "bin" / "python", defaultdict[str, list[Json]](list)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), answering(bodies))
    url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        models = [f"{name}.{way}" for name in ROUNDS for way in WAYS]
        done = subprocess.run(
            [str(python), str(LOOP), url, *models],
            env=bare(tmp_path_factory.mktemp("anthropic")),
            capture_output=True,
            check=True,
            timeout=120,
            text=True,
        )
        yield Heard(url, bodies, json.loads(done.stdout))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("how", [(), ("--no-stream",)])
@pytest.mark.parametrize("name", ROUNDS)
def test_the_same_is_sent_and_read(
    heard: Heard, tmp_path: Path, name: str, how: tuple[str, ...]
) -> None:
    model = f"{name}.ours{''.join(how)}"
    theirs = heard.bodies[f"{name}.create"]
    definitions = tmp_path / "tools.json"
    definitions.write_text(json.dumps(theirs[0]["tools"]), "utf-8")
    mimo = Installed(tmp_path, heard.url, model=model)
    first = ["ask", "--tool-definitions", str(definitions), QUESTION]
    answers = [mimo(*first, *how, "--json", "-q").json]
    for asked in theirs[1:]:
        more = ["ask", "-r", answers[-1]["conversation"], *given(asked)]
        answers.append(mimo(*more, *how, "--json", "-q").json)
    for way in WAYS:
        assert [meaning(body) for body in heard.bodies[model]] == [
            meaning(body) for body in heard.bodies[f"{name}.{way}"]
        ], way
        assert [read(answer) for answer in answers] == [
            read(message) for message in heard.read[f"{name}.{way}"]
        ], way
    for one in answers:
        assert one["tool_calls"] == [
            {**{key: block[key] for key in ("id", "name", "input")}, "problem": None}
            for block in one["content"]
            if block["type"] == "tool_use"
        ]
        assert one["text"] == "".join(
            block["text"] for block in one["content"] if block["type"] == "text"
        )


def given(asked: Json) -> Iterator[str]:
    """The results in a request's last message, as options."""
    for block in asked["messages"][-1]["content"]:
        yield "--tool-error" if block.get("is_error") else "--tool-result"
        yield f"{block['tool_use_id']}={block['content']}"


def meaning(body: Json) -> Json:
    """What a request says, however it writes it."""
    messages = [
        {"role": message["role"], "content": blocks(message["content"])}
        for message in body["messages"]
    ]
    return {"messages": messages, "tools": body["tools"]}


def blocks(content: str | list[Json]) -> list[Json]:
    """A text is one block of text; what is left out has its usual value."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [
        {**block, "content": blocks(block["content"]), "is_error": block.get("is_error", False)}
        if block["type"] == "tool_result"
        else block
        for block in content
    ]


def read(message: Json) -> Json:
    """What was read of a message, without what only one of the two names."""
    fields = ("type", "text", "thinking", "signature", "id", "name", "input")
    content = [
        {name: value for name, value in block.items() if name in fields}
        for block in message["content"]
    ]
    return {"stop_reason": message["stop_reason"], "id": message["id"], "content": content}
