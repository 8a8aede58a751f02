"""Proxies and certificates in `mimo doctor`. What each kind does: test_proxy_kinds."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest
from support.checkups import QUICK, SKIPPED, Check, checks_of, doctor, states
from support.folders import CERTIFICATES
from support.harness import mimo, server

from mimo_cli.doctor import connection as network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.harness import Result


@pytest.fixture
def proxied() -> Callable[..., Result]:
    """Runs `mimo doctor` with more variables."""

    def run(*args: str, environ: dict[str, str], **variables: str) -> Result:
        return mimo("doctor", "--json", *args, environ={**environ, **variables}, limits=QUICK)

    return run


def test_a_proxy_is_named_without_its_password_and_what_can_be_tested_is(
    home: dict[str, str], proxied: Callable[..., Result]
) -> None:
    def refuse(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")

    with server(refuse) as (port, _):
        proxy = f"http://user:secret@127.0.0.1:{port}"
        environ = {**home, "MIMO_BASE_URL": "https://api.example"}
        result = proxied(environ=environ, HTTPS_PROXY=proxy)
    checks = checks_of(result)
    assert checks["proxy"].text == f"through the HTTP proxy 127.0.0.1:{port} (HTTPS_PROXY)"
    assert checks["dns"].text == (
        "the proxy 127.0.0.1 is 127.0.0.1; it looks up api.example by itself"
    )
    assert checks["connection"] == Check(
        "connection",
        "failed",
        f"proxy 127.0.0.1:{port} failed: wrong user name or password: 407 No",
        "Check HTTPS_PROXY, which names it, or: unset HTTPS_PROXY",
    )
    assert states(checks) | {"dns": "ok"} == {**SKIPPED, "dns": "ok", "connection": "failed"}
    assert "secret" not in result.out


def test_bad_proxies_and_missing_certificates_are_named(
    home: dict[str, str], proxied: Callable[..., Result]
) -> None:
    result = proxied(
        environ={**home, "MIMO_BASE_URL": "https://api.example"},
        ALL_PROXY="socks9://user:secret@proxy:1",
        SSL_CERT_FILE="/no/such/file.pem",
    )
    checks = checks_of(result)
    assert checks["proxy"] == Check(
        "proxy",
        "failed",
        "ALL_PROXY names no usable proxy: "
        "its scheme is none of http, https, socks4, socks4a, socks5, socks5h",
        "It is written http://HOST:PORT or socks5://HOST:PORT. Correct it, or: unset ALL_PROXY",
    )
    assert checks["certificates"] == Check(
        "certificates",
        "failed",
        (
            "the TLS certificates cannot be loaded: "
            "SSL_CERT_FILE=/no/such/file.pem: no such file or directory"
        ),
        "Correct SSL_CERT_FILE, or: unset SSL_CERT_FILE",
    )
    assert states(checks) == {**SKIPPED, "proxy": "failed", "certificates": "failed"}
    assert "secret" not in result.out


@contextlib.contextmanager
def tls_server(certificate: str) -> Iterator[int]:
    """A server that does TLS, and answers nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return  # closed: the test is over
            with (
                contextlib.suppress(OSError),  # the client refuses
                plain,
                context.wrap_socket(plain, server_side=True) as connection,
            ):
                connection.recv(1)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "state", "words"),
    [
        (("trusted", "trusted"), "ok", "TLSv1.3, the certificate is valid until 2119-12-08 ("),
        (("expired", "expired"), "failed", "is not trusted: certificate has expired"),
        (("trusted", "elsewhere"), "failed", "is not trusted: self"),
    ],
)
def test_certificates_are_looked_at(
    files: tuple[str, str],
    state: str,
    words: str,
    home: dict[str, str],
    proxied: Callable[..., Result],
) -> None:
    certificate, trusted = files
    with tls_server(certificate) as port:
        environ = {**home, "MIMO_BASE_URL": f"https://localhost:{port}"}
        result = proxied(environ=environ, SSL_CERT_FILE=str(CERTIFICATES / f"{trusted}.pem"))
    checks = checks_of(result)
    assert checks["tls"].state == state
    assert words in checks["tls"].text
    assert checks["request"].state == ("failed" if state == "ok" else "skipped")


@pytest.mark.slow
def test_a_server_that_speaks_no_tls_does_not_keep_it_waiting(home: dict[str, str]) -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        checks = doctor(
            environ={**home, "MIMO_BASE_URL": f"https://127.0.0.1:{port}"},
            limits=QUICK._replace(connect=0.4),
        )
    assert (checks["tls"].state, checks["tls"].text) == (
        "failed",
        f"cannot connect to 127.0.0.1:{port}: it took too long",
    )


@pytest.mark.parametrize(
    ("days", "state"), [(100, "ok"), (14, "ok"), (13.9, "warning"), (-1, "warning")]
)
def test_a_certificate_that_expires_soon_is_a_warning(days: float, state: str) -> None:
    check = network.check_certificate("TLSv1.3", 1e9 + days * 86_400, 1e9)
    assert check.state == state


def test_a_file_without_certificates_is_said(
    home: dict[str, str], proxied: Callable[..., Result]
) -> None:
    with tls_server("trusted") as port:
        environ = {**home, "MIMO_BASE_URL": f"https://localhost:{port}"}
        checks = checks_of(proxied(environ=environ, SSL_CERT_FILE=home["MIMO_CONFIG"]))
    assert [checks[name].state for name in ("certificates", "tls", "request")] == [
        "failed",
        "failed",
        "skipped",
    ]
