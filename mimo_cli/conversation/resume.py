"""What was said before: where turns are kept, and the conversation to go on with.

`-c` and `-r` ask for something that is there. What cannot be read (it is busy, another's, a newer
version's, on a disk that fails) is an error, 12, and nothing is sent; so is a conversation that is
not there, 2. A damaged file that was set aside goes on as an empty one, with its notice: with `-c`
the question goes out without what was said before it, and says so; what `-r` named is missed, 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.config import paths
from mimo_cli.conversation.recorder import Recorder
from mimo_cli.conversation.turns import Conversation
from mimo_cli.errors import LocalIOError, MimoError, UsageError
from mimo_cli.phrases import Phrase, counted

if TYPE_CHECKING:
    from mimo_cli.config import Settings
    from mimo_cli.environment import Environment
    from mimo_cli.history.journal import Journal
    from mimo_cli.history.store import History
    from mimo_cli.options.request import HistoryOptions
    from mimo_cli.output.console import Console


def open_history(environment: Environment, console: Console) -> History:
    """Return the store. Nothing is read or made before it is used.

    Raises:
        ConfigError: the environment names a folder that cannot be.
    """
    from mimo_cli.history.store import History  # sqlite3: not for those who keep nothing

    return History(paths.data(environment.environ), now=environment.clock.now, notice=console.info)


def _open_journal(environment: Environment, console: Console) -> Journal:
    """Return what of the store is needed to keep something: less to load than all of it.

    Raises:
        ConfigError: the environment names a folder that cannot be.
    """
    from mimo_cli.history.journal import Journal

    return Journal(paths.data(environment.environ), now=environment.clock.now, notice=console.info)


def whole_history(journal: Journal | None, environment: Environment, console: Console) -> History:
    """Return the store that a recorder has, or one of its own where it has none.

    Raises:
        ConfigError: the environment names a folder that cannot be.
    """
    from mimo_cli.history.store import History

    return journal if isinstance(journal, History) else open_history(environment, console)


def open_recorder(
    environment: Environment,
    options: HistoryOptions,
    chosen: Settings,
    console: Console,
    *,
    looks: bool = False,
) -> Recorder:
    """Return what keeps the conversation, with what was said before if it goes on with one.

    What is odd about an earlier one is warned of. `looks` is whether its history will be asked for
    others as well.

    Raises:
        UsageError: there is no such conversation.
        MimoError: an earlier one is wanted, and cannot be read.
    """
    check(options)
    wanted = options.continue_ or options.resume is not None
    keeps = chosen.history and not options.no_history
    conversation = Conversation()
    journal: Journal | None = None
    if wanted:
        journal = history = open_history(environment, console)
        conversation = _load(history, options.resume, console, looks=looks)
        if not looks:  # else what was said last is shown
            _tell_which(history, options.resume, conversation, environment, console)
        unanswered = (turn for turn in conversation.turns if not turn.is_answered)
        if count := sum(turn.kind == "question" for turn in unanswered):
            console.warn(_left_out(count, conversation.id))
    elif keeps:
        try:
            journal = (open_history if looks else _open_journal)(environment, console)
        except MimoError as error:
            console.warn(Phrase("{problem}. This conversation is not kept.", problem=error.message))
    return make_recorder(conversation, journal if keeps else None, environment, console)


def make_recorder(
    conversation: Conversation, history: Journal | None, environment: Environment, console: Console
) -> Recorder:
    """Return what keeps a conversation from here on: in memory alone, without a history."""
    return Recorder(
        conversation,
        history,
        console=console,
        signals=environment.signals,
        monotonic=environment.clock.monotonic,
    )


def check(options: HistoryOptions) -> None:
    """Refuse what cannot go together.

    Raises:
        UsageError: it cannot.
    """
    if options.continue_ and options.resume is not None:
        raise UsageError(Phrase("--continue and --resume cannot go together"))


def _load(
    history: History, reference: str | None, console: Console, *, looks: bool
) -> Conversation:
    """Return the conversation that is meant, without a reference the newest with an answer.

    Where damage took that, the question goes out all the same; one that was named is missed.
    """
    try:
        found = history.newest(answered=True) if reference is None else history.find(reference)
        conversation = history.load(found) if found else Conversation()
        if conversation.turns:
            return history.with_data(conversation, unanswered=looks)
    except LocalIOError as error:
        if reference is not None or not history.set_aside_if_damaged(error):
            raise
    if not history.is_partly_lost():
        raise UsageError(
            Phrase("there is no conversation to go on with"),
            hint=Phrase(
                "A conversation is kept, with history on, and gone on with once it has an answer."
            ),
        )
    console.warn(Phrase("this question goes out without what was said before it"))
    return Conversation()


def _tell_which(
    history: History,
    reference: str | None,
    chosen: Conversation,
    environment: Environment,
    console: Console,
) -> None:
    """Say which conversation goes on where that may be another than the user has in mind.

    In a script, which may well read what is said, only with `-v`.
    """
    is_shown = environment.stderr.is_terminal
    if not chosen.id or not (is_shown or console.verbose):
        return  # and the history is not asked for the newest
    tell = console.info if is_shown else console.debug
    if reference is None and history.newest() != chosen.id:
        template = "going on with {id}: {title} (the newest has no answer)"
        tell(Phrase(template, id=chosen.id, title=chosen.title))
    elif reference is not None and not _is_named(chosen, reference):
        tell(Phrase("going on with {id}: {title}", id=chosen.id, title=chosen.title))


def _is_named(chosen: Conversation, reference: str) -> bool:
    """Return whether a reference names a conversation by more than how its title begins."""
    from mimo_cli.history.search.lookup import fold_title

    wanted = fold_title(reference)
    return chosen.id.startswith(wanted) or fold_title(chosen.title) == wanted


def _left_out(count: int, conversation: str) -> Phrase:
    return counted(
        count,
        "a question without an answer in conversation {conversation} is left out",
        "{count} questions without an answer in conversation {conversation} are left out",
        conversation=conversation,
    )
