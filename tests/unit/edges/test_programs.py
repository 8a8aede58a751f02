"""Other programs are run for what they print: in time, in bounds, and none is left behind."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from support.fake_programs import FakePrograms, Witness
from support.harness import PATIENCE

from mimo_cli.input import programs
from mimo_cli.input.programs import Means, Printed
from mimo_cli.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def fakes(tmp_path: Path) -> FakePrograms:
    return FakePrograms(tmp_path)


def run(
    fakes: FakePrograms, script: str, *, seconds: float = PATIENCE, most: int = 1000
) -> Printed:
    program = str(fakes.add("it", script))
    means = Means({"PATH": fakes.path}, Signals())
    return programs.run([program, "a b"], means, seconds=seconds, most=most)


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    found = Witness(tmp_path)
    yield found
    found.close()


@pytest.mark.parametrize(
    ("script", "printed", "complaint"),
    [
        ('printf "<%s>" "$1"', Printed(b"<a b>", 0), ""),
        ("cat", Printed(b"", 0), ""),
        ("echo one >&2; echo two >&2; echo >&2; exit 3", Printed(b"", 3, b"one\ntwo\n\n"), "two"),
        ("kill -9 $$", Printed(b"", -9), ""),
        ("printf x; exec >&- 2>&-; exit 4", Printed(b"x", 4), ""),
    ],
)
def test_what_is_printed_is_told(
    script: str, printed: Printed, complaint: str, fakes: FakePrograms
) -> None:
    found = run(fakes, script)
    assert (found, found.complaint) == (printed, complaint)


def test_no_more_of_the_last_words_is_kept_than_is_shown(fakes: FakePrograms) -> None:
    found = run(fakes, "head -c 3000000 /dev/zero | tr '\\0' e >&2; echo end >&2; echo out")
    assert (found.output, len(found.last_words), found.code) == (b"out\n", 4096, 0)


def test_what_is_late_is_ended_with_all_that_it_started(
    fakes: FakePrograms, witness: Witness
) -> None:
    script = f"exec 3> {witness.path}; trap '' TERM HUP; sleep 60 & wait"
    with pytest.raises(programs.LateError):
        run(fakes, script, seconds=0.3)
    witness.wait_until_gone()


def test_what_closes_its_outputs_and_stays_is_late_too(fakes: FakePrograms) -> None:
    with pytest.raises(programs.LateError):
        run(fakes, "exec >&- 2>&-; sleep 60", seconds=0.3)


def test_what_never_stops_printing_is_ended(fakes: FakePrograms) -> None:
    with pytest.raises(programs.ExcessError):
        run(fakes, "cat /dev/zero", most=100_000)
    with pytest.raises(programs.LateError):
        run(fakes, "cat /dev/zero >&2", seconds=0.3)


def test_what_a_program_leaves_behind_is_neither_waited_for_nor_left(
    fakes: FakePrograms, witness: Witness
) -> None:
    started = time.monotonic()
    found = run(fakes, f"exec 3> {witness.path}; sleep 60 & echo done")
    assert (found.output, found.code) == (b"done\n", 0)
    assert time.monotonic() - started < PATIENCE
    witness.wait_until_gone()


def test_what_cannot_be_started_is_an_error_of_the_system(fakes: FakePrograms) -> None:
    means = Means({"PATH": fakes.path}, Signals())
    with pytest.raises(FileNotFoundError):
        programs.run(["no-such-program"], means, seconds=1, most=1)


def test_no_program_gets_the_key() -> None:
    environ = {"MIMO_API_KEY": "k-1", "OTHER": "Bearer k-1", "MIMO_X": "", "A": "k", "B": "s-2"}
    assert programs.without_secrets(environ, "s-2", None, "") == {"A": "k"}


def test_what_is_passed_on_is_a_short_list() -> None:
    environ = {"HOME": "/h", "LC_TIME": "C", "Https_Proxy": "p", "LC_X": "a s-2", "OTHER": "o"}
    assert programs.passed_on(environ, ("s-2", "")) == {
        "HOME": "/h",
        "LC_TIME": "C",
        "Https_Proxy": "p",
    }
    assert programs.passed_on(environ, (), {"OTHER"})["OTHER"] == "o"
