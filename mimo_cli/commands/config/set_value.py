"""`mimo config set`: a value is checked as far as it can be, then kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mimo_cli.api.base_url import parse_base_url
from mimo_cli.api.keys import parse_key
from mimo_cli.catalogue import models
from mimo_cli.commands import questions
from mimo_cli.config import address, load, paths, resolve, schema, toml_file
from mimo_cli.config.resolve import Source
from mimo_cli.errors import ConfigError, MimoError, UsageError
from mimo_cli.input import compose, stdin
from mimo_cli.phrases import Phrase
from mimo_cli.text import decoding, punctuation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimo_cli.config.address import Address
    from mimo_cli.config.schema import Key
    from mimo_cli.environment import Environment


_TYPED = decoding.TextFormat(remedy="locale")


def run(
    environment: Environment,
    name: str,
    values: Sequence[str],
    *,
    profile: str | None = None,
    force: bool = False,
) -> int:
    """Keeps a value in the file, at its top level or in a table.

    With `force` a file that cannot be read is renamed, and a new one begins.

    Raises:
        UsageError: there is no such setting, or it cannot have that value.
        ConfigError: the file cannot be read or written.
    """
    name = decoding.check_words(name, _TYPED, Phrase("the name"))
    values = [decoding.check_words(value, _TYPED, Phrase("the value")) for value in values]
    place = _address(name, profile)
    key = place.key
    file = paths.config_file(environment.environ)
    if key.secret and values:
        words = f"-p {profile} {key.name}" if profile else place.name
        hint = f"Run: mimo config set {words}   (it asks for it, or reads stdin)"
        why = "it would stay in the shell's history and show in ps"
        raise UsageError(f"{key.name} is not given on the command line", why, hint)
    environment.signals.catch()  # or Ctrl-C at the hidden prompt would leave no echo
    source = _source(file, force=force)
    value = _checked(place, values or [_asked(key, environment)], source, environment)
    console = environment.console()
    with environment.signals.held():
        aside = toml_file.change(file, place.path, value, anew=force)
    if aside is not None:
        console.warn(f"{file} was not right, and begins anew; what was in it is now {aside}")
    console.info(f"{place.name} is set in {file}")
    if quotes := punctuation.enclosing_quotes(" ".join(values)):
        console.warn(f"the value has its quotes {quotes}: a shell knows \" and ' alone")
    for warning in _afterthoughts(place, value, environment):
        console.warn(warning)
    return 0


def _address(name: str, profile: str | None) -> Address:
    if profile is not None and not (profile and schema.is_text_value(profile)):
        raise UsageError("a profile needs a name", hint="Example: mimo config set -p work model M")
    return address.address(name, profile or "")


def _source(file: Path, *, force: bool) -> Source:
    """What is set already: nothing, if the file is to give way to a new one."""
    try:
        return load.read(file)
    except ConfigError:
        if not force:
            raise
        return Source(str(file), {})


def _checked(
    place: Address, values: Sequence[str], source: Source, environment: Environment
) -> Any:
    """The value as it is kept. What would be refused when it is used is refused now."""
    key = place.key
    given = list(values) if key.kind == "list" else " ".join(values)
    origin = f"mimo config set {place.name}"
    value = schema.check(key, given, origin, UsageError)
    match place.path[0], key.name:
        case "aliases", _:
            _check_aliases(place.path[-1], value, source, origin)
        case "prompts", "prompt":
            from mimo_cli.config import templates

            templates.parse(place.path[1], value, lambda: origin)
        case _, "system":
            return _found_from_everywhere(value)
        case _, "code_theme":
            from mimo_cli.screen import theme

            theme.check_code_theme(value, origin)
        case _, "api_key_command":
            from mimo_cli.config import key_command

            key_command.words(value, origin)
        case _, "api_key":
            return parse_key(value, "your input")
        case _, "base_url":
            try:
                return parse_base_url(value, allow_http=_allows_http(place, source, environment))
            except ConfigError as error:
                raise UsageError(error.what, error.why, error.hint) from error
    return value


def _check_aliases(name: str, model: str, source: Source, origin: str) -> None:
    """Refuses an alias for an alias, whichever of the two is new; the built-in ones count too."""
    known = {**models.ALIASES, **resolve.table(source, "aliases"), name: model}
    if wrong := next(filter(None, (resolve.fault_of_alias(it, known) for it in known)), ""):
        raise UsageError(wrong, f"name a model ({origin})")


def _found_from_everywhere(system: str) -> str:
    """A system prompt; if it is in a file, with the file's whole path."""
    if not (name := compose.system_file(system)):
        return system
    file = Path(name).absolute()
    compose.read_file(str(file), decoding.TextFormat())
    return f"@{file}"


def _allows_http(place: Address, source: Source, environment: Environment) -> bool:
    name = place.path[1] if place.path[0] == "profiles" else ""
    known = resolve.table(source, "profiles")
    return resolve.resolve(
        {"profile": name if name in known else ""}, environment.environ, source
    ).allow_http


def _afterthoughts(place: Address, value: object, environment: Environment) -> Iterator[str]:
    """What the user should know about a value that was kept."""
    source = load.read(paths.config_file(environment.environ))
    key = place.key
    is_beaten = len(place.path) == 1 or place.path[0] == "profiles"
    if is_beaten and environment.environ.get(key.variable):
        yield f"{key.variable} is set too, and wins over the file"
    if key.name == "default_profile" and value and value not in resolve.table(source, "profiles"):
        yield f"there is no profile {value!r} yet: mimo config set -p {value} model MODEL"
    if place.path[0] == "profiles":
        try:
            chosen = resolve.resolve({"profile": place.path[1]}, environment.environ, source)
            is_local = chosen.endpoint().is_loopback
        except MimoError:  # of another value: it is said when that is used
            return
        withheld = chosen.origins.get("api_key", "")
        if withheld.startswith("withheld") and not is_local:
            hint = f"mimo config set -p {place.path[1]} api_key   (or … auth none)"
            yield f"{withheld}. This profile needs its own: {hint}"


def _asked(key: Key, environment: Environment) -> str:
    """The value from the user, unseen if it is secret, or the first line of stdin."""
    if environment.can_ask:
        if key.secret:
            return questions.secret(key.name)
        raise UsageError(f"no value for {key.name}", key.help, f"mimo config set {key.name} VALUE")
    if environment.stdin is None or environment.stdin_is_terminal:
        raise ConfigError(f"no value for {key.name}", "there is nobody to ask, and no stdin")
    patience = stdin.Patience(otherwise=Phrase("It is read where no value is given."))
    text = decoding.decode(stdin.read(environment.stdin, patience), "stdin", decoding.TextFormat())
    return text.strip().partition("\n")[0] if key.secret else text.rstrip("\n")
