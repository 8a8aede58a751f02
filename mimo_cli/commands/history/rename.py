"""`mimo history rename`: another title for a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.commands.history.access import open_history
from mimo_cli.errors import UsageError
from mimo_cli.history.changes import conversations
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import Phrase
from mimo_cli.text import decoding
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.environment import Environment

_LONGEST = 200


def run(environment: Environment, reference: str, words: Sequence[str]) -> int:
    """Give a conversation the title that the words are.

    Raises:
        UsageError: there is no such conversation, or this is no title.
        LocalIOError: the history cannot be used.
    """
    title = _title(words)
    with open_history(environment) as history:
        chosen = history.find(reference, title_starts=False)
        conversations.rename(history, chosen, title)
    told = Phrase("{id} is called {title} from now on", id=chosen, title=title)
    environment.console().info(told)
    return 0


def _title(words: Sequence[str]) -> str:
    """Return words as a title, inert and on one line.

    Raises:
        UsageError: they are none.
    """
    form = TextFormat(remedy="locale")
    text = decoding.check_words(" ".join(words), form, Phrase("the title"))
    title = one_line(text, _LONGEST + 1)
    if not title:
        raise UsageError(Phrase("the title is empty"))
    if len(title) > _LONGEST:
        why = Phrase("it can have {most} characters", most=_LONGEST)
        raise UsageError(Phrase("the title is too long"), why)
    return title
