from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mimo_cli.api.protocol.messages import (
    BlockStart,
    BlockStop,
    InputJsonDelta,
    Message,
    Retrying,
    Text,
    TextDelta,
    ToolResult,
    ToolUse,
)
from mimo_cli.errors import UsageError
from mimo_cli.phrases import NOTHING
from mimo_cli.tools import call_ids
from mimo_cli.tools.results import Given, Kind, answers, check_form

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import StreamItem

A, B = ToolUse("a", "weather", {"city": "Rome"}), ToolUse("b", "clock", {})


def read(name: str) -> str:
    return f"<{name}>"


@pytest.mark.parametrize(
    ("ids", "given", "expected"),
    [
        ("a", "result a=x", [("a", "x", False)]),
        ("a", "result a=", [("a", "", False)]),
        ("a", "result a=@x=y", [("a", "@x=y", False)]),
        ("a", "file a=out=1", [("a", "<out=1>", False)]),
        ("a", "error a=-x", [("a", "-x", True)]),
        ("a b", "error b=no|result a=x", [("a", "x", False), ("b", "no", True)]),
        ("a a=b", "result a=b=c|result a=c", [("a", "c", False), ("a=b", "c", False)]),
        ("a=b", "result a=b=", [("a=b", "", False)]),
        ("_", "result =x", [("", "x", False)]),
    ],
)
def test_results_are_put_in_the_order_of_the_calls(
    ids: str, given: str, expected: list[tuple[str, str, bool]]
) -> None:
    pending = [A._replace(id=id_.replace("_", "")) for id_ in ids.split(" ")]
    assert answers(parsed(given), pending, read) == tuple(ToolResult(*it) for it in expected)


def parsed(given: str) -> list[Given]:
    kinds: dict[str, Kind] = {"result": "result", "file": "file", "error": "error"}
    pairs = (it.split(" ", 1) for it in given.split("|"))
    return [Given(kinds[kind], value) for kind, value in pairs]


def test_an_id_may_have_blanks() -> None:
    pending = [A._replace(id="call 1\t")]
    assert answers([Given("result", "call 1\t=x")], pending, read)[0].tool_use_id == "call 1\t"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            "result c=x",
            'no call c waits for a result: these do: a (weather(city="Rome")), b (clock())',
        ),
        ("result a=x", "a call has no result: b (clock())"),
        ("error a=x|result a=y|result b=", "a has more than one result"),
        ("file a=x|error a=y", "a has more than one result"),
    ],
)
def test_results_that_fit_no_call_are_refused(given: str, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        answers(parsed(given), [A, B], lambda name: pytest.fail(f"{name} was read"))
    assert raised.value.message == message


def test_where_nothing_waits_no_result_is_taken() -> None:
    with pytest.raises(UsageError, match="nothing waits for a result"):
        answers([Given("result", "a=x")], [], read)


def test_every_result_names_its_call() -> None:
    check_form([Given("result", "a="), Given("file", "=")])
    with pytest.raises(UsageError) as raised:
        check_form([Given("file", "out.txt")])
    assert raised.value.message == "--tool-result-file cannot be out.txt: it is ID=FILE"


def ids_of(events: list[StreamItem], used: str = "") -> list[str]:
    groups = call_ids.with_ids(([event] for event in events), frozenset(used.split()))
    seen = [event for group in groups for event in group]
    assert len(seen) == len(events)
    return [
        it.block.id for it in seen if isinstance(it, BlockStart) and isinstance(it.block, ToolUse)
    ]


def begins(index: int, id_: str, name: str = "n") -> BlockStart:
    return BlockStart(index, ToolUse(id_, name, {}))


def test_each_call_has_an_id_of_its_own() -> None:
    two: list[StreamItem] = [begins(0, "x"), BlockStop(0), begins(1, "x"), BlockStop(1)]
    assert ids_of(two) == ["x", "call_1"]
    assert ids_of(two, "x call_1") == ["call_2", "call_3"]
    assert ids_of([begins(0, ""), begins(1, "")], "call_2") == ["call_1", "call_3"]
    assert ids_of([begins(0, "a", "f"), begins(0, "a", "g")]) == ["a", "call_1"]


def test_a_block_that_begins_again_is_the_same_call() -> None:
    again: list[StreamItem] = [begins(0, ""), InputJsonDelta(0, "{"), begins(0, "")]
    assert ids_of(again) == ["call_1", "call_1"]
    assert ids_of([begins(0, ""), BlockStart(0, Text("")), begins(0, "")]) == ["call_1", "call_2"]


def test_an_answer_that_is_sent_again_begins_anew() -> None:
    assert ids_of([begins(0, "x"), Retrying(NOTHING, 0.0, 1), begins(0, "x")]) == ["x", "x"]


def test_what_is_no_call_goes_by() -> None:
    group = [TextDelta(0, "hi")]
    assert next(call_ids.with_ids([group], frozenset())) is group
    messages = [Message("user", "hi"), Message("assistant", (Text("t"), A, B))]
    assert call_ids.used_in(messages) == {"a", "b"}
