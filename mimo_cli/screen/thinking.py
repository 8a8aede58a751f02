"""What is on the screen beside the answer: a spinner before it, the thinking, a silence within.

Thinking is not Markdown: plain text, dim, wrapped row by row as it comes.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal

from mimo_cli.common_phrases import file_size
from mimo_cli.markdown.inline import wrap
from mimo_cli.markdown.styled_rows import inert, join_rows, row_of, row_text
from mimo_cli.output.columns import cut
from mimo_cli.output.view import Awaited
from mimo_cli.phrases import ENGLISH, Phrase
from mimo_cli.text.widths import expand_tabs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.api.protocol.messages import Sending
    from mimo_cli.markdown.styled_rows import Row
    from mimo_cli.phrases import Translations
    from mimo_cli.text.widths import Screen

ThinkingMode = Literal["collapse", "keep", "hide"]
"""A window of a few rows, then one row for all; every row, for good; or only a spinner."""

Activity = Literal["thinking", "answering"]
"""What the model is doing, where no more is shown of it."""

_WAITING = Phrase("waiting\u2026")

SPIN_SECONDS = 0.25
"""So often the spinner turns, at most: over a slow connection it is what is sent."""

TOLD_AFTER_SECONDS = 1.0
PATIENCE_SECONDS = 15.0
WINDOW = 5

_SHORT = 30
"""Cells of the row of a silence on a screen of 80 columns. On others it takes the same share."""

_RECENT = 2000
"""So many characters fill the window, or nearly, on any screen."""

_INDENT = "  "
_SPINNER = "\u280b\u2819\u2839\u2838\u283c\u2834\u2826\u2827\u2807\u280f"


class WaitingPhase:
    """Nothing has come yet. From TOLD_AFTER_SECONDS on the spinner says who is waited for.

    For the first `pause` seconds nothing is asked: then the request is sent again.
    `since` and `now` are seconds of a clock that never goes back, here and below.
    """

    def __init__(
        self,
        since: float,
        screen: Screen,
        awaited: Awaited | None = None,
        *,
        pause: float = 0.0,
        translations: Translations = ENGLISH,
    ) -> None:
        self._awaited = awaited or Awaited()
        self.since = since
        self._asks_at = since + pause
        self.sending: Sending | None = None
        """How far the request is, as long as it goes out."""
        self._screen = screen
        self._translations = translations

    def resize(self, screen: Screen) -> None:
        """Say as much as fits on another screen."""
        self._screen = screen

    def rows(self, now: float) -> list[Row]:
        """Return the spinner, for the live rows."""
        if now < self._asks_at:
            seconds, sayings = now - self.since, _pauses(self._awaited)
        else:
            seconds, sayings = now - self._asks_at, self._sayings
        return [_spinner(self._text(sayings, seconds), now)]

    @property
    def words(self) -> Phrase:
        """What is under way, in full."""
        return self._sayings[0]

    @property
    def _sayings(self) -> list[Phrase]:
        if self.sending is None:
            return _sayings(self._awaited)
        return _upload_sayings(self.sending, self._awaited.host)

    def _text(self, sayings: list[Phrase], seconds: float) -> str:
        """Return the fullest text that fits beside the spinner, the last one cut to it."""
        if seconds < TOLD_AFTER_SECONDS:
            return ""
        if self.sending is None:
            return _timed(sayings, seconds, self._screen, self._translations)
        return _fitting(sayings, _beside_spinner(self._screen), self._translations)


class Stall:
    """Nothing has come for a while since something did: `after` so many seconds a row says so."""

    def __init__(
        self, after: float, awaited: Awaited | None = None, *, translations: Translations = ENGLISH
    ) -> None:
        self._after = after
        self._awaited = awaited or Awaited()
        self._translations = translations

    def rows(self, seconds: float, screen: Screen, *, keeps: bool) -> list[Row]:
        """Return the row below the live ones after so many seconds of silence, if there is one.

        `keeps` is whether what came would stay if the user put an end to it. The row is short: one
        that a narrower window splits in two drives what is above it into the scrollback of tmux,
        before anybody tells us of the new size.
        """
        if seconds < self._after:
            return []
        told = _silences(self._awaited, duration(seconds))
        if keeps:
            told = [Phrase("{silence}; Ctrl-C keeps what came", silence=told[0]), *told]
        room = min(screen.columns - 1, max(_SHORT, 3 * screen.columns // 8))
        text = _fitting(told, screen.part(room), self._translations)
        return [row_of(text, "notice")]

    def next_after(self, seconds: float) -> float:
        """Return after how much silence the row is another than after so many seconds of it."""
        return self._after if seconds < self._after else int(seconds) + 1


class WorkingPhase:
    """Something is under way that is not shown before the end: the `activity`."""

    def __init__(
        self,
        since: float,
        screen: Screen,
        activity: Activity,
        awaited: Awaited | None = None,
        *,
        translations: Translations = ENGLISH,
    ) -> None:
        self.activity = activity
        self.since = since
        self._screen = screen
        self._sayings = _activity_sayings(activity, awaited or Awaited())
        self._translations = translations

    @property
    def words(self) -> Phrase:
        """What is under way, in full."""
        return self._sayings[0]

    def resize(self, screen: Screen) -> None:
        """Say as much as fits on another screen."""
        self._screen = screen

    def rows(self, now: float) -> list[Row]:
        """Return the spinner, with who is at work and for how long, for the live rows."""
        text = _timed(self._sayings, now - self.since, self._screen, self._translations)
        return [_spinner(text, now)]


class ThinkingPhase:
    """Thinking on its way. A frame costs what came since the last one, and WINDOW rows."""

    def __init__(
        self,
        since: float,
        screen: Screen,
        mode: ThinkingMode,
        awaited: Awaited | None = None,
        *,
        translations: Translations = ENGLISH,
    ) -> None:
        self.since = since
        self._sayings = _activity_sayings("thinking", awaited or Awaited())
        self._translations = translations
        self._mode = mode
        self._screen = screen
        self._part = ""
        self._full: list[Row] = []
        self._window: deque[Row] = deque(maxlen=WINDOW)
        self._recent = ""  # what the window shows is the end of this

    @property
    def words(self) -> Phrase:
        """What is under way, in full."""
        return self._sayings[0]

    def resize(self, screen: Screen) -> None:
        """Wrap what is live, and what comes, for another screen."""
        self._screen = screen
        if self._mode == "collapse":
            recent, self._recent, self._part = self._recent, "", ""
            self._window.clear()
            self.feed(recent)
        else:
            self.feed("")

    def feed(self, text: str) -> None:
        """Take more text, with newline and tab as the only controls."""
        if self._mode == "hide":
            return
        if self._mode == "collapse":
            self._recent = _last_words(self._recent + text)
        *lines, self._part = (self._part + expand_tabs(inert(text), wide=self._screen.wide)).split(
            "\n"
        )
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
        """Return the rows that became full, and final, since the last call."""
        full, self._full = self._full, []
        return full

    def rows(self, now: float) -> list[Row]:
        """Return the live rows."""
        text = _timed(self._sayings, now - self.since, self._screen, self._translations)
        status = _spinner(text, now)
        part = self._wrap(self._part)[-1:] if self._part else []
        match self._mode:
            case "keep":
                return [*part, status]
            case "collapse":
                rows = [*self._window, *part][-WINDOW:]
                return [status, *(join_rows([_INDENT, row]) for row in rows)]
            case "hide":
                return [status]

    def end(self, now: float) -> list[Row]:
        """Return the final rows that are left of it."""
        seconds = now - self.since
        took = duration(seconds) if seconds >= 1 else Phrase("less than a second")
        text = Phrase("thought for {duration}", duration=took)
        summary = row_of(text.rendered(self._translations), "notice")
        match self._mode:
            case "keep":
                part = self._wrap(self._part)[-1:] if self._part else []
                return [*self.take(), *part, summary]
            case "collapse":
                return [summary]
            case "hide":
                return []

    def _wrap(self, line: str) -> list[Row]:
        width = max(1, self._screen.columns - 1 - len(_INDENT))
        return wrap(row_of(line, "thinking"), width, cut=True, wide=self._screen.wide)


def _last_words(text: str) -> str:
    """Return the end of a text, from the start of a word on where there is one."""
    if len(text) <= 2 * _RECENT:
        return text
    end = text[-_RECENT:]
    _, _, rest = end.partition(" ")
    return rest or end


def duration(seconds: float) -> Phrase:
    """Return whole seconds in words, with minutes from 60 on."""
    minutes, rest = divmod(int(seconds), 60)
    if minutes:
        return Phrase("{minutes} min {seconds:02} s", minutes=minutes, seconds=rest)
    return Phrase("{seconds} s", seconds=rest)


def _with_duration(words: Phrase, seconds: float) -> Phrase:
    return Phrase("{what} {duration}", what=words, duration=duration(seconds))


def _timed(
    sayings: Iterable[Phrase], seconds: float, screen: Screen, translations: Translations
) -> str:
    """Return the fullest text that fits beside the spinner with the time it has taken."""
    told = (_with_duration(it, seconds) for it in sayings)
    return _fitting(told, _beside_spinner(screen), translations)


def _beside_spinner(screen: Screen) -> Screen:
    return screen.part(screen.columns - len("\u280b ") - 1)


def _fitting(sayings: Iterable[Phrase], screen: Screen, translations: Translations) -> str:
    """Return the first text that fits, else as much of the last as does."""
    texts = [inert(it.rendered(translations)) for it in sayings]
    room = screen.part(max(1, screen.columns))
    return next((it for it in texts if room.fits(it)), cut(texts[-1], room))


def _sayings(awaited: Awaited) -> list[Phrase]:
    """Return how a wait is told, the fullest first."""
    model, host = awaited
    sayings = [_WAITING]
    if model:
        sayings = [Phrase("waiting for {model}\u2026", model=model), *sayings]
    if model and host:
        template = "waiting for {model} at {host}\u2026"
        sayings = [Phrase(template, model=model, host=host), *sayings]
    return sayings


def _pauses(awaited: Awaited) -> list[Phrase]:
    """Return how the wait before the next try is told, the fullest first."""
    model, host = awaited
    sayings = [Phrase("waiting to ask again\u2026")]
    if model:
        sayings = [Phrase("waiting to ask {model} again\u2026", model=model), *sayings]
    if model and host:
        template = "waiting to ask {model} at {host} again\u2026"
        sayings = [Phrase(template, model=model, host=host), *sayings]
    return sayings


def _activity_sayings(activity: Activity, awaited: Awaited) -> list[Phrase]:
    """Return how it is told what a model does, the fullest first."""
    model, host = awaited
    match activity:
        case "thinking":
            sayings = [
                Phrase("{model} at {host} is thinking\u2026", model=model, host=host),
                Phrase("{model} is thinking\u2026", model=model),
                Phrase("thinking\u2026"),
            ]
        case "answering":
            sayings = [
                Phrase("{model} at {host} is answering\u2026", model=model, host=host),
                Phrase("{model} is answering\u2026", model=model),
                Phrase("answering\u2026"),
            ]
    return sayings[2 if not model else 0 if host else 1 :]


def _upload_sayings(sending: Sending, host: str) -> list[Phrase]:
    """Return how far an upload is told to be, the fullest first."""
    size = file_size(sending.size)
    percent = 100 * sending.sent // max(1, sending.size)
    told = [
        Phrase("sending {size}\u2026 {percent} %", size=size, percent=percent),
        Phrase("sending\u2026"),
    ]
    if host:
        template = "sending {size} to {host}\u2026 {percent} %"
        told = [Phrase(template, size=size, host=host, percent=percent), *told]
    return told


def _silences(awaited: Awaited, took: Phrase) -> list[Phrase]:
    """Return how a silence is told, the fullest first."""
    model, host = awaited
    told = [Phrase("silent for {duration}", duration=took)]
    if model:
        template = "{model}: silent for {duration}"
        told = [Phrase(template, model=model, duration=took), *told]
    if model and host:
        template = "{model} at {host}: silent for {duration}"
        told = [Phrase(template, model=model, host=host, duration=took), *told]
    return told


def _spinner(text: str, now: float) -> Row:
    glyph = _SPINNER[int(now / SPIN_SECONDS) % len(_SPINNER)]
    return join_rows([row_of(glyph, "marker"), row_of(f" {inert(text)}" if text else "", "notice")])
