"""Servers and proxies that want a certificate of ours, and what else they say before they end TLS.

In TLS 1.3 they say so when TLS stands for us: to the request that has gone out meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
from typing import TYPE_CHECKING

import httpcore
import pytest
from support.checkups import checks_of
from support.folders import CERTIFICATES
from support.harness import KEY, PATIENCE, mimo
from support.proxies import HttpProxy, Listener, bundle, tls

from mimo_cli.api.transport.backend import Stream
from mimo_cli.api.transport.dial import Deadline
from mimo_cli.api.transport.heard import Heard
from mimo_cli.api.transport.network_errors import proxy_broke, translate
from mimo_cli.api.transport.proxies.proxy_url import parse
from mimo_cli.api.transport.proxies.tunnel import ProxyConnection
from mimo_cli.errors import ALWAYS, NetworkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.harness import Result

VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
WANTED = "it wants a certificate of yours, and none can be given here"
PERHAPS = (
    "it takes none of the ways to encrypt that were offered, or it wants a certificate of yours"
)
WHY = dict(zip(VERSIONS, (PERHAPS, WANTED), strict=True))
API = "api.xiaomimimo.com"
COMMANDS = [("ask", "hi"), ("models", "--refresh"), ("chat",)]


def strict(version: ssl.TLSVersion, name: str = "trusted") -> ssl.SSLContext:
    """What a server needs that wants a certificate, in one version of TLS."""
    context = tls(name)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(CERTIFICATES / "elsewhere.pem")
    context.minimum_version = context.maximum_version = version
    return context


def run(*args: str, url: str, stdin: bytes = b"hi\n", **variables: str) -> Result:
    environ = {"MIMO_BASE_URL": url, "MIMO_API_KEY": KEY, "MIMO_ALLOW_HTTP": "true"}
    with bundle("trusted", "service") as trusted:
        more = {"SSL_CERT_FILE": trusted, **variables}
        return mimo(*args, environ={**environ, **more}, stdin=stdin)


@pytest.fixture(params=VERSIONS, ids=str)
def version(request: pytest.FixtureRequest) -> ssl.TLSVersion:
    found: ssl.TLSVersion = request.param
    return found


@pytest.fixture
def server(version: ssl.TLSVersion) -> Iterator[Listener]:
    with Listener(tls=strict(version)) as listener:
        yield listener


@pytest.mark.parametrize("args", COMMANDS)
def test_a_server_that_wants_one_is_told_and_asked_once(
    server: Listener, version: ssl.TLSVersion, args: tuple[str, ...]
) -> None:
    where = f"localhost:{server.port}"
    result = run(*args, url=f"https://{where}")
    assert (result.code, result.slept, server.connections) == (7, [], 1)
    first, hint = result.err.splitlines()[:2]
    assert first.endswith(f"no TLS with {where}: {WHY[version]}")
    assert hint == "  Check base_url: are its host and port right?"


def test_doctor_tells_it_where_it_shows(server: Listener, version: ssl.TLSVersion) -> None:
    found = checks_of(run("doctor", "--json", url=f"https://localhost:{server.port}"))
    is_late = version == ssl.TLSVersion.TLSv1_3
    assert found["tls"].state == ("ok" if is_late else "failed")
    check = found["request" if is_late else "tls"]
    assert (check.state, check.text) == (
        "failed",
        f"no TLS with localhost:{server.port}: {WHY[version]}",
    )


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_it_is_told_through_a_proxy(version: ssl.TLSVersion, scheme: str) -> None:
    with (
        Listener(tls=strict(version, "service")) as server,
        HttpProxy({API: server.port}, tls=tls("trusted") if scheme == "https" else None) as proxy,
    ):
        where = f"localhost:{proxy.port}"
        result = run("ask", "hi", url=f"https://{API}", https_proxy=f"{scheme}://{where}")
    assert (result.code, result.slept, server.connections) == (7, [], 1)
    first = result.err.splitlines()[0]
    assert first == f"mimo: no TLS with {API}:443 through proxy {where}: {WHY[version]}"


@pytest.mark.parametrize("url", ["https://llm.example", "http://llm.example"])
@pytest.mark.parametrize("args", [("ask", "hi"), ("models", "--refresh"), ("doctor", "--json")])
def test_a_proxy_that_wants_one_is_named(
    version: ssl.TLSVersion, url: str, args: tuple[str, ...]
) -> None:
    with Listener(tls=strict(version)) as proxy:
        where = f"localhost:{proxy.port}"
        result = run(*args, url=url, all_proxy=f"https://{where}")
    why = f"no TLS with proxy {where}: {WHY[version]}"
    hint = "Check all_proxy, which names it, or: unset all_proxy"
    if args[0] == "doctor":
        failed = [it for it in checks_of(result).values() if it.state == "failed"]
        assert [(it.text, it.advice) for it in failed] == [(why, hint)]
        return
    assert (result.code, result.slept) == (7, [])
    assert result.err == f"mimo: {why}\n  {hint}\n"


def test_a_long_request_hears_of_it_while_it_goes_out() -> None:
    with Listener(tls=strict(ssl.TLSVersion.TLSv1_3)) as server:
        result = run("ask", "--yes", url=f"https://localhost:{server.port}", stdin=b"w " * 500_000)
    assert (result.code, result.slept, server.connections) == (7, [], 1)
    assert f": {WANTED}\n" in result.err


# ---- Where the connection is gone before anything is written


@contextlib.contextmanager
def refused() -> Iterator[ssl.SSLSocket]:
    """A connection with TLS that the other side has ended, for want of a certificate."""
    context = ssl.create_default_context(cafile=str(CERTIFICATES / "trusted.pem"))
    with Listener(tls=strict(ssl.TLSVersion.TLSv1_3)) as server:
        plain = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
        with context.wrap_socket(plain, server_hostname="localhost") as connection:
            assert server.gone.wait(PATIENCE)
            yield connection


def send_for_ever(send: Callable[[], None]) -> None:
    while True:  # the system takes the first
        send()


def test_what_a_server_said_is_read_though_nothing_can_be_written() -> None:
    with refused() as connection:
        held = socket.socket(fileno=os.dup(connection.fileno()))
        stream = Stream(connection, held, Deadline(PATIENCE), Heard())
        with pytest.raises(httpcore.WriteError):
            send_for_ever(lambda: stream.write(b"x", PATIENCE))
        with pytest.raises(httpcore.ReadError) as caught:
            stream.read(9, PATIENCE)
        stream.close()
    error = translate(caught.value, "https://h:1", None, Heard(), has_head=False)
    assert isinstance(error, NetworkError)
    assert (error.message, error.retry_limit) == (f"no TLS with h:1: {WANTED}", 0)


def test_what_a_proxy_said_is_read_though_nothing_can_be_written() -> None:
    proxy = parse("all_proxy", "https://p:1")
    with refused() as connection:
        asked = ProxyConnection(connection, Heard(), lambda: PATIENCE)
        with pytest.raises(ssl.SSLError) as caught:
            send_for_ever(lambda: asked.sendall(b"x"))
    error = proxy_broke(proxy, "h:1", caught.value, asked.heard)
    assert (error.message, error.retry_limit) == (f"no TLS with proxy p:1: {WANTED}", 0)


def test_a_proxy_that_goes_without_a_word_is_not_told_in_the_words_of_openssl() -> None:
    proxy = parse("all_proxy", "https://p:1")
    error = ssl.SSLEOFError(8, "EOF occurred in violation of protocol (_ssl.c:2427)")
    error.reason = "UNEXPECTED_EOF_WHILE_READING"
    found = proxy_broke(proxy, "h:1", error, Heard())
    assert (found.message, found.retry_limit) == (
        "proxy p:1 failed: it closed the connection",
        ALWAYS,
    )


@pytest.mark.parametrize(
    ("reason", "message", "retry_limit"),
    [
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", f"no TLS with h:1: {WANTED}", 0),
        ("SSLV3_ALERT_BAD_CERTIFICATE", f"no TLS with h:1: {WANTED}", 0),
        ("TLSV1_ALERT_ACCESS_DENIED", "no TLS with h:1: it denies access", 0),
        ("TLSV1_ALERT_INTERNAL_ERROR", "no TLS with h:1: it failed", ALWAYS),
        (
            "SSLV3_ALERT_BAD_RECORD_MAC",
            "no TLS with h:1: it ended the TLS handshake: bad record mac",
            ALWAYS,
        ),
        (
            "DECRYPTION_FAILED_OR_BAD_RECORD_MAC",  # found here
            "no reply: h:1 closed the connection",
            ALWAYS,
        ),
    ],
)
def test_what_is_not_about_us_may_pass(reason: str, message: str, retry_limit: int) -> None:
    error = httpcore.ReadError()
    error.__cause__ = cause = ssl.SSLError(1, "")
    cause.reason = reason
    found = translate(error, "https://h:1", None, Heard(), has_head=False)
    assert isinstance(found, NetworkError)
    assert (found.message, found.retry_limit) == (message, retry_limit)
