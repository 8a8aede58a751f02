"""What the file system of the database's folder can do, and whom it belongs to."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli import files

if TYPE_CHECKING:
    from collections.abc import Iterator

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite adds to a database's name for the files beside it."""

_MOUNTS = "/proc/self/mountinfo"
# Where two machines may have the same file: memory is not shared between them, and SQLite's
# write-ahead log needs that. https://www.sqlite.org/wal.html
_NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "lustre", "gpfs", "beegfs", "9p")
)
_HELD = (errno.EACCES, errno.EAGAIN)  # by another process: so there are locks
_SHARED = 32_768  # bytes of SQLite's shared memory
_SLOTS = (120, 9)  # those of its bytes that are locked. https://www.sqlite.org/walformat.html#locks


def has_locks(descriptor: int, start: int = 1, length: int = 1) -> bool:
    """Whether processes can lock parts of an open file against each other.

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
    """Whether the bytes can be locked by which a write-ahead log's shared memory is guarded.

    SQLite takes a refusal for another process's lock, and tries for ten seconds.
    """
    return has_locks(descriptor, *_SLOTS)


def shares_memory(folder: Path) -> bool:
    """Whether processes can share memory by a file in a folder; tried on a file of our own."""
    import mmap

    try:
        with _own_file(folder) as descriptor:
            os.write(descriptor, bytes(_SHARED))  # a hole would end us, were the disk full
            with mmap.mmap(descriptor, _SHARED):
                return has_memory_locks(descriptor)
    except (
        OSError,
        ValueError,
    ):  # pragma: no cover - tried where the kernel refuses calls, coverage's too
        return False


def now(folder: Path) -> float:
    """The time by the clock that a folder's files have theirs from, in seconds since 1970.

    Raises:
        OSError: no file can be made there.
    """
    with _own_file(folder) as descriptor:
        return os.fstat(descriptor).st_mtime


def is_network(folder: Path) -> bool:
    """Whether other machines may have a folder too."""
    device = folder.stat().st_dev
    if os.major(device):  # a disk of this machine
        return False
    try:
        mounts = Path(_MOUNTS).read_text("utf-8", "replace")
    except OSError:
        return False
    return is_network_in(mounts, f"{os.major(device)}:{os.minor(device)}")


def is_network_in(mounts: str, device: str) -> bool:
    """The same by the system's list of mounts. Pure. `man 5 proc_pid_mountinfo`."""
    _, found, after = mounts.partition(f" {device} ")
    if not found:
        return False
    fields = after.partition("\n")[0].partition(" - ")[2].split()
    kind = fields[0] if fields else ""
    return kind in _NETWORK or kind == "fuse" or kind.startswith("fuse.")


def refuse_odd(path: Path) -> None:
    """Refuses a database, or a file beside it, that is none: opening a pipe would wait for ever.

    SQLite makes a folder of its lock, and opens all of them by their names.

    Raises:
        OSError: there is something else under one of the names.
    """
    for end in ("", *BESIDE):
        with contextlib.suppress(FileNotFoundError):
            if not stat.S_ISREG(path.with_name(path.name + end).stat().st_mode):
                which = f"{path.name}{end}" if end else "it"
                raise OSError(f"{which} is not a regular file")


def refuse_odd_lock(lock: Path) -> None:
    """Refuses what is no folder in the place of SQLite's lock, which it is by being there.

    It is looked at once: other processes make and remove it meanwhile.

    Raises:
        OSError: it is something else, which would be waited for each time.
    """
    try:
        mode = lock.lstat().st_mode
    except OSError:
        return
    if not stat.S_ISDIR(mode):
        raise OSError(f"{lock.name} is in the way: it is no folder")


def refuse_strangers(named: Path, path: Path) -> None:
    """Refuses a database that somebody else may have put there, or can replace.

    SQLite opens it, and the files beside it, by their names. `path` is where the `named` one is, if
    that is a link.

    Raises:
        OSError: it is not safe.
    """
    if not hasattr(os, "geteuid"):
        return
    if named.is_symlink() and named.lstat().st_uid not in (os.geteuid(), 0):
        raise OSError("it is a link that belongs to somebody else")
    files.follow(named.parent)
    folder = path.parent.stat()
    is_open_to_all = folder.st_mode & stat.S_IWOTH and not folder.st_mode & stat.S_ISVTX
    if is_open_to_all and folder.st_uid != os.geteuid():
        raise OSError("everybody can replace the files in its folder")
    for name in (path.name, *(path.name + end for end in BESIDE)):
        with contextlib.suppress(FileNotFoundError):
            found = path.with_name(name).lstat()
            if name == path.name and stat.S_ISLNK(found.st_mode):
                raise OSError("it is a link that leads round and round")
            if stat.S_ISLNK(found.st_mode):
                raise OSError(f"{name} is a link")
            if not _is_ours(found.st_uid, folder.st_uid, path.parent):
                raise OSError(f"{name} belongs to somebody else")


def _is_ours(owner: int, folders_owner: int, folder: Path) -> bool:
    """Whether a file is the user's, by its owner and its folder's.

    Root may be at work in another's folder, and some file systems give all files to one owner.
    """
    user = os.geteuid()
    if owner in (user, 0) or (user == 0 and owner == folders_owner):
        return True
    with _own_file(folder) as descriptor:
        return os.fstat(descriptor).st_uid == owner


@contextlib.contextmanager
def _own_file(folder: Path) -> Iterator[int]:
    """A new file in a folder, for a moment; its descriptor."""
    path = folder / f".history-{os.urandom(8).hex()}.tmp"
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
        path.unlink()
