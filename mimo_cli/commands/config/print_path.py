"""`mimo config path`: where the file is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.config import paths
from mimo_cli.output.sanitize import sanitize

if TYPE_CHECKING:
    from mimo_cli.environment import Environment


def run(environment: Environment) -> int:
    """Print where the file is, whether it exists or not.

    Raises:
        ConfigError: `MIMO_CONFIG` names no place.
    """
    file = str(paths.config_file(environment.environ))
    # A script needs it as it is.
    environment.stdout.write(f"{sanitize(file) if environment.stdout.is_terminal else file}\n")
    return 0
