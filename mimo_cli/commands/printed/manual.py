"""`mimo help --man`: the manual page, in `man` on a terminal, as its source in a pipe."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from mimo_cli.shell import kept_files, page_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.environment import Environment

_MAN = "man"
_SIGNALS = 128  # and above, or below zero: it was ended, by the user as a rule


def run(environment: Environment, start: Callable[..., int] = subprocess.call) -> int:
    """Show the page, or print it. Return the exit code.

    Where `man` is missing, or cannot show it, the page comes as plain text.
    """
    screen = environment.screen_of(environment.stdout)
    if screen is None:
        environment.stdout.write(kept_files.read(kept_files.PAGE))
        return 0
    if not _is_shown(environment, start):
        from mimo_cli.output import wrapping

        def wrap(text: str, indent: str) -> str:
            return wrapping.paragraph(text, screen, indent, indent)

        environment.stdout.write(page_text.to_text(kept_files.read(kept_files.PAGE), wrap))
    return 0


def _is_shown(environment: Environment, start: Callable[..., int]) -> bool:
    """Let `man` show the page; return whether it did. A path with a slash is no name to it."""
    try:
        with environment.signals.left_to_child():
            code = start(
                [_MAN, str(kept_files.path(kept_files.PAGE))],
                stdout=environment.stdout.descriptor,
                env={**environment.environ},
            )
    except OSError:  # there is none
        return False
    return not 0 < code < _SIGNALS
