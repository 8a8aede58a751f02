"""The way to the server, step by step, and what it says to a request.

Every step has a limit of a few seconds by the wall clock, on a thread of its own, so that Ctrl-C
works whatever the network is doing.
"""

from __future__ import annotations

import contextlib
import ssl
import threading
from concurrent.futures import Future
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from mimo_cli.api.client import Client
from mimo_cli.api.hosts import address, authority, host_and_port
from mimo_cli.api.protocol.assembly import Assembly
from mimo_cli.api.protocol.encode import encode
from mimo_cli.api.protocol.messages import Message, Request
from mimo_cli.api.replies import reply_check
from mimo_cli.api.transport.backend import Backend, look_up_ipv4
from mimo_cli.api.transport.dial import addresses
from mimo_cli.api.transport.network_errors import (
    connect_error,
    late,
    translate,
    unreachable,
)
from mimo_cli.api.transport.proxy import choose_proxy
from mimo_cli.api.transport.route import is_forwarded, is_plain, tls_context
from mimo_cli.conversation import prepare
from mimo_cli.doctor.check import Check, failed
from mimo_cli.errors import ConfigError, MimoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.transport.backend import Stream
    from mimo_cli.api.transport.proxy import Proxy
    from mimo_cli.doctor.check import Subject
    from mimo_cli.environment import Environment

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
    """To the server, through a proxy if there is one. `seconds` are for each step."""

    url: str
    host: str
    port: int
    proxy: Proxy | None
    backend: Backend
    seconds: float

    @property
    def where(self) -> str:
        """The server's address, in words."""
        return authority(self.host, self.port)

    def problem(self, error: Exception) -> MimoError:
        """What an error on it means.

        Raises:
            Exception: the error itself, which is a bug.
        """
        if isinstance(error, TimeoutError):
            stage, heard = self.backend.stage, self.backend.heard
            return late(stage, self.where, self.proxy, None, heard)
        if isinstance(error, OSError) and self.proxy is not None:
            return unreachable(self.proxy, error)
        if isinstance(error, OSError):
            return connect_error(error, self.where, None)
        heard = self.backend.heard
        found = translate(error, self.url, self.proxy, heard, has_head=False)  # not ours
        if not isinstance(found, MimoError):
            raise error
        return found


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
        way = _way(endpoint.base_url, subject.environment)
    except ConfigError:
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


def _way(url: str, environment: Environment) -> Way:
    """The way to a server.

    Raises:
        ConfigError: the proxy's variable, or a certificate file for it, is not usable.
    """
    proxy = choose_proxy(url, environment.environ).proxy
    tls = tls_context(environment.environ) if proxy is not None and proxy.is_secured else None
    backend = Backend(proxy, tls=tls, forwards=is_forwarded(url, proxy))
    return Way(url, *host_and_port(url), proxy, backend, environment.limits.connect)


def _reach(way: Way, subject: Subject) -> Iterator[Check]:
    try:
        yield Check("dns", "ok", _within(way.seconds, lambda: _addresses(way)))
    except Exception as error:  # noqa: BLE001 - what is none of the network's is raised again
        yield failed("dns", way.problem(error))
        yield from skipped("there is no address", STEPS[1:3])
        return
    clock = subject.environment.clock
    started = clock.monotonic()
    try:
        stream = _within(
            way.seconds, lambda: way.backend.connect_tcp(way.host, way.port, way.seconds)
        )
        took = clock.monotonic() - started
        yield Check("connection", "ok", f"{_led(way)} in {took:.2f} s")
        with contextlib.closing(stream):
            yield _tls(way, stream, subject)
    except Exception as error:  # noqa: BLE001 - what is none of the network's is raised again
        yield failed("connection", way.problem(error))
        yield from skipped("there is no connection", STEPS[2:3])
    finally:
        way.backend.cut()  # a thread that still waits is to end


def _addresses(way: Way) -> str:
    """What the names on the way are.

    Raises:
        OSError: the name of the server, or of the proxy before it, is not found.
        NetworkError: the server's name is not found, for a proxy that has to be told.
    """
    if way.proxy is None:
        return _address(way.host, way.port)
    proxy = f"the proxy {_address(way.proxy.host, way.proxy.port)}"
    if address(way.host) is not None:
        return proxy
    if way.proxy.looks_up_names:
        return f"{proxy}; it looks up {way.host} by itself"
    return f"{proxy}; {way.host} is {look_up_ipv4(way.proxy, way.host, way.port)}"


def _address(host: str, port: int) -> str:
    found = list(dict.fromkeys(str(name) for _, (name, *_) in addresses(host, port)))
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return f"{host} is {found[0]}{more}"


def _led(way: Way) -> str:
    if way.proxy is None:
        return f"to {way.where}"
    if is_forwarded(way.url, way.proxy):
        return f"to the proxy {way.proxy.where}"
    return f"to {way.where} through the proxy {way.proxy.where}"


def _tls(way: Way, stream: Stream, subject: Subject) -> Check:
    if is_plain(way.url):
        return Check("tls", "skipped", "plain http")
    try:
        context = tls_context(subject.environment.environ)
        version, expiry = _within(way.seconds, lambda: _handshake(context, way, stream))
    except Exception as error:  # noqa: BLE001 - what is none of the network's is raised again
        return failed("tls", way.problem(error))
    return certificate(version, expiry, subject.environment.clock.now())


def _handshake(context: ssl.SSLContext, way: Way, stream: Stream) -> tuple[str, float]:
    """The version of TLS, and when the certificate expires (seconds since 1970)."""
    with contextlib.closing(stream.start_tls(context, way.host)) as secured:
        tls = secured.get_extra_info("ssl_object")
        expiry = tls.getpeercert().get("notAfter")
        return tls.version() or "TLS", ssl.cert_time_to_seconds(str(expiry))


def certificate(version: str, expiry: float, now: float) -> Check:
    """How long the server's certificate holds."""
    days = int((expiry - now) // _DAY)
    date = datetime.fromtimestamp(expiry, UTC).strftime("%Y-%m-%d")
    text = f"{version}, the certificate is valid until {date} ({days} days)"
    if days < _EXPIRES_SOON:
        return Check("tls", "warning", text, "Whoever runs the server has to renew it.")
    return Check("tls", "ok", text)


def _ask(subject: Subject, endpoint: Endpoint) -> Iterator[Check]:
    """A request, the smallest there is, and what its reply says of the time."""
    environment, chosen = subject.environment, subject.settings
    if chosen.key_command or chosen.key_refusal:
        try:
            endpoint = prepare.endpoint(chosen, environment)
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
    seconds = subject.options.get("timeout") or environment.limits.total or _REQUEST_SECONDS
    limits = environment.limits._replace(total=seconds)
    try:
        client = Client(
            endpoint,
            limits=limits,
            retries=0,
            clock=environment.clock,
            environ=environment.environ,
        )
    except MimoError as error:
        yield failed("request", error)
        yield from skipped("there was no reply", STEPS[4:])
        return
    with client:
        yield _answer(client, subject)
        date = client.head.headers.get("date", "") if client.head else ""
        yield clock(date, environment.clock.now())


def _answer(client: Client, subject: Subject) -> Check:
    request = Request(
        subject.settings.model,
        (Message("user", "Say: yes"),),
        max_tokens=_TOKENS,
        thinking=False,
        stream=False,
    )
    assembly = Assembly()
    started = subject.environment.clock.monotonic()
    try:
        for events in client.stream(encode(request), buffered=True):
            assembly.add(events)
        if (problem := reply_check.problem(assembly.reply())) is not None:
            raise problem
    except MimoError as error:
        return failed("request", error, _TRY_AGAIN)
    seconds = subject.environment.clock.monotonic() - started
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
