"""What the program itself says, on stderr: errors, warnings, remarks."""

from __future__ import annotations

import contextlib
import re
import traceback
from typing import TYPE_CHECKING, Literal

from mimo_cli.api.keys import mask_all
from mimo_cli.errors import LocalIOError, ReaderGone
from mimo_cli.output.sanitize import one_line, sanitize
from mimo_cli.phrases import ENGLISH, NOTHING, Phrase, commands

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from mimo_cli.advice import Advice
    from mimo_cli.errors import MimoError
    from mimo_cli.output.output_stream import Output
    from mimo_cli.phrases import Translations

Role = Literal["dim", "strong", "mark", "good", "warning", "error"]
"""What a text is: what that looks like depends on the background."""

RESET = "\x1b[0m"
# As in `screen.theme`: what is to be read has a contrast of 4.5 or more in the usual palettes.
_DARK: dict[Role, str] = {
    "dim": "\x1b[2m",
    "strong": "\x1b[1m",
    "good": "\x1b[32m",
    "mark": "\x1b[1;36m",  # as the chat's prompt has it
    "warning": "\x1b[33m",
    "error": "\x1b[91m",
}
_LIGHT: dict[Role, str] = _DARK | {
    "dim": "\x1b[90m",
    "warning": "\x1b[31m",
    "error": "\x1b[31m",
}
_QUOTED = 200
"""Characters of a server's own words that are shown on a terminal."""
_LONGEST = 500
_CODE = 2000
_ON_ONE_LINE = str.maketrans("\r\n\t", "   ")
_WHOLE = 64 * 1024
_KEY = r"[st][kp]-[\w-]{6,}"  # in a traceback rather too much is hidden than too little
_SMALL = "  "
_HANGING = " " * len("mimo: ")
_NAME = Phrase("mimo")
_WARNING = Phrase("mimo: warning")


def in_role(role: Role, text: str, *, light: bool = False) -> str:
    """Return a text with the SGR codes of its role on a dark background, or on a `light` one."""
    return f"{(_LIGHT if light else _DARK)[role]}{text}{RESET}"


class Console:
    """Speaks to the user, in one language. Open one with `Environment.console`.

    Everything it is given may hold words from outside. They are translated, concealed, put on one
    line and made inert here, and nowhere else (`_written`).
    """

    def __init__(
        self,
        output: Output,
        *,
        color: bool = False,
        light: bool = False,
        quiet: bool = False,
        verbose: bool = False,
        debug: bool = False,
        translations: Translations = ENGLISH,
        columns: Callable[[], int | None] = lambda: None,
        is_wide: Callable[[], bool] = lambda: False,
        conceal: Callable[[str], str] = str,
    ) -> None:
        self.output = output
        self.translations = translations
        self.conceal = conceal
        """Takes out of every text what must not be shown: the key, as far as it is known."""
        self.in_words: Callable[[Advice], Phrase] = _in_command_terms
        """Tells an advice in the terms of where it is read: a chat has others."""
        self._debug = debug
        self._columns = columns
        self.is_wide = is_wide
        """Whether the terminal draws ambiguous characters wide; asked where it may matter."""
        self.color = color
        self._light = light
        self.quiet = quiet
        self.verbose = verbose

    def error(self, error: MimoError, hint: Phrase | None = None) -> None:
        """Write at most three lines: what happened and why, what to do, the request id.

        `hint` replaces the error's own. A server's own words are cut on a terminal, where a stack
        trace would fill the screen.
        """
        is_cut = error.quotes_server and self.output.is_terminal and not self.verbose
        if is_cut and len(error.why) > _QUOTED:
            why = self._written(error.why, _QUOTED)
            text = Phrase("{what}: {why} (all of it: -v)", what=error.what, why=why)
            self._say(_NAME, "error", text)
        else:
            self._say(_NAME, "error", error.message, _WHOLE)
        if advice := error.hint if hint is None else hint:
            words = self._worded(advice)
            self._line(self.wrapped(self._written(words), _SMALL, _SMALL, [*commands(words)]))
        if error.request_id:
            request_id = one_line(error.request_id, 100)
            line = self._written(Phrase("request id: {id}", id=request_id))
            self._line(self.wrapped(line, _SMALL, _SMALL))
        self.trace(error)

    def trace(self, error: Exception) -> None:
        """Write where an error happened, for a user who asked; no values, which may hold a key."""
        if self._debug:
            text = re.sub(_KEY, "[key]", "".join(traceback.format_exception(error)))
            self.write(sanitize(self.conceal(text)))

    def warn(self, text: Phrase | Advice, hint: Phrase | Advice = NOTHING) -> None:
        """Say what the user should know, although it works; `hint` is a sentence to follow it."""
        if self.quiet:
            return
        words = self._worded(text)
        if hint:
            words = Phrase("{text}. {hint}", text=words, hint=self._worded(hint))
        self._say(_WARNING, "warning", words)

    def info(self, text: Phrase) -> None:
        """Say what the program is doing, where it takes long."""
        if not self.quiet:
            self._say(_NAME, "dim", text)

    def debug(self, text: Phrase) -> None:
        """Say a detail, to a user who asked for details (`-v`)."""
        if self.verbose:
            self._say(_NAME, "dim", text)

    def line(self, text: Phrase) -> None:
        """Write a line of its own that is not about a problem: the usage line, say."""
        self._line(self.styled("dim", self.wrapped(self._written(text))))

    def row(self, text: str, detail: str = "") -> None:
        """Write words from outside as a dim row of their own, nearly all of them; `detail` behind.

        Its blanks are kept: it may be code.
        """
        said = sanitize(text[:_CODE]) + ("\u2026" if len(text) > _CODE else "")
        whole = "  ".join(filter(None, (said, one_line(detail))))
        shown = self.without_keys(whole.translate(_ON_ONE_LINE))
        self._line(self.styled("dim", self.wrapped(shown)))

    def styled(self, role: Role, text: str) -> str:
        """Return a text as its role looks, where there are colours."""
        return in_role(role, text, light=self._light) if self.color else text

    def write(self, text: str) -> None:
        """Write a text that is sanitised already. If nobody can read it there is nobody to tell."""
        with contextlib.suppress(LocalIOError, ReaderGone):
            self.output.write(text)

    def _say(self, who: Phrase, role: Role, text: Phrase, limit: int = _LONGEST) -> None:
        speaker = f"{self._written(who)}:"
        written = self._written(text, limit)
        said = self.wrapped(written, f"{speaker} ", _HANGING, [*commands(text)])
        self._line(self.styled(role, speaker) + said[len(speaker) :])

    def _written(self, text: Phrase, limit: int = _LONGEST) -> str:
        """Return a text as it is shown: in the user's language, one line, inert, without keys."""
        words = self.without_keys(text.rendered(self.translations))  # before one is cut in two
        return self.without_keys(one_line(words, limit))

    def without_keys(self, text: str) -> str:
        """Return a text without the key, and with what looks like one masked."""
        return mask_all(self.conceal(text))

    def wrapped(
        self, line: str, first: str = "", indent: str = "", whole: Collection[str] = ()
    ) -> str:
        """Return a line behind `first` as rows that fit on the screen, or as it is off one.

        The others are behind `indent`; texts that are `whole` are not broken.
        """
        columns = self._columns()
        if columns is None or len(first) + 2 * len(line) <= columns:  # no glyph takes more than 2
            return first + line
        from mimo_cli.output import wrapping  # most fits, and what is in a pipe is not wrapped
        from mimo_cli.text.widths import Screen

        return wrapping.paragraph(line, Screen(columns, self.is_wide()), first, indent, whole)

    def _worded(self, text: Phrase | Advice) -> Phrase:
        return text if isinstance(text, Phrase) else self.in_words(text)

    def _line(self, text: str) -> None:
        self.write(text + "\n")


def _in_command_terms(advice: Advice) -> Phrase:
    from mimo_cli.output.command_terms import in_command_terms  # most hints are phrases

    return in_command_terms(advice)
