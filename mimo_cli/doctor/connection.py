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
from mimo_cli.api.replies.finished import reply_check
from mimo_cli.api.transport.backend import Backend, look_up_ipv4
from mimo_cli.api.transport.dial import addresses
from mimo_cli.api.transport.network_errors import (
    connect_error,
    late,
    translate,
    unreachable,
)
from mimo_cli.api.transport.proxies.proxy import choose_proxy
from mimo_cli.api.transport.route import is_forwarded, is_plain
from mimo_cli.api.transport.tls_errors import with_variables
from mimo_cli.config import KeyFromCommand, KeyRefused
from mimo_cli.conversation import prepare
from mimo_cli.doctor.check import Check, failed, seconds_for_a_step
from mimo_cli.errors import ConfigError, MimoError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.timing import Clock
    from mimo_cli.api.transport.backend import Stream
    from mimo_cli.api.transport.proxies.proxy_url import Proxy
    from mimo_cli.api.transport.trust import Flaw
    from mimo_cli.doctor.check import Subject

STEPS = ("dns", "connection", "tls", "request", "clock")
_REQUEST_SECONDS = 20.0
_TOKENS = 16
_TRY_AGAIN = Phrase("Try again; if it stays so, check base_url (mimo config get base_url).")
_SEE_COMMAND = Phrase("Run the command by itself, and see what it prints.")
_NO_KEY = Phrase("there is no usable key")
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
_EXPIRES_SOON = 14
_CLOCK_SECONDS = 5 * 60.0

_T = TypeVar("_T")


class Way(NamedTuple):
    """The way to the server, through a proxy if there is one. `seconds` are for each step.

    `environ` is what it was found by; `conceal` takes secrets out of a text that may be cut.
    `flaws` are of the variables that say what is trusted, as far as that was looked at.
    """

    url: str
    host: str
    port: int
    proxy: Proxy | None
    backend: Backend
    seconds: float
    environ: Mapping[str, str]
    conceal: Callable[[str], str] = str
    flaws: tuple[Flaw, ...] = ()

    @property
    def where(self) -> str:
        """The server's address, in words."""
        return authority(self.host, self.port)

    def explain(self, error: Exception) -> MimoError:
        """Return what an error on the way means.

        Raises:
            Exception: the error itself, which is a bug.
        """
        meaning = with_variables(self._meaning(error), self.environ, self.flaws)
        meaning.conceal(self.conceal)
        return meaning

    def _meaning(self, error: Exception) -> MimoError:
        if isinstance(error, TimeoutError):
            stage, heard = self.backend.stage, self.backend.heard
            return late(stage, self.where, self.proxy, None, heard)
        if isinstance(error, OSError) and self.proxy is not None:
            return unreachable(self.proxy, error)
        if isinstance(error, OSError):
            return connect_error(error, self.where, None)
        heard = self.backend.heard
        meaning = translate(error, self.url, self.proxy, heard, has_head=False)
        if not isinstance(meaning, MimoError):
            raise error
        return meaning


def skip(why: Phrase, steps: tuple[str, ...] = STEPS) -> Iterator[Check]:
    """Yield the checks that are not made, with the reason."""
    for name in steps:
        yield Check(name, "skipped", why)


def checks(subject: Subject) -> Iterator[Check]:
    """Yield the check of each step when it is done; what builds on a failed one is skipped."""
    endpoint = subject.endpoint
    if endpoint is None:
        yield from skip(Phrase("there is no server to reach"))
        return
    try:
        way = _find_way(endpoint, subject)
    except ConfigError:
        yield from skip(Phrase("the proxy is not right"))
        return
    is_reached = True
    for check in _check_way(way, subject):
        is_reached = is_reached and check.state != "failed"
        yield check
    if is_reached:
        yield from _check_service(subject, endpoint)
    else:
        yield from skip(Phrase("the server cannot be reached"), STEPS[3:])


def _find_way(endpoint: Endpoint, subject: Subject) -> Way:
    """Return the way to a server.

    Raises:
        ConfigError: the proxy's variable, or a certificate file for it, is not usable.
    """
    environment = subject.environment
    url, environ = endpoint.base_url, environment.environ
    proxy = choose_proxy(url, environ).proxy
    seconds = seconds_for_a_step(environment, subject.settings)
    tls, flaws = subject.trust() if proxy is not None and proxy.is_secured else (None, ())
    backend = Backend(proxy, tls=tls, forwards=is_forwarded(url, proxy))
    where = host_and_port(url)
    return Way(url, *where, proxy, backend, seconds, environ, endpoint.conceal, flaws)


def _check_way(way: Way, subject: Subject) -> Iterator[Check]:
    """Yield the checks of names, connection and TLS; the connection is closed at the end."""
    names = check_names(way)
    yield names
    if names.state == "failed":
        yield from skip(Phrase("there is no address"), STEPS[1:3])
        return
    try:
        check, stream = check_connection(way, subject.environment.clock)
        yield check
        if stream is None:
            yield from skip(Phrase("there is no connection"), STEPS[2:3])
            return
        with contextlib.closing(stream):
            yield check_tls(way, stream, subject)
    finally:
        way.backend.cut()  # a thread that still waits is to end


def check_names(way: Way) -> Check:
    """Check whether the names on the way have addresses."""
    try:
        return Check("dns", "ok", _limit(way.seconds, lambda: _look_up(way)))
    except Exception as error:  # noqa: BLE001 - what is none of the network's is raised again
        return failed("dns", way.explain(error))


def _look_up(way: Way) -> Phrase:
    """Return the addresses of the names on the way.

    Raises:
        OSError: the name of the server, or of the proxy before it, is not found.
        NetworkError: the server's name is not found, for a proxy that has to be told.
    """
    if way.proxy is None:
        return _address(way.host, way.port)
    proxy = Phrase("the proxy {host}", host=_address(way.proxy.host, way.proxy.port))
    if address(way.host) is not None:
        return proxy
    if way.proxy.looks_up_names:
        return Phrase("{proxy}; it looks up {host} by itself", proxy=proxy, host=way.host)
    found = look_up_ipv4(way.proxy, way.host, way.port)
    return Phrase("{proxy}; {host} is {address}", proxy=proxy, host=way.host, address=found)


def _address(host: str, port: int) -> Phrase:
    first, *others = dict.fromkeys(str(name) for _, (name, *_) in addresses(host, port))
    if not others:
        return Phrase("{host} is {address}", host=host, address=first)
    template = "{host} is {address} and {count} more"
    return Phrase(template, host=host, address=first, count=len(others))


def check_connection(way: Way, clock: Clock) -> tuple[Check, Stream | None]:
    """Check whether a connection can be made, and return it too; None if it cannot."""
    started = clock.monotonic()
    try:
        stream = _limit(
            way.seconds, lambda: way.backend.connect_tcp(way.host, way.port, way.seconds)
        )
    except Exception as error:  # noqa: BLE001 - what is none of the network's is raised again
        return failed("connection", way.explain(error)), None
    template = "{where} in {seconds:.2f} s"
    text = Phrase(template, where=_destination(way), seconds=clock.monotonic() - started)
    return Check("connection", "ok", text), stream


def _destination(way: Way) -> Phrase:
    """Return where a connection leads to."""
    if way.proxy is None:
        return Phrase("to {server}", server=way.where)
    if is_forwarded(way.url, way.proxy):
        return Phrase("to the proxy {proxy}", proxy=way.proxy.where)
    template = "to {server} through the proxy {proxy}"
    return Phrase(template, server=way.where, proxy=way.proxy.where)


def check_tls(way: Way, stream: Stream, subject: Subject) -> Check:
    """Check whether the server's certificate is trusted, and for how long it is valid."""
    if is_plain(way.url):
        return Check("tls", "skipped", Phrase("plain http"))
    try:
        context, flaws = subject.trust()
        way = way._replace(flaws=flaws)
        version, expiry = _limit(way.seconds, lambda: _shake_hands(context, way, stream))
    except Exception as error:  # noqa: BLE001 - what is none of the network's is raised again
        return failed("tls", way.explain(error))
    return check_certificate(version, expiry, subject.environment.clock.now())


def _shake_hands(context: ssl.SSLContext, way: Way, stream: Stream) -> tuple[str, float]:
    """Return the version of TLS, and when the certificate expires (seconds since 1970)."""
    with contextlib.closing(stream.start_tls(context, way.host)) as secured:
        tls = secured.get_extra_info("ssl_object")
        expiry = tls.getpeercert().get("notAfter")
        return tls.version() or "TLS", ssl.cert_time_to_seconds(str(expiry))


def check_certificate(version: str, expiry: float, now: float) -> Check:
    """Check how long the server's certificate is valid; times are seconds since 1970."""
    days = int((expiry - now) // _DAY)
    date = datetime.fromtimestamp(expiry, UTC).strftime("%Y-%m-%d")
    template = "{version}, the certificate is valid until {date} ({days} days)"
    text = Phrase(template, version=version, date=date, days=days)
    if days < _EXPIRES_SOON:
        advice = Phrase("Whoever runs the server has to renew it.")
        return Check("tls", "warning", text, advice)
    return Check("tls", "ok", text)


def _check_service(subject: Subject, endpoint: Endpoint) -> Iterator[Check]:
    """Yield the checks of a request, and of what its reply says of the time."""
    client = _make_client(subject, endpoint)
    if isinstance(client, Check):
        yield client
        why = _NO_KEY if client.state == "skipped" else Phrase("nothing was asked")
        yield from skip(why, STEPS[4:])
        return
    with client:
        yield check_request(client, subject)
        date = client.head.headers.get("date", "") if client.head else ""
        yield check_clock(date, subject.environment.clock.now())


def _make_client(subject: Subject, endpoint: Endpoint) -> Client | Check:
    """Return a client with the key; where there is none to ask with, the check that says why."""
    environment = subject.environment
    if isinstance(subject.resolved.key, KeyFromCommand | KeyRefused):
        try:
            endpoint = prepare.endpoint(subject.resolved, environment)
        except MimoError as error:
            return failed("request", error, _SEE_COMMAND)
        if mismatch := endpoint.family_mismatch():
            text = Phrase("nothing was asked: the key from the command is of the other family")
            return Check("request", "failed", text, mismatch)
    elif endpoint.key is None and not endpoint.is_loopback and endpoint.auth != "none":
        return Check("request", "skipped", _NO_KEY)
    seconds = min(subject.settings.timeout or _REQUEST_SECONDS, _REQUEST_SECONDS)
    seconds = subject.options.get("timeout") or environment.limits.total or seconds
    try:
        return Client(
            endpoint,
            limits=environment.limits._replace(total=seconds),
            retries=0,
            clock=environment.clock,
            environ=environment.environ,
        )
    except MimoError as error:
        return failed("request", error)


def check_request(client: Client, subject: Subject) -> Check:
    """Check whether the smallest request that there is gets an answer."""
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
    template = "{model} answered in {seconds:.1f} s"
    return Check("request", "ok", Phrase(template, model=request.model, seconds=seconds))


def check_clock(date: str, now: float) -> Check:
    """Check this machine's clock (seconds since 1970) against a reply's `Date`."""
    try:
        theirs = parsedate_to_datetime(date)
    except (ValueError, TypeError):
        return Check("clock", "skipped", Phrase("the server does not tell the time"))
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    ahead = now - theirs.timestamp()
    if abs(ahead) <= _CLOCK_SECONDS:
        text = Phrase("{seconds:.0f} s off", seconds=abs(ahead))
        return Check("clock", "ok", text)
    text = Phrase(
        "{time} ahead of the server's, which says {date} UTC"
        if ahead > 0
        else "{time} behind the server's, which says {date} UTC",
        time=_duration(abs(ahead)),
        date=f"{theirs:%Y-%m-%d %H:%M}",
    )
    advice = Phrase("Set this machine's clock; certificates depend on it.")
    return Check("clock", "failed", text, advice)


def _duration(seconds: float) -> Phrase:
    """Return a length of time in the largest unit that it has two of."""
    if seconds >= 2 * _DAY:
        return Phrase("{count:.0f} days", count=seconds / _DAY)
    if seconds >= 2 * _HOUR:
        return Phrase("{count:.0f} hours", count=seconds / _HOUR)
    if seconds >= 2 * _MINUTE:
        return Phrase("{count:.0f} minutes", count=seconds / _MINUTE)
    return Phrase("{count:.0f} s", count=seconds)


def _limit(seconds: float, act: Callable[[], _T]) -> _T:
    """Return what `act` returns, on a thread of its own.

    Raises:
        TimeoutError: it takes longer than so many seconds.
        Exception: what `act` raises.
    """
    future: Future[_T] = Future()

    def run() -> None:
        try:
            future.set_result(act())
        except Exception as error:  # noqa: BLE001 - crosses to the caller's thread, which raises it
            future.set_exception(error)

    threading.Thread(target=run, name="mimo-doctor", daemon=True).start()
    return future.result(timeout=seconds)
