"""The program's own words on a terminal: broken where rows of an answer are. Pure.

Nothing of this is loaded for a text that fits, nor in a pipe.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from mimo_cli.text.widths import Screen

LEAST = 16
"""Cells beside an indent: with fewer there is none."""

_SMALL = "  "
_ADDRESS = "[!-~]*[/?&][!-~]*"  # or a path
_PATH = (
    r"(?<![^\s\"'(:\u2018\u201c\uff08\uff1a])(?:~|\.\.?)?/"
    r"[^\s\u3001\u3002\uff01\uff09\uff0c\uff1a\uff1b\uff1f]+"
)
"""A path in any script, up to a blank or to a point of a Chinese sentence."""
_PART = re.compile(r"\A\W*(?:[\w+.-]+://)?[^/?&]*[/?&]*|[^/?&]+[/?&]*|[/?&]+")
"""What is not broken of an address or a path: the scheme stays with the host, if that fits."""
_SMALL_PART = re.compile("[^/?&]*[/?&]+|[^/?&]+")
_PART_OF_NAME = re.compile("[^_-]*[_-]+|[^_-]+")

# `mimo config set prompts.NAME.prompt TEXT`, `mimo models --all`: what can be copied into a shell.
_ARGUMENT = r"(?:-[\w=-]+|[<>|]|[A-Z][A-Z_]*|[\w~]*[./_=][\w./~=]*\w)(?![\w'\u2019-])"
_COMMAND = (
    r"(?<![\w/.-])mimo(?: (?:config (?:set|get|unset) [\w.-]*\w|(?:config|history) [a-z]+|[a-z]+))?"
    rf"(?: {_ARGUMENT})*"
)


def rows(text: str, screen: Screen, *, cut: bool = False, whole: Collection[str] = ()) -> list[str]:
    """Return the rows of a line of text on a screen.

    A word that is wider is broken behind `/`, `?` and `&`, as paths and addresses are read; a part
    of it that is wider still stays so on a row of its own, or with `cut` is cut, behind `-` and `_`
    if that is enough. One of the texts
    that are `whole` is not broken, and can be copied. Our own commands are whole if that fits.
    """
    return [text[start:end] for start, end in bounds(text, screen, cut=cut, whole=whole)]


def bounds(
    text: str, screen: Screen, *, cut: bool = False, used: int = 0, whole: Collection[str] = ()
) -> list[tuple[int, int]]:
    """Return where each of those rows begins and ends; `used` cells of the first one are taken."""
    width, wide = screen
    if used + screen.width(text) <= width:
        return [(0, len(text))]
    from mimo_cli.markdown.line_breaks import fill, units

    words = _join(units(text, 0, len(text), width, wide=wide), _paths(text))
    pieces = _join(_divide(text, words, screen, cut=cut), _stretches(text, screen, whole))
    return [*fill(text, pieces, width, cut=cut, used=used or -1, wide=wide)]


class Widest(NamedTuple):
    """The widest of what is not broken where a row has room for it, in cells."""

    small_part: int
    part: int
    word: int


def widest(text: str, screen: Screen) -> Widest:
    """Return how wide the words of a text are, and the parts that `rows` breaks them into.

    The small parts are those of the narrowest rows on which nothing is cut.
    """
    from mimo_cli.markdown.line_breaks import units

    spans = _join(units(text, 0, len(text), screen.columns, wide=screen.wide), _paths(text))
    words = [text[start:end] for start, end in spans]
    small, parts = (
        [part for word in words for part in pattern.findall(word)]
        for pattern in (_SMALL_PART, _PART)
    )
    return Widest(*(max(map(screen.width, them), default=0) for them in (small, parts, words)))


def paragraph(
    text: str, screen: Screen, first: str = "", indent: str = "", whole: Collection[str] = ()
) -> str:
    """Return a line of text as rows: the first one behind `first`, the others behind `indent`.

    `first` is no narrower. Where a screen, or what can be copied (a command, a path, an address),
    leaves no room for the indent, it is two spaces, or none.
    """
    if screen.fits(first + text):
        return first + text
    width = screen.columns
    if width - len(indent) < LEAST or _is_too_wide(text, whole, width - len(indent), screen):
        indent = _SMALL if width - len(_SMALL) >= LEAST else ""
    room = screen.part(width - len(indent))
    places = bounds(text, room, used=screen.width(first) - len(indent), whole=whole)
    head, *others = (text[start:end] for start, end in places)
    return "\n".join([(first + head).rstrip(" "), *(indent + row for row in others)])


def text_block(text: str, screen: Screen) -> str:
    """Return a text of several lines, each wrapped behind the spaces that it begins with.

    It is the user's own: an address that is too wide for a row is left to the terminal, which puts
    it together again when it is copied.
    """
    return "\n".join(_with_own_indent(line, screen) for line in text.split("\n"))


def _with_own_indent(line: str, screen: Screen) -> str:
    words = line.lstrip(" ")
    indent = " " * (len(line) - len(words))
    room = screen.part(screen.columns - len(indent))
    too_wide = [it for it in re.findall(_ADDRESS, words) if not room.fits(it)]
    return paragraph(words, screen, indent, indent, too_wide)


def _is_too_wide(text: str, whole: Collection[str], room: int, screen: Screen) -> bool:
    """Return whether what can be copied needs more room, and would have it behind less indent."""
    found = (match[0] for match in re.finditer(f"{_COMMAND}|{_PATH}|{_ADDRESS}", text))
    widths = map(screen.width, (*whole, *found))
    return any(room < it <= screen.columns - len(_SMALL) for it in widths)


def _divide(
    text: str, words: Iterable[tuple[int, int]], screen: Screen, *, cut: bool
) -> Iterator[tuple[int, int]]:
    """Yield the words of a line, and the parts of those that are wider than a row."""
    for left, right in words:
        word = text[left:right]
        yield from ((left + start, left + end) for start, end in _parts(word, screen, cut=cut))


def _parts(word: str, screen: Screen, *, cut: bool) -> Iterator[tuple[int, int]]:
    if screen.fits(word):
        yield 0, len(word)
        return
    for part in _PART.finditer(word):
        if screen.fits(part[0]):
            yield part.span()
            continue
        for small in _SMALL_PART.finditer(word, *part.span()):
            yield from _units_of(word, small.span(), screen, cut=cut)


def _units_of(
    word: str, span: tuple[int, int], screen: Screen, *, cut: bool
) -> Iterator[tuple[int, int]]:
    """Yield a part as it is, or what it consists of where it is too wide and can be broken."""
    from mimo_cli.markdown.line_breaks import units

    part = word[slice(*span)]
    if screen.fits(part):
        yield span
    elif not part.isascii():
        yield from units(word, *span, screen.columns, wide=screen.wide)
    elif cut:
        yield from (it.span() for it in _PART_OF_NAME.finditer(word, *span))
    else:
        yield span


def _paths(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a path begins and ends, which may be in a script without spaces."""
    return (match.span() for match in re.finditer(_PATH, text))


def _stretches(text: str, screen: Screen, whole: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield where what is not to be broken begins and ends, one after the other."""
    if not whole:
        ours = (match.span() for match in re.finditer(_COMMAND, text))
        yield from (it for it in ours if screen.fits(text[slice(*it)]))
        return
    for match in re.finditer("|".join(map(re.escape, whole)), text):
        yield match.span()


def _join(
    pieces: Iterable[tuple[int, int]], whole: Iterator[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the pieces of a line, those as one that lie in the same stretch of `whole` ones."""
    last = next(whole, None)
    begin = -1
    for left, right in pieces:
        while last is not None and last[1] <= left:
            last = next(whole, None)
        if last is not None and right > last[0] and right < last[1]:
            begin = left if begin < 0 else begin
            continue
        yield (left if begin < 0 else begin), right
        begin = -1
