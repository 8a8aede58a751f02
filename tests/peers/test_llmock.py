"""Every fault that llmock knows, and what it says of how its client took it."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from harness import KEY

from peers.installed import Installed, error_lines
from peers.processes import free_port, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from harness import Result

    from peers.conftest import Prepared

Behaviour = dict[str, Any]

SAYS = "Mock response from claude-x."
"""Its answer: one event a word. Before them come message_start, content_block_start and a ping."""

EVENTS = 10
FIRST_WORD, SECOND_WORD, MESSAGE_STOP = 3, 4, 9
"""Places in that stream."""


class Llmock:
    """A running llmock: what it is to do next, and what it saw."""

    def __init__(self, url: str) -> None:
        self.url = url

    def script(self, *behaviours: Behaviour) -> None:
        """Forget what was, and do this to the requests that come."""
        self._call("POST", "/_llmock/reset")
        if behaviours:
            self._call("POST", "/_llmock/scenario", {"behaviors": behaviours})

    def count(self) -> int:
        """How many requests have come."""
        count: int = self._call("GET", "/_llmock/requests")["count"]
        return count

    def findings(self) -> set[str]:
        """What it has against its client."""
        return {finding["code"] for finding in self._call("GET", "/_llmock/verdict")["findings"]}

    def _call(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, method=method, data=data)  # noqa: S310
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request) as reply:
            return json.load(reply)


@pytest.fixture(scope="module")
def llmock(environment: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Llmock]:
    command, port = [str(environment("llmock") / "bin" / "llmock"), "serve"], free_port()
    command += ["--port", str(port), "--response-style", "static"]
    home = tmp_path_factory.mktemp("llmock")
    with serving(command, home, port=port, health="/health") as url:
        yield Llmock(url)


@pytest.fixture
def mimo(llmock: Llmock, tmp_path: Path) -> Installed:
    return Installed(tmp_path, llmock.url + "/anthropic", model="claude-x")


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


def test_without_a_fault(mimo: Installed, llmock: Llmock) -> None:
    for how in ((), ("--no-stream",)):
        llmock.script()
        result = mimo("ask", *how, "hi")
        assert (result.code, result.out, result.err) == (0, SAYS + "\n", "")
        assert llmock.findings() == set()
    assert mimo("ask", "-c", "more").code == 0
    assert mimo("doctor", "--json").code == 0
    listed = mimo("models", "--remote", "--json").json["models"]
    assert "claude-opus-4-6" in [model["id"] for model in listed]
    assert KEY.encode() not in mimo.kept()


class Status(NamedTuple):
    code: int
    says: str
    requests: int = 1


STATUSES = {
    400: Status(10, "the request was refused: Bad request."),
    401: Status(4, "the key was refused: Unauthorized."),
    402: Status(6, "the balance is used up: Payment required."),
    403: Status(4, "access was refused: Forbidden."),
    404: Status(10, "unknown model or wrong base URL: Resource not found."),
    405: Status(10, "Method Not Allowed."),
    408: Status(8, "Request timeout.", 3),
    409: Status(8, "Conflict.", 3),
    410: Status(10, "Gone."),
    413: Status(10, "the request is too large: Payload too large."),
    415: Status(10, "Unsupported Media Type."),
    418: Status(10, "I'm a Teapot."),
    421: Status(11, "blocked by the content filter: Misdirected Request."),
    422: Status(10, "Unprocessable entity."),
    423: Status(10, "Locked."),
    428: Status(10, "Precondition Required."),
    429: Status(5, "too many requests: Rate limit exceeded.", 3),
    431: Status(10, "Request Header Fields Too Large."),
    451: Status(10, "Unavailable For Legal Reasons."),
    499: Status(10, "HTTP 499 error."),
    500: Status(8, "the server failed (500): Internal server error.", 3),
    501: Status(8, "the server failed (501): Not implemented."),
    502: Status(8, "the server failed (502): Bad gateway.", 3),
    503: Status(8, "the server failed (503): Service unavailable.", 3),
    504: Status(8, "the server failed (504): Gateway timeout.", 3),
    505: Status(8, "the server failed (505): HTTP Version Not Supported."),
    507: Status(8, "the server failed (507): Insufficient Storage.", 3),
    511: Status(8, "the server failed (511): Network Authentication Required.", 3),
    520: Status(8, "the server failed (520): HTTP 520 error.", 3),
    529: Status(8, "the server failed (529): Service overloaded.", 3),
    599: Status(8, "the server failed (599): HTTP 599 error.", 3),
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_status(mimo: Installed, llmock: Llmock, status: int) -> None:
    """Those that may pass are asked again, after the milliseconds that the server asks for."""
    expected = STATUSES[status]
    llmock.script(fail(status, retry_after=0.02))
    result = mimo("ask", "hi")
    assert (result.code, result.out) == (expected.code, "")
    assert expected.says in error_lines(result)[0]
    assert llmock.count() == expected.requests
    assert llmock.findings() == set()
    assert "xiaomi" not in result.err
    assert "mimo-v2" not in result.err


@pytest.mark.parametrize("status", [status for status, it in STATUSES.items() if it.requests > 1])
def test_a_status_that_passes(mimo: Installed, llmock: Llmock, status: int) -> None:
    llmock.script(fail(status, times=2, retry_after=0.02))
    result = mimo("ask", "hi")
    assert (result.code, result.out, llmock.count()) == (0, SAYS + "\n", 3)
    assert result.err.count("trying again in ") == 2
    assert llmock.findings() == set()


def test_the_wait_that_it_asks_for_is_kept(mimo: Installed, llmock: Llmock) -> None:
    llmock.script(fail(503, times=1))  # its default: one second
    result = mimo("ask", "hi")
    assert (result.code, result.out, llmock.count()) == (0, SAYS + "\n", 2)
    assert 1.0 <= result.seconds < 5.0
    assert llmock.findings() == set()


def test_without_a_wait_asked_for_it_backs_off(mimo: Installed, llmock: Llmock) -> None:
    llmock.script(fail(500))
    result = mimo("ask", "hi")
    assert (result.code, llmock.count()) == (8, 3)
    assert 0.375 + 0.75 <= result.seconds < 5.0
    assert llmock.findings() == set()


@pytest.mark.parametrize(("status", "seconds"), [(429, 61), (503, 3600)])
def test_a_wait_beyond_the_cap(mimo: Installed, llmock: Llmock, status: int, seconds: int) -> None:
    llmock.script(fail(status, retry_after=seconds))
    result = mimo("ask", "--json", "hi")
    assert (result.code, llmock.count()) == (5, 1)
    assert f"asks to wait {seconds} s" in error_lines(result)[0]
    assert result.json["error"]["retry_after"] == seconds
    assert llmock.findings() == {"gave_up"}  # on purpose


WORDS: dict[str, tuple[Behaviour, int, tuple[str, ...]]] = {
    "a used-up quota": (
        fail(
            429,
            code="insufficient_quota",
            message="You exceeded your current quota, please check your plan and billing details.",
        ),
        6,
        ("the plan's quota is used up: You exceeded your current quota",),
    ),
    "a context too long": (
        fail(400, message="prompt is too long: 300000 tokens > 200000 maximum"),
        10,
        ("prompt is too long: 300000 tokens > 200000 maximum", "Shorten the question"),
    ),
    "a type nobody knows": (fail(400, code="some_new_error"), 10, ("Bad request.",)),
    "control codes": (
        fail(400, message="\x1b[2J\x1b]0;title\x07 red\r\nmore\nlines"),
        10,
        ("^[[2J^[]0;title^G red more lines",),
    ),
    "the key": (fail(401, message=f"{KEY} is not known"), 4, ("… is not known",)),
    "no words": (fail(400, message=""), 10, ("the request was refused",)),
}


@pytest.mark.parametrize("name", WORDS)
def test_what_the_server_says(mimo: Installed, llmock: Llmock, name: str) -> None:
    behaviour, code, says = WORDS[name]
    llmock.script(behaviour)
    result = mimo("ask", "hi")
    assert (result.code, result.out, llmock.count()) == (code, "", 1)
    assert [words for words in says if words not in result.err] == []


def test_a_page_of_words_is_an_error_all_the_same(mimo: Installed, llmock: Llmock) -> None:
    llmock.script(fail(400, message="a stack trace " * 10_000))
    result = mimo("ask", "hi")
    assert (result.code, result.out) == (10, "")
    assert len(result.err) < 5000


class Fault(NamedTuple):
    """A fault at one event of a stream that does not pass: what becomes of the answer."""

    kind: str
    after: int
    code: int
    text: str
    says: str
    findings: frozenset[str] = frozenset()
    """llmock cannot tell an answer that was given up from one that was believed."""

    @property
    def requests(self) -> int:
        return 3 if self.code == 8 else 1


def stream_faults() -> Iterator[Fault]:
    """Every kind at every event: before a word it is asked again, after the stop reason it is
    too late to matter, and in between what came stays, and is said not to be the whole.
    """
    kinds = {
        "disconnect": ("connection lost", set(), {"gave_up"}),
        "truncate": ("the stream ended early", {"truncated_stream_accepted"}, set()),
        "malformed": ("it is not valid JSON", {"malformed_chunk_ignored"}, set()),
    }
    for kind, (says, always, once) in kinds.items():
        for after in range(EVENTS):
            whole = after == MESSAGE_STOP or (kind, after) == ("malformed", 2)  # a ping
            shown = SAYS if whole else " ".join(SAYS.split()[: max(0, after - FIRST_WORD)])
            code = 0 if whole else 9 if after >= SECOND_WORD else 8
            found = frozenset(always | (set() if code == 8 else once))
            why = "the server sent no answer" if (kind, after) == ("truncate", 0) else says
            yield Fault(kind, after, code, shown, "" if whole else why, found)


def test_the_table_of_stream_faults_fits_the_stream(mimo: Installed, llmock: Llmock) -> None:
    llmock.script()
    assert mimo("ask", "hi").code == 0
    (seen,) = llmock._call("GET", "/_llmock/requests")["requests"]  # noqa: SLF001
    assert seen["chunks_sent"] == EVENTS


@pytest.mark.parametrize("fault", [*stream_faults()], ids=lambda it: f"{it.kind} at {it.after}")
def test_a_stream_breaks(mimo: Installed, llmock: Llmock, fault: Fault) -> None:
    llmock.script(broken(fault.kind, fault.after))
    result = mimo("ask", "hi")
    assert (result.code, result.out.rstrip()) == (fault.code, fault.text)
    assert result.out.count("\n") == (1 if fault.text else 0)
    if fault.says:
        incomplete = "the answer is incomplete: " if fault.code == 9 else ""
        assert incomplete in error_lines(result)[0]
        assert fault.says in error_lines(result)[0]
    else:
        assert result.err == ""
    assert llmock.count() == fault.requests
    assert llmock.findings() == fault.findings


@pytest.mark.parametrize("kind", ["disconnect", "truncate", "malformed"])
@pytest.mark.parametrize("after", [0, FIRST_WORD])
def test_a_stream_breaks_once_before_a_word(
    mimo: Installed, llmock: Llmock, kind: str, after: int
) -> None:
    llmock.script(broken(kind, after, times=1))
    result = mimo("ask", "hi")
    assert (result.code, result.out, llmock.count()) == (0, SAYS + "\n", 2)
    # What it sent to the end before we hung up it takes for two calls.
    assert llmock.findings() <= ({"malformed_chunk_ignored"} if kind == "malformed" else set())


@pytest.mark.parametrize("kind", ["disconnect", "truncate", "malformed"])
def test_with_json_nothing_was_shown_so_it_is_asked_again(
    mimo: Installed, llmock: Llmock, kind: str
) -> None:
    llmock.script(broken(kind, 5, times=1))
    result = mimo("ask", "--json", "hi")
    assert (result.code, result.json["text"], llmock.count()) == (0, SAYS, 2)
    assert (result.json["partial"], result.json["error"]) == (False, None)
    llmock.script(broken(kind, 5))
    result = mimo("ask", "--json", "hi")
    assert (result.code, result.json["text"], llmock.count()) == (9, "Mock response ", 3)
    assert (result.json["partial"], result.json["stop_reason"]) == (True, None)
    assert (result.json["error"]["code"], result.json["error"]["exit_code"]) == ("incomplete", 9)


def test_what_came_is_kept_and_gone_on_from(mimo: Installed, llmock: Llmock) -> None:
    llmock.script(broken("truncate", 5, times=1))
    assert mimo("ask", "hi").code == 9
    assert "Mock response" in mimo("history", "show").out
    assert mimo("ask", "-c", "go on").code == 0
    assert llmock.findings() == {"truncated_stream_accepted"}


TOO_LONG = 30.0
SLOW: dict[str, tuple[Behaviour, int, str]] = {
    "no reply": ({"type": "delay", "seconds": TOO_LONG}, 7, ""),
    "no first event": ({"type": "slow_first_token", "seconds": TOO_LONG}, 7, ""),
    "a stall before a word": (broken("stall", 2, stall_seconds=TOO_LONG), 7, ""),
    "a stall in mid-answer": (broken("stall", 5, stall_seconds=TOO_LONG), 9, "Mock response \n"),
    "a stall after the stop reason": (broken("stall", 9, stall_seconds=TOO_LONG), 0, SAYS + "\n"),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_server_that_takes_too_long(mimo: Installed, llmock: Llmock, name: str) -> None:
    behaviour, code, out = SLOW[name]
    llmock.script(behaviour)
    result = mimo("ask", "--timeout", "1", "hi")
    assert (result.code, result.out) == (code, out)
    assert result.seconds < 5.0
    assert code == 0 or "out of time: it took over 1 s" in error_lines(result)[0]


@pytest.mark.parametrize("kind", ["delay", "slow_first_token", "stall"])
def test_a_server_that_is_slow(mimo: Installed, llmock: Llmock, kind: str) -> None:
    slow = {"type": kind, "seconds": 0.3}
    llmock.script(broken("stall", 5, stall_seconds=0.3) if kind == "stall" else slow)
    result = mimo("ask", "hi")
    assert (result.code, result.out, result.err) == (0, SAYS + "\n", "")
    assert result.seconds >= 0.3


class Ending(NamedTuple):
    code: int
    out: str
    says: str = ""


ENDINGS: dict[str, tuple[tuple[Behaviour, ...], Ending]] = {
    "end_turn": ((reply("Hi."),), Ending(0, "Hi.\n")),
    "max_tokens": ((reply("Hi.", reason="length"),), Ending(0, "Hi.\n", "max_tokens")),
    "refusal": ((reply("Hi.", reason="content_filter"),), Ending(11, "Hi.\n", "refused to answer")),
    "content_filter": ((reply("", reason="refusal"),), Ending(11, "", "refused to answer")),
    "stop_sequence": ((reply("Hi.", reason="stop_sequence"),), Ending(0, "Hi.\n")),
    "a loop": ((reply("Hi.", reason="repetition_truncation"),), Ending(9, "Hi.\n", "a loop")),
    "the context is full": (
        (reply("Hi.", reason="model_context_window_exceeded"),),
        Ending(0, "Hi.\n", "context"),
    ),
    "pause_turn": ((reply("Hi.", reason="pause_turn"),), Ending(0, "Hi.\n", "paused")),
    "unknown": ((reply("Hi.", reason="weird"),), Ending(0, "Hi.\n", "weird")),
    "nothing": ((reply(""),), Ending(8, "", "the answer has no text")),
    "a tool and text": ((reply("Hi.", "weather"),), Ending(0, "Hi.\n", "tool")),
    "a tool alone": ((reply("", "weather"),), Ending(8, "", "tool")),
    "two tools": ((reply("", "weather", "clock"),), Ending(8, "", "tool")),
    "a tool it was not offered": (
        (break_tool("unknown_tool"), reply("Hi.", "weather")),
        Ending(0, "Hi.\n", "tool"),
    ),
    "a call without a tool": ((reply("Hi.", reason="tool_calls"),), Ending(8, "Hi.\n", "tool")),
    "inert text": (
        (reply("a\x1b[2Jb\u202e\x9b 日本\U0001f600"),),
        Ending(0, "a^[[2Jb\u202e<U+009B> 日本\U0001f600\n"),
    ),
}


@pytest.mark.parametrize("how", [(), ("--no-stream",)], ids=["stream", "plain"])
@pytest.mark.parametrize("name", ENDINGS)
def test_an_answer_ends(mimo: Installed, llmock: Llmock, name: str, how: tuple[str, ...]) -> None:
    behaviours, expected = ENDINGS[name]
    llmock.script(*behaviours)
    result = mimo("ask", *how, "hi")
    assert (result.code, result.out) == (expected.code, expected.out)
    assert expected.says in result.err
    assert expected.says or result.err == ""
    assert "unusual" not in result.err


@pytest.mark.parametrize(("text", "code"), [("Hi.", 9), ("", 8)])
def test_a_tool_whose_input_is_no_json(
    mimo: Installed, llmock: Llmock, text: str, code: int
) -> None:
    llmock.script(break_tool("malformed_arguments"), reply(text, "weather"))
    result = mimo("ask", "hi")
    assert (result.code, result.out) == (code, f"{text}\n" if text else "")
    assert "not valid JSON" in error_lines(result)[0]


@pytest.fixture(scope="module")
def strict(environment: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Llmock]:
    """Another llmock, with limits for each key and pauses between the events."""
    command, port = [str(environment("llmock") / "bin" / "llmock"), "serve"], free_port()
    command += ["--port", str(port), "--response-style", "static", "--rpm", "2"]
    command += ["--context-window", "50", "--stream-chunk-delay-ms", "20"]
    home = tmp_path_factory.mktemp("strict")
    with serving(command, home, port=port, health="/health") as url:
        yield Llmock(url)


def test_limits(strict: Llmock, tmp_path: Path) -> None:
    strict.script()
    mimo = Installed(tmp_path, strict.url + "/anthropic", model="claude-x")

    def ask(*words: str) -> Result:
        return mimo("ask", "--retries", "0", *words)

    long = ask("word " * 100)
    assert (long.code, long.out) == (10, "")
    assert "prompt is too long" in error_lines(long)[0]
    assert "Shorten the question" in error_lines(long)[1]
    first, _, third = ask("one"), ask("two"), ask("three")
    assert (first.code, first.out) == (0, SAYS + "\n")
    assert first.seconds > 0.02 * (EVENTS - 1)
    assert (third.code, third.out) == (5, "")
    assert "Rate limit reached for requests per minute: limit 2" in error_lines(third)[0]
    assert "asks to wait " in third.err
