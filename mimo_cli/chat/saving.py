"""Texts out of a chat into files: what of an answer, and whether a file may be replaced."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.chat.input_line import UntimelyError
from mimo_cli.errors import LocalIOError, UsageError
from mimo_cli.files import location, named_file, new_file
from mimo_cli.markdown import fences
from mimo_cli.output.sanitize import sanitize
from mimo_cli.phrases import Phrase, reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.conversation.turns import Conversation


def last_answer(conversation: Conversation, number: str) -> str:
    """Return the last answer that has words, or the code block of it with a number.

    `""` is all of it.

    Raises:
        UntimelyError: there is none.
        UsageError: it has no such block.
    """
    answers = (turn.reply.text for turn in reversed(conversation.turns))
    text: str | None = next((text for text in answers if text.strip()), None)
    if text is None:
        raise UntimelyError(Phrase("there is no answer yet"))
    if not number:
        return text.strip() + "\n"
    if not number.isdecimal() or not int(number):
        what = Phrase("{number!r} is no code block's number", number=number)
        raise UsageError(what, hint=Phrase("They count from 1."))
    fence = fences.pick(text, number)
    if fence is None:
        raise UsageError(Phrase("the answer has no code block {number}", number=number))
    return fence.code + "\n"


def may_replace(name: str, confirm: Callable[[Phrase], bool] | None, *, force: bool) -> bool:
    """Return whether a file may be replaced that exists: where somebody is there, that is asked.

    Raises:
        UsageError: the answer was no.
    """
    if force or confirm is None or not Path(name).is_file():
        return force
    if not confirm(Phrase("{file} exists already. Replace it?", file=name)):
        what = Phrase("{file} stays as it was", file=name)
        raise UsageError(what, hint=Phrase("Choose another name."))
    return True


def write_file(name: str, text: str, *, mode: int | None = None, replace: bool = False) -> None:
    """Write a new file, inert; one that exists is nobody's to lose, but to `replace`.

    `mode` None is what the umask leaves of 0666, or that of the file that is replaced.

    Raises:
        UsageError: there is one.
        LocalIOError: it cannot be written.
    """
    path = Path(name).expanduser()
    data = sanitize(text, terminal=False).encode()
    try:
        named_file.check(path)
        if path.exists() and not path.is_file():
            named_file.write_whole(path, data)
        elif replace:
            named_file.write_whole(path, data, mode=mode)
        else:
            new_file.write_new([location.follow(path)], data, mode=mode)
    except FileExistsError as error:
        hint = Phrase("-f before its name replaces it; or choose another name.")
        raise UsageError(Phrase("{file} exists already", file=name), hint=hint) from error
    except OSError as error:
        why = reason(error)
        raise LocalIOError(Phrase("cannot write {file}", file=name), why) from error
