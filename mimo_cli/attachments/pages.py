"""Fetches a page of the Web, by rules that protect who asks, and takes its readable text.

No key, cookies or user name go along, and nothing but the Internet is asked, at each redirect anew:
see `web.addresses`. Directly the addresses of a name are checked, and one of those is connected to;
a proxy looks names up itself, so there only what is written can be checked.
"""

from __future__ import annotations

import ipaddress
import queue
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.api.response import Response
from mimo_cli.api.timing import Clock
from mimo_cli.api.transport.dial import REACH, Reach
from mimo_cli.api.transport.exchange import End
from mimo_cli.api.transport.http import Http
from mimo_cli.attachments.web import addresses, page_errors, page_text, page_url
from mimo_cli.attachments.web.reader_process import Cost
from mimo_cli.errors import MimoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mimo_cli.api.transport.dial import Address
    from mimo_cli.api.transport.exchange import Exchange, Item
    from mimo_cli.attachments.web.page_text import Page
    from mimo_cli.phrases import Phrase

_HEADERS = {"accept-encoding": "gzip, deflate"}
_ACCEPT = "text/html, application/xhtml+xml, text/*;q=0.9, application/json;q=0.9, */*;q=0.5"


class Limits(NamedTuple):
    """What a page may take: bytes, unpacked; seconds for all of it; redirects; its reading."""

    size: int = 10_000_000
    seconds: float = 20.0
    redirects: int = 5
    cost: Cost = Cost()


LIMITS = Limits()


def fetch(
    url: str,
    *,
    environ: Mapping[str, str],
    limits: Limits = LIMITS,
    clock: Clock | None = None,
    reach: Reach = REACH,
) -> Page:
    """Fetch a page and return its text. It can be interrupted at any time.

    Raises:
        UsageError: it is none that is fetched, or none that can be read as text.
        ConfigError: the proxy's variable or a certificate file is not usable.
        NetworkError: the site does not answer, takes too long, or fails.
        ServerError: what it sends is no HTTP, or breaks off.
    """
    first = url = page_url.parse(url)
    now = (clock or Clock()).monotonic
    end = now() + limits.seconds
    seen = {url}
    while True:
        answer = _ask(url, environ, limits, reach, _Until(end, now))
        if answer.status not in page_url.REDIRECTS:
            break
        url = page_url.redirected(url, answer.headers.get("location", ""))
        if url in seen or len(seen) > limits.redirects:
            raise page_errors.redirected_too_often(first, len(seen))
        seen.add(url)
    page_errors.check(answer, url)
    return page_text.read(answer, url, limits.cost, environ)


class _Until(NamedTuple):
    """An end in seconds of a clock, which `now` reads."""

    end: float
    now: Callable[[], float]

    @property
    def left(self) -> float:
        return self.end - self.now()


def _ask(
    url: str, environ: Mapping[str, str], limits: Limits, reach: Reach, until: _Until
) -> Response:
    """Return what a site answers: of what is no page, and not read, the head alone.

    Raises:
        MimoError: as `fetch` does.
    """
    http = Http(
        url,
        _HEADERS,
        connect=max(until.left, 0.0),
        upload=limits.seconds,
        environ=environ,
        reach=Reach(_checked(url, reach), reach.connect),
    )
    try:
        exchange = http.get(url, _ACCEPT, is_wanted_whole=True)
        return _read(exchange, http, url, limits, until)
    finally:
        http.cut()


def _read(exchange: Exchange, http: Http, url: str, limits: Limits, until: _Until) -> Response:
    try:
        head = next(it for it in _items(exchange, until) if isinstance(it, Response))
        if not page_errors.is_body_read(head, url, limits.size):
            return head
        return head._replace(body=_body(exchange, url, limits.size, until))
    except queue.Empty:
        raise page_errors.too_slow(url, limits.seconds) from None
    except MimoError as error:
        page_errors.advise(error, is_of_proxy=http.choice.proxy is not None)
        raise
    finally:
        exchange.abandon()


def _body(exchange: Exchange, url: str, most: int, until: _Until) -> bytes:
    """Return a body, unpacked.

    Raises:
        UsageError: it has more bytes than are taken.
        queue.Empty: it does not come in time.
        MimoError: it broke off.
    """
    parts: list[bytes] = []
    size = 0
    for item in _items(exchange, until):
        if isinstance(item, bytes):
            parts.append(item)
            size += len(item)
        if size > most:
            raise page_errors.too_large(url, most)
    return b"".join(parts)


def _items(exchange: Exchange, until: _Until) -> Iterator[Item]:
    """Yield what comes, up to the end of the body; an error is raised."""
    while (left := until.left) > 0:
        match exchange.take(left):
            case End():
                return
            case Exception() as error:
                raise error
            case item:
                yield item
    raise queue.Empty


def _checked(url: str, reach: Reach) -> Callable[[str, int], Sequence[Address]]:
    """Return a look-up that gives the addresses of the Internet alone."""

    def look_up(host: str, port: int) -> Sequence[Address]:
        is_literal = addresses.is_literal(host)
        found = [(it, _kind(it, is_literal=is_literal)) for it in reach.look_up(host, port)]
        taken = [it for it, kind in found if kind is None]
        refused = [kind for _, kind in found if kind is not None]
        if refused and not taken:
            raise page_url.refused_host(url, host, refused[0], is_looked_up=not is_literal)
        return taken

    return look_up


def _kind(found: Address, *, is_literal: bool) -> Phrase | None:
    _, (name, *_) = found
    number = ipaddress.ip_address(str(name))
    return addresses.refusal(number, is_literal=is_literal)
