"""A row that says what is under way, and for how long; nothing of it stays."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from mimo_cli.output.columns import cut
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import NOTHING, Phrase
from mimo_cli.screen import tty
from mimo_cli.screen.thinking import TOLD_AFTER_SECONDS, duration
from mimo_cli.text.widths import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mimo_cli.output.console import Console
    from mimo_cli.signals import Signals

_ERASED = "\r\x1b[K"


class WorkingRow:
    """The row where the cursor is, on the console's screen.

    It is shorter than the screen, and no cursor is hidden: there is nothing to be put right if the
    process is stopped, or ends.
    """

    def __init__(
        self, console: Console, environ: Mapping[str, str], monotonic: Callable[[], float]
    ) -> None:
        self._console = console
        self._environ = environ
        self._now = monotonic
        self._since = monotonic()
        self._shown = ""

    def show(self, what: Phrase) -> None:
        """Show what is under way, from the first second on; nothing takes the row away."""
        seconds = self._now() - self._since
        text = self._text(what, seconds) if what and seconds >= TOLD_AFTER_SECONDS else ""
        if text == self._shown or not tty.is_foreground(self._console.output.descriptor):
            return
        self._shown = text
        row = self._console.styled("dim", text) if text else text
        self._console.write(f"{_ERASED}{row}")

    def _text(self, what: Phrase, seconds: float) -> str:
        told = Phrase("{what}\u2026 {duration}", what=what, duration=duration(seconds))
        columns, _ = tty.size(self._console.output.descriptor, self._environ)
        room = Screen(max(1, columns - 1), self._console.is_wide())
        return cut(one_line(self._console.conceal(told.rendered(self._console.translations))), room)


@contextlib.contextmanager
def working_row(
    console: Console, environ: Mapping[str, str], monotonic: Callable[[], float], signals: Signals
) -> Iterator[Callable[[Phrase], None]]:
    """Show what is under way, as long as it is: a signal takes the row away, too."""
    signals.catch()
    row = WorkingRow(console, environ, monotonic)
    try:
        yield row.show
    finally:
        row.show(NOTHING)
