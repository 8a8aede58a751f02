"""A signal while another program reads a file: that ends too, and its file goes."""

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
def test_a_loader_ends_with_the_program_and_so_does_what_it_started(
    number: signal.Signals, tmp_path: Path
) -> None:
    programs, witness = FakePrograms(tmp_path), Witness(tmp_path)
    (tmp_path / "tmp").mkdir()
    programs.add(
        "pdftotext",
        f"exec 3> {witness.path}; trap '' INT TERM HUP; echo begun >&3; sleep 60 & wait",
    )
    (tmp_path / "a").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    with Simulator() as simulator, (tmp_path / "a").open("rb") as stdin:
        environ = environ_for(simulator, PATH=programs.path, TMPDIR=str(tmp_path / "tmp"))
        program = process("ask", "hi", environ=environ, stdin=stdin.fileno())
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
    assert list((tmp_path / "tmp").iterdir()) == []
    assert simulator.connections == 0
