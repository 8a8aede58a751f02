"""`mimo ask` and what gateways make of the protocol: the answer, or the error that it is."""

from __future__ import annotations

import pytest
from support.harness import environ_for, mimo

from mimo_cli.simulator import DIALECTS, Fault, Simulator

ERRORS = [name for name, dialect in DIALECTS.items() if dialect.error or dialect.refusal]
UNREADABLE = {
    "br": "compressed (br)",
    "zstd": "compressed (zstd)",
    "openai": "OpenAI-style",
}
ANSWERS = [name for name in DIALECTS if name not in (*ERRORS, *UNREADABLE)]


@pytest.mark.untraced
@pytest.mark.slow
@pytest.mark.parametrize("options", [[], ["--no-stream"]], ids=["streamed", "whole"])
@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_comes_through_every_dialect(name: str, options: list[str]) -> None:
    with Simulator(dialect=name, answer="Hello *you*.", thinking="Hm.") as simulator:
        result = mimo("ask", "hi", *options, environ=environ_for(simulator))
    is_cut = name == "no-end" and not options  # nobody knows whether that is all
    assert (result.code, result.out) == (9 if is_cut else 0, "Hello *you*.\n")
    assert is_cut or name == "finish-words" or result.err == ""


@pytest.mark.parametrize(
    "names",
    [
        ("unnamed", "wrapped-comments"),
        ("restarts", "whole-blocks"),
        ("crlf", "one-event-many-chunks"),
        ("no-start", "no-stop"),
        ("sdk-events", "whole-message"),
        ("restarts", "sdk-events"),
    ],
)
def test_the_answer_comes_through_two_dialects_at_once(names: tuple[str, ...]) -> None:
    with Simulator(dialect=names, answer="Hello *you*.", thinking="Hm.") as simulator:
        result = mimo("ask", "hi", environ=environ_for(simulator))
    assert (result.code, result.out, result.err) == (0, "Hello *you*.\n", "")


@pytest.mark.parametrize("options", [[], ["--no-stream"]], ids=["streamed", "whole"])
@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_said(name: str, options: list[str]) -> None:
    with Simulator(dialect=name, answer="Hello *you*.") as simulator:
        result = mimo("ask", "hi", *options, "--retries", "0", environ=environ_for(simulator))
    assert (result.code, result.out) == (8, "")
    assert UNREADABLE[name] in result.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (400, 10, "Param Incorrect"),
        (401, 4, "Please provide valid API Key"),
        (402, 6, "The balance of this account is used up"),
        (429, 5, "too many requests"),
        (503, 8, "The server is overloaded"),
    ],
)
@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_that_error_in_every_dialect(
    name: str, status: int, code: int, words: str
) -> None:
    with Simulator(dialect=name, faults=[Fault.http(status)]) as simulator:
        result = mimo("ask", "hi", "--retries", "0", environ=environ_for(simulator))
    assert (result.code, result.out) == (code, "")
    assert (f'"{status} ' if name == "html-errors" and status != 429 else words) in result.err
    assert "{" not in result.err
