"""One of the program's output streams: bytes out, whole or with an error that says why."""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING, Literal

from mimo_cli.errors import LocalIOError, ReaderGone

if TYPE_CHECKING:
    from collections.abc import Mapping


class Output:
    """A file descriptor to write to; None when the stream was closed before the start."""

    def __init__(self, descriptor: int | None, name: str) -> None:
        self.descriptor = descriptor
        self.name = name
        self.is_terminal = descriptor is not None and os.isatty(descriptor)

    def write(self, text: str) -> None:
        """Writes all of `text` as UTF-8, whatever the locale says.

        Raises:
            ReaderGone: the other end of the pipe is closed.
            LocalIOError: the disk is full, or the stream is closed.
        """
        data = memoryview(text.encode("utf-8", "replace"))
        while data:
            data = data[self._write_some(data) :]

    def _write_some(self, data: memoryview) -> int:
        if self.descriptor is None:
            raise LocalIOError(f"cannot write {self.name}", "it is closed")
        try:
            return os.write(self.descriptor, data)
        except BlockingIOError:
            select.select([], [self.descriptor], [])
            return 0
        except BrokenPipeError as error:
            raise ReaderGone from error
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise LocalIOError(f"cannot write {self.name}", why) from error


def use_color(
    setting: Literal["auto", "always", "never"],
    environ: Mapping[str, str],
    output: Output,
) -> bool:
    """Whether a stream gets colours: the option, NO_COLOR, FORCE_COLOR, then what it is.

    An empty variable counts as not set (https://no-color.org).
    """
    if setting != "auto":
        return setting == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return output.is_terminal and environ.get("TERM") != "dumb"
