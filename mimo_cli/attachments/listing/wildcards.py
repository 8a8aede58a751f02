"""One part of a pattern, as git understands it (wildmatch.c), for the name of a file. Pure.

`*` stands for any text, `?` for a character, `[a-z[:digit:]]` for one of some, `[!a]` and `[^a]`
for any other; a backslash makes what follows it stand for itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

_WILD = re.compile(r"(?s)\\.|[*?]|\[[!^]?\]?(?:\\.|[^]/\\])+\]")
_MEANT = frozenset(r"\*?[]")
_CLASSES = {  # of ASCII alone, as in git
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t-\r ",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


class NotUnderstoodError(Exception):
    """A pattern that is none; `why`, and a `hint` at what is."""

    def __init__(self, why: Phrase, hint: Phrase = NOTHING) -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


class _OpenError(Exception):
    """A bracket lacks its other."""


def are_in(name: str) -> bool:
    """Return whether a name has one, or a backslash before what would be one."""
    found = (it[0] for it in re.finditer(_WILD, name))
    return any(not it.startswith("\\") or it[1] in _MEANT for it in found)


def translate(part: str, *, is_strict: bool) -> str:
    """Return a regular expression for whole names; a bracket alone is one, if that is not strict.

    Raises:
        NotUnderstoodError: it is no pattern.
    """
    first, *others = _between_stars(part, is_strict=is_strict)
    if not others:
        return rf"(?s:{first})\Z"
    *inner, last = others
    # Each is looked for once, behind the one before: no name takes more than linear time for it.
    middle = "".join(f"(?>.*?{it})" for it in inner if it)
    return rf"(?s:{first}{middle}.*{last})\Z"


def _between_stars(part: str, *, is_strict: bool) -> list[str]:
    pieces = [""]
    place = 0
    while place < len(part):
        char = part[place]
        place += 1
        if char == "*":
            pieces.append("")
            continue
        if char == "\\":
            if place == len(part):
                raise NotUnderstoodError(Phrase("nothing stands behind its backslash"))
            found, place = re.escape(part[place]), place + 1
        elif char == "[":
            found, place = _bracket(part, place, is_strict=is_strict)
        else:
            found = "." if char == "?" else re.escape(char)
        pieces[-1] += found
    return pieces


def _bracket(part: str, place: int, *, is_strict: bool) -> tuple[str, int]:
    """Return what a bracket that was opened right before a place stands for, and where it ends."""
    is_other = part[place : place + 1] in ("!", "^")
    try:
        found = list(_members(part, place + is_other))
    except _OpenError:
        if not is_strict:
            return r"\[", place
        hint = Phrase("A bracket itself: {example}", example=r"\[")
        raise NotUnderstoodError(Phrase("a [ lacks its ]"), hint) from None
    members = "".join(it for it, _ in found)
    return f"[{'^' * is_other}{members}]", found[-1][1] + 1


def _members(part: str, place: int) -> Iterator[tuple[str, int]]:
    """Yield what stands in a bracket as a regular expression has it, each with where it ends."""
    before = ""  # what a range may begin with
    is_first = True
    while is_first or part[place : place + 1] != "]":
        is_first = False
        named = re.compile(r"\[:([^]]*):\]").match(part, place)
        if named:
            place, before = named.end(), ""
            yield _class(named[1]), place
            continue
        is_range = bool(before) and part[place : place + 1] == "-"
        if is_range and part[place + 1 : place + 2] not in ("", "]"):
            char, place = _character(part, place + 1)
            yield (f"{re.escape(before)}-{re.escape(char)}" if before <= char else ""), place
            before = ""
        else:
            before, place = _character(part, place)
            yield re.escape(before), place


def _character(part: str, place: int) -> tuple[str, int]:
    """Return a character of a bracket, which a backslash may stand before, and where it ends."""
    place += part[place : place + 1] == "\\"
    if place >= len(part):
        raise _OpenError
    return part[place], place + 1


def _class(name: str) -> str:
    if name in _CLASSES:
        return _CLASSES[name]
    why = Phrase("there is no [:{name}:]", name=name)
    raise NotUnderstoodError(why, Phrase("There are: {names}", names=", ".join(_CLASSES)))
