"""Which view an answer gets: by where it goes, and by what the user wants."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mimo_cli.errors import Interrupted
from mimo_cli.output.answer import SilentView, TextView, ViewPair
from mimo_cli.output.output_stream import is_dumb

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimo_cli.api.protocol.messages import ToolUse
    from mimo_cli.conversation.showing import Showing
    from mimo_cli.conversation.turns import Turn
    from mimo_cli.output.console import Console
    from mimo_cli.output.view import Awaited, View

_LONG_WAIT = 20
"""Seconds after which whoever waits may be elsewhere."""


def view(showing: Showing, awaited: Awaited | None = None) -> View:
    """Return the view of an answer that is shown as it comes; the wait for it says for whom."""
    if showing.is_drawn:
        from mimo_cli.conversation import terminal_views  # not for pipes

        return terminal_views.live_view(showing, awaited)
    shown = showing.settings.show_thinking
    if shown is None:
        shown = showing.is_one_screen
    thinking = shown and not showing.console.quiet
    spins = not showing.output.is_terminal and not thinking and showing.may_spin
    text = TextView(
        showing.output,
        showing.console,
        thinking=thinking,
        raw=showing.raw,
        notices=not spins,
    )
    if showing.output.is_terminal and showing.may_spin:
        from mimo_cli.conversation import terminal_views
        from mimo_cli.screen.waiting_view import WaitingView

        spinner = partial(terminal_views.spinner, showing, awaited)
        return WaitingView(spinner, text, shows_thinking=thinking)
    if spins:
        from mimo_cli.conversation import terminal_views

        return ViewPair(terminal_views.spinner(showing, awaited), text)
    return text


def silent_view(showing: Showing, awaited: Awaited) -> View:
    """Return the view of an answer that is shown at its end.

    It is a spinner, where that is in nobody's way.
    """
    if showing.may_spin:
        from mimo_cli.conversation import terminal_views

        return terminal_views.spinner(showing, awaited)
    return SilentView(showing.console)


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
