"""The key from a command."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest
from support.harness import KEY, environ_for, finish, mimo, process

from mimo_cli.config.keys import key_command
from mimo_cli.errors import AuthError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.simulator import Simulator


def python(code: str) -> str:
    return f"{sys.executable} -c {shlex.quote(code)}"


def run(command: str, seconds: float = 20.0, errors: int | None = None) -> str:
    environ = {"PATH": os.environ["PATH"]}
    return key_command.run_command(
        command, Phrase("file F"), environ=environ, terminal=None, errors=errors, seconds=seconds
    )


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (f"echo {KEY}", KEY),
        (f"printf '{KEY}\\nuser: me\\n'", KEY),
        (f"echo '  {KEY} '", KEY),
        ("echo $HOME;id", "$HOME;id"),
        (python("import sys; print(sys.stdin.read() or 'no stdin')"), "no stdin"),
    ],
)
def test_the_first_line_it_prints_is_the_key(command: str, key: str) -> None:
    assert run(command) == key


@pytest.mark.parametrize(
    ("command", "name", "why"),
    [
        (python(f"print('{KEY}'); exit(3)"), sys.executable, "it ended with code 3"),
        (python("import os; os.kill(os.getpid(), 9)"), sys.executable, "it ended with code -9"),
        ("true", "true", "its first line is empty"),
        (f"printf '\\n{KEY}'", "printf", "its first line is empty"),
        (
            f"no-such-program-here {KEY}",
            "no-such-program-here",
            "it cannot be started: no such file or directory",
        ),
        (python(f"print('{KEY}' * 10000)"), sys.executable, "it prints far more than a key"),
        ("yes", "yes", "it prints far more than a key"),
    ],
)
def test_what_went_wrong_is_said_without_what_it_printed(command: str, name: str, why: str) -> None:
    with pytest.raises(AuthError) as caught:
        run(command)
    error = caught.value
    assert error.message == f"no API key from {name}: {why}"
    assert error.hint == f"See what it prints: {name} … is the command (file F)"


@pytest.mark.parametrize("command", ["echo 'open", " ", "''"])
def test_a_command_that_is_none_is_refused(command: str) -> None:
    with pytest.raises(AuthError):
        run(command)


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    ["import time; time.sleep(60)", "import os, time; os.close(1); time.sleep(60)"],
)
def test_a_command_that_takes_too_long_is_ended(code: str) -> None:
    started = time.monotonic()
    with pytest.raises(AuthError, match="it took longer than 0"):
        run(python(code), seconds=0.2)
    assert time.monotonic() - started < 10


def test_what_it_says_on_stderr_is_passed_on(tmp_path: Path) -> None:
    with (tmp_path / "said").open("w+") as said:
        key = run(python(f"import sys; print('touch it', file=sys.stderr); print('{KEY}')"),
                  errors=said.fileno())  # fmt: skip
        said.seek(0)
        assert (key, said.read()) == (KEY, "touch it\n")


# Through the program


@pytest.fixture
def environ(simulator: Simulator, tmp_path: Path) -> dict[str, str]:
    environ = environ_for(simulator, MIMO_CONFIG=str(tmp_path / "config.toml"))
    del environ["MIMO_API_KEY"]
    return environ


def keep(environ: dict[str, str], command: str) -> None:
    assert mimo("config", "set", "api_key_command", command, environ=environ).code == 0


def test_a_question_is_asked_with_the_key_of_the_command(
    simulator: Simulator, environ: dict[str, str], tmp_path: Path
) -> None:
    keep(environ, f"echo {simulator.key}")
    result = mimo("ask", "-v", "hi", environ=environ)
    assert result.code == 0
    assert f"mimo: key: api_key_command, file {tmp_path / 'config.toml'}\n" in result.err
    assert simulator.key not in result.err


def test_a_key_that_is_refused_is_said_to_come_from_the_command(environ: dict[str, str]) -> None:
    keep(environ, f"echo {KEY}")
    result = mimo("ask", "--debug", "hi", environ=environ)
    assert result.code == 4
    assert "api_key_command, file" in result.err
    assert KEY not in result.err + result.out


def test_a_command_is_run_only_for_a_request(environ: dict[str, str], tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    keep(environ, f"touch {ran}")
    listed = mimo("config", "list", "--json", environ=environ)
    assert listed.json["api_key"] == {
        "value": "",
        "source": f"api_key_command, file {tmp_path / 'config.toml'}",
        "default": None,
    }
    assert mimo("config", "get", "--reveal", "api_key", environ=environ).out == "\n"
    dry = mimo("ask", "--dry-run", "hi", environ=environ)
    assert "api-key: [from api_key_command]\n" in dry.out
    curl = mimo("ask", "--dry-run=curl", "hi", environ=environ)
    assert f"<<'JSON'\napi-key: $(touch {ran} | head -n 1)\nKEY\n" in curl.out
    assert mimo("ask", environ=environ).code == 2
    with_key = {**environ, "MIMO_API_KEY": KEY}
    assert mimo("ask", "hi", environ=with_key).code == 4
    assert not ran.exists()
    assert mimo("ask", "hi", environ=environ).code == 4
    assert ran.exists()


def test_a_command_that_is_not_right_is_not_written_into_another(environ: dict[str, str]) -> None:
    environ = {**environ, "MIMO_API_KEY_COMMAND": "echo 'open"}
    curl = mimo("ask", "--dry-run=curl", "hi", environ=environ)
    assert (curl.code, curl.out) == (4, "")
    assert curl.err == "mimo: api_key_command is not right: a quotation mark lacks its other\n"


@pytest.mark.slow
def test_an_interrupt_ends_the_wait_for_a_command(environ: dict[str, str], tmp_path: Path) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    keep(environ, python(f"open('{started}', 'w').close(); import time; time.sleep(60)"))
    program = process("ask", "hi", environ=environ)
    started.read_text()  # until it runs
    program.send_signal(signal.SIGINT)
    assert finish(program).code == -signal.SIGINT


def test_curl_gets_the_key_of_the_profile_in_force(environ: dict[str, str]) -> None:
    mimo("config", "set", "-p", "my work", "api_key", environ=environ, stdin=KEY.encode())
    curl = mimo("ask", "-p", "my work", "--dry-run=curl", "hi", environ=environ)
    assert "$(mimo config get -p 'my work' --reveal api_key)" in curl.out
