"""What names stand for: files, folders, patterns, addresses, and pipes that a shell has made."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from mimo_cli.common_phrases import file_size
from mimo_cli.conversation.intake.piped_input import STDIN, Intake
from mimo_cli.errors import UsageError
from mimo_cli.input import file_bytes, file_reading, stdin
from mimo_cli.phrases import NOTHING, Phrase
from mimo_cli.text import decoding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.attachments.folders import Listing

_OPEN = r"(?:/dev|/proc/self)/fd/(?P<number>\d{1,6})"


def attach(names: Iterable[str], intake: Intake) -> list[Attachment]:
    """Return what names of files, folders, patterns and addresses stand for, each file once.

    What is left out of a folder is told.

    Raises:
        UsageError: one cannot be read, cannot be sent, or did not end within the time limit.
    """
    names = [*names]
    if "" in names:
        raise UsageError(Phrase("--file needs a name"), Phrase("it is empty"))
    if not intake.exclude and all(map(os.path.isfile, names)):  # any name will do
        attached = [(name, _attach_file(name, intake)) for name in names]
    else:
        with intake.folders.listing(names) as found:
            attached = _attach_found(names, found, intake)
    if len(attached) <= 1:
        return [it for _, it in attached]
    from mimo_cli.attachments import same_file  # one is once

    return same_file.once(attached)


def _attach_found(
    names: Iterable[str], found: Listing, intake: Intake
) -> list[tuple[str, Attachment]]:
    """Return what names stand for, each with its name; tell what is left out, and what is not."""
    from mimo_cli.attachments.listing.taken import unused  # not for files

    attached: list[tuple[str, Attachment]] = []
    applied: set[str] = set()
    tell = intake.console.info
    for name in names:
        if taken := found.read(name):
            taken.tell(tell, intake.console.debug)
            attached += [(it.name, it) for it in taken.files]
            applied |= taken.applied
        elif excluded := found.reader.exclusions_of(name):
            tell(Phrase("left out: {file} (excluded)", file=name))
            applied |= excluded
        else:
            attached.append((name, _attach_file(name, intake)))
    if remark := unused(intake.exclude, applied):
        tell(remark)
    return attached


def _attach_file(name: str, intake: Intake) -> Attachment:
    """Return what a file's name or an address stands for; or what a pipe has: `<(command)`.

    Raises:
        UsageError: it cannot be read, cannot be sent, or did not end within the time limit.
    """
    pipe = _open_pipe(name)
    if pipe is None:
        return intake.reader.read(name)

    def notice() -> None:
        intake.console.info(Phrase("waiting for {file}, which is open but silent", file=name))

    data = stdin.read(pipe, intake.patience(NOTHING, notice), name, intake.limit)
    return intake.reader.attachment(data, name)


def text_of(
    name: str, intake: Intake, most: int = file_bytes.LARGEST_TEXT, *, is_exact: bool = False
) -> str:
    """Return the text of a file, of a pipe, or of stdin, for which `-` stands; it may be empty.

    `most` is how many bytes it may have. For a name that `is_exact` no other is suggested.

    Raises:
        UsageError: it cannot be read, is too large or no text, or did not end within the limit.
    """

    def limit(read: file_bytes.Read) -> int:
        if read.size > most:
            why = Phrase("more than {size}", size=file_size(most))
            raise UsageError(Phrase("{name} is too large", name=read.name), why)
        return most

    is_stdin = name in STDIN
    pipe = intake.environment.stdin if is_stdin else _open_pipe(name)
    if is_stdin:
        name = "stdin"
    if pipe is not None:
        data = stdin.read(pipe, intake.patience(NOTHING, None), name, limit)
        limit(file_bytes.Read(data[: file_bytes.HEAD], len(data), name))
    elif is_stdin:
        raise UsageError(Phrase("cannot read stdin"), Phrase("it is closed"))
    else:
        path = os.path.expanduser(name)  # noqa: PTH111 - a name as it is, "" too
        seconds = intake.left() or file_bytes.PATIENCE
        data = file_reading.read(path, limit, seconds, takes_empty=True, is_exact=is_exact)
    return decoding.decode(data, name, intake.form)


def _open_pipe(name: str) -> int | None:
    """Return the number of a pipe that is open already; None for whatever else has that name.

    Its path, opened anew, would be waited for without an end.
    """
    match = re.fullmatch(_OPEN, name)
    if match is None:
        return None
    number = int(match["number"])
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        return None  # it is not open: the system says so
    return number if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None
