"""Every scenario of mock-ai-api, chosen by the end of the model's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from support.harness import KEY

from peers.installed import Installed, error_lines
from peers.processes import free_port, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from peers.conftest import Prepared

MODEL = "claude-sonnet-4-20250514"
GREETING = "Hello. It's nice to meet you.\n"


@pytest.fixture(scope="module")
def url(environment: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its Anthropic half alone; its own command starts another server on a port of its own."""
    python, port = environment("mock-ai-api") / "bin" / "python", free_port()
    command = [str(python), "-m", "uvicorn", "app.anthropic_app:app", "--port", str(port)]
    home = tmp_path_factory.mktemp("mock-ai-api")
    with serving(command, home, port=port, health="/health") as address:
        yield address


@pytest.fixture
def mimo(url: str, tmp_path: Path) -> Installed:
    return Installed(tmp_path, url, model=MODEL)


class Outcome(NamedTuple):
    code: int
    out: str = ""
    says: str = ""


REFUSED = {
    "mock-400": Outcome(10, says="the request was refused: Mock scenario mock-400 triggered"),
    "mock-401": Outcome(4, says="the key was refused: Mock scenario mock-401 triggered"),
    "mock-429": Outcome(5, says="too many requests: Mock scenario mock-429 triggered"),
    "mock-500": Outcome(8, says="the server failed (500): Mock scenario mock-500 triggered"),
    "mock-503": Outcome(8, says="the server failed (503): Mock scenario mock-503 triggered"),
}
TOOL = Outcome(8, says="tool")
STREAMED = {
    "mock-text": Outcome(0, GREETING),
    "mock-anthropic-stream": Outcome(0, GREETING),
    "mock-delay": Outcome(0, "Mock Anthropic stream for: hi\n"),
    "mock-unheard-of": Outcome(0, "Mock Anthropic stream for: hi\n"),
    "mock-tool-use": TOOL,
    "mock-tool-stream": TOOL,
    "mock-stream-error": Outcome(8, says="Mock streaming failure"),
    **REFUSED,
}
WHOLE = {
    **STREAMED,
    "mock-delay": Outcome(0, "Mock Anthropic response for: hi\n"),
    "mock-unheard-of": Outcome(0, "Mock Anthropic response for: hi\n"),
    "mock-stream-error": Outcome(0, "Mock Anthropic response for: hi\n"),
}
CASES = [
    pytest.param(scenario, how, expected, id=f"{scenario} {how}")
    for how, table in (("", STREAMED), ("--no-stream", WHOLE))
    for scenario, expected in table.items()
]


@pytest.mark.parametrize(("scenario", "how", "expected"), CASES)
def test_a_scenario(mimo: Installed, scenario: str, how: str, expected: Outcome) -> None:
    result = mimo("ask", *how.split(), "-m", f"{MODEL}:{scenario}", "hi")
    assert (result.code, result.out) == (expected.code, expected.out)
    if expected.says:
        assert expected.says in error_lines(result)[0]
    else:
        assert result.err == ""
    retried = expected.code in (5, 8) and expected.says != "tool"
    assert result.err.count("trying again in ") == (2 if retried else 0)


def test_its_models_are_listed_and_every_scenario_of_the_table_is_there(mimo: Installed) -> None:
    result = mimo("models", "--remote", "--json")
    listed = [model["id"] for model in result.json["models"]]
    known = {name.removeprefix(f"{MODEL}:") for name in listed if ":" in name}
    assert known == STREAMED.keys() - {"mock-unheard-of"}


def test_a_conversation(mimo: Installed) -> None:
    """It answers with the words of all messages."""
    model = ("-m", f"{MODEL}:mock-delay")
    one = "Mock Anthropic stream for: one\n"
    assert mimo("ask", *model, "one").out == one
    result = mimo("ask", "-c", *model, "two")
    expected = "Mock Anthropic stream for: one Mock Anthropic stream for: one two\n"
    assert (result.code, result.out, result.err) == (0, expected, "")
    assert KEY.encode() not in mimo.kept()


def test_doctor_finds_nothing_wrong(mimo: Installed) -> None:
    result = mimo("doctor", "--json")
    assert result.code == 0
    assert {it["name"]: it["state"] for it in result.json["checks"]}["request"] == "ok"
