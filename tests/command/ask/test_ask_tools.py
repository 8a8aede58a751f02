# ruff: noqa: E501 - a case is a row
"""Tools that a script runs itself: offered, called, and answered in a process of its own."""

from __future__ import annotations

import json
import os
import shlex
import signal
from typing import TYPE_CHECKING, Any

import pytest
from support.harness import (
    Result,
    Terminal,
    environ_for,
    finish,
    mimo,
    process,
    read_until,
    server,
)
from support.wire import delta, event

from mimo_cli.commands.ask import tool_options
from mimo_cli.simulator import Fault, Simulator
from mimo_cli.simulator.tool_calls import ToolCall

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

WEATHER = {
    "name": "weather",
    "description": "The weather of today",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}
CLOCK = {"name": "clock", "input_schema": {"type": "object", "properties": {}}}
ROME = ToolCall("weather", {"city": "Rome"})
TIME = ToolCall("clock", {})


@pytest.fixture(name="tools")
def _tools(tmp_path: Path) -> str:
    file = tmp_path / "tools.json"
    file.write_text(json.dumps([WEATHER, CLOCK]))
    return str(file)


class Script:
    """A script's runs of the program, which share a history."""

    def __init__(self, simulator: Simulator, data: Path, tools: str, **more: str) -> None:
        self.simulator = simulator
        self.tools = tools
        self.environ = environ_for(
            simulator, MIMO_HISTORY="true", MIMO_DATA=str(data), MIMO_THINKING="false", **more
        )

    def ask(self, *args: str, stdin: bytes | None = b"") -> Result:
        return mimo("ask", *args, environ=self.environ, stdin=stdin)

    def offer(self, *args: str, stdin: bytes | None = b"") -> Result:
        return self.ask("--tool-definitions", self.tools, "is it raining?", *args, stdin=stdin)

    @property
    def sent(self) -> Any:
        """The body of the last request."""
        return self.simulator.requests[-1].json


def script(
    tmp_path: Path, tools: str, *calls: ToolCall, **options: Any
) -> Iterator[Script]:  # a helper of the fixtures
    with Simulator(calls=calls, **options) as simulator:
        yield Script(simulator, tmp_path / "data", tools)


@pytest.fixture(name="one")
def _one(tmp_path: Path, tools: str) -> Iterator[Script]:
    yield from script(tmp_path, tools, ROME)


@pytest.fixture(name="two")
def _two(tmp_path: Path, tools: str) -> Iterator[Script]:
    yield from script(tmp_path, tools, ROME, TIME)


def ids(result: Result) -> list[str]:
    return [call["id"] for call in result.json["tool_calls"]]


def results_in(body: Any) -> list[tuple[str, bool]]:
    content = body["messages"][-1]["content"]
    assert isinstance(content, list), content
    found = [block for block in content if block["type"] == "tool_result"]
    assert content[: len(found)] == found, "results come first"
    return [(block["content"], block.get("is_error", False)) for block in found]


def test_a_call_is_an_answer_and_its_result_goes_on_with_it(one: Script) -> None:
    called = one.offer("--json")
    assert one.sent["tools"] == [WEATHER, CLOCK]
    assert (called.code, called.json["stop_reason"], called.json["partial"]) == (
        0,
        "tool_use",
        False,
    )
    [call] = called.json["tool_calls"]
    assert call == {
        "id": call["id"],
        "name": "weather",
        "input": {"city": "Rome"},
        "problem": None,
    }
    went_on = one.ask("-r", called.json["conversation"], "--tool-result", f"{call['id']}=sunny")
    assert (went_on.code, went_on.err) == (0, "")
    assert "sunny" in went_on.out
    assert one.sent["tools"] == [WEATHER, CLOCK]
    assert results_in(one.sent) == [("sunny", False)]
    assert one.sent["messages"][1]["content"] == called.json["content"]


def test_an_answer_in_words_has_no_calls(one: Script) -> None:
    assert one.ask("--json", "hello").json["tool_calls"] == []


def test_on_stderr_each_call_is_a_row(two: Script) -> None:
    result = two.offer()
    assert result.code == 0
    assert result.out.count("\n") == 1  # what the model says before it calls
    first, second = result.err.splitlines()
    assert first.startswith('▸ weather(city="Rome")  call_')
    assert second.startswith("▸ clock()  call_")


def test_results_stand_in_the_order_of_the_calls(two: Script, tmp_path: Path) -> None:
    first, second = ids(two.offer("--json"))
    empty = tmp_path / "a=b"
    empty.write_bytes(b"")
    given = ["--tool-error", f"{second}=no clock", "--tool-result", f"{first}=@{empty}"]
    assert two.ask("-c", *given, "--dry-run").code == 0
    assert two.ask("-c", *given, "and", "Paris?").code == 0
    assert results_in(two.sent) == [(f"@{empty}", False), ("no clock", True)]
    assert two.sent["messages"][-1]["content"][-1] == {"type": "text", "text": "and Paris?"}
    first, second = ids(two.offer("-c", "--json"))
    given = ["--tool-result", f"{second}=", "--tool-result-file", f"{first}={empty}"]
    assert two.ask("-c", *given).code == 0
    assert results_in(two.sent) == [("(no output)", False), ("(no output)", False)]


def test_a_results_file_is_what_was_named_and_no_other(one: Script, tmp_path: Path) -> None:
    [id_] = ids(one.offer("--json"))
    given = ("ask", "-c", "--tool-result-file")
    nameless = mimo(*given, f"{id_}=", environ=one.environ)
    assert nameless.err == "mimo: --tool-result-file needs a file: its name is empty\n"
    (tmp_path / "secret").write_text("x")
    sign = mimo(*given, f"{id_}=@{tmp_path}/secret", environ=one.environ)
    assert (sign.code, "without it?" in sign.err) == (2, False)
    read_end, write_end = os.pipe()
    os.write(write_end, b"piped")
    os.close(write_end)
    piped = mimo(*given, f"{id_}=/dev/fd/{read_end}", "--dry-run", environ=one.environ)
    assert '"content": "piped"' in piped.out
    os.close(read_end)
    colored = tmp_path / "colored"
    colored.write_text("\x1b[31mred\x1b[0m")
    assert mimo(*given, f"{id_}={colored}", "--strip-ansi", environ=one.environ).code == 0
    assert results_in(one.sent) == [("red", False)]


@pytest.mark.parametrize("option", ["--tool-result", "--tool-error"])
def test_a_result_that_is_no_text_is_one_for_a_file(one: Script, option: str) -> None:
    result = one.ask("-c", option, "a=\udcff")
    assert result.code == 2
    assert result.err.splitlines() == [
        f"mimo: the value of {option} is not UTF-8 text: byte 0xFF at offset 2",
        "  Give it as --tool-result-file ID=FILE, with --encoding or --lossy.",
    ]


def test_a_file_is_read_as_other_files_are(one: Script, tmp_path: Path) -> None:
    [id_] = ids(one.offer("--json"))
    given = ("ask", "-c", "--tool-result-file")
    latin, binary = tmp_path / "latin.txt", tmp_path / "a.png"
    latin.write_bytes("grüß".encode("latin-1"))
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    refused = mimo(*given, f"{id_}={latin}", environ=one.environ)
    assert (refused.code, "is not utf-8 text" in refused.err) == (2, True)
    refused = mimo(*given, f"{id_}={binary}", environ=one.environ)
    assert (refused.code, "looks binary" in refused.err) == (2, True)
    assert "PNG" in refused.err
    refused = mimo(*given, f"{id_}={tmp_path}/none", environ=one.environ)
    assert (refused.code, "cannot read" in refused.err) == (2, True)
    assert len(one.simulator.requests) == 1
    read = mimo(*given, f"{id_}={latin}", "--encoding", "latin-1", environ=one.environ)
    assert read.code == 0
    assert results_in(one.sent) == [("grüß", False)]


def test_the_null_device_is_an_empty_result_as_an_empty_file_is(
    one: Script, tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "link").symlink_to(os.devnull)
    for name in (os.devnull, str(tmp_path / "empty"), str(tmp_path / "link")):
        [id_] = ids(one.offer("--json"))
        assert one.ask("-c", "--tool-result-file", f"{id_}={name}").code == 0
        assert results_in(one.sent) == [("(no output)", False)]
    attached = one.ask("-f", os.devnull, "what is it?")
    assert (attached.code, attached.err) == (2, f"mimo: {os.devnull} is empty\n")


def test_stdin_is_read_where_it_is_asked_for_alone(one: Script) -> None:
    [id_] = ids(one.offer("--json"))
    assert one.ask("-c", "--tool-result", f"{id_}=x", stdin=b"no part of it").code == 0
    assert one.sent["messages"][-1]["content"] == [
        {"type": "tool_result", "tool_use_id": id_, "content": "x"}
    ]
    [id_] = ids(one.offer("-c", "--json"))
    assert one.ask("-c", "--tool-result-file", f"{id_}=-", stdin=b"from stdin").code == 0
    assert results_in(one.sent) == [("from stdin", False)]
    [id_] = ids(one.offer("-c", "--json"))
    assert one.ask("-c", "--tool-result", f"{id_}=x", "-", stdin=b"words").code == 0
    assert one.sent["messages"][-1]["content"][1] == {"type": "text", "text": "words"}
    twice = one.ask("-c", "--tool-result-file", f"{id_}=-", "-", stdin=b"words")
    assert (twice.code, "stdin can be read once" in twice.err) == (2, True)
    closed = one.ask("-c", "--tool-result-file", f"{id_}=-", stdin=None)
    assert closed.code == 2


def test_definitions_come_from_stdin_too(one: Script) -> None:
    data = json.dumps({"tools": [{**WEATHER, "strict": True, "cache_control": {}}]}).encode()
    result = one.ask("--tool-definitions", "-", "hello", stdin=data)
    assert (result.code, one.sent["tools"]) == (0, [WEATHER])
    assert "these are not sent: strict, cache_control" in result.err


def test_a_file_may_be_called_stdin(
    one: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stdin").write_text(json.dumps([WEATHER]))
    result = one.ask("--tool-definitions", "stdin", "hello")
    assert (result.code, one.sent["tools"]) == (0, [WEATHER])


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ("--tool-result a=b", "--tool-result needs the conversation"),
        ("--tool-error a=b hi", "--tool-error needs the conversation"),
        ("-c --tool-result-file out.txt", "--tool-result-file cannot be out.txt: it is ID=FILE"),
        ("-c --tool-result x=1", "no call x waits for a result: these do: call_"),
        ("-c --tool-result ID=1", "a call has no result: call_"),
        ("-c --tool-result ID=1 --tool-error ID=2", "has more than one result"),
        ("--tool-definitions /none.json hi", "cannot read /none.json"),
        ("--tool-definitions EMPTY hi", "it is not JSON (line 1, column 1"),
        ("--tool-definitions LARGE hi", "LARGE is too large: more than 1.0 MB"),
        ("-c --tool-definitions - --tool-result-file ID=-", "stdin can be read once"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_anything_is_sent(
    two: Script, tmp_path: Path, args: str, message: str
) -> None:
    first, _ = ids(two.offer("--json"))
    (tmp_path / "EMPTY").write_bytes(b"")
    (tmp_path / "LARGE").write_bytes(b"[" + b" " * 1024 * 1024 + b"]")
    words = args.replace("ID", first).split()
    result = two.ask(*(str(tmp_path / it) if it in ("EMPTY", "LARGE") else it for it in words))
    assert (result.code, result.out) == (2, "")
    assert message in result.err.replace(f"{tmp_path}/", "")
    assert len(two.simulator.requests) == 1


def test_where_no_call_waits_no_result_is_taken(one: Script) -> None:
    one.ask("hello")
    result = one.ask("-c", "--tool-result", "a=b")
    assert (result.code, "nothing waits for a result" in result.err) == (2, True)


def test_a_question_instead_of_results_tells_that_nothing_was_run(two: Script) -> None:
    two.offer()
    result = two.ask("-c", "never mind")
    assert "no result is given for 2 calls" in result.err
    assert results_in(two.sent) == [("The tool was not run.", True)] * 2
    assert two.sent["messages"][-1]["content"][-1] == {"type": "text", "text": "never mind"}
    assert two.sent["tools"] == [WEATHER, CLOCK]


def test_results_whose_answer_failed_can_be_given_again(one: Script) -> None:
    [id_] = ids(one.offer("--json"))
    one.simulator.add(Fault(status=400))
    args = ("-c", "--tool-result", f"{id_}=sunny")
    assert one.ask(*args).code == 10
    assert "sunny" in one.ask(*args).out
    assert results_in(one.sent) == [("sunny", False)]


def test_results_whose_answer_failed_go_with_the_words_that_follow(two: Script) -> None:
    first, second = ids(two.offer("--json"))
    two.simulator.add(Fault(status=400))
    given = ("--tool-result", f"{first}=sunny", "--tool-error", f"{second}=no clock")
    assert two.ask("-c", *given).code == 10
    result = two.ask("-c", "well?")
    assert (result.code, result.err) == (0, "")
    assert results_in(two.sent) == [("sunny", False), ("no clock", True)]
    assert two.sent["messages"][-1]["content"][-1] == {"type": "text", "text": "well?"}


def test_a_round_whose_answer_broke_off_is_asked_again(one: Script) -> None:
    one.environ["MIMO_RETRIES"] = "0"
    [id_] = ids(one.offer("--json"))
    sse = b"".join((event("message_start", message={"id": "m", "model": "m"}), *TEXT[:2]))
    args = ("-c", "--json", "--tool-result", f"{id_}=sunny")
    for _ in range(2):
        one.simulator.add(Fault(sse=sse, cut_at=len(sse)))
        broken = one.ask(*args)
        assert (broken.code, broken.json["text"]) == (9, "Let me see.")
    wrong = one.ask("-c", "--tool-result", "other=sunny")
    assert (wrong.code, f"these do: {id_} (weather" in wrong.err) == (2, True)
    asked = one.sent
    whole = one.ask(*args)
    assert (whole.code, whole.err) == (0, "")
    assert one.sent["messages"] == asked["messages"]
    shown = mimo("history", "show", "--json", environ=one.environ).json
    assert [turn["reply"]["content"] for turn in shown["turns"]][1:] == [whole.json["content"]]
    again = one.ask(*args)
    assert (again.code, "nothing waits for a result" in again.err) == (2, True)


def test_results_given_again_that_get_no_answer_leave_those_before(one: Script) -> None:
    one.environ["MIMO_RETRIES"] = "0"
    [id_] = ids(one.offer("--json"))
    sse = b"".join((event("message_start", message={"id": "m", "model": "m"}), *TEXT[:2]))
    one.simulator.add(Fault(sse=sse, cut_at=len(sse)))
    assert one.ask("-c", "--tool-result", f"{id_}=old").code == 9
    one.simulator.add(Fault(status=500))
    failed = one.ask("-c", "--tool-result", f"{id_}=new")
    assert failed.code != 0
    assert failed.err.startswith("mimo: the answer before stays, with its results: none came to")
    one.ask("-c", "well?")
    assert '"old"' in json.dumps(one.sent)
    assert '"new"' not in json.dumps(one.sent)


@pytest.mark.parametrize("length", [0, 2], ids=["no answer", "a part of one"])
def test_words_that_went_with_results_are_told_to_be_left_out(one: Script, length: int) -> None:
    one.environ["MIMO_RETRIES"] = "0"
    [id_] = ids(one.offer("--json"))
    sse = b"".join((event("message_start", message={"id": "m", "model": "m"}), *TEXT[:length]))
    results = ("-c", "--tool-result", f"{id_}=sunny")
    told = []
    for again in (["in French"], ["in French"], [], []):
        one.simulator.add(Fault(sse=sse, cut_at=len(sse)))
        told.append(LEFT_OUT in one.ask(*results, *again).err)
    assert told == [False, False, True, False]
    assert "in French" not in json.dumps(one.sent)


LEFT_OUT = "the words that went with the results before are left out"


def test_model_system_prompt_and_thinking_go_on_with_results(one: Script) -> None:
    del one.environ["MIMO_THINKING"]
    [id_] = ids(one.offer("--json", "--no-thinking", "-m", "mimo-v2.6-flash", "-s", "be brief"))
    asked = one.sent
    assert one.ask("-c", "--tool-result", f"{id_}=sunny").code == 0
    for name in ("model", "system", "thinking", "tools", "max_tokens"):
        assert one.sent[name] == asked[name], name
    one.ask("-c", "--tool-definitions", "/dev/stdin", "more", stdin=b"[]")
    assert "tools" not in one.sent


NO_THINKING = "thinking is off: tools were called, and an earlier answer came without it"


def test_after_a_call_without_thinking_the_model_goes_on_without(one: Script) -> None:
    del one.environ["MIMO_THINKING"]
    one.offer("--no-thinking")
    result = one.ask("-c", "never mind")
    assert (result.code, result.err.count(NO_THINKING)) == (0, 1)
    assert "without it (--thinking turns it on)" in result.err
    assert one.sent["thinking"] == {"type": "disabled"}
    refused = one.ask("-c", "--thinking", "more")
    assert (refused.code, NO_THINKING in refused.err) == (10, False)
    chat = mimo("chat", "-c", environ=one.environ, stdin=b"hello\nagain\n/thinking on\nmore\n")
    assert [it.json.get("thinking") for it in one.simulator.requests[-3:]] == [
        {"type": "disabled"},
        {"type": "disabled"},
        {"type": "enabled"},
    ]
    assert chat.err.count(NO_THINKING) == 1


def test_thinking_comes_back_with_the_undoing_of_what_put_it_off(one: Script) -> None:
    del one.environ["MIMO_THINKING"]
    one.offer("--no-thinking")
    lines = b"hello\n/undo\n/info\n/undo\n/info\nfresh\n"
    chat = mimo("chat", "-c", environ=one.environ, stdin=lines)
    assert [it.json.get("thinking") for it in one.simulator.requests[-2:]] == [
        {"type": "disabled"},
        None,
    ]
    states = [row.split()[1] for row in chat.err.splitlines() if row.startswith("thinking  ")]
    assert (states, chat.err.count(NO_THINKING)) == (["off", "on"], 1)
    one.offer("--no-thinking")
    mimo("chat", "-c", "--thinking", environ=one.environ, stdin=b"/undo\nfresh\n")
    assert one.sent["thinking"] == {"type": "enabled"}


def test_results_of_a_call_without_thinking_go_on_without_it_silently(
    tmp_path: Path, tools: str
) -> None:
    with Simulator(faults=[reply(*call(0, "c", "weather", "{}"))]) as simulator:  # sends none
        own = Script(simulator, tmp_path / "data", tools)
        del own.environ["MIMO_THINKING"]
        [id_] = ids(own.offer("--json"))
        result = own.ask("-c", "--tool-result", f"{id_}=x")
        assert (result.code, result.err) == (0, "")
        assert own.sent["thinking"] == {"type": "disabled"}


def test_thinking_that_a_question_asks_for_goes_on_with_its_results(one: Script) -> None:
    del one.environ["MIMO_THINKING"]
    one.offer("--no-thinking")
    one.simulator.add(reply(*call(0, "c", "weather", "{}")))
    assert one.ask("-c", "--thinking", "and now?").code == 0
    one.simulator.add(reply(*TEXT, reason="end_turn"))
    result = one.ask("-c", "--tool-result", "c=x")
    assert (result.code, result.err) == (0, "")
    assert one.sent["thinking"] == {"type": "enabled"}


@pytest.mark.parametrize("command", ["ask", "chat"])
def test_a_variable_that_turns_thinking_on_stands_and_a_setting_does_not(
    one: Script, tmp_path: Path, command: str
) -> None:
    one.offer()
    words = ("more",) if command == "ask" else ()
    one.environ["MIMO_THINKING"] = "true"
    one.simulator.add(reply(*TEXT, reason="end_turn"))
    result = mimo(command, "-c", *words, environ=one.environ, stdin=b"more")
    assert (one.sent["thinking"], NO_THINKING in result.err) == ({"type": "enabled"}, False)
    config = tmp_path / "config.toml"
    config.write_text("thinking = true\n")
    config.chmod(0o600)
    del one.environ["MIMO_THINKING"]
    one.environ["MIMO_CONFIG"] = str(config)
    result = mimo(command, "-c", *words, environ=one.environ, stdin=b"more")
    assert (one.sent["thinking"], NO_THINKING in result.err) == ({"type": "disabled"}, True)


@pytest.mark.parametrize("command", ["ask", "chat"])
def test_of_thinking_that_would_not_be_there_nothing_is_told(one: Script, command: str) -> None:
    one.offer()
    del one.environ["MIMO_THINKING"]
    one.simulator.add(reply(*TEXT, reason="end_turn"))
    words = ("more",) if command == "ask" else ()
    result = mimo(command, "-c", "-m", "llama", *words, environ=one.environ, stdin=b"more")
    assert (one.sent["thinking"], NO_THINKING in result.err) == ({"type": "disabled"}, False)


def test_with_thinking_or_without_calls_thinking_stays_as_it_is(one: Script) -> None:
    del one.environ["MIMO_THINKING"]
    one.offer()
    assert NO_THINKING not in one.ask("-c", "more").err
    one.ask("--no-thinking", "hello")
    assert one.ask("-c", "more").err == ""
    assert "thinking" not in one.sent


def test_thinking_goes_back_byte_for_byte_over_three_rounds(tmp_path: Path, tools: str) -> None:
    with Simulator(calls=[ROME], endless_calls=True) as simulator:
        own = Script(simulator, tmp_path / "data", tools)
        del own.environ["MIMO_THINKING"]
        [id_] = ids(own.offer("--json"))
        for number in range(3):  # the simulator refuses what does not stand as it sent it
            [id_] = ids(own.ask("-c", "--json", "--tool-result", f"{id_}={number}"))
        contents = [it["content"] for it in own.sent["messages"] if it["role"] == "assistant"]
        assert all(content[0]["type"] == "thinking" for content in contents)


def test_a_kept_prompt_may_come_along_with_results(one: Script, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[prompts.short]\nprompt = "In one line."\n')
    config.chmod(0o600)
    one.environ["MIMO_CONFIG"] = str(config)
    [id_] = ids(one.offer("--json"))
    assert one.ask("-c", "--prompt", "short", "--tool-result", f"{id_}=x").code == 0
    assert one.sent["messages"][-1]["content"][1]["text"] == "In one line."


def test_without_a_history_a_notice_says_that_no_results_can_be_given(one: Script) -> None:
    result = one.offer("--no-history", "--json")
    assert result.json["conversation"] is None
    assert "this conversation is not kept: no results can be given" in result.err
    assert "not kept" not in one.offer("--no-history", "-q").err


def test_the_events_of_a_call_come_one_by_one(one: Script) -> None:
    lines = [json.loads(line) for line in one.offer("--jsonl").out.splitlines()]
    [begun] = [line for line in lines if line["type"] == "tool_use"]
    inputs = [line for line in lines if line["type"] == "input_json"]
    [call] = lines[-1]["tool_calls"]
    assert (begun["id"], begun["name"]) == (call["id"], call["name"])
    assert {line["index"] for line in inputs} == {begun["index"]}
    assert json.loads("".join(line["text"] for line in inputs)) == call["input"]


def test_a_chat_goes_on_with_the_tools_and_runs_none(one: Script) -> None:
    one.offer()
    chat = mimo("chat", "-c", environ=one.environ, stdin=b"hello\nagain\n")
    assert chat.code == 0
    assert results_in(one.simulator.requests[1].json) == [("The tool was not run.", True)]
    assert [request.json["tools"] for request in one.simulator.requests] == [[WEATHER, CLOCK]] * 3
    assert '▸ weather(city="Rome")  call_' in chat.err
    assert "tools are not run in a chat" in chat.err
    assert chat.err.count("no result is given for one call") == 1  # of the two messages
    chat = mimo("chat", "-c", "--json", environ=one.environ, stdin=b"hello\n")
    assert chat.json["tool_calls"] == []  # the results of the calls before are in the message


@pytest.mark.parametrize("options", [[], ["-x"], ["--raw"], ["--render"], ["--no-stream"]])
def test_however_the_answer_is_shown_a_call_is_none_of_it(
    tmp_path: Path, tools: str, options: list[str]
) -> None:
    with Simulator(faults=[reply(*call(0, "c", "weather", '{"city": "Rome"}'))]) as simulator:
        result = Script(simulator, tmp_path / "data", tools).offer(*options)
    assert (result.code, result.out, result.err) == (0, "", '▸ weather(city="Rome")  c\n')


def test_a_file_is_not_replaced_by_calls_alone(tmp_path: Path, tools: str) -> None:
    file = tmp_path / "out.txt"
    file.write_text("before")
    with Simulator(faults=[reply(*call(0, "c", "weather", "{}"))]) as simulator:
        own = Script(simulator, tmp_path / "data", tools)
        assert own.offer("-o", str(file)).code == 0
        assert file.read_text() == "before"
        own.simulator.add(reply(*call(0, "c", "weather", "{}")))
        assert own.offer("-o", str(file), "--json").code == 0
    assert json.loads(file.read_text())["tool_calls"][0]["name"] == "weather"


# What servers send


def start(index: int, **block: Any) -> bytes:
    return event("content_block_start", index=index, content_block=block)


def call(index: int, id_: str, name: str, *parts: str) -> list[bytes]:
    return [
        start(index, type="tool_use", id=id_, name=name, input={}),
        *(
            event(
                "content_block_delta",
                index=index,
                delta={"type": "input_json_delta", "partial_json": part},
            )
            for part in parts
        ),
        event("content_block_stop", index=index),
    ]


def reply(*events: bytes, reason: str | None = "tool_use") -> Fault:
    begun = event("message_start", message={"id": "m", "model": "m", "content": [], "usage": {}})
    ended = event("message_delta", delta={"stop_reason": reason}, usage={})
    sse = b"".join((begun, *events, ended, event("message_stop")))
    return Fault(sse=sse, clean=True)


TEXT = (start(0, type="text", text=""), delta("Let me see."), event("content_block_stop", index=0))


@pytest.mark.parametrize(
    ("answer", "expected", "said"),
    [
        (reply(*call(0, "c", "weather", ""), reason="end_turn"), (0, [("c", {}, None)]), ""),
        (reply(*call(0, "c", "weather", "{}"), reason="tool_calls"), (0, [("c", {}, None)]), ""),
        (reply(*call(0, "c", "weather", "{}"), reason="stop"), (0, [("c", {}, None)]), ""),
        (reply(*call(0, "c", "weather", "null")), (0, [("c", {}, None)]), ""),
        (reply(start(0, type="tool_use", id="c", name="weather", input=None)), (0, [("c", {}, None)]), ""),
        (reply(start(0, type="tool_use", id="c", name="weather")), (0, [("c", {}, None)]), ""),
        (reply(start(0, type="tool_use", id="c", name="weather", input=False)), (8, [("c", None, "broken_input")]), "it is no JSON object"),
        (reply(*call(0, "c", "we", "{}")), (0, [("c", {}, "unknown_tool")]), 'not offered: "we"'),
        (reply(*call(0, "c", "w\x1b[31m", "{}")), (0, [("c", {}, "unknown_tool")]), r'not offered: "w\u001b[31m"'),
        (reply(*call(0, "", "clock"), *call(1, "", "clock")), (0, [("call_1", {}, None), ("call_2", {}, None)]), ""),
        (reply(*call(0, "x", "clock"), *call(1, "x", "clock")), (0, [("x", {}, None), ("call_1", {}, None)]), ""),
        (reply(start(0, type="tool_use", id="c", name="weather", input={"city": "A"})), (0, [("c", {"city": "A"}, None)]), ""),
        (reply(start(0, type="tool_use", id="c", name="weather", input='{"city": "A"}')), (0, [("c", {"city": "A"}, None)]), ""),
        (reply(start(0, type="tool_use", id="c", name="weather", input={"city": "A"}),
               *call(0, "c", "weather", '{"city": "A"}')[1:]), (0, [("c", {"city": "A"}, None)]), ""),
        (reply(start(0, type="tool_use", id="c", name="weather", input={"city": "Rom"}),
               *call(0, "c", "weather", '{"city":', '"Rom"}')[1:]), (0, [("c", {"city": "Rom"}, None)]), ""),
        (reply(start(0, type="tool_use", id="c", name="weather", input='{"city": "Rom"}'),
               *call(0, "c", "weather", '{"city":"Paris"}')[1:]), (0, [("c", {"city": "Paris"}, None)]), ""),
        (reply(start(0, type="tool_use", id="c", name="weather", input={"city": "Rom"}),
               *call(0, "c", "weather", '{"city":')[1:]), (8, [("c", None, "broken_input")]), "not valid JSON"),
        (reply(*call(0, "c", "weather", '{"city":"Rom"}', '{"city":"Paris"}')), (8, [("c", None, "broken_input")]), "not valid JSON"),
        (reply(*call(0, "c", "weather", '{"city":')), (8, [("c", None, "broken_input")]), "not valid JSON"),
        (reply(*TEXT, *call(1, "c", "weather", "[1]")), (9, [("c", None, "broken_input")]), "it is no JSON object"),
        (reply(*call(0, "c", "weather", '{"city": 1e999}')), (8, [("c", None, "broken_input")]), "a number that JSON does not have"),
        (reply(*call(0, "c", "weather", '{"city": "Rome", "a": {"b":', '1, "b": 2}}')), (8, [("c", None, "broken_input")]), 'the name "b" stands twice in one object'),
        (reply(*TEXT, *call(1, "c", "weather", '{"c\x1b": 1, "c\\u001b": 1}')), (9, [("c", None, "broken_input")]), r'the name "c\u001b" stands twice'),
        (reply(start(0, type="tool_use", id="c", name="weather", input='{"a": 1, "a": 1}')), (8, [("c", None, "broken_input")]), "stands twice"),
        (reply(*call(0, "c", "weather", '{"city": "a\n\tb"}')), (0, [("c", {"city": "a\n\tb"}, None)]), ""),
        (reply(*call(0, "c", "weather", '{"city":'), reason="max_tokens"), (8, [("c", None, "broken_input")]), "max_tokens was used up before its calls"),
        (reply(*TEXT, *call(1, "b", "clock", "{}"), *call(2, "c", "weather"), reason="max_tokens"),
         (9, [("b", {}, None), ("c", None, "broken_input")]), "max_tokens was used up before"),
        (reply(*TEXT, *call(1, "c", "weather", '{"city": "A"}'), reason="max_tokens"),
         (9, [("c", {"city": "A"}, None)]), "incomplete: max_tokens was used up after a tool's call"),
        (reply(*call(0, "c", "weather", '{"city": "A"}'), reason="model_context_window_exceeded"),
         (8, [("c", {"city": "A"}, None)]), "incomplete: the model's context window was full after a tool's"),
        (reply(*call(0, "c", "clock"), reason=None), (8, [("c", None, "broken_input")]), ""),
        (reply(*TEXT), (8, []), "it ends with a tool's call (tool_use), and there is none"),
        (reply(start(0, type="text", text="<tool_call><function=weather>")), (8, []),
         "which stands in the text alone (<tool_call>)"),
        (reply(start(0, type="thinking", thinking="<tool_call><function=weather>")), (8, []),
         "which stands in the thinking alone (<tool_call>)"),
        (reply(start(0, type="text", text="<tool_call>x"), reason="end_turn"), (0, []),
         "warning: a tool's call stands in the text (<tool_call>): it is not run"),
    ],
)  # fmt: skip
def test_calls_are_read_however_a_server_sends_them(
    tmp_path: Path, tools: str, answer: Fault, expected: tuple[int, list[Any]], said: str
) -> None:
    with Simulator(faults=[answer]) as simulator:
        result = Script(simulator, tmp_path / "data", tools, MIMO_RETRIES="0").offer("--json")
    found = [(it["id"], it["input"], it["problem"]) for it in result.json["tool_calls"]]
    assert (result.code, found) == expected
    assert said in result.err


def test_calls_of_tools_that_were_not_offered_stay_an_error(tmp_path: Path, tools: str) -> None:
    answer = reply(*call(0, "c", "weather", "{}"))
    with Simulator(faults=[answer]) as simulator:
        result = Script(simulator, tmp_path / "data", tools).ask("--json", "hello")
    assert (result.code, result.json["tool_calls"][0]["problem"]) == (8, "unknown_tool")


@pytest.mark.parametrize("id_", ["a=b", "call 1", " ", "a=b=c d", "ид"])
def test_whatever_its_id_a_call_gets_its_result(tmp_path: Path, tools: str, id_: str) -> None:
    with Simulator(faults=[reply(*call(0, id_, "weather", "{}"))]) as simulator:
        own = Script(simulator, tmp_path / "data", tools)
        [kept] = ids(own.offer("--json"))
        result = own.ask("-c", "--tool-result", f"{kept}=x=y")
        assert (result.code, result.err) == (0, "")
        assert results_in(own.sent) == [("x=y", False)]


def test_a_server_that_begins_its_ids_anew_is_told_apart(tmp_path: Path, tools: str) -> None:
    again = [reply(*call(0, "call_0", "weather", "{}")) for _ in range(2)]
    with Simulator(faults=again) as simulator:
        own = Script(simulator, tmp_path / "data", tools)
        [first] = ids(own.offer("--json"))
        [second] = ids(own.ask("-c", "--json", "--tool-result", f"{first}=x"))
        assert (first, second) == ("call_0", "call_1")
        assert own.ask("-c", "--tool-result", f"{second}=y").code == 0
        assert results_in(own.sent) == [("y", False)]


def test_a_row_is_inert_and_unabridged(tmp_path: Path, tools: str) -> None:
    long = "x" * 1500
    text = json.dumps({"city": f"\x1b]0;\u202e\x9b{long}  two\n"})
    with Simulator(faults=[reply(*call(0, "c\x1b[2J", "weather", text))]) as simulator:
        result = Script(simulator, tmp_path / "data", tools).offer()
    assert long in result.err
    assert "  two" in result.err
    assert result.err.count("\n") == 1
    assert not {"\x1b", "\x9b", "\u202e"} & {*result.err}


def test_an_answer_that_breaks_off_in_a_call_keeps_what_came(tmp_path: Path, tools: str) -> None:
    begun = event("message_start", message={"id": "m", "model": "m", "content": []})
    sse = b"".join((begun, *TEXT, *call(1, "c", "weather", '{"city": "Ro')[:2]))
    broken = Fault(sse=sse, cut_at=len(sse), times=None)
    with Simulator(faults=[broken]) as simulator:
        result = Script(simulator, tmp_path / "data", tools, MIMO_RETRIES="0").offer("--json")
    assert (result.code, result.json["partial"]) == (9, True)
    [kept] = result.json["tool_calls"]
    assert (kept["input"], kept["problem"]) == (None, "broken_input")


def test_a_signal_in_a_call_keeps_what_came(tmp_path: Path, tools: str) -> None:
    begun = event("message_start", message={"id": "m", "model": "m", "content": []})
    sse = b"".join((begun, *call(0, "c", "weather", '{"city": "Ro')[:2]))

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + sse)
        while connection.recv(65536):
            pass  # the rest of the request, and until the program has gone

    with server(answer) as (port, _):
        environ = {
            "MIMO_BASE_URL": f"http://127.0.0.1:{port}",
            "MIMO_CONFIG": "/dev/null",
            "MIMO_DATA": str(tmp_path / "data"),
        }
        args = ("ask", "--jsonl", "--tool-definitions", tools, "hello")
        program = process(*args, environ=environ, measured=False)
        assert program.stdout is not None
        seen = read_until(program.stdout.fileno(), b"input_json")
        program.send_signal(signal.SIGINT)
        result = finish(program)
    whole = json.loads((seen.decode() + result.out).splitlines()[-1])
    assert (result.code, whole["error"]["code"]) == (-signal.SIGINT, "interrupted")
    assert [it["problem"] for it in whole["tool_calls"]] == ["broken_input"]


def test_a_terminal_is_told_how_to_go_on(one: Script) -> None:
    with Terminal(
        "ask", "--tool-definitions", one.tools, "hi", environ=one.environ, columns=200
    ) as terminal:
        terminal.wait_for("--tool-result")
        assert terminal.wait() == 0
        [line] = [row for row in terminal.text.splitlines() if "go on with" in row]
    words = shlex.split(line.partition("go on with: ")[2])
    assert words[:3] == ["mimo", "ask", "-r"]
    went_on = one.ask(*words[2:-1], words[-1].replace("=TEXT", "=sunny"))
    assert "sunny" in went_on.out


@pytest.mark.parametrize(
    ("id_", "way"),
    [
        ("-x", "--tool-result=-x=TEXT"),
        ("a b", "--tool-result 'a b=TEXT'"),
        *((odd, "") for odd in ("a\x1bb", "a\nb", "a  b", " ", "a\u202eb")),
    ],
)
def test_how_to_go_on_is_told_where_it_can_be_copied(id_: str, way: str) -> None:
    told = tool_options.way_on("abc", ["call_1", id_])
    assert told == (f"mimo ask -r abc --tool-result call_1=TEXT {way}" if way else None)


def test_rounds_go_on_in_processes_of_their_own(tmp_path: Path, tools: str) -> None:
    with Simulator(calls=[ROME, TIME], endless_calls=True) as simulator:
        own = Script(simulator, tmp_path / "data", tools)
        args = ["--tool-definitions", tools, "hi"]
        for _ in range(2):
            program = process("ask", "--json", *args, environ=own.environ, measured=False)
            called = finish(program).json
            first, second = (it["id"] for it in called["tool_calls"])
            args = ["-r", called["conversation"], "--tool-result", f"{first}=1"]
            args += ["--tool-error", f"{second}=2"]
        assert [results_in(simulator.requests[-1].json)] == [[("1", False), ("2", True)]]
