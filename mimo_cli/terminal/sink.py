"""A file that takes the place of stdout, written when its content is whole."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli import files
from mimo_cli.errors import LocalIOError
from mimo_cli.terminal.output import Output

if TYPE_CHECKING:
    from mimo_cli.signals import Signals

_DESCRIPTOR = re.compile(r"/dev/std(?P<name>out|err)|(?:/dev|/proc/self)/fd/(?P<number>\d{1,6})")
_LONGEST_NAME = 240


class FileOutput(Output):
    """Collects what is written; `save` puts it into the file.

    Raises:
        LocalIOError: the file could not be written. Found out at once, before anything is asked.
    """

    def __init__(self, path: str, signals: Signals | None = None) -> None:
        super().__init__(None, path, signals)
        self._path = Path(path)
        self._parts: list[str] = []
        self._open = _descriptor(path)
        if self._open is None:
            self._check()

    @property
    def text(self) -> str:
        """The content so far."""
        return "".join(self._parts)

    def write(self, text: str) -> None:
        """Takes more of the content."""
        self._parts.append(text)

    def save(self, *, whole: bool) -> Path | None:
        """Writes the file; what is not whole goes beside it, so that an old file is kept.

        The path written to, None if there was nothing to write.

        Raises:
            LocalIOError: the disk is full, or the folder has gone.
        """
        if not self._parts:
            return None
        if self._open is not None:
            Output(self._open, self.name, self._signals).write(self.text)
            return self._path
        path = self._path
        if not whole and (path.is_file() or not path.exists()):
            path = path.with_name(path.name[:_LONGEST_NAME] + ".partial")
        try:
            files.write_whole(path, self.text.encode("utf-8", "replace"))
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from error
        return path

    def _check(self) -> None:
        try:
            path = Path(os.path.realpath(self._path))
            exists = path.exists()
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from error
        if path.is_dir():
            raise self._failed("it is a folder")
        if not path.parent.is_dir():
            raise self._failed("its folder does not exist")
        # A regular file is replaced by a new one, a device written to.
        is_device = exists and not path.is_file()
        needed = [path] if is_device else [path.parent, *([path] if exists else [])]
        if not all(os.access(place, os.W_OK) for place in needed):
            raise self._failed("permission denied")

    def _failed(self, why: str) -> LocalIOError:
        return LocalIOError(f"cannot write {self._path}", why.lower())


def _descriptor(path: str) -> int | None:
    """The number of a stream that is open already and has a path (`/dev/stdout`, `>(command)`).

    It is written to where it stands: opening its path anew would write over what is before.
    """
    match = _DESCRIPTOR.fullmatch(path)
    if match is None:
        return None
    return {"out": 1, "err": 2}.get(match["name"]) or int(match["number"] or 0)
