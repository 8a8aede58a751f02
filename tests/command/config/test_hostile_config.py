"""What a clone's `.mimo.toml`, or the user's own file, may hold costs little and ends nothing."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from support.bulk import part
from support.harness import mimo
from support.permissions import keep

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = [
    ("config", "list"),
    ("config", "get", "model"),
    ("doctor", "--offline"),
    ("models",),
    ("models", "pro"),
    ("config", "prompts"),
]
ALWAYS = ("ask", "--dry-run", "hi")  # what reads all of it
SECONDS = 1.5  # of the processor: the slowest of all took 10 s
TEXTS = {
    "unknown keys": "".join(f"unknown_key_{number} = 1\n" for number in range(800)),
    "as many as may be": "".join(f"modle{number} = 1\n" for number in range(3900)),
    "too many keys": "".join(f"k{number} = 1\n" for number in range(100_000)),
    "nested tables": "a = " + "{b = " * 5000 + "1" + "}" * 5000,
    "nested as deep as may be": "a = " + "{b = " * 199 + "1" + "}" * 199,
    "arrays as deep as may be": "stop = " + "[" * 199 + "]" * 199,
    "dotted levels": "a." * 20_000 + "a = 1\n",
    "a long header": "[" + "a." * 120_000 + "a]\n",
    "a long text": 'model = "' + "x" * 10_000_000 + '"',
    "a text as long as may be": 'system = "' + "x" * 250_000 + '"',
    "escapes": 'system = "' + "\\\\" * 125_000 + '"',
    "a long name": "x" * 250_000 + " = 1\n",
    "a long wrong value": 'temperature = "' + "x" * 250_000 + '"',
    "wrong values": "[profiles]\n" + "".join(f"p{number} = 1\n" for number in range(1900)),
    "tables": "".join(f"[profiles.p{number}]\nmodle = 1\n" for number in range(1300)),
    "aliases": "[aliases]\n" + "".join(f'a{number} = "a{number}"\n' for number in range(3900)),
    "prompts": "".join(f'[prompts.p{number}]\nprompt = "{{"\n' for number in range(1300)),
    "a number": "max_tokens = " + "9" * 9000,
    "a number in hexadecimal": "max_tokens = 0x" + "f" * 9000,
    "comments": "#\n" * 19_000 + "temperature = 99\n",
    "malformed": "#\n" * 19_000 + "temperature == 99\n",
    "a text of lines": 'system = """' + "x\n" * 100_000 + '"""\ntemperature = 99\n',
}


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("is_project", [True, False])
def test_no_text_costs_much_or_is_a_bug(name: str, is_project: bool, tmp_path: Path) -> None:
    own, project = tmp_path / "own.toml", tmp_path / ".mimo.toml"
    keep(project if is_project else own, TEXTS[name])
    environ = {"MIMO_CONFIG": str(own), "PATH": os.environ["PATH"], "MIMO_API_KEY": "sk-0123456789"}
    environ |= {"MIMO_DATA": str(tmp_path / "data"), "MIMO_CACHE": str(tmp_path / "cache")}
    for command in (ALWAYS, *part(COMMANDS, [*TEXTS].index(name) + is_project)):
        started = time.process_time()
        result = mimo(*command, environ=environ, cwd=tmp_path)
        assert time.process_time() - started < SECONDS, command
        assert result.code in ((0, 1, 3) if command[0] == "doctor" else (0, 3)), result.err
        assert "a bug" not in result.err + result.out
        assert len(result.err.splitlines()) <= 21  # ten errors with hints, and a count
        assert len(result.err) < 10_000


@pytest.mark.slow
def test_unknown_keys_are_a_few_warnings_and_a_count(tmp_path: Path) -> None:
    own, project = tmp_path / "own.toml", tmp_path / ".mimo.toml"
    for file in (own, project):
        keep(file, TEXTS["unknown keys"])
    environ = {"MIMO_CONFIG": str(own), "MIMO_API_KEY": "sk-0123456789"}
    lines = mimo("ask", "--dry-run", "hi", environ=environ, cwd=tmp_path).err.splitlines()
    start = "mimo: warning: unknown setting 'unknown_key_"
    assert lines == [
        *(f"{start}{n}' in {project}, line {n + 1}, column 17." for n in range(5)),
        f"mimo: warning: 795 more settings in {project} are ignored",
        *(f"{start}{n}' in the configuration, line {n + 1}, column 17." for n in range(5)),
        f"mimo: warning: 795 more settings in {own} are unknown",
    ]
    doctor = mimo("doctor", "--offline", environ={**environ, "PATH": ""}, cwd=tmp_path).out
    assert "(and 799 more)" in " ".join(doctor.split())


def test_what_a_clone_brings_too_much_of_is_ignored_and_said(tmp_path: Path) -> None:
    project = tmp_path / ".mimo.toml"
    keep(project, 'model = "other"\n' + TEXTS["dotted levels"])
    environ = {"MIMO_CONFIG": "/dev/null", "MIMO_API_KEY": "sk-0123456789"}
    result = mimo("config", "get", "model", environ=environ, cwd=tmp_path)
    assert (result.code, result.out) == (0, "mimo-v2.6-pro\n")
    why = "it is nested deeper than 200 levels"
    assert result.err == f"mimo: warning: {project} is ignored: {why}\n"
    keep(tmp_path / "own.toml", project.read_text())
    environ["MIMO_CONFIG"] = str(tmp_path / "own.toml")
    project.unlink()
    result = mimo("config", "get", "model", environ=environ, cwd=tmp_path)
    assert (result.code, result.err) == (3, f"mimo: cannot read {tmp_path}/own.toml: {why}\n")


@pytest.mark.slow
@pytest.mark.untraced
@pytest.mark.parametrize("kind", ["pipe", "folder", "link to a device", "device", "bytes"])
def test_what_is_no_file_is_neither_waited_for_nor_read(kind: str, tmp_path: Path) -> None:
    project = tmp_path / ".mimo.toml"
    if kind == "pipe":
        os.mkfifo(project)
    elif kind == "folder":
        project.mkdir()
    elif kind == "bytes":
        project.write_bytes(os.urandom(100_000) + b"\xff")
    elif kind == "device":
        try:
            os.mknod(project, 0o20666, os.makedev(1, 5))
        except PermissionError:
            pytest.skip("making devices is not allowed here")
    else:
        project.symlink_to("/dev/zero")
    environ = {"MIMO_CONFIG": "/dev/null", "MIMO_API_KEY": "sk-0123456789", "PATH": ""}
    for command in (ALWAYS, *COMMANDS):
        result = mimo(*command, environ=environ, cwd=tmp_path)
        assert result.seconds < 5
        assert "a bug" not in result.err + result.out
        assert len(result.err.splitlines()) <= 2
