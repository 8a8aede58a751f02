"""The settings: what they are called, what they may be. Pure, one table of keys.

To add a setting: a field of `Settings`, a row of `KEYS`; if a command has an option for it, a field
in `options`, which takes name and help from here. Which layer wins is said in `resolve`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, cast

from mimo_cli.api.base_url import DEFAULT_BASE_URL, parse_base_url
from mimo_cli.api.endpoint import Auth, Endpoint
from mimo_cli.catalogue.models import DEFAULT_MODEL
from mimo_cli.errors import UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    from mimo_cli.catalogue.pricing import CurrencyChoice

Color = Literal["auto", "always", "never"]
Kind = Literal["text", "choice", "number", "integer", "flag", "list"]


class Settings(NamedTuple):
    """Every setting that has a lasting meaning. None means: not set, the default holds.

    `system` None is MiMo's recommended prompt, an empty one is none at all. `timeout` is in
    seconds, for the whole answer. `profile` is the one in force, empty for none. With an `api_key`
    that wins there is no `api_key_command`, and the other way round where it beats a key.
    """

    api_key: str | None = None
    api_key_command: str | None = None
    auth: Auth = "api-key"
    base_url: str = DEFAULT_BASE_URL
    allow_http: bool = False
    model: str = DEFAULT_MODEL
    system: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    thinking: bool | None = None
    stop_loops: bool = False
    show_thinking: bool | None = None
    usage: bool = False
    currency: CurrencyChoice = "auto"
    confirm_above_tokens: int = 200_000
    color: Color = "auto"
    live: bool = True
    theme: Literal["auto", "light", "dark"] = "auto"
    code_theme: str = ""
    math: Literal["unicode", "source"] = "unicode"
    ambiguous: Literal["narrow", "wide"] = "narrow"
    history: bool = True
    editor: str = ""
    keymap: Literal["emacs", "vi"] = "emacs"
    notify: bool = False
    timeout: float | None = None
    retries: int = 2
    profile: str = ""

    def __repr__(self) -> str:
        """Without the key: a representation ends in tracebacks and logs."""
        shown = (f"{name}={value!r}" for name, value in self._asdict().items() if name != "api_key")
        return f"Settings({', '.join(shown)})"

    @property
    def is_wide(self) -> bool:
        """Whether the terminal draws East Asian Ambiguous characters two cells wide."""
        return self.ambiguous == "wide"

    def server(self) -> Endpoint:
        """Return where requests go, without a key.

        Raises:
            ConfigError: the base URL is not usable.
        """
        base_url = parse_base_url(self.base_url, allow_http=self.allow_http)
        return Endpoint(base_url, auth=self.auth)


class Key(NamedTuple):
    """One setting: its kind, what it means, and the values it may have (bounds inclusive).

    `name` is what files call it, `word` what `Settings`, options and variables do, where that is
    another. `help` is a sentence, with a capital and a full stop.
    """

    name: str
    kind: Kind
    help: Phrase
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    secret: bool = False
    may_be_empty: bool = True
    word: str = ""

    @property
    def field(self) -> str:
        """Its field in `Settings`."""
        return self.word or self.name

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return f"MIMO_{self.field.upper()}"

    @property
    def option(self) -> str:
        """Its option on the command line."""
        return f"--{self.field.replace('_', '-')}"


KEYS: tuple[Key, ...] = (
    Key("api_key", "text", Phrase("Your API key."), secret=True),
    Key(
        "api_key_command",
        "text",
        Phrase("A command that prints the key, such as a password manager's."),
        may_be_empty=False,
    ),
    Key(
        "auth",
        "choice",
        Phrase("The header that carries the key; none sends no key."),
        choices=("api-key", "bearer", "x-api-key", "none"),
    ),
    Key("base_url", "text", Phrase("Server to ask, up to /v1/messages."), may_be_empty=False),
    Key("allow_http", "flag", Phrase("Plain http to other machines (the key goes unencrypted).")),
    Key("model", "text", Phrase("Model to ask."), may_be_empty=False),
    Key(
        "system", "text", Phrase("System prompt instead of MiMo's recommended one; empty for none.")
    ),
    Key("temperature", "number", Phrase("0 to 1.5; ignored while the model thinks."), 0, 1.5),
    Key("top_p", "number", Phrase("0.01 to 1; ignored while the model thinks."), 0.01, 1),
    Key("max_tokens", "integer", Phrase("Longest answer, thinking included."), 1, 131_072),
    Key("stop", "list", Phrase("End the answer before this text."), may_be_empty=False),
    Key("thinking", "flag", Phrase("Let the model think before it answers.")),
    Key(
        "stop_loops",
        "flag",
        Phrase("Stop an answer that repeats itself over and over; not on a terminal."),
    ),
    Key(
        "show_thinking",
        "flag",
        Phrase("Show the model's thinking on stderr (default: on a terminal)."),
    ),
    Key("usage", "flag", Phrase("End with a line on tokens, time and cost.")),
    Key(
        "currency",
        "choice",
        Phrase("What MiMo's bills are in; auto is USD."),
        choices=("auto", "USD", "CNY"),
    ),
    Key(
        "confirm_above_tokens",
        "integer",
        Phrase("Ask before more tokens than this are sent; 0 never asks."),
        0,
        1_000_000_000,
    ),
    Key(
        "color",
        "choice",
        Phrase("When to use colours: auto, always or never."),
        choices=("auto", "always", "never"),
    ),
    Key(
        "live", "flag", Phrase("Draw the answer while it grows, or print rows when they are final.")
    ),
    Key("theme", "choice", Phrase("The terminal's background."), choices=("auto", "light", "dark")),
    Key("code_theme", "text", Phrase("A Pygments style for code, such as monokai.")),
    Key("math", "choice", Phrase("How formulas are drawn."), choices=("unicode", "source")),
    Key(
        "ambiguous",
        "choice",
        Phrase("Cells that East Asian ambiguous characters take: narrow is one, wide two."),
        choices=("narrow", "wide"),
    ),
    Key("history", "flag", Phrase("Keep conversations, for -c and `mimo history`.")),
    Key("editor", "text", Phrase("The program that texts are edited with.")),
    Key("keymap", "choice", Phrase("The keys of the chat's prompt."), choices=("emacs", "vi")),
    Key("notify", "flag", Phrase("Ring the bell when an answer took over 20 seconds.")),
    Key("timeout", "number", Phrase("Seconds for the whole answer."), 0.001, 86_400),
    Key("retries", "integer", Phrase("How often a failed request is sent again (2)."), 0, 10),
    Key("default_profile", "text", Phrase("The profile that is used without -p."), word="profile"),
)
PROMPT = Key("prompt", "text", Phrase("A prompt with {{input}} and fields of its own."))
"""The text of a kept prompt, which is no setting."""

ASKED = ("model", "system", "temperature", "top_p", "max_tokens", "stop", "thinking")
"""What is asked of the model, and how: all that a project's file or a kept prompt may set."""

KEY_NAMES = ("api_key", "api_key_command")
"""What says which key is used; of two in one place, the key itself."""

_BY_NAME = {key.name: key for key in KEYS}
NAMES = _BY_NAME.keys()
"""What the settings are called at the top level of a file."""

_WORDS = {"true": True, "yes": True, "on": True, "1": True}
_WORDS |= {"false": False, "no": False, "off": False, "0": False}


def find_key(name: str) -> Key:
    """Return the key of that name, also written with dashes.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    key = _BY_NAME.get(name.replace("-", "_"))
    if key is None:
        from mimo_cli.config.slips import nearest  # most names are right

        raise UsageError(
            Phrase("unknown setting {name!r}", name=name), hint=nearest(name, _BY_NAME)
        )
    return key


class NotAllowedError(ValueError):
    """A value that its key cannot have: `not_allowed` says what it must be."""


def read_value(key: Key, value: object) -> Any:
    """Return `value` as the key's type.

    Raises:
        NotAllowedError: it is of another type or out of range.
    """
    if isinstance(value, str) and key.kind not in ("text", "list"):
        value = punctuation.to_plain(value)  # as an input method may have left it
    match key.kind:
        case "text":
            # What is wrong with a key is said when it is read, without showing it.
            is_text = isinstance(value, str) if key.secret else is_text_value(value)
            if is_text and _may_be(key, value):
                return value
        case "choice":
            if value in key.choices:
                return value
        case "flag":
            flag = _WORDS.get(value.lower()) if isinstance(value, str) else value
            if isinstance(flag, bool):
                return flag
        case "list":
            texts = [value] if isinstance(value, str) else value
            if isinstance(texts, list | tuple) and all(
                is_text_value(text) and _may_be(key, text) for text in texts
            ):
                return tuple(cast("list[str]", texts))
        case "number" | "integer":
            number = _number(value, whole=key.kind == "integer")
            if number is not None and key.low <= number <= key.high:
                return number
    raise NotAllowedError


def _may_be(key: Key, text: object) -> bool:
    return key.may_be_empty or text != ""


def is_text_value(value: object) -> bool:
    """Return whether a value is text: bytes that are not UTF-8 reach us as lone surrogates."""
    return isinstance(value, str) and not any("\ud800" <= char <= "\udfff" for char in value)


def _number(value: object, *, whole: bool) -> float | None:
    try:
        if isinstance(value, str):
            return int(value) if whole else float(value)
    except ValueError:
        return None  # reported by the caller, in its words
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        return None
    return value
