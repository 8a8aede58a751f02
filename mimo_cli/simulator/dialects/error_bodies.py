"""Shapes of error bodies. Pure: the service's error in, another's out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mimo_cli.simulator.protocol.responses import HttpResponse, merge_headers, reason_phrase

if TYPE_CHECKING:
    from mimo_cli.simulator.protocol.message_events import Json

_TYPES = {
    "400": "invalid_request_error",
    "401": "authentication_error",
    "402": "billing_error",
    "403": "permission_error",
    "404": "not_found_error",
    "413": "request_too_large",
    "429": "rate_limit_error",
    "503": "overloaded_error",
    "504": "timeout_error",
    "529": "overloaded_error",
}
_PAGE = b"""<html>\r
<head><title>%s</title></head>\r
<body>\r
<center><h1>%s</h1></center>\r
<hr><center>nginx</center>\r
</body>\r
</html>\r
"""


def message_in(body: Json) -> str:
    """Return the useful text of the service's error."""
    error = body["error"]
    return str(error.get("param") or error["message"])


def as_bare(body: Json) -> Json:
    """Leave out the `error` wrapper."""
    return {"type": "server_error", "message": message_in(body)}


def as_anthropic(body: Json) -> Json:
    """Write it as Anthropic's own service does, and most that imitate it."""
    kind = _TYPES.get(body["error"]["code"], "api_error")
    return {"type": "error", "error": {"type": kind, "message": message_in(body)}}


def as_litellm(body: Json) -> Json:
    """Write it as LiteLLM's proxy does: what is not known is the word None."""
    code = body["error"]["code"]
    return {"error": {"message": message_in(body), "type": "None", "param": "None", "code": code}}


def as_fastapi(body: Json) -> Json:
    """Write it as FastAPI does: a list of what is wrong with the request, a text for the rest."""
    if body["error"]["code"] not in ("400", "422"):
        return {"detail": message_in(body)}
    return {"detail": [{"type": "missing", "loc": ["body", "messages"], "msg": message_in(body)}]}


def as_data(reply: HttpResponse) -> HttpResponse:
    """Write it as the data of a server-sent event, under its status."""
    kind = (("Content-Type", "text/event-stream"),)
    body = b"data:" + b"".join(reply.body) + b"\n\n"
    return replace(reply, headers=merge_headers(reply.headers, kind), body=(body,))


def as_page(reply: HttpResponse) -> HttpResponse:
    """Write it as the web page of a proxy."""
    kind = (("Content-Type", "text/html"),)
    title = f"{reply.status} {reason_phrase(reply.status)}".encode()
    return replace(
        reply, headers=merge_headers(reply.headers, kind), body=(_PAGE % (title, title),)
    )


def as_success(reply: HttpResponse) -> HttpResponse:
    """Put it under status 200."""
    return replace(reply, status=200)
