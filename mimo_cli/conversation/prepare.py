"""What every command that asks the model begins with: settings, console, endpoint, request."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mimo_cli.api.base_url import other_operation
from mimo_cli.api.endpoint import SHORTEST_SECRET
from mimo_cli.api.keys import parse_key
from mimo_cli.attachments.attachment import Film
from mimo_cli.catalogue import models
from mimo_cli.config import (
    KeyFromCommand,
    KeyKnown,
    KeyRefused,
    KeyUnwanted,
    load_configuration,
    paths,
)
from mimo_cli.conversation import model_check
from mimo_cli.errors import AuthError, ConfigError, UsageError
from mimo_cli.input import compose, file_bytes
from mimo_cli.output.output_stream import use_color
from mimo_cli.phrases import Phrase
from mimo_cli.text import decoding, locales
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mimo_cli.api.client import Client
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import Block, Message, Request, Tool
    from mimo_cli.api.timing import Limits
    from mimo_cli.attachments.reading import Helpers
    from mimo_cli.config import Resolved, Settings, Source
    from mimo_cli.conversation.turns import Turn
    from mimo_cli.environment import Environment
    from mimo_cli.options.ask import AskOptions
    from mimo_cli.options.chat import ChatOptions
    from mimo_cli.options.models import ModelsOptions
    from mimo_cli.output.console import Console

SCRIPT_SECONDS = 1800.0
"""The longest that an answer may take when nobody watches."""

_LEAST_FPS, _MOST_FPS = 0.1, 10
_UNKNOWN_MODEL_TOKENS = 8192
"""The longest answer of a model that is not known, in tokens."""


def load(
    environment: Environment, options: AskOptions | ChatOptions | ModelsOptions
) -> tuple[Resolved, Console]:
    """Return the settings in force and the console that goes with them.

    What is odd in the configuration is warned of.

    Raises:
        MimoError: a value is wrong, wherever it stands.
    """
    loaded = load_configuration(environment, options.values())
    chosen = loaded.settings
    color = use_color(chosen.color, environment.environ, environment.stderr)
    console = environment._replace(is_wide=lambda: chosen.is_wide).console(
        color=color,
        light=color and _is_light(chosen, environment),
        quiet=options.quiet,
        verbose=options.verbose,
    )
    for detail in loaded.details:
        console.debug(detail)
    for warning in loaded.warnings:
        console.warn(warning)
    return loaded.resolved, console


def _is_light(chosen: Settings, environment: Environment) -> bool:
    from mimo_cli.screen import tty  # not for pipes

    return tty.is_light(environment.environ, chosen.theme)


def request(
    chosen: Settings,
    messages: tuple[Message, ...],
    *,
    system: str | None,
    tools: tuple[Tool, ...] = (),
    stream: bool = True,
) -> Request:
    """Return the request for `messages`, the last of which is the question."""
    from mimo_cli.api.protocol.messages import (
        Request,  # not for a prompt at which nothing was asked yet
    )

    return Request(
        model=chosen.model,
        messages=messages,
        system=system,
        max_tokens=chosen.max_tokens or longest_answer(chosen),
        temperature=chosen.temperature,
        top_p=chosen.top_p,
        stop_sequences=chosen.stop,
        thinking=chosen.thinking,
        tools=tools,
        stream=stream,
    )


def messages(
    chosen: Settings, endpoint: Endpoint, before: Sequence[Turn], question: tuple[Block, ...]
) -> tuple[Message, ...]:
    """Return what the model is sent: what came before, as far as it takes it, and the question."""
    if not before and len(question) == 1:
        from mimo_cli.conversation.turns import user_message  # not before something is asked

        return (user_message(question),)
    from mimo_cli.conversation.rounds import replay

    return replay.messages(before, question, model=chosen.model, endpoint=endpoint)


def longest_answer(chosen: Settings) -> int | None:
    """Return the longest answer where the user set none; None leaves it to the service.

    MiMo's own service has a default for each model. Other servers of the protocol want to be
    told, a gateway (LiteLLM, say) in front of MiMo's models too: then it is that same default.
    """
    known = models.find(chosen.model)
    if known is not None and model_check.is_at_mimo(chosen):
        return None
    return (known and known.default_output) or _UNKNOWN_MODEL_TOKENS


def endpoint(resolved: Resolved, environment: Environment) -> Endpoint:
    """Return where requests go, with the key, for which a command may be run.

    Raises:
        ConfigError: the base URL is not usable.
        AuthError: there is no key where one is needed, it is not right, or its command is another
            user's.
    """
    from mimo_cli.api.transport.proxies.proxy import find_secrets

    endpoint = resolved.endpoint()._replace(hidden=find_secrets(environment.environ))
    match resolved.key:
        case KeyRefused(distrust):
            what = Phrase("api_key_command is not run")
            raise AuthError(what, distrust.why, distrust.advice)
        case KeyFromCommand(command, printed=""):
            from mimo_cli.config import run_command

            environment.signals.catch()  # or Ctrl-C would leave the command running
            line = run_command(
                command,
                endpoint.key_source,
                environ=environment.environ,
                terminal=environment.stdin if environment.stdin_is_terminal else None,
                errors=environment.stderr.descriptor,
            )
            endpoint = endpoint._replace(key=parse_key(line, endpoint.key_source))
    require_key(endpoint, resolved.settings.profile, missing=_missing_file(environment))
    return endpoint


def _missing_file(environment: Environment) -> str:
    """Return the name of the file that MIMO_CONFIG names, if it is not there; else ""."""
    name = environment.environ.get("MIMO_CONFIG", "")
    return name if name and not paths.config_file(environment.environ).exists() else ""


def require_key(endpoint: Endpoint, profile: str = "", *, missing: str = "") -> None:
    """Make sure that there is a key where one is needed: anywhere but on this machine.

    `profile` is the one in force, `missing` the configuration's file if it is not there.

    Raises:
        AuthError: there is none.
    """
    if endpoint.key is not None or endpoint.is_loopback or endpoint.auth == "none":
        return
    if endpoint.withheld is not None:
        import shlex  # not for those who have a key

        what = Phrase("no API key for {host}", host=endpoint.host)
        hint = Phrase(
            "Run: mimo config set -p {profile} api_key   (or … auth none, if it needs no key)",
            profile=shlex.quote(profile),
        )
        raise AuthError(what, endpoint.withheld.source, hint)
    hint = Phrase("Run: mimo config set api_key   (or set MIMO_API_KEY; or see it work: mimo demo)")
    why = Phrase("none is set")
    if missing:
        why = Phrase("none is set, and there is no {file}, which MIMO_CONFIG names", file=missing)
    raise AuthError(Phrase("no API key"), why, hint)


def limits(chosen: Settings, environment: Environment) -> Limits:
    """Return the time limits for one answer."""
    default = None if environment.stdout.is_terminal else SCRIPT_SECONDS
    return environment.limits._replace(total=chosen.timeout or environment.limits.total or default)


def client(
    chosen: Settings,
    environment: Environment,
    endpoint: Endpoint,
    console: Console,
    *,
    spent: float = 0.0,
) -> Client:
    """Return the way to the server. `spent` seconds of the time limit are used up already.

    Raises:
        ConfigError: a proxy variable or a certificate file is not usable.
    """
    from mimo_cli.api.client import Client  # httpx: not for those who only want help

    url = endpoint.messages_url
    console.debug(Phrase("asking {model} at {url}", model=chosen.model, url=url))
    if end := other_operation(chosen.base_url):
        console.debug(
            Phrase(
                "base_url ends with {end}, which is another protocol's or another operation, and "
                "was left out",
                end=end,
            )
        )
    console.debug(Phrase("key: {source}", source=_key_source(endpoint)))
    return Client(
        endpoint,
        limits=limits(chosen, environment),
        retries=chosen.retries,
        clock=environment.clock,
        note=console.debug,
        listed=partial(_listed, environment, endpoint),
        environ=environment.environ,
        spent=spent,
    )


def _listed(environment: Environment, endpoint: Endpoint) -> list[str]:
    from mimo_cli.conversation import listed_models  # not for those whose model is served

    return listed_models.last_ids(environment, endpoint)


def _key_source(endpoint: Endpoint) -> Phrase:
    """Return where the key comes from that is sent, or why none is."""
    if endpoint.withheld is not None:
        return endpoint.withheld.source
    if endpoint.auth == "none" or not endpoint.key_source:
        return Phrase("none")
    return endpoint.key_source


def check_options(options: AskOptions | ChatOptions) -> None:
    """Refuse what cannot go together, and an encoding that is none.

    Raises:
        UsageError: it cannot.
    """
    if options.no_system and options.system is not None:
        raise UsageError(Phrase("--system and --no-system cannot go together"))
    decoding.check_encoding(options.encoding)
    film(options)


def film(options: AskOptions | ChatOptions) -> Film:
    """Return how films are looked at.

    Raises:
        UsageError: a value is not one that the service takes.
    """
    fps, resolution = options.fps, options.media_resolution
    if fps is not None and not _LEAST_FPS <= fps <= _MOST_FPS:
        what = Phrase("--fps cannot be {value:g}", value=fps)
        raise UsageError(
            what, Phrase("it is from {least} to {most}", least=_LEAST_FPS, most=_MOST_FPS)
        )
    if resolution is None:
        return Film(fps)
    if resolution == "default":
        return Film(fps, "default")
    if resolution == "max":
        return Film(fps, "max")
    what = Phrase("--media-resolution cannot be {value!r}", value=resolution)
    raise UsageError(what, Phrase("it is default or max"))


def helpers(
    environment: Environment, loaders: Source | None, keys: Callable[[], tuple[str, ...]]
) -> Helpers:
    """Return how other programs help to read what is attached, without the `keys`."""
    from mimo_cli.attachments.reading import Helpers  # not for words alone

    find = None
    if loaders is not None:
        from mimo_cli.config import find_loader

        find = partial(find_loader, loaders)
    return Helpers(environment.signals, find, keys)


def with_printed_key(
    resolved: Resolved, environment: Environment, names: Sequence[str]
) -> Resolved:
    """Return the settings with the key that a command prints, if folders are named or patterns.

    No file of theirs may be sent, or shown, that holds it: so it has to be known before.

    Raises:
        AuthError: the command prints no key.
    """
    if not names or not isinstance(resolved.key, KeyFromCommand):
        return resolved
    from mimo_cli.attachments import folders  # few attach what they did not name

    if not any(map(folders.is_folder_or_pattern, names)):
        return resolved
    printed = endpoint(resolved, environment).key or ""
    return resolved._replace(key=resolved.key._replace(printed=printed))


def known_keys(resolved: Resolved, environment: Environment) -> tuple[str, ...]:
    """Return the keys that are known, as far as they are long: no command is run for one.

    All that the user has: also those that are not in use now.

    Raises:
        MimoError: the base URL or the key is not right.
    """
    from mimo_cli.config import find_usual_keys  # few attach what they did not name

    decision = resolved.key.otherwise if isinstance(resolved.key, KeyUnwanted) else resolved.key
    keys = (
        resolved.endpoint().secret,
        decision.key.strip() if isinstance(decision, KeyKnown) else "",
        environment.environ.get("MIMO_API_KEY", "").strip(),
        *resolved.kept_keys,
        *find_usual_keys(environment.environ),
    )
    return tuple({key for key in keys if len(key) >= SHORTEST_SECRET})


def text_format(options: AskOptions | ChatOptions, console: Console | None = None) -> TextFormat:
    """Return how what is read at the start of a command becomes text."""
    tell = None if console is None else console.info
    return TextFormat(options.encoding, options.lossy, "option", tell)


def system_prompt(
    resolved: Resolved, environment: Environment, form: TextFormat | None = None
) -> str | None:
    """Return the system prompt: the user's (a text, or @FILE), or for a MiMo model its own.

    None for none. `form` is that of a file which was named now, and not in the configuration.

    Raises:
        UsageError: its file cannot be read.
    """
    chosen = resolved.settings
    text = chosen.system
    if text is None:
        if not model_check.is_mimo(chosen.model):
            return None
        return compose.system_prompt(environment.today(), locales.language(environment.environ))
    seconds = limits(chosen, environment).total or file_bytes.PATIENCE
    origin = resolved.origin("system")
    if origin.kind in ("option", "chat"):
        return _text_of(text, form or TextFormat(), seconds)
    try:
        system = _text_of(text, TextFormat(), seconds)
    except UsageError as error:
        what = Phrase("system is not right ({origin})", origin=origin.phrase())
        raise ConfigError(what, error.message, error.hint) from error
    if system is not None and origin.kind == "project":
        from mimo_cli.config import refuse_private_key

        refuse_private_key(system, text, origin)
    return system


def _text_of(system: str, form: TextFormat, seconds: float) -> str | None:
    if file := compose.system_file(system):
        from mimo_cli.input import file_reading  # most system prompts are texts

        return file_reading.read_file(file, form, seconds)
    return system if system.strip() else None
