"""A folder that is opened once: what is in it is found from there, whatever is renamed meanwhile.

No link is followed within it. Where the system can open a file relative to a folder that is open
(anywhere but on Windows), each folder on the way is opened so, without following a link: one that
is put in a folder's place between listing and reading leads nowhere. Elsewhere each is looked at
right before.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple, Self

from mimo_cli.files import reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from mimo_cli.attachments.listing.selection import Path

_HAS_DESCRIPTORS = {os.open, os.stat} <= os.supports_dir_fd and os.scandir in os.supports_fd
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FILE = reading.NO_WAITING | _NO_LINK
_BINARY = getattr(os, "O_BINARY", 0)


class OtherFileSystemError(OSError):
    """A folder is on another file system than the one that was named."""


class NotRegularError(OSError):
    """What was to be read is no regular file."""


class OwnFileError(OSError):
    """What was to be read is a file of this program's own."""


class _Place(NamedTuple):
    """A folder: its descriptor, or its name where there are none."""

    descriptor: int | None
    name: str

    def at(self, name: str) -> str:
        """Return what something in it is called, for a function that is given `descriptor`."""
        return name if self.descriptor is not None else os.path.join(self.name, name)  # noqa: PTH118 - entries are many

    def status(self, name: str) -> os.stat_result:
        return os.stat(self.at(name), dir_fd=self.descriptor, follow_symlinks=False)


class OpenFolder:
    """A folder whose files can be listed and read; to be closed.

    `spared` are devices and inodes of files that are not read, whatever they are called. The
    folders on the way to where it was last stay open, as many as are within one another: what comes
    next is mostly near.
    """

    def __init__(
        self,
        path: str,
        *,
        spared: frozenset[tuple[int, int]] = frozenset(),
        by_descriptor: bool = _HAS_DESCRIPTORS,
    ) -> None:
        """Open it. That folder itself may be a link: it was named.

        Raises:
            OSError: it is not there, no folder, or not ours to read.
        """
        self._spared = spared
        self._way: list[tuple[str, _Place]] = []
        if by_descriptor:
            descriptor = os.open(path, _FOLDER)
            self._root = _Place(descriptor, path)
            self._device = os.fstat(descriptor).st_dev
        else:
            self._root = _Place(None, path)
            self._device = os.stat(path).st_dev  # noqa: PTH116 - a text, as elsewhere here

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._go_back_to(())
        if self._root.descriptor is not None:
            os.close(self._root.descriptor)

    @contextlib.contextmanager
    def entries(self, path: Path) -> Iterator[Iterator[os.DirEntry[str]]]:
        """Yield what is in a folder within it, one by one as the system gives it.

        Raises:
            OSError: it has gone, is a link by now, or not ours to read.
            OtherFileSystemError: it is one.
        """
        if path:
            self._go_back_to(path[:-1])  # to see it as it is now
        with self._at(path) as place:
            where = place.name if place.descriptor is None else place.descriptor
            with os.scandir(where) as found:
                yield found

    def status(self, path: Path) -> os.stat_result:
        """Return what something within it is; of a link, that it is one.

        Raises:
            OSError: it has gone, or a folder on the way is a link.
        """
        with self._at(path[:-1]) as place:
            return place.status(path[-1])

    def has(self, path: Path, name: str) -> bool:
        """Return whether something is in a folder within it, which is not opened for that.

        Raises:
            OSError: it has gone, or is not ours to look into.
        """
        with self._at(path[:-1]) as place:
            try:
                place.status(os.path.join(path[-1], name))  # noqa: PTH118 - entries are many
            except FileNotFoundError:
                return False
        return True

    def read(self, path: Path, most: int) -> bytes:
        """Return a file's bytes, and no more than so many.

        Raises:
            OSError: it has gone, is a link by now, or not ours to read.
            NotRegularError: it is no file.
            OwnFileError: it is spared.
        """
        with self._at(path[:-1]) as place:
            self._check_kind(place.status(path[-1]).st_mode)  # opening a device may do something
            descriptor = os.open(place.at(path[-1]), _FILE | _BINARY, dir_fd=place.descriptor)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
            found = os.fstat(descriptor)
            self._check_kind(found.st_mode)
            if (found.st_dev, found.st_ino) in self._spared:
                raise OwnFileError
            return file.read(most)

    @staticmethod
    def _check_kind(mode: int) -> None:
        if stat.S_ISLNK(mode):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if not stat.S_ISREG(mode):
            raise NotRegularError

    @contextlib.contextmanager
    def _at(self, path: Path) -> Iterator[_Place]:
        """Go to a folder within it, one after the other, from what is open of them."""
        self._go_back_to(path if self._root.descriptor is not None else ())
        place = self._way[-1][1] if self._way else self._root
        for name in path[len(self._way) :]:
            place = self._inner(place, name)
            self._way.append((name, place))
        yield place

    def _go_back_to(self, path: Path) -> None:
        """Close the folders that are not on the way to a path."""
        pairs = zip(path, self._way, strict=False)
        kept = sum(1 for _ in takewhile(lambda it: it[0] == it[1][0], pairs))
        while len(self._way) > kept:
            _, place = self._way.pop()
            if place.descriptor is not None:
                os.close(place.descriptor)

    def _inner(self, place: _Place, name: str) -> _Place:
        path = os.path.join(place.name, name)  # noqa: PTH118
        if place.descriptor is None:
            found = place.status(name)
            if not stat.S_ISDIR(found.st_mode):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            self._check_device(found)
            return _Place(None, path)
        descriptor = os.open(name, _FOLDER | _NO_LINK, dir_fd=place.descriptor)
        try:
            self._check_device(os.fstat(descriptor))
        except OSError:
            os.close(descriptor)
            raise
        return _Place(descriptor, path)

    def _check_device(self, found: os.stat_result) -> None:
        if found.st_dev != self._device:
            raise OtherFileSystemError
