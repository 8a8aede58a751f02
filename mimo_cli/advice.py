"""What to do about a problem, as values: told in the words of whoever shows them. Pure.

A hint that reads the same everywhere is a `Phrase`. One that names an option, a command or a key
to press is an `Advice`: `output/command_terms` tells it to somebody at the command line,
`chat/chat_terms` to somebody in a chat. Both are exhaustive, which mypy proves.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any, NamedTuple

from mimo_cli.phrases import NOTHING, Phrase


class Action(Enum):
    """An advice without particulars."""

    LONGER_TIMEOUT = auto()
    """The time limit for the whole answer has passed."""
    CHECK_NETWORK = auto()
    """Nothing answers where the base URL leads."""
    SEND_KEY = auto()
    """The server wants a key, and the settings say that none is sent."""
    OTHER_MODEL_FOR_ATTACHMENT = auto()
    """The model does not take what is attached."""
    LEAVE_EARLIER_MEDIA_OUT = auto()
    """A filter blocked a question; it may be for files of earlier ones, which are sent again."""
    SEND_NEW_MEDIA_ALONE = auto()
    """What is attached is one too many together with files of earlier questions."""
    SEND_NEW_MEDIA_ALONE_OR_SMALLER = auto()
    """What is attached is too large together with files of earlier questions."""
    LIST_MODELS = auto()
    """A server that is not MiMo's does not know the model, and has not said which it has."""
    SEND_LESS = auto()
    """What is sent takes nearly all of the model's context, or more."""
    SEND_LESS_OR_INSIST = auto()
    """By an estimate what would be sent does not fit the model's context."""
    BEGIN_HISTORY_ANEW = auto()
    """The history's file is damaged so that it will be set aside by itself."""
    CHANGE_SCHEMA = auto()
    """No answer fitted the schema."""
    SAVE_INSTEAD_OF_COPYING = auto()
    """A text is too long for the terminal's clipboard."""
    LIST_CONVERSATIONS = auto()
    """No conversation is called like that, and none nearly."""


class RaiseMaxTokens(NamedTuple):
    """The answer reached `max_tokens`; where it has not begun, thinking has used them up."""

    has_answer_begun: bool


class TurnThinkingOff(NamedTuple):
    """The service ignores the settings of these names while the model thinks."""

    ignored: Phrase


class SetKey(NamedTuple):
    """No key was sent; `withheld` says why not the one that there is, and may be empty."""

    withheld: str = ""


class SetKeyAgain(NamedTuple):
    """The key that came from `source` cannot be one."""

    source: str


class SetBaseUrl(NamedTuple):
    """The server says that `url` is its base URL."""

    url: str


class SuspectBaseUrl(NamedTuple):
    """The base URL may be wrong: `told` says so.

    `elsewhere` is what to do where the address that failed is not from there, but a page's; it may
    be empty.
    """

    told: Phrase
    elsewhere: Phrase = NOTHING


class NameCa(NamedTuple):
    """A certificate is of a CA that is not trusted: `told` says how it can be.

    `unread` is a variable of other programs that names one, and is not read here; it may be empty.
    `flaws` say which of ours are of no use.
    """

    told: Phrase
    unread: str = ""
    flaws: tuple[Phrase, ...] = ()


class ChooseModel(NamedTuple):
    """The model is unknown; its name is like these, of which there is at least one."""

    names: tuple[str, ...]


class ReplaceModel(NamedTuple):
    """The service refused `model`, which was retired on that date (YYYY-MM-DD)."""

    model: str
    retired: str
    replacement: str


class RetiredModel(NamedTuple):
    """A warning before anything is sent: Xiaomi retired `model` on that date (YYYY-MM-DD).

    `is_served_by_mimo` tells whether it is Xiaomi's own service that will be asked; another server
    may have the model still.
    """

    model: str
    retired: str
    replacement: str
    is_served_by_mimo: bool


class ModelsForMedia(NamedTuple):
    """The model does not take what is attached; these do, of which there is at least one."""

    names: tuple[str, ...]


class LeaveMediaOut(NamedTuple):
    """A filter blocked a question; it may be for `what` is attached to it."""

    what: Phrase


class EarlierMedia(NamedTuple):
    """What was refused are files of earlier questions, which are sent again with each one.

    `models` are known to take them; there need not be any.
    """

    models: tuple[str, ...] = ()


class SeeModels(NamedTuple):
    """The server does not know the model; it has these, the first of its list, and more."""

    names: tuple[str, ...]
    more: int = 0


Advice = (
    Action
    | RaiseMaxTokens
    | TurnThinkingOff
    | SetKey
    | SetKeyAgain
    | SetBaseUrl
    | SuspectBaseUrl
    | NameCa
    | ChooseModel
    | ReplaceModel
    | RetiredModel
    | ModelsForMedia
    | LeaveMediaOut
    | EarlierMedia
    | SeeModels
)
"""The closed union. None of it is false as a bool, so that `if error.hint` does what it says."""


def with_values(advice: Advice, change: Callable[[str], str]) -> Advice:
    """Return the advice with each text in it changed: a secret taken out, say."""
    if isinstance(advice, Action):
        return advice
    return type(advice)(*(_changed(value, change) for value in advice))


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case Phrase():
            return value.with_values(change)
        case str():
            return change(value)
        case tuple():
            return tuple(_changed(one, change) for one in value)
        case _:
            return value
