"""How a chat starts: anew, or with an earlier conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.chat.session import Chat
from mimo_cli.conversation import model_check, prepare, resume
from mimo_cli.conversation.earlier import going_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.advice import Advice
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.chat.cancellation import Cancellation
    from mimo_cli.config import Resolved
    from mimo_cli.environment import Environment
    from mimo_cli.history.journal import Journal
    from mimo_cli.history.store import History
    from mimo_cli.options.chat import ChatOptions
    from mimo_cli.output.console import Console
    from mimo_cli.phrases import Phrase


def _in_words(advice: Advice) -> Phrase:
    from mimo_cli.chat.chat_terms import in_chat_terms  # most have nothing to be told

    return in_chat_terms(advice)


def start_chat(
    environment: Environment,
    options: ChatOptions,
    own: Resolved,
    console: Console,
    endpoint: Endpoint,
    *,
    interactive: bool,
    cancellation: Cancellation,
    confirm: Callable[[Phrase], bool] | None,
    files: list[Attachment],
) -> Chat:
    """Return a chat at its beginning, or going on with an earlier conversation.

    Raises:
        UsageError: there is no such conversation.
        MimoError: it cannot be read, or the system prompt cannot.
    """
    console.in_words = _in_words
    recorder = resume.open_recorder(environment, options, own.settings, console, looks=True)
    before, history = recorder.conversation, recorder.history
    form = prepare.text_format(options, console)
    form = form._replace(remedy="restart") if interactive else form
    resolved = going_on.adopt_model(own, before)
    for warning in model_check.warnings(resolved.settings, environment):
        console.warn(warning)

    def own_system(known: Resolved) -> str | None:
        if options.no_system and known.settings.system == own.settings.system:  # not changed since
            return None
        return prepare.system_prompt(known, environment, form)

    chat = Chat(
        environment=environment,
        console=console,
        resolved=resolved,
        own=own,
        own_system=own_system,
        endpoint=endpoint,
        recorder=recorder,
        text_format=form,
        new_recorder=lambda other: resume.make_recorder(other, history, environment, console),
        history=lambda: _whole_history(history, environment, console),
        system=going_on.system_prompt(environment, options, resolved, before),
        interactive=interactive,
        cancellation=cancellation,
        confirm=confirm,
        files=files,
        film=prepare.film(options),
        exclude=tuple(options.exclude or ()),
        keys=prepare.known_keys(own, environment),
        yes=options.yes,
        json=options.json,
    )
    console.is_wide = lambda: chat.settings.is_wide
    return chat


def _whole_history(journal: Journal | None, environment: Environment, console: Console) -> History:
    """Return the store that a recorder has, or one of its own where it has none.

    Raises:
        ConfigError: the environment names a folder that cannot be.
    """
    from mimo_cli.history.store import History

    return journal if isinstance(journal, History) else resume.open_history(environment, console)
