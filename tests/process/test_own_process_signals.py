"""A signal while Python works in a process of its own: that process ends, too."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.fake_programs import FakePrograms, Witness
from support.harness import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """
import sys
from mimo_cli.attachments.web import reader_process
from mimo_cli.errors import Interrupted
from mimo_cli.signals import Signals

sys.executable = sys.argv[1]
html = "<!--" * 2_500_000
signals = Signals(owns_process=True)
try:
    reader_process.read(html, "https://a.org/", reader_process.Cost(), {}, signals=signals)
except Interrupted:
    sys.exit("interrupted")
"""
CHECK = """
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
@pytest.mark.parametrize(
    ("source", "number"),
    [
        pytest.param(PAGE, signal.SIGINT, id="page-int"),
        pytest.param(PAGE, signal.SIGTERM, id="page-term"),
        pytest.param(PAGE, signal.SIGHUP, id="page-hup"),
        pytest.param(PAGE, signal.SIGKILL, id="page-kill"),
        pytest.param(CHECK, signal.SIGINT, id="check-int"),
        pytest.param(CHECK, signal.SIGKILL, id="check-kill"),
    ],
)
def test_the_process_ends_with_the_program(
    source: str, number: signal.Signals, tmp_path: Path
) -> None:
    programs, witness = FakePrograms(tmp_path), Witness(tmp_path)
    script = f'exec 3> {witness.path}; echo begun >&3; exec {sys.executable} "$@"'
    python = programs.add("python", script)
    with subprocess.Popen(
        [sys.executable, "-c", source, python], stderr=subprocess.PIPE
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
