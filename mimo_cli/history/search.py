"""Text as the full-text index takes it, words as its query, what it finds as text. Pure.

SQLite's FTS5 takes a run of Chinese for one long word. So each such character is a word here, and a
word of several is looked for as a phrase of them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from mimo_cli.history.record import plain

BEGIN, END = "\x02", "\x03"
"""Stand before and after what matches in a text that the index gives back."""

_GAP = "\x01"  # round each character; taken out of what the index gives back
_LONGEST = 1_000_000  # characters of a text: the index takes a second for 30 times as many
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_CHARACTERS = (
    r"\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3100-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001b000-\U0001b16f"
    r"\U00020000-\U000323af"
)
_WORD = re.compile(r"[^\W_]")
_MARK = re.compile(f"[{BEGIN}{END}]")


class Marked(NamedTuple):
    """A text, and where in it the matches are: beginning, end."""

    text: str
    matches: tuple[tuple[int, int], ...]


def indexed(text: str) -> str:
    """A text as the index takes it. Of a very long one the first million characters."""
    shown = _CONTROLS.sub(" ", plain(text[:_LONGEST]))
    return shown if shown.isascii() else _characters().sub(_apart, shown)


@cache
def _characters() -> re.Pattern[str]:
    """Compiled when it is needed: that takes some milliseconds."""
    return re.compile(f"[{_CHARACTERS}]+")


def _apart(run: re.Match[str]) -> str:
    return _GAP.join(["", *run.group(), ""])


def query(words: str) -> str:
    """The query for texts that hold all words, the last one perhaps as a beginning.

    Empty if there is no word. A single letter at the end is that letter, not a beginning.
    """
    found = [word for word in indexed(words).replace('"', " ").split() if _WORD.search(word)]
    if not found:
        return ""
    is_beginning = len(_WORD.findall(found[-1])) > 1
    return " ".join(f'"{word}"' for word in found) + ("*" if is_beginning else "")


def marked(snippet: str) -> Marked:
    """What the index gives back, as the text it was, with the places of the matches."""
    matches: list[tuple[int, int]] = []
    parts: list[str] = []
    length = start = 0
    position = 0
    raw = snippet.replace(_GAP, "")
    for mark in _MARK.finditer(raw):
        parts.append(raw[position : mark.start()])
        length += mark.start() - position
        position = mark.end()
        if mark.group() == BEGIN:
            start = length
        else:
            matches.append((start, length))
    return Marked("".join([*parts, raw[position:]]), tuple(matches))
