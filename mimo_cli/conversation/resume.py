"""Where turns are kept: a new conversation, or one of before that goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.config import paths
from mimo_cli.conversation.recorder import Recorder
from mimo_cli.conversation.turns import Conversation
from mimo_cli.errors import MimoError, UsageError
from mimo_cli.phrases import Phrase

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
        from mimo_cli.conversation.earlier import finding  # most begin one

        journal = history = open_history(environment, console)
        conversation = finding.find(history, options.resume, environment, console, looks=looks)
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
