"""The models of a server that is being set up, as it lists them itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.errors import MimoError
from mimo_cli.phrases import Phrase, first_of

if TYPE_CHECKING:
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.environment import Environment
    from mimo_cli.output.console import Console

_SECONDS = 10.0
_SHOWN = 12  # names that can be looked over


def tell_names(endpoint: Endpoint, environment: Environment, console: Console) -> str:
    """Tell what models a server has, or where else their names are; return one that is alone."""
    console.info(Phrase("asking {host} for its models", host=endpoint.host))
    try:
        names = _fetch_names(endpoint, environment)
    except MimoError as error:
        console.info(
            Phrase(
                "no list of models from {host} ({why}): its documentation has their names",
                host=endpoint.host,
                why=error.message,
            )
        )
        return ""
    if not names:
        template = "{host} lists no models: its documentation has their names"
        console.info(Phrase(template, host=endpoint.host))
    else:
        models = first_of(names, _SHOWN)
        console.info(Phrase("{host} has {models}", host=endpoint.host, models=models))
    return names[0] if len(names) == 1 else ""


def _fetch_names(endpoint: Endpoint, environment: Environment) -> list[str]:
    """Ask the server.

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
        return [model.id for model in fetch_models(client, endpoint)]
