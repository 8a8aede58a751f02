"""Replies that hold a message in a wrapper, or are of another protocol. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mimo_cli.api.protocol import fields
from mimo_cli.api.protocol.json_text.reader import parse
from mimo_cli.api.replies import embedded_json, error_body
from mimo_cli.errors import ALWAYS, ProtocolError
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from mimo_cli.api.protocol.messages import Json

_SHOWN = 60
NO_ANSWER = Phrase("this is no answer of the Messages protocol")
_NOT_MESSAGES = Phrase("the server does not speak the Messages protocol")
_OTHER_ADDRESS = Phrase(
    "Check base_url: another address of this server speaks the Messages protocol."
)
_WRAPPERS = ("data", "message", "result", "response", "body")


def parse_body(body: bytes) -> Any:
    """Return the JSON of a reply that was not streamed; of several lines of it the first error.

    Raises:
        ProtocolError: it is no JSON, or several lines of it that are no error.
    """
    try:
        return parse(body)
    except ProtocolError:
        first = embedded_json.parse(body)
        if error_body.is_error(first):
            return first
        if not isinstance(first, dict):
            raise
    why = Phrase("it answers in lines of JSON (NDJSON), not in events")
    raise ProtocolError(_NOT_MESSAGES, why, _OTHER_ADDRESS)


def unwrap(body: object) -> Json:
    """Return a message out of a gateway's own wrapper, or out of a list of one."""
    outer = fields.mapping(body[0] if isinstance(body, list) and len(body) == 1 else body)
    for name in _WRAPPERS:
        inner = fields.mapping(outer.get(name))
        is_message = inner.get("type") == "message" or "stop_reason" in inner or name == "data"
        if "content" in inner and "content" not in outer and is_message:
            return inner
    return outer


def foreign_error(body: Json) -> ProtocolError | None:
    """Return the error for a body of another protocol, which is a wrong base URL; else None."""
    style = _style(body)
    return ProtocolError(_NOT_MESSAGES, style, _OTHER_ADDRESS) if style else None


def _style(body: Json) -> Phrase:
    """Say of what style a body is, by the fields that only that has; nothing if unknown."""
    kind, thing = str(body.get("type")), str(body.get("object"))
    if "choices" in body or thing.startswith(("chat.completion", "response")):
        return Phrase("this is an OpenAI-style reply, not an Anthropic-style one")
    if kind.startswith("response."):
        return Phrase("this is an OpenAI-style (Responses) reply, not an Anthropic-style one")
    if kind == "completion":
        return Phrase("this is an old (text completion) reply, not an Anthropic-style one")
    if "type" in body:
        return NOTHING  # a type that is not known yet
    if "candidates" in body:
        return Phrase("this is a Gemini-style reply, not an Anthropic-style one")
    if "done" in body and ("response" in body or "message" in body):
        return Phrase("this is an Ollama-style reply, not an Anthropic-style one")
    if "stopReason" in body:
        return Phrase("this is a Converse-style (Bedrock) reply, not an Anthropic-style one")
    return NOTHING


def no_message_error(body: object) -> ProtocolError:
    """Return the error for JSON that is something else."""
    why = Phrase("it is: {json}", json=json.dumps(body)[:_SHOWN])
    return ProtocolError(NO_ANSWER, why, Phrase("Check base_url."), retry_limit=ALWAYS)
