"""The prompt of `mimo chat`: one message at a time, edited with what comfort the terminal has."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, TypeVar

from mimo_cli.chat.prompt.dumb_prompt import DumbPrompt
from mimo_cli.chat.prompt.exit_confirmation import ExitConfirmation
from mimo_cli.chat.prompt.input_history import InputHistory
from mimo_cli.errors import Interrupted, MimoError
from mimo_cli.output.output_stream import Output, is_dumb
from mimo_cli.phrases import ENGLISH, Phrase
from mimo_cli.text import locales

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output as Screen

    from mimo_cli.chat.cancellation import Cancellation
    from mimo_cli.chat.prompt.list_choice import ListChoice
    from mimo_cli.chat.prompt.path_completion import Candidate
    from mimo_cli.chat.prompt.terminal_prompt import Edit, TerminalPrompt
    from mimo_cli.chat.status import StatusLine
    from mimo_cli.output.columns import Column
    from mimo_cli.phrases import Translations
    from mimo_cli.signals import Signals

Result = TypeVar("Result")

_STDIN, _STDOUT = 0, 1
_MARK = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "


class MessagePrompt:
    """Asks for messages.

    No message with the `secret` in it goes into the history. `completions` gives what the text
    before the cursor may go on with (files are found here), `status_line` the row below it: both
    are called between two keys and must be quick. `cancellation` is told of Ctrl-C after Enter.
    `edit` gives back a text from the user's editor; a MimoError of it is a warning.
    `is_wide` tells whether ambiguous characters take two cells (`text.widths`), `sends_blank`
    whether a blank message may be sent, because something goes along with it.
    `escape_timeout` is how many seconds without a key end a paste, and make a key of Escape.
    `input` and `output` are prompt_toolkit's, as `toolkit_adapters` makes them; without them it is
    standard input and output.
    """

    def __init__(
        self,
        *,
        history_file: Path | None,
        completions: Callable[[str], Iterable[Candidate]],
        status_line: Callable[[], StatusLine],
        vi: bool,
        edit: Callable[[str], str],
        color: bool,
        monotonic: Callable[[], float],
        warn: Callable[[Phrase], None],
        signals: Signals,
        cancellation: Cancellation,
        environ: Mapping[str, str],
        secret: str = "",
        escape_timeout: float = 0.1,
        translations: Translations = ENGLISH,
        is_wide: Callable[[], bool] = lambda: False,
        sends_blank: Callable[[], bool] = lambda: False,
        input: Input | None = None,  # noqa: A002 - as prompt_toolkit calls it
        output: Screen | None = None,
    ) -> None:
        self._history = InputHistory(history_file, secret)
        self._completions = completions
        self._status_line = status_line
        self._vi = vi
        self._edit = edit
        self._color = color
        self._warn = warn
        self._signals = signals
        self._cancellation = cancellation
        self._environ = environ
        self._escape_timeout = escape_timeout
        self._translations = translations
        self._is_wide = is_wide
        self._sends_blank = sends_blank
        self._input = input
        self._output = output
        self._monotonic = monotonic
        self._exit = ExitConfirmation(monotonic)
        self._open: DumbPrompt | TerminalPrompt | None = None
        self._ended_by: int | None = None
        self._warned = False

    def read(self, draft: str = "") -> str:
        """Return the next message, blank only if it may be; `draft` stands in the line before.

        Raises:
            EOFError: the user leaves, or there is nobody any more.
            Interrupted: a signal ends the program; the terminal is as it was before.
        """
        if self._open is None:
            self._open = self._open_prompt()
        if isinstance(self._open, DumbPrompt):
            self._cancellation.reset()
            return self._open.read(draft)
        return self._ask(self._open, draft)

    def keep_unsent(self) -> None:
        """Let what was typed behind Enter wait in the next prompt until that one is sent.

        A dumb terminal's lines cannot: they are sent one by one.
        """
        if self._open is not None and not isinstance(self._open, DumbPrompt):
            self._open.keep_unsent()

    def choose(
        self, question: Phrase, rows: Sequence[Sequence[Phrase]], columns: Sequence[Column]
    ) -> int | None:
        """Let the user pick a row of a list; return its number, from 0, or None for none.

        For a terminal that is not dumb.

        Raises:
            Interrupted: a signal ends the program; the terminal is as it was before.
        """
        if self._open is None:
            self._open = self._open_prompt()
        if isinstance(self._open, DumbPrompt):
            return None
        choice = self._open.choose_from(question, rows, columns)
        return self._guarded(choice, choice.run)

    def _open_prompt(self) -> DumbPrompt | TerminalPrompt:
        if is_dumb(self._environ):
            keys = _STDIN if self._input is None else self._input.fileno()
            number = _STDOUT if self._output is None else self._output.fileno()
            charset = locales.charset(self._environ)
            return DumbPrompt(
                keys,
                Output(number, "output", self._signals, charset=charset),
                exit_confirmation=self._exit,
                cancellation=self._cancellation,
                signals=self._signals,
                charset=charset,
                translations=self._translations,
                sends_blank=self._sends_blank,
            )
        self._history.open()
        self._tell_problem()
        return self._open_terminal_prompt()

    def _open_terminal_prompt(self) -> TerminalPrompt:
        from mimo_cli.chat.prompt import terminal_prompt, toolkit_adapters

        return terminal_prompt.TerminalPrompt(
            history=self._history,
            completions=self._completions,
            status_line=self._status_line,
            exit_confirmation=self._exit,
            cancellation=self._cancellation,
            watch=self._signals.watch,
            vi=self._vi,
            color=self._color,
            mark=_MARK if locales.is_utf8(self._environ) else "> ",
            escape_timeout=self._escape_timeout,
            monotonic=self._monotonic,
            translations=self._translations,
            is_wide=self._is_wide,
            sends_blank=self._sends_blank,
            input=self._input or toolkit_adapters.terminal_input(_STDIN),
            output=self._output
            or toolkit_adapters.terminal_output(
                Output(_STDOUT, "output", self._signals), self._environ
            ),
        )

    def _ask(self, prompt: TerminalPrompt, text: str) -> str:
        comes_back = bool(text)
        while True:
            result = self._run(prompt, text, comes_back=comes_back)
            comes_back = False
            self._tell_problem()
            if isinstance(result, str):
                return result
            text = self._edit_in_editor(result.text)

    def _run(self, prompt: TerminalPrompt, text: str, *, comes_back: bool) -> str | Edit:
        return self._guarded(prompt, lambda: prompt.run(text, comes_back=comes_back))

    def _guarded(self, shown: TerminalPrompt | ListChoice, run: Callable[[], Result]) -> Result:
        """Run what has the terminal, and end it by a signal's number if one comes."""

        def take(number: int) -> bool:
            if number == signal.SIGINT:
                shown.interrupt()
                return False
            self._ended_by = number
            shown.end()
            return True

        with self._signals.given_to(take), self._signals.restoring(shown.restorer()):
            result = run()
        if self._ended_by is not None:
            raise Interrupted(self._ended_by)
        return result

    def _edit_in_editor(self, text: str) -> str:
        try:
            return self._edit(text).rstrip("\n")
        except MimoError as error:
            from mimo_cli.chat.chat_terms import in_chat_terms  # most editors work

            problem = error.message
            if hint := in_chat_terms(error.hint):
                problem = Phrase("{problem}. {hint}", problem=problem, hint=hint)
            self._warn(problem)
            return text

    def _tell_problem(self) -> None:
        if self._history.problem and not self._warned:
            self._warned = True
            self._warn(self._history.problem)
