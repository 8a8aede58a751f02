"""A signal while git lists a folder: git ends too, with all that it has started."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from support.fake_programs import FakePrograms, Witness
from support.harness import environ_for, finish, process

from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_git_ends_with_the_program(number: signal.Signals, tmp_path: Path) -> None:
    programs, witness = FakePrograms(tmp_path), Witness(tmp_path)
    script = f"exec 3> {witness.path}; trap '' INT TERM HUP; echo begun >&3; sleep 60 & wait"
    programs.add("git", script)
    (tmp_path / "src/.git/refs").mkdir(parents=True)
    (tmp_path / "src/a").write_text("a")
    with Simulator() as simulator:
        environ = environ_for(simulator, PATH=programs.path)
        program = process("ask", "-f", str(tmp_path / "src"), "hi", environ=environ)
        try:
            witness.wait_for_a_word()
            program.send_signal(number)
            result = finish(program)
        finally:
            program.kill()
    assert result.code in (-number, 128 + number)
    assert result.err == ""
    witness.wait_until_gone()
    witness.close()
    assert simulator.connections == 0
