"""`mimo history show`: a conversation as it was, drawn on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli import config_file, folders, settings
from mimo_cli.api.messages import TextDelta
from mimo_cli.commands.history import opened
from mimo_cli.errors import UsageError
from mimo_cli.history import export as form
from mimo_cli.terminal.console import DIM, RESET, Console
from mimo_cli.terminal.output import use_color
from mimo_cli.terminal.sanitize import one_line, sanitize

if TYPE_CHECKING:
    from mimo_cli.conversation import Conversation, Turn
    from mimo_cli.edges import Edges
    from mimo_cli.terminal.live_view import Look

_BOLD = "\x1b[1m"


def run(edges: Edges, reference: str | None, *, json: bool, markdown: bool) -> int:
    """Shows a conversation, the newest if none is named."""
    if json and markdown:
        raise UsageError("--json and --markdown cannot go together")
    with opened(edges) as history:
        chosen = history.newest() if reference is None else history.find(reference)
        if not chosen:
            Console(edges.stderr).notice("the history is empty")
            return 0
        conversation = history.load(chosen)
    terminal = edges.stdout.is_terminal
    if json:
        edges.stdout.write(form.line(form.as_json(conversation)))
    elif markdown or not terminal:
        edges.stdout.write(sanitize(form.markdown(conversation), terminal=terminal))
    else:
        _draw(edges, conversation)
    return 0


def _draw(edges: Edges, conversation: Conversation) -> None:
    """Questions as quotations, answers as they were drawn when they came."""
    look = _look(edges)
    title = one_line(conversation.title) or form.UNTITLED
    head = f"{conversation.id} · {form.day(conversation.created)}"
    parts = [_styled(title, _BOLD, look), _styled(head, DIM, look)]
    edges.stdout.write("\n".join(parts) + "\n")
    for turn in conversation.turns:
        question = sanitize(form.quoted(turn)).split("\n")
        lines = [_styled(line, DIM, look) for line in question]
        edges.stdout.write("\n" + "\n".join(lines) + "\n\n")
        if turn.is_answered:
            _draw_answer(edges, turn, look)
        if said := form.remark(turn):
            edges.stdout.write(_styled(f"({one_line(said)})", DIM, look) + "\n")


def _draw_answer(edges: Edges, turn: Turn, look: Look) -> None:
    from mimo_cli.terminal.live_view import LiveView

    view = LiveView(
        edges.stdout,
        Console(edges.stderr),
        look,
        environ=edges.environ,
        signals=edges.signals,
        monotonic=edges.clock.monotonic,
    )
    view.show([TextDelta(0, turn.reply.text)])
    view.close(None)


def _look(edges: Edges) -> Look:
    from mimo_cli.terminal.live_view import Look

    file = folders.config_file(edges.environ)
    chosen = settings.resolve({}, edges.environ, config_file.load(file), file_name=str(file))
    return Look(
        live=False,
        color=use_color(chosen.color, edges.environ, edges.stdout),
        light={"light": True, "dark": False}.get(chosen.theme),
        code_theme=chosen.code_theme,
        thinking="hide",
    )


def _styled(text: str, style: str, look: Look) -> str:
    return f"{style}{text}{RESET}" if look.color and text else text
