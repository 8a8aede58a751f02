"""Whether a reply is what it should be: by its stop reason, never by how the stream ended. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Text, Thinking
from mimo_cli.errors import Interrupted, MimoError, SchemaMismatchError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from mimo_cli.api.protocol.messages import Media, Reply
    from mimo_cli.api.replies.finished.remarks import Remark

_CUT = ("max_tokens", "model_context_window_exceeded", "pause_turn")
"""Stop reasons of an answer that is not all there is."""


def is_cut(stop_reason: str | None) -> bool:
    """Return whether more of the answer would have come."""
    return stop_reason in _CUT


def came_whole(reply: Reply, error: BaseException | None, offered: Collection[str] = ()) -> bool:
    """Return whether nothing was missing when an answer ended, with an error or without.

    Somebody may have stopped the program while it waited for the end of the stream alone.
    `offered` are the names of the tools that the model could ask for.
    """
    is_stopped = isinstance(error, Interrupted) and reply.is_over
    is_all = error is None or isinstance(error, SchemaMismatchError)
    return is_all or (is_stopped and problem(reply, offered=offered) is None)


def problem(
    reply: Reply,
    media: Sequence[Media] = (),
    *,
    has_media: bool = False,
    offered: Collection[str] = (),
) -> MimoError | None:
    """Return the error that a finished reply amounts to, if it is one.

    `media` are those of the question; `has_media` tells whether any were sent, with earlier ones.
    `offered` are the names of the tools that the model could ask for: calls are an answer then.
    """
    if _is_usual(reply):
        return None
    from mimo_cli.api.replies.finished import problems

    return problems.find(reply, media, has_media=has_media, offered=offered)


def remark(reply: Reply, offered: Collection[str] = ()) -> Remark | None:
    """Return what the user should know of a reply that is no error; None for a usual one.

    `offered` are the names of the tools that the model could ask for.
    """
    if _is_usual(reply) and not offered:
        return None
    from mimo_cli.api.replies.finished import remarks

    return remarks.find(reply, offered)


def _is_usual(reply: Reply) -> bool:
    """Return whether a reply is a text that came to its end, as most."""
    is_text = all(isinstance(block, Text | Thinking) for block in reply.content)
    is_at_end = reply.stop_reason in ("end_turn", "stop_sequence")
    return is_text and is_at_end and reply.unread is None and bool(reply.text.strip())
