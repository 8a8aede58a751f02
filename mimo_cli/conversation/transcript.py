"""What was said, shown again: each question, then its answer as it would have looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import TextDelta
from mimo_cli.conversation import views
from mimo_cli.conversation.export_formats import attachment, remark
from mimo_cli.output import wrapping
from mimo_cli.output.sanitize import one_line, sanitize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mimo_cli.api.protocol.messages import Media
    from mimo_cli.conversation.turns import Turn
    from mimo_cli.conversation.views import Showing

MARK = "\u203a "
_INDENT = "  "


def show(turns: Iterable[Turn], showing: Showing) -> None:
    """Write turns to the output, an empty row after each."""
    still = showing._replace(settings=showing.settings._replace(live=False, show_thinking=False))
    for turn in turns:
        showing.output.write(_question(turn, still) + "\n\n")
        if turn.is_answered:
            view = views.view(still)
            view.show([TextDelta(0, turn.reply.text)])
            view.close(None)
        if said := remark(turn):
            words = f"({one_line(said.rendered(showing.console.translations))})"
            if screen := showing.screen:
                words = wrapping.paragraph(words, screen)
            showing.output.write(views.styled(words, "dim", still) + "\n")
        showing.output.write("\n")


def _attachment(media: Media, showing: Showing) -> str:
    name, what = attachment(media)
    told = what.rendered(showing.console.translations)
    return "  ".join(filter(None, map(one_line, (name, told))))


def _question(turn: Turn, showing: Showing) -> str:
    """Return what was asked, its pictures, recordings and films first, a row each."""
    lines = [_attachment(it, showing) for it in turn.media]
    words = sanitize(turn.asked, terminal=showing.output.is_terminal).splitlines()
    lines += words if words or lines else [""]
    screen = showing.screen
    if screen is not None:
        room = screen.part(screen.columns - len(_INDENT))
        lines = wrapping.text_block("\n".join(lines), room).split("\n")
    marks = [MARK, *[_INDENT] * (len(lines) - 1)]
    rows = [(mark + line).rstrip() for mark, line in zip(marks, lines, strict=True)]
    return "\n".join(views.styled(row, "dim", showing) for row in rows)
