"""`mimo ask --schema`: JSON that fits, or an error; answers that do not fit are asked for again.

A check takes a process. So most answers here that do not fit are no JSON at all, which needs none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.harness import KEY, environ_for, mimo

from mimo_cli.simulator import Fault, Simulator, ToolCall, event

if TYPE_CHECKING:
    from pathlib import Path

WANTED = ("--schema", "name, age int")
GOOD = '{"name": "Ann", "age": 30}'
OLD = '{"name": "Ann", "age": "old"}'
FENCED = f"Here it is:\n\n```json\n{GOOD}\n```\n"
NONE = "I would rather not."
ASK = ("ask", "who is Ann?")
HINT = "  Put the question in other words, or want less of --schema.\n"
NO_JSON = "mimo: the answer does not fit the schema: there is no JSON in it"


def answering(*texts: str, **more: Any) -> Simulator:
    """A simulator that gives these answers in turn; the last one stays."""
    return Simulator(answer=texts, **more)


def cut(text: str, reason: str = "max_tokens") -> bytes:
    """A stream of an answer that stops for a reason."""
    delta = {"type": "text_delta", "text": text}
    return b"".join(
        event(data)
        for data in (
            {"type": "content_block_delta", "index": 0, "delta": delta},
            {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {}},
            {"type": "message_stop"},
        )
    )


def test_what_is_no_keyword_of_a_schema_is_told() -> None:
    schema = json.dumps({"type": "object", "propertes": {"name": {"typ\x1b": "string"}}})
    with answering(GOOD) as simulator:
        result = mimo(*ASK, "--schema", schema, environ=environ_for(simulator))
    told = (
        "not keywords of this draft of JSON Schema, and passed over: "
        "propertes (did you mean properties?)"
    )
    assert (result.code, result.out, result.err) == (0, GOOD + "\n", f"mimo: warning: {told}\n")


COMMA = "a comma ends a description, and what follows it is a field:"


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ("name, bio: short, friendly", f"{COMMA} friendly"),
        ("bio: short, friendly, name", f"{COMMA} friendly, name"),
        ("name, bio: short", ""),
    ],
)
def test_a_field_that_may_be_a_part_of_a_description_is_told(schema: str, told: str) -> None:
    with answering('{"name": "A", "bio": "B", "friendly": "C"}') as simulator:
        result = mimo(*ASK, "--schema", schema, "--repairs", "0", environ=environ_for(simulator))
    assert (f"mimo: {told}\n" in result.err, "a comma" in result.err) == (bool(told), bool(told))


TAKEN = "mimo: the JSON was taken out of other words\n"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (GOOD, ""),
        (f"```json\n{GOOD}\n```", ""),
        (f"<think>[]</think>{GOOD}", ""),
        (FENCED, TAKEN),
        (f"Hm []</think>{GOOD}", ""),
    ],
)
def test_stdout_is_the_json_alone_on_one_line(answer: str, told: str) -> None:
    with answering(answer) as simulator:
        result = mimo(*ASK, *WANTED, environ=environ_for(simulator))
    assert (result.code, result.out, result.err) == (0, GOOD + "\n", told)
    (request,) = simulator.requests
    assert '"age": {"type": "integer"}' in request.json["system"]
    assert request.json["system"].startswith("You are MiMo")


def test_render_indents_it_as_a_terminal_would() -> None:
    with answering(FENCED) as simulator:
        result = mimo(*ASK, *WANTED, "--render", environ=environ_for(simulator))
    assert result.out == '{\n  "name": "Ann",\n  "age": 30\n}\n'


def test_what_does_not_fit_is_asked_for_again_with_all_that_was_said() -> None:
    with answering(OLD, NONE, GOOD, thinking="Hm.") as simulator:
        environ = environ_for(simulator)
        result = mimo(*ASK, *WANTED, "-s", "Be brief.", environ=environ)
    assert (result.code, result.out) == (0, GOOD + "\n")
    assert result.err == (
        'mimo: the answer does not fit the schema: age: "old" is not of type "integer"; '
        "asking again (1 of 2)\n"
        f"{NO_JSON}; asking again (2 of 2)\n"
    )
    first, _, third = (request.json for request in simulator.requests)
    assert first["system"] == third["system"]
    roles = [it["role"] for it in third["messages"]]
    assert roles == ["user", "assistant", "user", "assistant", "user"]
    question, old, correction, none, _ = (it["content"] for it in third["messages"])
    assert question == "who is Ann?"
    assert [it["type"] for it in old] == ["thinking", "text"]
    assert (old[0]["thinking"], old[1]["text"]) == ("Hm.", OLD)
    assert "age" in correction[0]["text"]
    assert none[-1]["text"] == NONE


def test_after_the_repairs_it_is_an_error_and_the_text_is_on_stderr() -> None:
    with answering(NONE) as simulator:
        result = mimo(*ASK, *WANTED, "--repairs", "1", environ=environ_for(simulator))
    assert (result.code, result.out) == (13, "")
    assert result.err == f"{NO_JSON}; asking again (1 of 1)\n{NONE}\n{NO_JSON}\n{HINT}"
    assert len(simulator.requests) == 2


def test_json_has_the_value_and_counts_all_rounds() -> None:
    with answering(NONE, GOOD) as simulator:
        environ = environ_for(simulator)
        result = mimo(*ASK, *WANTED, "--json", "-u", environ=environ)
        asked = [request.json["messages"] for request in simulator.requests]
    found = result.json
    assert (found["data"], found["repairs"]) == ({"name": "Ann", "age": 30}, 1)
    assert (found["text"], found["partial"], found["error"]) == (GOOD, False, None)
    assert len(asked) == 2
    usage = found["usage"]
    together = usage["input_tokens"] + usage["cache_read_input_tokens"]
    assert f"{together:,} tokens in" in result.err
    with answering(GOOD) as simulator:
        alone = mimo(*ASK, *WANTED, "--json", environ=environ_for(simulator)).json
    assert (alone["data"], alone["repairs"]) == ({"name": "Ann", "age": 30}, 0)
    assert usage["output_tokens"] > alone["usage"]["output_tokens"]
    assert together > alone["usage"]["input_tokens"]


def test_json_tells_that_nothing_fits() -> None:
    with answering(NONE) as simulator:
        result = mimo(*ASK, *WANTED, "--repairs=0", "--json", environ=environ_for(simulator))
    found = result.json
    assert result.code == 13
    assert (found["data"], found["text"], found["partial"]) == (None, NONE, False)
    assert (found["error"]["code"], found["error"]["exit_code"]) == ("schema_mismatch", 13)


def test_json_lines_tell_of_each_round() -> None:
    with answering(OLD, GOOD, thinking="") as simulator:
        result = mimo(*ASK, *WANTED, "--jsonl", environ=environ_for(simulator))
    lines = [json.loads(line) for line in result.out.splitlines()]
    kinds = [line["type"] for line in lines if line["type"] not in ("text", "thinking")]
    assert kinds == ["start", "repair", "start", "result"]
    (repair,) = (line for line in lines if line["type"] == "repair")
    message = '"old" is not of type "integer"'
    errors = [{"path": "age", "message": message}]
    assert repair == {"schema": 1, "type": "repair", "attempt": 1, "errors": errors}
    assert lines[-1]["data"] == {"name": "Ann", "age": 30}
    assert result.err == ""


def test_a_file_gets_the_json_and_nothing_where_none_fits(tmp_path: Path) -> None:
    file = tmp_path / "ann.json"
    with answering(FENCED, NONE) as simulator:
        environ = environ_for(simulator)
        good = mimo(*ASK, *WANTED, "-o", str(file), environ=environ)
        assert (good.code, good.out, file.read_text()) == (0, "", GOOD + "\n")
        bad = mimo(*ASK, *WANTED, "--repairs", "0", "-o", str(file), environ=environ)
    assert (bad.code, bad.out, file.read_text()) == (13, "", GOOD + "\n")
    assert [it.name for it in tmp_path.iterdir()] == ["ann.json"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--repairs", "2"), "--repairs needs --schema"),
        ((*WANTED, "--repairs", "11"), "--repairs cannot be 11: it is from 0 to 10"),
        ((*WANTED, "--repairs=-1"), "--repairs cannot be -1: it is from 0 to 10"),
        ((*WANTED, "-x"), "--schema and --extract cannot go together"),
        (("--schema", "nmae flaot"), "flaot"),
        (("--schema", '{"type": "objekt"}'), "the schema is not right"),
        (("--schema", "{"), "the schema is not right"),
        (("--schema", ""), "schema"),
        (("--schema", "no/such.json"), "no/such.json"),
    ],
)
def test_a_schema_that_is_not_right_is_told_before_anything_is_sent(
    options: tuple[str, ...], told: str
) -> None:
    with answering(GOOD) as simulator:
        result = mimo(*ASK, *options, environ=environ_for(simulator))
    assert (result.code, result.out) == (2, "")
    assert told in result.err
    assert len(result.err.splitlines()) <= 2
    assert simulator.connections == 0


def test_a_dry_run_shows_what_would_be_sent() -> None:
    with answering(GOOD) as simulator:
        environ = environ_for(simulator, MIMO_API_KEY=KEY)
        result = mimo(*ASK, *WANTED, "--dry-run", environ=environ)
    assert (result.code, simulator.connections) == (0, 0)
    body = json.loads(result.out.partition("\n\n")[2])
    assert '"age": {"type": "integer"}' in body["system"]


# ---- What is not asked for again


@pytest.mark.parametrize(
    ("stream", "code", "told"),
    [
        (cut('{"name": "Ann", "a'), 9, "the JSON is incomplete: the answer is cut: stopped at max"),
        (cut('{"name": "Ann"', "content_filter"), 11, "content filter"),
        (cut('{"name": "Ann"', "repetition_truncation"), 9, "repetition_truncation"),
        (cut('{"name": "Ann"', "").partition(b"event: message_delta")[0], 9, "incomplete"),
    ],
)
def test_an_answer_that_is_not_whole_is_not_asked_for_again(
    stream: bytes, code: int, told: str
) -> None:
    with answering(GOOD, faults=[Fault(sse=stream, times=None)]) as simulator:
        result = mimo(*ASK, *WANTED, "--retries", "0", environ=environ_for(simulator))
    assert (result.code, result.out) == (code, "")
    assert told in result.err
    assert result.err.startswith('{"name": "Ann"')
    assert len(simulator.requests) == 1


def test_a_cut_answer_whose_json_is_whole_is_one_with_a_warning() -> None:
    with answering(GOOD, faults=[Fault(sse=cut(GOOD))]) as simulator:
        result = mimo(*ASK, *WANTED, environ=environ_for(simulator))
    assert (result.code, result.out) == (0, GOOD + "\n")
    assert "warning: the answer is cut" in result.err


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_repair_that_fails_is_its_own_error(form: tuple[str, ...]) -> None:
    faults = [Fault(), Fault.http(503, times=None)]
    with answering(NONE, faults=faults) as simulator:
        result = mimo(*ASK, *WANTED, *form, "--retries", "0", environ=environ_for(simulator))
    assert result.code == 8
    assert f"{NO_JSON}; asking again (1 of 2)\n" in result.err
    assert len(simulator.requests) == 2
    if form:
        found = result.json
        assert (found["text"], found["data"], found["repairs"]) == (NONE, None, 1)
        assert found["error"]["exit_code"] == 8
    else:
        assert result.out == ""
        assert f"\n{NONE}\nmimo: " in result.err


def test_an_answer_that_takes_too_long_to_check_is_an_error() -> None:
    pattern = json.dumps({"type": "string", "pattern": "^(a+)+$"})
    with answering(json.dumps("a" * 40 + "!")) as simulator:
        result = mimo(*ASK, "--schema", pattern, environ=environ_for(simulator))
    assert (result.code, result.out) == (13, "")
    why = "it takes longer than 2 seconds"
    told = f"mimo: nobody can say whether the answer fits the schema: {why}\n{HINT}"
    assert result.err.endswith(told)
    assert len(simulator.requests) == 1


def test_the_time_limit_is_for_all_rounds() -> None:
    with answering(NONE, delay=0.08) as simulator:
        environ = environ_for(simulator)
        options = ("--timeout", "1", "--repairs", "10", "--no-thinking")
        result = mimo(*ASK, *WANTED, *options, environ=environ)
    # Each round takes half a second: with a limit for each of them all 11 would come, and exit 13.
    assert (result.code in (7, 9), len(simulator.requests) < 11) == (True, True)


# ---- Conversations


def kept(simulator: Simulator, tmp_path: Path) -> dict[str, str]:
    return environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(tmp_path))


def test_a_conversation_goes_on_without_the_schema(tmp_path: Path) -> None:
    with answering(NONE, GOOD, "Thirty.", GOOD) as simulator:
        environ = kept(simulator, tmp_path)
        assert mimo(*ASK, *WANTED, "-s", "Be brief.", environ=environ).code == 0
        (shown,) = (mimo("history", "show", "--json", environ=environ).json,)
        assert mimo("ask", "-c", "how old?", environ=environ).out == "Thirty.\n"
        again = mimo("ask", "-c", "--schema", "age int", "once more", environ=environ)
    first, second = shown["turns"]
    for turn in (first, second):
        assert turn["request"]["system"] == "Be brief."
        assert turn["request"]["schema"]["required"] == ["name", "age"]
    assert second["question"][0]["type"] == "correction"
    assert simulator.requests[2].json["system"] == "Be brief."
    assert again.code == 13 or again.out == ""  # GOOD has more than is wanted


def test_the_history_tells_that_an_answer_does_not_fit(tmp_path: Path) -> None:
    with answering(NONE, "No.", "Hi.") as simulator:
        environ = kept(simulator, tmp_path)
        assert mimo(*ASK, *WANTED, "--repairs", "1", environ=environ).code == 13
        shown = mimo("history", "show", environ=environ).out
        first, second = mimo("history", "show", "--json", environ=environ).json["turns"]
        assert mimo("ask", "-c", "hello", environ=environ).out == "Hi.\n"
    why = "the answer does not fit the schema: there is no JSON in it"
    assert shown.endswith(f"No.\n\n*({why})*\n")
    assert (first["error"], second["status"]) == (None, "complete")
    assert (second["error"]["code"], second["error"]["message"]) == ("schema_mismatch", why)
    said = simulator.requests[-1].json["messages"]
    assert said[-2]["content"][-1]["text"] == "No."


def test_without_a_history_it_is_asked_for_again_as_well() -> None:
    with answering(NONE, GOOD) as simulator:
        result = mimo(*ASK, *WANTED, "--no-history", environ=environ_for(simulator))
    assert (result.code, result.out) == (0, GOOD + "\n")
    assert len(simulator.requests[-1].json["messages"]) == 3


def test_a_kept_prompt_and_no_system_prompt_go_along_with_it(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[prompts.who]\nprompt = "Who is {name}?"\n')
    file.chmod(0o600)
    with answering(GOOD) as simulator:
        environ = environ_for(simulator, MIMO_CONFIG=str(file))
        options = ("--prompt", "who", "--set", "name=Ann", "--no-system")
        result = mimo("ask", *options, *WANTED, environ=environ)
    assert (result.code, result.out) == (0, GOOD + "\n"), result.err
    assert simulator.requests[-1].json["system"].startswith("Your answer is read by a program.")


def test_a_schema_is_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "list.json").write_text('{"type": "array", "items": {"type": "integer"}}')
    monkeypatch.chdir(tmp_path)
    for name in ("list.json", "@list.json"):
        with answering("[1, 2,\n3]") as simulator:
            result = mimo(*ASK, "--schema", name, environ=environ_for(simulator))
        assert (result.code, result.out) == (0, "[1, 2, 3]\n"), result.err


@pytest.mark.parametrize("name", ["@-", "-", "@/dev/stdin"])
def test_a_schema_is_read_from_stdin_which_is_no_question_then(name: str) -> None:
    schema = b'{"type": "array", "items": {"type": "integer"}}'
    with answering("[1]") as simulator:
        environ = environ_for(simulator)
        result = mimo(*ASK, "--schema", name, environ=environ, stdin=schema)
        broken = mimo(*ASK, "--schema", name, environ=environ, stdin=b"name, age int")
    assert (result.code, result.out) == (0, "[1]\n"), result.err
    (request,) = simulator.requests
    assert request.json["messages"][-1]["content"] == ASK[1]
    assert "cannot use stdin as a schema: it is not valid JSON" in broken.err


@pytest.mark.parametrize(
    ("options", "readers"),
    [
        (("-f", "-"), "--schema and the question"),
        (("--tool-definitions", "-"), "--tool-definitions and --schema"),
    ],
)
def test_stdin_is_read_for_one_thing(options: tuple[str, ...], readers: str) -> None:
    with answering("[1]") as simulator:
        result = mimo(*ASK, "--schema", "@-", *options, environ=environ_for(simulator), stdin=b"{}")
    assert (result.code, simulator.connections) == (2, 0)
    assert f"stdin can be read once: {readers} want it" in result.err


def test_json_is_inert_and_readable() -> None:
    schema = json.dumps({"type": "object"})
    with answering('{"größe": "\\u001b[2J\u202e"}') as simulator:
        result = mimo(*ASK, "--schema", schema, environ=environ_for(simulator))
    assert result.out == '{"größe": "\\u001b[2J\\u202e"}\n'


@pytest.mark.parametrize("value", ["null", "0"])
def test_a_value_that_looks_like_none_is_one(value: str) -> None:
    with answering(value) as simulator:
        environ = environ_for(simulator)
        result = mimo(*ASK, "--schema", "{}", "--json", environ=environ)
    assert (result.code, result.json["error"]) == (0, None)
    assert result.json["data"] == json.loads(value)


# ---- Tools that a script runs

CALL = ToolCall("age_of", "{}")
BLOCK = {"type": "tool_use", "id": "call_1", "name": "age_of", "input": {}}
CALLED = b"".join(
    event(data)
    for data in (
        {"type": "content_block_start", "index": 0, "content_block": BLOCK},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {}},
        {"type": "message_stop"},
    )
)
TOOLS = json.dumps([{"name": "age_of", "input_schema": {"type": "object", "properties": {}}}])


def test_an_answer_that_asks_for_a_tool_is_not_checked_and_the_answer_to_its_results_is(
    tmp_path: Path,
) -> None:
    tools = tmp_path / "tools.json"
    tools.write_text(TOOLS)
    with answering(NONE, GOOD, faults=[Fault(sse=CALLED)]) as simulator:
        environ = kept(simulator, tmp_path)
        offered = ("--tool-definitions", str(tools))
        called = mimo(*ASK, *WANTED, *offered, "--json", "--no-thinking", environ=environ)
        assert called.code == 0, called.err
        assert (called.json["data"], called.json["repairs"]) == (None, 0)
        (call,) = called.json["tool_calls"]
        result = f"{call['id']}=30"
        ended = mimo(
            *("ask", "-r", called.json["conversation"], "--tool-result", result), environ=environ
        )
        last = simulator.requests[-1].json
    assert (ended.code, ended.out) == (0, GOOD + "\n"), ended.err
    assert "asking again (1 of 2)" in ended.err
    assert "JSON Schema" in last["system"]
    kinds = [[it["type"] for it in message["content"]] for message in last["messages"][1:]]
    assert kinds[0][-1] == "tool_use"
    assert kinds[1:] == [["tool_result"], kinds[2], ["text"]]


def test_repairs_for_results_need_a_schema_of_their_question(tmp_path: Path) -> None:
    tools = tmp_path / "tools.json"
    tools.write_text(TOOLS)
    with Simulator(calls=[CALL]) as simulator:
        environ = kept(simulator, tmp_path)
        called = mimo(*ASK, "--tool-definitions", str(tools), "--json", environ=environ).json
        result = f"{called['tool_calls'][0]['id']}=30"
        ended = mimo("ask", "-c", "--tool-result", result, "--repairs=1", environ=environ)
    assert ended.code == 2
    assert "--repairs needs --schema" in ended.err
