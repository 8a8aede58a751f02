"""What was said, shown again: each question, then its answer as it would have looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import TextDelta, ToolResult
from mimo_cli.conversation import terminal_views, views
from mimo_cli.conversation.rounds import outcomes
from mimo_cli.conversation.shown.export_formats import attachment, remark
from mimo_cli.output import wrapping
from mimo_cli.output.sanitize import one_line, sanitize
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.protocol.messages import Media, ToolUse
    from mimo_cli.conversation.rounds.outcomes import Round
    from mimo_cli.conversation.showing import Showing
    from mimo_cli.conversation.turns import Turn

MARK = "\u203a "
_CALL = "\u25b8 "
_INDENT = "  "
_LONGEST_CALL = 200


def show(turns: Sequence[Turn], showing: Showing) -> None:
    """Write turns to the output, an empty row after each part of one."""
    still = showing._replace(settings=showing.settings._replace(live=False, show_thinking=False))
    for it in outcomes.rounds(turns):
        _show_question(it, still)
        _show_answer(it, still)


def _show_question(it: Round, showing: Showing) -> None:
    """Write what was asked: the results of tools, what this program said, the user's own words."""
    rows = [_call_row(given.call or given.result, given.result, showing) for given in it.given]
    rows += [_dim(told, showing) for told in outcomes.corrections(it.turn)]
    if rows:
        showing.output.write("\n".join(rows) + "\n\n")
    if it.turn.kind == "question" or it.turn.asked.strip() or it.turn.media:
        showing.output.write(_question(it.turn, showing) + "\n\n")


def _show_answer(it: Round, showing: Showing) -> None:
    """Write the answer as it would have looked, the calls that were not run, and what it lacks."""
    turn = it.turn
    if turn.reply.text.strip():
        view = views.view(showing)
        view.show([TextDelta(0, turn.reply.text)])
        view.close(None)
        if it.not_run:
            showing.output.write("\n")
    rows = [_call_row(call, None, showing) for call in it.not_run]
    if said := remark(turn):
        rows.append(_dim(Phrase("({remark})", remark=said), showing))
    if rows:
        showing.output.write("\n".join(rows) + "\n")
    if rows or turn.reply.text.strip():
        showing.output.write("\n")


def _call_row(call: ToolUse | ToolResult, result: ToolResult | None, showing: Showing) -> str:
    """Return the row of a call and what came of it; of one that is not known by its id."""
    from mimo_cli.tools.call_text import call_text  # few turns have any

    text = call.tool_use_id if isinstance(call, ToolResult) else call_text(call)
    told = outcomes.describe(result).rendered(showing.console.translations)
    return _marked(f"{one_line(text, _LONGEST_CALL)}  {told}", _CALL, showing)


def _dim(told: Phrase, showing: Showing) -> str:
    words = one_line(told.rendered(showing.console.translations))
    if screen := showing.screen:
        words = wrapping.paragraph(words, screen)
    return terminal_views.styled(words, "dim", showing)


def _attachment(media: Media, showing: Showing) -> str:
    name, what = attachment(media)
    told = what.rendered(showing.console.translations)
    return "  ".join(filter(None, map(one_line, (name, told))))


def _question(turn: Turn, showing: Showing) -> str:
    """Return what was asked, its pictures, recordings and films first, a row each."""
    lines = [_attachment(it, showing) for it in turn.media]
    words = sanitize(turn.asked, terminal=showing.output.is_terminal).splitlines()
    lines += words if words or lines else [""]
    return _marked("\n".join(lines), MARK, showing)


def _marked(text: str, mark: str, showing: Showing) -> str:
    """Return rows behind a mark, dim, as wide as the screen has room for."""
    screen = showing.screen
    if screen is not None:
        text = wrapping.text_block(text, screen.part(screen.columns - len(_INDENT)))
    lines = text.split("\n")
    marks = [mark, *[_INDENT] * (len(lines) - 1)]
    rows = [(mark + line).rstrip() for mark, line in zip(marks, lines, strict=True)]
    if mark != MARK:
        return "\n".join(terminal_views.styled(row, "dim", showing) for row in rows)
    sign, first = rows[0][:1], rows[0][1:]  # the sign alone, as the chat's prompt has it
    styled = [terminal_views.styled(row, "dim", showing) for row in (first, *rows[1:])]
    return terminal_views.styled(sign, "mark", showing) + "\n".join(styled)
