"""llmock, a server that fails on demand and judges how its client took it: running, and told."""

from __future__ import annotations

import contextlib
import json
import urllib.request
from typing import TYPE_CHECKING, Any

from peers.processes import free_port, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Behaviour = dict[str, Any]

SAYS = "Mock response from claude-x."
"""Its answer: one event a word. Before them come message_start, content_block_start and a ping."""


class Llmock:
    """A running llmock: what it is to do next, and what it saw."""

    def __init__(self, url: str) -> None:
        self.url = url

    def script(self, *behaviours: Behaviour) -> None:
        """Forget what was, and do this to the requests that come."""
        self._call("POST", "/_llmock/reset")
        if behaviours:
            self._call("POST", "/_llmock/scenario", {"behaviors": behaviours})

    def requests(self) -> list[Any]:
        """The requests that have come, and what became of each."""
        requests: list[Any] = self._call("GET", "/_llmock/requests")["requests"]
        return requests

    def count(self) -> int:
        """How many requests have come."""
        return len(self.requests())

    def findings(self) -> set[str]:
        """What it has against its client."""
        return {finding["code"] for finding in self._call("GET", "/_llmock/verdict")["findings"]}

    def _call(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, method=method, data=data)  # noqa: S310
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request) as reply:
            return json.load(reply)


@contextlib.contextmanager
def running(environment: Path, home: Path, *options: str) -> Iterator[Llmock]:
    """Run it while the block runs."""
    port = free_port()
    command = [str(environment / "bin" / "llmock"), "serve", "--port", str(port)]
    command += ["--response-style", "static", *options]
    with serving(command, home, port=port, health="/health") as url:
        yield Llmock(url)


def fail(status: int, times: int | None = None, **more: object) -> Behaviour:
    return {"type": "fail", "status": status, "times": times, **more}


def broken(kind: str, after: int, times: int | None = None, **more: object) -> Behaviour:
    return {"type": "stream_fault", "kind": kind, "after_chunks": after, "times": times, **more}


def reply(text: str = "", *tools: str, reason: str | None = None) -> Behaviour:
    calls = [{"name": name, "arguments": {"city": "Rome"}} for name in tools]
    return {
        "type": "reply",
        "text": text,
        "tool_calls": calls,
        "finish_reason": reason,
        "times": None,
    }


def break_tool(kind: str) -> Behaviour:
    return {"type": "tool_fault", "kind": kind, "match": {}, "times": None}
