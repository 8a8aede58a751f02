"""`mimo history show`: a conversation as it was, drawn on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.commands.history.stored import opened
from mimo_cli.config import load
from mimo_cli.conversation import export as form
from mimo_cli.conversation import transcript, views
from mimo_cli.conversation.views import Showing
from mimo_cli.errors import UsageError
from mimo_cli.output.console import DIM
from mimo_cli.output.sanitize import one_line, sanitize

if TYPE_CHECKING:
    from mimo_cli.conversation.turns import Conversation
    from mimo_cli.environment import Environment

_BOLD = "\x1b[1m"


def run(environment: Environment, reference: str | None, *, json: bool, markdown: bool) -> int:
    """Shows a conversation, the newest if none is named."""
    if json and markdown:
        raise UsageError("--json and --markdown cannot go together")
    with opened(environment) as history:
        chosen = history.newest() if reference is None else history.find(reference)
        if not chosen:
            environment.console().info("the history is empty")
            return 0
        conversation = history.load(chosen)
    terminal = environment.stdout.is_terminal
    if json:
        environment.stdout.write(form.line(form.as_json(conversation)))
    elif markdown or not terminal:
        environment.stdout.write(sanitize(form.markdown(conversation), terminal=terminal))
    else:
        _draw(environment, conversation)
    return 0


def _draw(environment: Environment, conversation: Conversation) -> None:
    """Title and day, then what was said."""
    chosen = load.load(environment, {}).settings
    showing = Showing(environment, chosen, environment.console(), environment.stdout)
    title = views.styled(one_line(conversation.title) or form.UNTITLED, _BOLD, showing)
    day = views.styled(f"{conversation.id} · {form.day(conversation.created)}", DIM, showing)
    environment.stdout.write(f"{title}\n{day}\n\n")
    transcript.show(conversation.turns, showing)
