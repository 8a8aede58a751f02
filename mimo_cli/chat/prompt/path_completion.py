"""What Tab may put into the line. File names are found here; the rest the chat knows."""

from __future__ import annotations

import itertools
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_FILES = 500
"""File names offered at once."""

_MOST_ENTRIES = 20_000  # of a folder that are looked at: typing must not wait for a huge one
_COMMAND = re.compile(r"/(?:file|export|save(?:[ \t]+\d+)?)[ \t]+")
_DROP = re.compile(r"/file[ \t]+drop[ \t]")
_WORD = re.compile(r"(?:\\.|[^\s\\])*\\?\Z", re.DOTALL)
_IS_PATH = re.compile(r"\.{1,2}/|~/|/")
_SPECIAL = re.compile(r"[\s\\'\"]")


class Candidate(NamedTuple):
    """Something that can take the place of the `start` characters before the cursor.

    `display` is what the list shows for it, `meta` what is told of it beside that.
    """

    text: str
    start: int
    display: str
    meta: Phrase = NOTHING


@dataclass(frozen=True, slots=True)
class Word:
    """The beginning of a path before the cursor.

    `typed` is as it stands there, with its quotes and backslashes; `path` is what it means.
    """

    typed: str
    path: str

    @property
    def folder(self) -> str:
        """The path up to its last slash."""
        return self.path[: self.path.rfind("/") + 1]

    @property
    def name(self) -> str:
        """The beginning of a name in that folder."""
        return self.path[self.path.rfind("/") + 1 :]


def path_at_end(text: str) -> Word | None:
    """Return the path that is being typed at the end of `text`; None if there is none.

    It is the last word after a command that takes a file; anywhere else a word that begins like a
    path. The first word of all is a command, unless it has a second slash.
    """
    if _DROP.match(text):
        return None  # what waits, and no file
    command = _COMMAND.match(text)
    if command:
        return _last_word(text[command.end() :])
    typed = text[_WORD.search(text).start() :]  # type: ignore[union-attr]  # it matches nothing too
    if not _IS_PATH.match(typed) or (typed == text and typed.rfind("/") == 0):
        return None
    return Word(typed, re.sub(r"\\(.)", r"\1", typed, flags=re.DOTALL))


def escape(path: str) -> str:
    """Return a path as one word, with a backslash before what would end it."""
    return _SPECIAL.sub(lambda match: "\\" + match.group(), path)


def complete_path(text: str) -> list[Candidate]:
    """Return the files that the path at the end of `text` may become, in order.

    Folders end in a slash.
    """
    word = path_at_end(text)
    if word is None:
        return []
    same = word.typed[: word.typed.rfind("/") + 1]  # as typed: what is right stays as it is
    folder = same if not {"'", '"'} & {*word.typed[:1]} else escape(word.folder)
    return [
        Candidate(folder + escape(name), len(word.typed), one_line(name)) for name in _names(word)
    ]


def _names(word: Word) -> list[str]:
    try:
        with os.scandir(os.path.expanduser(word.folder) or ".") as entries:  # noqa: PTH111 - Path drops a last slash
            some = itertools.islice(entries, _MOST_ENTRIES)
            names = sorted(_fitting(some, word.name))
    except OSError:
        return []  # no such folder, or not ours to read: there is nothing to offer
    return names[:MOST_FILES]


def _fitting(entries: Iterator[os.DirEntry[str]], begin: str) -> Iterator[str]:
    for entry in entries:
        if entry.name.startswith(begin or "") and (begin or not entry.name.startswith(".")):
            yield entry.name + ("/" if _is_folder(entry) else "")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link to somewhere we may not look


def _last_word(text: str) -> Word:
    """Return the last word as a shell reads it: quotes and backslashes keep spaces in it."""
    start, quote, path = 0, "", ""
    characters = iter(enumerate(text))
    for i, char in characters:
        if char == "\\" and quote != "'":
            path += next(characters, (i, ""))[1]
        elif char == quote:
            quote = ""
        elif quote:
            path += char
        elif char in "'\"":
            quote = char
        elif char.isspace():
            start, path = i + 1, ""
        else:
            path += char
    return Word(text[start:], path)
