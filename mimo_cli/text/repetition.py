"""Whether a text that grows goes round in circles. Pure; linear however the text is cut.

Models fall into loops of one repeated unit. Thresholds that were measured to work (MiMo's notes): a
unit of 6 to 64 characters more than 25 times in a row, or of 2 to 5 over 100 characters or more. A
unit counts if it holds a letter or a symbol, an emoji say: rulers, tables, zeros, progress bars are
made of other characters. One letter over and over is a unit of two.

Where a unit of p characters repeats, each character is the one p places before it. It is looked at
in blocks of 48 characters: any loop is long enough to hold a whole block whose characters all are
the ones p places before them (5 + 48 + 47 fit into 100). So a block that occurs nowhere in the 64
characters before it and itself, which is what one search tells, is part of no loop.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import category

from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST, LONGEST = 2, 64
"""Characters of a unit."""

BLOCK = 48

_KEPT = LONGEST + BLOCK
"""Characters before a block that tell where a repeating began which the block before was not in."""

_SHORT = 5
_SHORT_SPAN = 100
_TIMES = 26
_ROW, _SENTENCE, _WORD = (
    r"(?<=\n)(?=.*\S)",
    r"(?<=[.!?\u2026]\s)(?=\S)|(?<=[\u3002\uff01\uff1f])(?=\w)",
    r"(?<=\s)(?=\S)",
)
"""Where rows, sentences and words begin."""
_LETTER = re.compile(r"[^\W\d_]")
_DRAWING = re.compile("[\u2500-\u25ff\u2800-\u28ff\U0001fb00-\U0001fbff]")
"""What rulers, bars and charts are drawn with: lines, blocks, shapes, Braille, blocks of old."""


def least_span(period: int) -> int:
    """Return over how many characters a unit of so many has to repeat to be a loop."""
    return _SHORT_SPAN if period <= _SHORT else _TIMES * period


class Loop(NamedTuple):
    """The text up to `end`, no earlier, ends in a loop of `unit`, which counts.

    Where there are several the unit is the shortest. It is as it stands where the repeating begins.
    """

    end: int
    unit: str

    @property
    def seen(self) -> str:
        """The unit as a person sees it: from the start of a row on, else of a sentence or a word.

        The text before may happen to end like the unit: then the repeating begins within it.
        """
        period, around = len(self.unit), self.unit * 3
        for begins in (_ROW, _SENTENCE, _WORD):
            if found := re.compile(begins).search(around, period):
                return around[found.start() :][:period]
        return self.unit


class LoopDetector:
    """Looks for the first loop in a text that comes in pieces.

    After each piece `loop` is that of the text so far, whole blocks of it.
    """

    def __init__(self) -> None:
        self.loop: Loop | None = None
        self._pieces: list[str] = []
        self._waiting = 0  # characters in the pieces
        self._window = ""  # the last _KEPT characters of the blocks so far
        self._start = 0  # where the window begins in the text
        self._runs: dict[int, int] = {}  # where repeating began, for each period of the last block

    def feed(self, text: str) -> bool:
        """Take a piece more. Return whether there is a loop: what comes after it does not matter.

        A piece that fills no block costs nothing but its place in a list.
        """
        if self.loop is not None:
            return True
        self._pieces.append(text)
        self._waiting += len(text)
        return self._waiting >= BLOCK and self._look()

    def _look(self) -> bool:
        """Look at the blocks that are full."""
        text = self._window + "".join(self._pieces)
        at, whole = len(self._window), len(text) - self._waiting % BLOCK
        while at < whole and self.loop is None:
            self.loop = self._look_at_block(text, at)
            at += BLOCK
        self._pieces, self._waiting = [text[whole:]], len(text) - whole
        first = max(0, whole - _KEPT)
        self._window = text[first:whole]
        self._start += first
        return self.loop is not None

    def _look_at_block(self, text: str, at: int) -> Loop | None:
        """Return the loop that becomes one in the block at `at`; note which periods go on in it."""
        first = max(0, at - LONGEST)
        found = text.find(text[at : at + BLOCK], first, at + BLOCK - SHORTEST)
        if found < 0 and not self._runs:
            return None
        before, self._runs = self._runs, {}
        if _counts(text[first : at + BLOCK]):
            for period in _periods(text, at, found):
                start = before.pop(period, -1)
                self._runs[period] = self._start + _start(text, at, period) if start < 0 else start
        ends = [self._end(text, at, run, is_whole=True) for run in self._runs.items()]
        ends += [self._end(text, at, run, is_whole=False) for run in before.items()]
        ends.sort()
        for end, period in ends:
            if end and _counts(text[end - period : end]):
                begun = (self._runs | before)[period] - self._start  # at the second unit of all
                turned = (begun - end) % period
                return Loop(self._start + end, (text[end - period : end] * 2)[turned:][:period])
        return None

    def _end(self, text: str, at: int, run: tuple[int, int], *, is_whole: bool) -> tuple[int, int]:
        """Return where in `text` a run is long enough to be a loop, 0 for nowhere in this block.

        `is_whole` is whether all of the block is part of it.
        """
        period, start = run
        end = start + least_span(period) - self._start
        is_in_block = at < end <= at + BLOCK
        if is_in_block and (is_whole or _repeats(text, at, end, period)):
            return end, period
        return 0, period


def _counts(text: str) -> bool:
    """Return whether a text holds a letter, or a symbol that nothing is drawn with."""
    if _LETTER.search(text):
        return True
    return not text.isascii() and any(
        category(char) == "So" and not _DRAWING.match(char) for char in set(text)
    )


def _periods(text: str, at: int, found: int) -> Iterator[int]:
    """Yield the periods with which a block repeats what is before it; it is `found` there first."""
    block = text[at : at + BLOCK]
    while found >= 0:
        yield at - found
        found = text.find(block, found + 1, at + BLOCK - SHORTEST)


def _start(text: str, at: int, period: int) -> int:
    """Return where a repeating begins that goes on at `at`, but not through the block before."""
    low, high = max(0, at - BLOCK - period), at - period
    # By halves: what repeats from a place on does so from all that follow.
    while low < high:
        middle = (low + high) // 2
        if _repeats(text, middle + period, at, period):
            high = middle
        else:
            low = middle + 1
    return low


def _repeats(text: str, start: int, end: int, period: int) -> bool:
    """Return whether each character from `start` on is the one `period` places before it."""
    return text[start:end] == text[start - period : end - period]
