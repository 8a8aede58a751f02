"""What the program itself says, on stderr: errors, warnings, remarks."""

from __future__ import annotations

import contextlib
import re
import traceback
from typing import TYPE_CHECKING

from mimo_cli.api.endpoint import mask_all
from mimo_cli.errors import LocalIOError, ReaderGone
from mimo_cli.output.sanitize import one_line, sanitize

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.errors import MimoError
    from mimo_cli.output.stream import Output

DIM = "\x1b[2m"
RED = "\x1b[31m"
YELLOW = "\x1b[33m"
RESET = "\x1b[0m"
_QUOTED = 200
_WHOLE = 64 * 1024
_KEY = r"\b[st][kp]-[\w-]{6,}"  # in a traceback rather too much is hidden than too little


class Console:
    """Speaks to the user. Everything it is given may come from outside, and is sanitised here."""

    def __init__(
        self,
        output: Output,
        *,
        color: bool = False,
        quiet: bool = False,
        verbose: bool = False,
        debug: bool = False,
    ) -> None:
        self.output = output
        self.conceal: Callable[[str], str] = str
        """Takes out of every text what must not be shown: the key, once it is known."""
        self._debug = debug
        self.color = color
        self.quiet = quiet
        self.verbose = verbose

    def error(self, error: MimoError) -> None:
        """At most three lines: what happened and why, what to do, the request id.

        A server's own words are cut on a terminal, where a stack trace would fill the screen.
        """
        is_cut = error.quotes_server and self.output.is_terminal and not self.verbose
        if is_cut and len(error.why) > _QUOTED:
            why = one_line(self.conceal(error.why), _QUOTED)
            self._say("mimo", RED, f"{error.what}: {why} (all of it: -v)")
        else:
            self._say("mimo", RED, error.message, _WHOLE)
        if error.hint:
            self._line(f"  {one_line(error.hint)}")
        if error.request_id:
            self._line(f"  request id: {one_line(error.request_id, 100)}")
        self.trace(error)

    def trace(self, error: Exception) -> None:
        """Where an error happened, for a user who asked: no values, which may hold the key."""
        if self._debug:
            text = re.sub(_KEY, "[key]", "".join(traceback.format_exception(error)))
            self.write(sanitize(self.conceal(text)))

    def warn(self, text: str) -> None:
        """Something the user should know, although it works."""
        if not self.quiet:
            self._say("mimo: warning", YELLOW, text)

    def info(self, text: str) -> None:
        """What the program is doing, where it takes long."""
        if not self.quiet:
            self._say("mimo", DIM, text)

    def debug(self, text: str) -> None:
        """A detail for a user who asked for details."""
        if self.verbose:
            self._say("mimo", DIM, text)

    def line(self, text: str) -> None:
        """A line of its own that is not about a problem: the usage line, say."""
        self._line(self.styled(DIM, one_line(text)))

    def styled(self, style: str, text: str) -> str:
        """`text` in a style, where there are colours."""
        return f"{style}{text}{RESET}" if self.color else text

    def write(self, text: str) -> None:
        """Text that is sanitised already. If nobody can read it there is nobody to tell."""
        with contextlib.suppress(LocalIOError, ReaderGone):
            self.output.write(text)

    def _say(self, who: str, style: str, text: str, limit: int = 500) -> None:
        self._line(f"{self.styled(style, who + ':')} {one_line(self.conceal(text), limit)}")

    def _line(self, text: str) -> None:
        self.write(mask_all(self.conceal(text)) + "\n")
