from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from support import systems
from support.harness import KEY, Terminal, environ_for, finish, mimo, process

from mimo_cli.simulator import INTRODUCED, Fault, Simulator, event

if TYPE_CHECKING:
    from pathlib import Path

INTRODUCTION = ("ask", "please introduce yourself")
PLAIN = ("--no-thinking", "-s", "S")


def test_the_answer_and_nothing_else_is_on_stdout(simulator: Simulator) -> None:
    result = mimo(*INTRODUCTION, environ=environ_for(simulator))
    assert (result.code, result.out, result.err) == (0, INTRODUCED + "\n", "")


@pytest.mark.parametrize("answer", ["one", "one\n", "one\n\n\n"])
def test_the_answer_ends_in_exactly_one_newline(answer: str) -> None:
    with Simulator(answer=answer) as simulator:
        assert mimo("ask", "hi", environ=environ_for(simulator)).out == "one\n"


def test_newlines_within_the_answer_are_kept_however_they_arrive() -> None:
    with Simulator(answer="\n\na\n\n\nb\n \n\nc", delta_chars=1) as simulator:
        result = mimo("ask", "hi", environ=environ_for(simulator))
    assert result.out == "\n\na\n\n\nb\n \n\nc\n"


def test_an_answer_in_one_piece_is_the_same(simulator: Simulator) -> None:
    result = mimo(*INTRODUCTION, "--no-stream", environ=environ_for(simulator))
    assert (result.code, result.out) == (0, INTRODUCED + "\n")
    assert simulator.requests[-1].json["stream"] is False


def test_thinking_is_shown_on_stderr_when_asked_for() -> None:
    with Simulator(answer="Yes.", thinking="Hm.\x1b[2J") as simulator:
        environ = environ_for(simulator)
        silent = mimo("ask", "hi", environ=environ)
        shown = mimo("ask", "--show-thinking", "hi", environ=environ)
    assert (silent.out, silent.err) == ("Yes.\n", "")
    assert (shown.out, shown.err) == ("Yes.\n", "Hm.^[[2J\n\n")


def test_json_is_one_object_with_the_whole_result() -> None:
    with Simulator(answer="Grüße \x1b[2J", thinking="Hm.") as simulator:
        result = mimo("ask", "--json", "hi", environ=environ_for(simulator))
    assert result.code == 0
    assert result.out.isascii()
    content = result.json
    signature = content["content"][0].pop("signature")
    identity, usage = content.pop("id"), content.pop("usage")
    assert isinstance(signature, str)
    assert isinstance(identity, str)
    assert set(usage) == {
        "input_tokens",
        "output_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
    }
    assert content == {
        "schema": 1,
        "type": "result",
        "model": "mimo-v2.6-pro",
        "text": "Grüße \x1b[2J",
        "thinking": "Hm.",
        "content": [
            {"type": "thinking", "thinking": "Hm."},
            {"type": "text", "text": "Grüße \x1b[2J"},
        ],
        "stop_reason": "end_turn",
        "tool_calls": [],
        "stop_sequence": None,
        "data": None,
        "repairs": 0,
        "attachments": [],
        "conversation": None,
        "partial": False,
        "error": None,
    }


def test_json_lines_come_one_an_event_and_end_with_the_result() -> None:
    with Simulator(answer="ab cd", thinking="Hm.") as simulator:
        environ = environ_for(simulator)
        lines = mimo("ask", "--jsonl", "hi", environ=environ).out.splitlines()
        whole = mimo("ask", "--json", "hi", environ=environ).json
    events = [json.loads(line) for line in lines]
    assert {event["schema"] for event in events} == {1}
    assert events[0]["type"] == "start"
    texts = {
        kind: "".join(event["text"] for event in events if event["type"] == kind)
        for kind in ("text", "thinking")
    }
    assert texts == {"text": "ab cd", "thinking": "Hm."}
    assert [event["text"] for event in events if event["type"] == "text"] == ["ab", " cd"]
    assert set(events[-1]) == set(whole)
    assert events[-1]["text"] == whole["text"]


@pytest.mark.parametrize("form", ["--json", "--jsonl"])
def test_json_is_written_on_failure_too(simulator: Simulator, form: str) -> None:
    environ = environ_for(simulator, MIMO_API_KEY="tp-wrong-family-key")
    result = mimo("ask", form, "hi", environ=environ)
    content = json.loads(result.out.splitlines()[-1])
    assert result.code == 4
    assert content["error"] == {
        "code": "auth",
        "exit_code": 4,
        "status": 401,
        "message": "the key was refused: Invalid API Key: Please provide valid API Key",
        "request_id": "sim-00000001",
        "retry_after": None,
    }
    assert (content["model"], content["partial"], content["text"]) == ("mimo-v2.6-pro", False, "")


def test_json_is_written_when_nothing_could_be_asked() -> None:
    result = mimo("ask", "--json", "hi", environ={"MIMO_CONFIG": "/dev/null"})
    assert result.code == 4
    assert result.json["error"]["code"] == "auth"
    assert mimo("ask", "--json", environ={"MIMO_CONFIG": "/dev/null"}).json["error"]["code"] == (
        "usage"
    )


def test_dry_run_prints_the_request_and_sends_nothing(simulator: Simulator) -> None:
    environ = environ_for(simulator, MIMO_API_KEY=KEY)
    result = mimo("ask", "--dry-run", *PLAIN, "Grüße", environ=environ)
    assert (result.code, simulator.connections) == (0, 0)
    head, _, body = result.out.partition("\n\n")
    assert head == (
        f"POST {simulator.base_url}/v1/messages\ncontent-type: application/json\napi-key: sk-…cdef"
    )
    assert json.loads(body) == {
        "model": "mimo-v2.6-pro",
        "messages": [{"role": "user", "content": "Grüße"}],
        "system": "S",
        "max_tokens": 131072,
        "thinking": {"type": "disabled"},
        "stream": True,
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("base_url", "model", "tokens"),
    [
        ("https://api.xiaomimimo.com/anthropic", "mimo-v2.6-pro", None),
        ("https://token-plan-cn.xiaomimimo.com/anthropic", "mimo-v2.5", None),
        ("https://api.xiaomimimo.com/anthropic", "mimo-v9", 8192),
        ("http://127.0.0.1:4000", "mimo-v2.6-pro", 131072),
        ("https://gateway.example", "mimo-v2.5", 32768),
        ("https://gateway.example", "mimo-v2-pro", 8192),
        ("https://gateway.example", "claude-x", 8192),
    ],
)
def test_only_mimos_own_service_is_left_to_its_default_of_max_tokens(
    base_url: str, model: str, tokens: int | None
) -> None:
    """Others answer 400 without it, LiteLLM in front of MiMo's models too."""
    environ = {"MIMO_CONFIG": "/dev/null", "MIMO_BASE_URL": base_url, "MIMO_API_KEY": KEY}
    result = mimo("ask", "--dry-run", "-q", "-m", model, "hi", environ=environ)
    assert json.loads(result.out.partition("\n\n")[2]).get("max_tokens") == tokens
    set_by_user = mimo(
        "ask", "--dry-run", "-q", "--max-tokens=7", "-m", model, "hi", environ=environ
    )
    assert json.loads(set_by_user.out.partition("\n\n")[2])["max_tokens"] == 7


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_dry_run_as_curl_is_a_command_that_works(simulator: Simulator) -> None:
    environ = environ_for(simulator)
    prompt = 'echo it\'s "$HOME" `id` \\ 你好\nline'
    args = ("ask", "--dry-run=curl", "--no-stream", *PLAIN, prompt)
    command = mimo(*args, environ=environ).out
    assert simulator.key not in command
    output = subprocess.run(  # noqa: S602 - a command for a shell is what is tested
        command, shell=True, env=environ, capture_output=True, check=True, text=True
    ).stdout
    assert json.loads(output)["content"][-1]["text"] == prompt.removeprefix("echo ")


@pytest.mark.slow
def test_extract_gives_only_the_code() -> None:
    answer = (
        "Try:\n\n```sh\nls | wc -l\n```\n\nor\n\n1. a\n   ```python\n   x = 1\n     y\n   ```\n"
    )
    with Simulator(answer=answer) as simulator:
        environ = environ_for(simulator)
        codes = [
            mimo("ask", option, "hi", environ=environ).out
            for option in ("-x", "-x2", "-xpython", "--extract=sh", "-qx", "-x=py")
        ]
    first, second = "ls | wc -l\n", "x = 1\n  y\n"
    assert codes == [first, second, second, first, first, second]
    with Simulator(answer=answer) as simulator:
        result = mimo("ask", "-xrust", "hi", environ=environ_for(simulator))
    assert (result.code, result.out) == (8, "")
    assert result.err.endswith(
        "mimo: no code block rust: the answer (above, on stderr) has 2: sh, python\n"
        "  -x takes the first, -x2 or -xpython another.\n"
    )


def test_extract_takes_markdown_that_holds_code_and_warns_where_its_end_is_doubtful() -> None:
    for inner, warns in (("```sh\nls\n```", False), ("```\nls\n```", True)):
        answer = f"```markdown\n# Plan\n{inner}\nDone\n```\nAfter"
        with Simulator(answer=answer) as simulator:
            result = mimo("ask", "-x", "hi", environ=environ_for(simulator))
        assert result.code == 0
        assert result.out == ("# Plan\n" if warns else f"# Plan\n{inner}\nDone\n")
        assert ("the block of Markdown may go on" in result.err) == warns


def test_extract_without_code_is_an_error_and_loses_nothing() -> None:
    with Simulator(answer="No code here.") as simulator:
        result = mimo("ask", "-x", "hi", environ=environ_for(simulator))
    assert (result.code, result.out) == (8, "")
    assert result.err == (
        "No code here.\nmimo: no code block: the answer (above, on stderr) has none\n"
        "  Ask for code.\n"
    )


def test_the_words_after_extract_are_the_prompt(simulator: Simulator) -> None:
    mimo("ask", "-x", "2", "words", environ=environ_for(simulator))
    assert simulator.requests[-1].json["messages"][0]["content"] == "2 words"


def test_the_answer_goes_to_a_file(simulator: Simulator, tmp_path: Path) -> None:
    target = tmp_path / "answer.md"
    link = tmp_path / "link"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    result = mimo(*INTRODUCTION, "-o", str(link), environ=environ_for(simulator))
    assert (result.code, result.out, result.err) == (0, "", "")
    assert target.read_text() == INTRODUCED + "\n"
    assert (target.stat().st_mode & 0o777, link.is_symlink()) == (0o640, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.md", "link"]


def test_a_broken_answer_does_not_replace_a_file(tmp_path: Path) -> None:
    target = tmp_path / "answer.md"
    target.write_text("old")
    with Simulator(faults=[Fault.cut(at=9000, times=None)]) as simulator:
        result = mimo("ask", "500 words", "-o", str(target), environ=environ_for(simulator))
    partial = tmp_path / "answer.md.partial"
    assert (result.code, target.read_text()) == (9, "old")
    assert partial.read_text().startswith("No model is behind this text")
    assert f"what came of the answer is in {partial}" in result.err


def test_what_came_of_an_answer_goes_into_a_file_of_its_own(tmp_path: Path) -> None:
    name = "答" * 82 + ".md"  # with .partial, more bytes than a name can have
    target, victim = tmp_path / name, tmp_path / "victim"
    target.write_text("old")
    target.chmod(0o640)
    cut = "答" * 82 + "."
    (tmp_path / f"{cut}.partial").write_text("of an earlier run")
    (tmp_path / f"{'答' * 81}.partial.2").symlink_to(victim)
    with Simulator(faults=[Fault.cut(at=9000, times=None)]) as simulator:
        result = mimo("ask", "500 words", "-o", str(target), environ=environ_for(simulator))
    partial = tmp_path / f"{'答' * 81}.partial.3"
    assert f"what came of the answer is in {partial}" in result.err
    assert partial.read_text().startswith("No model is behind this text")
    assert partial.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / f"{cut}.partial").read_text() == "of an earlier run"
    assert (target.read_text(), victim.exists(), len(list(tmp_path.iterdir()))) == ("old", False, 4)


@systems.SUPERUSER
def test_another_users_link_in_a_shared_folder_is_refused_before_any_network(
    simulator: Simulator, tmp_path: Path
) -> None:
    shared, victim = tmp_path / "shared", tmp_path / "victim"
    shared.mkdir()
    shared.chmod(0o1777)
    victim.write_text("mine")
    link = shared / "answer.md"
    link.symlink_to(victim)
    os.chown(link, 12345, 12345, follow_symlinks=False)
    result = mimo(*INTRODUCTION, "-o", str(link), environ=environ_for(simulator))
    why = "it is another user's link in a folder that is everybody's"
    assert (result.code, result.err) == (12, f"mimo: cannot write {link}: {why}\n")
    assert (victim.read_text(), simulator.connections) == ("mine", 0)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "missing/answer.md",
        pytest.param("/proc/answer.md", marks=systems.PROC),
        pytest.param("/dev/full", marks=systems.FULL),
    ],
)
def test_an_unwritable_file_is_an_error(simulator: Simulator, tmp_path: Path, target: str) -> None:
    path = target if target.startswith("/") else str(tmp_path / target)
    result = mimo(*INTRODUCTION, "-o", path, environ=environ_for(simulator))
    assert result.code == 12
    assert result.err.startswith(f"mimo: cannot write {path.rstrip('/')}: ")


@pytest.mark.parametrize("target", ["", "missing/answer.md"])
def test_an_impossible_file_is_found_out_before_any_network(
    simulator: Simulator, tmp_path: Path, target: str
) -> None:
    mimo(*INTRODUCTION, "-o", str(tmp_path / target), environ=environ_for(simulator))
    assert simulator.connections == 0


@pytest.mark.slow
@pytest.mark.children_traced
@pytest.mark.parametrize(
    "name", ["/dev/stdout", "/dev/fd/1", pytest.param("/proc/self/fd/1", marks=systems.PROC)]
)
def test_a_stream_that_is_open_is_written_to_where_it_stands(
    simulator: Simulator, tmp_path: Path, name: str
) -> None:
    log = tmp_path / "log"
    log.write_text("precious\n")
    with log.open("ab") as file:
        program = process(
            *INTRODUCTION, "-o", name, environ=environ_for(simulator), stdout=file.fileno()
        )
        assert finish(program).code == 0
    assert log.read_text() == f"precious\n{INTRODUCED}\n"


@systems.FULL
def test_a_file_that_cannot_be_written_in_the_end_does_not_cost_the_answer(
    simulator: Simulator,
) -> None:
    environ = environ_for(simulator)
    plain = mimo(*INTRODUCTION, "-o", "/dev/full", environ=environ)
    assert (plain.code, plain.out) == (12, INTRODUCED + "\n")
    as_json = mimo(*INTRODUCTION, "--json", "-o", "/dev/full", environ=environ)
    assert (as_json.code, as_json.json["text"]) == (12, INTRODUCED)
    assert as_json.json["error"]["code"] == "local_io"


def test_a_long_name_is_no_reason_to_lose_an_answer(simulator: Simulator, tmp_path: Path) -> None:
    target = tmp_path / ("a" * 250)
    assert mimo(*INTRODUCTION, "-o", str(target), environ=environ_for(simulator)).code == 0
    assert target.read_text() == INTRODUCED + "\n"


@pytest.mark.parametrize(("reason", "code"), [("max_tokens", 9), ("end_turn", 0)])
def test_half_a_script_is_not_passed_on(reason: str, code: int) -> None:
    delta = {"type": "text_delta", "text": "```sh\nrm -rf /tmp/bui"}
    body = event({"type": "content_block_delta", "index": 0, "delta": delta})
    body += event({"type": "message_delta", "delta": {"stop_reason": reason}})
    with Simulator(faults=[Fault(sse=body + event({"type": "message_stop"}))]) as simulator:
        result = mimo("ask", "-x", "hi", environ=environ_for(simulator))
    assert result.code == code
    assert ("rm -rf" in result.out, "rm -rf" in result.err) == (code == 0, code != 0)


@pytest.mark.parametrize("options", [["--max-tokens", "abc"], ["--nope"]])
def test_json_is_written_when_the_command_line_cannot_be_read(options: list[str]) -> None:
    result = mimo("ask", "--json", *options, "hi", environ={})
    assert (result.code, result.json["error"]["code"]) == (2, "usage")
    assert result.json["model"] == "mimo-v2.6-pro"


def test_json_names_the_model_that_would_have_been_asked() -> None:
    environ = {"MIMO_CONFIG": "/dev/null", "MIMO_MODEL": "mimo-v2.6-flash"}
    assert mimo("ask", "--json", "hi", environ=environ).json["model"] == "mimo-v2.6-flash"


def test_a_dash_as_output_is_stdout(simulator: Simulator) -> None:
    result = mimo(*INTRODUCTION, "-o", "-", environ=environ_for(simulator))
    assert (result.code, result.out) == (0, INTRODUCED + "\n")


def test_usage_says_what_it_took(simulator: Simulator) -> None:
    result = mimo(
        *INTRODUCTION, "-u", "--no-thinking", "--no-system", environ=environ_for(simulator)
    )
    usage = r"4 tokens in · 50 out · first text after \d\.\d s · \d\.\d s in all · \d+ tokens/s\n"
    assert (result.code, result.out) == (0, INTRODUCED + "\n")
    assert re.fullmatch(usage, result.err)


def test_verbose_says_what_goes_where_and_never_the_key(simulator: Simulator) -> None:
    result = mimo(*INTRODUCTION, "-v", environ=environ_for(simulator))
    assert f"asking mimo-v2.6-pro at {simulator.base_url}/v1/messages" in result.err
    assert "key: environment MIMO_API_KEY" in result.err
    assert simulator.key not in result.err


def test_verbose_says_that_another_operations_address_was_given(simulator: Simulator) -> None:
    url = f"{simulator.base_url}/v1/chat/completions"
    what = "another protocol's or another operation, and was left out"
    said = f"base_url ends with /v1/chat/completions, which is {what}\n"
    for flags in (["-v"], []):
        result = mimo("ask", "hi", *flags, "--base-url", url, environ=environ_for(simulator))
        assert result.code == 0
        assert (said in result.err) is bool(flags)


def test_a_retired_model_is_sent_with_a_warning(simulator: Simulator) -> None:
    result = mimo("ask", "-m", "mimo-v2.5-pro", "hi", environ=environ_for(simulator))
    assert result.code == 10
    assert result.err.splitlines()[0] == (
        "mimo: warning: mimo-v2.5-pro was retired on 2026-10-21; if this server lacks it, "
        "take mimo-v2.6-pro (-m mimo-v2.6-pro)"
    )
    assert simulator.requests[-1].json["model"] == "mimo-v2.5-pro"


def test_sampling_that_the_service_ignores_is_warned_of(simulator: Simulator) -> None:
    environ = environ_for(simulator)
    warning = "mimo: warning: the service ignores temperature and top_p while the model thinks"
    sampling = ("-t", "0.2", "--top-p", "0.5", "hi")
    assert mimo("ask", *sampling, environ=environ).err.startswith(warning)
    assert mimo("ask", "--no-thinking", *sampling, environ=environ).err == ""
    assert mimo("ask", "-q", *sampling, environ=environ).err == ""


HOSTILE = (
    "\x1b[2J\x1b[1A\x1b[8m\x1b]0;title\x07\x1b]52;c;aGk=\x07\x1bP1$r\x1b\\\x9b31m\x85\x90"
    "\rover\bwrite\x7f\x0b\x0c\x00 \u202eevil\u2066 [red]x[/red] :smile: \U000e0041 end"
)


def test_a_pipe_gets_no_control_codes() -> None:
    with Simulator(answer=HOSTILE) as simulator:
        result = mimo("ask", "hi", environ=environ_for(simulator))
    assert result.out == (
        "^[[2J^[[1A^[[8m^[]0;title^G^[]52;c;aGk=^G^[P1$r^[\\<U+009B>31m<U+0085><U+0090>"
        "\rover^Hwrite^?^K^L^@ \u202eevil\u2066 [red]x[/red] :smile: \U000e0041 end\n"
    )
    assert result.err == "mimo: warning: the answer holds one invisible character\n"


def test_raw_is_the_way_to_the_exact_text() -> None:
    with Simulator(answer=HOSTILE) as simulator:
        result = mimo("ask", "--raw", "hi", environ=environ_for(simulator))
    assert result.out == HOSTILE + "\n"


OURS = re.compile(rb"\x1b\[[0-9;]*m|\x1b\[\?(?:7|25)[hl]|\x1b\[[0-9]*[ABCJKM]")
"""The only sequences this program writes to a terminal."""


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--live", "--no-live", "--raw"])
def test_a_terminal_is_never_driven_by_an_answer(option: str) -> None:
    with (
        Simulator(answer=HOSTILE, thinking=HOSTILE) as simulator,
        Terminal(
            "ask", "--show-thinking", option, "hi", environ=environ_for(simulator), columns=160
        ) as terminal,
    ):
        assert terminal.wait() == 0
        text = terminal.text
        left = OURS.sub(b"", terminal.received)
        hidden = "\U000e0041" in terminal.received.decode()
    assert text.count("^[[2J^[[1A^[[8m^[]0;title^G^[]52;c;aGk=^G") == 2
    assert "<U+202E>evil<U+2066> [red]x[/red] :smile:  end" in text
    assert re.search(rb"\x1b|\xc2[\x80-\x9f]|[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f]", left) is None
    assert not hidden


@pytest.mark.slow
def test_raw_text_on_a_terminal_has_its_thinking_dim_and_apart() -> None:
    with (
        Simulator(answer="The *answer*.", thinking="Let me see.") as simulator,
        Terminal("ask", "--raw", "hi", environ=environ_for(simulator)) as terminal,
    ):
        assert terminal.wait() == 0
        assert terminal.text == "Let me see.\n\nThe *answer*."
        assert b"\x1b[2m" in terminal.received


@pytest.mark.slow
def test_a_dumb_terminal_gets_no_code_at_all() -> None:
    with (
        Simulator(answer="The *answer*.\n\n- one\n- two", thinking="Let me see.") as simulator,
        Terminal("ask", "hi", environ=environ_for(simulator, TERM="dumb")) as terminal,
    ):
        assert terminal.wait() == 0
        assert b"\x1b" not in terminal.received
        assert terminal.text == "thought for less than a second\n\nThe answer.\n\n • one\n • two"


@pytest.mark.slow
def test_without_colours_there_is_none() -> None:
    answer = "# Title\n\n`code` and **bold**\n\n```python\nx = 1\n```"
    with (
        Simulator(answer=answer) as simulator,
        Terminal("ask", "hi", environ=environ_for(simulator, NO_COLOR="1")) as terminal,
    ):
        assert terminal.wait() == 0
        codes = re.findall(rb"\x1b\[([0-9;]*)m", terminal.received)
        assert [code for code in codes if re.search(rb"\b[34][0-8]\b", code)] == []


@pytest.mark.slow
@pytest.mark.children_traced
def test_an_ascii_locale_gets_utf8(simulator: Simulator) -> None:
    environ = environ_for(simulator, LANG="C", LC_ALL="C", PYTHONUTF8="0")
    result = finish(process("ask", "echo 🚀 你好", environ=environ))
    assert (result.code, result.out) == (0, "🚀 你好\n")


@pytest.mark.slow
@pytest.mark.children_traced
def test_thinking_between_two_parts_of_an_answer_has_rows_of_its_own() -> None:
    deltas = [("text", "One."), ("thinking", "Hm."), ("text", "Two.")]
    events: list[dict[str, object]] = [
        {
            "type": "content_block_delta",
            "index": index,
            "delta": {"type": f"{kind}_delta", kind: words},
        }
        for index, (kind, words) in enumerate(deltas)
    ]
    end: list[dict[str, object]] = [{"type": "message_delta", "delta": {"stop_reason": "end_turn"}}]
    end.append({"type": "message_stop"})
    fault = Fault(sse=b"".join(event(data) for data in [*events, *end]))
    with (
        Simulator(faults=[fault]) as simulator,
        Terminal("ask", "--raw", "hi", environ=environ_for(simulator)) as terminal,
    ):
        assert terminal.wait() == 0
        assert terminal.text == "One.\nHm.\n\nTwo."
