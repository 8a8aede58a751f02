"""Texts reach a person in their language: every line on stderr, in every command."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest
from support.bracketed import Bracketed
from support.folders import SUPPORT
from support.harness import KEY, Result, Terminal, environ_for, mimo

from mimo_cli.api.timing import Limits
from mimo_cli.cli import app
from mimo_cli.cli.command import build
from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

WORDS = "\N{BULLET}" * 8
"""What the server says: no letters, so that a line of its words alone is no line of ours."""
QUICK = Limits(connect=2.0, first_event=0.3, idle=0.3, notice=0.1, content=0.5, error_body=0.3)


OF_OTHERS = (
    r": (?:connection refused|no such file or directory)$",  # the system's
    r"^\[mimo\]: (?:Invalid value for|No such option|Option ).*",  # Typer's, which are fixed
)
"""Patterns of lines that end in words which are not ours; what is before them has to be."""


def bare_lines(text: str) -> list[str]:
    """Return the lines in which a word stands outside of brackets."""
    found = []
    for line in text.splitlines():
        rest, bare = "", re.sub("|".join(OF_OTHERS), "", line)
        while rest != bare:
            rest, bare = bare, re.sub(r"\[[^\[\]]*\]", "", bare)
        if re.search(r"\w", bare):
            found.append(line)
    return found


def error_body(code: str) -> bytes:
    return f'{{"error": {{"code": "{code}", "message": "{WORDS}"}}}}'.encode()


def run(*args: str, environ: Mapping[str, str], stdin: str = "") -> Result:
    return mimo(
        *args,
        environ=environ,
        stdin=stdin.encode(),
        limits=QUICK,
        translations=Bracketed(),
    )


FAULTS = [
    *[
        pytest.param(Fault(status=status, body=error_body(str(status)), times=None), id=str(status))
        for status in (400, 401, 402, 403, 404, 408, 409, 413, 421, 429, 500, 503, 302, 405)
    ],
    pytest.param(Fault(cut_at=600, times=None), id="cut off"),
    pytest.param(Fault(cut_at=0, times=None), id="cut at once"),
    pytest.param(Fault(stall_at=600, times=None), id="stalled"),
    pytest.param(Fault(stall_at=0, times=None), id="silent"),
    pytest.param(Fault(raw=b"SSH-2.0\r\n", times=None), id="no HTTP"),
    pytest.param(Fault(status=200, body=b"<html>", times=None), id="page"),
    pytest.param(Fault(status=200, body=b"{}", times=None), id="no message"),
    pytest.param(Fault(status=200, body=b'{"choices": []}', times=None), id="OpenAI's"),
    pytest.param(Fault(), id="none"),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "fault"),
    [
        *(pytest.param("ask", it.values[0], id=f"ask {it.id}") for it in FAULTS),
        *(pytest.param("chat", it.values[0], id=f"chat {it.id}") for it in FAULTS[1::4]),
        *(pytest.param("models", it.values[0], id=f"models {it.id}") for it in FAULTS[::4]),
    ],
)
def test_what_goes_wrong_with_a_server_is_said_in_the_users_language(
    command: str, fault: Fault
) -> None:
    args = {"ask": ["ask", "-v", "hi"], "chat": ["chat"], "models": ["models", "--remote"]}
    with Simulator(faults=[fault]) as simulator:
        environ = environ_for(simulator)
        result = run(*args[command], environ=environ, stdin="hi\n" if command == "chat" else "")
    assert bare_lines(result.err) == []
    assert result.code == 0 or result.err.startswith("[mimo]: "), "and something is said"


@pytest.mark.slow
@pytest.mark.parametrize(
    "args",
    [
        *(["ask", "hi"], ["chat"], ["models", "--remote"], ["doctor"], ["config", "get", "x"]),
        *(["history", "show", "x"], ["history"], ["history", "usage"], ["config", "prompts"]),
        *(
            ["no-such"],
            ["ask", "--no-such"],
            ["ask", "-m"],
            ["help", "no-such"],
            ["config", "list"],
        ),
        *(
            ["config", "list"],
            ["ask", "-f", "/no/such", "hi"],
            ["ask", "--retries", "x", "hi"],
            ["ask", ""],
        ),
    ],
    ids=" ".join,
)
def test_what_is_wrong_here_is_said_in_the_users_language(args: list[str], tmp_path: Path) -> None:
    environ = {
        "MIMO_CONFIG": "/dev/null",
        "MIMO_DATA": str(tmp_path),
        "MIMO_BASE_URL": "http://127.0.0.1:9/anthropic",
        "PATH": "",
    }
    result = run(*args, environ=environ, stdin="hi\n" if args == ["chat"] else "")
    assert bare_lines(result.err) == []


def test_why_there_are_no_certificates_is_said_in_the_users_language() -> None:
    environ = {"MIMO_CONFIG": "/dev/null", "MIMO_API_KEY": KEY, "SSL_CERT_DIR": "/no/such"}
    assert "[no such folder]" in run("ask", "hi", environ=environ).err


def test_a_key_that_is_a_number_is_concealed_in_a_number() -> None:
    key = "12345678"
    fault = Fault(status=429, headers=(("retry-after", key),), times=None)
    with Simulator(keys=(key,), faults=[fault]) as simulator:
        result = run("ask", "hi", environ=environ_for(simulator, MIMO_API_KEY=key))
    assert result.code == 5
    assert not any(it in result.err for it in (key, "12,345,678", "a bug"))


@pytest.mark.parametrize("broken", ["{nobody} {wy}", "{what", "}"])
def test_a_broken_translation_breaks_nothing(broken: str) -> None:
    translations = dict.fromkeys(("{what}: {why}", "cannot read {file}", "See: {command}"), broken)
    for args in (["ask", "-f", "/no/such", "hi"], ["no-such"]):
        result = mimo(*args, environ={"MIMO_CONFIG": "/dev/null"}, translations=translations)
        assert result.code == 2
        assert result.err == mimo(*args, environ={"MIMO_CONFIG": "/dev/null"}).err


@pytest.mark.slow
@pytest.mark.parametrize(
    "lines",
    [
        *("/no-such", "/set x 1", "/set max_tokens x", "/model mimo-v2.5", "/thinking maybe"),
        *("/set temperature 1", "/file /no/such", "/save /no/such/file", "/resume x", "/retry"),
        *("/continue", "/copy", "/usage", "/history", "/new", "/title x", "/list", "/system x"),
        *("/file", "/file none", "/title", "/exit now", "/save -x y", "/export x.txt"),
    ],
)
def test_a_chat_speaks_the_users_language(lines: str, tmp_path: Path) -> None:
    with Simulator() as simulator:
        environ = environ_for(simulator, MIMO_DATA=str(tmp_path), MIMO_HISTORY="true")
        result = run("chat", environ=environ, stdin=f"{lines}\n")
    assert bare_lines(result.err) == []


def test_doctor_and_the_chats_tables_speak_it_too(tmp_path: Path) -> None:
    with Simulator() as simulator:
        environ = environ_for(simulator, MIMO_DATA=str(tmp_path), MIMO_CACHE=str(tmp_path))
        checked = run("doctor", environ=environ).out
        info = run("chat", environ=environ, stdin="/info\n/usage\n/help\n").err
    assert "[ok]     versions     [mimo " in checked
    assert re.search(
        r"^\[ok\] +connection +\[\[to 127.0.0.1:\d+\] in [\d.]+ s\]$", checked, re.MULTILINE
    )
    assert "\n[thinking]       [on]\n" in info
    assert "\n[input]    [0 tokens]\n" in info
    assert re.search(r"(?m)^/undo +\[take the last question and its answer back\]$", info)


def commands(built: Any, *names: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """A command and all below it, with their names."""
    yield names, built
    for name in getattr(built, "commands", ()):
        yield from commands(built.get_command(None, name), *names, name)


EVERY = {" ".join(names): it for names, it in commands(build(app.app))}


@pytest.mark.slow
@pytest.mark.parametrize("names", EVERY)
def test_help_is_shown_in_the_users_language(names: str) -> None:
    result = run(*names.split(), "--help", environ={"MIMO_CONFIG": "/dev/null"})
    page, built = " ".join(result.out.split()), EVERY[names]
    own = [it.help for it in built.params if it.help and not it.hidden]
    below = getattr(built, "commands", {}).values()
    texts = [built.help or "", *own]
    assert not [it for it in texts if f"[{' '.join(it.split())}]" not in page]
    assert all(f"{it.name} [" in page for it in below)
    assert ("[Examples:]" in page) is bool(built.epilog)
    assert not built.epilog or " ".join(built.epilog.split()) in page
    assert run(*names.split(), "--help", environ={}).out == result.out
    english = mimo(*names.split(), "--help", environ={}).out
    assert "[Examples:]" not in english


@pytest.mark.slow
def test_questions_are_asked_in_the_users_language(tmp_path: Path) -> None:
    """Up to the first that is answered by leaving."""
    program = [sys.executable, str(SUPPORT / "bracketed.py")]
    environ = {"MIMO_CONFIG": str(tmp_path / "config.toml"), "MIMO_HISTORY": "false"}
    for args in (["config", "init"], ["config", "set", "api_key"]):
        with Terminal(command=[*program, *args], environ=environ, columns=120) as terminal:
            if "init" in args:
                terminal.wait_for("[Server (a name, number or URL)] [mimo]:")
                terminal.type("1\n")
            terminal.wait_for("(not shown):]")
            terminal.type("\x04")
            assert terminal.wait() == 2
            data = (
                r"^  \d  [\w.-]+ +|(?<=\[mimo\]:) 1$"  # a preset's number and name, what is typed
            )
            assert bare_lines(re.sub(data, "", terminal.text, flags=re.MULTILINE)) == []


@pytest.mark.parametrize("option", ["--json", "--jsonl"])
def test_what_scripts_read_stays_english(option: str) -> None:
    with Simulator(faults=[Fault(status=500, body=error_body("500"), times=None)]) as simulator:
        result = run("ask", option, "hi", environ=environ_for(simulator))
    last = json.loads(result.out.splitlines()[-1])
    assert last["error"]["message"] == f"the server failed (500): {WORDS}"
    assert "[" not in result.out.replace("[]", "")


@pytest.mark.parametrize(
    ("line", "is_bare"),
    [
        ("[mimo]: [a b]: \N{BULLET}", False),
        ("  [request id: 1]", False),
        ("[mimo]: [a [b] c]", False),
        ("mimo: [a]", True),
        ("[mimo]: [a] and b", True),
    ],
)
def test_a_word_outside_of_brackets_is_found(line: str, is_bare: bool) -> None:
    assert bool(bare_lines(line)) is is_bare
