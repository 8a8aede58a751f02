"""Some lines of a file that is too long to be sent whole."""

from __future__ import annotations

import os
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.harness import asked, environ_for, mimo

from mimo_cli.attachments import line_range, long_text
from mimo_cli.attachments.line_range import LineRange
from mimo_cli.errors import UsageError
from mimo_cli.input.file_bytes import LARGEST_TEXT
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mimo_cli.simulator import Simulator

BOUND = st.none() | st.integers(0, 5)


@given(st.lists(st.text(st.sampled_from("ab\n\r"), max_size=4), max_size=6), BOUND, BOUND)
def test_lines_of_pieces_are_those_of_the_whole(
    pieces: list[str], first: int | None, last: int | None
) -> None:
    lines = LineRange(first, last)
    assert outcome(lambda: long_text.cut(pieces, lines, "a:1")) == outcome(
        lambda: line_range.cut("".join(pieces), lines, "a:1")
    )


def outcome(cut: Callable[[], str]) -> str:
    try:
        return cut()
    except UsageError as error:
        return error.message


def test_lines_of_a_long_file_are_sent(simulator: Simulator, tmp_path: Path) -> None:
    path = tmp_path / "big.log"
    row = b"x" * 999 + b"\n"
    path.write_bytes(b"caf\xe9\nsecond\r\n" + row * 11_000 + "\u4f60\nlast".encode())
    environ = environ_for(simulator)
    for lines, text in (("2", "second\r"), ("11003-", "\u4f60\nlast"), ("11004", "last")):
        result = mimo("ask", "-f", f"{path}:{lines}", environ=environ)
        assert asked(simulator) == f'<file name="{path}:{lines}">\n{text}\n</file>', result.err
    for lines, why in (
        ("1", f"{path}:1 is not utf-8 text: byte 0xE9 at offset 3"),
        ("3-", f"{path}:3- is too large: more than 10 MB"),
        ("11005", f"cannot read {path}:11005: the file has 11,004 lines"),
        ("9-8", f"cannot read {path}:9-8: the first line comes after the last"),
    ):
        result = mimo("ask", "-f", f"{path}:{lines}", environ=environ)
        assert (result.code, result.err.splitlines()[0]) == (2, f"mimo: {why}")


@pytest.mark.parametrize(
    ("codec", "form"),
    [
        ("utf-16", TextFormat()),
        ("utf-16-be", TextFormat("utf-16-be")),
        ("cp037", TextFormat("cp037")),
    ],
)
def test_lines_are_found_in_encodings_of_other_line_ends(
    codec: str, form: TextFormat, tmp_path: Path
) -> None:
    path = tmp_path / "wide.txt"
    path.write_bytes("".join(f"{it} \u00e9\n" for it in range(200_000)).encode(codec))
    assert long_text.read(str(path), LineRange(150_000, 150_001), "w:1", form) == (
        "149999 \u00e9\n150000 \u00e9\n"
    )
    path.write_bytes("a\nb\n".encode("utf-16") + b"\0\xd8")
    with pytest.raises(UsageError, match="w:3 is not utf-16 text"):
        long_text.read(str(path), LineRange(3, 3), "w:3", TextFormat())


def test_a_long_file_is_neither_kept_nor_read_further_than_needed(tmp_path: Path) -> None:
    path = tmp_path / "sparse.log"
    with path.open("wb") as file:
        file.write(b"one\ntwo\n")
        file.truncate(1024**4)
    tracemalloc.start()
    begun = time.process_time()
    assert long_text.read(str(path), LineRange(2, 2), "s:2", TextFormat()) == "two\n"
    os.truncate(path, 3 * LARGEST_TEXT)
    with pytest.raises(UsageError, match="the file has 3 lines"):
        long_text.read(str(path), LineRange(9, 9), "s:9", TextFormat())
    assert tracemalloc.get_traced_memory()[1] < LARGEST_TEXT
    tracemalloc.stop()
    assert time.process_time() - begun < 2


def test_lines_that_are_too_far_in_a_file_are_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"a\n" * 1_000_000)
    monkeypatch.setattr(long_text, "MOST_READ", 1_500_000)
    with pytest.raises(UsageError, match=r"cannot read a:900000: they are not within its first"):
        long_text.read(str(path), LineRange(900_000, None), "a:900000", TextFormat())
    with pytest.raises(UsageError, match="cannot read g:1: no such file"):
        long_text.read(str(tmp_path / "gone"), LineRange(1, 1), "g:1", TextFormat())
    with pytest.raises(UsageError, match="not a regular file"):
        long_text.read("/dev/null", LineRange(1, 1), "n:1", TextFormat())


def test_of_a_long_file_only_what_is_text_has_lines(simulator: Simulator, tmp_path: Path) -> None:
    environ = environ_for(simulator)
    archive, wide = tmp_path / "a.zip", tmp_path / "wide.txt"
    archive.write_bytes(b"PK\3\4\xff\xff\0")
    wide.write_bytes("one\ntwo\n".encode("utf-16"))
    for path in (archive, wide):
        os.truncate(path, LARGEST_TEXT + 2)
    result = mimo("ask", "-f", f"{archive}:1", environ=environ)
    assert (result.code, "cannot be attached: it is" in result.err) == (2, True)
    mimo("ask", "-f", f"{wide}:2", environ=environ)
    assert asked(simulator) == f'<file name="{wide}:2">\ntwo\n</file>'
