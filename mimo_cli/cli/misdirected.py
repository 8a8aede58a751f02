"""A question that was meant for `mimo ask`, and the line to type instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.keys import mask_all
from mimo_cli.cli.arguments import MisdirectedError
from mimo_cli.cli.slips import has_unmeant
from mimo_cli.common_phrases import either
from mimo_cli.errors import UsageError
from mimo_cli.phrases import CommandLine, Phrase
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LONGEST = 200
"""Characters of a question that is shown again."""

_NO_SLIPS = frozenset({"what", "that", "as", "hat", "cat", "chart", "task", "memo", "model"})
"""Words that questions begin with, and that are a letter away from a command's name."""

_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t", "\\": r"\\", "'": r"\'"}


def not_a_command(
    args: Sequence[str],
    takes_value: Mapping[str, bool],
    commands: Mapping[str, Callable[[Sequence[str]], bool]],
) -> MisdirectedError:
    """Return the error for a command line whose first word is no command.

    `takes_value` has the options of `ask`. `commands` says of each name whether what stands behind
    the first word could be its arguments.
    """
    if unread := _no_text(args):
        return unread
    hint = meant_for_ask(args, takes_value)
    for name in [name for name, takes in commands.items() if _is_meant(args, name, takes)]:
        line = CommandLine(_line(["mimo", name, *args[1:]]))
        hint = Phrase("{first}, or: {command}", first=hint, command=line)
    return MisdirectedError(_no_command(args[0]), hint=hint)


def _no_command(word: str) -> Phrase:
    return Phrase("there is no command {word!r}", word=mask_all(word)[:_LONGEST])


def not_helped(
    names: Sequence[str],
    known: Sequence[str],
    takes_value: Mapping[str, bool],
    groups: Sequence[str] = (),
) -> MisdirectedError:
    """Return the error for `mimo help NAMES`, of which the first ones are `known`.

    Without a known one, `groups` are the commands under which there is one of that name.
    """
    if unread := _no_text(names):
        return unread
    path, word = " ".join(known), mask_all(names[len(known)])[:_LONGEST]
    ask = meant_for_ask(["help", *names], takes_value)
    if known:
        what = Phrase("{command} has no command {word!r}", command=path, word=word)
        hint = Phrase("See: mimo help {command}. {ask}", command=path, ask=ask)
        return MisdirectedError(what, hint=hint)
    if groups and len(names) == 1:
        under = either(CommandLine(f"mimo help {group} {word}") for group in groups)
        return MisdirectedError(_no_command(word), hint=Phrase("See: {commands}", commands=under))
    is_question = len(names) > 1 or any(char.isspace() for char in names[0])
    hint = ask if is_question else Phrase("They are in: mimo --help")
    return MisdirectedError(_no_command(word), hint=hint)


def meant_for_ask(
    args: Sequence[str] = (), takes_value: Mapping[str, bool] | None = None
) -> Phrase:
    """Return the line that asks what was meant as a question.

    Where a word of it may be taken for an option, `--` stands before them all.
    """
    dashes = ["--"] if takes_value is not None and has_unmeant(args, takes_value) else []
    return Phrase(
        "To ask it: {command}", command=CommandLine(_line(["mimo", "ask", *dashes, *args]))
    )


def _no_text(args: Sequence[str]) -> MisdirectedError | None:
    """Return the error for words that hold bytes which are no text: what `ask` says of them."""
    from mimo_cli.text.decoding import check_words
    from mimo_cli.text.text_format import TextFormat

    try:
        check_words(" ".join(args), TextFormat(remedy="option"))
    except UsageError as error:
        from mimo_cli.output.command_terms import in_command_terms

        hint = Phrase(
            "A question has mimo ask before it. {hint}", hint=in_command_terms(error.hint)
        )
        return MisdirectedError(error.what, error.why, hint)
    return None


def _line(args: Sequence[str]) -> str:
    line = mask_all(" ".join(map(_quote, args)))  # before one is cut in two
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _quote(word: str) -> str:
    """Return a word as a shell takes it, on one row."""
    import shlex

    from mimo_cli.input.file_names import file_name

    if not any(char < " " or char == "\x7f" for char in word):
        return shlex.quote(file_name(word))  # as the terminal shows it, whatever its encoding
    return f"$'{''.join(_ESCAPES.get(char, _visible(char)) for char in word)}'"


def _visible(char: str) -> str:
    return f"\\x{ord(char):02x}" if char < " " or char == "\x7f" else char


def _is_meant(args: Sequence[str], name: str, takes: Callable[[Sequence[str]], bool]) -> bool:
    """Return whether a line was meant for a command, whose name has a slip."""
    word, rest = punctuation.to_plain(args[0]).lower(), args[1:]
    if word == name:
        return takes(rest)
    return word not in _NO_SLIPS and _is_slip(word, name) and takes(rest)


def _is_slip(word: str, name: str) -> bool:
    """Return whether a word is a name with one letter changed, missing, added or swapped."""
    if word == name or abs(len(word) - len(name)) > 1:
        return False
    head = next((i for i, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), None)
    if head is None:
        return True  # one is the other and a letter more
    rest, wanted = word[head:], name[head:]
    is_swapped = rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
    return is_swapped or rest[1:] in (wanted[1:], wanted) or rest == wanted[1:]
