from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mimo_cli import files

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def umask(mask: int) -> Iterator[None]:
    old = os.umask(mask)
    try:
        yield
    finally:
        os.umask(old)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize(
    ("old", "asked", "mask", "expected"),
    [
        (None, None, 0o022, 0o644),
        (None, None, 0o077, 0o600),
        (None, None, 0o000, 0o666),
        (None, 0o600, 0o000, 0o600),
        (None, 0o640, 0o777, 0o640),
        (0o640, None, 0o000, 0o640),
        (0o755, None, 0o077, 0o755),
        (0o644, 0o600, 0o000, 0o600),
        (0o400, None, 0o022, 0o400),
    ],
)
def test_a_file_has_the_mode_it_should(
    tmp_path: Path, old: int | None, asked: int | None, mask: int, expected: int
) -> None:
    file = tmp_path / "f"
    if old is not None:
        file.write_bytes(b"old, and longer than the new")
        file.chmod(old)
    with umask(mask):
        files.write_whole(file, b"new", mode=asked)
        assert os.umask(mask) == mask  # it was only looked at
    assert (file.read_bytes(), mode(file)) == (b"new", expected)
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link_even_to_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    link = tmp_path / "link"
    link.symlink_to(Path("sub") / "real")
    for data in (b"one", b"two"):
        files.write_whole(link, data)
        assert link.is_symlink()
        assert (tmp_path / "sub" / "real").read_bytes() == data


def test_what_a_killed_process_left_is_no_obstacle(tmp_path: Path) -> None:
    left = tmp_path / f".f.{os.getpid()}.tmp"
    left.write_bytes(b"half")
    files.write_whole(tmp_path / "f", b"whole")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"f": b"whole"}


def test_a_link_in_the_place_of_the_new_file_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    (tmp_path / f".f.{os.getpid()}.tmp").symlink_to(victim)
    files.write_whole(tmp_path / "f", b"new")
    assert (victim.read_bytes(), (tmp_path / "f").read_bytes()) == (b"mine", b"new")


def test_a_device_or_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    files.write_whole(Path(os.devnull), b"x")
    assert Path(os.devnull).is_char_device()
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        files.write_whole(fifo, b"through a pipe")
        assert os.read(reader, 100) == b"through a pipe"
    finally:
        os.close(reader)
    assert fifo.is_fifo()


def test_a_full_device_is_an_error() -> None:
    with pytest.raises(OSError, match="No space left on device"):
        files.write_whole(Path("/dev/full"), b"x")


def test_a_file_whose_folder_is_gone_or_that_is_a_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.write_whole(tmp_path / "gone" / "f", b"x")
    with pytest.raises(IsADirectoryError):
        files.write_whole(tmp_path, b"x")
    assert list(tmp_path.iterdir()) == []
