"""Advice in the chat's terms: commands that begin with a slash. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from mimo_cli.advice import (
    Action,
    ChooseModel,
    EarlierMedia,
    LeaveMediaOut,
    ModelsForMedia,
    NameCa,
    RaiseMaxTokens,
    ReplaceModel,
    RetiredModel,
    SeeModels,
    SetBaseUrl,
    SetKey,
    SetKeyAgain,
    SuspectBaseUrl,
    TurnThinkingOff,
)
from mimo_cli.common_phrases import either
from mimo_cli.errors import IncompleteError, RepetitionError
from mimo_cli.output.command_terms import in_command_terms
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.advice import Advice
    from mimo_cli.errors import MimoError

_SEND_LESS = Phrase("/new begins afresh, /model takes another model.")


def hint_for(error: MimoError, *, can_go_on: bool) -> Phrase:
    """Return an error's hint as it can be followed in a chat.

    `can_go_on`: the last answer is a part, for which `/continue` gets the rest.
    """
    if isinstance(error, RepetitionError) or not isinstance(error, IncompleteError):  # no rest
        return in_chat_terms(error.hint, can_go_on=can_go_on)
    if can_go_on:
        return Phrase("/continue asks for the rest, /retry for another answer.")
    return Phrase("/retry asks again.")


def in_chat_terms(hint: Phrase | Advice, *, can_go_on: bool = False) -> Phrase:
    """Return a hint as it is told in a chat; a phrase as it is. `can_go_on` as in `hint_for`.

    The configuration and the lists are commands of a shell there, too.
    """
    match hint:
        case Phrase():
            return hint
        case Action():
            return _of_action(hint)
        case RaiseMaxTokens():
            return _of_max_tokens(hint, can_go_on=can_go_on)
        case TurnThinkingOff(ignored):
            return Phrase(
                "the service ignores {settings} while the model thinks; /thinking off changes that",
                settings=ignored,
            )
        case ChooseModel() | ReplaceModel() | RetiredModel():
            return _of_model(hint)
        case ModelsForMedia(names):
            return Phrase("Ask one that does: /model {models}", models=either(names))
        case LeaveMediaOut(what):
            return Phrase(
                "Put the question in other words, or leave {attached} out (/file none): "
                "that may be what is blocked.",
                attached=what,
            )
        case EarlierMedia(names):
            return _of_earlier_media(names)
        case SetKey() | SetKeyAgain() | SetBaseUrl() | SuspectBaseUrl() | NameCa() | SeeModels():
            return in_command_terms(hint)
        case _:
            assert_never(hint)


def _of_action(action: Action) -> Phrase:
    match action:
        case Action.LONGER_TIMEOUT:
            return Phrase("Give it longer: /set timeout SECONDS")
        case Action.OTHER_MODEL_FOR_ATTACHMENT:
            return Phrase("Ask a model that takes it (/model), or leave the attachment out.")
        case Action.LEAVE_EARLIER_MEDIA_OUT:
            return Phrase(
                "Put the question in other words, or begin without the files of earlier questions "
                "(/new): they are sent again, and may be what is blocked."
            )
        case Action.SEND_NEW_MEDIA_ALONE | Action.SEND_NEW_MEDIA_ALONE_OR_SMALLER:
            return _of_new_media(action)
        case Action.SEND_LESS:
            return _SEND_LESS
        case Action.SEND_LESS_OR_INSIST:
            return Phrase(
                "{advice} If the estimate is wrong: mimo chat --yes",
                advice=_SEND_LESS,
            )
        case Action.BEGIN_HISTORY_ANEW:
            return Phrase("The next mimo chat sets it aside and begins a new one.")
        case Action.CHANGE_SCHEMA:
            return Phrase("/retry asks again, /set schema none takes any answer.")
        case Action.SAVE_INSTEAD_OF_COPYING:
            return Phrase("Install xclip or wl-copy, or use /save FILE.")
        case Action.LIST_CONVERSATIONS:
            return Phrase("/resume alone lists them.")
        case Action.CHECK_NETWORK | Action.SEND_KEY | Action.LIST_MODELS:
            return in_command_terms(action)
        case _:
            assert_never(action)


def _of_new_media(action: Action) -> Phrase:
    if action is Action.SEND_NEW_MEDIA_ALONE:
        return Phrase(
            "The files of earlier questions are sent again with each one: "
            "/new, then /file and the question again, sends the new one without them."
        )
    return Phrase(
        "The files of earlier questions are sent again with each one: "
        "/new, then /file and the question again, sends the new one without them; "
        "or attach a smaller one."
    )


def _of_earlier_media(names: tuple[str, ...]) -> Phrase:
    if not names:
        return Phrase(
            "The files of earlier questions are sent again with each one. /new begins without "
            "them; /undo, then /file none, takes the last question and its files back; /model "
            "goes on with the model that took them."
        )
    return Phrase(
        "The files of earlier questions are sent again with each one. /new begins without them; "
        "/undo, then /file none, takes the last question and its files back; these take them: "
        "/model {models}",
        models=either(names),
    )


def _of_max_tokens(advice: RaiseMaxTokens, *, can_go_on: bool) -> Phrase:
    if not advice.has_answer_begun:
        return Phrase("Raise it (/set max_tokens N), or use /thinking off.")
    if can_go_on:
        return Phrase("/continue goes on, /set max_tokens N raises it.")
    return Phrase("/set max_tokens N raises it.")


def _of_model(advice: ChooseModel | ReplaceModel | RetiredModel) -> Phrase:
    match advice:
        case ChooseModel(names):
            return Phrase("Did you mean /model {models}?", models=either(names))
        case ReplaceModel(model, retired, replacement):
            return Phrase(
                "{model} was retired on {date}; use /model {replacement}.",
                model=model,
                date=retired,
                replacement=replacement,
            )
        case RetiredModel(model, retired, replacement, is_served_by_mimo):
            return Phrase(
                "{model} was retired on {date}; its replacement is {replacement} "
                "(/model {replacement})"
                if is_served_by_mimo
                else "{model} was retired on {date}; if this server lacks it, "
                "take {replacement} (/model {replacement})",
                model=model,
                date=retired,
                replacement=replacement,
            )
        case _:
            assert_never(advice)
