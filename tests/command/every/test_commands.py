from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import typer
from support.folders import ROOT
from support.harness import Terminal, environ_for, finish, mimo, process, read_until
from support.simulated import NO_TLS, WEATHER, ask

from mimo_cli import __version__
from mimo_cli.cli.app import app
from mimo_cli.simulator import INTRODUCED, Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def test_a_bare_mimo_prints_the_help() -> None:
    bare, asked = mimo(environ={}), mimo("--help", environ={})
    assert (bare.code, bare.out) == (0, asked.out)
    assert re.findall(r"^  (\w+) +\S", asked.out.partition("Commands:")[2], re.MULTILINE) == [
        *("ask", "chat", "history", "models", "config", "doctor", "demo", "simulate"),
        *("completions", "schema", "help"),
    ]


def commands_below(command: Any, *path: str) -> Iterator[list[str]]:
    """Every command of the tree, as its words."""
    yield [*path]
    for name in getattr(command, "commands", ()):
        if not (below := command.get_command(None, name)).hidden:
            yield from commands_below(below, *path, name)


COMMANDS = [*commands_below(typer.main.get_command(app))]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_opens_with_a_sentence_and_ends_with_examples(command: list[str]) -> None:
    result = mimo(*command, "--help", environ={})
    sentence = next(line for line in result.out.splitlines()[1:] if line.strip())
    assert (result.code, result.err) == (0, "")
    assert re.fullmatch(r"  [A-Z].*", sentence)
    examples = result.out.partition("Examples:\n")[2].splitlines()
    assert len(examples) >= 2
    assert all("mimo" in line for line in examples)


@pytest.mark.parametrize(
    ("command", "first", "last"),
    [
        (["ask"], ["--copy", "--jsonl", "--raw"], ["--debug", "--color WHEN", "--live /"]),
        (["history", "show"], ["--answer", "-x, ", "--copy"], ["--json"]),
    ],
)
def test_what_is_used_most_comes_first(
    command: list[str], first: list[str], last: list[str]
) -> None:
    out = mimo(*command, "--help", environ={}).out
    assert max(out.index(f"  {it}") for it in first) < min(out.index(f"  {it} ") for it in last)


def test_every_example_of_the_help_can_be_parsed() -> None:
    for command in ("ask", "demo", "doctor", "models"):
        out = mimo(command, "--help", environ={}).out.partition("Examples:\n")[2]
        assert out.count("mimo ") >= 2


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version(option: str) -> None:
    assert mimo(option, environ={}).out == f"mimo {__version__}\n"


@pytest.mark.slow
def test_the_names_of_the_program() -> None:
    for name in ("mimo", "mimo-cli"):
        program = Path(sys.executable).with_name(name)
        if not program.exists():
            pytest.skip("the package is not installed here, only on the path")
        result = subprocess.run([program, "--version"], capture_output=True, check=True)
        assert result.stdout.decode() == f"mimo {__version__}\n"


@pytest.mark.slow
def test_demo_asks_the_simulator_with_no_key_and_no_network(tmp_path: Path) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "MIMO_BASE_URL": "http://127.0.0.1:9",
        "MIMO_API_KEY": "sk-never-sent-anywhere",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    result = mimo("demo", "please", "introduce", "yourself", environ=environ)
    assert (result.code, result.out) == (0, INTRODUCED + "\n")
    number = r"[\d,.]+"
    assert re.fullmatch(
        "mimo: no model is asked: a simulator on this machine answers\n"
        r"\$ mimo ask -u 'please introduce yourself'\n"
        rf"{number} tokens in · {number} out · first text after {number} s · {number} s in all "
        rf"· {number} tokens/s\n"
        "mimo: next: mimo config init, to use a key of your own; or mimo demo 20 words\n",
        result.err,
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_demo_says_that_no_model_is_behind_it() -> None:
    assert "No model is behind" in mimo("demo", "9", "words", environ={}).out


@pytest.mark.slow
@pytest.mark.children_traced
def test_simulate_prints_what_points_mimo_at_it() -> None:
    program = process("simulate", "--delay", "0", environ={})
    assert program.stdout is not None
    out = read_until(program.stdout.fileno(), b"API_KEY=sk-simulator\n").decode()
    found = re.fullmatch(
        r"export MIMO_BASE_URL=(http://127\.0\.0\.1:\d+/anthropic)\n"
        r"export MIMO_API_KEY=(sk-simulator)\n",
        out,
    )
    assert found is not None
    environ = {"MIMO_BASE_URL": found[1], "MIMO_API_KEY": found[2], "MIMO_CONFIG": "/dev/null"}
    assert mimo("ask", "please introduce yourself", environ=environ).out == INTRODUCED + "\n"
    program.send_signal(signal.SIGINT)
    result = finish(program)
    assert result.code == 0
    assert "POST /anthropic/v1/messages" in result.err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "code", "slept"),
    [
        (["--status", "503", "--times", "2"], 0, 2),
        (["--status", "429", "--retry-after", "7"], 5, 2),
        (["--cut", "300"], 8, 2),
        (["--reset", "300"], 8, 2),
        (["--corrupted"], 10, 0),
        (["--corrupted", "--times", "1"], 10, 0),
        (["--max-body", "1"], 0, 0),
        (["--answer", "a fixed answer"], 0, 0),
        (["--dialect", "done", "--dialect", "crlf"], 0, 0),
        (["--dialect", "no-end"], 9, 0),
        (["--dialect", "ok-errors", "--status", "401"], 4, 0),
    ],
)
def test_simulate_fails_as_it_is_told(options: list[str], code: int, slept: int) -> None:
    program = process("simulate", "--delay", "0", *options, environ={}, measured=False)
    assert program.stdout is not None
    out = read_until(program.stdout.fileno(), b"API_KEY=sk-simulator\n").decode()
    environ = dict(re.findall(r"export (\w+)=(\S+)", out)) | {"MIMO_CONFIG": "/dev/null"}
    result = mimo("ask", "hi", environ=environ)
    program.terminate()
    assert finish(program).code == 0
    assert (result.code, len(result.slept)) == (code, slept)


@pytest.mark.slow
def test_simulate_calls_and_answers_as_it_is_told() -> None:
    calls = ["--call", 'weather={"city":"Rome"}', "--call", 'weather={"city":"Ro']
    answers = ["--answer", "first", "--answer", "later"]
    program = process(
        *("simulate", "--delay", "0", *calls, "--calls-as", "text", "--endless-calls", *answers),
        environ={},
        measured=False,
    )
    assert program.stdout is not None
    out = read_until(program.stdout.fileno(), b"API_KEY=sk-simulator\n").decode()
    found = dict(re.findall(r"export (\w+)=(\S+)", out))
    with httpx.Client(
        base_url=found["MIMO_BASE_URL"].removesuffix("/anthropic"),
        headers={"api-key": found["MIMO_API_KEY"]},
        trust_env=False,
        verify=NO_TLS,
    ) as http:
        called = ask(http, tools=[WEATHER])
        texts = [ask(http)["content"][-1]["text"] for _ in range(3)]
    program.terminate()
    assert finish(program).code == 0
    assert called["stop_reason"] == "tool_use"
    assert called["content"][-1]["text"].count("<tool_call>") == 2
    assert texts == ["first", "later", "later"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--cut", "1", "--stall", "1"], 2),
        (["--corrupted", "--status", "500"], 2),
        (["--max-body", "0"], 2),
        (["--retry-after", "1"], 2),
        (["--port", "99999"], 2),
        (["--answer", "@/no/such/file"], 2),
        (["--answer", "first", "--answer", "@/no/such/file"], 2),
        (["--call", '={"a":1}'], 2),
        (["--call", "weather"], 2),
        (["--call", 'weather {"a":1}'], 2),
        (["--call", "t=", "--calls-as", "words"], 2),
        (["--calls-as", "text"], 2),
        (["--endless-calls"], 2),
    ],
)
def test_simulate_refuses_what_makes_no_sense(options: list[str], code: int) -> None:
    assert mimo("simulate", *options, environ={}).code == code


@pytest.mark.parametrize("given", ["weather", 'weather:{"city":"Rome"}', "", '={"a":1}'])
def test_a_call_that_is_none_is_told_what_one_is(given: str) -> None:
    result = mimo("simulate", "--call", given, environ={})
    assert result.code == 2
    assert result.err.startswith("mimo: --call needs ")
    assert """for example --call 'weather={"city":"Rome"}'""" in result.err


def test_a_port_in_use_is_said() -> None:
    with Simulator() as simulator:
        port = simulator.url.rpartition(":")[2]
        result = mimo("simulate", "--port", port, environ={})
    assert result.code == 7
    assert result.err.startswith(f"mimo: cannot listen on port {port}: ")


HEAVY = (
    *("httpcore", "httpx", "rich", "prompt_toolkit", "markdown_it", "pygments", "sqlite3"),
    *("tomlkit", "concurrent.futures", "python_socks", "jsonschema"),
)


def loaded(*args: str, environ: dict[str, str], among: Sequence[str] = HEAVY) -> set[str]:
    """The modules, of the heavy ones, that a run of the program has loaded when it ends."""
    code = (
        "import os, sys\n"
        "from mimo_cli import process\n"
        "process.leave = lambda code: None\n"
        "from mimo_cli.__main__ import main\n"
        "main()\n"
        f"print(*[m for m in {among!r} if m in sys.modules], file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *args],
        env={"PYTHONPATH": str(ROOT), **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        text=True,
    )
    return set(result.stderr.splitlines()[-1].split())


@pytest.mark.slow
@pytest.mark.parametrize(
    "args",
    [
        *(["--help"], ["--version"], ["ask", "--help"], ["config", "path"], ["config", "list"]),
        *(["history", "--help"], ["history", "show", "--help"]),
        *(["models"], ["models", "--json"], ["models", "mimo-v2.5"], ["doctor", "--help"]),
        *(["schema"], ["schema", "history"]),
    ],
)
def test_help_loads_nothing_heavy(args: list[str]) -> None:
    assert loaded(*args, environ={"MIMO_CONFIG": "/dev/null"}) == set()


@pytest.mark.slow
def test_a_piped_ask_loads_only_what_it_needs(simulator: Simulator) -> None:
    assert loaded("ask", "hi", environ=environ_for(simulator)) == {"httpcore", "httpx"}


OF_ATTACHMENTS = (
    *("mimo_cli.attachments.reading", "mimo_cli.media", "mimo_cli.media.formats"),
    *("mimo_cli.conversation.shown.attachment_rows", "mimo_cli.conversation.media_check"),
)


@pytest.mark.slow
def test_words_alone_load_nothing_of_attachments(simulator: Simulator, tmp_path: Path) -> None:
    environ = environ_for(simulator)
    assert loaded("ask", "hi", environ=environ, among=OF_ATTACHMENTS) == set()
    file = tmp_path / "a.txt"
    file.write_text("text\n")
    args = ("ask", "-f", str(file), "hi")
    assert loaded(*args, environ=environ, among=OF_ATTACHMENTS) == {"mimo_cli.attachments.reading"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "args", [["history"], ["history", "show"], ["history", "usage"], ["config", "list"], ["models"]]
)
def test_a_list_in_a_pipe_loads_nothing_that_draws(
    simulator: Simulator, tmp_path: Path, args: list[str]
) -> None:
    environ = environ_for(simulator, MIMO_HISTORY="true", XDG_DATA_HOME=str(tmp_path))
    assert mimo("ask", "hi", environ=environ).code == 0
    assert "rich" not in loaded(*args, environ=environ)


def test_python_dash_m_works() -> None:
    result = finish(process("--version", environ={}))
    assert (result.code, result.out) == (0, f"mimo {__version__}\n")


@pytest.mark.slow
def test_in_a_narrow_terminal_help_still_fits() -> None:
    with Terminal("ask", "--help", environ={}, columns=50, lines=60) as terminal:
        assert terminal.wait() == 0
        assert max(map(len, terminal.text.splitlines())) <= 50
