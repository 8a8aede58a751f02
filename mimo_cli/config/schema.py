"""The settings: what they are called, what they may be. Pure, one table of keys.

To add a setting: a field of `Settings`, a row of `KEYS`. Which place wins is said in `resolve`.

Not `from __future__ import annotations` here: a named tuple compiles each annotation that is a
text.
"""

import math
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from mimo_cli.api.base_url import DEFAULT_BASE_URL, parse_base_url
from mimo_cli.api.endpoint import Auth, Endpoint
from mimo_cli.api.keys import parse_key
from mimo_cli.catalogue.models import DEFAULT_MODEL
from mimo_cli.errors import ConfigError, MimoError, UsageError
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    from mimo_cli.catalogue.pricing import Choice
    from mimo_cli.config.ownership import Distrust
    from mimo_cli.config.templates import Template

Color = Literal["auto", "always", "never"]
Kind = Literal["text", "choice", "number", "integer", "flag", "list"]


class Settings(NamedTuple):
    """Every setting that has a lasting meaning. None means: not set, the default holds.

    `system` None is MiMo's recommended prompt, an empty one is none at all. `timeout` is in
    seconds, for the whole answer. With an `api_key` that wins, `api_key_command` is not run.
    `origins` says in words where each value came from, `remarks` what is odd about that.
    `template` is the kept prompt that was named. With a `key_distrust` the command that prints the
    key is not run.
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
    show_thinking: bool | None = None
    usage: bool = False
    currency: "Choice" = "auto"
    confirm_above_tokens: int = 200_000
    color: Color = "auto"
    live: bool = True
    theme: Literal["auto", "light", "dark"] = "auto"
    code_theme: str = ""
    history: bool = True
    editor: str = ""
    keymap: Literal["emacs", "vi"] = "emacs"
    timeout: float | None = None
    retries: int = 2
    default_profile: str = ""
    origins: Mapping[str, str] = {}
    remarks: tuple[str, ...] = ()
    template: "Template | None" = None
    key_distrust: "Distrust | None" = None

    def __repr__(self) -> str:
        """Without the key: a representation ends in tracebacks and logs."""
        shown = (f"{name}={value!r}" for name, value in self._asdict().items() if name != "api_key")
        return f"Settings({', '.join(shown)})"

    @property
    def key_command(self) -> str:
        """The command that prints the key, if that is where it comes from; else empty."""
        return self._used_command if self.key_distrust is None else ""

    @property
    def key_refusal(self) -> "Distrust | None":
        """Why the command that would print the key is not run, if that is where it comes from."""
        return self.key_distrust if self._used_command else None

    @property
    def _used_command(self) -> str:
        is_used = self.api_key is None and self.auth != "none"
        return self.api_key_command or "" if is_used else ""

    def endpoint(self) -> Endpoint:
        """Where requests go, with the key if it is known: no command is run for it.

        Raises:
            ConfigError: the base URL is not usable.
            AuthError: the key has characters that no key has.
        """
        source = self.origins.get("api_key", "")
        try:
            base_url = parse_base_url(self.base_url, allow_http=self.allow_http)
        except ConfigError as error:
            if origin := self.origins.get("base_url"):
                error.why = f"{error.why} ({origin})".lstrip()
            raise
        is_sent = self.api_key is not None and self.auth != "none"
        key = parse_key(str(self.api_key), source) if is_sent else None
        return Endpoint(base_url, key, source, self.auth)


class Key(NamedTuple):
    """One setting: its kind, what it means, and the values it may have (bounds inclusive).

    `word` is what options and variables call it, where that is not its name.
    """

    name: str
    kind: Kind
    help: str
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    secret: bool = False
    may_be_empty: bool = True
    word: str = ""

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return f"MIMO_{(self.word or self.name).upper()}"

    @property
    def option(self) -> str:
        """Its option on the command line."""
        return f"--{(self.word or self.name).replace('_', '-')}"


KEYS: tuple[Key, ...] = (
    Key("api_key", "text", "your API key", secret=True),
    Key(
        "api_key_command",
        "text",
        "a command that prints the key, such as a password manager's",
        may_be_empty=False,
    ),
    Key(
        "auth",
        "choice",
        "the header that carries the key; none sends no key",
        choices=("api-key", "bearer", "x-api-key", "none"),
    ),
    Key("base_url", "text", "the server, up to /v1/messages", may_be_empty=False),
    Key("allow_http", "flag", "plain http to other machines (the key goes unencrypted)"),
    Key("model", "text", "the model to ask", may_be_empty=False),
    Key("system", "text", "the system prompt, or @FILE; empty for none"),
    Key("temperature", "number", "0 to 1.5; ignored while thinking is on", 0, 1.5),
    Key("top_p", "number", "0.01 to 1; ignored while thinking is on", 0.01, 1),
    Key("max_tokens", "integer", "the longest answer, thinking included", 1, 131_072),
    Key("stop", "list", "texts that end the answer", may_be_empty=False),
    Key("thinking", "flag", "whether the model thinks first"),
    Key("show_thinking", "flag", "whether thinking is shown"),
    Key("usage", "flag", "a line with tokens, time and cost after each answer"),
    Key(
        "currency",
        "choice",
        "what MiMo's bills are in; auto is USD",
        choices=("auto", "USD", "CNY"),
    ),
    Key(
        "confirm_above_tokens",
        "integer",
        "ask before more tokens than this are sent; 0 never asks",
        0,
        1_000_000_000,
    ),
    Key("color", "choice", "when to use colours", choices=("auto", "always", "never")),
    Key("live", "flag", "draw the answer while it grows; false prints rows when they are final"),
    Key("theme", "choice", "the terminal's background", choices=("auto", "light", "dark")),
    Key("code_theme", "text", "a Pygments style for code, such as monokai"),
    Key("history", "flag", "keep conversations, for -c and `mimo history`"),
    Key("editor", "text", "the program that texts are edited with"),
    Key("keymap", "choice", "the keys of the chat's prompt", choices=("emacs", "vi")),
    Key("timeout", "number", "seconds for a whole answer", 0.001, 86_400),
    Key("retries", "integer", "how often a failed request is sent again", 0, 10),
    Key("default_profile", "text", "the profile that is used without -p", word="profile"),
)
ASKED = ("model", "system", "temperature", "top_p", "max_tokens", "stop", "thinking")
"""What is asked of the model, and how: all that a project's file or a kept prompt may set."""

_LONGEST_NAME, _LONGEST_VALUE = 60, 120  # characters
_BY_NAME = {key.name: key for key in KEYS}
NAMES = _BY_NAME.keys()
_WORDS = {"true": True, "yes": True, "on": True, "1": True}
_WORDS |= {"false": False, "no": False, "off": False, "0": False}


def find(name: str) -> Key:
    """The key of that name, also written with dashes.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    key = _BY_NAME.get(name.replace("-", "_"))
    if key is None:
        raise UsageError(f"unknown setting {name!r}", hint=nearest(name, _BY_NAME))
    return key


class NotAllowedError(ValueError):
    """A value that its key cannot have. The text is what it must be."""


def check(key: Key, value: object, origin: str, error: type[MimoError] = ConfigError) -> Any:
    """`value` as the key's type; text (from the environment, say) is read.

    Raises:
        MimoError: of the class `error`, if it is of another type or out of range.
    """
    try:
        return read(key, value)
    except NotAllowedError as wrong:
        shown = "that value" if key.secret else cut(repr(value), _LONGEST_VALUE)
        what = f"{key.name} cannot be {shown}"
        raise error(what, f"it must be {wrong} ({origin})") from wrong


def read(key: Key, value: object) -> Any:
    """`value` as the key's type.

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
            raise NotAllowedError("text" + _filled(key))
        case "choice":
            if value in key.choices:
                return value
            raise NotAllowedError("one of " + ", ".join(key.choices))
        case "flag":
            flag = _WORDS.get(value.lower()) if isinstance(value, str) else value
            if isinstance(flag, bool):
                return flag
            raise NotAllowedError("true or false")
        case "list":
            texts = [value] if isinstance(value, str) else value
            if isinstance(texts, list | tuple) and all(
                is_text_value(text) and _may_be(key, text) for text in texts
            ):
                return tuple(cast("list[str]", texts))
            raise NotAllowedError("a list of texts" + _filled(key))
        case "number" | "integer":
            number = _number(value, whole=key.kind == "integer")
            if number is not None and key.low <= number <= key.high:
                return number
            kind = "a whole number" if key.kind == "integer" else "a number"
            raise NotAllowedError(f"{kind} from {key.low:g} to {key.high:.10g}")


def _may_be(key: Key, text: object) -> bool:
    return key.may_be_empty or text != ""


def _filled(key: Key) -> str:
    return "" if key.may_be_empty else " that is not empty"


def is_text_value(value: object) -> bool:
    """Whether a value is text: bytes that are not UTF-8 reach us as lone surrogates."""
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


def cut(name: str, most: int = _LONGEST_NAME) -> str:
    """Return a name, or the representation of a value, as it can stand in a message."""
    return name if len(name) <= most else name[: most - 1] + "…"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint at the name that was meant, or nothing."""
    if len(name) > _LONGEST_NAME:
        return ""
    close = get_close_matches(name.replace("-", "_"), list(known), n=1)
    return f"Did you mean {close[0]}?" if close else ""
