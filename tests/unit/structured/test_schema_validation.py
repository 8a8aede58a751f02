"""Schemas and values that are made to cost, in the process that checks them."""

from __future__ import annotations

import os
import selectors
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from support.interrupting import interrupted_after

from mimo_cli.errors import LocalIOError, UsageError
from mimo_cli.input.programs import Means
from mimo_cli.signals import Signals
from mimo_cli.structured.validation import (
    Cost,
    Misfit,
    UncheckableError,
    check_schema,
    check_value,
)

if TYPE_CHECKING:
    from pathlib import Path

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
MEANS = Means(os.environ, Signals())
SHORT = Cost(seconds=0.3)


def deep(levels: int) -> Any:
    value: Any = 5
    for _ in range(levels):
        value = [value]
    return value


def test_a_schema_and_a_value_are_checked_in_a_process_that_knows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "jsonschema.py").write_text("raise SystemExit(1)")
    (tmp_path / "json.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)  # what lies there is not imported
    means = Means({"MIMO_API_KEY": "x", "PYTHONSTARTUP": "json.py"}, Signals())
    schema = {"properties": {"天\ud800": {"type": "integer"}}}
    check_schema(schema, means)
    assert check_value(schema, {"天\ud800": 5}, means) == ()
    (misfit,) = check_value(schema, {"天\ud800": "\ud800"}, means)
    assert misfit == Misfit('["天\\ud800"]', '"\\ud800" is not of type "integer"')


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "integr"}, 'at type: "integr" is not one of ["array", "boolean", "int'),
        ({"$schema": "http://x.org/"}, 'its "$schema" is not known: http://x.org/'),
        ({"$ref": "#/a"}, "a reference leads nowhere: #/a"),
        (
            {"$ref": "file:///etc/passwd"},
            "a reference leads out of it, and nothing is fetched: file",
        ),
        ({"$ref": "#"}, "a reference leads to itself without an end: #"),
    ],
)
def test_a_schema_that_is_not_right_is_told(schema: Any, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_schema(schema, MEANS)
    assert caught.value.message.startswith(f"the schema is not right: {why}")


@pytest.mark.parametrize(
    ("schema", "hint"),
    [
        ({"name": "Ann"}, "The short form is: name, age int"),
        ({"name": "x", "schema": {}}, "A schema stands within it, in schema: give that alone."),
        (
            {"$schema": "https://json-schema.org/draft-07/schema"},
            "Did you mean http://json-schema.org/draft-07/schema#?",
        ),
        (
            {"$defs": {"A/B": {"type": "object"}}},
            'It only defines schemas; what refers to one is missing: "$ref": "#/$defs/A~1B"',
        ),
        ({"title": "x", "definitions": {"A": {}}}, "It only defines schemas; "),
        (
            {"openapi": "3.1.0", "components": {"schemas": {"A": {"type": "object"}}}},
            'It only defines schemas; what refers to one is missing: "$ref": "#/components/sch',
        ),
        (
            {"responseMimeType": "application/json", "responseSchema": {"type": "OBJECT"}},
            "A schema stands within it, in responseSchema: give",
        ),
        (
            {"text": {"format": {"type": "json_schema", "schema": {}}}},
            "A schema stands within it, in text.format.schema: give",
        ),
        (
            {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}},
            "JSON Schema has types in small letters: object",
        ),
        (
            {"type": "array", "items": {"type": "STRING"}},
            "JSON Schema has types in small letters: string",
        ),
        ({"$schema": "x:"}, "Known are https://json-schema.org/draft/2020-12/schema, "),
    ],
)
def test_what_may_be_meant_by_it_is_told(schema: Any, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_schema(schema, MEANS)
    assert str(caught.value.hint).startswith(hint)


@pytest.mark.parametrize("keyword", ["$ref", "$schema"])
def test_nothing_is_fetched(keyword: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/schema"
        schema = {keyword: url, "properties": {"a": {"$ref": f"{url}s#/b"}}}
        with pytest.raises(UsageError):
            check_schema(schema, MEANS)
        with pytest.raises(UncheckableError):
            check_value(schema, {"a": 5}, MEANS)
        with selectors.DefaultSelector() as selector:
            selector.register(server, selectors.EVENT_READ)
            assert selector.select(0) == []


@pytest.mark.untraced
@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"pattern": "(a+)+$"}, "a" * 50 + "!"),
        ({"uniqueItems": True}, [{"a": number} for number in range(20_000)]),
        ({"items": {"allOf": [{"$ref": "#"}] * 2}}, deep(80)),
    ],
    ids=["pattern", "unique", "exponential"],
)
def test_what_takes_too_long_is_given_up(schema: Any, value: Any) -> None:
    begun = time.monotonic()
    with pytest.raises(UncheckableError) as caught:
        check_value(schema, value, MEANS, SHORT)
    assert caught.value.why == "it takes longer than 0.3 seconds"
    assert time.monotonic() - begun < Cost().in_all / 2


@pytest.mark.untraced
@pytest.mark.parametrize(
    ("schema", "value", "count"),
    [
        ({"uniqueItems": True}, list(range(100_000)), 0),
        ({"enum": list(range(100_000))}, "x", 1),
        ({"items": {"type": "string"}}, list(range(100_000)), 10),
        ({"items": {"$ref": "#"}}, deep(99), 0),
        ({"anyOf": [{"type": "null"}, {"type": "array", "items": {"$ref": "#"}}]}, deep(99), 1),
        ({"const": 10**3999}, 10**3999, 0),
    ],
    ids=["unique", "enum", "misfits", "deep", "alternatives", "digits"],
)
def test_what_is_large_is_checked_all_the_same(schema: Any, value: Any, count: int) -> None:
    assert len(check_value(schema, value, MEANS)) == count


@pytest.mark.parametrize(
    ("schema", "value", "cost", "why"),
    [
        ({"$ref": "#"}, 5, Cost(), "the schema leads to itself without an end"),
        ({"type": "str"}, 5, Cost(), "checking it failed: "),
        ({"$schema": "x:"}, 5, Cost(), "checking it failed: "),
        ({}, 5, Cost(in_all=0.01), "it takes longer than 0.01 seconds"),
        pytest.param(
            {"allOf": [{"type": "null"}] * 300},
            "x" * 1_000_000,  # which is in the message of each misfit
            Cost(seconds=10, memory=200 << 20),
            "it takes more than 200.0 MB of memory",
            marks=LINUX,
        ),
    ],
    ids=["itself", "unchecked", "unknown", "start", "memory"],
)
@pytest.mark.untraced
def test_what_cannot_be_told_is_told(schema: Any, value: Any, cost: Cost, why: str) -> None:
    with pytest.raises(UncheckableError) as caught:
        check_value(schema, value, MEANS, cost)
    assert caught.value.why.startswith(why)


def test_a_schema_that_takes_too_long_is_not_right_either() -> None:
    with pytest.raises(UsageError) as caught:
        check_schema({}, MEANS, Cost(in_all=0.01))
    told = "the schema cannot be checked: it takes longer than 0.01 seconds"
    assert caught.value.message == told


def test_a_process_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(LocalIOError):
        check_value({}, 5, MEANS)


def test_a_start_that_takes_long_is_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "python"
    slow.write_text(f'#!/bin/sh\nsleep 0.6\nexec {sys.executable} "$@"\n')
    slow.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(slow))
    assert check_value({"type": "integer"}, 5, MEANS, Cost(seconds=0.5)) == ()


def test_a_check_can_be_interrupted() -> None:
    begun = time.monotonic()
    with interrupted_after(0.5):
        check_value({"pattern": "(a+)+$"}, "a" * 50 + "!", MEANS, Cost(seconds=15))
    assert time.monotonic() - begun < 10
