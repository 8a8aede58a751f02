"""Patterns for the names of files, and what `--exclude` names. Pure.

`*` and `?` stand for what has no slash, `[ab]` for one of some characters, `**` for any number of
folders. A path is matched part by part, so that who walks a folder knows where to go on.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from typing import TYPE_CHECKING

from mimo_cli.errors import UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

Positions = frozenset[int]
"""Which parts of a pattern may be next, behind some parts of a path; none: no path that goes on."""

_WILD = re.compile(r"[*?]|\[[^]/]+\]")
_STARS = re.compile(r"\*{2,}")
_ANY = "**"


class Pattern(NamedTuple):
    """What each part of a path has to be like, None for any number of folders."""

    parts: tuple[re.Pattern[str] | None, ...]

    @property
    def start(self) -> Positions:
        """Where a path begins."""
        return self._with_next({0})

    def advance(self, positions: Positions, name: str) -> Positions:
        """Return the positions behind one more part of a path."""
        name = _composed(name)
        found = set()
        for it in positions:
            if it == len(self.parts):
                continue
            wanted = self.parts[it]
            if wanted is None:
                found.add(it)
            elif wanted.match(name):
                found.add(it + 1)
        return self._with_next(found)

    def is_end(self, positions: Positions) -> bool:
        """Return whether a path that led there matches."""
        return len(self.parts) in positions

    def goes_on(self, positions: Positions) -> bool:
        """Return whether there may be a match in a folder that a path led to."""
        return any(it < len(self.parts) for it in positions)

    def matches(self, path: Iterable[str]) -> bool:
        """Return whether a path matches, given by its parts."""
        positions = self.start
        for name in path:
            positions = self.advance(positions, name)
        return self.is_end(positions)

    def _with_next(self, positions: set[int]) -> Positions:
        found = set(positions)
        for it in sorted(positions):
            while it < len(self.parts) and self.parts[it] is None:
                it += 1  # noqa: PLW2901 - any number of folders: none, too
                found.add(it)
        return frozenset(found)


def is_pattern(name: str) -> bool:
    """Return whether a name has what stands for other names."""
    return _WILD.search(name) is not None


def parted(name: str) -> tuple[str, tuple[str, ...]]:
    """Return the folder that a pattern begins with, and the parts of it from the first wild one.

    Raises:
        UsageError: behind that it goes back (`*/../x`).
    """
    parts = name.split("/")
    first = next(place for place, part in enumerate(parts) if is_pattern(part))
    rest = tuple(part for part in parts[first:] if part not in ("", "."))
    if ".." in rest:
        what = Phrase("{pattern} cannot be looked for", pattern=name)
        raise UsageError(what, Phrase(".. can stand at its beginning alone"))
    if rest[-1] == _ANY:
        rest = (*rest, "*")
    return "/".join(parts[:first]) or ("/" if first else "."), rest


def compiled(parts: Iterable[str], *, ignores_case: bool) -> Pattern:
    """Return a pattern of parts. Within a name two stars are one, as in bash."""
    return Pattern(tuple(_part(it, ignores_case=ignores_case) for it in parts))


def _part(text: str, *, ignores_case: bool) -> re.Pattern[str] | None:
    return None if text == _ANY else _name(text, ignores_case=ignores_case)


def _name(text: str, *, ignores_case: bool) -> re.Pattern[str]:
    plain = _STARS.sub("*", _composed(text))
    return re.compile(fnmatch.translate(plain), re.IGNORECASE if ignores_case else 0)


def _composed(name: str) -> str:
    """Return a name in the form in which accents are parts of their letters: systems differ."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


class Exclusion(NamedTuple):
    """What one `--exclude` leaves out: names alone, or a path.

    `is_of_folders`: folders alone, for it ended in a slash.
    """

    pattern: re.Pattern[str] | Pattern
    is_of_folders: bool

    def applies(self, base: tuple[str, ...], path: tuple[str, ...], *, is_folder: bool) -> bool:
        """Return whether it leaves a file or a folder out, whatever its folders are.

        A path is that within the folder that was named, or with what that is called, `base`.
        """
        if self.is_of_folders and not is_folder:
            return False
        if isinstance(self.pattern, Pattern):
            return self.pattern.matches(path) or self.pattern.matches((*base, *path))
        return self.pattern.match(_composed(path[-1])) is not None


def exclusion(text: str, *, ignores_case: bool) -> Exclusion:
    """Return what a pattern leaves out, as a line of `.gitignore` would: what has no slash, or one
    at its end alone, is a name in whatever folder.

    Raises:
        UsageError: it is empty, or takes back what another leaves out (`!x`).
    """  # noqa: D205 - the rule is one sentence
    what = Phrase("--exclude cannot be {value!r}", value=text)
    parts = tuple(part for part in text.split("/") if part not in ("", "."))
    if not parts:
        raise UsageError(what, Phrase("it names nothing"))
    if text.startswith("!"):
        raise UsageError(
            what, Phrase("nothing can be taken back"), Phrase("Name the file with -f.")
        )
    if ".." in parts:
        raise UsageError(what, Phrase("it is within the folder that -f names"))
    is_of_folders = text.endswith("/")
    if "/" not in text.rstrip("/"):
        return Exclusion(_name(parts[0], ignores_case=ignores_case), is_of_folders)
    if parts[-1] == _ANY:
        parts = (*parts, "*")
    return Exclusion(compiled(parts, ignores_case=ignores_case), is_of_folders)
