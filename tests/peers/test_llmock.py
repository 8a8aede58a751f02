"""The statuses, words and limits of llmock, and what it says of how its client took them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from support.harness import KEY

from peers.installed import Installed, error_lines
from peers.llmock import SAYS, Behaviour, Llmock, fail, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.harness import Result

    from peers.conftest import Prepared


@pytest.fixture
def mimo(llmock: Llmock, tmp_path: Path) -> Installed:
    return Installed(tmp_path, llmock.url + "/anthropic", model="claude-x")


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
    413: Status(10, " bytes): Payload too large."),
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


@pytest.fixture(scope="module")
def strict(environment: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Llmock]:
    """Another llmock, with limits for each key and pauses between the events."""
    limits = ("--rpm", "2", "--context-window", "50", "--stream-chunk-delay-ms", "20")
    home = tmp_path_factory.mktemp("strict")
    with running(environment("llmock"), home, *limits) as llmock:
        yield llmock


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
    assert first.seconds > 0.02 * (9)
    assert (third.code, third.out) == (5, "")
    assert "Rate limit reached for requests per minute: limit 2" in error_lines(third)[0]
    assert "asks to wait " in third.err
