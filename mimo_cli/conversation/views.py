"""Which view an answer gets: by where it goes, and by what the user wants."""

from __future__ import annotations

import os
import stat
from functools import partial
from typing import TYPE_CHECKING, Literal

from mimo_cli.errors import Interrupted
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.output.answer import SilentView, TextView, ThinkingWriter, ViewPair
from mimo_cli.output.console import in_role
from mimo_cli.output.output_stream import is_dumb, use_color

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mimo_cli.api.protocol.messages import ToolUse
    from mimo_cli.config import Settings
    from mimo_cli.conversation.turns import Turn
    from mimo_cli.environment import Environment
    from mimo_cli.input.watch import Watch
    from mimo_cli.output.console import Console, Role
    from mimo_cli.output.output_stream import Output
    from mimo_cli.output.view import Awaited, View
    from mimo_cli.screen.live_view import LiveView, Look
    from mimo_cli.screen.thinking import ThinkingMode
    from mimo_cli.text.widths import Screen

OnLoop = Literal["nothing", "tell", "stop"]
"""What is done when an answer repeats itself over and over."""

_LONG_WAIT = 20
"""Seconds after which whoever waits may be elsewhere."""
_MODES: dict[bool | None, ThinkingMode] = {True: "keep", False: "hide", None: "collapse"}


class Showing(NamedTuple):
    """Where answers go, and how: `raw` is the text on a terminal too, `render` the reverse."""

    environment: Environment
    settings: Settings
    console: Console
    output: Output
    raw: bool = False
    render: bool = False

    @property
    def is_one_screen(self) -> bool:
        """Whether the answer and what is said on stderr appear in the same place."""
        return self.output.is_terminal and self.console.output.is_terminal

    @property
    def screen(self) -> Screen | None:
        """The screen that answers appear on, None if they are on none."""
        is_wide = self.settings.is_wide
        return self.environment._replace(is_wide=lambda: is_wide).screen_of(self.output)

    @property
    def is_drawn(self) -> bool:
        """Whether Markdown is drawn, and not written as it is."""
        return self.render or (self.output.is_terminal and not self.raw)

    @property
    def thinks_apart(self) -> bool:
        """Whether thinking is kept where the answer is not: else it is part of the picture."""
        return self.settings.show_thinking is True and not self.is_one_screen

    @property
    def has_cursor(self) -> bool:
        """Whether live rows are wanted, and there is a terminal that can have them."""
        return self.settings.live and not is_dumb(self.environment.environ)

    @property
    def on_loop(self) -> OnLoop:
        """What to do when an answer repeats itself: a person is told, who sees it on stderr."""
        if self.console.output.is_terminal and not self.console.quiet:
            return "tell"
        return "stop" if self.settings.stop_loops else "nothing"


def view(showing: Showing, awaited: Awaited | None = None) -> View:
    """Return the view of an answer that is shown as it comes; the wait for it says for whom."""
    if showing.is_drawn:
        return _live_view(showing, awaited)
    shown = showing.settings.show_thinking
    if shown is None:
        shown = showing.is_one_screen
    thinking = shown and not showing.console.quiet
    may_spin = _may_spin(showing)
    spins = not showing.output.is_terminal and not thinking and may_spin
    text = TextView(
        showing.output,
        showing.console,
        thinking=thinking,
        raw=showing.raw,
        notices=not spins,
    )
    if showing.output.is_terminal and may_spin:
        from mimo_cli.screen.waiting_view import WaitingView

        spinner = partial(_spinner, showing, awaited)
        return WaitingView(spinner, text, shows_thinking=thinking)
    return ViewPair(_spinner(showing, awaited), text) if spins else text


def silent_view(showing: Showing, awaited: Awaited) -> View:
    """Return the view of an answer that is shown at its end.

    It is a spinner, where that is in nobody's way.
    """
    if _may_spin(showing):
        return _spinner(showing, awaited)
    return SilentView(showing.console)


def watch(showing: Showing, left: Callable[[], float | None] = lambda: None) -> Watch:
    """Return who watches while something is read: a row, where that is in nobody's way."""
    from mimo_cli.input.watch import NOBODY, Watch

    row = NOBODY.row
    if _may_spin(showing):
        from mimo_cli.screen.working_row import working_row

        environment = showing.environment
        clock, signals = environment.clock.monotonic, environment.signals
        row = partial(working_row, showing.console, environment.environ, clock, signals)
    return Watch(row, showing.console.debug, left)


def _may_spin(showing: Showing) -> bool:
    """Return whether stderr has a screen to itself: the reader of a pipe may be a pager."""
    console = showing.console
    has_screen = console.output.is_terminal and showing.has_cursor
    return has_screen and not console.quiet and not _is_pipe(showing.environment.stdout.descriptor)


def _spinner(showing: Showing, awaited: Awaited | None) -> LiveView:
    from mimo_cli.screen.live_view import SpinnerView

    return _drawing(SpinnerView, showing, showing.console.output, awaited)


def look(showing: Showing, output: Output) -> Look:
    """Return how what is drawn looks on `output`."""
    from mimo_cli.screen.live_view import Look

    chosen = showing.settings
    hides = showing.console.quiet or showing.thinks_apart or not output.is_terminal
    return Look(
        live=showing.has_cursor and output.is_terminal,
        color=has_color(showing, output),
        light={"light": True, "dark": False}.get(chosen.theme),
        code_theme=chosen.code_theme,
        math=chosen.math == "unicode",
        wide=chosen.is_wide,
        stall=showing.environment.limits.stall,
        thinking="hide" if hides else _MODES[chosen.show_thinking],
    )


def has_color(showing: Showing, output: Output | None = None) -> bool:
    """Return whether what is drawn has colours."""
    return use_color(showing.settings.color, showing.environment.environ, output or showing.output)


def notify(turns: Sequence[Turn], showing: Showing) -> None:
    """Ring the terminal's bell if an answer, of one turn or more, took long and that is wanted.

    Whoever stopped it is there.
    """
    if not showing.settings.notify or isinstance(turns[-1].failure, Interrupted):
        return
    seconds = sum(it.seconds or 0.0 for it in turns)
    console = showing.console
    is_heard = console.output.is_terminal and not is_dumb(showing.environment.environ)
    if seconds > _LONG_WAIT and is_heard and not console.quiet:
        console.write("\a")


def tell_calls(calls: Iterable[ToolUse], console: Console) -> None:
    """Write a row on stderr for each of a model's calls, with its id."""
    from mimo_cli.tools.call_text import call_text  # most answers have none

    for call in calls:
        console.row(f"\u25b8 {call_text(call)}", call.id)


def styled(text: str, role: Role, showing: Showing) -> str:
    """Return a text as its role looks, where there are colours."""
    if not text or not has_color(showing):
        return text
    from mimo_cli.screen import tty  # not for pipes

    light = tty.is_light(showing.environment.environ, showing.settings.theme)
    return in_role(role, text, light=light)


def _live_view(showing: Showing, awaited: Awaited | None) -> View:
    from mimo_cli.screen.live_view import LiveView

    apart = showing.thinks_apart and not showing.console.quiet
    thinking = ThinkingWriter(showing.console) if apart else None
    return _drawing(LiveView, showing, showing.output, awaited, thinking)


def _drawing(
    kind: type[LiveView],
    showing: Showing,
    output: Output,
    awaited: Awaited | None,
    thinking: ThinkingWriter | None = None,
) -> LiveView:
    environment = showing.environment
    return kind(
        output,
        showing.console,
        look(showing, output),
        environ=environment.environ,
        signals=environment.signals,
        monotonic=environment.clock.monotonic,
        awaited=awaited,
        thinking=thinking,
    )


def _is_pipe(descriptor: int | None) -> bool:
    try:
        return descriptor is not None and stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False  # closed meanwhile: nobody reads
