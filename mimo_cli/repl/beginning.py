"""A chat at its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.repl import hints
from mimo_cli.repl.chat import Chat
from mimo_cli.talk import past, session

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.edges import Edges
    from mimo_cli.options.chat import ChatOptions
    from mimo_cli.repl.stop import Stop
    from mimo_cli.settings import Settings
    from mimo_cli.terminal.console import Console


def begun(
    edges: Edges,
    options: ChatOptions,
    chosen: Settings,
    console: Console,
    endpoint: Endpoint,
    *,
    interactive: bool,
    stop: Stop,
    confirm: Callable[[str], bool] | None,
    files: list[tuple[str, str]],
) -> Chat:
    """A chat at its beginning, or going on with an earlier conversation.

    Raises:
        UsageError: there is no such conversation.
        MimoError: it cannot be read, or the system prompt cannot.
    """
    recorder = past.recorder(edges, options, chosen, console)
    before, history = recorder.conversation, recorder.history
    own = chosen
    form = session.text_format(options, console)
    form = form._replace(remedy="restart") if interactive else form
    chosen = past.resumed(own, before)
    for warning in session.warnings(chosen, edges):
        console.warn(hints.in_chat(warning))

    def own_system(known: Settings) -> str | None:
        if options.no_system and known.system == own.system:  # not changed since
            return None
        return session.system_prompt(known, edges, form)

    return Chat(
        edges=edges,
        console=console,
        settings=chosen,
        own=own,
        own_system=own_system,
        endpoint=endpoint,
        recorder=recorder,
        form=form,
        new_recorder=lambda other: past.recording(other, history, edges, console),
        history=lambda: history or past.open_history(edges, console),
        system=past.system(edges, options, chosen, before),
        interactive=interactive,
        stop=stop,
        confirm=confirm,
        files=files,
        yes=options.yes,
        json=options.json,
    )
