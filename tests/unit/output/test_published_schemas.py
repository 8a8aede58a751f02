"""The schemas that `mimo schema` prints: whole, explained, and equal to what the code can say."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
import typer
from jsonschema import Draft202012Validator
from support import json_contract
from support.json_contract import EVENTS, OF_COMMAND, validator

from mimo_cli import errors
from mimo_cli.api.protocol.messages import (
    STOP_REASONS,
    BlockStart,
    FileSource,
    InputJsonDelta,
    Measures,
    Media,
    MediaKind,
    MessageStart,
    OtherBlock,
    Reply,
    Retrying,
    Silence,
    Text,
    TextDelta,
    Thinking,
    ThinkingDelta,
    ToolUse,
    UrlSource,
    Usage,
)
from mimo_cli.api.replies.finished.calls import CallProblem
from mimo_cli.catalogue.pricing import GROUPINGS
from mimo_cli.cli.app import app
from mimo_cli.commands.printed.schema import DESCRIBED
from mimo_cli.conversation.shown import export_formats
from mimo_cli.conversation.turns import Status, TurnKind
from mimo_cli.doctor.check import State
from mimo_cli.options.schema import SchemaOptions
from mimo_cli.output import json_output
from mimo_cli.output.output_stream import Output
from mimo_cli.output.schemas import published
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
SCHEMAS = {name: published.schema(name) for name in published.NAMES}


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """A schema and all schemas in it."""
    if isinstance(schema, dict):
        yield schema
        for member in schema.values():
            yield from parts(member)
    if isinstance(schema, list):
        for member in schema:
            yield from parts(member)


def field(schema: str, *path: str) -> Any:
    """What a schema says of a field, which may be one of a definition: `$defs`, its name, …"""
    found: Any = SCHEMAS[schema]
    for name in path:
        found = found["properties"][name] if name in found.get("properties", ()) else found[name]
    return found


def test_the_names_are_those_of_the_files() -> None:
    files = {it.stem for it in Path(published.__file__).parent.glob("*.json")}
    assert files == {*published.NAMES, "definitions"}
    assert tuple(DESCRIBED) == published.NAMES
    (shown,) = [it for it in SchemaOptions.parameters() if it.name == "name"]
    assert shown.annotation.__metadata__[0].metavar == f"[{'|'.join(published.NAMES)}]"


@pytest.mark.parametrize("name", published.NAMES)
def test_a_schema_is_right_and_needs_nothing_else(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:mimo-cli:schema:{json_output.SCHEMA}:{name}"
    assert json.dumps(schema, ensure_ascii=False).isascii()
    used = {it["$ref"] for it in parts(schema) if isinstance(it.get("$ref"), str)}
    assert used == {f"#/$defs/{part}" for part in schema.get("$defs", {})}


@pytest.mark.parametrize("name", published.NAMES)
def test_every_field_is_explained_and_every_object_has_a_title(name: str) -> None:
    for part in parts(SCHEMAS[name]):
        if part.get("type") == "object" and isinstance(part.get("properties"), dict):
            assert part["title"]
            assert {*part.get("required", ())} <= {*part["properties"]}
            for key, member in part["properties"].items():
                assert "description" in member or "$ref" in member, (part["title"], key)
    for part in SCHEMAS[name].get("$defs", {}).values():
        assert part["description"][-1] == "."


def test_fields_that_are_not_known_yet_are_no_mistake() -> None:
    result = json_output.result(Reply(), None, model="m")
    assert Draft202012Validator(SCHEMAS["ask"]).is_valid({**result, "novel": 1})
    assert "New fields may come" in SCHEMAS["ask"]["description"]


def test_the_version_is_one() -> None:
    versions = {json_output.SCHEMA, export_formats.SCHEMA, published.VERSION}
    assert versions == {SCHEMAS["ask"]["$defs"]["version"]["const"]}


def kinds_of_error() -> Iterator[Any]:
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.MimoError):
            yield kind
    yield from map(errors.Interrupted, SIGNALS)
    yield errors.ReaderGone


@pytest.mark.parametrize("name", ["ask", "models", "doctor"])
def test_codes_of_errors_are_those_of_the_code(name: str) -> None:
    error = SCHEMAS[name]["$defs"]["error"]["properties"]
    assert error["code"]["enum"] == [*dict.fromkeys(it.code for it in kinds_of_error())]
    assert error["exit_code"]["enum"] == sorted({it.exit_code for it in kinds_of_error()})


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("ask", "$defs", "tool_call", "problem"), (None, *get_args(CallProblem))),
        (("ask", "$defs", "attachment", "type"), get_args(MediaKind)),
        (("history", "$defs", "media_block", "type"), get_args(MediaKind)),
        (("history", "$defs", "turn", "status"), get_args(Status)),
        (("history", "$defs", "turn", "kind"), get_args(TurnKind)),
        (("history", "$defs", "spending", "by"), GROUPINGS),
        (("doctor", "$defs", "check", "state"), get_args(State)),
    ],
)
def test_words_are_those_of_the_code(path: tuple[str, ...], words: tuple[object, ...]) -> None:
    assert set(field(*path)["enum"]) == set(words)


@pytest.mark.parametrize(
    "path", [("ask", "stop_reason"), ("history", "$defs", "reply", "stop_reason")]
)
def test_stop_reasons_are_those_that_servers_are_known_to_give(path: tuple[str, ...]) -> None:
    assert set(field(*path)["examples"]) == STOP_REASONS


def test_every_kind_of_line_is_described(capfd: pytest.CaptureFixture[str]) -> None:
    output = Output(1, "stdout", None)
    json_output.JsonLinesView(output).show(
        (
            MessageStart(None, None, Usage()),
            ThinkingDelta(0, "hm"),
            TextDelta(1, "\ud83d"),
            BlockStart(2, ToolUse("", "", {})),
            InputJsonDelta(2, "{"),
            Silence(45.5, 90.0),
            Retrying(Phrase("lost"), 0.5, 1),
        )
    )
    output.write(json_output.to_line(json_output.repair(1, [{"path": "$", "message": "no"}])))
    output.write(json_output.to_line(json_output.result(Reply(), None, model=None)))
    out = capfd.readouterr().out
    json_contract.check(["ask", "--jsonl"], out, 0)
    lines = [json.loads(line) for line in out.splitlines()]
    assert {"ask" if it["type"] == "result" else it["type"] for it in lines} == {*EVENTS}
    for line in lines:
        Draft202012Validator(SCHEMAS["event"]).validate(line)


def test_an_answer_of_all_there_can_be_is_described() -> None:
    digest = "0" * 64
    film = Media("video", FileSource("video/mp4", 3, digest), 1.0, "max", "a", Measures(1, 2, 3.5))
    reply = Reply(
        "m",
        "i",
        (
            Thinking("hm", "s"),
            Text("a", ({"url": "https://x.test"},)),
            ToolUse("t", "n", {}, "{"),
            OtherBlock({"type": "redacted_thinking", "data": "x"}),
            OtherBlock({}),
        ),
        "tool_use",
        usage=Usage(1, 2, 3, 4),
    )
    error = errors.RateLimitError(Phrase("no"), status=429, request_id="r", retry_after=1.5)
    question = (film, Media("image", UrlSource("https://x.test/a.png")), Text("What?"))
    values: tuple[Any, ...] = (None, [], {"a": 1}, "x")
    for data in values:
        result = json_output.result(
            reply, error, model="m", question=question, offered={"n"}, data=data, repairs=2
        )
        json_contract.check(["ask", "--json"], json_output.to_line(result), 5)


def test_every_command_that_prints_json_has_a_schema() -> None:
    def commands(command: Any, *path: str) -> Iterator[str]:
        context = command.context_class(command, info_name=" ".join(path) or "mimo")
        if any({"--json", "--jsonl"} & {*it.opts} for it in command.params):
            yield " ".join(path)
        for name in getattr(command, "commands", ()):
            yield from commands(command.get_command(context, name), *path, name)

    assert {*commands(typer.main.get_command(app))} == {*OF_COMMAND, "schema"}


ANSWER = json_output.result(Reply(), None, model="m")


@pytest.mark.parametrize(
    ("args", "out"),
    [
        (["ask", "--json"], json.dumps({**ANSWER, "novel": 1}) + "\n"),
        (["ask", "--json"], json.dumps({**ANSWER, "usage": None}) + "\n"),
        (["ask", "--json"], json.dumps({**ANSWER, "text": "é"}, ensure_ascii=False) + "\n"),
        (["--debug", "ask", "--json", "hi"], "{}\n"),
        (["ask", "--json"], json.dumps(ANSWER)),
        (["ask", "--jsonl"], '{"schema": 1, "type": "novel"}\n'),
        (["ask", "--jsonl"], '{"schema": 1, "type": "text", "text": "a"}\n'),
        (["chat", "--json"], json.dumps(ANSWER) + "\n{}\n"),
        (["history", "--json"], json.dumps(ANSWER) + "\n"),
        (["history", "show", "--json"], "[]\n"),
        (["history", "export", "--all", "--format", "json"], "[{}]\n"),
        (["config", "list", "--json"], '{"a": 1}\n'),
        (["models", "--json"], json.dumps(ANSWER) + "\n"),
    ],
)
def test_what_is_not_as_it_is_published_fails(args: list[str], out: str) -> None:
    with pytest.raises((AssertionError, json.JSONDecodeError)):
        json_contract.check(args, out, 0)


@pytest.mark.parametrize(
    ("args", "out", "code"),
    [
        (["ask", "--", "--json"], "words\n", 0),
        (["ask", "--json", "--help"], "Usage\n", 0),
        (["ask", "--jsonl"], '{"schema": 1, "type": "text", "text": "a"}\n{"sche', 12),
        (["history", "--json"], "", 2),
        (["schema", "ask"], "{}\n", 0),
    ],
)
def test_what_is_no_such_json_is_left_alone(args: list[str], out: str, code: int) -> None:
    json_contract.check(args, out, code)


def test_validators_are_made_once() -> None:
    assert validator("ask") is validator("ask")
