"""Errors as servers write them, in a body or in a stream: every shape that was seen. Pure.

MiMo's:      {"error": {"code": "400", "message": "Param Incorrect", "param": "why", "type": ""}}
Anthropic's: {"type": "error", "error": {"type", "message"}, "request_id"}
bare:        {"type": "server_error", "message"}, {"code": 401, "msg"}, {"detail": [{"msg"}]}
and any of them behind an SSE prefix (`data:`), under whatever status.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from mimo_cli.api import fields, sse
from mimo_cli.api.surrogates import whole
from mimo_cli.errors import ProtocolError

_STATUS = "[45][0-9][0-9]"
_TEXTS = (
    "message",
    "msg",
    "Message",
    "param",
    "detail",
)  # MiMo's `message` is general, `param` says why
_SSE = rb"\s*(?:data|event|id|retry|)\s*:"
_CONTENT = ("content", "choices", "data", "delta", "content_block")

_STATUS_OF_TYPE = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "timeout_error": 504,
    "api_error": 500,
    "server_error": 500,
    "overloaded_error": 529,
}


class ErrorBody(NamedTuple):
    """What an error object says. All but `text` may be empty; `text` is for a person."""

    type: str
    code: str
    text: str

    @property
    def name(self) -> str:
        """Return what tells most: a code that is a status (MiMo's), the type, or another code."""
        return self.code if re.fullmatch(_STATUS, self.code) else self.type or self.code

    @property
    def status(self) -> int | None:
        """Return the HTTP status the error would have had; None if neither code nor type says."""
        if re.fullmatch(_STATUS, self.code):
            return int(self.code)
        return _STATUS_OF_TYPE.get(self.type) or _STATUS_OF_TYPE.get(self.code)


def parse(body: bytes) -> Any:
    """Return the JSON of a body, also of one in the form of an event; None if it is no JSON."""
    if re.match(_SSE, body):
        body = _first_data(body)
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None  # a page, a text, or cut off: the caller shows it as it is


def _first_data(body: bytes) -> bytes:
    try:
        events = sse.Decoder().feed(body.strip() + b"\n\n")
        return next((data for _, data in events if data.lstrip().startswith("{")), "").encode()
    except ProtocolError:
        return b""  # too large to be an error's text


def is_error(content: Any) -> bool:
    """Whether a JSON value is an error object, whatever the status and wherever it stands."""
    if not isinstance(content, dict):
        return False
    if content.get("type") == "error" or _is_there(content.get("error")):
        return True
    if any(content.get(name) is not None for name in _CONTENT):
        return False
    kind = content.get("type")
    is_named = content.get("error") == {} or (isinstance(kind, str) and kind.endswith("_error"))
    has_code = kind is None and any(
        content.get(name) is not None for name in ("code", "status", "errors", "detail", "success")
    )
    error = read(content)
    return is_named or (has_code and error.text not in ("", error.code))


def _is_there(error: Any) -> bool:
    return error is not None and error is not False and error not in ("", [], {})


def read(content: Any) -> ErrorBody:
    """Return what an error object says, of whichever shape it is."""
    is_list = isinstance(content, list) and content and isinstance(content[0], dict)
    error = content[0] if is_list else content
    for name in ("error", "error", "errors", "detail"):  # one in another: a gateway's, twice
        inner = error.get(name) if isinstance(error, dict) else None
        if isinstance(inner, list) and inner:
            inner = inner[0]  # FastAPI's 422 has a list
        if isinstance(inner, dict):
            error = inner
        elif name == "error" and isinstance(inner, str) and inner:
            return ErrorBody("", _scalar(content, "code"), _joined([inner, *_texts(content)]))
    if not isinstance(error, dict):
        return ErrorBody("", "", whole(str(error)))
    kind, code = _scalar(error, "type"), _scalar(error, "code") or _scalar(error, "status")
    kind = "" if kind == "error" else kind
    return ErrorBody(kind, code, _joined(_texts(error)) or kind or code)


def _texts(error: dict[str, Any]) -> list[str]:
    return [text for name in _TEXTS if (text := _text_of(error.get(name)))]


def _text_of(value: Any) -> str:
    """A text, also one in an object or a list; of an error that is quoted as JSON its own."""
    if (
        isinstance(value, str)
        and value.startswith("{")
        and is_error(inner := parse(value.encode()))
    ):
        return read(inner).text or value
    return fields.text(value) if isinstance(value, str | dict | list) else ""


def _joined(texts: list[str]) -> str:
    """Return texts as one, each once however it is written."""
    once: dict[str, str] = {}
    for text in texts:
        once.setdefault(text.strip(" .").casefold(), text)
    return whole(": ".join(once.values()))


def _scalar(error: dict[str, Any], name: str) -> str:
    value = error.get(name)
    return whole(str(value)) if isinstance(value, str | int) and value is not True else ""
