"""`mimo config set`: a value is checked as far as it can be, then kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mimo_cli.api.base_url import parse_base_url
from mimo_cli.api.endpoint import KeyWithheld
from mimo_cli.api.keys import parse_key
from mimo_cli.catalogue import models
from mimo_cli.commands import questions
from mimo_cli.config import (
    Source,
    change_value,
    check_value,
    fault_of_alias,
    find_address,
    is_text_value,
    paths,
    read_source,
    require,
    resolve_file,
    split_list,
)
from mimo_cli.errors import ConfigError, MimoError, UsageError
from mimo_cli.input import compose, file_reading, stdin
from mimo_cli.phrases import Phrase, verbatim
from mimo_cli.text import decoding, punctuation
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mimo_cli.config import Address, Key
    from mimo_cli.environment import Environment


_TYPED = TextFormat(remedy="locale")


def run(
    environment: Environment,
    name: str,
    values: Sequence[str],
    *,
    profile: str | None = None,
    force: bool = False,
) -> int:
    """Keep a value in the file, at its top level or in a table.

    With `force` a file that cannot be read is renamed, and a new one begins.

    Raises:
        UsageError: there is no such setting, or it cannot have that value.
        ConfigError: the file cannot be read or written.
    """
    name = decoding.check_words(name, _TYPED, Phrase("the name"))
    values = [decoding.check_words(value, _TYPED, Phrase("the value")) for value in values]
    address = _address(name, profile)
    key = address.key
    file = paths.config_file(environment.environ)
    if key.secret and values:
        words = f"-p {profile} {key.name}" if profile else address.name
        hint = Phrase("Run: mimo config set {name}   (it asks for it, or reads stdin)", name=words)
        why = Phrase("it would stay in the shell's history and show in ps")
        what = Phrase("{name} is not given on the command line", name=key.name)
        raise UsageError(what, why, hint)
    environment.signals.catch()  # or Ctrl-C at the hidden prompt would leave no echo
    source = _source(file, force=force)
    value = _check(address, values or [_ask(key, environment)], source, environment)
    console = environment.console()
    with environment.signals.held():
        aside = change_value(file, address.path, value, anew=force)
    if aside is not None:
        console.warn(
            Phrase(
                "{file} was not right, and begins anew; what was in it is now {copy}",
                file=str(file),
                copy=str(aside),
            )
        )
    console.info(Phrase("{name} is set in {file}", name=address.name, file=str(file)))
    if quotes := punctuation.enclosing_quotes(" ".join(values)):
        console.warn(
            Phrase("the value has its quotes {quotes}: a shell knows \" and ' alone", quotes=quotes)
        )
    for warning in _afterthoughts(address, value, environment):
        console.warn(warning)
    return 0


def _address(name: str, profile: str | None) -> Address:
    if profile is not None and not (profile and is_text_value(profile)):
        hint = Phrase("Example: mimo config set -p work model M")
        raise UsageError(Phrase("a profile needs a name"), hint=hint)
    return find_address(name, profile or "")


def _source(file: Path, *, force: bool) -> Source:
    """Return what is set already: nothing, if the file is to give way to a new one."""
    try:
        return read_source(file)
    except ConfigError:
        if not force:
            raise
        return Source(str(file), {})


def _check(
    address: Address, values: Sequence[str], source: Source, environment: Environment
) -> Any:
    """Return the value as it is kept. What would be refused when it is used is refused now.

    Raises:
        MimoError: it is refused.
    """
    key = address.key
    given: object = " ".join(values)
    place = Phrase("mimo config set {name}", name=address.name)
    if key.kind == "list":
        is_one = len(values) == 1
        given = split_list(key, values[0], place, in_shell=True) if is_one else list(values)
    value = check_value(key, given, place, UsageError)
    match address.path[0], key.name:
        case "aliases", _:
            _check_aliases(address.path[-1], value, source, place)
        case "loaders", _:
            from mimo_cli.config import parse_loader

            return parse_loader(address.name, value, place, UsageError)
        case "prompts", "prompt":
            from mimo_cli.config import parse_template

            parse_template(address.path[1], value, lambda: place)
        case _, "system":
            return _anchor(value)
        case _, "code_theme":
            from mimo_cli.screen import colors

            colors.check_code_theme(value, place)
        case _, "api_key_command":
            from mimo_cli.config import split_command

            split_command(value, place)
        case _, "api_key":
            return parse_key(value, Phrase("your input"))
        case _, "base_url":
            try:
                return parse_base_url(value, allow_http=_allows_http(address, source, environment))
            except ConfigError as error:
                raise UsageError(error.what, error.why, error.hint) from error
    return value


def _check_aliases(name: str, model: str, source: Source, place: Phrase) -> None:
    """Refuse an alias for an alias, whichever of the two is new; the built-in ones count too.

    Raises:
        UsageError: there is one.
    """
    known = {**models.ALIASES, **source.table("aliases"), name: model}
    for alias in known:
        if wrong := fault_of_alias(alias, known):
            raise UsageError(wrong, Phrase("name a model ({place})", place=place))


def _anchor(system: str) -> str:
    """Return a system prompt; if it is in a file, with the file's whole path.

    Raises:
        UsageError: the file cannot be read.
    """
    if not (name := compose.system_file(system)):
        return system
    file = Path(name).absolute()
    file_reading.read_file(str(file), TextFormat())
    return f"@{file}"


def _allows_http(address: Address, source: Source, environment: Environment) -> bool:
    """Return whether plain http is allowed where a value is to stand.

    Raises:
        MimoError: something else that is in force there is not right.
    """
    name = address.path[1] if address.path[0] == "profiles" else ""
    profile = name if name in source.table("profiles") else ""
    return require(resolve_file(source, environment.environ, profile)).settings.allow_http


def _afterthoughts(address: Address, value: object, environment: Environment) -> Iterator[Phrase]:
    """Yield what the user should know about a value that was kept."""
    source = read_source(paths.config_file(environment.environ))
    key = address.key
    is_beaten = len(address.path) == 1 or address.path[0] == "profiles"
    if is_beaten and environment.environ.get(key.variable):
        yield Phrase("{variable} is set too, and wins over the file", variable=key.variable)
    if key.name == "default_profile" and value and value not in source.table("profiles"):
        yield Phrase(
            "there is no profile {name!r} yet: mimo config set -p {name} model MODEL", name=value
        )
    if address.path[0] == "profiles":
        yield from _warn_of_withheld_key(address.path[1], source, environment)


def _warn_of_withheld_key(
    profile: str, source: Source, environment: Environment
) -> Iterator[Phrase]:
    resolved = resolve_file(source, environment.environ, profile)
    try:
        is_local = require(resolved).settings.server().is_loopback
    except MimoError:  # of another value: it is said when that is used
        return
    if isinstance(resolved.key, KeyWithheld) and not is_local:
        yield Phrase(
            "{withheld}. This profile needs its own: "
            "mimo config set -p {profile} api_key   (or … auth none)",
            withheld=resolved.key.source,
            profile=profile,
        )


def _ask(key: Key, environment: Environment) -> str:
    """Return the value from the user, unseen if it is secret, or from stdin.

    Raises:
        UsageError: a value that is no secret is given as a word.
        ConfigError: there is nobody to ask, and no stdin.
    """
    what = Phrase("no value for {name}", name=key.name)
    if environment.can_ask:
        if key.secret:
            return questions.secret(environment, verbatim(key.name))
        hint = Phrase("{meaning} mimo config set {name} VALUE", meaning=key.help, name=key.name)
        raise UsageError(what, hint=hint)
    if environment.stdin is None or environment.stdin_is_terminal:
        raise ConfigError(what, Phrase("there is nobody to ask, and no stdin"))
    patience = stdin.Patience(otherwise=Phrase("It is read where no value is given."))
    text = decoding.decode(stdin.read(environment.stdin, patience), "stdin", TextFormat())
    return text.strip().partition("\n")[0] if key.secret else text.rstrip("\n")
