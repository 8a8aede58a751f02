"""Fetches a page of the Web, by rules that protect who asks, and takes its readable text.

No key, cookies or user name go along, and nothing but the Internet is asked, at each redirect anew:
see `web.addresses`. Directly the addresses of a name are checked, and one of those is connected to;
a proxy looks names up itself, so there only what is written can be checked.
"""

from __future__ import annotations

import contextlib
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
from mimo_cli.common_phrases import file_size
from mimo_cli.errors import MimoError
from mimo_cli.input.watch import NOBODY, Step
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mimo_cli.api.transport.dial import Address, Deadline
    from mimo_cli.api.transport.exchange import Exchange, Item
    from mimo_cli.attachments.web.page_text import Page
    from mimo_cli.input.watch import Show, Watch
    from mimo_cli.signals import Signals

    Connect = Callable[[Sequence[Address], Deadline, Callable[[], bool]], socket.socket]

_HEADERS = {"accept-encoding": "gzip, deflate"}
_TICK = 0.25  # seconds between two looks at the clock for who watches
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
    signals: Signals | None = None,
    watch: Watch = NOBODY,
) -> Page:
    """Fetch a page and return its text. It can be interrupted at any time.

    `signals` end the process that reads it; `watch` says how much time is left for it, if there is
    less than the limits give.

    Raises:
        UsageError: it is none that is fetched, or none that can be read as text.
        ConfigError: the proxy's variable or a certificate file is not usable.
        NetworkError: the site does not answer, takes too long, or fails; there is no time left.
        ServerError: what it sends is no HTTP, or breaks off.
    """
    first = page_url.parse(url)
    now = (clock or Clock()).monotonic
    with watch.row() as show:
        means = _Means(environ, limits, now, reach, signals, watch, show)
        url, answer = _follow(first, means, _until(now, limits.seconds, watch, first))
        try:
            page_errors.check(answer, url)
            left = _until(now, limits.cost.seconds, watch, url)
            cost = limits.cost._replace(seconds=min(limits.cost.seconds, left.left))
            step = Step(show, Phrase("reading {host}", host=page_url.host_of(url)))
            reading = page_text.Reading(cost, environ, signals, step)
            return page_text.read(answer, url, reading)
        except page_text.LateError as error:
            if left.is_total:
                raise page_errors.out_of_time(url) from error
            raise page_errors.too_tangled(url) from error
        except MimoError as error:
            page_errors.name_both(error, first, url)
            raise


class _Means(NamedTuple):
    """What a page is fetched by, and what is shown of that."""

    environ: Mapping[str, str]
    limits: Limits
    now: Callable[[], float]
    reach: Reach
    signals: Signals | None
    watch: Watch
    show: Show

    def tell(self, detail: Phrase) -> None:
        """Tell a detail, in the place of the row."""
        self.show(NOTHING)
        self.watch.detail(detail)


class _Until(NamedTuple):
    """An end in seconds of a clock, which `now` reads; `seconds` were given.

    `is_total`: it is the end of the time for all that is read.
    """

    end: float
    now: Callable[[], float]
    seconds: float
    is_total: bool = False

    @property
    def left(self) -> float:
        return self.end - self.now()


def _until(now: Callable[[], float], seconds: float, watch: Watch, url: str) -> _Until:
    """Return when what may take so many seconds has to be done.

    Raises:
        NetworkError: there is no time left.
    """
    left = watch.left()
    if left is None or left >= seconds:
        return _Until(now() + seconds, now, seconds)
    if left <= 0:
        raise page_errors.out_of_time(url)
    return _Until(now() + left, now, left, is_total=True)


def _follow(first: str, means: _Means, until: _Until) -> tuple[str, Response]:
    """Return where a page is in the end, and what the site answers there.

    Raises:
        MimoError: as `fetch` does.
    """
    url, seen = first, {first}
    while True:
        try:
            answer = _ask(url, means, until)
            if answer.status not in page_url.REDIRECTS:
                return url, answer
            following = page_url.redirected(url, answer.headers.get("location", ""))
        except MimoError as error:
            page_errors.name_both(error, first, url)
            raise
        means.tell(Phrase("status {status}: to {url}", status=answer.status, url=following))
        url = following
        if url in seen or len(seen) > means.limits.redirects:
            raise page_errors.redirected_too_often(first, len(seen))
        seen.add(url)


def _ask(url: str, means: _Means, until: _Until) -> Response:
    """Return what a site answers: of what is no page, and not read, the head alone.

    Raises:
        MimoError: as `fetch` does.
    """
    ways: list[str] = []
    http = Http(
        url,
        _HEADERS,
        connect=max(until.left, 0.0),
        upload=means.limits.seconds,
        environ=means.environ,
        reach=Reach(_checked(url, means.reach), _noting(means.reach, ways)),
    )
    means.tell(Phrase("fetching {url}", url=url))
    try:
        exchange = http.get(url, _ACCEPT, is_wanted_whole=True)
        answer = _read(exchange, http, url, means, until)
    finally:
        http.cut()
        _tell_way(means, http, ways)
    _tell_answer(means, answer)
    return answer


def _noting(reach: Reach, ways: list[str]) -> Connect:
    """Return what connects, and notes the address."""

    def connect(
        found: Sequence[Address], deadline: Deadline, is_unwanted: Callable[[], bool]
    ) -> socket.socket:
        connection = reach.connect(found, deadline, is_unwanted)
        with contextlib.suppress(OSError):  # it is gone already: whoever uses it is told
            ways.append(str(connection.getpeername()[0]))
        return connection

    return connect


def _tell_way(means: _Means, http: Http, ways: Sequence[str]) -> None:
    if not ways:
        return
    proxy = http.choice.proxy
    way = Phrase("connected to {address}", address=ways[-1])
    means.tell(way if proxy is None else Phrase("{way}, proxy {proxy}", way=way, proxy=proxy.where))


def _tell_answer(means: _Means, answer: Response) -> None:
    means.tell(
        Phrase(
            "status {status}, {kind}, {size}",
            status=answer.status,
            kind=answer.content_type or Phrase("no type"),
            size=file_size(len(answer.body)),
        )
    )


def _read(exchange: Exchange, http: Http, url: str, means: _Means, until: _Until) -> Response:
    step = Step(means.show, Phrase("fetching {host}", host=page_url.host_of(url)))
    try:
        head = next(it for it in _items(exchange, until, step) if isinstance(it, Response))
        if not page_errors.is_body_read(head, url, means.limits.size):
            return head
        body = _body(_items(exchange, until, step), url, means.limits.size)
        return head._replace(body=body)
    except queue.Empty:
        if until.is_total:
            raise page_errors.out_of_time(url) from None
        raise page_errors.too_slow(url, until.seconds) from None
    except MimoError as error:
        page_errors.advise(error, is_of_proxy=http.choice.proxy is not None)
        raise
    finally:
        exchange.abandon()


def _body(items: Iterator[Item], url: str, most: int) -> bytes:
    """Return a body, unpacked.

    Raises:
        UsageError: it has more bytes than are taken.
        queue.Empty: it does not come in time.
        MimoError: it broke off.
    """
    parts: list[bytes] = []
    size = 0
    for item in items:
        if isinstance(item, bytes):
            parts.append(item)
            size += len(item)
        if size > most:
            raise page_errors.too_large(url, most)
    return b"".join(parts)


def _items(exchange: Exchange, until: _Until, step: Step) -> Iterator[Item]:
    """Yield what comes, up to the end of the body; an error is raised."""
    while (left := until.left) > 0:
        step.tick()
        try:
            item = exchange.take(min(left, _TICK))
        except queue.Empty:
            if left <= _TICK:
                raise
            continue
        match item:
            case End():
                return
            case Exception():
                raise item
            case _:
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
