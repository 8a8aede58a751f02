"""Some lines of a text: `file.py:10-40`. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.errors import UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import NOTHING, Phrase, counted

if TYPE_CHECKING:
    from collections.abc import Callable

_RANGE = re.compile(r"(?s)(.+):(?=\d|-\d)(\d{0,9})(?:(-)(\d{0,9}))?\Z", re.ASCII)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class LineRange(NamedTuple):
    """Lines from `first` to `last`, counted from 1; None is the text's beginning, or its end."""

    first: int | None
    last: int | None


def split(name: str) -> tuple[str, LineRange] | None:
    """Return a file's name and the lines that it is followed by; None where none are.

    They are one (`:10`), those between two (`:10-40`), up to one (`:-40`), or from one on (`:10-`).
    """
    match = _RANGE.match(name)
    if match is None:
        return None
    file, first, dash, last = match.groups()
    if not dash:
        return file, LineRange(int(first), int(first))
    return file, LineRange(int(first) if first else None, int(last) if last else None)


def of_file(name: str, exists: Callable[[str], bool]) -> tuple[str, LineRange | None]:
    """Return the file that a name means, and which lines of it: None for all, or where none is."""
    if ":" in name and not exists(name):
        found = split(name)
        if found is not None and exists(found[0]):
            return found
    return name, None


def cut(text: str, lines: LineRange, name: str) -> str:
    """Return these lines of a text; `name` is what they were asked for by.

    Raises:
        UsageError: it has no such lines.
    """
    check(lines, name)
    found = _LINE.findall(text)
    check_count(len(found), lines, name)
    return "".join(found[(lines.first or 1) - 1 : lines.last])


def check(lines: LineRange, name: str) -> None:
    """Refuse what are lines of no text.

    Raises:
        UsageError: they are.
    """
    if 0 in lines:
        raise _wrong(name, Phrase("lines are counted from 1"))
    if lines.last is not None and (lines.first or 1) > lines.last:
        raise _wrong(name, Phrase("the first line comes after the last"))


def check_count(count: int, lines: LineRange, name: str) -> None:
    """Refuse lines that a text of so many does not have.

    Raises:
        UsageError: it lacks one.
    """
    first = lines.first or 1
    if max(first, lines.last or 1) > count:
        why = counted(count, "the file has one line", "the file has {count:,} lines")
        more = Phrase("{file} goes to its end.", file=_to_the_end(name, first))
        raise _wrong(name, why, more if first <= count else NOTHING)


def _to_the_end(name: str, first: int) -> str:
    return f"{name.rpartition(':')[0]}:{first}-"


def _wrong(name: str, why: Phrase, hint: Phrase = NOTHING) -> UsageError:
    return UsageError(Phrase("cannot read {file}", file=name), why, hint)
