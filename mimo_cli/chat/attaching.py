"""Files for the next message, named as in a shell; patterns are taken here, as no shell does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.attachments import line_range, same_file, web_address
from mimo_cli.attachments.attachment import TextFile
from mimo_cli.attachments.listing import patterns
from mimo_cli.chat import file_names
from mimo_cli.errors import UsageError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.attachments.folders import FolderReader
    from mimo_cli.attachments.listing.taken import Taken
    from mimo_cli.attachments.reading import Reader

_LONGEST_LINE = 8192
_EXCLUDE = "--exclude"
_HOW = Phrase("Try: /file --exclude {example} FOLDER", example="'*.log'")


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


class Arguments(NamedTuple):
    """What stands behind `/file`: names, and patterns of what of them is left out."""

    names: list[str]
    exclude: tuple[str, ...] = ()


def read_arguments(argument: str) -> Arguments:
    """Return the names in an argument, and its `--exclude PATTERN`; behind `--` all are names.

    Raises:
        UsageError: a quote lacks its other, or an option its value.
    """
    if not argument.startswith("--") and " --" not in argument:
        return Arguments(split_names(argument))
    words = file_names.find_whole(argument) or file_names.split(argument)
    names: list[str] = []
    exclude: list[str] = []
    while words:
        word = words.pop(0)
        option, equals, value = word.partition("=")
        if word == "--":
            return Arguments(names + words, tuple(exclude))
        if option != _EXCLUDE:
            names.append(word)
        elif equals or words:
            exclude.append(value if equals else words.pop(0))
        else:
            raise UsageError(Phrase("{option} needs a pattern", option=_EXCLUDE), hint=_HOW)
    if exclude and not names:
        raise UsageError(Phrase("{option} needs a folder, too", option=_EXCLUDE), hint=_HOW)
    return Arguments(names, tuple(exclude))


def media_paths(line: str) -> list[str]:
    """Return the names in a line in which there are only names of media that are there."""
    if "\n" in line or len(line) > _LONGEST_LINE:
        return []
    try:
        names = split_names(line.strip())
        return names if names and all(map(_is_media, names)) else []
    except UsageError:
        return []  # a quote alone, say: words


def are_names(text: str) -> bool:
    """Return whether all words of a text name what can be attached, and files that are there."""
    try:
        return all(map(_is_known, split_names(text.strip())))
    except UsageError:
        return False  # a quote alone, say: words


def _is_known(name: str) -> bool:
    match web_address.read(name):
        case web_address.FilePath(path):
            return file_names.exists(path)
        case None:
            return file_names.exists(line_range.of_file(name, os.path.lexists)[0])
        case _:
            return True


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
    files: list[tuple[str, Attachment]] = []
    taken: list[Taken] = []
    names = [*names]
    with folders.listing(names) as listing:
        for name in names:
            found = listing.read(name)
            if found is None:
                files.append((name, reader.read(name)))
            else:
                files += [(it.name, it) for it in found.files]
                taken.append(found)
    by_name = {it.name: it for it in same_file.once(files)}
    return ReadFiles([*by_name.values()], taken)


def others(waiting: Iterable[Attachment], added: Sequence[Attachment]) -> list[Attachment]:
    """Return what waits and is none of what is added, by its name or as a file."""
    names = {it.name for it in added}
    files = {same_file.identity(it) for it in names} - {None}
    return [
        it
        for it in waiting
        if it.name not in names and not (files and same_file.identity(it.name) in files)
    ]


def within(named: str, waiting: Iterable[Attachment]) -> list[Attachment]:
    """Return what came of a folder, or of a pattern, of all that waits.

    Raises:
        UsageError: the pattern is none.
    """
    base, pattern = named, None
    if patterns.is_pattern(named) and not os.path.isdir(named):  # noqa: PTH112 - names are texts
        base, parts = patterns.parted(named, os.path.isdir)
        pattern = patterns.compiled(parts, ignores_case=False)
    start = os.path.join(os.path.abspath(base), "")  # noqa: PTH100, PTH118
    found = []
    for it in waiting:
        path = os.path.abspath(it.name)  # noqa: PTH100
        is_in = path.startswith(start) and _is_file(it)
        if is_in and (pattern is None or pattern.matches(Path(path[len(start) :]).parts)):
            found.append(it)
    return found


def _is_file(it: Attachment) -> bool:
    """Return whether something is a file, perhaps one that has gone, and not a page, say."""
    is_found = isinstance(it, TextFile) and it.is_found
    return is_found or os.path.lexists(line_range.of_file(it.name, os.path.lexists)[0])
