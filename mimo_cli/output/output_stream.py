"""One of the program's output streams: bytes out, whole or with an error that says why."""

from __future__ import annotations

import contextlib
import os
import select
from typing import TYPE_CHECKING, Literal

from mimo_cli.errors import LocalIOError, ReaderGone
from mimo_cli.phrases import Phrase, reason
from mimo_cli.signals import Signals, Stuck

if TYPE_CHECKING:
    from collections.abc import Mapping

_PIECE = 64 * 1024  # bytes; what is written in one call is seen to make no progress as a whole


class Output:
    """A file descriptor to write to; None when the stream was closed before the start.

    `signals` are those of the process: when one of them ends it, and nobody takes what is written,
    that is given up, and nothing more is written. `charset` is what a terminal speaks, empty for
    UTF-8, which everything else is given. `name` is what errors call it: a path, or a phrase.
    """

    def __init__(
        self,
        descriptor: int | None,
        name: str,
        signals: Signals | None = None,
        *,
        charset: str = "",
    ) -> None:
        self.descriptor = descriptor
        self.name = name
        self.is_terminal = descriptor is not None and os.isatty(descriptor)
        self._charset = charset if self.is_terminal else ""
        self._signals = signals or Signals()
        self._is_given_up = False

    def write(self, text: str) -> None:
        """Write all of `text`: as UTF-8 whatever the locale says, but to a terminal as it does.

        Raises:
            ReaderGone: the other end of the pipe is closed.
            LocalIOError: the disk is full, or the stream is closed.
        """
        signals = self._signals
        data = memoryview(self._encode(text))
        try:
            while data and not self._is_given_up:
                signals.writing = signals.pieces = signals.pieces + 1
                data = data[self._write_some(data[:_PIECE]) :]
        except Stuck:
            self._is_given_up = True
        except (ReaderGone, LocalIOError):
            if not signals.is_ending:  # what ends the process is the signal
                raise
            self._is_given_up = True
        finally:
            signals.writing = 0

    def write_at_once(self, text: str) -> None:
        """Write what can be written without waiting for anybody: for the very end."""
        if self.descriptor is None or not hasattr(select, "poll"):
            return
        poll = select.poll()
        poll.register(self.descriptor, select.POLLOUT)
        with contextlib.suppress(OSError):  # it has gone, and there is nobody to tell
            if poll.poll(0):
                os.write(self.descriptor, self._encode(text))

    def _encode(self, text: str) -> bytes:
        if not self._charset:
            return text.encode("utf-8", "replace")
        from mimo_cli.output import legacy_encoding

        return legacy_encoding.encode(text, self._charset)

    def _write_some(self, data: memoryview) -> int:
        if self.descriptor is None:
            raise self._failed(Phrase("it is closed"))
        try:
            return os.write(self.descriptor, data)
        except BlockingIOError:  # another program made it so: its flag is not ours to change
            _wait_until_writable(self.descriptor)
            return 0
        except BrokenPipeError as error:
            raise ReaderGone from error
        except OSError as error:
            raise self._failed(reason(error)) from error

    def _failed(self, why: Phrase) -> LocalIOError:
        return LocalIOError(Phrase("cannot write {file}", file=self.name), why)


def use_color(
    setting: Literal["auto", "always", "never"],
    environ: Mapping[str, str],
    output: Output,
) -> bool:
    """Return whether a stream gets colours: the option, NO_COLOR, FORCE_COLOR, then what it is.

    An empty variable counts as not set (https://no-color.org).
    """
    if setting != "auto":
        return setting == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return output.is_terminal and not is_dumb(environ)


def is_dumb(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal knows no codes, as far as `TERM` says."""
    return environ.get("TERM", "") in ("", "dumb", "unknown")


def _wait_until_writable(descriptor: int) -> None:
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    poll.poll()
