"""The answers of a conversation: one for each question, however many rounds it took. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.keys import mask_all
from mimo_cli.conversation.rounds.questions import questions
from mimo_cli.errors import UsageError
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import Phrase, counted
from mimo_cli.text import punctuation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.conversation.turns import Turn

_DIGITS = 9  # of more nobody has as many
_SHOWN = 60  # characters


def answers(turns: Sequence[Turn]) -> list[Turn]:
    """Return the answers that have words: of each question the last turn that has any."""
    found = (
        next((turn for turn in reversed(asked) if turn.reply.text.strip()), None)
        for asked in questions(turns)
    )
    return [turn for turn in found if turn is not None]


def pick(turns: Sequence[Turn], number: int) -> Turn:
    """Return the Nth answer: 1 is the first, -1 the last.

    Raises:
        UsageError: there is none of that number.
    """
    found = answers(turns)
    if not found:
        raise UsageError(Phrase("there is no answer in this conversation"))
    place = number - 1 if number > 0 else number
    if not -len(found) <= place < len(found):
        why = counted(
            len(found), "the conversation has one answer", "the conversation has {count:,} answers"
        )
        raise UsageError(Phrase("there is no answer {number}", number=number), why)
    return found[place]


def parse_number(text: str, option: str, counts: Phrase) -> int:
    """Return the number that an option has as its value: from 1, or from the end from -1.

    `counts` tells how its things count.

    Raises:
        UsageError: it is none.
    """
    number = punctuation.to_plain(text)  # as an input method may have left it
    digits = number.removeprefix("-").lstrip("0")
    is_number = digits.isascii() and digits.isdecimal()
    if is_number and len(digits) <= _DIGITS:
        return -int(digits) if number.startswith("-") else int(digits)
    what = Phrase(
        "{option} cannot be {value!r}", option=option, value=one_line(mask_all(text), _SHOWN)
    )
    raise UsageError(what, Phrase("there are not that many") if is_number else counts)
