"""Questions to the user, on stderr and stdin, where `Environment.can_ask` finds one there."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from mimo_cli.api.keys import is_like_key
from mimo_cli.errors import Interrupted, UsageError
from mimo_cli.input import stdin_parts
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.environment import Environment

_LONGEST = 4096
_ENTER = (b"\r", b"\n")
_YES = ("y", "yes")
_CTRL_D = b"\x04"
_ERASING = {b"\x7f": -1, b"\x08": -1, b"\x15": 0}  # Backspace, Ctrl-U


def ask_text(environment: Environment, question: Phrase, default: str = "") -> str:
    """Ask a question; return what is typed, or the default for an empty line.

    Raises:
        UsageError: there is nobody (any more) to answer.
    """
    prompt = Phrase("{question}:", question=question)
    if default:
        prompt = Phrase("{question} [{default}]:", question=question, default=default)
    _write(environment, prompt)
    data = b"" if environment.stdin is None else stdin_parts.next_part(environment.stdin, _LONGEST)
    if not data:
        raise _no_answer(environment)
    return data.decode("utf-8", "replace").strip() or default


def ask_openly(environment: Environment, question: Phrase, default: str = "") -> str:
    """Return an answer that everybody may see: a key is none, and is not repeated.

    Raises:
        UsageError: as `ask_text`.
    """
    while is_like_key(answer := ask_text(environment, question, default)):
        environment.console().warn(
            Phrase("that looks like a key, which is asked for apart, unseen")
        )
    return answer


def _no_answer(environment: Environment) -> UsageError:
    """Return the error of Ctrl-D, on a row of its own."""
    environment.stderr.write("\n")
    return _unanswered()


def _unanswered() -> UsageError:
    return UsageError(Phrase("no answer"), Phrase("nothing was changed"))


def _write(environment: Environment, prompt: Phrase) -> None:
    """Write what is asked, which may hold words from anywhere."""
    environment.stderr.write(f"{_wrapped(environment, prompt)} ")


def _wrapped(environment: Environment, prompt: Phrase) -> str:
    console = environment.console()
    text = one_line(console.without_keys(prompt.rendered(environment.translations)))
    return console.wrapped(text)


def yes(environment: Environment, question: Phrase, *, default: bool) -> bool:
    """Ask a question; return whether the answer is a yes; an empty one is the default.

    What is no by default cannot be undone, or costs something: only a plain yes agrees to it, and
    no keys that were pressed before the question was there. Else whatever begins with y does.

    Raises:
        UsageError: there is nobody (any more) to answer.
    """
    prompt = Phrase("{question} [y/N]:", question=question)
    if default:
        prompt = Phrase("{question} [Y/n]:", question=question)
    answer = _answer(environment, prompt, discards_typeahead=not default).lower()
    return answer in _YES or (default and answer[:1] in ("", "y"))


def _answer(environment: Environment, prompt: Phrase, *, discards_typeahead: bool = False) -> str:
    """Return the line that is typed behind a prompt, without the space around it.

    Raises:
        UsageError: there is nobody (any more) to answer.
    """
    from mimo_cli.screen import tty  # not for those who are asked nothing

    try:
        with tty.hiding_keys(environment.stdin, environment.signals):
            if discards_typeahead:
                tty.discard_typeahead(environment.stdin)
            _write(environment, prompt)
            return _read_line(environment).strip()
    except Interrupted:
        environment.stderr.write("\n")
        raise


def _read_line(environment: Environment) -> str:
    """Return what is typed up to Enter, and show it.

    What is typed behind Enter is for somebody else. The terminal would show it here, where it
    would stay; so this does what the terminal does, for one line.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    typed = ""
    while True:
        data = b"" if environment.stdin is None else stdin_parts.next_part(environment.stdin, 1)
        if data in _ENTER:
            environment.stderr.write("\n")
            return typed
        if not data or (data == _CTRL_D and not typed):
            raise _no_answer(environment)
        if data in _ERASING:
            kept = typed[: _ERASING[data]]
            wiped = (_rub_out(char, environment) for char in typed[len(kept) :])
            environment.stderr.write("".join(wiped))
            typed = kept
        elif (char := decoder.decode(data)).isprintable():
            environment.stderr.write(char)
            typed += char


def _rub_out(char: str, environment: Environment) -> str:
    from mimo_cli.text.widths import cell_width  # not for those who make no mistake

    return "\b \b" * cell_width(char, wide=environment.is_wide())


def confirm(environment: Environment) -> Callable[[Phrase], bool] | None:
    """Return what asks for a plain yes, None where there is nobody. Ctrl-D is none."""
    if not environment.can_ask:
        return None

    def ask(question: Phrase) -> bool:
        environment.signals.catch()
        try:
            return yes(environment, question, default=False)
        except UsageError:  # Ctrl-D: no answer
            return False

    return ask


def ask_word(environment: Environment) -> Callable[[Phrase], str] | None:
    """Return what asks a question that Enter agrees to, None where there is nobody.

    It gives the line that was typed, which Enter alone and Ctrl-D leave empty.
    """
    if not environment.can_ask:
        return None

    def ask(question: Phrase) -> str:
        environment.signals.catch()
        try:
            return _answer(environment, Phrase("{question} [Y/n]:", question=question))
        except UsageError:  # Ctrl-D: no answer
            return ""

    return ask


def secret(environment: Environment, question: Phrase) -> str:
    """Ask a question; return what is typed unseen.

    Raises:
        UsageError: there is nobody (any more) to answer.
    """
    import getpass  # not for those who are asked nothing

    prompt = Phrase("{question} (not shown):", question=question)
    try:
        return getpass.getpass(f"{_wrapped(environment, prompt)} ")
    except EOFError as error:
        raise _unanswered() from error
