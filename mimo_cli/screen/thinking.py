"""What is on the screen before the answer: a spinner while waiting, then the thinking.

Thinking is not Markdown: plain text, dim, wrapped row by row as it comes.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal

from mimo_cli.markdown.inline import Flow, wrap
from mimo_cli.markdown.styled_rows import Segment, cell_width, expand_tabs, inert, row_of, row_text

if TYPE_CHECKING:
    from mimo_cli.markdown.styled_rows import Row

ThinkingMode = Literal["collapse", "keep", "hide"]
"""A window of a few rows, then one row for all; every row, for good; or only a spinner."""

SPIN_SECONDS = 0.1
PATIENCE_SECONDS = 15.0
WINDOW = 5

_INDENT = "  "
_SPINNER = "\u280b\u2819\u2839\u2838\u283c\u2834\u2826\u2827\u2807\u280f"


class Waiting:
    """Nothing has come yet. After PATIENCE_SECONDS the spinner says what it is waiting for."""

    def __init__(self, since: float, what: str) -> None:
        self.words = f"waiting for {what}\u2026" if what else "waiting\u2026"
        self.since = since

    def rows(self, now: float) -> list[Row]:
        """The spinner, for the live rows."""
        seconds = now - self.since
        is_long = seconds >= PATIENCE_SECONDS
        return [_spinner(f"{self.words} {duration(seconds)}" if is_long else "", now)]


class Working:
    """Something comes that is not shown before the end."""

    def __init__(self, since: float, words: str) -> None:
        self.words = words
        self.since = since

    def rows(self, now: float) -> list[Row]:
        """The spinner with the seconds, for the live rows."""
        return [_spinner(f"{self.words} {duration(now - self.since)}", now)]


class Thinking:
    """Thinking on its way. A frame costs what came since the last one, and WINDOW rows."""

    words = "thinking\u2026"

    def __init__(self, since: float, columns: int, mode: ThinkingMode) -> None:
        self.since = since
        self._mode = mode
        self._columns = columns
        self._part = ""
        self._full: list[Row] = []
        self._window: deque[Row] = deque(maxlen=WINDOW)

    def resize(self, columns: int) -> None:
        """Wrap what comes at another width."""
        self._columns = columns
        self.feed("")

    def feed(self, text: str) -> None:
        """Take more text, with newline and tab as the only controls."""
        if self._mode == "hide":
            return
        *lines, self._part = (self._part + expand_tabs(inert(text))).split("\n")
        rows = [row for line in lines for row in self._wrap(line)]
        *full, last = self._wrap(self._part)
        rows += full
        ends_in_space = self._part.endswith(" ") and last
        self._part = row_text(last) + " " * bool(ends_in_space)
        if self._mode == "keep":
            self._full += rows
        else:
            self._window += [row for row in rows if row]

    def take(self) -> list[Row]:
        """The rows that are full, and final, since the last call."""
        full, self._full = self._full, []
        return full

    def rows(self, now: float) -> list[Row]:
        """The live rows."""
        status = _spinner(f"{self.words} {duration(now - self.since)}", now)
        part = self._wrap(self._part)[-1:] if self._part else []
        match self._mode:
            case "keep":
                return [*part, status]
            case "collapse":
                rows = [*self._window, *part][-WINDOW:]
                return [status, *((Segment(_INDENT), *row) for row in rows)]
            case "hide":
                return [status]

    def end(self, now: float) -> list[Row]:
        """The final rows that are left of it."""
        seconds = now - self.since
        took = duration(seconds) if seconds >= 1 else "less than a second"
        summary = row_of(f"thought for {took}", "notice")
        match self._mode:
            case "keep":
                part = self._wrap(self._part)[-1:] if self._part else []
                return [*self.take(), *part, summary]
            case "collapse":
                return [summary]
            case "hide":
                return []

    def _wrap(self, line: str) -> list[Row]:
        flow = Flow(line, ((len(line), ("thinking",)),), cell_width(line))
        return wrap(flow, max(1, self._columns - 1 - len(_INDENT)), cut=True)


def duration(seconds: float) -> str:
    """Whole seconds, and minutes from 60 on."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _spinner(text: str, now: float) -> Row:
    glyph = _SPINNER[int(now / SPIN_SECONDS) % len(_SPINNER)]
    return (Segment(glyph, ("marker",)), *row_of(f" {text}" if text else "", "notice"))
