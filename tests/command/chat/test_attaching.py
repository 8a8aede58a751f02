"""`/file`: files by name, by pattern, and what is left out of one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.harness import KEY, environ_for, mimo

from mimo_cli.attachments.folders import FolderReader
from mimo_cli.attachments.reading import Reader
from mimo_cli.chat import attaching
from mimo_cli.errors import UsageError
from mimo_cli.simulator import Simulator
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from pathlib import Path

READER = Reader(TextFormat(), lambda _: None, os.environ)
FOLDERS = FolderReader(READER)
FILES = {
    "a.py": "a",
    "b.py": "b",
    "two words.txt": "t",
    "star*.txt": "s",
    ".hidden.py": "h",
    "photo.png": "\x89PNG\0",
    "empty.py": "",
    "id_rsa": "k",
    "deep/c.py": "c",
    "deep/er/d.py": "d",
    ".git/e.py": "e",
    "key.py": "-----BEGIN PRIVATE KEY-----",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "here" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "outside.py").write_text("o")
    (tmp_path / "here/deep/round").symlink_to("..")
    (tmp_path / "here/deep/out").symlink_to(tmp_path)
    (tmp_path / "here/deep/link.py").symlink_to(tmp_path / "outside.py")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.mark.parametrize(
    ("argument", "taken", "left_out"),
    [
        ("a.py b.py", ["a.py", "b.py"], []),
        ("*.py", ["a.py", "b.py"], [".hidden.py", "empty.py", "key.py"]),
        ("[ab].py", ["a.py", "b.py"], []),
        ("[!a].py", ["b.py"], []),
        ("d***p/**c.py", ["deep/c.py"], []),
        ("?.py a.py", ["a.py", "b.py"], []),
        ("deep/**/*.py", ["deep/c.py", "deep/er/d.py"], ["deep/link.py"]),
        ("deep/*.py", ["deep/c.py"], ["deep/link.py"]),
        ("./deep/c*", ["deep/c.py"], []),
        ("../here/deep/c*", ["../here/deep/c.py"], []),
        ("{}/deep/c*", ["{}/deep/c.py"], []),
        ("two words.txt", ["two words.txt"], []),
        ("'two words.txt' a.py", ["two words.txt", "a.py"], []),
        ("star*.txt", ["star*.txt"], []),
        (
            "* id_rsa",
            [*("a.py", "b.py"), "star*.txt", "two words.txt", "id_rsa"],
            [".hidden.py", "empty.py", "id_rsa", "key.py", "photo.png"],
        ),
        ("deep", ["deep/c.py", "deep/er/d.py"], ["deep/link.py", "deep/out", "deep/round"]),
        ("a.py:1 b.py", ["a.py:1", "b.py"], []),
    ],
)
def test_names_and_patterns_stand_for_files(
    argument: str, taken: list[str], left_out: list[str], folder: Path
) -> None:
    found = read(*attaching.split_names(argument.format(folder)))
    assert [it.name for it in found.files] == [name.format(folder) for name in taken]
    assert sorted(name for it in found.taken for name in it.left_out) == left_out


@pytest.mark.parametrize(
    ("name", "what", "why"),
    [
        ("*.rs", "no file matches *.rs", ""),
        ("no/*.rs", "no file matches no/*.rs", ""),
        ("a.py/*.rs", "no file matches a.py/*.rs", ""),
        ("x**y/*", "no file matches x**y/*", ""),
        ("empty*", "nothing in empty* may be sent", "left out: 1 empty"),
        (".h*", "nothing in .h* may be sent", "left out: 1 hidden"),
        ("missing.py", "cannot read missing.py", "no such file or directory"),
        ("nul\0", "cannot read 'nul\\x00'", "embedded null byte"),
        ("a.py:2", "cannot read a.py:2", "the file has one line"),
        ("photo.png:1", "cannot read photo.png:1", None),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_stands_for_nothing_is_said(name: str, what: str, why: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        read(name)
    assert caught.value.what == what or why is None
    assert why in (None, caught.value.why)


def read(*names: str) -> attaching.ReadFiles:
    return attaching.read(names, READER, FOLDERS)


def test_files_of_a_pattern_go_with_the_next_message(folder: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        lines = f"/file {folder}/*.py\n/file\nwhat?\n/file {folder}/deep/nothing\n"
        result = mimo("chat", environ=environ_for(simulator), stdin=lines.encode())
        (sent,) = simulator.requests
    assert f"with the next message: {folder}/a.py, {folder}/b.py (about " in result.err
    assert f"{folder}/*.py: 2 files, about 0 tokens; left out: 1 looks like a key" in result.err
    question = str(sent.json["messages"][0]["content"])
    assert [name for name in FILES if f'{folder}/{name}"' in question] == ["a.py", "b.py"]


@pytest.mark.parametrize(
    ("argument", "names", "exclude"),
    [
        ("a.py b.py", ["a.py", "b.py"], ()),
        ("--exclude *.log src", ["src"], ("*.log",)),
        ("src --exclude='a b' --exclude c/", ["src"], ("a b", "c/")),
        ("--exclude x -- --exclude", ["--exclude"], ("x",)),
        ("-- --exclude x", ["--exclude", "x"], ()),
        ("a --b c", ["a", "--b", "c"], ()),
    ],
)
def test_files_may_be_left_out_of_a_folder(
    argument: str, names: list[str], exclude: tuple[str, ...]
) -> None:
    assert attaching.read_arguments(argument) == (names, exclude)


@pytest.mark.parametrize("argument", ["--exclude", "src --exclude", "--exclude x", "--exclude=x"])
def test_an_exclusion_is_of_something(argument: str) -> None:
    with pytest.raises(UsageError, match="--exclude needs a") as caught:
        attaching.read_arguments(argument)
    assert caught.value.hint == "Try: /file --exclude '*.log' FOLDER"


def test_what_is_excluded_of_a_folder_does_not_wait(folder: Path) -> None:
    lines = f"/file --exclude 'er/' --exclude '*.odd' {folder}/deep\n/file\n/file drop nothing\n"
    result = mimo("chat", environ={"MIMO_API_KEY": KEY}, stdin=lines.encode())
    assert f"with the next message: {folder}/deep/c.py (about" in result.err
    assert "1 excluded" in result.err
    assert "mimo: nothing was left out by --exclude *.odd\n" in result.err
    assert "no file nothing goes with the next message" in result.err


@pytest.mark.usefixtures("folder")
def test_what_came_of_a_folder_can_be_dropped_by_its_name() -> None:
    for name in ("deep", "deep/", "./deep", "../here/deep", "deep/**", "d*/**/*.py"):
        lines = f"/file a.py deep\n/file drop {name}\n/file drop {name}\n/file\n"
        result = mimo("chat", environ={"MIMO_API_KEY": KEY}, stdin=lines.encode())
        assert "no longer with the next message: deep/c.py, deep/er/d.py\n" in result.err
        assert f"no file {name} goes with the next message" in result.err
        assert "a.py" in result.err.rpartition("these go with")[2]


def test_a_file_waits_once_whatever_it_is_called(folder: Path) -> None:
    (folder / "same.py").hardlink_to(folder / "a.py")
    found = read("a.py", "./a.py", "same.py", "a.py:1", "a*")
    assert [it.name for it in found.files] == ["a.py", "a.py:1"]
    lines = "/file a.py b.py\n/file a.py:1\n/file same.py\n/file\n"
    result = mimo("chat", environ={"MIMO_API_KEY": KEY}, stdin=lines.encode())
    listed = result.err.rpartition("these go with")[2]
    assert [name in listed for name in (" a.py ", "b.py", " a.py:1 ", "same.py")] == [
        *(False, True, True, True),
    ]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("text", "are_names"),
    [
        ("a.py", True),
        ("  a.py 'b.py' deep", True),
        ("two words.txt", True),
        ("a.py:1", True),
        ("https://example.com/a.png", True),
        ("", True),
        ("what is it", False),
        ("a.py what does it do?", False),
        ("what's it", False),
        ("missing.py", False),
        ("file:///missing.py", False),
    ],
)
def test_names_of_what_is_there_are_told_from_a_message(text: str, *, are_names: bool) -> None:
    assert attaching.are_names(text) is are_names
