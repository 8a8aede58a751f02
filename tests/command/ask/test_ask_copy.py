"""`mimo ask --copy`: what was printed goes to the clipboard too, when it is whole."""

from __future__ import annotations

import base64
import json
import signal
from typing import TYPE_CHECKING

import pytest
from support.fake_programs import FakePrograms
from support.harness import Result, Terminal, environ_for, mimo

from mimo_cli.simulator import Fault, Simulator, event

if TYPE_CHECKING:
    from pathlib import Path

FENCED = 'Here:\n\n```python\nprint("\x1b[2J")\n```\n'
PYTHON = 'print("^[[2J")\n'
HOSTILE = "\n a\x1b[2J\x9b\u202eb\u200b\r\nc\n\n"
INERT = " a^[[2J<U+009B><U+202E>b\nc\n"
SCHEMA = ("--schema", "name")
NOTHING = "mimo: nothing was copied\n"
ASK = ("ask", "hi")
LONG = "word " * 200
STOPPED = ("ask", "--copy", "--no-thinking", "hi")
INVISIBLE = "mimo: warning: the answer holds one invisible character\n"


class Desk:
    """Runs the program where xclip puts what it takes into a file."""

    def __init__(self, folder: Path) -> None:
        self.programs = FakePrograms(folder)
        self.taken = folder / "taken"
        self.programs.add("xclip", f"exec /bin/cat > '{self.taken}'")
        self.folder = folder

    def run(self, answer: str | Simulator, *args: str, **more: str) -> Result:
        given = answer if isinstance(answer, Simulator) else Simulator(answer=answer)
        with given as simulator:
            environ = {**environ_for(simulator), "DISPLAY": ":0", "PATH": self.programs.path}
            return mimo(*ASK, "--copy", *args, environ={**environ, **more}, cwd=self.folder)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize(
    ("answer", "args", "taken"),
    [
        ("Hello", [], "Hello\n"),
        (HOSTILE, [], INERT),
        (HOSTILE, ["--raw"], INERT),
        (FENCED, ["-x"], PYTHON),
        ('```json\n{"name": "A\u202e"}\n```', SCHEMA, '{"name": "A\\u202e"}\n'),
        ('{"name": "A"}', [*SCHEMA, "--render"], '{\n  "name": "A"\n}\n'),
        ('{"name": "A"}', [*SCHEMA, "--json"], '{"name": "A"}\n'),
        (FENCED, ["--json"], f"Here:\n\n```python\n{PYTHON}```\n"),
        ("Hello", ["--jsonl"], "Hello\n"),
        ("Hello", ["--no-stream"], "Hello\n"),
        ("Hello", ["-o", "/dev/null"], "Hello\n"),
    ],
)
def test_what_is_printed_is_copied_inert(
    desk: Desk, answer: str, args: list[str], taken: str
) -> None:
    result = desk.run(answer, *args)
    told = f"mimo: copied {len(taken)} characters (by xclip)\n"
    assert (result.code, result.err.removeprefix(INVISIBLE)) == (0, told)
    assert desk.taken.read_text() == taken
    if "--json" in args:
        assert json.loads(result.out)["error"] is None


def test_an_answer_that_is_cut_by_max_tokens_counts_as_whole(desk: Desk) -> None:
    result = desk.run("one two three four five six", "--no-thinking", "--max-tokens", "3")
    assert result.code == 0
    assert "cut: stopped at max_tokens" in result.err
    assert desk.taken.read_text() == result.out


@pytest.mark.parametrize(
    ("answer", "args", "code", "told"),
    [
        (Fault(cut_at=9000), [], 9, NOTHING),
        (Fault(status=400), [], 10, NOTHING),
        ("No code.", ["-x"], 8, NOTHING),
        ("```sh\n" + "ls " * 50, ["-x", "--no-thinking", "--max-tokens", "20"], 9, NOTHING),
        ("No.", [*SCHEMA, "--repairs", "0"], 13, NOTHING),
        ("Hello", ["-o", "none/out"], 12, ""),
        ("Hello", ["--dry-run"], 0, ""),
    ],
)
def test_what_is_not_whole_is_not_copied_and_the_exit_code_stays(
    desk: Desk, answer: str | Fault, args: list[str], code: int, told: str
) -> None:
    broken = answer if isinstance(answer, str) else Simulator(answer=LONG, faults=[answer])
    result = desk.run(broken, *args)
    assert result.code == code
    assert result.err.count("nothing was copied") == bool(told)
    assert told in result.err
    assert not desk.taken.exists()


def test_where_a_part_is_kept_it_is_said_how_to_have_it(desk: Desk, tmp_path: Path) -> None:
    kept = {"MIMO_HISTORY": "true", "MIMO_DATA": str(tmp_path / "data")}
    result = desk.run(Simulator(answer=LONG, faults=[Fault(cut_at=9000)]), **kept)
    assert result.code == 9
    told = "mimo: nothing was copied (mimo history show --copy takes what came)\n"
    assert result.err.startswith(told)
    environ = {"MIMO_CONFIG": "/dev/null", "DISPLAY": ":0", "PATH": desk.programs.path, **kept}
    assert mimo("history", "show", "--copy", environ=environ).code == 0
    assert desk.taken.read_text().startswith("word word")


def test_calls_without_words_leave_the_clipboard_alone(desk: Desk) -> None:
    tools = desk.folder / "tools.json"
    tools.write_text('[{"name": "weather", "input_schema": {"type": "object"}}]')
    call = {"type": "tool_use", "id": "w1", "name": "weather", "input": {}}
    stream = b"".join(
        event(data)
        for data in (
            {"type": "content_block_start", "index": 0, "content_block": call},
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {}},
            {"type": "message_stop"},
        )
    )
    simulator = Simulator(faults=[Fault(sse=stream)])
    result = desk.run(simulator, "--tool-definitions", str(tools))
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith(NOTHING)
    assert not desk.taken.exists()


@pytest.mark.parametrize("script", ["exit 1", "kill -9 $$"])
def test_a_clipboard_that_fails_costs_a_warning(desk: Desk, script: str) -> None:
    desk.programs.add("xclip", script)
    result = desk.run("Hello")
    assert (result.code, result.out) == (0, "Hello\n")
    assert result.err == (
        "mimo: warning: nothing was copied: there is no clipboard: "
        "xclip failed, and there is no terminal with one\n"
    )
    quiet = desk.run("Hello", "-q")
    assert (quiet.code, quiet.out, quiet.err) == (0, "Hello\n", "")


def test_an_answer_that_is_stopped_is_not_copied() -> None:
    with Simulator(answer=LONG, delay=0.05) as simulator:
        environ = {**environ_for(simulator), "PATH": "/nowhere"}
        with Terminal(*STOPPED, environ=environ, measured=False) as terminal:
            terminal.wait_for("word word")
            terminal.type("\x03")
            terminal.wait_for("nothing was copied")
            assert terminal.wait() == -signal.SIGINT
            assert b"\x1b]52;" not in terminal.received


def test_a_terminal_takes_it_behind_the_answer() -> None:
    with Simulator(answer="**Hello** world") as simulator:
        environ = {**environ_for(simulator), "PATH": "/nowhere"}
        with Terminal("ask", "--copy", "hi", environ=environ, columns=100) as terminal:
            terminal.wait_for("sent 16 characters to the terminal's clipboard")
            assert terminal.wait() == 0
            sequence = b"\x1b]52;c;" + base64.b64encode(b"**Hello** world\n") + b"\x07"
            assert terminal.received.count(sequence) == 1
            assert "\nHello world\n" in terminal.text
