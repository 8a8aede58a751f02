"""The way to the server, step by step, and what it says to a request.

Every step has a limit of a few seconds by the wall clock, on a thread of its own, so that Ctrl-C
works whatever the network is doing.
"""

from __future__ import annotations

import socket
import ssl
import threading
from concurrent.futures import Future
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from mimo_cli.api import http, verdict
from mimo_cli.api.assembly import Assembly
from mimo_cli.api.client import Client
from mimo_cli.api.messages import Message, Request
from mimo_cli.checkup.check import Check, failed
from mimo_cli.errors import MimoError
from mimo_cli.talk import session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.checkup.check import Subject

STEPS = ("dns", "connection", "tls", "request", "clock")
_REQUEST_SECONDS = 20.0
_TOKENS = 16
_TRY_AGAIN = "Try again; if it stays so, check base_url (mimo config get base_url)."
_SEE_COMMAND = "Run the command by itself, and see what it prints."
_DAY = 24 * 60 * 60.0
_EXPIRES_SOON = 14
_CLOCK_SECONDS = 5 * 60.0

_T = TypeVar("_T")


class Way(NamedTuple):
    """To the server itself, or to the proxy in front of it."""

    host: str
    port: int
    is_tls: bool
    proxy: str | None = None

    @property
    def where(self) -> str:
        """Its address, in words."""
        return f"{self.host}:{self.port}"


def skipped(why: str, steps: tuple[str, ...] = STEPS) -> Iterator[Check]:
    """The checks that were not made."""
    for name in steps:
        yield Check(name, "skipped", why)


def checks(subject: Subject) -> Iterator[Check]:
    """Look-up, connection, TLS, a request, the clock; what builds on a failed step is skipped."""
    endpoint = subject.endpoint
    if endpoint is None:
        yield from skipped("there is no server to reach")
        return
    try:
        way = _way(endpoint, trust_env=subject.edges.trust_env)
    except MimoError:
        yield from skipped("the proxy is not right")
        return
    reached = True
    for check in _reach(way, subject):
        reached = reached and check.state != "failed"
        yield check
    if reached:
        yield from _ask(subject, endpoint)
    else:
        yield from skipped("the server cannot be reached", STEPS[3:])


def _way(endpoint: Endpoint, *, trust_env: bool) -> Way:
    if trust_env:
        http.check_proxies()
    proxy = http.proxy_for(endpoint.base_url) if trust_env else None
    if proxy is not None:
        host, port = http.host_and_port(f"http://{proxy}")
        return Way(host, port, is_tls=False, proxy=proxy)
    host, port = http.host_and_port(endpoint.base_url)
    return Way(host, port, is_tls=endpoint.base_url.startswith("https:"))


def _reach(way: Way, subject: Subject) -> Iterator[Check]:
    clock = subject.edges.clock
    seconds = subject.edges.limits.connect / 2
    try:
        addresses = _within(seconds, lambda: _addresses(way))
    except (OSError, TimeoutError) as error:
        yield failed("dns", _problem(error, way))
        yield from skipped(f"{way.host} has no address", STEPS[1:3])
        return
    more = f" and {len(addresses) - 1} more" if len(addresses) > 1 else ""
    proxy = "" if way.proxy is None else "the proxy "
    yield Check("dns", "ok", f"{proxy}{way.host} is {addresses[0]}{more}")
    started = clock.monotonic()
    try:
        connection = _within(seconds, lambda: _connect(way, seconds))
    except (OSError, TimeoutError) as error:
        yield failed("connection", _problem(error, way))
        yield from skipped("there is no connection", STEPS[2:3])
        return
    took = clock.monotonic() - started
    yield Check("connection", "ok", f"to {proxy}{way.where} in {took:.2f} s")
    with connection:
        yield _tls(way, connection, seconds, clock.now())


def _addresses(way: Way) -> list[str]:
    found = socket.getaddrinfo(way.host, way.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def _connect(way: Way, seconds: float) -> socket.socket:
    return socket.create_connection((way.host, way.port), timeout=seconds)


def _tls(way: Way, connection: socket.socket, seconds: float, now: float) -> Check:
    if way.proxy is not None:
        return Check("tls", "skipped", "it is made through the proxy, by the request")
    if not way.is_tls:
        return Check("tls", "skipped", "plain http")
    try:
        context = http.tls_context()
        version, expiry = _within(seconds, lambda: _handshake(context, way, connection))
    except MimoError as error:
        return failed("tls", error)
    except (OSError, TimeoutError) as error:
        return failed("tls", _problem(error, way))
    return certificate(version, expiry, now)


def _handshake(context: ssl.SSLContext, way: Way, connection: socket.socket) -> tuple[str, float]:
    """The version of TLS, and when the certificate expires (seconds since 1970)."""
    with context.wrap_socket(connection, server_hostname=way.host) as secured:
        found = secured.getpeercert() or {}
        return secured.version() or "TLS", ssl.cert_time_to_seconds(str(found.get("notAfter")))


def certificate(version: str, expiry: float, now: float) -> Check:
    """How long the server's certificate holds."""
    days = int((expiry - now) // _DAY)
    date = datetime.fromtimestamp(expiry, UTC).strftime("%Y-%m-%d")
    text = f"{version}, the certificate is valid until {date} ({days} days)"
    if days < _EXPIRES_SOON:
        return Check("tls", "warning", text, "Whoever runs the server has to renew it.")
    return Check("tls", "ok", text)


def _problem(error: Exception, way: Way) -> MimoError:
    if isinstance(error, TimeoutError):
        return http.cannot_connect(way.where, "it took too long")
    return http.connect_error(error, way.where, way.proxy)


def _ask(subject: Subject, endpoint: Endpoint) -> Iterator[Check]:
    """A request, the smallest there is, and what its reply says of the time."""
    edges, chosen = subject.edges, subject.settings
    if chosen.key_command:
        try:
            endpoint = session.endpoint(chosen, edges)
        except MimoError as error:
            yield failed("request", error, _SEE_COMMAND)
            yield from skipped("nothing was asked", STEPS[4:])
            return
        if mismatch := endpoint.family_mismatch():
            text = "nothing was asked: the key from the command is of the other family"
            yield Check("request", "failed", text, mismatch)
            yield from skipped("nothing was asked", STEPS[4:])
            return
    elif endpoint.key is None and not endpoint.is_loopback and endpoint.auth != "none":
        yield from skipped("there is no usable key", STEPS[3:])
        return
    seconds = subject.options.get("timeout") or edges.limits.total or _REQUEST_SECONDS
    limits = edges.limits._replace(total=seconds)
    try:
        client = Client(
            endpoint,
            limits=limits,
            retries=0,
            clock=edges.clock,
            trust_env=edges.trust_env,
        )
    except MimoError as error:
        yield failed("request", error)
        yield from skipped("there was no reply", STEPS[4:])
        return
    with client:
        yield _answer(client, subject)
        date = client.head.headers.get("date", "") if client.head else ""
        yield clock(date, edges.clock.now())


def _answer(client: Client, subject: Subject) -> Check:
    request = Request(
        subject.settings.model,
        (Message("user", "Say: yes"),),
        max_tokens=_TOKENS,
        thinking=False,
        stream=False,
    )
    assembly = Assembly()
    started = subject.edges.clock.monotonic()
    try:
        for events in client.stream(request, buffered=True):
            assembly.add(events)
        if (problem := verdict.problem(assembly.reply())) is not None:
            raise problem
    except MimoError as error:
        return failed("request", error, _TRY_AGAIN)
    seconds = subject.edges.clock.monotonic() - started
    return Check("request", "ok", f"{request.model} answered in {seconds:.1f} s")


def clock(date: str, now: float) -> Check:
    """This machine's clock (seconds since 1970) against a reply's `Date`."""
    try:
        theirs = parsedate_to_datetime(date)
    except (ValueError, TypeError):
        return Check("clock", "skipped", "the server does not tell the time")
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    off = now - theirs.timestamp()
    if abs(off) <= _CLOCK_SECONDS:
        return Check("clock", "ok", f"{abs(off):.0f} s from the server's")
    direction = "ahead of" if off > 0 else "behind"
    text = f"{_span(abs(off))} {direction} the server's, which says {theirs:%Y-%m-%d %H:%M} UTC"
    return Check("clock", "failed", text, "Set this machine's clock; certificates depend on it.")


def _span(seconds: float) -> str:
    for size, unit in ((_DAY, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _within(seconds: float, act: Callable[[], _T]) -> _T:
    """What `act` gives, from a thread of its own.

    Raises:
        TimeoutError: it takes too long.
        Exception: what `act` raises.
    """
    future: Future[_T] = Future()

    def run() -> None:
        try:
            future.set_result(act())
        except Exception as error:  # noqa: BLE001 - crosses to the caller's thread, which raises it
            future.set_exception(error)

    threading.Thread(target=run, name="mimo-checkup", daemon=True).start()
    return future.result(timeout=seconds)
