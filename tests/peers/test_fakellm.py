"""fakellm, whose answers come from rules: statuses, tools, and what a turn brings."""

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

STATUSES = (400, 401, 402, 403, 404, 413, 421, 422, 429, 500, 503, 529)

RULES = """\
version: 1
rules:
  - {name: second, when: {turn: 2}, respond: {content: "This is the second turn."}}
  - {name: text, when: {messages_contain: hello}, respond: {content: "Hello, **you**.\\n\\n你好"}}
  - name: tool
    when: {messages_contain: tool}
    respond: {tool_calls: [{name: w, arguments: {a: 1}}]}
  - name: both
    when: {messages_contain: both}
    respond: {content: "Before.", tool_calls: [{name: w, arguments: {a: 1}}, {name: v}]}
  - {name: empty, when: {messages_contain: nothing}, respond: {content: ""}}
"""
STATUS_RULE = (
    '  - {{name: s{0}, when: {{messages_contain: "status {0}"}}, '
    'respond: {{status: {0}, error: "because of {0}"}}}}\n'
)


@pytest.fixture(scope="module")
def url(environment: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home, port = tmp_path_factory.mktemp("fakellm"), free_port()
    rules = home / "rules.yaml"
    rules.write_text(RULES + "".join(map(STATUS_RULE.format, STATUSES)), "utf-8")
    command = [str(environment("fakellm") / "bin" / "fakellm"), "serve", "--port", str(port)]
    command += ["--config", str(rules)]
    with serving(command, home, port=port, health="/_fakellm/stats") as address:
        yield address


@pytest.fixture
def mimo(url: str, tmp_path: Path) -> Installed:
    return Installed(tmp_path, url, model="claude-x")


class Outcome(NamedTuple):
    code: int
    out: str = ""
    says: str = ""


ANSWERS = {
    "say hello": Outcome(0, "Hello, **you**.\n\n你好\n"),
    "both": Outcome(0, "Before.\n", "tool"),
    "nothing": Outcome(8, "", "the answer has no text"),
}


@pytest.mark.parametrize("how", [(), ("--no-stream",)], ids=["stream", "plain"])
@pytest.mark.parametrize("asked", ANSWERS)
def test_an_answer(mimo: Installed, asked: str, how: tuple[str, ...]) -> None:
    expected = ANSWERS[asked]
    result = mimo("ask", *how, asked, f"({how})")
    assert (result.code, result.out) == (expected.code, expected.out)
    assert expected.says in result.err
    assert expected.says or result.err == ""


def test_a_tool_alone_is_no_answer(mimo: Installed) -> None:
    """In a stream; in one piece fakellm invents a text for it."""
    result = mimo("ask", "use a tool")
    assert (result.code, result.out) == (8, "")
    assert "tool" in error_lines(result)[0]


REFUSALS = {
    **dict.fromkeys((400, 404, 413, 422), 10),
    **dict.fromkeys((401, 403), 4),
    **dict.fromkeys((500, 503, 529), 8),
    402: 6,
    421: 11,
    429: 5,
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_status(mimo: Installed, status: int) -> None:
    """Of its own error type, `mock_error`; only in one piece: its streams know no status."""
    result = mimo("ask", "--no-stream", "--retries", "0", f"status {status}")
    assert (result.code, result.out) == (REFUSALS[status], "")
    assert f"because of {status}" in error_lines(result)[0]


def test_the_second_turn_is_one(mimo: Installed) -> None:
    assert mimo("ask", "-q", "a question of mine").out.startswith("[mock response for claude-x")
    result = mimo("ask", "-c", "and another")
    assert (result.code, result.out, result.err) == (0, "This is the second turn.\n", "")
    assert KEY.encode() not in mimo.kept()


def test_it_has_no_list_of_models(mimo: Installed) -> None:
    result = mimo("models", "--remote")
    assert (result.code, result.out) == (10, "")
    assert error_lines(result)[0] == "mimo: the server has no such page: Not Found"


def test_doctor_finds_nothing_wrong(mimo: Installed) -> None:
    assert mimo("doctor", "--json").code == 0
