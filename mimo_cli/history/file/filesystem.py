"""What the file system of the database's folder can do, and whom it belongs to."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path

from mimo_cli.files import location
from mimo_cli.phrases import NOTHING, Phrase

_BESIDE = ("-wal", "-shm", "-journal")
# https://www.sqlite.org/tempfiles.html

_MOUNTS = "/proc/self/mountinfo"
# Where two machines may have the same file: memory is not shared between them, and SQLite's
# write-ahead log needs that. https://www.sqlite.org/wal.html
_NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "lustre", "gpfs", "beegfs", "9p")
)
_HELD = (errno.EACCES, errno.EAGAIN)  # by another process: so there are locks
_SLOTS = (120, 9)  # bytes of shared memory that are locked
# https://www.sqlite.org/walformat.html#locks


def beside(path: Path) -> tuple[Path, ...]:
    """Return the files that SQLite may have beside a database, whether they exist or not."""
    return tuple(path.with_name(path.name + end) for end in _BESIDE)


def log(path: Path) -> Path:
    """Return where the write-ahead log of a database is, if it has one."""
    return path.with_name(f"{path.name}-wal")


def has_locks(descriptor: int, start: int = 1, length: int = 1) -> bool:
    """Return whether processes can lock parts of an open file against each other.

    The bytes that are tried are none that SQLite locks in a database.
    """
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows
        return True  # locks of its own
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB, length, start)
        fcntl.lockf(descriptor, fcntl.LOCK_UN, length, start)
    except (
        OSError
    ) as error:  # pragma: no cover - tried where the kernel refuses calls, coverage's too
        return error.errno in _HELD
    return True


def has_memory_locks(descriptor: int) -> bool:
    """Return whether the bytes can be locked that guard a write-ahead log's shared memory.

    SQLite takes a refusal for another process's lock, and tries for ten seconds.
    """
    return has_locks(descriptor, *_SLOTS)


def is_network(folder: Path) -> bool:
    """Return whether other machines may have a folder too."""
    device = folder.stat().st_dev
    if os.major(device):  # a disk of this machine
        return False
    try:
        mounts = Path(_MOUNTS).read_text("utf-8", "replace")
    except OSError:
        return False
    return is_network_in(mounts, f"{os.major(device)}:{os.minor(device)}")


def is_network_in(mounts: str, device: str) -> bool:
    """Return whether a device is of the network, by the list of mounts (proc_pid_mountinfo)."""
    _, found, after = mounts.partition(f" {device} ")
    if not found:
        return False
    fields = after.partition("\n")[0].partition(" - ")[2].split()
    kind = fields[0] if fields else ""
    return kind in _NETWORK or kind == "fuse" or kind.startswith("fuse.")


def refuse_unsafe(named: Path, path: Path) -> None:
    """Refuse a database, or a file beside it, that is not the user's own regular file.

    SQLite opens all of them by their names. Somebody else may have put one there, or can replace
    it; and opening a pipe would wait for ever. `path` is where the `named` one is, if that is a
    link.

    Raises:
        OSError: it is not safe.
    """
    has_owners = hasattr(os, "geteuid")
    if has_owners:
        _refuse_strangers_folder(named, path.parent)
    for file in (path, *beside(path)):
        with contextlib.suppress(FileNotFoundError):
            status = file.lstat()
            why = _unsafe_kind(file.name if file != path else "", status.st_mode)
            if not why and has_owners and not _is_ours(status.st_uid, path.parent):
                why = Phrase("{file} belongs to somebody else", file=file.name)
            if why:
                raise OSError(why)


def _refuse_strangers_folder(named: Path, folder: Path) -> None:
    if named.is_symlink() and named.lstat().st_uid not in (os.geteuid(), 0):
        raise OSError(Phrase("it is a link that belongs to somebody else"))
    location.follow(named.parent)
    status = folder.stat()
    is_open_to_all = status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX
    if is_open_to_all and status.st_uid != os.geteuid():
        raise OSError(Phrase("everybody can replace the files in its folder"))


def _unsafe_kind(beside: str, mode: int) -> Phrase:
    """Return what is wrong with the kind of a file; `beside` is the name of one beside it."""
    if stat.S_ISREG(mode):
        return NOTHING
    if stat.S_ISLNK(mode):
        is_loop = Phrase("it is a link that leads round and round")
        return Phrase("{file} is a link", file=beside) if beside else is_loop
    if beside:
        return Phrase("{file} is not a regular file", file=beside)
    return Phrase("it is not a regular file")


def _is_ours(owner: int, folder: Path) -> bool:
    """Return whether a file is the user's, by its owner and its folder's.

    Root may be at work in another's folder, and some file systems give all files to one owner.
    """
    user = os.geteuid()
    if owner in (user, 0) or (user == 0 and owner == folder.stat().st_uid):
        return True
    from mimo_cli.history.file import file_trial

    return file_trial.owner(folder) == owner
