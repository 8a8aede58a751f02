"""`mimo history delete`: some conversations, old ones or all, for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.commands import questions
from mimo_cli.commands.history.access import open_history, parse_age, shown_title
from mimo_cli.common_phrases import file_size, first_of
from mimo_cli.errors import UsageError
from mimo_cli.history.store import Entry
from mimo_cli.phrases import Phrase, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.environment import Environment
    from mimo_cli.history.store import History

_MUCH = 1 << 20  # bytes
_NAMED = 10  # conversations; of more the rest is counted


class Deletion(NamedTuple):
    """What is to be deleted: some conversations, those not used for so long, or all."""

    references: Sequence[str] = ()
    older_than: str | None = None
    everything: bool = False


def run(environment: Environment, choice: Deletion, *, yes: bool) -> int:
    """Delete conversations for good, after asking; `yes`: without.

    Raises:
        UsageError: it is not said what, there is no such conversation, or nobody to ask.
        LocalIOError: the history cannot be used.
    """
    if [bool(choice.references), choice.older_than is not None, choice.everything].count(True) != 1:
        why = Phrase("it takes some IDs, --older-than or --all, one of them")
        raise UsageError(Phrase("nothing was deleted"), why)
    seconds = None if choice.older_than is None else parse_age("--older-than", choice.older_than)
    console = environment.console()
    with open_history(environment) as history:
        found = (history.find(reference, title_starts=False) for reference in choice.references)
        ids = list(dict.fromkeys(found))
        entries = (
            history.listing_unless_damaged() if choice.everything else history.listing(emptied=True)
        )
        chosen = _choose(entries or [], ids, seconds, environment.clock.now())
        # What cannot be listed goes too.
        is_all = choice.everything and (entries is None or history.has_losses)
        if not chosen and not is_all:
            console.info(_tell_nothing(history.finish_deletion()))
        elif not yes and not _confirm(environment, _question(chosen, is_all=is_all)):
            console.info(Phrase("nothing was deleted"))
        else:
            console.info(_tell(history, chosen, _delete(history, ids, seconds)))
    return 0


def _choose(
    entries: Sequence[Entry], ids: Sequence[str], seconds: float | None, now: float
) -> list[Entry]:
    """Return those of the conversations with the ids, those not used for so long, or all."""
    if ids:
        listed = {entry.id: entry for entry in entries}
        return [listed.get(id_) or Entry(id_, "", "", 0, now) for id_ in ids]
    return [entry for entry in entries if seconds is None or entry.updated < now - seconds]


def _delete(history: History, ids: Sequence[str], seconds: float | None) -> int | None:
    """Return how many there were; None where damage keeps that from being told."""
    if ids:
        return history.delete(ids)
    return history.delete_all() if seconds is None else history.delete_older(seconds)


def _tell(history: History, chosen: Sequence[Entry], count: int | None) -> Phrase:
    if count is None:
        template = "{file} was damaged: it is removed, with all that was in it"
        return Phrase(template, file=history.path)
    what = counted(count, "1 conversation deleted", "{count:,} conversations deleted")
    if not chosen or count != len(chosen):  # of a damaged file not all is known
        return what
    return Phrase("{what}: {conversations}", what=what, conversations=_names(chosen))


def _names(chosen: Sequence[Entry]) -> Phrase:
    return first_of([f"{it.id} ({shown_title(it)})" for it in chosen], _NAMED)


def _tell_nothing(left: int) -> Phrase:
    """Return what is said without conversations to delete; `left` bytes were still to be freed."""
    if left < _MUCH:  # some of what answers took while they came is always free
        return Phrase("there is nothing to delete")
    template = "there is nothing to delete; {size} that an earlier deletion had left is given back"
    return Phrase(template, size=file_size(left))


def _question(chosen: Sequence[Entry], *, is_all: bool) -> Phrase:
    if is_all:
        return Phrase("Delete all that is kept for good?")
    if len(chosen) == 1:
        named = chosen[0]
        return Phrase("Delete {id} ({title}) for good?", id=named.id, title=shown_title(named))
    template = "Delete {count:,} conversations for good: {conversations}?"
    return Phrase(template, count=len(chosen), conversations=_names(chosen))


def _confirm(environment: Environment, question: Phrase) -> bool:
    """Return whether the user says yes.

    Raises:
        UsageError: there is nobody to ask.
    """
    ask = questions.confirm(environment)
    if ask is None:
        why = Phrase("there is nobody to ask")
        hint = Phrase("Add --yes to delete without being asked.")
        raise UsageError(Phrase("nothing was deleted"), why, hint)
    return ask(question)
