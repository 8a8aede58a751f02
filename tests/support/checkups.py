"""Run `mimo doctor`, and read its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.timing import Limits
from mimo_cli.doctor import connection as network
from support.harness import environ_for, mimo

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.simulator import Simulator
    from support.harness import Result


QUICK = Limits(connect=2.0, first_event=0.3, idle=0.3, notice=0.1, error_body=0.3)

SKIPPED = dict.fromkeys(network.STEPS, "skipped")


def install(folder: Path, words: str = "from mimo_cli.__main__ import main") -> Path:
    """A program `mimo` in a folder: this one, or with other words another."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "mimo"
    program.write_text(f"#!/usr/bin/python\n{words}\n")
    program.chmod(0o755)
    return program


def at(simulator: Simulator, home: dict[str, str], **more: str) -> dict[str, str]:
    server = environ_for(simulator)
    return {**home, **{name: server[name] for name in ("MIMO_BASE_URL", "MIMO_API_KEY")}, **more}


class Check(NamedTuple):
    """A check as a script reads it."""

    name: str
    state: str
    text: str
    advice: str = ""


def doctor(*args: str, environ: dict[str, str], limits: Limits = QUICK) -> dict[str, Check]:
    """The checks by their names; the exit code is held to them."""
    result = mimo("doctor", "--json", *args, environ=environ, limits=limits)
    return checks_of(result)


def checks_of(result: Result) -> dict[str, Check]:
    assert result.err == ""
    assert result.out.isascii()
    checks = {one["name"]: Check(**one) for one in result.json["checks"]}
    is_well = all(check.state != "failed" for check in checks.values())
    assert (result.json["schema"], result.json["ok"], result.code) == (1, is_well, not is_well)
    assert [
        check for check in checks.values() if check.state == "failed" and not check.advice
    ] == []
    return checks


def offline(environ: dict[str, str], *args: str) -> dict[str, Check]:
    return doctor("--offline", *args, environ=environ)


def states(checks: dict[str, Check]) -> dict[str, str]:
    return {name: check.state for name, check in checks.items() if check.state != "ok"}
