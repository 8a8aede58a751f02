"""The names of files that Tab completes."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mimo_cli.chat.prompt.path_completion import (
    MOST_FILES,
    Candidate,
    Word,
    complete_path,
    escape,
    path_at_end,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("before", "word"),
    [
        ("/file ", Word("", "")),
        ("/file no", Word("no", "no")),
        ("/file one two", Word("two", "two")),
        ("/file my\\ do", Word("my\\ do", "my do")),
        ("/file 'my do", Word("'my do", "my do")),
        ('/file "it\'s \\"a', Word('"it\'s \\"a', "it's \"a")),
        ("/file a\\", Word("a\\", "a")),
        ("/save out", Word("out", "out")),
        ("/save 2 out", Word("out", "out")),
        ("/export a.md", Word("a.md", "a.md")),
        ("see ./no", Word("./no", "./no")),
        ("see ../my\\ do", Word("../my\\ do", "../my do")),
        ("see ~/no", Word("~/no", "~/no")),
        ("don't\n/usr/lo", Word("/usr/lo", "/usr/lo")),
        ("/usr/lo", Word("/usr/lo", "/usr/lo")),
        ("/fi", None),
        ("/", None),
        ("/file", None),
        ("/filed no", None),
        ("hello", None),
        ("a/b", None),
        ("", None),
        ("see ./no ", None),
    ],
)
def test_a_path_is_told_from_other_words(before: str, word: Word | None) -> None:
    assert path_at_end(before) == word


@given(st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_a_quoted_name_is_one_word_to_the_parser_and_to_us(name: str) -> None:
    assert shlex.split(escape(name)) == [name]
    assert path_at_end(f"/file {escape(name)}") == Word(escape(name), name)


def test_names_are_offered_in_order_quoted_and_inert(tmp_path: Path) -> None:
    for name in ("b c", "it's", "\x1b[2Jred", ".hidden", "two\nlines"):
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken").symlink_to(tmp_path / "nothing")
    typed = f"{tmp_path}/"
    assert complete_path(f"/file {typed}") == [
        Candidate(typed + text, len(typed), display)
        for text, display in [
            ("\x1b[2Jred", "^[[2Jred"),
            ("b\\ c", "b c"),
            ("broken", "broken"),
            ("folder/", "folder/"),
            ("it\\'s", "it's"),
            ("two\\\nlines", "two lines"),
        ]
    ]
    assert [choice.display for choice in complete_path(f"look at {typed}.h")] == [".hidden"]


def test_a_path_in_quotes_is_completed_without_them(tmp_path: Path) -> None:
    (tmp_path / "my notes").mkdir()
    (tmp_path / "my notes" / "a b").touch()
    typed = f'"{tmp_path}/my notes/a'
    text = f"{tmp_path}/my\\ notes/a\\ b"
    assert complete_path(f"/file {typed}") == [Candidate(text, len(typed), "a b")]


def test_home_and_the_working_folder_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert complete_path("see ~/no") == [Candidate("~/notes", 4, "notes")]
    assert complete_path("see ./no") == [Candidate("./notes", 4, "notes")]
    assert complete_path("/file no") == [Candidate("notes", 2, "notes")]


def test_where_nothing_can_be_found_nothing_is_offered(tmp_path: Path) -> None:
    assert complete_path(f"/file {tmp_path}/missing/x") == []
    assert complete_path("hello") == []


def test_a_folder_of_many_files_offers_the_first_of_them(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 5):
        (tmp_path / f"{number:04}").touch()
    assert [choice.display for choice in complete_path(f"{tmp_path}/")] == [
        f"{number:04}" for number in range(MOST_FILES)
    ]
