"""`mimo completions`: the script that lets a shell complete what follows `mimo`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mimo_cli.common_phrases import listed
from mimo_cli.errors import UsageError
from mimo_cli.phrases import CommandLine, Phrase
from mimo_cli.shell import kept_files

if TYPE_CHECKING:
    from mimo_cli.environment import Environment
    from mimo_cli.options.completions import CompletionsOptions

_SCRIPTS = {"bash": "mimo.bash", "zsh": "_mimo", "fish": "mimo.fish"}


def run(environment: Environment, options: CompletionsOptions) -> int:
    """Print the script for a shell; 0.

    Raises:
        UsageError: there is none for it.
    """
    script = _SCRIPTS.get(options.shell)
    if script is None:
        raise _no_script(options.shell, environment.environ.get("SHELL", ""))
    environment.stdout.write(kept_files.read(script))
    return 0


def _no_script(shell: str, program: str) -> UsageError:
    """Return the error of a shell that there is no script for; `program` is the user's own."""
    own = os.path.basename(program)  # noqa: PTH119 - a text that need not be a path
    what = Phrase("there is no completion for {shell!r}", shell=shell)
    if not shell:
        what = Phrase("it is not said for which shell")
    if own not in _SCRIPTS:
        return UsageError(what, hint=Phrase("One of: {shells}", shells=listed([*_SCRIPTS])))
    line = CommandLine(f"mimo completions {own}")
    return UsageError(what, hint=Phrase("For yours: {command}", command=line))
