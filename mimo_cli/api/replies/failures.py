"""What a server's refusal means to the user. Pure: status, headers and body in, an error out."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from mimo_cli.api.endpoint import CONSOLE
from mimo_cli.api.replies import body_text, error_body, hints, quota
from mimo_cli.api.replies.error_body import ErrorBody
from mimo_cli.api.replies.quota import Said
from mimo_cli.api.response import Response
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
    from collections.abc import Mapping, Sequence

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import StreamError

_RETRIED = frozenset({408, 409, 429})
_NOT_RETRIED = frozenset({501, 505})
_NEVER_RETRIED = frozenset({401, 402, 403, 421})
_FILTERED = r"(?i)content[ _](?:filter|management policy|policy violation)|\binput flagged\b"
"""Azure's 400, OpenRouter's 403."""
_NO_CHANNEL = r"(?i)无可用渠道|no available channel"
_NO_ROUTE = r"(?i)endpoint|\broute\b|cannot post|method not allowed|not found"
_LACKS = r"(?i)\bthat support|data policy|guardrail|allowed providers|\bprovider routing"
"""OpenRouter's 404s for a model that there is: nobody serves it with what was asked."""
_LONGEST = 4096  # of what a server says; the console cuts it further
_UNSAID = 500
_NOT_ALLOWED = 405


def from_response(
    response: Response, endpoint: Endpoint, model: str | None, listed: Sequence[str] = ()
) -> MimoError:
    """Return the error for a reply whose status or body says that there is no answer.

    `model` is the one that was asked, None when the request was not about one; `listed` are the
    models that the server last said it has.
    """
    asked = hints.Asked(endpoint, model, listed)
    body = body_text.as_utf8(response.body, response.headers.get("content-type", ""))
    response = response._replace(body=body)
    said = Said(_words(body, endpoint), _kinds(body), retry_after(response.headers))
    error = _from_proxy(response) or _from_status(response.status, said, asked)
    error.why = body_text.unechoed(error.what, error.why, response.status)
    error.quotes_server = True
    error.status = response.status
    error.request_id = _request_id(response)
    error.retry_after = retry_after(response.headers)
    error.retry_limit = _retry_limit(response, error)
    may_wait = isinstance(error, RateLimitError | ServerError)
    if error.retry_after is not None and error.retry_after >= 1 and may_wait:
        error.hint = f"The server asks to wait {error.retry_after:.0f} s."
    return error


def _from_proxy(response: Response) -> NetworkError | None:
    """The error where a proxy says in a header of its own that the reply is its, not the server's.

    It may stand here, or before the server.
    """
    said = response.headers.get("x-squid-error", "").split(" ")[0]
    if not said:
        return None
    hint = "Check what the proxy allows, and base_url."
    return NetworkError(f"a proxy on the way (Squid) answered {response.status}", said, hint)


def from_event(
    event: StreamError, endpoint: Endpoint, model: str, listed: Sequence[str] = ()
) -> MimoError:
    """Return the error for an `error` event in a stream, by the status its type stands for."""
    said = ErrorBody(event.type, event.type, "").status
    status = said or _UNSAID
    words = Said(endpoint.conceal(event.message or event.type), event.type)
    error = _from_status(status, words, hints.Asked(endpoint, model, listed))
    error.why = body_text.unechoed(error.what, error.why, status)
    error.quotes_server = True
    error.retry_limit = _retry_limit(Response(status, {}), error)
    return error if said else _of_no_kind(error)


def from_body(
    response: Response,
    content: Any,
    endpoint: Endpoint,
    model: str | None,
    listed: Sequence[str] = (),
) -> MimoError:
    """Return the error for an error object that came with status 200."""
    said = error_body.read(content).status
    body = Response(said or _UNSAID, response.headers, response.body)
    found = from_response(body, endpoint, model, listed)
    if said:
        return found
    found.status = response.status
    return _of_no_kind(found)


def _of_no_kind(error: MimoError) -> MimoError:
    """An error without the status that was taken for want of another, if that is in its words."""
    if type(error) is ServerError:
        error.what = "the server reported an error"
        if re.search(_NO_ROUTE, error.why):
            error.hint = "Check base_url."
    return error


def from_encoding(encoding: str, status: int) -> ProtocolError:
    """Return the error for a body that is compressed although that was not asked for."""
    return ProtocolError(
        "the server's reply cannot be read",
        f"it {unreadable(encoding)}",
        "Something between here and the server does that: a proxy, or a gateway's setting.",
        status=status,
    )


def unreadable(encoding: str) -> str:
    """Return what is wrong with a body that is compressed."""
    return f"is compressed ({encoding}), which was not asked for"


def from_page(response: Response, endpoint: Endpoint) -> MimoError:
    """The error for a reply of status 200 that is a web page: a captive portal, say."""
    page = body_text.as_utf8(response.body, response.headers.get("content-type", "")).decode()
    kind = "XML" if body_text.is_xml(page) else "a web page"
    return ProtocolError(
        f"the server answered with {kind}",
        endpoint.conceal(body_text.title(page)),
        "Check base_url, and whether this network wants you to log in.",
        status=response.status,
    )


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


def _from_status(status: int, said: Said, asked: hints.Asked) -> MimoError:
    why, endpoint = said.words, asked.endpoint
    match status:
        case 400 | 403 | 500 if re.search(quota.NO_MONEY, why):
            return _unpaid(why, endpoint)
        case 400 | 403 if re.search(_FILTERED, why):
            hint = "Put the question in other words."
            return BlockedError("blocked by the content filter", why, hint)
        case 401:
            return AuthError(
                "the key was refused",
                why,
                endpoint.family_mismatch() or hints.for_refused_key(endpoint),
            )
        case 402:
            return _unpaid(why, endpoint)
        case 403:
            return AuthError("access was refused", why, hints.for_forbidden(endpoint))
        case 404:
            return _not_found(why, asked)
        case 407:
            return NetworkError("the proxy wants a user name and password", why)
        case 408 | 409:
            what = _BUSY[status]
            return ServerError(f"the server {what} ({status})", why, "Try again later.")
        case 421:
            hint = "Put the question in other words."
            return BlockedError("blocked by the content filter", why, hint)
        case 429 if quota.is_used_up(said, is_mimo=endpoint.is_mimo):
            return BillingError(
                "the plan's quota is used up", why, hints.for_used_up_plan(endpoint)
            )
        case 429:
            return RateLimitError("too many requests", why, "Wait a little and try again.")
        case 413:
            return RequestError("the request is too large", why, "Send less.")
        case _:
            return _of_class(status, why, asked)


def _of_class(status: int, why: str, asked: hints.Asked) -> MimoError:
    """The error for a status that says no more than its first digit."""
    match status:
        case _ if 300 <= status < 400:  # noqa: PLR2004 - the class of redirects
            return ServerError("the server redirected", why)
        case _ if 400 <= status < 500:  # noqa: PLR2004 - the class of client errors
            hint = (
                "Check base_url."
                if status == _NOT_ALLOWED
                else hints.for_refused_request(why, asked)
            )
            return RequestError("the request was refused", why, hint)
        case _ if 500 <= status < 600:  # noqa: PLR2004 - the class of server errors
            no_channel = re.search(_NO_CHANNEL, why) and asked.model is not None
            hint = hints.for_unknown_model(asked) if no_channel else "Try again later."
            return ServerError(f"the server failed ({status})", why, hint)
        case _:
            return ProtocolError("the server gave an unexpected reply", f"status {status}")


_BUSY = {408: "gave up waiting for the request", 409: "is busy with another request"}


def _unpaid(why: str, endpoint: Endpoint) -> BillingError:
    """402. On a Token Plan it can also be throttling while quota remains (mimo-api.md)."""
    if endpoint.has_plan:
        hint = f"It may also be busy: try again in a minute. Your plan: {CONSOLE}"
        return BillingError("the plan's quota is used up, or throttled", why, hint)
    hint = f"Top up at {CONSOLE}." if endpoint.is_mimo else hints.ask_host(endpoint)
    return BillingError("the balance is used up", why, hint)


def _not_found(why: str, asked: hints.Asked) -> RequestError:
    if asked.model is None:
        hint = "Check base_url; not every server says what models it has."
        return RequestError("the server has no such page", why, hint)
    if re.search(_LACKS, why):
        return RequestError("the request was refused", why, hints.for_refused_request(why, asked))
    return RequestError("unknown model or wrong base URL", why, hints.for_unknown_model(asked))


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
    body = error_body.parse(response.body)
    value = body.get("request_id") if isinstance(body, dict) else None
    return value if isinstance(value, str) else None


def _kinds(body: bytes) -> str:
    """The type and code of an error body."""
    said = error_body.read(error_body.parse(body))
    return f"{said.type} {said.code}"


def _words(body: bytes, endpoint: Endpoint) -> str:
    """What an error body says, not all of a long one."""
    return endpoint.conceal(body_text.words(body))[:_LONGEST]


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
