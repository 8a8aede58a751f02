"""Files written whole or not at all, and never through somebody else's link.

Three kinds, by who chose the name:

- A file that the user named (`write_whole`) may be a link of the user's own, and is written where
  that leads. A link, or anything else, that another user left in a folder that everybody may write
  to is refused, as Linux does with `fs.protected_symlinks`, `protected_fifos` and
  `protected_regular` set to 1 (https://docs.kernel.org/admin-guide/sysctl/fs.html).
- A file that stands beside one of those (`write_new`: a partial answer, a backup, a draft) is made
  new, under the first name that nothing has.
- A file of ours under a fixed name (`write_ours`: a cache) takes the place of whatever is there.

An `OSError` that is raised here with words of ours has them, a `Phrase`, as its `strerror`: see
`phrases.reason`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NO_WAITING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""Flags for reading: a pipe is not waited for, and a terminal does not become ours."""

_NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
_AS_IT_IS = os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
_BYTES_OF_A_NAME = 255  # where the system does not tell: that of most file systems
_LINKS = 40  # on the way to one file, as on Linux
_ABANDONED = 3600.0  # seconds: no write takes that long
_TEMPORARY = ".tmp"
_TEMPORARIES = 999
_ANOTHERS = Phrase("it is another user's, in a folder that is everybody's")


def first_free(names: Iterable[Path]) -> Path:
    """Return the first of the names that nothing has yet, not even a link to nowhere."""
    return next(name for name in names if not os.path.lexists(name))


def beside(path: Path, *, before: str = "", after: str = "") -> Path:
    """Return a path in the same folder, named like this one with something before and after it.

    A name that would be too long for the file system, which counts bytes, is cut at a character.
    """
    room = _longest_name(path.parent) - len(os.fsencode(before + after))
    name = path.name
    while name and len(os.fsencode(name)) > room:
        name = name[:-1]
    return path.with_name(f"{before}{name}{after}")


def numbered_names(path: Path, end: str) -> Iterator[Path]:
    """Yield names for a file beside this one: `answer.md.bak`, `answer.md.bak.2`, and so on."""
    number = 1
    while True:
        yield beside(path, after=end if number == 1 else f"{end}.{number}")
        number += 1


def follow(path: Path) -> Path:
    """Return where a path that the user named leads, which need not exist.

    Raises:
        PermissionError: through another user's link in a folder that everybody may write to.
        OSError: links lead round and round.
    """
    if os.name != "posix":
        return Path(os.path.realpath(path))
    if "\0" in str(path):
        raise OSError(errno.EINVAL, Phrase("a name cannot hold a NUL"))
    whole = path.absolute()
    place, left = Path(whole.anchor), [*reversed(whole.parts[1:])]
    links = 0
    while left:
        name = left.pop()
        inner = place.parent if name == ".." else place / name
        if name == ".." or not inner.is_symlink():
            place = inner
            continue
        links += 1
        if links > _LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        refuse_others(inner, Phrase("it is another user's link in a folder that is everybody's"))
        target = inner.readlink()
        left += reversed(target.parts[1:] if target.is_absolute() else target.parts)
        place = Path(target.anchor) if target.is_absolute() else place
    return place


def refuse_others(path: Path, why: Phrase = _ANOTHERS) -> None:
    """Refuse what another user left in a folder that everybody may write to.

    What belongs to the folder's owner, or to root, could have been put anywhere. `why` is what the
    error says, its `strerror`.

    Raises:
        PermissionError: there is such a thing at the path.
    """
    if os.name != "posix" or (status := _status(path)) is None:
        return
    folder = path.parent.stat()
    is_everybodys = folder.st_mode & stat.S_IWOTH
    if is_everybodys and not _is_mine(status) and status.st_uid not in (0, folder.st_uid):
        raise PermissionError(errno.EACCES, why)


def check(path: Path) -> None:
    """Find out whether `write_whole` can write a file. Nothing is written.

    Raises:
        OSError: it could not.
    """
    place = follow(path)
    if place.is_dir():
        raise IsADirectoryError(errno.EISDIR, Phrase("it is a folder"))
    if not place.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, Phrase("its folder does not exist"))
    old = _status(place)
    refuse_others(place)
    # A regular file is replaced by a new one, a device written to.
    is_device = old is not None and not stat.S_ISREG(old.st_mode)
    needed = [*([] if is_device else [place.parent]), *([] if old is None else [place])]
    if not all(os.access(it, os.W_OK) for it in needed):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def write_whole(
    path: Path, data: bytes, *, mode: int | None = None, new_mode: int | None = None
) -> None:
    """Replace the content of a file that the user named; a crash or a full disk leaves the old one.

    A link of the user's own stays one. A regular file keeps its owner, where that is possible, and
    its mode, unless `mode` gives another; `new_mode` is that of a file which is not there yet (what
    the umask leaves of 0666). A file that is mounted on its own (in a container, say) cannot be
    replaced: it is written to, once the new content was found to fit. Something that is no regular
    file (a device, a pipe) is written to directly.

    Raises:
        OSError: it cannot be written, or is another user's in a folder that everybody may write to.
    """
    place = follow(path)
    old = _status(place)
    refuse_others(place)
    if old is not None and not stat.S_ISREG(old.st_mode):
        _write(os.open(place, _AS_IT_IS), data)
        return
    if mode is None:
        asked = 0o666 & ~_umask() if new_mode is None else new_mode
        mode = asked if old is None else stat.S_IMODE(old.st_mode) & 0o777
    with _temporary(place, data, mode, old) as temporary:
        try:
            temporary.replace(place)
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            _write_into(place, data, mode)
    _sync(place.parent)


def write_ours(path: Path, data: bytes, *, is_durable: bool = True) -> None:
    """Put a private file of the program's own (mode 0600) in the place of whatever is there.

    One that is not durable takes no wait for the disk: after a power cut it may be the old one, or
    empty.

    Raises:
        OSError: it cannot be written, or what is there cannot be replaced.
    """
    with _temporary(path, data, 0o600 if is_durable else None, None) as temporary:
        temporary.replace(path)
    if is_durable:
        _sync(path.parent)


def write_new(names: Iterable[Path], data: bytes, *, mode: int | None = None) -> Path:
    """Make a new file under the first of the names that nothing has; return that name.

    `mode` None is what the umask leaves of 0666.

    Raises:
        FileExistsError: all the names are taken.
        OSError: it cannot be written; nothing is left of it.
    """
    for path in names:
        try:
            descriptor = os.open(path, _NEW, 0o600)
        except FileExistsError:
            continue
        try:
            _write(descriptor, data, 0o666 & ~_umask() if mode is None else mode)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        _sync(path.parent)
        return path
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def read(path: Path, most: int) -> bytes:
    """Return up to `most` bytes of a regular file, without ever waiting for a pipe or a device.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    descriptor = os.open(path, NO_WAITING)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, Phrase("it is not a regular file"))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(most)
    finally:
        os.close(descriptor)


def is_own(path: Path) -> bool:
    """Return whether there is a regular file of the user's own at a path, and no link to one."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and _is_mine(status)


def remove_temporaries(path: Path) -> None:
    """Remove what writers of a file that were killed left. Nobody may be writing it meanwhile."""
    before = f"{_temporary_stem(path)}."
    with os.scandir(path.parent) as entries:
        names = [entry.name for entry in entries if entry.name.startswith(before)]
    for name in names:
        if name.endswith(_TEMPORARY):
            with contextlib.suppress(OSError):  # another user's, in a folder that is everybody's
                path.with_name(name).unlink()


@contextlib.contextmanager
def _temporary(
    place: Path, data: bytes, mode: int | None, old: os.stat_result | None
) -> Iterator[Path]:
    """Write a new file beside a place, and remove it after, unless it was renamed meanwhile.

    Its mode is 0600 until it is on the disk, and stays that without a `mode` and a wait for it.
    """
    temporary, descriptor = _open_temporary(place)
    try:
        _write(descriptor, data, mode, old)
        yield temporary
    finally:
        with contextlib.suppress(FileNotFoundError):  # renamed: all is well
            temporary.unlink()


def _open_temporary(place: Path) -> tuple[Path, int]:
    """Open a new file under a free name; one that was abandoned gives its name back."""
    stem = _temporary_stem(place)
    for number in range(1, _TEMPORARIES + 1):
        path = place.with_name(f"{stem}.{number}{_TEMPORARY}")
        with contextlib.suppress(OSError):
            if is_own(path) and time.time() - path.lstat().st_mtime > _ABANDONED:
                path.unlink()
        with contextlib.suppress(FileExistsError):
            return path, os.open(path, _NEW, 0o600)
    raise FileExistsError(errno.EEXIST, Phrase("too many temporary files are beside it"))


def _temporary_stem(place: Path) -> str:
    longest = f".{_TEMPORARIES}{_TEMPORARY}"
    return beside(place, before=".", after=longest).name.removesuffix(longest)


def _write(
    descriptor: int, data: bytes, mode: int | None = None, old: os.stat_result | None = None
) -> None:
    """Write to an open file and close it; give it a mode, and the owner of the one it is to be."""
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        left = memoryview(data)
        while left:
            left = left[file.write(left) or 0 :]
        if mode is None:
            return
        if old is not None:
            _give_owner(descriptor, old)
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, mode)
        os.fsync(descriptor)


def _give_owner(descriptor: int, old: os.stat_result) -> None:
    if not hasattr(os, "fchown"):
        return
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) == (old.st_uid, old.st_gid):
        return
    try:
        os.fchown(descriptor, old.st_uid, old.st_gid)
    except OSError:
        with contextlib.suppress(OSError):  # not even the group: the file is the writer's now
            os.fchown(descriptor, -1, old.st_gid)


def _write_into(path: Path, data: bytes, mode: int) -> None:
    """Write in one call, so that a process that is killed has written it whole or not at all."""
    with os.fdopen(os.open(path, _AS_IT_IS), "wb", buffering=0) as file:
        file.write(data)
        file.truncate()
        if hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())


def _is_mine(status: os.stat_result) -> bool:
    return not hasattr(os, "geteuid") or status.st_uid == os.geteuid()


def _longest_name(folder: Path) -> int:
    try:
        return os.pathconf(folder, "PC_NAME_MAX")
    except (AttributeError, OSError, ValueError):  # no such call, or no such folder
        return _BYTES_OF_A_NAME


def _sync(folder: Path) -> None:
    """Make the new name last. Some systems and file systems cannot, and need not."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
