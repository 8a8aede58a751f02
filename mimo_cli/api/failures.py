"""What a server's refusal means to the user. Pure: status, headers and body in, an error out."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mimo_cli import catalog
from mimo_cli.api.endpoint import CONSOLE
from mimo_cli.errors import (
    ALWAYS,
    AuthError,
    BillingError,
    BlockedError,
    MimoError,
    NetworkError,
    ProtocolError,
    RateLimitError,
    RequestError,
    ServerError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.messages import StreamError

_RETRIED = frozenset({408, 409, 429})
_NOT_RETRIED = frozenset({501, 505})
_NEVER_RETRIED = frozenset({401, 402, 403, 421})
_USED_UP = r"(?i)quota|exhausted|used up|insufficient|balance|credit|额度|余额|用尽|套餐"
_PER_TIME = r"(?i)per (?:second|minute|hour)|\b[rt]pm\b|too many requests|rate.?limit|每分钟"
_TOO_LONG = r"(?i)context.{0,20}(?:length|window|long|exceed)|too long|too many tokens"
_TITLE = r"(?i)<title[^<>]*>([^<]*)</title"
_STATUS = "[45][0-9][0-9]"
_EXCERPT = 200
_UNSAID = 500


class Response(NamedTuple):
    """What is known of a reply that is no answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def from_response(response: Response, endpoint: Endpoint, model: str | None) -> MimoError:
    """The error for a reply whose status or body says that there is no answer.

    `model` is the one that was asked, None when the request was not about one.
    """
    error = _from_status(response.status, _words(response.body, endpoint), endpoint, model)
    error.status = response.status
    error.request_id = _request_id(response)
    error.retry_after = retry_after(response.headers)
    error.retry_limit = _retry_limit(response, error)
    if error.retry_after is not None and isinstance(error, RateLimitError | ServerError):
        error.hint = f"The server asks to wait {error.retry_after:.0f} s."
    return error


def from_event(event: StreamError, endpoint: Endpoint, model: str) -> MimoError:
    """The error for an `error` event in a stream. Its type says which status it would have been."""
    said = _status_of(event.type, event.type)
    status = said or _UNSAID
    error = _from_status(status, event.message or event.type, endpoint, model)
    error.retry_limit = _retry_limit(Response(status, {}), error)
    return error if said else _of_no_kind(error)


def from_body(response: Response, content: Any, endpoint: Endpoint, model: str | None) -> MimoError:
    """The error for an error object that came with status 200."""
    error = content.get("error")
    code = str(error.get("code", "")) if isinstance(error, dict) else ""
    kind = str(error.get("type", "")) if isinstance(error, dict) else ""
    said = _status_of(code, kind)
    body = Response(said or _UNSAID, response.headers, response.body)
    found = from_response(body, endpoint, model)
    if said:
        return found
    found.status = response.status
    return _of_no_kind(found)


def _status_of(code: str, kind: str) -> int | None:
    """The status an error would have had, by its code or its type; None if neither says."""
    return int(code) if re.fullmatch(_STATUS, code) else _STATUS_OF_TYPE.get(kind)


def _of_no_kind(error: MimoError) -> MimoError:
    """An error without the status that was taken for want of another."""
    error.what = "the server reported an error"
    return error


def from_page(response: Response, endpoint: Endpoint) -> MimoError:
    """The error for a reply of status 200 that is a web page: a captive portal, say."""
    what = "the server answered with a web page"
    return ProtocolError(
        what,
        _words(response.body, endpoint),
        "Check base_url, and whether this network wants you to log in.",
        status=response.status,
    )


def is_error_body(body: Any) -> bool:
    """Whether a JSON reply is an error object, whatever its status said."""
    return isinstance(body, dict) and (body.get("type") == "error" or body.get("error") is not None)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the server asks to wait: `retry-after-ms`, else `retry-after` as seconds or a date.

    A date is measured against the reply's own `Date`, so that a wrong clock here does not matter.
    None if there is none that makes sense.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after", "")
    seconds = _number(value)
    return _seconds_until(value, headers.get("date", "")) if seconds is None else seconds


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
    "overloaded_error": 529,
}


def _from_status(status: int, why: str, endpoint: Endpoint, model: str | None) -> MimoError:
    match status:
        case 401:
            return AuthError(
                "the key was refused", why, endpoint.family_mismatch() or _where_from(endpoint)
            )
        case 402:
            return BillingError("the balance is used up", why, f"Top up at {CONSOLE}.")
        case 403:
            hint = "This region may not be served, or the key is restricted: see " + CONSOLE
            return AuthError("access was refused", why, hint)
        case 404:
            return _not_found(why, model)
        case 407:
            return NetworkError("the proxy wants a user name and password", why)
        case 421:
            hint = "Put the question in other words."
            return BlockedError("blocked by the content filter", why, hint)
        case 429 if re.search(_USED_UP, why) and not re.search(_PER_TIME, why):
            return BillingError("the plan's quota is used up", why, f"See {CONSOLE}.")
        case 429:
            return RateLimitError("too many requests", why, "Wait a little and try again.")
        case 413:
            hint = "Send less: the service takes 32 MB, and a model 1,000,000 tokens."
            return RequestError("the request is too large", why, hint)
        case _ if 300 <= status < 400:  # noqa: PLR2004 - the class of redirects
            return ServerError("the server redirected", why)
        case _ if 400 <= status < 500:  # noqa: PLR2004 - the class of client errors
            return RequestError("the request was refused", why, _request_hint(why, model))
        case _ if 500 <= status < 600:  # noqa: PLR2004 - the class of server errors
            return ServerError(f"the server failed ({status})", why, "Try again later.")
        case _:
            return ProtocolError("the server gave an unexpected reply", f"status {status}")


def _not_found(why: str, model: str | None) -> RequestError:
    if model is None:
        hint = "Check base_url; not every server says what models it has."
        return RequestError("the server has no such page", why, hint)
    return RequestError("unknown model or wrong base URL", why, _model_hint(model))


def _where_from(endpoint: Endpoint) -> str:
    if endpoint.key is None and endpoint.key_source:  # there is one, for another server
        words = "mimo config set -p NAME api_key"
        return f"No key was sent: {endpoint.key_source}. A profile's own: {words}"
    if endpoint.key is None:
        return "No key was sent. Set one: mimo config set api_key"
    return f"The key came from {endpoint.key_source}. Keys are made at {CONSOLE}."


def _request_hint(why: str, model: str | None) -> str:
    if model is None:
        return ""
    if re.search(r"reasoning_content|thinking", why, re.IGNORECASE):
        return "Start a new conversation; if this was one question, please report it as a bug."
    if re.search(_TOO_LONG, why):
        return "Shorten the question, or attach less."
    if re.search(r"\bmodel\b", why, re.IGNORECASE):
        return _model_hint(model)
    return ""


def _model_hint(model: str) -> str:
    known = catalog.find(model)
    if known is not None and known.replacement:
        return f"{model} was retired on {known.retired}; use -m {known.replacement}."
    if known is not None:
        return "Check base_url; for MiMo it ends in /anthropic."
    names = catalog.nearest(model) or tuple(entry.id for entry in catalog.current())
    return f"Did you mean -m {' or '.join(names)}?"


def _retry_limit(response: Response, error: MimoError) -> int:
    status = response.status
    if status in _NEVER_RETRIED or isinstance(error, BillingError):
        return 0
    asked = response.headers.get("x-should-retry", "").strip().lower()
    if asked in ("true", "false"):
        return ALWAYS if asked == "true" else 0
    retried = status in _RETRIED or (status >= 500 and status not in _NOT_RETRIED)  # noqa: PLR2004
    return ALWAYS if retried and status < 600 else 0  # noqa: PLR2004 - the class of server errors


def _request_id(response: Response) -> str | None:
    for name in ("request-id", "x-request-id"):
        if response.headers.get(name):
            return response.headers[name]
    body = _json(response.body)
    value = body.get("request_id") if isinstance(body, dict) else None
    return value if isinstance(value, str) else None


def _words(body: bytes, endpoint: Endpoint) -> str:
    """What an error body says: the useful text of JSON, the title of a page, the start of text."""
    content = _json(body)
    if isinstance(content, dict):
        return _words_of_json(content)
    text = body.decode("utf-8-sig", "replace").strip()
    if text.startswith("<"):
        title = re.search(_TITLE, text)
        text = f'"{title.group(1).strip()}"' if title else "a web page"
    return endpoint.conceal(text)[:_EXCERPT]


def _words_of_json(content: dict[str, Any]) -> str:
    error = content.get("error", content)
    detail = content.get("detail")
    if isinstance(detail, list) and detail and isinstance(detail[0], dict):
        error = detail[0]  # FastAPI's 422
    if not isinstance(error, dict):
        return str(error)
    # MiMo: `message` is general ("Param Incorrect"), `param` says what is wrong.
    words = [error.get(name) for name in ("message", "param", "detail", "msg")]
    found = list(dict.fromkeys(word for word in words if isinstance(word, str) and word))
    return ": ".join(found) or str(error.get("type") or error.get("code") or "")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None  # not JSON: an error body may be anything


def _number(text: str) -> float | None:
    if not re.fullmatch(r"\s*\d{1,15}(\.\d{0,9})?\s*", text):
        return math.inf if text.strip().lower() in ("inf", "infinity") else None
    return float(text)


def _seconds_until(date: str, now: str) -> float | None:
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        target = parsedate_to_datetime(date)
        base = parsedate_to_datetime(now) if now else datetime.now(UTC)
        return max(0.0, (target - base).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None  # not a date: the header makes no sense
