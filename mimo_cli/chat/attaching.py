"""Files for the next message, named as in a shell; patterns are taken here, as no shell does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.attachments import web_address
from mimo_cli.chat import file_names
from mimo_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.attachments.folders import FolderReader
    from mimo_cli.attachments.listing.taken import Taken
    from mimo_cli.attachments.reading import Reader

_LONGEST_LINE = 8192


class ReadFiles(NamedTuple):
    """What names stand for, and what is to be told of those that are folders or patterns."""

    files: list[Attachment]
    taken: list[Taken]


def split_names(argument: str) -> list[str]:
    """Return the names in an argument; the whole of it is one if there is such a file.

    Raises:
        UsageError: a quote lacks its other.
    """
    found = file_names.find_whole(argument) or file_names.split(argument)
    return found[1:] if found[:1] == ["--"] else found


def media_paths(line: str) -> list[str]:
    """Return the names in a line in which there are only names of media that are there."""
    if "\n" in line or len(line) > _LONGEST_LINE:
        return []
    try:
        names = split_names(line.strip())
        return names if names and all(map(_is_media, names)) else []
    except UsageError:
        return []  # a quote alone, say: words


def _is_media(name: str) -> bool:
    if not name:
        return False
    file = web_address.read(name)
    path = file.path if isinstance(file, web_address.FilePath) else name
    if not file_names.exists(path):
        return False
    from mimo_cli.attachments import reading

    return reading.is_media(path)


def read(names: Iterable[str], reader: Reader, folders: FolderReader) -> ReadFiles:
    """Read what names, addresses, folders and patterns stand for.

    Raises:
        UsageError: a named file is not there, or cannot be sent; a folder or a pattern stands for
            nothing or too much.
    """
    files: dict[str, Attachment] = {}
    taken: list[Taken] = []
    names = [*names]
    with folders.listing(names) as listing:
        for name in names:
            found = listing.read(name)
            if found is None:
                files[name] = reader.read(name)
            else:
                files |= {it.name: it for it in found.files}
                taken.append(found)
    return ReadFiles([*files.values()], taken)
