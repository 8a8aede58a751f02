"""Which models the server that is asked said that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import remote_models
from mimo_cli.config import paths
from mimo_cli.errors import MimoError

if TYPE_CHECKING:
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.config import Settings
    from mimo_cli.environment import Environment


def has(chosen: Settings, environment: Environment) -> bool:
    """Return whether the server said within the last day that it has the model."""
    try:
        endpoint, folder = chosen.server(), paths.cache(environment.environ)
    except MimoError:  # it is said when it is used
        return False
    listing = remote_models.load(folder, endpoint, environment.clock.now())
    return listing is not None and chosen.model in [model.id for model in listing.models]


def last_ids(environment: Environment, endpoint: Endpoint) -> list[str]:
    """Return the ids of the models that the server last said it has; empty if it never did."""
    try:
        listing = remote_models.last(paths.cache(environment.environ), endpoint)
    except MimoError:  # there is no folder for it
        return []
    return [model.id for model in listing.models] if listing else []
