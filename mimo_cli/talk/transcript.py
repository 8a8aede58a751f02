"""What was said, shown again: each question, then its answer as it would have looked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mimo_cli.api.messages import TextDelta
from mimo_cli.talk import views
from mimo_cli.terminal.console import DIM, RESET
from mimo_cli.terminal.sanitize import one_line, sanitize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.conversation import Turn
    from mimo_cli.talk.views import Showing

MARK = "\u203a "
_INDENT = "  "


def show(turns: Iterable[Turn], showing: Showing) -> None:
    """Writes turns to the output, an empty row after each."""
    still = replace(showing, settings=replace(showing.settings, live=False, show_thinking=False))
    for turn in turns:
        showing.output.write(_question(turn, still) + "\n\n")
        view = views.view(still, turn.model)
        view.show([TextDelta(0, turn.reply.text)])
        view.close(None)
        ending = _ending(turn)
        if ending:
            showing.output.write(_dim(ending, still) + "\n")
        showing.output.write("\n")


def _question(turn: Turn, showing: Showing) -> str:
    lines = sanitize(turn.asked, terminal=showing.output.is_terminal).splitlines() or [""]
    marks = [MARK, *[_INDENT] * (len(lines) - 1)]
    return "\n".join(_dim(mark + line, showing) for mark, line in zip(marks, lines, strict=True))


def _ending(turn: Turn) -> str:
    """How a turn ended that has no whole answer."""
    if turn.status == "complete" and turn.reply.stop_reason != "max_tokens":
        return ""
    if turn.status == "complete":
        return "cut: stopped at max_tokens"
    what = "incomplete" if turn.is_answered else "no answer"
    why = "" if turn.error is None else str(turn.error.get("message", ""))
    return one_line(f"{what}: {why}" if why else what)


def _dim(text: str, showing: Showing) -> str:
    return f"{DIM}{text}{RESET}" if views.has_color(showing) else text
