"""The input history: who may read it, what is kept, and that nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import systems
from support.folders import ROOT
from support.permissions import mode, umask

from mimo_cli.chat.prompt.input_history import (
    LARGEST_ENTRY,
    LARGEST_FILE,
    MOST_ENTRIES,
    InputHistory,
    decode,
    encode,
    is_kept,
)


def entries(file: Path) -> list[str]:
    """What a new run finds."""
    history = InputHistory(file)
    found = [*history.entries]
    assert history.problem == ""
    return found


def add(file: Path, *texts: str) -> InputHistory:
    history = InputHistory(file)
    for text in texts:
        history.add(text)
    return history


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "mimo-cli" / "input_history"


def test_nobody_else_may_read_it_whatever_the_umask(file: Path) -> None:
    with umask(0):
        InputHistory(file).open()
        assert (mode(file), mode(file.parent), mode(file.parent.parent)) == (0o600, 0o700, 0o700)


def test_a_file_that_others_could_read_is_closed_to_them(file: Path) -> None:
    add(file, "one")
    file.chmod(0o644)
    InputHistory(file).open()
    assert mode(file) == 0o600
    assert entries(file) == ["one"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("hello", True),
        ("two\n  lines", True),
        (" hello", False),
        ("", False),
        ("\n \n", False),
        ("my key is sk-abcdef123", False),
        ("export K=tp-ABCDEF", False),
        ("code:\n  api_key = 'sk-0123_456'", False),
        ("sk-abcde", True),
        ("task-force", True),
    ],
)
def test_a_line_with_a_space_before_it_or_a_key_in_it_is_not_kept(
    file: Path, text: str, kept: bool
) -> None:
    assert is_kept(text) is kept
    history = add(file, text)
    history.remember(text)
    assert entries(file) == [text] * kept
    assert (text in history.entries) is kept


def test_entries_last_across_runs_and_one_is_not_repeated(file: Path) -> None:
    add(file, "one", "two", "two")
    add(file, "two", "three\nlines", "one")
    assert entries(file) == ["one", "two", "three\nlines", "one"]


def test_what_is_only_remembered_is_for_this_run(file: Path) -> None:
    history = add(file, "one")
    history.remember("thrown away")
    assert [*history.entries] == ["one", "thrown away"]
    assert entries(file) == ["one"]


def test_without_a_file_entries_are_for_this_run() -> None:
    history = InputHistory(None)
    history.open()
    history.add("one")
    assert ([*history.entries], history.problem) == (["one"], "")


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text().filter(is_kept), unique=True))
def test_every_text_comes_back_as_it_was(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "history"
        add(file, *texts)
        assert entries(file) == texts
        assert file.read_bytes().isascii()


def test_bytes_that_are_no_text_and_control_codes_come_back_too(file: Path) -> None:
    odd = ["\udcff\ud800 lone", "\x1b[2J\x00\r\u2028", "\U0001f600"]
    add(file, *odd)
    assert entries(file) == odd


def test_lines_that_are_no_entries_are_passed_over() -> None:
    assert decode(b'"one"\n[1]\nnonsense\n\xff\n' + b"[" * 10**5 + b'\n"two"\n"cut o') == [
        "one",
        "two",
    ]


SCRIPT = """
import sys
from pathlib import Path
from mimo_cli.chat.prompt.input_history import InputHistory
history = InputHistory(Path(sys.argv[1]))
for number in range(200):
    history.add(f"{sys.argv[2]} {number} " + "x" * 500)
    if number % 20 == 0:
        InputHistory(Path(sys.argv[1])).entries  # which may cut the file
"""


@pytest.mark.slow
def test_two_chats_at_once_lose_nothing(file: Path) -> None:
    old = ["an old one " + "y" * 1000] * (MOST_ENTRIES + 1)
    file.parent.mkdir(parents=True)
    file.write_bytes(b"".join(map(encode, old)))
    command = [sys.executable, "-c", SCRIPT, str(file)]
    environ = {"PYTHONPATH": str(ROOT)}
    chats = [subprocess.Popen([*command, name], env=environ) for name in ("a", "b")]
    assert [chat.wait(60) for chat in chats] == [0, 0]
    found = entries(file)
    for name in ("a", "b"):
        mine = [entry.split()[1] for entry in found if entry.startswith(f"{name} ")]
        assert mine == [str(number) for number in range(200)]


@pytest.mark.slow
@pytest.mark.parametrize("size", [10, 1000])
def test_a_long_history_is_cut_to_its_newest_entries(file: Path, size: int) -> None:
    file.parent.mkdir(parents=True)
    old = [f"{number} " + "x" * size for number in range(MOST_ENTRIES + 100)]
    file.write_bytes(b"".join(map(encode, old)))
    found = entries(file)
    assert found == old[-len(found) :]
    assert MOST_ENTRIES // 20 < len(found) <= MOST_ENTRIES // 2
    assert file.stat().st_size <= LARGEST_FILE // 2
    assert mode(file) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_huge_entry_is_for_this_run(file: Path) -> None:
    huge = "x" * (LARGEST_ENTRY + 1)
    assert [*add(file, "one", huge).entries] == ["one", huge]
    assert entries(file) == ["one"]


def test_a_symbolic_link_is_refused(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("precious")
    file.parent.mkdir(parents=True)
    file.symlink_to(other)
    history = InputHistory(file)
    history.open()
    history.add("one")
    assert history.problem.startswith(f"the input history {file} cannot be used: ")
    assert [*history.entries] == ["one"]
    assert other.read_text() == "precious"


@systems.SUPERUSER
def test_another_users_file_in_a_folder_that_is_everybodys_gets_nothing(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.parent.chmod(0o1777)
    file.touch()
    os.chown(file, 12345, 12345)
    history = InputHistory(file)
    history.open()
    history.add("one")
    why = "it is another user's, in a folder that is everybody's"
    assert history.problem == f"the input history {file} cannot be used: {why}"
    assert ([*history.entries], file.read_text()) == (["one"], "")


@pytest.mark.parametrize("kind", ["folder", "pipe", "no folder"])
def test_what_is_no_file_is_a_problem_and_the_run_goes_on(file: Path, kind: str) -> None:
    file.parent.parent.mkdir(parents=True)
    if kind == "no folder":
        file.parent.touch()
    else:
        file.parent.mkdir()
    if kind == "folder":
        file.mkdir()
    if kind == "pipe":
        os.mkfifo(file)
    history = InputHistory(file)
    history.open()
    history.add("one")
    assert history.problem
    assert [*history.entries] == ["one"]


def test_a_file_that_goes_wrong_later_is_a_problem_and_the_run_goes_on(file: Path) -> None:
    history = add(file, "one")
    file.unlink()
    file.mkdir()
    history.add("two")
    assert [*history.entries] == ["one", "two"]
    assert history.problem == f"the input history {file} cannot be used: is a directory"


def test_the_key_in_use_is_not_kept_whatever_it_looks_like(tmp_path: Path) -> None:
    file = tmp_path / "input.history"
    history = InputHistory(file, "canary-key")
    history.open()
    history.remember("my key is canary-key, you know")
    history.add("my key is canary-key, you know")
    history.add("another")
    assert b"canary" not in file.read_bytes()
    assert [*InputHistory(file).entries] == ["another"]
