"""One question to the model: sent, shown while it is answered, and kept."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.protocol.encode import encode
from mimo_cli.api.protocol.messages import Text, TextDelta, merge_deltas
from mimo_cli.api.replies import reply_check
from mimo_cli.catalogue import pricing
from mimo_cli.conversation.turns import NO_REPLY, Status, Turn
from mimo_cli.errors import Interrupted, ReaderGone
from mimo_cli.output.show import Outcome, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mimo_cli.api.client import Client
    from mimo_cli.api.protocol.messages import Block, Json, Reply, Request, StreamItem
    from mimo_cli.api.timing import Clock
    from mimo_cli.catalogue.pricing import Currency, Money
    from mimo_cli.conversation.recorder import Recorder
    from mimo_cli.errors import MimoError
    from mimo_cli.output.view import View


_NOTHING = Outcome(NO_REPLY, None, 0.0, None)


class Answer(NamedTuple):
    """How a turn went. `error` is also what a whole answer amounts to: a refusal, say."""

    outcome: Outcome
    error: MimoError | Interrupted | None
    cost: Money | None


def ask(
    request: Request,
    question: tuple[Block, ...],
    *,
    client: Client,
    paid_in: Currency | None,
    view: View,
    recorder: Recorder,
    clock: Clock,
    buffered: bool = False,
    replacing: bool = False,
    earlier: Reply | None = None,
    stoppable: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Answer:
    """Asks, shows, keeps. `question` is the last message of `request`.

    The answer comes inside of `stoppable`: the chat lets Ctrl-C be raised there, and only there.

    With `replacing` the turn takes the place of the last one, once it has a better answer. With an
    `earlier` reply the answer is its continuation: it is shown, and kept, after it.

    `paid_in` is the currency, None where tokens are not what is paid for.

    Raises:
        ReaderGone: nobody reads our output any more. What came is kept.
    """
    encoded = encode(request)
    turn = Turn(question, encoded.parameters, clock.now())
    before = [] if earlier is None else [TextDelta(-1, earlier.text)]
    outcome = _NOTHING
    try:
        recorder.begin(turn, replacing=replacing, earlier=earlier)
        stream = client.stream(
            encoded,
            buffered=buffered,
            seconds_until_tick=recorder.waking(view.seconds_until_redraw),
        )
        # An answer that was stopped has the connection until it is closed.
        with closing(stream), stoppable():
            groups: Iterator[Sequence[StreamItem]] = stream
            if not view.tells_deltas:
                groups = map(merge_deltas, groups)  # one text for each, in however many deltas
            outcome = show(recorder.take(groups), view, clock.monotonic, before)
    except Interrupted as interrupted:  # before anything was sent, or when all had come
        if outcome is _NOTHING:
            view.close(interrupted)
        outcome = outcome._replace(error=outcome.error or interrupted)
    error = outcome.error or reply_check.problem(outcome.reply)
    if earlier is not None and outcome.reply.text.strip():
        outcome = outcome._replace(reply=_joined(earlier, outcome.reply))
    finished = _finished(turn, outcome, error, paid_in)
    try:
        recorder.finish(finished)
    except Interrupted as interrupted:  # it is kept all the same, and still to be given out
        error = error or interrupted
    if isinstance(error, ReaderGone):
        raise error
    return Answer(outcome, error, finished.cost)


def _joined(earlier: Reply, later: Reply) -> Reply:
    """A reply and its continuation as one; thinking that came only with the second is left out."""
    last = max(i for i, block in enumerate(earlier.content) if isinstance(block, Text))
    text = "".join(block.text for block in earlier.content[last:] if isinstance(block, Text))
    return later._replace(content=(*earlier.content[:last], Text(text + later.text)))


def _finished(
    turn: Turn,
    outcome: Outcome,
    error: MimoError | Interrupted | ReaderGone | None,
    paid_in: Currency | None,
) -> Turn:
    reply = outcome.reply
    is_whole = reply_check.came_whole(reply, error)
    status: Status = "complete" if is_whole else "partial" if reply.content else "error"
    return turn._replace(
        reply=reply,
        status=status,
        error=None if error is None else _told(error),
        seconds=outcome.seconds,
        first_text=outcome.first_text,
        cost=pricing.cost(reply, turn.model, paid_in),
    )


def _told(error: MimoError | Interrupted | ReaderGone) -> Json:
    if isinstance(error, ReaderGone):
        return {"code": "reader_gone", "message": "the reader of the output left"}
    from mimo_cli.output import json_output

    return json_output.failure(error)
