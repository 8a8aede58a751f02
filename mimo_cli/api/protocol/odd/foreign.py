"""Events of another protocol among those of an answer. Pure.

Loaded for those alone: most answers have none. Gateways that translate another protocol let some of
its events through: an error, or a chunk of nothing, which keeps the connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.messages import StreamError, Unread
from mimo_cli.api.protocol.odd.wrappers import written
from mimo_cli.api.replies import error_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.api.protocol.messages import Event, Json
    from mimo_cli.errors import ProtocolError


def events(body: Json, foreign: ProtocolError) -> Iterable[Event]:
    """Return what an event of another protocol says here.

    Raises:
        ProtocolError: it is a part of an answer; it is `foreign`.
    """
    failure = next(_failures(body), None)
    if failure is not None:
        error = error_body.read(failure)
        return (StreamError(error.name or "error", error.text),)
    if body.get("object") == "chat.completion.chunk" and _is_empty(body.get("choices")):
        return (Unread(written(body), may_be_error=False),)
    raise foreign


def _is_empty(choices: object) -> bool:
    """Return whether the choices of a chunk say nothing, and go on."""
    for choice in choices if isinstance(choices, list) else ():
        parts = fields.mapping(choice)
        delta = fields.mapping(parts.get("delta"))
        said = (value for name, value in delta.items() if name != "role")
        if any(said) or parts.get("finish_reason") or set(parts) & {"text", "message"}:
            return False
    return True


def _failures(body: Json) -> Iterator[Any]:
    """Yield the errors in a chunk's choices (OpenRouter's), or in a response (OpenAI's)."""
    choices = body.get("choices")
    for part in (*(choices if isinstance(choices, list) else ()), body.get("response")):
        one = fields.mapping(part)
        if error_body.is_there(one.get("error")):
            yield {"error": one["error"]}
        elif one.get("finish_reason") == "error" or one.get("status") == "failed":
            yield {}
