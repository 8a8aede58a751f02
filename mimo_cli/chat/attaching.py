"""Files for the next message, named as in a shell: with patterns, which no shell takes here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.chat import file_names
from mimo_cli.errors import UsageError
from mimo_cli.input import compose, private_files
from mimo_cli.phrases import Phrase, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.text.decoding import TextFormat

MOST_FILES = 500
"""Files of one pattern."""

_MB = 1024 * 1024
_MOST_BYTES = 10 * _MB
_PATTERN = re.compile(r"[*?]|\[[^]/]+\]")
_STARS = re.compile(r"\*{2,}")


class ReadFiles(NamedTuple):
    """(Name, text) of each file that names stand for, and the names of those left out."""

    files: list[tuple[str, str]]
    left_out: list[str]


def split_names(argument: str) -> list[str]:
    """Return the names in an argument; the whole of it is one if there is such a file.

    Raises:
        UsageError: a quote lacks its other.
    """
    found = file_names.find_whole(argument) or file_names.split(argument)
    return found[1:] if found[:1] == ["--"] else found


def read(names: Iterable[str], form: TextFormat) -> ReadFiles:
    """Read what names and patterns stand for; a name of a file that is there is no pattern.

    Of a pattern's files those are left out that are no text, or look like somebody's keys.

    Raises:
        UsageError: a named file is not there, or cannot be sent; a pattern matches nothing or too
            much.
    """
    files: dict[str, str] = {}
    left_out: list[str] = []
    for name in names:
        if file_names.exists(name) or not _PATTERN.search(name):
            files[name] = _read(name, form)
            continue
        for path in _matching(name):
            text = None if private_files.is_like_key(Path(path).name) else _text(path, form)
            if text is None:
                left_out.append(path)
            else:
                files[path] = text
    if not files:
        raise UsageError(Phrase("no file was added"), _none_of(len(left_out)))
    return ReadFiles([*files.items()], left_out)


def _none_of(count: int) -> Phrase:
    template = "{count} matched, and none is a text that may be sent by a pattern"
    return Phrase(template, count=count)


def _read(name: str, form: TextFormat) -> str:
    if Path(name).is_dir():
        raise _folder(name)
    return compose.read_file(name, form)


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


def _text(path: str, form: TextFormat) -> str | None:
    """Return a file's text; None if it has none, or a private key in it."""
    try:
        text = compose.read_file(path, form)
    except UsageError:
        return None  # it is told among those that were left out
    return None if private_files.holds_key(text) else text
