"""Files for the next message, named as in a shell: with patterns, which no shell takes here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.attachments import web_address
from mimo_cli.attachments.attachment import TextFile
from mimo_cli.chat import file_names
from mimo_cli.errors import UsageError
from mimo_cli.input import private_files
from mimo_cli.phrases import Phrase, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.attachments.reading import Reader

MOST_FILES = 500
"""Files of one pattern."""

_MB = 1024 * 1024
_MOST_BYTES = 10 * _MB
_LONGEST_LINE = 8192
_PATTERN = re.compile(r"[*?]|\[[^]/]+\]")
_STARS = re.compile(r"\*{2,}")


class ReadFiles(NamedTuple):
    """What names stand for, and the names of those left out."""

    files: list[Attachment]
    left_out: list[str]


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


def read(names: Iterable[str], reader: Reader) -> ReadFiles:
    """Read what names, addresses and patterns stand for; a file's name that is there is no pattern.

    Of a pattern's files those are left out that cannot be sent, or look like somebody's keys.

    Raises:
        UsageError: a named file is not there, or cannot be sent; a pattern matches nothing or too
            much.
    """
    files: dict[str, Attachment] = {}
    left_out: list[str] = []
    for name in names:
        is_address = web_address.read(name) is not None
        if is_address or file_names.exists(name) or not _PATTERN.search(name):
            files[name] = _read(name, reader)
            continue
        for path in _matching(name):
            is_key = private_files.is_like_key(Path(path).name)
            found = None if is_key else _read_if_sendable(path, reader)
            if found is None:
                left_out.append(path)
            else:
                files[path] = found
    if not files:
        raise UsageError(Phrase("no file was added"), _none_of(len(left_out)))
    return ReadFiles([*files.values()], left_out)


def _none_of(count: int) -> Phrase:
    template = "{count} matched, and none may be sent by a pattern"
    return Phrase(template, count=count)


def _read(name: str, reader: Reader) -> Attachment:
    if file_names.is_folder(name):
        raise _folder(name)
    return reader.read(name)


def _folder(name: str) -> UsageError:
    """Return the error of a folder, which says how its files can be named."""
    folder = name.rstrip("/") or ""
    count = sum(1 for _ in _visible(Path(name), "*"))
    files = counted(count, "1 file in it", "{count:,} files in it")
    template = (
        "/file {folder}/* takes those in it, {folder}/**/*.py, say, also those in its folders."
    )
    what = Phrase("{folder} is a folder", folder=name)
    return UsageError(what, files, Phrase(template, folder=folder))


def _matching(pattern: str) -> list[str]:
    """Return the files that a pattern matches, in order.

    Raises:
        UsageError: there are none, or too many, or too large ones.
    """
    base, rest = _parted(pattern)
    found = sorted(_visible(Path(base), rest))
    if not found:
        raise UsageError(Phrase("no file matches {pattern}", pattern=pattern))
    size = sum(map(_size, found))
    if len(found) > MOST_FILES or size > _MOST_BYTES:
        why = Phrase("{count:,} files of {size:,.1f} MB", count=len(found), size=size / _MB)
        template = "A pattern may match {count} files of {size} MB in all."
        hint = Phrase(template, count=MOST_FILES, size=_MOST_BYTES // _MB)
        raise UsageError(Phrase("{pattern} is too much", pattern=pattern), why, hint)
    return [str(path) for path in found]


def _parted(pattern: str) -> tuple[str, str]:
    """Return the folder that a pattern begins with, and what of it is a pattern.

    Within a name two stars are one, as in bash; `pathlib` refuses them there up to Python 3.12.
    """
    parts = pattern.split("/")
    first = next(i for i, part in enumerate(parts) if _PATTERN.search(part))
    rest = [it if it == "**" else _STARS.sub("*", it) for it in parts[first:] if it]
    if rest[-1] == "**":
        rest.append("*")
    return "/".join(parts[:first]) or ("/" if first else "."), "/".join(rest)


def _visible(base: Path, pattern: str) -> Iterator[Path]:
    """Yield the regular files that match, but hidden ones that the pattern does not name as such.

    Links to folders are not followed.
    """
    wants_hidden = pattern.startswith(".") or "/." in pattern
    for path in base.glob(pattern):
        inner = path.relative_to(base)
        is_wanted = wants_hidden or not private_files.is_hidden(inner.parts)
        if is_wanted and path.is_file() and not _is_through_link(base, inner):
            yield path


def _is_through_link(base: Path, inner: Path) -> bool:
    """Return whether a folder on the way to a file, or the file, is a link out of the folder."""
    if not any((base / part).is_symlink() for part in (inner, *inner.parents[:-1])):
        return False
    return not (base / inner).resolve().is_relative_to(base.resolve())


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # it has gone since: left out when it is read


def _read_if_sendable(path: str, reader: Reader) -> Attachment | None:
    """Return what a file holds; None if that cannot be sent, or has a private key in it."""
    try:
        found = reader.read_file(path)
    except UsageError:
        return None  # it is told among those that were left out
    has_key = isinstance(found, TextFile) and private_files.holds_key(found.text)
    return None if has_key else found
