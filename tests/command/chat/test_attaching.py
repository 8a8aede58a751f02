"""`/file`: files by name, by pattern, and what is left out of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.harness import environ_for, hint_of, mimo

from mimo_cli.attachments.reading import Reader
from mimo_cli.chat import attaching
from mimo_cli.errors import UsageError
from mimo_cli.simulator import Simulator
from mimo_cli.text.decoding import TextFormat

if TYPE_CHECKING:
    from pathlib import Path

READER = Reader(TextFormat(), lambda _: None, {})
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
        ("*.py", ["a.py", "b.py"], ["empty.py", "key.py"]),
        ("[ab].py", ["a.py", "b.py"], []),
        ("[!a].py", ["b.py"], []),
        ("d***p/**c.py", ["deep/c.py"], []),
        ("?.py a.py", ["a.py", "b.py"], []),
        ("deep/**/*.py", ["deep/c.py", "deep/er/d.py"], []),
        ("deep/**", ["deep/c.py", "deep/er/d.py"], []),
        ("./deep/*.py", ["deep/c.py"], []),
        ("../here/deep/*.py", ["../here/deep/c.py"], []),
        (".h*", [".hidden.py"], []),
        ("{}/deep/*.py", ["{}/deep/c.py"], []),
        ("two words.txt", ["two words.txt"], []),
        ("'two words.txt' a.py", ["two words.txt", "a.py"], []),
        ("star*.txt", ["star*.txt"], []),
        ("* id_rsa", [*("a.py", "b.py"), "star*.txt", "two words.txt", "id_rsa"], None),
    ],
)
def test_names_and_patterns_stand_for_files(
    argument: str, taken: list[str], left_out: list[str] | None, folder: Path
) -> None:
    found = attaching.read(attaching.split_names(argument.format(folder)), READER)
    assert [it.name for it in found.files] == [name.format(folder) for name in taken]
    if left_out is None:
        left_out = ["empty.py", "id_rsa", "key.py", "photo.png"]
    assert found.left_out == left_out


@pytest.mark.parametrize(
    ("name", "what", "told"),
    [
        ("deep", "deep is a folder", "1 file in it"),
        (".", ". is a folder", "8 files in it"),
        ("*.rs", "no file matches *.rs", ""),
        ("no/*.rs", "no file matches no/*.rs", ""),
        ("x**y/*", "no file matches x**y/*", ""),
        ("empty*", "no file was added", "1 matched"),
        ("missing.py", "cannot read missing.py", ""),
        ("nul\0", "cannot read 'nul", ""),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_stands_for_nothing_is_said(name: str, what: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        attaching.read([name], READER)
    assert caught.value.what.startswith(what)
    assert told in caught.value.why


@pytest.mark.usefixtures("folder")
def test_a_folder_says_how_to_name_its_files() -> None:
    with pytest.raises(UsageError) as caught:
        attaching.read(["deep/"], READER)
    assert hint_of(caught.value).startswith("/file deep/* takes")


def test_a_pattern_has_bounds_that_are_found_before_a_file_is_read(folder: Path) -> None:
    large = folder / "large.bin"
    with large.open("wb") as file:
        file.truncate(11 * 1024 * 1024)
    with pytest.raises(UsageError, match=r"too much: 1 files of 11\.0 MB"):
        attaching.read(["l*.bin"], READER)
    for n in range(attaching.MOST_FILES + 1):
        (folder / f"deep/{n}.txt").write_text("x")
    with pytest.raises(UsageError, match="501 files"):
        attaching.read(["deep/*.txt"], READER)


def test_files_of_a_pattern_go_with_the_next_message(folder: Path) -> None:
    with Simulator(answer="Yes.") as simulator:
        lines = f"/file {folder}/*.py\n/file {folder}/deep/\n/file\nwhat?\n"
        result = mimo("chat", environ=environ_for(simulator), stdin=lines.encode())
        (sent,) = simulator.requests
    assert f"with the next message: {folder}/a.py, {folder}/b.py (about " in result.err
    assert f"left out: {folder}/empty.py, {folder}/key.py (not to be sent, or" in result.err
    assert f"{folder}/deep/ is a folder: 1 file in it\n" in result.err
    question = str(sent.json["messages"][0]["content"])
    assert [name for name in FILES if f'{folder}/{name}"' in question] == ["a.py", "b.py"]
