"""A reply as it arrives, on a terminal: waiting, thinking, then the answer as live Markdown.

What is written depends on the calls, the clock and the size alone. The caller owns the terminal's
modes, the signals and the loop: it hands over deltas, calls `tick()` after them and whenever
`seconds_until_tick()` have passed, and ends with `finish()`, or with `abandon()` if there is no
time.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from mimo_cli.api.timing import STALL_SECONDS
from mimo_cli.markdown.engine import Engine
from mimo_cli.markdown.glyphs import NARROW, WIDE
from mimo_cli.markdown.styled_rows import inert, row_of
from mimo_cli.output.wrapping import paragraph
from mimo_cli.phrases import ENGLISH, NOTHING
from mimo_cli.screen.painter import Painter, most_live_rows
from mimo_cli.screen.thinking import (
    PATIENCE_SECONDS,
    SPIN_SECONDS,
    Stall,
    ThinkingMode,
    ThinkingPhase,
    WaitingPhase,
    WorkingPhase,
)
from mimo_cli.text.widths import Screen, expand_tabs

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.api.protocol.messages import Sending
    from mimo_cli.markdown.styled_rows import Row
    from mimo_cli.output.view import Awaited
    from mimo_cli.phrases import Phrase, Translations
    from mimo_cli.screen.painter import Size, Write
    from mimo_cli.screen.theme import Theme
    from mimo_cli.screen.thinking import Activity

FRAME_SECONDS = 1 / 30
LOOK_SECONDS = 0.2
"""So often it is looked whether the terminal has another size, or is ours again, though nothing
comes. Nothing is written for it."""

_SLICE = 8192
PAUSE = 5
"""After a frame comes a pause of this many times what it took, or the one before it if that took
less: loading a lexer is no reason to pause."""


class Live:
    """One reply on the terminal.

    Args:
        write: writes the text of a whole frame; it has to write all of it.
        size: columns and lines of the terminal.
        clock: seconds, never going back.
        theme: what rows look like.
        live: False for final rows only, without a single cursor movement.
        late: the terminal tells of a new size much later than it takes it.
        thinking: how thinking is shown.
        awaited: who is waited for.
        translations: into the language of whoever looks at it.
        interval: seconds between two frames, at least.
        stall: seconds without anything new until a row says who is waited for.
        math: formulas are drawn in Unicode, where they are understood.
        wide: the terminal draws East Asian Ambiguous characters two cells wide.
    """

    def __init__(
        self,
        write: Write,
        size: Size,
        clock: Callable[[], float],
        theme: Theme,
        *,
        live: bool = True,
        late: bool = False,
        thinking: ThinkingMode = "collapse",
        awaited: Awaited | None = None,
        translations: Translations = ENGLISH,
        interval: float = FRAME_SECONDS,
        stall: float = STALL_SECONDS,
        math: bool = True,
        wide: bool = False,
    ) -> None:
        self._math = math
        self._glyphs = WIDE if wide else NARROW
        self._painter = Painter(write, size, theme.render, live=live, late=late, wide=wide)
        self._size = size
        self._clock = clock
        self._highlight = theme.colored
        self._live = live
        self._mode = thinking
        self._interval = self._pause = interval
        self._shape = size()
        self._translations = translations
        self._awaited = awaited
        self._stall = Stall(stall, awaited, translations=translations)
        self._heard = clock()  # when something came last
        self._phase: WaitingPhase | WorkingPhase | ThinkingPhase | Engine | None = self._waiting()
        self._told: object = None  # the phase that a row without a spinner was printed of
        self._done: list[Row] = []  # final, and not painted yet
        self._printed = False  # rows were final before the answer
        self._fresh = True  # something came since the last frame
        self._painted = -inf
        self._took = 0.0

    def text(self, delta: str) -> None:
        """Take a piece of the answer, made inert."""
        if not delta:
            return
        if not isinstance(self._phase, Engine):
            self._end_phase()
            self._phase = Engine(
                self._shape[0],
                highlight=self._highlight,
                continues=self._printed,
                math=self._math,
                glyphs=self._glyphs,
            )
        self._phase.feed(delta[:_SLICE])
        for start in range(_SLICE, len(delta), _SLICE):
            # A whole answer at once is taken in parts: its parse tree would be large.
            self._done += self._phase.commit()
            self._phase.feed(delta[start : start + _SLICE])
        self._hear()

    def thinking(self, delta: str) -> None:
        """Take a piece of the thinking, made inert."""
        if not delta:
            return
        if not isinstance(self._phase, ThinkingPhase):
            self._end_phase()
            if self._printed and self._mode != "hide":
                self._done.append(row_of(""))
            self._phase = ThinkingPhase(
                self._clock(),
                self._screen,
                self._mode,
                self._awaited,
                translations=self._translations,
            )
        self._phase.feed(delta)
        self._hear()

    def wait(self, pause: float) -> None:
        """Say that it is waited for the answer, once more: it is asked for again in `pause` s."""
        self._end_phase()
        self._phase = self._waiting(pause)
        self._fresh = True

    def show_upload(self, sending: Sending | None) -> None:
        """Say how far the request is, in place of who is waited for; None once it is out."""
        if isinstance(self._phase, WaitingPhase):
            self._phase.sending = sending

    def show_activity(self, activity: Activity) -> None:
        """Say what is under way, where it is not shown itself."""
        if isinstance(self._phase, WorkingPhase) and self._phase.activity == activity:
            return
        self._end_phase()
        self._phase = WorkingPhase(
            self._clock(), self._screen, activity, self._awaited, translations=self._translations
        )
        self._fresh = True

    def note(self, text: str, *, first: str = "") -> None:
        """Print a line above the live rows, behind `first`, at the next tick: a warning, say."""
        indent = " " * self._screen.width(first)
        line = expand_tabs(inert(text), wide=self._glyphs.wide)
        rows = paragraph(line, self._screen, first, indent).split("\n")
        self._done += [*self._take(), *(row_of(row, "notice") for row in rows)]
        self._printed = self._fresh = True

    @property
    def tells_of_silence(self) -> bool:
        """Whether a row says so while nothing comes, after something has."""
        return self._live and isinstance(self._phase, ThinkingPhase | Engine)

    def seconds_until_tick(self) -> float | None:
        """Return when a tick is wanted: 0 for now, None for not before something comes.

        With live rows it is wanted every LOOK_SECONDS at least.
        """
        seconds = max(0.0, self._next_frame() - self._clock())
        if self._live and self._phase is not None:
            return min(seconds, LOOK_SECONDS)
        return None if seconds == inf else seconds

    def _next_frame(self) -> float:
        """Return at what time to paint, if nothing comes before that."""
        if self._phase is None:
            return inf
        wanted = inf
        if self._fresh:
            wanted = self._painted + self._pause
        if not isinstance(self._phase, Engine):
            if self._live:
                wanted = min(wanted, self._painted + max(SPIN_SECONDS, self._pause))
            elif self._told is not self._phase:
                wanted = min(wanted, self._phase.since + PATIENCE_SECONDS)
        elif self._live:
            silence = self._stall.next_after(self._painted - self._heard)
            wanted = min(wanted, max(self._heard + silence, self._painted + self._pause))
        return wanted

    def tick(self) -> None:
        """Paint, if it is time."""
        self.check_size()
        if self.seconds_until_tick() == 0:
            self._paint()

    def check_size(self) -> None:
        """Look whether the terminal has another size. `tick()` does so itself."""
        shape = self._size()
        if shape == self._shape:
            return
        self._shape = shape
        match self._phase:
            case WaitingPhase() | WorkingPhase() | ThinkingPhase():
                self._phase.resize(self._screen)
            case Engine():
                self._phase.resize(shape[0])
            case None:
                pass
        self._painter.forget()
        self._repaint()

    def suspend(self) -> None:
        """Take the live rows away and give the terminal back, until `resume()`."""
        self._painter.clear()

    def resume(self) -> None:
        """Show the live rows again, on a fresh row."""
        self.check_size()
        self._repaint()

    def finish(self, reason: Phrase = NOTHING) -> None:
        """Print all that is left, a dim row with the reason if there is one, and close."""
        self.check_size()
        self._end_phase()
        self._phase = None
        if reason:
            self._done += self._said(reason)
        self._painter.paint(self._done)
        self._done = []
        self._painter.close()

    def abandon(self) -> None:
        """Leave the screen as it is and the terminal sane: the process is about to end."""
        self._phase = None
        self._painter.close()

    @property
    def _screen(self) -> Screen:
        return Screen(self._shape[0], self._glyphs.wide)

    def _waiting(self, pause: float = 0.0) -> WaitingPhase:
        return WaitingPhase(
            self._clock(),
            self._screen,
            self._awaited,
            pause=pause,
            translations=self._translations,
        )

    def _hear(self) -> None:
        self._heard = self._clock()
        self._fresh = True

    def _end_phase(self) -> None:
        rows: list[Row] = []
        match self._phase:
            case ThinkingPhase():
                rows = self._phase.end(self._clock())
            case Engine():
                rows = self._phase.finish()
            case WaitingPhase() | WorkingPhase() | None:
                pass
        self._done += rows
        self._printed = self._printed or bool(rows)

    def _take(self) -> list[Row]:
        """Return the rows that became final in this phase."""
        match self._phase:
            case ThinkingPhase():
                return self._phase.take()
            case Engine():
                return self._phase.commit()
            case WaitingPhase() | WorkingPhase() | None:
                return []

    def _rows(self, now: float) -> list[Row]:
        match self._phase:
            case WaitingPhase() | WorkingPhase():
                return self._phase.rows(now)
            case ThinkingPhase():
                return [*self._phase.rows(now), *self._stalled(now, keeps=False)]
            case Engine():
                rows = self._phase.live(most_live_rows(self._shape[1]))
                return [*rows, *self._stalled(now, keeps=True)]
            case None:
                return []

    def _stalled(self, now: float, *, keeps: bool) -> list[Row]:
        return self._stall.rows(now - self._heard, self._screen, keeps=keeps)

    def _tell_of_wait(self, now: float) -> None:
        """Without a spinner, a long wait gets one row, for good."""
        phase = self._phase
        if self._live or phase is None or isinstance(phase, Engine) or self._told is phase:
            return
        if now - phase.since >= PATIENCE_SECONDS:
            self._told = phase
            self._done += self._said(phase.words)
            self._printed = True

    def _said(self, words: Phrase) -> list[Row]:
        text = inert(words.rendered(self._translations))
        return [row_of(row, "notice") for row in paragraph(text, self._screen).split("\n")]

    def _repaint(self) -> None:
        self._fresh = True
        self._painted = -inf

    def _paint(self) -> None:
        start = self._clock()
        self._tell_of_wait(start)
        done = [*self._done, *self._take()]
        self._done = []
        self._painter.paint(done, self._rows(start) if self._live else [])
        self._painted = self._clock()
        took, self._took = self._took, self._painted - start
        self._pause = max(self._interval, PAUSE * min(took, self._took))
        self._fresh = False
