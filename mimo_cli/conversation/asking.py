"""One question to the model: sent, shown while it is answered, and kept."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.encode import encode
from mimo_cli.api.protocol.messages import Text, TextDelta, merge_deltas
from mimo_cli.api.replies.finished import reply_check
from mimo_cli.catalogue import pricing
from mimo_cli.conversation.turns import Turn
from mimo_cli.errors import Interrupted, ReaderGone
from mimo_cli.output.answer import show_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mimo_cli.api.client import Client
    from mimo_cli.api.protocol.messages import Block, Json, Reply, Request, StreamItem
    from mimo_cli.api.timing import Clock
    from mimo_cli.catalogue.pricing import Currency
    from mimo_cli.conversation.recorder import Recorder
    from mimo_cli.conversation.showing import OnLoop
    from mimo_cli.conversation.turns import Status
    from mimo_cli.errors import Failure
    from mimo_cli.output.view import View


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
    last: int = 0,
    earlier: Reply | None = None,
    kept: Json | None = None,
    spent: float = 0.0,
    stoppable: Callable[[], AbstractContextManager[None]] = nullcontext,
    on_loop: OnLoop = "nothing",
) -> Turn:
    """Ask the model, show its answer as it comes, keep both, and return the turn.

    `question` is what is kept as such, as a rule the last message of `request`; fields of `kept`
    are kept in the place of the request's own (None: without it). What ended the answer before its
    time is the turn's `failure`; a client's error is not raised.

    The answer comes inside of `stoppable`: the chat lets Ctrl-C be raised there, and only there.
    With `buffered` it may be begun anew after some of it came, for nothing was shown. With
    `replacing` the turn takes the place of the last question, or of so many of the `last`
    turns, once it has a better answer. With an `earlier` reply the answer is its continuation: it
    is shown, and kept, after it.

    So many seconds of the time limit were `spent` before, for the same question. `paid_in` is the
    currency of the turn's cost, None where tokens are not what is paid for.
    `on_loop` is what to do when the answer repeats itself over and over.

    Raises:
        ReaderGone: nobody reads our output any more. What came is kept.
    """
    encoded = encode(request)
    turn = Turn(question, _parameters(encoded.parameters, kept), clock.now())
    before = [] if earlier is None else [TextDelta(-1, earlier.text)]
    try:
        recorder.begin(turn, replacing=replacing, last=last, earlier=earlier)
        stream = client.stream(
            encoded,
            buffered=buffered,
            seconds_until_tick=_soonest(view, recorder),
            spent=spent,
        )
        # An answer that was stopped has the connection until it is closed.
        with closing(stream), stoppable():
            groups: Iterator[Sequence[StreamItem]] = stream
            if request.tools:
                from mimo_cli.tools import call_ids  # most offer none

                groups = call_ids.with_ids(groups, call_ids.used_in(request.messages))
            if not view.tells_deltas:
                groups = map(merge_deltas, groups)  # one text for each, in however many deltas
            if on_loop != "nothing":
                groups = _watched(groups, on_loop)
            turn = show_answer(turn, recorder.record(groups), view, clock.monotonic, before)
    except Interrupted as interrupted:  # before anything was sent, or when all had come
        if turn.seconds is None:
            view.close(interrupted)
        turn = turn._replace(failure=turn.failure or interrupted)
    try:
        with recorder.held():
            turn = _finished(turn, earlier, paid_in, has_media=bool(encoded.media))
            if not recorder.is_idle:  # nothing was begun where a signal came before all else
                recorder.finish(turn)
    except Interrupted as interrupted:  # it is kept all the same, and still to be given out
        turn = turn._replace(failure=turn.failure or interrupted)
    if isinstance(turn.failure, ReaderGone):
        raise turn.failure
    return turn


def offered_names(turn: Turn) -> frozenset[str]:
    """Return the names of the tools that the model could ask for."""
    if "tools" not in turn.request:
        return frozenset()
    from mimo_cli.tools import definitions  # most offer none

    return frozenset(tool.name for tool in definitions.of_request(turn.request))


def _parameters(sent: Json, kept: Json | None) -> Json:
    """Return what is kept of a request that had the parameters `sent`."""
    if kept is None:
        return sent
    return {name: value for name, value in {**sent, **kept}.items() if value is not None}


def _watched(
    groups: Iterator[Sequence[StreamItem]], on_loop: OnLoop
) -> Iterator[Sequence[StreamItem]]:
    """Pass an answer on; what watches it is loaded when the request is under way."""
    yield next(groups, ())
    from mimo_cli.api.loop_watch import watch_for_loops

    yield from watch_for_loops(groups, stops=on_loop == "stop")


def _soonest(view: View, recorder: Recorder) -> Callable[[], float | None]:
    """Return what tells in how many seconds either wants to be called; None for never."""

    def seconds() -> float | None:
        redraw, save = view.seconds_until_redraw(), recorder.seconds_until_save()
        if redraw is None or save is None:
            return save if redraw is None else redraw
        return min(redraw, save)

    return seconds


def _finished(
    turn: Turn, earlier: Reply | None, paid_in: Currency | None, *, has_media: bool
) -> Turn:
    """Return a turn that was shown with all that follows from its reply and its failure."""
    offered = offered_names(turn)
    failure = turn.failure or reply_check.problem(
        turn.reply, turn.media, has_media=has_media, offered=offered
    )
    reply = turn.reply
    if earlier is not None and turn.is_answered:
        reply = _continued(earlier, reply)
    is_whole = reply_check.came_whole(reply, failure, offered)
    status: Status = "complete" if is_whole else "partial" if reply.content else "error"
    return turn._replace(
        reply=reply,
        status=status,
        error=None if failure is None else _json(failure),
        failure=failure,
        seconds=turn.seconds or 0.0,
        cost=pricing.cost(reply, turn.model, paid_in),
    )


def _continued(earlier: Reply, later: Reply) -> Reply:
    """Return a reply and its continuation as one.

    Thinking that came only with the second is left out; tools' calls are kept.
    """
    last = max(i for i, block in enumerate(earlier.content) if isinstance(block, Text))
    text = "".join(block.text for block in earlier.content[last:] if isinstance(block, Text))
    kept = Text(text + later.text)
    return later._replace(content=(*earlier.content[:last], kept, *later.calls))


def _json(failure: Failure) -> Json:
    from mimo_cli.output import json_output  # not for those whose answer is whole

    return json_output.failure(failure)
