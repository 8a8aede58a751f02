"""Questions to the user, on stderr and stdin: only where `Edges.can_ask` says that one is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli import stdin
from mimo_cli.errors import UsageError
from mimo_cli.terminal.sanitize import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.edges import Edges

_LONGEST = 4096


def line(edges: Edges, question: str, default: str = "") -> str:
    """What is typed, or the default for an empty line.

    Raises:
        UsageError: there is nobody (any more) to answer.
    """
    question = f"{question} [{default}]" if default else question
    edges.stderr.write(f"{one_line(question)}: ")
    data = b"" if edges.stdin is None else stdin.next_part(edges.stdin, _LONGEST)
    if not data:  # Ctrl-D
        edges.stderr.write("\n")
        raise UsageError("no answer", "nothing was changed")
    return data.decode("utf-8", "replace").strip() or default


def yes(edges: Edges, question: str, *, default: bool) -> bool:
    """Whether the answer begins with y; an empty one is the default.

    Raises:
        UsageError: there is nobody (any more) to answer.
    """
    answer = line(edges, f"{question} [{'Y/n' if default else 'y/N'}]").lower()
    return answer.startswith("y") if answer else default


def confirm(edges: Edges) -> Callable[[str], bool] | None:
    """What asks for a yes, and takes an empty line for a no; None where there is nobody."""
    if not edges.can_ask:
        return None

    def ask(question: str) -> bool:
        edges.signals.catch()
        try:
            return yes(edges, question, default=False)
        except UsageError:  # Ctrl-D: no yes
            return False

    return ask


def secret(question: str) -> str:
    """What is typed unseen.

    Raises:
        UsageError: there is nobody (any more) to answer.
    """
    import getpass  # not for those who are asked nothing

    try:
        return getpass.getpass(f"{question} (not shown): ")
    except EOFError as error:
        raise UsageError("no answer", "nothing was changed") from error
