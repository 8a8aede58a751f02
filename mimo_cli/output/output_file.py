"""A file that takes the place of stdout, written when its content is whole."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.files import named_file, new_file
from mimo_cli.output.output_stream import Output
from mimo_cli.phrases import reason

if TYPE_CHECKING:
    from mimo_cli.signals import Signals

_DESCRIPTOR = r"/dev/std(?P<name>out|err)|(?:/dev|/proc/self)/fd/(?P<number>\d{1,6})"


class FileOutput(Output):
    """A stream that collects what is written to it; `save` puts that into the file.

    Raises:
        LocalIOError: the file could not be written. Found out at once, before anything is asked.
    """

    def __init__(self, path: str, signals: Signals | None = None) -> None:
        self._path = Path(path)
        super().__init__(None, str(self._path), signals)
        self._parts: list[str] = []
        self._open = _descriptor(path)
        if self._open is None:
            self._check()

    @property
    def text(self) -> str:
        """Return the content so far."""
        return "".join(self._parts)

    def write(self, text: str) -> None:
        """Keep more of the content."""
        self._parts.append(text)

    def save(self, *, whole: bool) -> Path | None:
        """Write the file; what is not whole goes into a new one beside it, `FILE.partial`.

        Returns the path written to, None if there was nothing to write.

        Raises:
            LocalIOError: the disk is full, or the folder has gone.
        """
        if not self._parts:
            return None
        if self._open is not None:
            Output(self._open, self.name, self._signals).write(self.text)
            return self._path
        data = self.text.encode("utf-8", "replace")
        try:
            if whole or self._is_device():
                named_file.write_whole(self._path, data)
                return self._path
            return new_file.write_new(
                new_file.numbered_names(self._path, ".partial"), data, mode=self._mode()
            )
        except OSError as error:
            raise self._failed(reason(error)) from error

    def _check(self) -> None:
        try:
            named_file.check(self._path)
        except OSError as error:
            raise self._failed(reason(error)) from error

    def _is_device(self) -> bool:
        return self._path.exists() and not self._path.is_file()

    def _mode(self) -> int | None:
        """Return the mode of the file that this one stands beside; None if there is none."""
        return stat.S_IMODE(self._path.stat().st_mode) & 0o777 if self._path.exists() else None


def is_stream(path: str) -> bool:
    """Return whether a path is that of a stream that is open already: no file of its own."""
    return _descriptor(path) is not None


def _descriptor(path: str) -> int | None:
    """Return the number of an open stream that has a path (`/dev/stdout`, `>(command)`).

    It is written to where it stands: opening its path anew would write over what is before.
    """
    match = re.fullmatch(_DESCRIPTOR, path)
    if match is None:
        return None
    return {"out": 1, "err": 2}.get(match["name"]) or int(match["number"] or 0)
