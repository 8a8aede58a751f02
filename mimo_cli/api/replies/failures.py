"""What a server's refusal means to the user. Pure: status, headers and body in, an error out."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from mimo_cli.api.endpoint import CONSOLE
from mimo_cli.api.protocol.odd import pages
from mimo_cli.api.replies import (
    body_text,
    embedded_json,
    error_body,
    hints,
    media_refusals,
    quota,
    retry_after,
)
from mimo_cli.api.replies.error_body import ErrorBody
from mimo_cli.api.replies.quota import Said
from mimo_cli.api.response import Response
from mimo_cli.errors import (
    ALWAYS,
    AuthError,
    BillingError,
    BlockedError,
    MediaRefusedError,
    MimoError,
    NetworkError,
    ProtocolError,
    RateLimitError,
    RequestError,
    ServerError,
)
from mimo_cli.phrases import NOTHING, Phrase, verbatim

if TYPE_CHECKING:
    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.messages import StreamError
    from mimo_cli.api.replies.hints import Asked

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


def from_response(response: Response, asked: Asked) -> MimoError:
    """Return the error for a reply whose status or body says that there is no answer."""
    response = response._replace(body=body_text.as_utf8(response.body, response.charset))
    return _from_content(response, embedded_json.parse(response.body), asked)


def _from_content(response: Response, content: Any, asked: Asked) -> MimoError:
    """Return the error for a reply whose body is UTF-8, and is the JSON `content`."""
    said = _said(response, content, asked.endpoint)
    error = _from_proxy(response) or _from_status(response.status, said, asked)
    error.quotes_server = True
    error.status = response.status
    error.request_id = _request_id(response, content)
    error.retry_after = said.wait
    error.retry_limit = _retry_limit(response, error)
    may_wait = isinstance(error, RateLimitError | ServerError)
    if said.wait is not None and said.wait >= 1 and may_wait:
        error.hint = (
            Phrase("The server asks to wait {seconds:.0f} s.", seconds=math.ceil(said.wait))
            if math.isfinite(said.wait)
            else Phrase("The server asks to wait very long.")
        )
    return error


def _said(response: Response, content: Any, endpoint: Endpoint) -> Said:
    """Return what a reply says of its error: not all of a long text, and never the key."""
    words = body_text.words(response.body, content)
    words = words._replace(text=endpoint.conceal(words.text)[:_LONGEST])
    body = error_body.read(content)
    kinds = f"{body.type} {body.code}"
    return Said(words.text, words.shown, kinds, retry_after.seconds(response.headers))


def _from_proxy(response: Response) -> NetworkError | None:
    """Return the error where a proxy says in a header of its own that the reply is its.

    It may stand here, or before the server.
    """
    said = response.headers.get("x-squid-error", "").split(" ")[0]
    if not said:
        return None
    return NetworkError(
        Phrase("a proxy on the way (Squid) answered {status}", status=response.status),
        verbatim(said),
        Phrase("Check what the proxy allows, and base_url."),
    )


def from_event(event: StreamError, asked: Asked) -> MimoError:
    """Return the error for an `error` event in a stream, by the status its type stands for."""
    status = ErrorBody(event.type, event.type, "").status
    kind = "" if event.type == "error" else event.type
    words = asked.endpoint.conceal(event.message or kind)
    said = Said(words, verbatim(words) if words else NOTHING, event.type)
    error = _from_status(status or _UNSAID, said, asked)
    error.quotes_server = True
    error.retry_limit = _retry_limit(Response(status or _UNSAID, {}), error)
    return error if status else _without_status(error, said)


def from_body(response: Response, content: Any, asked: Asked) -> MimoError:
    """Return the error for an error object, `content`, that came with status 200."""
    status = error_body.read(content).status
    reply = response._replace(status=status or _UNSAID)
    found = _from_content(reply, content, asked)
    if status:
        return found
    found.status = response.status
    return _without_status(found, _said(reply, content, asked.endpoint))


def _without_status(error: MimoError, said: Said) -> MimoError:
    """Return an error without the status that was taken for want of another."""
    if type(error) is ServerError:
        error.what = Phrase("the server reported an error")
        if re.search(_NO_ROUTE, said.words):
            error.hint = _CHECK_BASE_URL
    return error


def from_encoding(encoding: str, status: int) -> ProtocolError:
    """Return the error for a body that is compressed although that was not asked for."""
    return ProtocolError(
        Phrase("the server's reply cannot be read"),
        Phrase("it is compressed ({encoding}), which was not asked for", encoding=encoding),
        Phrase("Something between here and the server does that: a proxy, or a gateway's setting."),
        status=status,
    )


def compressed(encoding: str) -> Phrase:
    """Return what is wrong with an error's body that is compressed."""
    return Phrase(
        "the reply is compressed ({encoding}), which was not asked for", encoding=encoding
    )


def from_page(response: Response, endpoint: Endpoint) -> MimoError:
    """Return the error for a reply of status 200 that is a web page: a captive portal, say."""
    page = body_text.as_utf8(response.body, response.charset).decode()
    return ProtocolError(
        Phrase("the server answered with XML")
        if pages.is_xml(page)
        else Phrase("the server answered with a web page"),
        body_text.quoted(endpoint.conceal(pages.title(page))),
        Phrase("Check base_url, and whether this network wants you to log in."),
        status=response.status,
    )


def _from_status(status: int, said: Said, asked: Asked) -> MimoError:
    words, why, endpoint = said.words, said.shown, asked.endpoint
    match status:
        case 400 | 403 | 500 if re.search(quota.NO_MONEY, words):
            return _unpaid(why, endpoint)
        case 400 | 403 if re.search(_FILTERED, words):
            return _filtered(why, asked)
        case _ if refused := media_refusals.refusal(status, said, asked):
            return refused
        case 401:
            hint = endpoint.family_mismatch() or hints.for_refused_key(endpoint)
            return AuthError(Phrase("the key was refused"), why, hint)
        case 402:
            return _unpaid(why, endpoint)
        case 403:
            return AuthError(Phrase("access was refused"), why, hints.for_forbidden(endpoint))
        case 404:
            return _not_found(said, asked)
        case 407:
            return _behind_a_proxy(why, endpoint)
        case 408:
            what = Phrase("the server gave up waiting for the request (408)")
            return ServerError(what, why, _TRY_LATER)
        case 409:
            what = Phrase("the server is busy with another request (409)")
            return ServerError(what, why, _TRY_LATER)
        case 421:
            return _filtered(why, asked)
        case 429:
            return _too_many(said, endpoint)
        case _:
            return _of_class(status, said, asked)


def _behind_a_proxy(why: Phrase, endpoint: Endpoint) -> NetworkError:
    """Return the error for a 407, of no proxy that is set here: `transport` reads theirs."""
    template = "It is no proxy that is set here: it may stand before {host}, or in this network."
    hint = Phrase(template, host=endpoint.host)
    return NetworkError(Phrase("a proxy wants a user name and password (407)"), why, hint)


_TRY_LATER = Phrase("Try again later.")


def _of_class(status: int, said: Said, asked: Asked) -> MimoError:
    """Return the error for a status that says no more than its first digit."""
    why = said.shown
    match status:
        case _ if 300 <= status < 400:  # noqa: PLR2004 - the class of redirects
            return ServerError(Phrase("the server redirected"), why)
        case 413:
            return RequestError(media_refusals.too_large(asked.size), why, Phrase("Send less."))
        case _ if 400 <= status < 500:  # noqa: PLR2004 - the class of client errors
            is_hinted = status != _NOT_ALLOWED
            hint = hints.for_refused_request(said.words, asked) if is_hinted else _CHECK_BASE_URL
            return RequestError(_REFUSED, why, hint)
        case _ if 500 <= status < 600:  # noqa: PLR2004 - the class of server errors
            no_channel = re.search(_NO_CHANNEL, said.words) and asked.model is not None
            hint = hints.for_unknown_model(asked) if no_channel else _TRY_LATER
            return ServerError(Phrase("the server failed ({status})", status=status), why, hint)
        case _:
            what = Phrase("the server gave an unexpected reply")
            return ProtocolError(what, Phrase("status {status}", status=status))


_REFUSED = Phrase("the request was refused")
_CHECK_BASE_URL = Phrase("Check base_url.")


def _filtered(why: Phrase, asked: Asked) -> BlockedError:
    kinds = [it.kind for it in asked.new_media]
    hint = hints.for_blocked(kinds, has_media=bool(asked.media))
    return BlockedError(Phrase("blocked by the content filter"), why, hint)


def _too_many(said: Said, endpoint: Endpoint) -> MimoError:
    """Return the error for a 429: too many requests, or no more money."""
    if quota.is_used_up(said, is_mimo=endpoint.is_mimo):
        what, hint = Phrase("the plan's quota is used up"), hints.for_used_up_plan(endpoint)
        return BillingError(what, said.shown, hint)
    rest = re.sub(_TOO_MANY, "", said.words, count=1)
    why = verbatim(rest) if said.words and rest != said.words else said.shown
    hint = Phrase("Wait a little and try again.")
    return RateLimitError(Phrase("too many requests"), why, hint)


_TOO_MANY = r"(?i)\A(?:429\W{0,3})?too many requests\b[\s.:,;-]*"
"""HTTP's own words for the status (RFC 6585, 4), which we say already."""


def _unpaid(why: Phrase, endpoint: Endpoint) -> BillingError:
    """Return the error for a 402. On a Token Plan it may be throttling (mimo-api.md)."""
    if endpoint.has_plan:
        what = Phrase("the plan's quota is used up, or throttled")
        hint = Phrase("It may also be busy: try again in a minute. Your plan: {url}", url=CONSOLE)
        return BillingError(what, why, hint)
    top_up = Phrase("Top up at {url}.", url=CONSOLE)
    hint = top_up if endpoint.is_mimo else hints.ask_host(endpoint)
    return BillingError(Phrase("the balance is used up"), why, hint)


def _not_found(said: Said, asked: Asked) -> RequestError:
    why = said.shown
    if asked.model is None:
        hint = Phrase("Check base_url; not every server says what models it has.")
        return RequestError(Phrase("the server has no such page"), why, hint)
    if re.search(_LACKS, said.words):
        return RequestError(_REFUSED, why, hints.for_refused_request(said.words, asked))
    what = Phrase("unknown model or wrong base URL")
    return RequestError(what, why, hints.for_unknown_model(asked))


def _retry_limit(response: Response, error: MimoError) -> int:
    status = response.status
    if status in _NEVER_RETRIED or isinstance(error, BillingError | MediaRefusedError):
        return 0
    asked = response.headers.get("x-should-retry", "").strip().lower()
    if asked in ("true", "false"):
        return ALWAYS if asked == "true" else 0
    retried = status in _RETRIED or (status >= 500 and status not in _NOT_RETRIED)  # noqa: PLR2004
    return ALWAYS if retried and status < 600 else 0  # noqa: PLR2004 - the class of server errors


def _request_id(response: Response, content: Any) -> str | None:
    for name in ("request-id", "x-request-id"):
        if response.headers.get(name):
            return response.headers[name]
    value = content.get("request_id") if isinstance(content, dict) else None
    return value if isinstance(value, str) else None
