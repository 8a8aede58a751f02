"""A file that takes the place of stdout, written when its content is whole."""

from __future__ import annotations

import os
from pathlib import Path

from mimo_cli import files
from mimo_cli.errors import LocalIOError
from mimo_cli.terminal.output import Output


class FileOutput(Output):
    """Collects what is written; `save` puts it into the file.

    Raises:
        LocalIOError: the file could not be written. Found out at once, before anything is asked.
    """

    def __init__(self, path: str) -> None:
        super().__init__(None, path)
        self._path = Path(path)
        self._parts: list[str] = []
        self._check()

    def write(self, text: str) -> None:
        """Takes more of the content."""
        self._parts.append(text)

    def save(self, *, whole: bool) -> Path | None:
        """Writes the file; what is not whole goes beside it, so that an old file is kept.

        The path written to, None if there was nothing to write.

        Raises:
            LocalIOError: the disk is full, or the folder has gone.
        """
        path = self._path if whole else self._path.with_name(self._path.name + ".partial")
        if not self._parts:
            return None
        try:
            files.write_whole(path, "".join(self._parts).encode("utf-8", "replace"))
        except OSError as error:
            raise self._failed(error.strerror or str(error)) from error
        return path

    def _check(self) -> None:
        path = Path(os.path.realpath(self._path))
        if path.is_dir():
            raise self._failed("it is a folder")
        if not path.parent.is_dir():
            raise self._failed("its folder does not exist")
        # A regular file is replaced by a new one, a device written to.
        is_device = path.exists() and not path.is_file()
        needed = [path] if is_device else [path.parent, *([path] if path.exists() else [])]
        if not all(os.access(place, os.W_OK) for place in needed):
            raise self._failed("permission denied")

    def _failed(self, why: str) -> LocalIOError:
        return LocalIOError(f"cannot write {self._path}", why.lower())
