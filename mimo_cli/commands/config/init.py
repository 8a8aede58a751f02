"""`mimo config init`: a server, its key and model, asked for, tried out and kept."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimo_cli.api.base_url import DEFAULT_BASE_URL, is_same_owner, parse_base_url
from mimo_cli.api.endpoint import CONSOLE, REGIONS, Endpoint
from mimo_cli.api.hosts import is_loopback
from mimo_cli.api.keys import parse_key
from mimo_cli.catalogue import models
from mimo_cli.commands import questions
from mimo_cli.commands.config import server_models, servers
from mimo_cli.commands.config.listing import write_choices
from mimo_cli.commands.config.servers import Preset
from mimo_cli.config import (
    NoKey,
    Source,
    change_values,
    find_key,
    paths,
    read_source,
)
from mimo_cli.conversation import prepare
from mimo_cli.errors import AuthError, ConfigError, UsageError
from mimo_cli.output.columns import Column
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from mimo_cli.config import Resolved
    from mimo_cli.environment import Environment
    from mimo_cli.errors import MimoError
    from mimo_cli.options.ask import AskOptions
    from mimo_cli.options.chat import ChatOptions
    from mimo_cli.output.console import Console

_SECONDS = 60.0
_TOKENS = 32
_ENOUGH = ("max_tokens", "end_turn", "stop_sequence")
_SERVERS = (Column(), Column(), Column(narrow="wrap", least=16, leaves=1))
_TYPED = Phrase("your input")


@dataclass(frozen=True, slots=True)
class ServerChoice:
    """What the user chose. `model` empty is the built-in default."""

    server: Preset
    endpoint: Endpoint
    model: str


def run(environment: Environment, profile: str | None) -> int:
    """Ask for a server, its key and model, try them out, and keep them.

    Raises:
        UsageError: there is nobody to ask.
        MimoError: the file cannot be read or written, or nothing is to be kept.
    """
    if not environment.can_ask:
        what, why = Phrase("config init needs a terminal"), Phrase("it asks questions")
        hint = Phrase(
            "In a script: mimo config set api_key < FILE   (and: mimo config set base_url URL)"
        )
        raise UsageError(what, why, hint)
    kept = set_up(environment, profile)
    option = f"-p {shlex.quote(kept)} " if kept else ""
    environment.console().info(Phrase("try: mimo ask {option}what is a monad", option=option))
    return 0


def with_key(
    environment: Environment,
    options: AskOptions | ChatOptions,
    resolved: Resolved,
    console: Console,
) -> tuple[Resolved, Console]:
    """Offer to set up a first key; return what is in force then, or the same as before.

    Nothing is asked where there is nobody, or where a server or profile was chosen.

    Raises:
        MimoError: the user left in the middle, or the file cannot be written.
    """
    is_set_up = not isinstance(resolved.key, NoKey) or "base_url" in resolved.origins
    if is_set_up or not environment.can_ask or resolved.settings.profile:
        return resolved, console
    environment.signals.catch()
    question = Phrase("No API key yet. Set one up now?")
    if not questions.yes(environment, question, default=True):
        return resolved, console
    set_up(environment)
    return prepare.load(environment, options)


def set_up(environment: Environment, profile: str | None = None) -> str:
    """Ask for a server and its key, send one small request, and keep what works.

    Return the profile it is kept in, empty for the top level.

    Raises:
        UsageError: the user left, or did not want to keep it.
        ConfigError: the file cannot be read or written.
    """
    file = paths.config_file(environment.environ)
    source = read_source(file)  # before any question: it may be malformed
    console = environment.console()
    environment.signals.catch()
    choice = _choose(environment, console, _model_before(source, profile))
    error = _try_out(choice, environment, console)
    if error is not None:
        console.error(error)
        if not questions.yes(environment, Phrase("Save it anyway?"), default=False):
            raise UsageError(Phrase("nothing was saved"))
    profile = profile or _profile_beside(choice, source, environment)
    with environment.signals.held():
        change_values(file, _values(choice, profile, source))
    console.info(Phrase("saved in {file}", file=str(file)))
    for name in ("api_key", "base_url", "model"):
        if environment.environ.get(variable := find_key(name).variable):
            console.warn(Phrase("{variable} is set too, and wins over the file", variable=variable))
    if (other := source.content.get("default_profile")) and not profile:
        console.warn(
            Phrase("profile {name} still wins: mimo config unset default_profile", name=str(other))
        )
    return profile


def _model_before(source: Source, profile: str | None) -> str:
    """Return the model that the file has already, empty for none."""
    table = source.table("profiles").get(profile, {}) if profile else source.content
    return str(table.get("model", "")) if isinstance(table, dict) else ""


def _choose(environment: Environment, console: Console, before: str) -> ServerChoice:
    rows = [(f"  {at}", it.name, it.help) for at, it in enumerate(servers.PRESETS, start=1)]
    write_choices(rows, _SERVERS, environment, console)
    server = _server(environment, console)
    key = _key(server, environment, console)
    if key is not None:
        server = _server_of_key(server, key, environment, console)
    from mimo_cli.api.transport.proxies.proxy import find_secrets

    hidden = find_secrets(environment.environ)
    endpoint = Endpoint(server.base_url, key, _TYPED, hidden=hidden)
    is_kept = server.is_mimo and _is_mimos(before)
    default = before if is_kept else models.DEFAULT_MODEL if server.is_mimo else ""
    model = server_models.choose(endpoint, default, environment, console)
    return ServerChoice(server, endpoint, "" if model == default else model)


def _server(environment: Environment, console: Console) -> Preset:
    while True:
        question = Phrase("Server (a name, number or URL)")
        answer = questions.ask_openly(environment, question, servers.PRESETS[0].name)
        if preset := servers.find_preset(answer):
            return preset
        if "." in answer or ":" in answer:
            try:
                return _preset_of(parse_base_url(answer))
            except ConfigError as error:
                console.error(error)
        else:
            console.info(Phrase("there is no server {name!r} in the list", name=answer))


def _preset_of(base_url: str) -> Preset:
    known = next((preset for preset in servers.PRESETS if preset.base_url == base_url), None)
    return known or Preset(Endpoint(base_url).host, base_url, NOTHING, is_mimo=False)


def _key(server: Preset, environment: Environment, console: Console) -> str | None:
    """Return a key that may be right, or None where the server may do without."""
    question = Phrase("API key") if server.is_mimo else Phrase("API key, empty for none")
    if server.is_mimo:
        console.info(Phrase("keys are made at {url} (API Keys)", url=CONSOLE))
    elif is_loopback(Endpoint(server.base_url).host) and servers.find_preset(server.name):
        return None
    while True:
        text = questions.secret(environment, question)
        try:
            return parse_key(text, _TYPED) if text.strip() or server.is_mimo else None
        except AuthError as error:
            console.error(error)


def _server_of_key(server: Preset, key: str, environment: Environment, console: Console) -> Preset:
    region = REGIONS[0]
    if servers.needs_region(server, key):
        console.info(Phrase("this is a Token Plan key (tp-…): your plan's page says its region"))
        question = Phrase("Region: {regions}", regions=", ".join(REGIONS))
        while (
            region := questions.ask_openly(environment, question, region).lower()
        ) not in REGIONS:
            console.info(Phrase("there is no region {name!r}", name=region))
            region = REGIONS[0]
    chosen = servers.preset_for_key(server, key, region)
    if chosen != server:
        console.info(
            Phrase(
                "the server for this key is {name}: {url}", name=chosen.name, url=chosen.base_url
            )
        )
    return chosen


def _try_out(choice: ServerChoice, environment: Environment, console: Console) -> MimoError | None:
    """Send one small request; return the error if it was not answered."""
    from mimo_cli.api.client import Client
    from mimo_cli.api.protocol.encode import encode
    from mimo_cli.api.protocol.messages import Request, Text
    from mimo_cli.api.replies.finished import reply_check
    from mimo_cli.conversation import turns
    from mimo_cli.conversation.turns import Turn
    from mimo_cli.output.answer import SilentView, show_answer

    endpoint, clock = choice.endpoint, environment.clock
    question = (Text("Say hello in one word."),)
    request = Request(
        model=choice.model or models.DEFAULT_MODEL,
        messages=(turns.user_message(question),),
        max_tokens=_TOKENS,
        thinking=False if choice.server.is_mimo else None,
    )
    encoded = encode(request)
    console.info(
        Phrase("asking {model} at {host} for one word", model=request.model, host=endpoint.host)
    )
    limits = environment.limits._replace(total=_SECONDS)
    try:
        client = Client(
            endpoint, limits=limits, retries=1, clock=clock, environ=environment.environ
        )
    except ConfigError as error:  # a proxy's variable, say
        return error
    with client:
        turn = Turn(question, encoded.parameters, clock.now())
        turn = show_answer(turn, client.stream(encoded), SilentView(console), clock.monotonic)
    problem = turn.failure
    if problem is not None and not isinstance(problem, Exception):
        raise problem
    if problem is None and turn.reply.stop_reason not in _ENOUGH:
        problem = reply_check.problem(turn.reply)
    if problem is None:
        said = one_line(turn.reply.text.strip(), 60)
        console.info(Phrase("it works: {said}", said=said) if said else Phrase("it works"))
    return problem


def _profile_beside(choice: ServerChoice, source: Source, environment: Environment) -> str:
    """Return the profile to keep it in, if there is another owner's server in the file already."""
    content = source.content
    has_own = any(name in content for name in ("api_key", "api_key_command", "base_url"))
    before = str(content.get("base_url", DEFAULT_BASE_URL))
    if not has_own or is_same_owner(before, choice.server.base_url):
        return ""
    name = choice.server.name
    question = Phrase("Keep what is set already, and this beside it as profile {name}?", name=name)
    return name if questions.yes(environment, question, default=True) else ""


def _values(
    choice: ServerChoice, profile: str, source: Source
) -> dict[tuple[str, ...], object | None]:
    """Return what is written: everything that could still be there of another server goes."""
    server, key = choice.server, choice.endpoint.key
    needs_none = key is None and not choice.endpoint.is_loopback
    is_default = server.base_url == DEFAULT_BASE_URL and not profile
    values: dict[str, object | None] = {
        "base_url": None if is_default else server.base_url,
        "api_key": key,
        "api_key_command": None,
        "auth": "none" if needs_none else _unlike(source, profile, "auth", "api-key"),
    }
    if choice.model or not _is_mimos(_model_before(source, profile)):
        values["model"] = choice.model or _unlike(source, profile, "model", models.DEFAULT_MODEL)
    path = ("profiles", profile) if profile else ()
    return {(*path, name): value for name, value in values.items()}


def _is_mimos(model: str) -> bool:
    return models.find(model) is not None or model in models.ALIASES


def _unlike(source: Source, profile: str, name: str, tried: str) -> str | None:
    """Return what was tried, if a profile would inherit something else from the top level."""
    inherited = source.content.get(name) if profile else None
    return None if inherited in (None, tried) else tried
