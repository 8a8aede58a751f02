"""What was said before: where turns are kept, and the conversation to go on with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mimo_cli import folders, prompt
from mimo_cli.conversation import Conversation
from mimo_cli.errors import MimoError, UsageError
from mimo_cli.talk import session
from mimo_cli.talk.recorder import Recorder

if TYPE_CHECKING:
    from mimo_cli.edges import Edges
    from mimo_cli.history.store import History
    from mimo_cli.options.request import HistoryOptions, RequestOptions
    from mimo_cli.settings import Settings
    from mimo_cli.terminal.console import Console


def open_history(edges: Edges, console: Console) -> History:
    """The store. Nothing is read or made before it is used.

    Raises:
        ConfigError: the environment names a folder that cannot be.
    """
    from mimo_cli.history.store import History  # sqlite3: not for those who keep nothing

    return History(folders.data(edges.environ), now=edges.clock.now, notice=console.notice)


def recorder(edges: Edges, options: HistoryOptions, chosen: Settings, console: Console) -> Recorder:
    """What keeps the conversation, with what was said before if it goes on with an earlier one.

    Raises:
        UsageError: there is no such conversation.
        MimoError: an earlier one is wanted, and cannot be read.
    """
    check(options)
    wanted = options.continue_ or options.resume is not None
    keeps = chosen.history and not options.no_history
    conversation = Conversation()
    history = None
    if wanted or keeps:
        try:
            history = open_history(edges, console)
        except MimoError as error:
            if wanted:
                raise
            console.warn(f"{error.message}. This conversation is not kept.")
    if history is not None and wanted:
        conversation = _earlier(history, options.resume)
        for line in _odd(conversation):
            console.warn(line)
    return recording(conversation, history if keeps else None, edges, console)


def recording(
    conversation: Conversation, history: History | None, edges: Edges, console: Console
) -> Recorder:
    """What keeps a conversation from here on; nothing, without a history."""
    return Recorder(
        conversation,
        history,
        console=console,
        signals=edges.signals,
        monotonic=edges.clock.monotonic,
    )


def check(options: HistoryOptions) -> None:
    """Refuses what cannot go together.

    Raises:
        UsageError: it cannot.
    """
    if options.continue_ and options.resume is not None:
        raise UsageError("--continue and --resume cannot go together")


def resumed(chosen: Settings, conversation: Conversation) -> Settings:
    """The settings for going on with a conversation: its model, unless an option names another."""
    if not conversation.turns or _is_chosen(chosen, "model"):
        return chosen
    model = conversation.turns[-1].model
    origins = {**chosen.origins, "model": f"conversation {conversation.id}"}
    return replace(chosen, model=model, origins=origins) if model else chosen


def system(
    edges: Edges,
    options: RequestOptions,
    chosen: Settings,
    conversation: Conversation,
) -> str | None:
    """The system prompt for a conversation from here on, None for none.

    Raises:
        UsageError: its file cannot be read.
    """
    if options.no_system:
        return None
    if keeps_system(chosen, conversation):
        return system_of(conversation)
    return session.system_prompt(chosen, edges)


def keeps_system(chosen: Settings, conversation: Conversation) -> bool:
    """Whether the system prompt a conversation had goes on: unless an option names another.

    MiMo's own prompt, or that there was none, goes on with a model of the same maker only.
    """
    if not conversation.turns or _is_chosen(chosen, "system"):
        return False
    text, model = system_of(conversation), conversation.turns[-1].model
    if text is not None and not prompt.is_recommended(text):
        return True
    return model == chosen.model or (session.is_mimo(model) and session.is_mimo(chosen.model))


def system_of(conversation: Conversation) -> str | None:
    """The system prompt that a conversation had last."""
    system = conversation.turns[-1].request.get("system")
    return system if isinstance(system, str) else None


def _earlier(history: History, reference: str | None) -> Conversation:
    found = history.newest() if reference is None else history.find(reference)
    if not found:
        hint = "Conversations are kept when a question was asked with history on."
        raise UsageError("there is no conversation to go on with", hint=hint)
    return history.load(found)


def _odd(conversation: Conversation) -> list[str]:
    """What of a conversation the model will not see."""
    left_out = sum(not turn.is_answered for turn in conversation.turns)
    if not left_out:
        return []
    which = "a question" if left_out == 1 else f"{left_out} questions"
    verb = "is" if left_out == 1 else "are"
    return [f"{which} without an answer in conversation {conversation.id} {verb} left out"]


def _is_chosen(chosen: Settings, name: str) -> bool:
    """Whether a setting was given for this run: by an option, a kept prompt, or `-p`."""
    origin, by_profile = (chosen.origins.get(it, "") for it in (name, "default_profile"))
    is_profiles = origin.startswith("profile ") and by_profile.startswith("option ")
    return origin.startswith(("option ", "prompt ")) or is_profiles
