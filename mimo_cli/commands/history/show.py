"""`mimo history show`: a conversation as it was, drawn on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.commands.history.access import open_history
from mimo_cli.config import load_configuration
from mimo_cli.conversation import export_formats, transcript, views
from mimo_cli.conversation.views import Showing
from mimo_cli.errors import UsageError
from mimo_cli.output import wrapping
from mimo_cli.output.sanitize import one_line, sanitize
from mimo_cli.phrases import Phrase, rendered

if TYPE_CHECKING:
    from mimo_cli.conversation.turns import Conversation
    from mimo_cli.environment import Environment
    from mimo_cli.text.widths import Screen


def run(environment: Environment, reference: str | None, *, json: bool, markdown: bool) -> int:
    """Show a conversation, the newest if none is named.

    Raises:
        UsageError: there is no such conversation, or it is to be shown in two forms.
        LocalIOError: the history cannot be read.
    """
    if json and markdown:
        raise UsageError(Phrase("--json and --markdown cannot go together"))
    with open_history(environment) as history:
        chosen = history.newest() if reference is None else history.find(reference)
        if not chosen:
            environment.console().info(Phrase("the history is empty"))
            return 0
        conversation = history.load(chosen)
    screen = environment.screen_of(environment.stdout)
    if json:
        environment.stdout.write(export_formats.line(export_formats.as_json(conversation)))
    elif markdown or screen is None:
        text = sanitize(export_formats.markdown(conversation), terminal=screen is not None)
        environment.stdout.write(text)
    else:
        _draw(environment, conversation, screen)
    return 0


def _draw(environment: Environment, conversation: Conversation, screen: Screen) -> None:
    """Write title and day, then what was said."""
    chosen = load_configuration(environment, {}).settings
    showing = Showing(environment, chosen, environment.console(), environment.stdout)
    untitled = rendered(export_formats.UNTITLED, environment.translations)
    named = one_line(conversation.title) or untitled
    title = views.styled(wrapping.paragraph(named, screen), "strong", showing)
    day = views.styled(
        f"{conversation.id} · {export_formats.day(conversation.created)}", "dim", showing
    )
    environment.stdout.write(f"{title}\n{day}\n\n")
    transcript.show(conversation.turns, showing)
