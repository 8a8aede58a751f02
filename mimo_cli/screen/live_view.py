"""An answer as live Markdown: events go in, `live` draws them, the terminal is kept in order."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import (
    Looping,
    Retrying,
    Sending,
    Silence,
    StreamItem,
    TextDelta,
    ThinkingDelta,
    Tick,
)
from mimo_cli.api.timing import STALL_SECONDS
from mimo_cli.errors import Interrupted, ReaderGone
from mimo_cli.output.answer import ThinkingWriter, describe, warn_of_hidden
from mimo_cli.output.sanitize import Sanitizer, one_line
from mimo_cli.output.view import View
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mimo_cli.errors import Failure
    from mimo_cli.output.console import Console
    from mimo_cli.output.output_stream import Output
    from mimo_cli.output.view import Awaited
    from mimo_cli.screen.colors import Colors
    from mimo_cli.screen.live import Live
    from mimo_cli.screen.theme import Theme
    from mimo_cli.screen.thinking import ThinkingMode
    from mimo_cli.screen.tty import KeyEcho
    from mimo_cli.signals import Signals


_SPEAKER = "mimo: "
_SANE = "\x1b[0m\x1b[?7h\x1b[?25h\r\n"
"""Plain text, wrapped at the edge, a visible cursor, on a new row."""


@dataclass(frozen=True, slots=True)
class Look:
    """How an answer is drawn.

    `live` False: rows are printed when they are final, and the cursor is never moved. `light` None:
    as the terminal says. `code_theme` is a style of Pygments, the theme's own if it is empty.
    `math`: formulas are drawn in Unicode, where they are understood. `wide`: the terminal draws
    East Asian Ambiguous characters two cells wide. `stall`: seconds of silence until a row says so.
    """

    live: bool = True
    color: bool = True
    light: bool | None = None
    code_theme: str = ""
    thinking: ThinkingMode = "collapse"
    math: bool = True
    wide: bool = False
    stall: float = STALL_SECONDS


class LiveView(View):
    """Draws an answer. What draws is loaded by the first call, when the request is under way.

    `thinking` takes the thinking where it is not part of the picture.
    """

    def __init__(
        self,
        output: Output,
        console: Console,
        look: Look,
        *,
        environ: Mapping[str, str],
        signals: Signals,
        monotonic: Callable[[], float],
        awaited: Awaited | None = None,
        thinking: ThinkingWriter | None = None,
    ) -> None:
        self._output = output
        self._console = console
        self._look = look
        self._environ = environ
        self._signals = signals
        self._monotonic = monotonic
        self._awaited = awaited
        self._live: Live | None = None
        self._terminal = ExitStack()
        self._text = Sanitizer(terminal=True)
        self._thinking = Sanitizer(terminal=True)
        self._thinking_writer = thinking
        self._keys: KeyEcho | None = None
        self._away = False

    @property
    def has_begun(self) -> bool:
        """Whether anything was drawn."""
        return self._live is not None

    def seconds_until_redraw(self) -> float | None:
        """When the next frame is due, or, in the background, when to look whether we still are."""
        if self._live is not None and self._away:
            from mimo_cli.screen.live import LOOK_SECONDS  # loaded with it

            return LOOK_SECONDS
        return None if self._live is None else self._live.seconds_until_tick()

    def show(self, events: Sequence[StreamItem]) -> None:
        """Draw what has come, if a frame is due."""
        with self._signals.held():
            live = self._live or self._open()
            for event in events:
                self._take(live, event)
            if not self._is_away(live):
                live.tick()

    def wait(self, pause: float) -> None:
        """Say that it is waited to ask again, for so many seconds; another view has told why."""
        with self._signals.held():
            live = self._live or self._open()
            live.wait(pause)
            live.tick()

    def close(self, error: Failure | None) -> None:
        """Print what is left, and give the terminal back."""
        if self._live is None:
            return
        with self._signals.held(), self._terminal:
            if self._thinking_writer is not None:
                self._thinking_writer.end()
            if isinstance(error, ReaderGone):
                self._live.abandon()
                return
            interrupted = isinstance(error, Interrupted) and self._output.is_terminal
            self._live.text(self._text.close())
            self._live.finish(Phrase("interrupted") if interrupted else NOTHING)
        warn_of_hidden(self._text.hidden, self._console)

    def abandon(self) -> None:
        """Give the terminal back as it is."""
        with self._terminal:
            if self._live is not None:
                self._live.abandon()

    def _take(self, live: Live, event: StreamItem) -> None:
        match event:
            case TextDelta():
                live.text(self._text.feed(event.text))
            case ThinkingDelta() if self._thinking_writer is not None:
                self._thinking_writer.write(event.thinking)
            case ThinkingDelta():
                live.thinking(self._thinking.feed(event.thinking))
            case Silence() if live.tells_of_silence:
                pass
            case _:
                self._take_notice(live, event)

    def _take_notice(self, live: Live, event: StreamItem) -> None:
        """Take what is no part of an answer: what the client does, and how its sending goes."""
        match event:
            case Retrying():
                self._tell(live, describe(event))
                live.wait(event.wait)
            case Silence() | Looping():
                self._tell(live, describe(event))
            case Sending() | Tick():
                live.show_upload(event if isinstance(event, Sending) else None)
            case _:
                pass

    def _open(self) -> Live:
        from mimo_cli.screen import tty
        from mimo_cli.screen.live import Live

        look, environ = self._look, self._environ
        light = tty.is_light(environ) if look.light is None else look.light
        # A job in the background must not draw over what the shell's user types.
        live_rows = look.live and tty.is_foreground(self._output.descriptor)
        colors = tty.colors(environ, wanted=look.color, is_terminal=self._output.is_terminal)
        self._live = live = Live(
            self._write,
            lambda: tty.size(self._output.descriptor, environ),
            self._monotonic,
            self._theme(colors, light=light),
            live=live_rows,
            late=tty.reports_size_late(environ),
            thinking=look.thinking,
            awaited=self._awaited,
            translations=self._console.translations,
            stall=look.stall,
            math=look.math,
            wide=look.wide,
        )
        if live_rows:
            self._keep_in_order(live, tty.KeyEcho(self._output.descriptor))
        return live

    def _theme(self, colors: Colors, *, light: bool) -> Theme:
        from mimo_cli.screen.theme import Theme

        name = self._look.code_theme
        try:
            return Theme(colors, light=light, code_theme=name)
        except ValueError:
            self._console.warn(
                Phrase("no code_theme is called {name}; see https://pygments.org/styles", name=name)
            )
            return Theme(colors, light=light)

    def _keep_in_order(self, live: Live, keys: KeyEcho) -> None:
        """Hide keys while we draw, and step aside while the user stops us with Ctrl-Z."""

        def suspend() -> None:
            live.suspend()
            keys.show()

        def resume() -> None:
            if not self._is_away(live):
                keys.hide()
                live.resume()

        def restore() -> None:
            keys.show()
            self._output.write_at_once(_SANE)

        keys.hide()
        self._keys = keys
        # Outside of the rest: a second signal may come while that is being undone.
        self._terminal.enter_context(self._signals.restoring(restore))
        self._terminal.callback(keys.show)
        self._terminal.enter_context(self._signals.suspending(suspend, resume))

    def _is_away(self, live: Live) -> bool:
        """Return whether the shell has put us into the background (`bg`): then nothing is drawn."""
        if self._keys is None:
            return False
        was_away, self._away = self._away, not self._keys.are_ours
        if was_away and not self._away:
            self._keys.hide()
            live.resume()
        return self._away

    def _write(self, text: str) -> None:
        self._output.write(text if self._output.is_terminal else text.replace("\r\n", "\n"))

    def _tell(self, live: Live, text: Phrase) -> None:
        """Say what the client does: in the picture, if stderr is not elsewhere."""
        if self._console.quiet:
            return
        if self._console.output.is_terminal and self._output.is_terminal:
            live.note(one_line(text.rendered(self._console.translations)), first=_SPEAKER)
        else:
            self._console.info(text)


class SpinnerView(LiveView):
    """Draws a spinner on stderr for an answer that is not shown before its end."""

    def _take(self, live: Live, event: StreamItem) -> None:
        match event:
            case TextDelta() if event.text:
                live.show_activity("answering")
            case ThinkingDelta() if event.thinking:
                live.show_activity("thinking")
            case _:
                self._take_notice(live, event)
