"""A signal while JSON is checked by a schema: the process that checks it ends, too."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.fake_programs import FakePrograms, Witness
from support.harness import PATIENCE

PROGRAM = """
import os
import sys
from mimo_cli.errors import Interrupted
from mimo_cli.input.programs import Means
from mimo_cli.signals import Signals
from mimo_cli.structured import validation

sys.executable = sys.argv[1]
means = Means(os.environ, Signals(owns_process=True))
cost = validation.Cost(seconds=10)  # while a pattern is tried no thread sees who has gone
try:
    validation.check_value({"pattern": "(a+)+$"}, "a" * 60 + "!", means, cost)
except Interrupted:
    sys.exit("interrupted")
"""


@pytest.mark.untraced
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_the_process_that_checks_ends_with_the_program(
    number: signal.Signals, tmp_path: Path
) -> None:
    programs, witness = FakePrograms(tmp_path), Witness(tmp_path)
    programs.add("python", f'exec 3> {witness.path}; echo begun >&3; exec {sys.executable} "$@"')
    python = Path(programs.path.partition(":")[0]) / "python"
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, python], stderr=subprocess.PIPE
    ) as program:
        try:
            witness.wait_for_a_word()
            program.send_signal(number)
            _, told = program.communicate(timeout=PATIENCE)
        finally:
            program.kill()
    assert told == (b"" if number == signal.SIGKILL else b"interrupted\n")
    witness.wait_until_gone()
    witness.close()
