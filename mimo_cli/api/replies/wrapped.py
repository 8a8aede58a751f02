"""Replies that hold a message in a wrapper, or are of another protocol. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.json_reader import parse
from mimo_cli.api.replies import error_body
from mimo_cli.errors import ALWAYS, ProtocolError

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json

_SHOWN = 60
_NOT_MESSAGES = "the server does not speak the Messages protocol"
_OTHER_ADDRESS = "Check base_url: another address of this server speaks the Messages protocol."
_WRAPPERS = ("data", "message", "result", "response", "body")


def whole_body(body: bytes) -> Any:
    """Return the JSON of a reply that was not streamed; of several lines of it the first error.

    Raises:
        ProtocolError: it is no JSON, or several lines of it that are no error.
    """
    try:
        return parse(body)
    except ProtocolError:
        first = error_body.parse(body)
        if error_body.is_error(first):
            return first
        if not isinstance(first, dict):
            raise
    why = "it answers in lines of JSON (NDJSON), not in events"
    raise ProtocolError(_NOT_MESSAGES, why, _OTHER_ADDRESS)


def unwrapped(body: object) -> Json:
    """Return a message out of a gateway's own wrapper, or out of a list of one."""
    outer = fields.mapping(body[0] if isinstance(body, list) and len(body) == 1 else body)
    for name in _WRAPPERS:
        inner = fields.mapping(outer.get(name))
        is_message = inner.get("type") == "message" or "stop_reason" in inner or name == "data"
        if "content" in inner and "content" not in outer and is_message:
            return inner
    return outer


def foreign(body: Json) -> ProtocolError | None:
    """Return the error for a body of another protocol, which is a wrong base URL; else None."""
    kind = _protocol(body)
    if not kind:
        return None
    why = f"this is {kind} reply, not an Anthropic-style one"
    return ProtocolError(_NOT_MESSAGES, why, _OTHER_ADDRESS)


def _protocol(body: Json) -> str:
    """What style a body is of, by the fields that only that has; "" if that is not known."""
    kind, thing = str(body.get("type")), str(body.get("object"))
    if "choices" in body or thing.startswith(("chat.completion", "response")):
        return "an OpenAI-style"
    if kind.startswith("response."):
        return "an OpenAI-style (Responses)"
    if kind == "completion":
        return "an old (text completion)"
    if "type" in body:
        return ""  # a type that is not known yet
    if "candidates" in body:
        return "a Gemini-style"
    if "done" in body and ("response" in body or "message" in body):
        return "an Ollama-style"
    return "a Converse-style (Bedrock)" if "stopReason" in body else ""


def no_message(body: object) -> ProtocolError:
    """Return the error for JSON that is something else."""
    what, why = "this is no answer of the Messages protocol", f"it is: {json.dumps(body)[:_SHOWN]}"
    return ProtocolError(what, why, "Check base_url.", retry_limit=ALWAYS)
