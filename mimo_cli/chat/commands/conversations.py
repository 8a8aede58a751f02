"""Commands about the conversation: /new, /clear, /history, /resume, /title, /fork, /usage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.catalogue import amounts, token_estimate
from mimo_cli.chat import conversation_list, status
from mimo_cli.chat.input_line import UntimelyError
from mimo_cli.conversation import changes
from mimo_cli.conversation.shown import transcript
from mimo_cli.conversation.turns import Conversation
from mimo_cli.errors import UsageError
from mimo_cli.history.search.lookup import SeveralError
from mimo_cli.output.output_stream import is_dumb
from mimo_cli.output.sanitize import one_line
from mimo_cli.phrases import Phrase, counted, verbatim
from mimo_cli.shell import caches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.chat.session import Chat, Choose
    from mimo_cli.history.store import Entry, History

_LISTED, _OFFERED = 10, 100
_CLEAR = "\x1b[H\x1b[2J"


def begin_new(chat: Chat, _: str) -> None:
    """Begin a new conversation."""
    chat.switch_to(Conversation())
    chat.console.info(Phrase("a new conversation"))


def clear_screen(chat: Chat, _: str) -> None:
    """Clear the screen, where there is one, and tell that nothing else was."""
    stdout, stderr = chat.environment.stdout, chat.environment.stderr
    screen = stdout if stdout.is_terminal else stderr
    if chat.interactive and screen.is_terminal and not is_dumb(chat.environment.environ):
        screen.write(_CLEAR)
    chat.console.info(Phrase("the conversation goes on (/new begins another one)"))


def show(chat: Chat, _: str) -> None:
    """Show the whole conversation, on stdout as the answers were."""
    chat.last_turn()
    transcript.show(chat.conversation.turns, chat.showing)


def resume(chat: Chat, reference: str) -> None:
    """Go on with an earlier conversation, by its id or title; without one offer the latest.

    Raises:
        UsageError: there is no such conversation, or more than one.
    """
    history = chat.history()
    id_ = _find(chat, history, reference) if reference else _offer_latest(chat, history)
    if not id_:
        return
    found = history.load(id_)
    found = history.with_data(found, unanswered=True)  # the last one may be asked once more
    chat.switch_to(found)
    chat.show_last_turn()


def _find(chat: Chat, history: History, reference: str) -> str:
    """Return the conversation that is meant, also by words within its title; "" for none.

    Raises:
        UsageError: there is none, or there are several and nobody picks one.
    """
    try:
        return history.find(reference)
    except UsageError as error:
        meant = error.ids if isinstance(error, SeveralError) else []
        entries = history.listing()
        found = conversation_list.holding(reference, entries)
        if len(found) == 1 and not meant:
            return found[0].id
        ids = {*meant, *(it.id for it in found)}
        offered = [it for it in entries if it.id in ids]
        if not offered or chat.choose is None:
            raise
    return _choose(chat, chat.choose, offered[:_OFFERED])


def _offer_latest(chat: Chat, history: History) -> str:
    """Let the user pick one of the latest, or list them; return its id, or ""."""
    here = chat.conversation.id
    if chat.choose is not None:
        others = [it for it in history.listing(_OFFERED) if it.id != here]
        if others:
            return _choose(chat, chat.choose, others)
    now = chat.environment.clock.now()
    every = history.listing()
    listed = every[:_LISTED]
    rows = [(verbatim(it.id), *conversation_list.facts(it, now)) for it in listed]
    if rows:
        chat.console.info(Phrase("/resume with an id, or with words of a title, goes on with one:"))
        chat.print_table(rows, conversation_list.COLUMNS)
        if more := len(every) - len(listed):
            what = counted(
                more, "1 earlier one is not shown", "{count:,} earlier ones are not shown"
            )
            chat.console.info(Phrase("{what}: mimo history --all lists them", what=what))
    else:
        chat.console.info(Phrase("there is no earlier conversation"))
    return ""


def _choose(chat: Chat, choose: Choose, offered: Sequence[Entry]) -> str:
    now = chat.environment.clock.now()
    hide = chat.console.without_keys
    facts = (conversation_list.facts(it, now) for it in offered)
    rows = [[cell.with_values(hide) for cell in row] for row in facts]
    question = Phrase("Go on with which conversation?")
    chosen = choose(question, rows, conversation_list.CHOICE)
    return "" if chosen is None else offered[chosen].id


def title(chat: Chat, title: str) -> None:
    """Change the conversation's title, or show it."""
    if not title:
        known = one_line(chat.conversation.title)
        chat.print(verbatim(known) if known else Phrase("(none yet)"))
        return
    changes.rename(chat.recorder, " ".join(title.split()))


def fork(chat: Chat, _: str) -> None:
    """Go on in a copy of the conversation: the original stays as it is.

    Settings and files that wait stay, and what was spent: it is the same chat.

    Raises:
        UntimelyError: nothing was asked yet, or nothing is kept.
    """
    chat.last_turn()
    before, kept = chat.conversation, chat.recorder.history
    if chat.recorder.kept_in is None or kept is None:
        raise UntimelyError(Phrase("this conversation is not kept: there is nothing to copy"))
    history = chat.history()
    forked = history.fork(before.id, [turn.number for turn in before.turns if turn.number])
    copied = history.with_data(history.load(forked), unanswered=True)
    with chat.environment.signals.held():
        chat.recorder = chat.new_recorder(copied)
    template = "going on with {id}, a copy of {original}: {title}"
    told = Phrase(template, id=forked, original=before.id, title=one_line(copied.title))
    chat.console.info(told)
    caches.keep_conversations(chat.environment, kept)


def usage(chat: Chat, _: str) -> None:
    """Show the tokens and the cost of the chat, those of answers that were taken back too."""
    taken = token_estimate.context(chat.settings.model, chat.conversation.turns)
    new = sum(usage.uncached_input_tokens or 0 for usage in chat.usages)
    cached = sum(usage.cache_read_input_tokens or 0 for usage in chat.usages)
    got = sum(usage.output_tokens or 0 for usage in chat.usages)
    cost = amounts.texts(chat.spent)
    chat.print_table(
        [
            (Phrase("context"), status.context_text(taken)),
            (Phrase("input"), Phrase("{count:,} tokens", count=new)),
            (Phrase("cached"), Phrase("{count:,} tokens", count=cached)),
            (Phrase("output"), Phrase("{count:,} tokens", count=got)),
            (Phrase("cost"), verbatim(cost) if cost else Phrase("not known")),
        ]
    )
