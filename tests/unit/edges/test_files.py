from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

import pytest
from support import systems
from support.permissions import mode, umask

from mimo_cli.files import location, named_file, new_file, own_file, reading

OTHER = 12345


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
        named_file.write_whole(file, b"new", mode=asked)
        assert os.umask(mask) == mask  # it was only looked at
    assert (file.read_bytes(), mode(file)) == (b"new", expected)
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link_even_to_a_file_that_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    link = tmp_path / "link"
    link.symlink_to(Path("sub") / "real")
    for data in (b"one", b"two"):
        named_file.write_whole(link, data)
        assert link.is_symlink()
        assert (tmp_path / "sub" / "real").read_bytes() == data


def test_what_a_killed_process_left_is_cleared_away_once_nobody_can_be_writing_it(
    tmp_path: Path,
) -> None:
    left = tmp_path / ".f.1.tmp"
    left.write_bytes(b"half")
    named_file.write_whole(tmp_path / "f", b"one")
    assert left.read_bytes() == b"half"  # another process may be at it
    os.utime(left, (0, 0))
    named_file.write_whole(tmp_path / "f", b"two")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"f": b"two"}


def test_a_link_in_the_place_of_the_new_file_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    (tmp_path / ".f.1.tmp").symlink_to(victim)
    named_file.write_whole(tmp_path / "f", b"new")
    assert (victim.read_bytes(), (tmp_path / "f").read_bytes()) == (b"mine", b"new")


@systems.SUPERUSER
def test_a_file_keeps_its_owner_and_loses_what_makes_a_program_another_users(
    tmp_path: Path,
) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"old")
    os.chown(file, OTHER, 54321)
    file.chmod(0o4755)
    named_file.write_whole(file, b"new")
    status = file.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (OTHER, 54321, 0o755)


def test_a_new_file_takes_the_first_name_that_nothing_has(tmp_path: Path) -> None:
    file, victim = tmp_path / "f", tmp_path / "victim"
    (tmp_path / "f.bak").symlink_to(victim)  # to nowhere
    (tmp_path / "f.bak.2").mkdir()
    with umask(0o027):
        made = new_file.write_new(new_file.numbered_names(file, ".bak"), b"new")
        private = new_file.write_new(new_file.numbered_names(file, ".bak"), b"new", mode=0o600)
    assert (made.name, private.name) == ("f.bak.3", "f.bak.4")
    assert (mode(made), mode(private), victim.exists()) == (0o640, 0o600, False)
    with pytest.raises(FileExistsError):
        new_file.write_new([made], b"other")
    assert made.read_bytes() == b"new"


def test_a_new_file_that_cannot_be_written_whole_leaves_nothing(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        for write in (
            lambda: new_file.write_new([tmp_path / "f"], b"x" * 100),
            lambda: named_file.write_whole(tmp_path / "f", b"x" * 100),
        ):
            with pytest.raises(OSError, match="File too large"):
                write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert list(tmp_path.iterdir()) == []


def test_our_own_file_takes_the_place_of_a_link(tmp_path: Path) -> None:
    victim, file = tmp_path / "victim", tmp_path / "f"
    victim.write_bytes(b"mine")
    file.symlink_to(victim)
    own_file.write_ours(file, b"ours")
    assert (victim.read_bytes(), file.read_bytes(), mode(file)) == (b"mine", b"ours", 0o600)
    assert not file.is_symlink()


# Folders that are everybody's


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder like `/tmp`, which does not belong to us."""
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o1777)
    os.chown(folder, 4711, 4711)
    return folder


@systems.SUPERUSER
@pytest.mark.parametrize(
    ("owner", "folder_mode", "is_refused"),
    [
        (OTHER, 0o1777, True),
        (OTHER, 0o777, True),
        (OTHER, 0o775, False),  # a team's: nobody else can have put it there
        (4711, 0o1777, False),  # the owner of the folder
        (0, 0o1777, False),
    ],
)
def test_another_users_link_in_a_folder_that_is_everybodys_is_not_followed(
    shared: Path, tmp_path: Path, owner: int, folder_mode: int, is_refused: bool
) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    link, folder_link = shared / "link", shared / "folder"
    link.symlink_to(victim)
    folder_link.symlink_to(tmp_path)
    for path in (link, folder_link):
        os.chown(path, owner, owner, follow_symlinks=False)
    shared.chmod(folder_mode)
    for path in (link, folder_link / "victim"):
        for act in (named_file.check, lambda path: named_file.write_whole(path, b"new")):
            if is_refused:
                with pytest.raises(PermissionError, match="another user's link in a folder that"):
                    act(path)
            else:
                act(path)
    assert victim.read_bytes() == (b"mine" if is_refused else b"new")


@systems.SUPERUSER
def test_nor_is_another_users_file_or_pipe_there_written_to(shared: Path) -> None:
    (shared / "file").write_bytes(b"theirs")
    os.mkfifo(shared / "pipe")
    for name in ("file", "pipe"):
        os.chown(shared / name, OTHER, OTHER)
        for act in (named_file.check, lambda path: named_file.write_whole(path, b"new")):
            with pytest.raises(PermissionError, match="another user's, in a folder that is every"):
                act(shared / name)
    assert (shared / "file").read_bytes() == b"theirs"


def test_links_that_lead_nowhere_are_errors(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        named_file.check(tmp_path / "a")
    with pytest.raises(OSError, match="a name cannot hold a NUL"):
        named_file.check(tmp_path / "a\0b")


def test_links_are_followed_as_the_system_does(tmp_path: Path) -> None:
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real/deep")
    (tmp_path / "chain").symlink_to(tmp_path / "link")
    for path in ("chain/../f", "chain/./g", "chain/../../link/new/er", "real/../chain"):
        assert location.follow(tmp_path / path) == Path(os.path.realpath(tmp_path / path))


# Names


@pytest.mark.parametrize("name", ["长" * 83 + ".md", "x" * 255, "é" * 127, "😀" * 63 + "abc"])
def test_a_name_of_255_bytes_leaves_room_for_what_stands_beside_it(
    tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    named_file.write_whole(file, b"one")
    made = new_file.write_new(new_file.numbered_names(file, ".partial"), b"two")
    assert made.name.endswith(".partial")
    assert len(os.fsencode(made.name)) in range(252, 256)
    assert file.name.startswith(made.name.removesuffix(".partial"))
    (tmp_path / f"{location.beside(file, before='.', after='.999.tmp').name[:-8]}.7.tmp").touch()
    named_file.remove_temporaries(file)
    assert sorted(tmp_path.iterdir()) == sorted([file, made])


# Reading


def test_only_a_regular_file_is_read_and_nothing_is_waited_for(tmp_path: Path) -> None:
    file, link, fifo = tmp_path / "f", tmp_path / "link", tmp_path / "fifo"
    file.write_bytes(b"text")
    link.symlink_to(file)
    os.mkfifo(fifo)
    assert (reading.read(file, 100), reading.read(link, 2)) == (b"text", b"te")
    for path in (fifo, Path("/dev/zero"), tmp_path):
        with pytest.raises(OSError, match="it is not a regular file"):
            reading.read(path, 100)
    assert [own_file.is_own(path) for path in (file, link, fifo, tmp_path / "none")] == [
        *(True, False, False, False)
    ]


def test_a_device_or_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    named_file.write_whole(Path(os.devnull), b"x")
    assert Path(os.devnull).is_char_device()
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        named_file.write_whole(fifo, b"through a pipe")
        assert os.read(reader, 100) == b"through a pipe"
    finally:
        os.close(reader)
    assert fifo.is_fifo()


@systems.FULL
def test_a_full_device_is_an_error() -> None:
    with pytest.raises(OSError, match="No space left on device"):
        named_file.write_whole(Path("/dev/full"), b"x")


def test_a_file_whose_folder_is_gone_or_that_is_a_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        named_file.write_whole(tmp_path / "gone" / "f", b"x")
    with pytest.raises(IsADirectoryError):
        named_file.write_whole(tmp_path, b"x")
    assert list(tmp_path.iterdir()) == []
