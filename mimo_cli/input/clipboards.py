"""Which programs reach the clipboard of whoever sits at the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.input import programs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Program(NamedTuple):
    """A program, and the variable that says that it will work; empty where none does.

    `is_here` is whether its clipboard is always this machine's, also for who sits elsewhere.
    """

    variable: str
    command: tuple[str, ...]
    is_here: bool = True

    def fits(self, environ: Mapping[str, str]) -> bool:
        """Return whether it is there, and so is what it works for."""
        if self.variable and not environ.get(self.variable):
            return False
        return programs.find(self.command[0], environ) is not None


def usable(
    known: Iterable[Program], environ: Mapping[str, str], *, is_elsewhere: bool
) -> list[Program]:
    """Return the programs that are there, and reach the right clipboard.

    Of who is logged in from elsewhere, that is not this machine's. A display that is forwarded is
    theirs.
    """
    is_forwarded = not environ.get("DISPLAY", "").startswith((":", "unix:"))
    return [
        it
        for it in known
        if it.fits(environ) and not (is_elsewhere and (it.is_here or not is_forwarded))
    ]


def is_remote(environ: Mapping[str, str]) -> bool:
    """Return whether whoever is logged in sits elsewhere."""
    return bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))
