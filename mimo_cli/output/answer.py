"""Events to the screen, a pipe or a file; the turn comes back, with the reply that they made.

A `View` shows the events of one answer. `show_answer` feeds it, collects the reply, and makes sure
that whatever came is kept when the stream breaks or the user interrupts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.assembly import Assembly
from mimo_cli.api.protocol.messages import (
    Looping,
    MessageStop,
    Retrying,
    Silence,
    StreamItem,
    TextDelta,
    ThinkingDelta,
    has_words,
)
from mimo_cli.errors import Interrupted, MimoError, ReaderGone
from mimo_cli.output.sanitize import Sanitizer, one_line
from mimo_cli.output.view import View
from mimo_cli.phrases import Phrase, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mimo_cli.conversation.turns import Turn
    from mimo_cli.errors import Failure
    from mimo_cli.output.console import Console
    from mimo_cli.output.output_stream import Output

Notable = Retrying | Silence | Looping
"""What is told beside an answer while it comes."""

_REASON = 200
"""Characters of each part of why a request is sent again: a server's words may fill the screen."""


def show_answer(
    turn: Turn,
    groups: Iterable[Sequence[StreamItem]],
    view: View,
    monotonic: Callable[[], float],
    before: Sequence[StreamItem] = (),
) -> Turn:
    """Show an answer and collect it, as far as it comes; `before` is only shown.

    Return the turn with `reply`, `seconds` and `first_text`, and as `failure` what ended the answer
    before its time, or kept it from being shown.
    """
    started = monotonic()
    assembly = Assembly()
    first_text: float | None = None
    error: Failure | None = None
    try:
        if before:
            view.show(before)
        for events in groups:
            if any(isinstance(event, Retrying) for event in events):
                first_text = None
            if first_text is None and any(map(has_words, events)):
                first_text = monotonic() - started
            assembly.add(events)
            view.show(events)
    except (MimoError, Interrupted, ReaderGone) as failure:
        error = failure
    except BaseException:
        view.abandon()
        raise
    try:
        view.close(error)
    except (MimoError, Interrupted, ReaderGone) as failure:
        error = error or failure
    seconds = monotonic() - started
    return turn._replace(
        reply=assembly.reply(), failure=error, seconds=seconds, first_text=first_text
    )


class TextWriter:
    """The answer's own text to an output: inert, at once, ending in exactly one newline.

    Where the end is known it goes out together with what comes before it: others may write to the
    same output, and a line is whole only if nobody gets between.
    """

    def __init__(self, output: Output, *, raw: bool = False) -> None:
        self._output = output
        self._raw = raw and not output.is_terminal
        self._sanitizer = Sanitizer(terminal=output.is_terminal)
        # Newlines at the end, which only what follows makes part of the text; and white space at
        # the beginning: a request of which nothing else was shown may still be sent again.
        self._held = ""
        self._has_text = False
        self._has_ended = False

    @property
    def hidden(self) -> int:
        """How many invisible characters the text had."""
        return self._sanitizer.hidden

    def write(self, text: str, *, is_last: bool = False) -> None:
        """Write more of the text; if it is the last of it, with its end."""
        if not self._raw:
            text = self._sanitizer.feed(text)
            if is_last:
                text += self._sanitizer.close()
        self._put(text, is_last=is_last)

    def restart(self) -> None:
        """Forget what was held back, if nothing has been written."""
        if not self._has_text:
            self._held = ""

    def close(self) -> None:
        """End the text, if that was not done with its last part."""
        if not self._has_ended:
            self._put(self._sanitizer.close(), is_last=True)

    def _put(self, text: str, *, is_last: bool) -> None:
        body = text.rstrip("\n")
        if body and (self._has_text or body.strip()):
            before, self._held = self._held, text[len(body) :]
            self._has_text = True  # first: an interrupt may end the next line half-way
            body = before + body
        else:
            self._held += text
            body = ""
        ends = is_last and self._has_text
        if body or ends:
            self._output.write(body + "\n" * ends)
        self._has_ended = ends  # afterwards: what was interrupted has not ended


class TextView(View):
    """The answer as text while it comes; thinking, dim, on stderr."""

    def __init__(
        self,
        output: Output,
        console: Console,
        *,
        thinking: bool,
        raw: bool = False,
        notices: bool = True,
    ) -> None:
        self._writer = TextWriter(output, raw=raw)
        self._thinking = ThinkingWriter(console) if thinking else None
        self._console = console
        self._notices = notices
        self._shares_row = output.is_terminal and console.output.is_terminal
        self._is_in_row = False  # the answer's last row may still grow

    def show(self, events: Sequence[StreamItem]) -> None:
        """Write the text of all events at once."""
        text: list[str] = []
        is_last = False
        for event in events:
            match event:
                case TextDelta():
                    text.append(event.text)
                case MessageStop():
                    is_last = True
                case ThinkingDelta() if self._thinking is not None:
                    self._write(text)
                    self._leave_row()
                    self._thinking.write(event.thinking)
                case Retrying() | Silence() | Looping():
                    self._write(text)
                    self._tell(event)
                case _:
                    pass
        self._write(text, is_last=is_last)

    def close(self, error: Failure | None) -> None:
        """End the answer, and say if it was interrupted, or held what cannot be seen."""
        self._end_thinking()
        self._writer.close()
        if self._notices:
            _tell_interruption(error, self._console)
        warn_of_hidden(self._writer.hidden, self._console)

    def _write(self, parts: list[str], *, is_last: bool = False) -> None:
        text = "".join(parts)
        parts.clear()
        if text:
            self._end_thinking()
            self._writer.write(text, is_last=is_last)
            self._is_in_row = self._shares_row

    def _tell(self, event: Notable) -> None:
        self._end_thinking()
        if isinstance(event, Retrying):
            self._writer.restart()
        if self._notices:
            self._leave_row()
            self._console.info(describe(event))

    def _leave_row(self) -> None:
        """Begin a new row for what goes to stderr, where the answer is on the same screen."""
        if self._is_in_row:
            self._is_in_row = False
            self._console.write("\n")

    def _end_thinking(self) -> None:
        if self._thinking is not None:
            self._thinking.end()


class SilentView(View):
    """Shows nothing of the answer before the end; retries, silence and loops are told."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def show(self, events: Sequence[StreamItem]) -> None:
        """Tell what the client does."""
        for event in events:
            if isinstance(event, Retrying | Silence | Looping):
                self._console.info(describe(event))

    def close(self, error: Failure | None) -> None:
        """Say if it was interrupted: nothing is open."""
        _tell_interruption(error, self._console)


class ViewPair(View):
    """Two views of one answer, on different streams; the first one wants to be redrawn."""

    def __init__(self, first: View, second: View) -> None:
        self._first = first
        self._second = second

    def seconds_until_redraw(self) -> float | None:
        """Return when the first one wants to be; the second never does."""
        return self._first.seconds_until_redraw()

    def show(self, events: Sequence[StreamItem]) -> None:
        """Show what has just come in both views."""
        self._first.show(events)
        self._second.show(events)

    def abandon(self) -> None:
        """Abandon both views."""
        self._first.abandon()
        self._second.abandon()

    def close(self, error: Failure | None) -> None:
        """Close both views, the second whatever happens to the first."""
        try:
            self._first.close(error)
        finally:
            self._second.close(error)


class ThinkingWriter:
    """Writes thinking to stderr, dim, never mixed up with the answer."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._sanitizer = Sanitizer(terminal=True)
        self._last = ""

    def write(self, thinking: str) -> None:
        """Write more of it. Each piece ends its own style: nothing stays dim if we die."""
        text = self._sanitizer.feed(thinking)
        if text:
            self._last = text[-1]
            self._console.write(self._console.styled("dim", text))

    def end(self) -> None:
        """Begin a new row, if thinking was being written."""
        if self._last:
            self._console.write("\n\n" if self._last != "\n" else "\n")
            self._last = ""


def describe(event: Notable) -> Phrase:
    """Say what the client does while nothing comes, or what there is to know of what comes."""
    match event:
        case Looping("thinking"):
            return Phrase("the thinking seems to go round in circles; Ctrl-C stops it")
        case Looping():
            return Phrase("the answer seems to go round in circles; Ctrl-C stops it")
        case Retrying(reason, wait, attempt):
            return Phrase(
                "{reason}; trying again in {wait:.1f} s (retry {attempt})",
                reason=reason.with_values(_shorten),
                wait=wait,
                attempt=attempt,
            )
        case Silence(seconds, limit):
            return Phrase(
                "nothing has come for {seconds:.0f} s; giving up after {limit:.0f} s",
                seconds=seconds,
                limit=limit,
            )


def warn_of_hidden(count: int, console: Console) -> None:
    """Warn of so many characters in an answer that nobody sees; not of none."""
    if count:
        console.warn(
            counted(
                count,
                "the answer holds one invisible character",
                "the answer holds {count:,} invisible characters",
            )
        )


def _tell_interruption(error: Failure | None, console: Console) -> None:
    """Tell whoever stopped an answer at a terminal that it was heard."""
    if isinstance(error, Interrupted) and console.output.is_terminal:
        console.info(Phrase("interrupted"))


def _shorten(words: str) -> str:
    return one_line(words, _REASON).rstrip(".")
