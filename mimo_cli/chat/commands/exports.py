"""Commands that take texts out of the chat: /copy, /save, /export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.chat import file_names, saving
from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase
from mimo_cli.screen import clipboard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.chat.session import Chat


def copy(chat: Chat, number: str) -> None:
    """Copy the last answer, or a code block of it, to the clipboard.

    Raises:
        UsageError: there is no answer, or no such block.
        LocalIOError: there is no clipboard.
    """
    text = saving.last_answer(chat.conversation, number)
    environment = chat.environment
    stdout, stderr = environment.stdout, environment.stderr
    chat.console.info(clipboard.put(text, stdout, stderr, environment.environ))


def save(chat: Chat, argument: str) -> None:
    """Write the last answer, or a code block of it, into a file.

    Raises:
        UsageError: there is no answer or no such block, no name, or a file that is not replaced.
        LocalIOError: the file cannot be written.
    """
    words, force = file_names.take_force(file_names.split(argument), "/save")
    number = words.pop(0) if len(words) > 1 and words[0].isdecimal() else ""
    if len(words) != 1 or words[0].isdecimal():
        hint = Phrase("/save answer.md, or /save 2 script.py")
        raise _no_file("save", words, hint, number)
    text = saving.last_answer(chat.conversation, number)
    saving.write_file(
        words[0], text, replace=saving.may_replace(words[0], chat.confirm, force=force)
    )
    chat.console.info(Phrase("saved in {file}", file=words[0]))


def _no_file(command: str, words: Sequence[str], example: Phrase, number: str = "") -> UsageError:
    """Return the error for words that are no file's name, but may be one that has spaces."""
    if len(words) < 2:  # noqa: PLR2004
        return UsageError(Phrase("/{command} wants a file", command=command), hint=example)
    what = Phrase("/{command} wants one file", command=command)
    why = Phrase("there are {count} names", count=len(words))
    name = f'{number} "{" ".join(words)}"'.lstrip()
    template = "A name with spaces stands in quotes: /{command} {name}"
    return UsageError(what, why, Phrase(template, command=command, name=name))


def export(chat: Chat, argument: str) -> None:
    """Write the conversation into a file that only the user can read, by its ending.

    Raises:
        UsageError: no name, or of another ending, or a file that is not replaced.
        LocalIOError: the file cannot be written.
    """
    from mimo_cli.conversation.shown import export_formats

    words, force = file_names.take_force(file_names.split(argument), "/export")
    if len(words) != 1 or not words[0].endswith((".md", ".json")):
        raise _no_file("export", words, Phrase("/export talk.md, or talk.json"))
    chat.last_turn()
    talk = chat.conversation
    is_json = words[0].endswith(".json")
    formats = export_formats
    text = formats.line(formats.as_json(talk)) if is_json else formats.markdown(talk)
    replace = saving.may_replace(words[0], chat.confirm, force=force)
    saving.write_file(words[0], text, mode=0o600, replace=replace)
    chat.console.info(Phrase("exported to {file}", file=words[0]))
