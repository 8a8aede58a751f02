"""`mimo history path`: where the file is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.commands.history.access import open_history
from mimo_cli.output.sanitize import sanitize

if TYPE_CHECKING:
    from mimo_cli.environment import Environment


def run(environment: Environment) -> int:
    """Print where the file is, whether it exists or not."""
    with open_history(environment) as history:
        file = str(history.path)
    # A script needs it as it is.
    environment.stdout.write(f"{sanitize(file) if environment.stdout.is_terminal else file}\n")
    return 0
