"""What goes on with a conversation: its model, system prompt, thinking, tools and schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import OtherBlock, Thinking
from mimo_cli.config import Origin
from mimo_cli.conversation import model_check, prepare
from mimo_cli.conversation.rounds.questions import since_answer
from mimo_cli.input import compose
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.protocol.messages import Json, Reply, Tool
    from mimo_cli.config import Resolved
    from mimo_cli.conversation.turns import Conversation, Turn
    from mimo_cli.environment import Environment
    from mimo_cli.options.ask import AskOptions
    from mimo_cli.options.chat import ChatOptions


def adopt_model(resolved: Resolved, conversation: Conversation) -> Resolved:
    """Return the settings with a conversation's model, unless an option names another."""
    if not conversation.turns or _is_chosen(resolved, "model"):
        return resolved
    model = _last_answered(conversation).model
    return resolved.but(Origin("conversation", conversation.id), model=model) if model else resolved


def system_prompt(
    environment: Environment,
    options: AskOptions | ChatOptions,
    resolved: Resolved,
    conversation: Conversation,
) -> str | None:
    """Return the system prompt for a conversation from here on, None for none.

    Raises:
        UsageError: its file cannot be read.
    """
    if options.no_system:
        return None
    if keeps_system_prompt(resolved, conversation):
        return last_system_prompt(conversation)
    return prepare.system_prompt(resolved, environment, prepare.text_format(options))


def keeps_system_prompt(resolved: Resolved, conversation: Conversation) -> bool:
    """Return whether a conversation's system prompt goes on: unless an option names another.

    MiMo's own prompt, or that there was none, goes on with a model of the same maker only.
    """
    if not conversation.turns or _is_chosen(resolved, "system"):
        return False
    text, model = last_system_prompt(conversation), _last_answered(conversation).model
    if text is not None and not compose.is_recommended(text):
        return True
    chosen = resolved.settings.model
    return model == chosen or all(map(model_check.is_mimo, (model, chosen)))


def last_system_prompt(conversation: Conversation) -> str | None:
    """Return the system prompt that a conversation had last, None for none."""
    system = _last_answered(conversation).request.get("system")
    return system if isinstance(system, str) else None


def adopt_thinking(resolved: Resolved, conversation: Conversation) -> Resolved:
    """Return the settings with a question's thinking switch, for the results of its calls.

    Unless an option says otherwise.
    """
    if not conversation.turns or _is_chosen(resolved, "thinking"):
        return resolved
    kept = _last_answered(conversation).request.get("thinking")
    kind = kept.get("type") if isinstance(kept, dict) else None
    thinking = {"enabled": True, "disabled": False}.get(str(kind))
    return resolved.but(Origin("conversation", conversation.id), thinking=thinking)


def has_to_be_without_thinking(resolved: Resolved, turns: Sequence[Turn]) -> bool:
    """Return whether a model that thinks may be refused to go on with these turns.

    The service wants the thinking of all answers back once tools were called, and one of them has
    none: thinking was off, or a gateway leaves it out. What the user has chosen for this run
    stands, also by a variable, and so does what results go on with.
    """
    if resolved.settings.thinking is False or _is_thinking_settled(resolved):
        return False
    answered = [turn for turn in turns if turn.is_answered]
    has_calls = any(turn.calls for turn in answered)
    return has_calls and not all(_has_thinking(turn.reply) for turn in answered)


def _is_thinking_settled(resolved: Resolved) -> bool:
    match resolved.origin("thinking").kind:
        case "chat" | "environment":
            return True
        case "conversation":  # what its question asked for, if it did
            return resolved.settings.thinking is not None
        case _:
            return _is_chosen(resolved, "thinking")


def _has_thinking(reply: Reply) -> bool:
    return any(
        isinstance(block, Thinking)
        or (isinstance(block, OtherBlock) and block.raw.get("type") == "redacted_thinking")
        for block in reply.content
    )


def without_thinking(resolved: Resolved, conversation: Conversation) -> Resolved:
    """Return the settings for a conversation in which the model no longer thinks."""
    return resolved.but(Origin("conversation", conversation.id), thinking=False)


def is_put_off(resolved: Resolved) -> bool:
    """Return whether thinking is off for what was said, and not by the user's own choice."""
    is_by_conversation = resolved.origin("thinking").kind == "conversation"
    return is_by_conversation and resolved.settings.thinking is False


def with_own_thinking(resolved: Resolved, own: Resolved) -> Resolved:
    """Return the settings with the user's own thinking again, where it was put off."""
    if not is_put_off(resolved):
        return resolved
    return resolved.but(own.origin("thinking"), thinking=own.settings.thinking)


def is_thinking(resolved: Resolved) -> bool:
    """Return whether the model is known to think with these settings: Xiaomi's do by themselves."""
    chosen = resolved.settings
    return model_check.is_mimo(chosen.model) if chosen.thinking is None else chosen.thinking


def told_of_no_thinking(switch: str) -> Phrase:
    """Return what to say of that; `switch` turns thinking on all the same."""
    return Phrase(
        "thinking is off: tools were called, and an earlier answer came without it "
        "({switch} turns it on)",
        switch=switch,
    )


def last_tools(conversation: Conversation) -> tuple[Tool, ...]:
    """Return the tools that a conversation offered last, which go on with it."""
    if not conversation.turns:
        return ()
    request = _last_answered(conversation).request
    if "tools" not in request:
        return ()
    from mimo_cli.tools import definitions  # most offer none

    return definitions.of_request(request)


def last_schema(conversation: Conversation) -> Json | None:
    """Return the schema of the last answer, which results of its calls go on with; None for none.

    A question of the user's does not.
    """
    if not conversation.turns:
        return None
    schema = _last_answered(conversation).request.get("schema")
    return schema if isinstance(schema, dict) else None


def _last_answered(conversation: Conversation) -> Turn:
    """Return the last turn that was answered, the last of all if none was.

    What was asked of a wrong model is not gone on with.
    """
    since = since_answer(conversation.turns)
    return since[0] if since else conversation.turns[-1]


def _is_chosen(resolved: Resolved, name: str) -> bool:
    """Return whether a setting was given for this run: by an option, a kept prompt, or `-p`."""
    kind = resolved.origin(name).kind
    is_profiles = kind == "profile" and resolved.origin("profile").kind == "option"
    return kind in ("option", "prompt") or is_profiles
