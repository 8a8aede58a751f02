"""Patterns for the names of files, and what `--exclude` names. Pure.

`**` stands for any number of folders; what a part of a path may have, `wildcards` says. A path is
matched part by part, so that who walks a folder knows where to go on.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from mimo_cli.attachments.listing import wildcards
from mimo_cli.attachments.listing.wildcards import NotUnderstoodError
from mimo_cli.errors import UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Positions = frozenset[int]
"""Which parts of a pattern may be next, behind some parts of a path; none: no path that goes on."""

_ANY = "**"
_ESCAPED = re.compile(r"(?s)\\.")


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
    return wildcards.are_in(name)


def parted(name: str, is_folder: Callable[[str], bool]) -> tuple[str, tuple[str, ...]]:
    """Return the folder that a pattern begins with, and the parts of it from the first wild one.

    What looks wild and is the name of a folder that is there (`app/[id]`) is that folder.

    Raises:
        UsageError: behind that it goes back (`*/../x`).
    """
    parts = name.split("/")
    wild = (place for place, part in enumerate(parts) if is_pattern(part) or "\\" in part)
    first = next((it for it in wild if not is_folder("/".join(parts[: it + 1]))), len(parts) - 1)
    rest = tuple(part for part in parts[first:] if part not in ("", "."))
    if ".." in rest:
        raise UsageError(_not_looked_for(name), Phrase(".. can stand at its beginning alone"))
    if rest[-1] == _ANY:
        rest = (*rest, "*")
    return "/".join(parts[:first]) or ("/" if first else "."), rest


def compiled(parts: Iterable[str], *, ignores_case: bool) -> Pattern:
    """Return a pattern of parts. Within a name two stars are one, and a lone bracket is a bracket.

    Raises:
        UsageError: it is not understood.
    """
    parts = tuple(parts)
    try:
        return _compiled(parts, ignores_case=ignores_case, is_strict=False)
    except NotUnderstoodError as error:
        raise UsageError(_not_looked_for("/".join(parts)), error.why) from error


def _compiled(parts: Iterable[str], *, ignores_case: bool, is_strict: bool) -> Pattern:
    def part(text: str) -> re.Pattern[str] | None:
        return None if text == _ANY else _name(text, ignores_case=ignores_case, strict=is_strict)

    return Pattern(tuple(map(part, parts)))


def _name(text: str, *, ignores_case: bool, strict: bool) -> re.Pattern[str]:
    found = wildcards.translate(_composed(text), is_strict=strict)
    return re.compile(found, re.IGNORECASE if ignores_case else 0)


def _not_looked_for(pattern: str) -> Phrase:
    return Phrase("{pattern} cannot be looked for", pattern=pattern)


def _composed(name: str) -> str:
    """Return a name in the form in which accents are parts of their letters: systems differ."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


class Exclusion(NamedTuple):
    """What one `--exclude` leaves out, that was given as `text`: names alone, or a path.

    `is_of_folders`: folders alone, for it ended in a slash.
    """

    text: str
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
    at its end alone, is a name in whatever folder. Spaces at its end do not count.

    Raises:
        UsageError: it is empty, a remark (`#x`), takes back what another leaves out (`!x`), or is
            not understood.
    """  # noqa: D205 - the rule is one sentence
    what = Phrase("--exclude cannot be {value!r}", value=text)
    line = _ESCAPED.sub(_slash_or_kept, _without_spaces(text))
    parts = tuple(part for part in line.split("/") if part not in ("", "."))
    if not parts:
        raise UsageError(what, Phrase("it names nothing"))
    if line.startswith("!"):
        hint = Phrase("Name the file itself. A name that begins so: {name}", name=f"\\{line}")
        raise UsageError(what, Phrase("nothing can be taken back"), hint)
    if line.startswith("#"):
        hint = Phrase("A name that begins so: {name}", name=f"\\{line}")
        raise UsageError(what, Phrase("it is a remark"), hint)
    if ".." in parts:
        raise UsageError(what, Phrase("it is within the folder that is named"))
    try:
        return Exclusion(text, _excluded(line, parts, ignores_case), line.endswith("/"))
    except NotUnderstoodError as error:
        raise UsageError(what, error.why, error.hint) from error


def _excluded(line: str, parts: tuple[str, ...], ignores_case: bool) -> re.Pattern[str] | Pattern:
    if "/" not in line.rstrip("/"):
        return _name(parts[0], ignores_case=ignores_case, strict=True)
    if parts[-1] == _ANY:
        parts = (*parts, "*")
    return _compiled(parts, ignores_case=ignores_case, is_strict=True)


def _slash_or_kept(escaped: re.Match[str]) -> str:
    """Return `/` for one with a backslash between two names: at the end, git reads none so."""
    is_between = escaped.end() < len(escaped.string)
    return "/" if escaped[0] == r"\/" and is_between else escaped[0]


def _without_spaces(line: str) -> str:
    """Return a line without the spaces at its end, but for one behind a backslash."""
    kept = line.rstrip(" ")
    is_escaped = (len(kept) - len(kept.rstrip("\\"))) % 2 == 1
    return f"{kept} " if is_escaped and kept != line else kept
