"""Messages of a chat on their way: what is asked, whether it is meant, what comes after."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.protocol.messages import Media, Reply, Text
from mimo_cli.api.replies.finished import reply_check
from mimo_cli.attachments import attachment
from mimo_cli.catalogue import amounts, pricing
from mimo_cli.chat import input_line
from mimo_cli.chat.session import Unanswered
from mimo_cli.common_phrases import listed
from mimo_cli.conversation import asking, changes, prepare, views
from mimo_cli.conversation.earlier import going_on
from mimo_cli.conversation.rounds.questions import last_question, pending_calls
from mimo_cli.conversation.size_check import SizeCheck, estimate_size
from mimo_cli.errors import Interrupted, MediaRefusedError, MimoError
from mimo_cli.output import json_output
from mimo_cli.output.sanitize import count_suspect
from mimo_cli.output.usage_line import usage_line
from mimo_cli.output.view import Awaited
from mimo_cli.phrases import Phrase, counted
from mimo_cli.screen import tty
from mimo_cli.shell import caches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mimo_cli.api.client import Client
    from mimo_cli.api.protocol.messages import Block, Correction, Request
    from mimo_cli.api.replies.finished.remarks import Remark
    from mimo_cli.attachments.attachment import Attachment
    from mimo_cli.chat.session import Chat
    from mimo_cli.config import Settings
    from mimo_cli.conversation.structured_answer import Outcome, Wanted
    from mimo_cli.conversation.turns import Turn
    from mimo_cli.output.view import View

CONTINUE = "Continue exactly where your last answer stopped, without repeating anything."


class Filling(NamedTuple):
    """How a kept prompt makes a question of words and the texts that go along with them.

    `typed` is the line that said so, which comes back to be edited if nothing came of it.
    """

    fill: Callable[[str], str]
    typed: str
    takes_input: bool


def send_message(
    chat: Chat, text: str, *, replacing: bool = False, fill: Filling | None = None
) -> None:
    """Send a message with the files that wait, and show the answer.

    With `replacing` it takes the place of the last question, once it has an answer. A message that
    got no answer becomes the draft, and its files go on waiting. With `fill` a kept prompt makes
    the question of it.

    Raises:
        UsageError: it is too much for the model, or nobody can say that it is meant.
        Interrupted: by more than Ctrl-C at a prompt; what came is kept.
    """
    if hidden := count_suspect(text):
        what = counted(hidden, "1 hidden character", "{count:,} hidden characters")
        chat.console.warn(Phrase("the message holds {what}", what=what))
    question = _question(text, chat.files, fill)
    # What is interrupted before it is sent comes back too.
    chat.draft = input_line.escape(text) if fill is None else fill.typed
    with _turn_in_progress(chat):
        if _ask(chat, question, replacing=replacing):
            chat.draft, chat.files, chat.unanswered = "", [], None
            return
        typed = text if fill is None else fill.fill(text)
        chat.unanswered = Unanswered(typed, tuple(chat.files))
    if chat.files:
        advice = Phrase("the files wait for the next message (/file none drops them)")
        chat.console.info(advice)


def _question(text: str, files: Sequence[Attachment], filling: Filling | None) -> tuple[Block, ...]:
    """Return what is asked: words and files, or what a kept prompt makes of them.

    Raises:
        UsageError: there is nothing in it.
    """
    if filling is None:
        return attachment.question(text, files)
    media = [it for it in files if isinstance(it, Media)]
    texts = [it for it in files if not isinstance(it, Media)]
    has_input = bool(text.strip() or texts) or (filling.takes_input and not media)
    composed = attachment.question(text, texts) if has_input else ()
    words = "".join(it.text for it in composed if isinstance(it, Text))
    return attachment.question(filling.fill(words), media)


def ask_again(chat: Chat, model: str | None = None) -> None:
    """Ask the last question again. The files that were in it no longer wait then.

    Raises:
        UsageError, Interrupted: as `send_message`.
    """
    asking_turn = chat.asking_turn()
    with _turn_in_progress(chat):
        is_answered = _ask(chat, asking_turn.question, model=model, replacing=True)
        if is_answered and chat.unanswered is not None:
            sent = chat.unanswered.files
            chat.files = [it for it in chat.files if asking_turn.is_answered or it not in sent]
            chat.unanswered = None


def ask_for_rest(chat: Chat) -> None:
    """Ask for the rest of the last answer, which becomes a part of it.

    What there is of it is shown again, so that a block of code that was cut goes on as one.

    Raises:
        UsageError, Interrupted: as `send_message`.
    """
    last = chat.last_turn()
    # Its thinking is over, and would stand in the middle of the answer.
    chosen = chat.settings._replace(thinking=False)
    wish = (Text(CONTINUE),)
    before = chat.conversation.turns
    with _turn_in_progress(chat):
        if _may_send(chat, chosen, before, wish):
            request = _request(chat, chosen, before, wish)
            _send(chat, request, last.question, chosen, replacing=True, earlier=last.reply)


def _ask(
    chat: Chat, question: tuple[Block, ...], *, model: str | None = None, replacing: bool = False
) -> bool:
    """Send a question, and show the answer. Return whether one came, whole or in part.

    For where Ctrl-C is noted.
    """
    turns = chat.conversation.turns
    before = turns[: len(turns) - len(last_question(turns))] if replacing else turns
    settle_thinking(chat, before)
    chosen = chat.settings if model is None else chat.settings._replace(model=model)
    request = _request(chat, chosen, before, question)
    if any(not isinstance(it.content, str) for it in request.messages):
        from mimo_cli.conversation import media_check  # most messages are words alone

        media_check.check(request.messages, chosen.model, chat.endpoint)
    if not _may_send(chat, chosen, before, question):
        return False
    if not replacing:
        _drop_unanswered(chat)
    _tell_of_not_run(chat, before)
    return _send(chat, request, question, chosen, replacing=replacing)


def settle_thinking(chat: Chat, turns: Sequence[Turn]) -> None:
    """Put thinking off where these turns want it so, and back on where they no longer do."""
    own = going_on.with_own_thinking(chat.resolved, chat.own)
    if not going_on.has_to_be_without_thinking(own, turns):
        chat.resolved = own
    elif not going_on.is_put_off(chat.resolved):
        tell = chat.console.info if going_on.is_thinking(own) else chat.console.debug
        chat.resolved = going_on.without_thinking(own, chat.conversation)
        tell(going_on.told_of_no_thinking("/thinking on"))


def _tell_of_not_run(chat: Chat, before: Sequence[Turn]) -> None:
    """Say that the model is told that calls were not run, where it waits for their results."""
    if not pending_calls(before):
        return
    from mimo_cli.conversation.rounds import outcomes  # few chats have any

    if not_run := outcomes.never_answered(before):
        chat.console.info(outcomes.told_of_not_run(not_run))


def _request(
    chat: Chat, chosen: Settings, before: Sequence[Turn], question: tuple[Block, ...]
) -> Request:
    messages = prepare.messages(chosen, chat.endpoint, before, question)
    tools = going_on.last_tools(chat.conversation)
    return prepare.request(chosen, messages, system=chat.sent_system, tools=tools)


def _send(
    chat: Chat,
    request: Request,
    question: tuple[Block, ...],
    chosen: Settings,
    *,
    replacing: bool,
    earlier: Reply | None = None,
) -> bool:
    _separate(chat)
    chat.environment.signals.catch(forgiving=chat.interactive)
    begun = chat.environment.clock.monotonic()
    try:
        turn = _ask_once(chat, request, question, chosen, replacing=replacing, earlier=earlier)
    except MimoError as error:  # there is no way to the server at all
        chat.report_unsent(error)
        return False
    outcome: Outcome | None = None
    turns: tuple[Turn, ...] = (turn,)
    if chat.wanted is not None:
        outcome = _settle(chat, turn, chosen, chat.wanted, begun)
        turn, turns = outcome.turn, outcome.turns
    is_answered = any(it.is_answered for it in turns)
    chat.has_answered = chat.has_answered or is_answered
    chat.usages += [it.reply.usage for it in turns]
    chat.spent = pricing.add_up([*amounts.to_amounts(chat.spent), *(it.cost for it in turns)])
    _finish(chat, turn, outcome)
    views.notify(turns, chat.showing)
    if isinstance(turn.failure, MediaRefusedError):
        _let_go_of_media(chat)
    return is_answered


def _ask_once(
    chat: Chat,
    request: Request,
    question: tuple[Block, ...],
    chosen: Settings,
    *,
    replacing: bool = False,
    earlier: Reply | None = None,
    spent: float = 0.0,
) -> Turn:
    """Send one request, and return what came of it.

    Raises:
        MimoError: there is no way to the server at all.
    """
    view = _view(chat, chosen.model)
    turn = asking.ask(
        request,
        question,
        client=_connect(chat, chosen),
        paid_in=pricing.currency(chat.endpoint, chat.settings.currency),
        view=view,
        recorder=chat.recorder,
        clock=chat.environment.clock,
        buffered=chat.answers_whole,
        replacing=replacing,
        earlier=earlier,
        kept=chat.wanted and chat.wanted.kept(chat.system),
        spent=spent,
        stoppable=chat.cancellation.immediate,
        on_loop=chat.showing.on_loop,
    )
    if isinstance(turn.failure, Interrupted) and not view.has_begun:
        chat.console.info(Phrase("interrupted"))  # a view that has begun says so itself
    return turn


def _settle(chat: Chat, first: Turn, chosen: Settings, wanted: Wanted, begun: float) -> Outcome:
    """Check an answer against the schema, and ask again while it does not fit.

    The first one was asked for when the clock was at `begun`.
    """
    from mimo_cli.conversation import structured_answer  # few chats want one

    def ask_again(correction: Correction) -> Turn:
        asked = (correction,)
        request = _request(chat, chosen, chat.conversation.turns, asked)
        spent = chat.environment.clock.monotonic() - begun
        return _ask_once(chat, request, asked, chosen, spent=spent)

    outcome = structured_answer.settle(
        first,
        wanted,
        means=structured_answer.means(chat.environment),
        ask_again=ask_again,
        tell=lambda repair: chat.console.info(repair.phrase()),
        stoppable=chat.cancellation.immediate,
    )
    structured_answer.tell(outcome, chat.console)
    outcome = structured_answer.keep(outcome, chat.recorder)
    was_checked = outcome.failure is not outcome.turns[-1].failure
    if isinstance(outcome.failure, Interrupted) and was_checked:
        chat.console.info(Phrase("interrupted"))
    return outcome


@contextlib.contextmanager
def _turn_in_progress(chat: Chat) -> Iterator[None]:
    """Note Ctrl-C, and show nothing of what is typed ahead, from Enter to the next prompt.

    That is not sent: it waits in the prompt.
    """
    if chat.keep_unsent is not None:
        chat.keep_unsent()
    keys = chat.environment.stdin if chat.interactive else None
    with chat.cancellation.deferred(), tty.hiding_keys(keys, chat.environment.signals):
        yield


def _drop_unanswered(chat: Chat) -> None:
    """Drop the last question if it got no answer: it was given back, and another replaces it."""
    turns = chat.conversation.turns
    if turns and turns[-1].kind == "question" and not turns[-1].is_answered:
        changes.drop_last(chat.recorder)


def _let_go_of_media(chat: Chat) -> None:
    """Let media wait no longer that were refused: they would be refused with what comes next."""
    refused = [it.name for it in chat.files if isinstance(it, Media)]
    chat.files = [it for it in chat.files if not isinstance(it, Media)]
    if refused:
        template = "{files}: no longer with the next message (/retry MODEL sends it to another)"
        chat.console.info(Phrase(template, files=listed(refused)))


def _connect(chat: Chat, chosen: Settings) -> Client:
    if chat.client is None:
        chat.client = prepare.client(chosen, chat.environment, chat.endpoint, chat.console)
    return chat.client


def _view(chat: Chat, model: str) -> View:
    make = views.silent_view if chat.answers_whole else views.view
    return make(chat.showing, Awaited(model, chat.endpoint.host))


def _finish(chat: Chat, turn: Turn, outcome: Outcome | None) -> None:
    """Write what comes after an answer.

    `outcome` is what came of it where it has to fit a schema; `turn` is all of that.
    """
    reply, error, offered = turn.reply, turn.failure, asking.offered_names(turn)
    if chat.json:
        result = json_output.result(
            reply,
            error,
            model=turn.model,
            conversation=chat.recorder.kept_in,
            question=turn.question,
            offered=offered,
            data=outcome and outcome.data,
            repairs=outcome.repairs if outcome else 0,
        )
        chat.environment.stdout.write(json_output.to_line(result))
    elif outcome is not None:
        from mimo_cli.conversation import structured_answer

        stdout = chat.environment.stdout
        structured_answer.write(outcome, stdout, chat.console, indent=stdout.is_terminal)
    if offered and turn.calls and not chat.json:
        views.tell_calls(turn.calls, chat.console)
        chat.console.info(Phrase("tools are not run in a chat"))
    if isinstance(error, Interrupted):
        if error.signum != signal.SIGINT or not chat.interactive:
            raise error
    elif isinstance(error, MimoError):
        chat.report(error)
    elif remark := reply_check.remark(reply, offered):
        _warn(chat, remark)
    if chat.settings.usage:
        chat.console.line(usage_line(turn))
    if chat.is_on_screen:
        chat.environment.stdout.write("\n")
    if chat.recorder.history is not None:
        caches.keep_conversations(chat.environment, chat.recorder.history)


def _warn(chat: Chat, remark: Remark) -> None:
    from mimo_cli.chat.chat_terms import in_chat_terms  # most answers end as they should

    chat.console.warn(remark.text, in_chat_terms(remark.hint, can_go_on=chat.can_continue))


def _separate(chat: Chat) -> None:
    """Write an empty row before an answer: always where a person reads, else between two."""
    if not chat.json and (chat.is_on_screen or chat.has_answered):
        chat.environment.stdout.write("\n")


def _may_send(
    chat: Chat, chosen: Settings, before: Sequence[Turn], question: tuple[Block, ...]
) -> bool:
    """Return whether so much is meant to be sent: a yes holds until the conversation doubled."""
    check = SizeCheck(
        above=chosen.confirm_above_tokens,
        ask=chat.confirm,
        yes=chat.yes,
        warn=chat.console.warn,
    )
    tools = going_on.last_tools(chat.conversation)
    estimate = estimate_size(chosen, chat.endpoint, before, question, chat.sent_system, tools=tools)
    with chat.cancellation.immediate():
        is_allowed = check.allows(estimate, agreed=chat.agreed_tokens)
    if not is_allowed:
        chat.console.info(Phrase("nothing was sent"))
        return False
    if estimate.request.used > max(chat.agreed_tokens, chosen.confirm_above_tokens):
        chat.agreed_tokens = 2 * estimate.request.used
    return True
