"""The commands about what goes with the next message: /file and /paste."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Media
from mimo_cli.chat import attaching, file_names, input_line
from mimo_cli.common_phrases import first_of
from mimo_cli.errors import UsageError
from mimo_cli.output.columns import Column
from mimo_cli.phrases import Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.chat.session import Chat

DROP = "drop"
"""The word before what is taken back."""

_NAMED = 10  # files that are told by name


def attach_files(chat: Chat, argument: str) -> None:
    """Add files to what is asked next; drop those that wait (`none`), or some; or list them.

    Raises:
        UsageError: there is no such file, or it is not to be sent.
    """
    names, exclude = attaching.read_arguments(argument)
    words = [*map(input_line.keyword, names)]
    if not names:
        _list(chat)
    elif words == ["none"]:
        chat.files = []
        chat.console.info(Phrase("no file goes with the next message"))
    elif words[0] == DROP and len(words) > 1 and not exclude:
        _drop(chat, argument)
    else:
        _add(chat, names, exclude)


def paste(chat: Chat, _: str) -> None:
    """Add the picture or the text on the clipboard to what is asked next.

    Raises:
        UsageError: there is none, or it is not to be sent.
    """
    reader = chat.reader
    if reader.helpers is not None:
        _take(chat, [_renamed(reader.clipboard(reader.helpers), chat.files)])


def _renamed(it: Attachment, waiting: Sequence[Attachment]) -> Attachment:
    """Return what was on the clipboard under a name that nothing else has which waits."""
    taken = {other.name for other in waiting}
    stem, dot, ending = it.name.partition(".")
    names = (f"{stem}-{number}{dot}{ending}" for number in itertools.count(2))
    free = next(name for name in itertools.chain([it.name], names) if name not in taken)
    return it._replace(name=free)


def _list(chat: Chat) -> None:
    if not chat.files:
        chat.console.info(Phrase("files that go with the next message: none"))
        return
    from mimo_cli.conversation.shown import attachment_rows  # only where files wait

    chat.console.info(
        Phrase("these go with the next message (/file drop NAME takes one back, /file none all):")
    )
    cells = attachment_rows.cells(chat.files, chat.screen, limit=len(chat.files))
    rows = [(verbatim(f"{number}"), *row) for number, row in enumerate(cells, 1)]
    chat.print_table(rows, (Column(is_right=True), *attachment_rows.COLUMNS))


def _drop(chat: Chat, argument: str) -> None:
    """Take files back, by their names or the numbers that the list has.

    Raises:
        UsageError: none of that name waits.
    """
    rest = argument.split(maxsplit=1)[1]
    whole = [it for it in chat.files if it.name == rest]
    dropped = whole or [it for name in file_names.split(rest) for it in _waiting(chat, name)]
    chat.files = [it for it in chat.files if not any(it is other for other in dropped)]
    names = first_of([it.name for it in dropped], _NAMED)
    chat.console.info(Phrase("no longer with the next message: {files}", files=names))


def _waiting(chat: Chat, name: str) -> list[Attachment]:
    """Return what waits under a name, the end of a path, or a number; or came of a folder.

    Raises:
        UsageError: nothing does, or several.
    """
    waiting = chat.files
    if found := [it for it in waiting if it.name == name]:
        return found[:1]
    ended = [it for it in waiting if it.name.rpartition("/")[2] == name]
    if len(ended) == 1:
        return ended
    if name.isascii() and name.isdecimal() and 0 < int(name) <= len(waiting):
        return [waiting[int(name) - 1]]
    if not ended and (found := attaching.within(name, waiting)):
        return found
    what = Phrase("no file {name} goes with the next message", name=name)
    if ended:
        what = Phrase("several files {name} go with the next message", name=name)
    raise UsageError(what, hint=Phrase("/file lists them with their numbers."))


def _add(chat: Chat, names: Sequence[str], exclude: tuple[str, ...]) -> None:
    from mimo_cli.attachments.listing.taken import unused  # only where files are added

    folders = chat.folders
    folders = folders._replace(exclude=(*folders.exclude, *exclude))
    added, taken = attaching.read(names, chat.reader, folders)
    _take(chat, added)
    for it in taken:
        it.tell(chat.console.info, chat.console.debug)
    if remark := unused(exclude, {pattern for it in taken for pattern in it.applied}):
        chat.console.info(remark)


def _take(chat: Chat, added: list[Attachment]) -> None:
    """Let attachments wait, each in the place of one of the same name, and tell of them.

    Raises:
        UsageError: the service cannot fetch one.
    """
    from mimo_cli.conversation.shown import attachment_rows  # only where files wait

    _check(chat, [it for it in added if isinstance(it, Media)])
    added_names = [it.name for it in added]
    chat.files = attaching.others(chat.files, added) + added
    is_shown = any(isinstance(it, Media) for it in added) and chat.environment.stderr.is_terminal
    if is_shown:
        chat.console.info(Phrase("with the next message:"))
        attachment_rows.tell(added, chat.console, chat.environment)
    else:
        size = attachment_rows.tokens_text(added)
        template = "with the next message: {files} ({size})"
        chat.console.info(Phrase(template, files=first_of(added_names, _NAMED), size=size))


def _check(chat: Chat, media: Sequence[Media]) -> None:
    """Refuse what cannot be fetched, and warn of what the model is known not to take.

    Another model may be chosen before it is sent.

    Raises:
        UsageError: the service cannot fetch one.
    """
    if not media:
        return
    from mimo_cli.conversation import media_check  # only for media

    for it in media:
        media_check.check_address(it, chat.endpoint)
    found = (media_check.refusal_of_model(it, chat.settings.model) for it in media)
    if refusal := next(filter(None, found), None):
        chat.console.warn(refusal.message, refusal.hint)
