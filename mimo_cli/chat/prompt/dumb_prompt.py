"""The prompt of a terminal that can do nothing (`TERM=dumb`): a line is a message, no codes."""

from __future__ import annotations

import codecs
import signal
from typing import TYPE_CHECKING

from mimo_cli.chat.prompt.exit_confirmation import HINT
from mimo_cli.errors import Interrupted
from mimo_cli.input import stdin_parts
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import ENGLISH, Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.chat.cancellation import Cancellation
    from mimo_cli.chat.prompt.exit_confirmation import ExitConfirmation
    from mimo_cli.output.output_stream import Output
    from mimo_cli.phrases import Translations
    from mimo_cli.signals import Signals

_MARK = "> "
_ENTER_SENDS = Phrase("(Enter alone sends this)")


class _Pressed(Exception):  # noqa: N818 - not an error: the user pressed Ctrl-C
    pass


class DumbPrompt:
    """Reads lines that the terminal, or the program around it, lets the user edit."""

    def __init__(
        self,
        descriptor: int,
        output: Output,
        *,
        exit_confirmation: ExitConfirmation,
        cancellation: Cancellation,
        signals: Signals,
        charset: str = "",
        translations: Translations = ENGLISH,
        sends_blank: Callable[[], bool] = lambda: False,
    ) -> None:
        self._descriptor = descriptor
        self._output = output
        self._exit = exit_confirmation
        self._cancellation = cancellation
        self._signals = signals
        self._decoder = codecs.getincrementaldecoder(charset or "utf-8")("surrogateescape")
        self._translations = translations
        self._sends_blank = sends_blank
        self._typed = ""
        self._is_waiting = self._was_pressed = False

    def read(self, draft: str) -> str:
        """Return the next line that is not blank; a blank one accepts the draft, which is shown.

        Raises:
            EOFError: there is no more, or Ctrl-C came twice within a second.
            Interrupted: a signal ends the program.
        """
        with self._signals.given_to(self._take):
            return self._read(draft)

    def _read(self, draft: str) -> str:
        if draft.strip():
            self._output.write(f"{draft}\n")
            self._tell(_ENTER_SENDS)
        while True:
            self._output.write(_MARK)
            try:
                line = self._line()
            except _Pressed:
                if self._cancellation.is_repeated_press():
                    self._output.write("\n")
                    continue
                if self._exit.press():
                    raise EOFError from None
                self._output.write("\n")
                self._tell(HINT)
                continue
            if line.strip() or draft.strip() or self._sends_blank():
                return line if line.strip() else draft

    def _take(self, number: int) -> bool:
        """End the wait for a line at Ctrl-C; while something is written it is only noted."""
        if number != signal.SIGINT:
            raise Interrupted(number)
        if self._is_waiting:
            raise _Pressed
        self._was_pressed = True
        return False

    def _tell(self, text: Phrase) -> None:
        self._output.write(f"{one_line(text.rendered(self._translations))}\n")

    def _line(self) -> str:
        while "\n" not in self._typed:
            data = self._next_part()
            self._typed += self._decoder.decode(data, final=not data)
            if not data and not self._typed:
                raise EOFError
            if not data:
                self._typed += "\n"
        line, _, self._typed = self._typed.partition("\n")
        return line

    def _next_part(self) -> bytes:
        self._is_waiting = True
        try:
            if self._was_pressed:
                raise _Pressed
            return stdin_parts.next_part(self._descriptor)
        finally:
            self._is_waiting = self._was_pressed = False
