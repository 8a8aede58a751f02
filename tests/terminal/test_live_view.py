"""The answer on a real terminal, drawn by the real program."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import termios
import time
from typing import TYPE_CHECKING

import pyte
import pytest
from support.cells import row_texts
from support.harness import (
    PATIENCE,
    Terminal,
    around,
    environ_for,
    finish,
    held_back,
    mimo,
    process,
)

from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ANSWER = """# A title

A paragraph with *emphasis*, `code` and a [link](https://example.com), long enough to be wrapped.

1. 第一项：你好，世界
2. second
   - nested 🚀

```python
def f():
    return 1
```

| a | b |
|---|---|
| 1 | 2 |

> a quote

The end.
"""


def rendered(simulator: Simulator, columns: int) -> str:
    """The answer drawn in one go, on a screen of that width."""
    environ = environ_for(simulator, COLUMNS=str(columns))
    result = mimo("ask", "--render", "--no-stream", "--hide-thinking", "hi", environ=environ)
    assert result.code == 0
    screen = pyte.Screen(columns, 200)
    pyte.Stream(screen).feed(result.out.replace("\n", "\r\n"))
    return "\n".join(row_texts(screen)).rstrip()


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (40, 8), (20, 5)])
def test_the_scrollback_is_the_answer_drawn_in_one_go(columns: int, lines: int) -> None:
    with Simulator(answer=ANSWER, delta_chars=3, delay=0.001) as simulator:
        expected = rendered(simulator, columns)
        with Terminal(
            *("ask", "--hide-thinking", "hi"),
            environ=environ_for(simulator),
            columns=columns,
            lines=lines,
            measured=False,
        ) as terminal:
            assert terminal.wait() == 0
            assert terminal.text == expected


def test_a_pipe_gets_the_markdown_unless_it_asks_for_more() -> None:
    with Simulator(answer="# Title\n\n*x*") as simulator:
        environ = environ_for(simulator)
        assert mimo("ask", "hi", environ=environ).out == "# Title\n\n*x*\n"
        drawn = mimo("ask", "--render", "--hide-thinking", "hi", environ=environ)
        assert drawn.out == "Title\n\nx\n"


def test_an_answer_in_one_piece_is_drawn_too() -> None:
    with (
        Simulator(answer="# Title\n\n*x*") as simulator,
        Terminal("ask", "--no-stream", "hi", environ=environ_for(simulator)) as terminal,
    ):
        assert terminal.wait() == 0
        assert terminal.text == "thought for less than a second\n\nTitle\n\nx"


def test_thinking_becomes_one_row_or_stays_or_does_not_show() -> None:
    def shown(option: str) -> str:
        with (
            Simulator(answer="Yes.", thinking="Let me see.") as simulator,
            Terminal(
                "ask", option, "hi", environ=environ_for(simulator), measured=False
            ) as terminal,
        ):
            assert terminal.wait() == 0
            return terminal.text

    assert shown("--live") == "thought for less than a second\n\nYes."
    assert shown("--hide-thinking") == "Yes."
    kept = shown("--show-thinking")
    assert kept.split(maxsplit=3)[:3] == ["Let", "me", "see."]
    assert kept.endswith("thought for less than a second\n\nYes.")


def sane(terminal: Terminal) -> None:
    """What must be true of a terminal that a program has left."""
    flags = termios.tcgetattr(terminal.slave)[3]
    assert flags & termios.ECHO
    assert flags & termios.ICANON
    assert not terminal.screen.cursor.hidden
    assert terminal.screen.cursor.x == 0
    assert terminal.screen.cursor.attrs.bold is False
    assert terminal.received.rfind(b"\x1b[?7h") > terminal.received.rfind(b"\x1b[?7l")
    assert terminal.received.rfind(b"\x1b[?25h") > terminal.received.rfind(b"\x1b[?25l")


LONG = "".join(f"Paragraph {n} of a long answer.\n\n" for n in range(200))
SHORTER = LONG[: LONG.index("Paragraph 60")]


def endless(answer: str, thinking: str | None = None) -> Simulator:
    """One that streams until it is left: the program cannot have ended before its signal."""
    end = Fault.stall(at=100_000, times=None)
    return Simulator(answer=answer, thinking=thinking, delay=0.001, faults=[end])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_leaves_a_sane_terminal_and_the_text_so_far(number: signal.Signals) -> None:
    with (
        endless(LONG) as simulator,
        Terminal("ask", "hi", environ=environ_for(simulator), measured=False) as terminal,
    ):
        terminal.wait_for("Paragraph 5")
        assert not termios.tcgetattr(terminal.slave)[3] & termios.ECHO
        terminal.interrupt(number)
        assert terminal.wait() == -number
        assert "Paragraph 4 of a long answer." in terminal.text
        assert terminal.text.endswith("interrupted")
        sane(terminal)


@pytest.mark.parametrize(
    ("options", "until", "ending"),
    [
        (("--raw",), "Paragraph 5 of", "\nmimo: interrupted"),
        (("--raw",), "waiting for", "\ninterrupted"),
        (("--raw", "--thinking", "--show-thinking"), "I think, 3", "\nmimo: interrupted"),
        (("--raw", "--no-live"), "Paragraph 5 of", "\nmimo: interrupted"),
        (("--no-live", "--extract=1"), "(retry 1)", "\nmimo: interrupted"),
    ],
)
def test_whoever_interrupts_is_told_whatever_shows_the_answer(
    options: tuple[str, ...], until: str, ending: str
) -> None:
    thinks = "--show-thinking" in options
    thinking = "".join(f"I think, {n}. " for n in range(200)) if thinks else None
    busy = [Fault(status=503)] if until == "(retry 1)" else []
    stalled = Fault.stall(at=0 if "wait" in until else 100_000, times=None)
    faults = [*busy, stalled]
    with (
        Simulator(answer=LONG, thinking=thinking, delay=0.001, faults=faults) as simulator,
        Terminal("ask", *options, "hi", environ=environ_for(simulator)) as terminal,
    ):
        terminal.wait_for(until)
        terminal.interrupt()
        assert terminal.wait() == -signal.SIGINT
        assert f"\n{terminal.text}".endswith(ending)
        assert terminal.text.count("interrupted") == 1


@pytest.mark.parametrize("at", range(0, 60, 15))
def test_an_interrupt_at_any_moment_leaves_a_sane_terminal(at: int) -> None:
    with (
        endless(ANSWER * 50, thinking="Hm. " * 50) as simulator,
        Terminal("ask", "hi", environ=environ_for(simulator), measured=False) as terminal,
    ):
        terminal.wait_for_bytes(max(1, at * 20))  # before it, Python itself is starting
        terminal.type("\x03")
        assert terminal.wait() in (-signal.SIGINT, 130)
        if b"\x1b[?25l" in terminal.received:
            sane(terminal)


def test_keys_typed_meanwhile_do_not_spoil_the_picture_and_are_not_lost() -> None:
    with Simulator(answer=ANSWER, thinking="Hm.", delta_chars=3, delay=0.002) as simulator:
        expected = rendered(simulator, 80)
        with (
            held_back(simulator, 8_000) as (environ, told),
            Terminal("ask", "--hide-thinking", "hi", environ=environ) as terminal,
        ):
            terminal.wait_for("A title")
            terminal.type("x\ny\n")
            told.set()
            assert terminal.wait() == 0
            assert terminal.text == expected
            assert os.read(terminal.slave, 100) == b"x\ny\n"


def shell(environ: Mapping[str, str], command: str, *, measured: bool = True) -> Terminal:
    """A shell with job control that was told to run a command."""
    environ = {**environ, "PS1": "$ ", "HISTFILE": ""}
    terminal = Terminal(command=["bash", "--norc", "-i"], environ=environ, measured=measured)
    terminal.wait_for("$")
    terminal.type(f"{command}\n")
    return terminal


@pytest.mark.children_traced
def test_ctrl_z_gives_the_terminal_back_and_fg_draws_on() -> None:
    with (
        Simulator(answer=SHORTER, delay=0.001) as simulator,
        held_back(simulator, 40_000) as (environ, told),
        shell(environ, f"{sys.executable} -m mimo_cli ask hi") as terminal,
    ):
        terminal.wait_for("Paragraph 3 ")
        terminal.type("\x1a")
        terminal.wait_for("Stopped")
        terminal.type("echo typed; stty -a | tr ' ' '\\n' | grep -x -e echo -e icanon\n")
        terminal.wait_for("typed\nicanon\necho")
        assert not terminal.screen.cursor.hidden
        terminal.type("fg\n")
        told.set()
        terminal.wait_for("Paragraph 59 ")
        terminal.wait_for("\n$")
        terminal.type("exit\n")
        terminal.wait()
        text = terminal.text
    numbers = re.findall(r"^Paragraph (\d+) of a long answer\.$", text, re.MULTILINE)
    assert numbers == [str(n) for n in range(60)]


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
@pytest.mark.parametrize(
    ("between", "sizes"),
    [
        pytest.param(".\n\n", [(60, 24), (45, 20), (90, 30), (40, 15)], id="many paragraphs"),
        pytest.param(", ", [(40, 24)], id="one that fills the screen, split in two"),
    ],
)
def test_a_resize_of_a_window_loses_and_repeats_nothing(
    tmp_path: Path, between: str, sizes: list[tuple[int, int]]
) -> None:
    def tmux(*command: str) -> str:
        words = ["tmux", "-S", str(tmp_path / "socket"), "-f", os.devnull, *command]
        done = subprocess.run(words, check=True, capture_output=True, text=True, env=environ)
        return done.stdout

    before = "A row.\n\n" * 20  # fills the screen: tmux itself pushes rows up that have room below
    answer = before + between.join(f"Marker{n:03} of a long answer" for n in range(120))
    end = time.monotonic() + PATIENCE
    with Simulator(answer=answer, delay=0.001) as simulator:
        environ = {**around(), **environ_for(simulator)}
        program = [sys.executable, "-m", "mimo_cli", "ask", "hi"]
        tmux("new-session", "-d", "-x", "80", "-y", "24", *program)
        tmux("set-option", "remain-on-exit", "on")
        for number, (columns, lines) in enumerate(sizes):
            wanted = f"Marker{20 * number + 49:03}"
            while wanted not in tmux("capture-pane", "-pJ", "-S", "-"):
                assert time.monotonic() < end
            tmux("resize-window", "-x", str(columns), "-y", str(lines))
        while tmux("display-message", "-p", "#{pane_dead}") != "1\n":
            assert time.monotonic() < end
        text = tmux("capture-pane", "-pJ", "-S", "-")
        tmux("kill-server")
    assert re.findall(r"Marker(\d{3})", text) == [f"{n:03}" for n in range(120)]


@pytest.mark.children_traced
def test_a_retry_is_told_in_the_picture() -> None:
    with (
        Simulator(answer="Yes.", faults=[Fault.http(503)]) as simulator,
        Terminal("ask", "--hide-thinking", "hi", environ=environ_for(simulator)) as terminal,
    ):
        assert terminal.wait() == 0
        first, *rest = terminal.text.splitlines()
    assert first.startswith("mimo: the server failed (503)")
    assert rest[-1] == "Yes."


def test_an_error_after_a_part_comes_below_it() -> None:
    with (
        Simulator(answer=LONG, faults=[Fault.cut(at=9000, times=None)]) as simulator,
        Terminal("ask", "hi", environ=environ_for(simulator)) as terminal,
    ):
        assert terminal.wait() == 9
        sane(terminal)
        rows = terminal.text.splitlines()
    assert any(row.startswith("Paragraph 1 of") for row in rows)
    assert rows[-2].startswith("mimo: the answer is incomplete: ")


@pytest.mark.children_traced
def test_a_job_in_the_background_is_not_stopped_for_drawing(simulator: Simulator) -> None:
    """Its terminal belongs to another process: settings are left alone."""
    environ = environ_for(simulator)
    with Terminal("config", "path", environ=environ, measured=False) as terminal:
        terminal.wait()
        program = process(
            *("ask", "please introduce yourself"),
            environ=environ_for(simulator, TERM="xterm"),
            stdout=terminal.slave,
        )
        assert finish(program).code == 0
        terminal.read()
        assert "Hello! I'm MiMo" in terminal.text


def test_an_unknown_code_theme_is_said_and_does_not_cost_the_answer(simulator: Simulator) -> None:
    environ = environ_for(simulator, MIMO_CODE_THEME="no-such-theme")
    result = mimo("ask", "--render", "hi", environ=environ)
    assert result.code == 0
    assert result.err.startswith("mimo: warning: no code_theme is called no-such-theme")
    assert "A simulated answer" in result.out


def test_a_bug_leaves_a_sane_terminal_and_one_line() -> None:
    program = """
import itertools, sys
from mimo_cli.screen.live import Live
tick, calls = Live.tick, itertools.count()
def failing(self):
    tick(self)
    if next(calls) > 20:
        raise RuntimeError("oops")
Live.tick = failing
from mimo_cli.__main__ import main
sys.argv = ["mimo", "ask", "hi"]
main()
"""
    with (
        Simulator(answer=LONG, delay=0.001) as simulator,
        Terminal(
            command=[sys.executable, "-c", program],
            environ=environ_for(simulator),
            measured=False,
        ) as terminal,
    ):
        assert terminal.wait() == 1
        sane(terminal)
        assert "mimo: a bug: RuntimeError" in terminal.text
        assert "Traceback" not in terminal.text


@pytest.mark.parametrize(
    ("options", "variables"),
    [((), {}), (("--raw",), {}), ((), {"MIMO_LIVE": "false"}), ((), {"TERM": "dumb"})],
)
def test_whatever_shows_an_answer_keys_throw_no_rows_away(
    options: tuple[str, ...], variables: dict[str, str]
) -> None:
    with (
        endless(LONG) as simulator,
        Terminal(
            "ask", *options, "hi", environ=environ_for(simulator, **variables), measured=False
        ) as terminal,
    ):
        before = termios.tcgetattr(terminal.slave)
        terminal.wait_for("Paragraph 5")
        assert termios.tcgetattr(terminal.slave)[3] & termios.NOFLSH
        terminal.interrupt()
        terminal.wait()
        assert termios.tcgetattr(terminal.slave)[3] == before[3] & ~termios.NOFLSH


@pytest.mark.parametrize("gap", [0.0, 0.01, 0.03])
def test_a_second_interrupt_leaves_a_sane_terminal_too(gap: float) -> None:
    with (
        endless(LONG) as simulator,
        Terminal("ask", "hi", environ=environ_for(simulator), measured=False) as terminal,
    ):
        terminal.wait_for("Paragraph 5")
        terminal.interrupt()
        time.sleep(gap)  # the user's own pause
        terminal.interrupt()
        assert terminal.wait() == -signal.SIGINT
        sane(terminal)


def test_drawn_in_a_file_there_is_the_answer_and_nothing_else() -> None:
    with Simulator(answer="# Title\n\n*x*", thinking="Hm.") as simulator:
        environ = environ_for(simulator)
        plain = mimo("ask", "--render", "hi", environ=environ)
        assert (plain.out, plain.err) == ("Title\n\nx\n", "")
        apart = mimo("ask", "--render", "--show-thinking", "hi", environ=environ)
        assert (apart.out, apart.err) == ("Title\n\nx\n", "Hm.\n\n")


def test_formulas_stay_as_they_were_written() -> None:
    answer = r"""A: \(a*b*c\), $x*y*z$ and

\[ \int f(x)\,dx = \left\{ a \right\} \]

$$ 1 & 2 \\ 3 $$

It costs $5 and *then* $6."""
    with Simulator(answer=answer) as simulator:
        environ = environ_for(simulator)
        written, drawn = (
            mimo("ask", "--render", "hi", environ=environ | {"MIMO_MATH": math}).out
            for math in ("source", "unicode")
        )
    assert written == answer.replace("*then*", "then") + "\n"
    assert "A: a*b*c, x*y*z and\n\n  ∫ f(x) dx = {a}\n\n$$ 1 & 2" in drawn


def test_a_job_in_the_background_draws_nothing_over_the_shells_prompt() -> None:
    with (
        Simulator(answer=SHORTER, delay=0.001) as simulator,
        shell(
            environ_for(simulator), f"{sys.executable} -m mimo_cli ask hi &", measured=False
        ) as terminal,
    ):
        terminal.wait_for("Paragraph 59 ")
        terminal.type("exit\n")
        terminal.wait()
        assert b"\x1b[?25l" not in terminal.received
        assert b"\x1b[?7l" not in terminal.received


@pytest.mark.parametrize("form", ["--json", "-o", "a file"])
def test_an_answer_that_is_shown_elsewhere_or_at_its_end_has_a_spinner_meanwhile(
    form: str, tmp_path: Path
) -> None:
    options = ["-o", str(tmp_path / "f")] if form == "-o" else [form]
    script = 'exec "$@"'
    if form == "a file":
        options, script = ["-v"], f'exec "$@" > {tmp_path / "f"}'
    command = ["sh", "-c", script, "sh", sys.executable, "-m", "mimo_cli", "ask", *options, "hi"]
    with (
        Simulator(
            answer="```sh\nls\n```\n", thinking=" ".join(f"Hm {n}." for n in range(40))
        ) as simulator,
        held_back(simulator, at=2000) as (environ, told),
        Terminal(command=command, environ=environ) as terminal,
    ):
        assert re.search(r" thinking… \d+ s", terminal.wait_for(" thinking… "))
        told.set()
        assert terminal.wait() == 0
        shown = {"--json": '{"schema": 1', "-x": "ls", "-o": "", "a file": "mimo: "}[form]
        assert terminal.text.startswith(shown)
        if form in ("-o", "a file"):
            assert (tmp_path / "f").read_text() == "```sh\nls\n```\n"
        assert "thinking…" not in terminal.text
        sane(terminal)


@pytest.mark.parametrize("form", [["--json"], ["-x"], ["-x", "-q"]])
def test_a_spinner_is_drawn_only_where_it_is_in_nobodys_way(form: list[str]) -> None:
    script = 'python=$1; shift; "$python" -m mimo_cli ask "$@" hi | cat'
    if "-q" in form:
        script = script.removesuffix(" | cat")
    with (
        Simulator(answer="```sh\nls\n```\n", thinking="Hm. " * 5) as simulator,
        Terminal(
            command=["sh", "-c", script, "sh", sys.executable, *form],
            environ=environ_for(simulator),
        ) as terminal,
    ):
        assert terminal.wait() == 0
        assert b"\x1b" not in terminal.received
