"""What is drawn on a terminal: rows while an answer is waited for, Markdown, colours."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mimo_cli.output.answer import ThinkingWriter
from mimo_cli.output.console import in_role
from mimo_cli.output.output_stream import use_color

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.conversation.showing import Showing
    from mimo_cli.input.watch import Watch
    from mimo_cli.output.console import Role
    from mimo_cli.output.output_stream import Output
    from mimo_cli.output.view import Awaited, View
    from mimo_cli.screen.live_view import LiveView, Look
    from mimo_cli.screen.thinking import ThinkingMode

_MODES: dict[bool | None, ThinkingMode] = {True: "keep", False: "hide", None: "collapse"}


def spinner(showing: Showing, awaited: Awaited | None) -> LiveView:
    """Return a row on stderr that says what is waited for."""
    from mimo_cli.screen.live_view import SpinnerView

    return _drawing(SpinnerView, showing, showing.console.output, awaited)


def watch(showing: Showing, left: Callable[[], float | None] = lambda: None) -> Watch:
    """Return who watches while something is read: a row, where that is in nobody's way."""
    from mimo_cli.input.watch import NOBODY, Watch

    row = NOBODY.row
    if showing.may_spin:
        from mimo_cli.screen.working_row import working_row

        environment = showing.environment
        clock, signals = environment.clock.monotonic, environment.signals
        row = partial(working_row, showing.console, environment.environ, clock, signals)
    return Watch(row, showing.console.debug, left)


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


def styled(text: str, role: Role, showing: Showing) -> str:
    """Return a text as its role looks, where there are colours."""
    if not text or not has_color(showing):
        return text
    from mimo_cli.screen import tty  # not for pipes

    light = tty.is_light(showing.environment.environ, showing.settings.theme)
    return in_role(role, text, light=light)


def live_view(showing: Showing, awaited: Awaited | None) -> View:
    """Return the view of an answer that is drawn as it comes."""
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
