"""The model of a server that is being set up, picked from those that it lists itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.keys import mask_all
from mimo_cli.catalogue import models
from mimo_cli.commands import questions
from mimo_cli.commands.config.listing import write_choices
from mimo_cli.errors import ConfigError, MimoError, NetworkError
from mimo_cli.output.columns import Column
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.advice import Advice
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.environment import Environment
    from mimo_cli.output.console import Console

_SECONDS = 10.0
_SHOWN = 12  # names that can be looked over
_LONGEST = 200
_MODELS = (Column(), Column(narrow="wrap", least=16), Column(narrow="wrap", least=16, leaves=1))


def choose(endpoint: Endpoint, default: str, environment: Environment, console: Console) -> str:
    """Ask which model is asked from now on, by its number in a list or its name.

    The list is the server's own; where there is none it is the catalogue's, of a server of MiMo's.
    A `default` is what an empty line chooses, if the server has it; else a current model of the
    catalogue that it has, or its only one.

    Raises:
        UsageError: there is nobody (any more) to answer.
    """
    names = _names(endpoint, environment, console)
    if names and default not in names and default not in models.ALIASES:
        default = next((it.id for it in models.current() if it.id in names), "")
    _show(names[:_SHOWN], len(names), environment, console)
    if not names:
        question = Phrase("Model (its name on that server)")
    elif len(names) == 1:
        question, default = Phrase("Model"), default or names[0]
    else:
        question = Phrase("Model (a name or number)")
    while True:
        answer = questions.ask_openly(environment, question, default)
        if answer in names or not (answer.isascii() and answer.isdigit()):
            if answer:
                return answer
        elif 1 <= (number := int(answer[:9])) <= min(len(names), _SHOWN):
            return names[number - 1]
        elif not names:
            return answer
        else:
            console.info(Phrase("there is no model {name!r} in the list", name=answer))


def _names(endpoint: Endpoint, environment: Environment, console: Console) -> list[str]:
    """Return the models of a server; tell where they come from, or where else they are named."""
    console.info(Phrase("asking {host} for its models", host=endpoint.host))
    known = [model.id for model in models.current()] if endpoint.is_mimo else []
    hint: Phrase | Advice = NOTHING
    try:
        names = _fetch_names(endpoint, environment)
    except MimoError as error:
        if isinstance(error, NetworkError | ConfigError):  # the way there is wrong, not the list
            hint = error.hint
        told = Phrase(
            "no list of models from {host} ({why})", host=endpoint.host, why=error.message
        )
    else:
        if names:
            return names
        told = Phrase("{host} lists no models", host=endpoint.host)
    if known:
        console.info(Phrase("{what}; these are known here", what=told))
    else:
        console.info(Phrase("{what}: its documentation has their names", what=told))
    if hint:
        console.info(hint if isinstance(hint, Phrase) else console.in_words(hint))
    return known


def _show(names: Sequence[str], count: int, environment: Environment, console: Console) -> None:
    """Show the models with numbers, and what is known of them; and how many more there are."""
    if not names:
        return
    rows = [(f"  {at}", name, _about(name)) for at, name in enumerate(names, start=1)]
    write_choices(rows, _MODELS, environment, console)
    if count > len(names):
        template = "and {count:,} more, by name (mimo models --remote lists them)"
        console.info(Phrase(template, count=count - len(names)))


def _about(name: str) -> Phrase:
    known = models.find(name)
    if known is None:
        return NOTHING
    return known.status if known.retired else known.note


def _fetch_names(endpoint: Endpoint, environment: Environment) -> list[str]:
    """Ask the server for the names that can be shown, and typed.

    Raises:
        MimoError: it cannot be asked, refuses, or gives no list of models.
    """
    from mimo_cli.api.client import Client
    from mimo_cli.api.model_list import fetch_models

    with Client(
        endpoint,
        limits=environment.limits._replace(total=_SECONDS),
        retries=0,
        clock=environment.clock,
        environ=environment.environ,
    ) as client:
        names = [model.id for model in fetch_models(client, endpoint)]
    return [name for name in names if name and mask_all(one_line(name, _LONGEST)) == name]
