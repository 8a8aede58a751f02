"""Which answer to a question stands: what is under way, and what it takes the place of. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mimo_cli.conversation.rounds.pending_pieces import PendingPieces
    from mimo_cli.conversation.turns import Conversation, Turn


class Idle(NamedTuple):
    """No question is under way: the conversation is all there is."""


class Asking(NamedTuple):
    """A question is under way that comes after the conversation's last turn.

    The number of `turn` is 0 where it is not on the disk.
    """

    turn: Turn
    pending: PendingPieces


class Replacing(NamedTuple):
    """A question is under way that takes the place of `old`, once it has a better answer.

    `old` are all turns of a question, or the one whose answer goes on. Until it ends none of them
    is in the conversation in memory. On the disk `old` are, or if `stands` (as soon as what came is
    better, or where `old` were never there) `turn` is.
    """

    turn: Turn
    pending: PendingPieces
    old: tuple[Turn, ...]
    stands: bool


State = Idle | Asking | Replacing


class Replaced(NamedTuple):
    """What a question took the place of: `old` turns, of the conversation `id`, behind `kept`.

    `holds`: on the disk they are still what the conversation has, until what came in their place
    proves to fit its schema.
    """

    id: str
    kept: int
    old: tuple[Turn, ...]
    holds: bool = False


def renumbered(conversation: Conversation, id_: str, numbers: Sequence[int]) -> Conversation:
    """Return a conversation as it is elsewhere: turns that are not there have the number 0."""
    pairs = zip(conversation.turns, numbers, strict=True)
    return conversation._replace(id=id_, turns=tuple(it._replace(number=n) for it, n in pairs))


def numbers_of(turns: Iterable[Turn]) -> tuple[int, ...]:
    """Return the numbers of those of the turns that are on the disk."""
    return tuple(turn.number for turn in turns if turn.number)


def may_come_back(old: Sequence[Turn], new: Turn) -> bool:
    """Return whether what was set aside is better than answers to the same that do not fit."""
    last = old[-1]
    return last.is_whole and last.error is None and new.question == old[0].question


def wins(new: Turn, old: Sequence[Turn], length: int) -> bool:
    """Return whether an answer of that length takes the place of what was set aside for it.

    That of another question does as soon as there is any of it.
    """
    last = old[-1]
    is_longer = not last.is_whole and length > len(last.reply.text)
    return new.is_whole or new.question != old[0].question or is_longer
