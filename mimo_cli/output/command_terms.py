"""Advice in the terms of the command line: options, and commands to be typed into a shell. Pure."""

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
from mimo_cli.common_phrases import chained, either
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from mimo_cli.advice import Advice

_SEND_LESS = Phrase("Send less, or begin a new conversation (without -c and -r).")


def in_command_terms(hint: Phrase | Advice) -> Phrase:
    """Return a hint as it is told to somebody who types commands; a phrase as it is."""
    match hint:
        case Phrase():
            return hint
        case Action():
            return _of_action(hint)
        case RaiseMaxTokens(has_answer_begun=True):
            return Phrase("Raise --max-tokens for more.")
        case RaiseMaxTokens():
            return Phrase("Raise --max-tokens, or use --no-thinking.")
        case TurnThinkingOff(ignored):
            return Phrase(
                "the service ignores {settings} while the model thinks; add --no-thinking",
                settings=ignored,
            )
        case SetKey() | SetKeyAgain():
            return _of_key(hint)
        case SetBaseUrl() | SuspectBaseUrl() | NameCa():
            return _of_server(hint)
        case ChooseModel() | ReplaceModel() | RetiredModel():
            return _of_model(hint)
        case ModelsForMedia(names):
            return Phrase("Ask one that does: -m {models}", models=either(names))
        case LeaveMediaOut(what):
            return Phrase(
                "Put the question in other words, or leave {attached} out: "
                "that may be what is blocked.",
                attached=what,
            )
        case EarlierMedia(names):
            return _of_earlier_media(names)
        case SeeModels():
            return _of_list(hint)
        case _:
            assert_never(hint)


def _of_server(advice: SetBaseUrl | SuspectBaseUrl | NameCa) -> Phrase:
    match advice:
        case SetBaseUrl(url):
            return Phrase("Run: mimo config set base_url {url}", url=url)
        case NameCa(told, _, flaws) if flaws:
            return Phrase("{advice} {remarks}", advice=told, remarks=chained(flaws))
        case NameCa(told, unread) if unread:
            template = '{advice} {variable} is not read here: export SSL_CERT_FILE="${variable}"'
            return Phrase(template, advice=told, variable=unread)
        case SuspectBaseUrl(told) | NameCa(told):
            return told


def _of_action(action: Action) -> Phrase:
    match action:
        case Action.LONGER_TIMEOUT:
            return Phrase("Give it longer: --timeout SECONDS")
        case Action.CHECK_NETWORK:
            return Phrase("Check the network, and base_url (mimo config get base_url).")
        case Action.SEND_KEY:
            return Phrase(
                "No key was sent: auth is none. For one: mimo config set auth bearer (or x-api-key)"
            )
        case Action.OTHER_MODEL_FOR_ATTACHMENT:
            return Phrase("Ask a model that takes it (-m), or leave the attachment out.")
        case Action.LEAVE_EARLIER_MEDIA_OUT:
            return Phrase(
                "Put the question in other words, or ask without -c and -r: the files of earlier "
                "questions are sent again, and may be what is blocked."
            )
        case Action.SEND_NEW_MEDIA_ALONE | Action.SEND_NEW_MEDIA_ALONE_OR_SMALLER:
            return _of_new_media(action)
        case Action.LIST_MODELS:
            return Phrase("Check base_url, and what models it has: mimo models --remote")
        case Action.SEND_LESS | Action.SEND_LESS_OR_INSIST:
            return _of_length(action)
        case Action.BEGIN_HISTORY_ANEW:
            return Phrase("The next question (without -r) sets it aside and begins a new one.")
        case Action.CHANGE_SCHEMA:
            return Phrase("Put the question in other words, or want less of --schema.")
        case Action.SAVE_INSTEAD_OF_COPYING:
            return Phrase("Install xclip or wl-copy, or write it to a file (> FILE).")
        case Action.LIST_CONVERSATIONS:
            return Phrase("See: mimo history")
        case _:
            assert_never(action)


def _of_length(action: Action) -> Phrase:
    if action is Action.SEND_LESS:
        return _SEND_LESS
    return Phrase("{advice} If the estimate is wrong: --yes.", advice=_SEND_LESS)


def _of_new_media(action: Action) -> Phrase:
    if action is Action.SEND_NEW_MEDIA_ALONE:
        return Phrase(
            "The files of earlier questions are sent again with each one: "
            "send the new one in a conversation of its own (without -c and -r)."
        )
    return Phrase(
        "The files of earlier questions are sent again with each one: "
        "send the new one in a conversation of its own (without -c and -r), or smaller."
    )


def _of_earlier_media(names: tuple[str, ...]) -> Phrase:
    if not names:
        return Phrase(
            "The files of earlier questions are sent again with each one: ask without -c and -r, "
            "or go on with the model and the server that took them."
        )
    return Phrase(
        "The files of earlier questions are sent again with each one: ask without -c and -r, "
        "or a model that takes them: -m {models}",
        models=either(names),
    )


def _of_key(advice: SetKey | SetKeyAgain) -> Phrase:
    match advice:
        case SetKeyAgain(source):
            return Phrase(
                "Set it again: mimo config set api_key (it came from {source})", source=source
            )
        case SetKey(withheld) if withheld:
            return Phrase(
                "No key was sent: {why}. A profile's own: mimo config set -p NAME api_key",
                why=withheld,
            )
        case SetKey():
            return Phrase("No key was sent. Set one: mimo config set api_key")
        case _:
            assert_never(advice)


def _of_model(advice: ChooseModel | ReplaceModel | RetiredModel) -> Phrase:
    match advice:
        case ChooseModel(names):
            return Phrase("Did you mean -m {models}?", models=either(names))
        case ReplaceModel(model, retired, replacement):
            return Phrase(
                "{model} was retired on {date}; use -m {replacement}.",
                model=model,
                date=retired,
                replacement=replacement,
            )
        case RetiredModel(model, retired, replacement, is_served_by_mimo):
            return Phrase(
                "{model} was retired on {date}; its replacement is {replacement} (-m {replacement})"
                if is_served_by_mimo
                else "{model} was retired on {date}; if this server lacks it, "
                "take {replacement} (-m {replacement})",
                model=model,
                date=retired,
                replacement=replacement,
            )
        case _:
            assert_never(advice)


def _of_list(advice: SeeModels) -> Phrase:
    if not advice.more:
        return Phrase("The server has {models}.", models=", ".join(advice.names))
    return Phrase(
        "The server has {models} and {count} more (mimo models --remote).",
        models=", ".join(advice.names),
        count=advice.more,
    )
