"""A question that was meant for `mimo ask`, and the line to type instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST = 200
"""Characters of a question that is shown again."""


class MisdirectedError(UsageError):
    """Words or piped text came without a command."""


def not_a_command(args: Sequence[str], commands: Sequence[str]) -> MisdirectedError:
    """Return the error for a command line whose first word is no command."""
    near = [name for name in commands if _is_slip(args[0], name)]
    meant = "".join(f", or: {_line(['mimo', name, *args[1:]])}" for name in near)
    return MisdirectedError(
        f"there is no command {args[0][:_LONGEST]!r}", hint=meant_for_ask(args) + meant
    )


def meant_for_ask(args: Sequence[str] = ()) -> str:
    """Return the line that asks what was meant as a question."""
    return f"To ask it: {_line(['mimo', 'ask', *args])}"


def _line(args: Sequence[str]) -> str:
    import shlex

    line = shlex.join(args)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _is_slip(word: str, name: str) -> bool:
    """Whether a word is a name with one letter changed, missing, added or swapped."""
    if word == name or abs(len(word) - len(name)) > 1:
        return False
    head = next((i for i, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), None)
    if head is None:
        return True  # one is the other and a letter more
    rest, wanted = word[head:], name[head:]
    is_swapped = rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
    return is_swapped or rest[1:] in (wanted[1:], wanted) or rest == wanted[1:]
