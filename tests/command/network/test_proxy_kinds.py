"""Proxies of every kind, real ones on loopback, and what the program makes of broken ones."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import threading
import time
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import pytest
from support.checkups import checks_of
from support.folders import CERTIFICATES
from support.harness import KEY, PATIENCE, finish, mimo, process
from support.proxies import (
    HttpProxy,
    Listener,
    SocksProxy,
    bundle,
    drip,
    front,
    lead,
    read_until,
    tls,
)

from mimo_cli import __version__
from mimo_cli.api.timing import Limits
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.harness import Result

API = "api.xiaomimimo.com"  # only a proxy of ours leads there
LONG = "llm.example"
QUICK = Limits(connect=0.3, error_body=0.3)


class Service(NamedTuple):
    """A simulator that is reached by names, with TLS and without: a port for each."""

    simulator: Simulator
    names: dict[str, int]
    environ: dict[str, str]

    def mimo(self, *args: str, **variables: str) -> Result:
        return mimo(*args, environ={**self.environ, **variables})

    def quick(self, *args: str, **variables: str) -> Result:
        return mimo(*args, environ={**self.environ, **variables}, limits=QUICK)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Simulator(keys=(KEY,), answer="Hello.") as simulator:
        port = int(simulator.url.rpartition(":")[2])
        with front(port) as secured:
            environ = {
                "MIMO_API_KEY": KEY,
                "MIMO_CONFIG": "/dev/null",
                "MIMO_HISTORY": "false",
                "MIMO_CACHE": str(tmp_path_factory.mktemp("cache")),
                "SSL_CERT_FILE": str(CERTIFICATES / "service.pem"),
            }
            yield Service(simulator, {API: secured.port, LONG: port, "192.0.2.1": port}, environ)


PLAIN = {"MIMO_BASE_URL": f"http://{LONG}", "MIMO_ALLOW_HTTP": "true"}


# ---- What works


@pytest.mark.parametrize("scheme", ["", "http://", "HTTP://"])
def test_an_http_proxy_leads_to_names_that_it_alone_knows(service: Service, scheme: str) -> None:
    with HttpProxy(service.names, credentials="us er:p@ss:wörd") as proxy:
        variable = f"{scheme}us%20er:p@ss:w%C3%B6rd@127.0.0.1:{proxy.port}/"
        result = service.mimo("ask", "-v", "hi", https_proxy=variable)
    assert (result.code, result.out, proxy.asked) == (0, "Hello.\n", [f"{API}:443"])
    assert (
        f"mimo: proxy: through the HTTP proxy 127.0.0.1:{proxy.port} (https_proxy)\n" in result.err
    )
    assert proxy.heads[0].split(b"\r\n")[1:3] == [
        b"Host: api.xiaomimimo.com:443",
        f"User-Agent: mimo-chat-cli/{__version__}".encode(),
    ]
    assert KEY.encode() not in proxy.heads[0]
    assert "p@ss" not in result.err


@pytest.mark.slow
def test_a_proxy_is_asked_by_tls_where_its_url_says_so(service: Service) -> None:
    with (
        HttpProxy(service.names, credentials="u:secret", tls=tls("trusted")) as proxy,
        bundle("service", "trusted") as certificates,
    ):
        environ = {
            "all_proxy": f"https://u:secret@localhost:{proxy.port}",
            "SSL_CERT_FILE": certificates,
        }
        within = service.mimo("ask", "hi", **environ)
        forwarded = service.mimo("ask", "hi", **environ, **PLAIN)
        listed = service.mimo("models", "--remote", **environ)
    assert [it.code for it in (within, forwarded, listed)] == [0, 0, 0]
    assert (within.out, forwarded.out) == ("Hello.\n", "Hello.\n")
    assert proxy.asked == [f"{API}:443", LONG, f"{API}:443"]


def test_plain_http_is_given_to_an_http_proxy(service: Service) -> None:
    with HttpProxy(service.names, credentials="u:p") as proxy:
        variable = f"http://u:p@127.0.0.1:{proxy.port}"
        result = service.mimo("ask", "hi", **PLAIN, http_proxy=variable)
        wrong = service.mimo("ask", "hi", **PLAIN, http_proxy=variable.replace("u:p", "u:q"))
    assert (result.code, result.out) == (0, "Hello.\n")
    assert proxy.heads[0].startswith(f"POST http://{LONG}/v1/messages HTTP/1.1\r\n".encode())
    assert f"host: {LONG}\r\n".encode() in proxy.heads[0].lower()
    assert error(wrong) == (
        7,
        [
            (
                f"mimo: proxy 127.0.0.1:{proxy.port} failed: "
                "wrong user name or password: 407 Who are you"
            ),
            "  Check http_proxy, which names it, or: unset http_proxy",
        ],
        0,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "credentials"),
    [
        ("socks5", None),
        ("socks5", ("me", "se cret")),
        ("socks5h", ("me", "se cret")),
        ("socks5", ("me", "")),
        ("socks5h", ("mé", "sécrét密")),
        ("socks5", ("", "secret")),
        ("socks4a", ("mé", "")),
        ("socks", None),  # GNOME's
        ("socks4a", None),
        ("socks4a", ("me", "")),
    ],
)
@pytest.mark.parametrize("is_plain", [False, True])
def test_a_socks_proxy_leads_to_names_that_it_alone_knows(
    service: Service, scheme: str, credentials: tuple[str, str] | None, is_plain: bool
) -> None:
    user = "" if credentials is None else f"{':'.join(map(quote, credentials))}@"
    user = user.replace(":@", "@")  # as somebody writes it who has no password
    with SocksProxy(service.names, credentials=credentials) as proxy:
        variable = f"{scheme}://{user}127.0.0.1:{proxy.port}/"
        more = PLAIN if is_plain else {}
        result = service.mimo("ask", "hi", **more, ALL_PROXY=variable)
    assert (result.code, result.out, result.err) == (0, "Hello.\n", "")
    assert proxy.asked == [f"{LONG}:80" if is_plain else f"{API}:443"]
    assert [user for user in proxy.users if user] == (
        [credentials[0]] if credentials and credentials[0] else []
    )


def test_socks_4_is_given_an_address(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []

    def look_up(name: str | bytes, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        host = os.fsdecode(name)
        found.append(host)
        if host == LONG:
            v6 = (socket.AF_INET6, 1, 6, "", ("2001:db8::1", port, 0, 0))
            return [v6, (socket.AF_INET, 1, 6, "", ("192.0.2.1", port))]
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return [(family, 1, 6, "", (host, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with SocksProxy(service.names) as proxy:
        variable = f"socks4://127.0.0.1:{proxy.port}"
        result = service.mimo("ask", "hi", **PLAIN, all_proxy=variable)
        address = "http://[2001:db8::1]"
        none = service.mimo("ask", "hi", **{**PLAIN, "MIMO_BASE_URL": address}, all_proxy=variable)
    assert (result.out, proxy.asked) == ("Hello.\n", ["192.0.2.1:80"])
    assert found[0] == LONG
    assert (none.code, none.err) == (
        7,
        (
            f"mimo: proxy 127.0.0.1:{proxy.port} failed: "
            "2001:db8::1 has no IPv4 address, and SOCKS 4 takes no other\n"
            "  Where the proxy can, write socks5:// in all_proxy.\n"
        ),
    )


def test_socks_5_takes_addresses_of_both_kinds(service: Service) -> None:
    names = {"192.0.2.1": service.names[LONG], "2001:db8::1": service.names[LONG]}
    with SocksProxy(names) as proxy:
        variable = f"socks5://127.0.0.1:{proxy.port}"
        for address in ("192.0.2.1", "[2001:db8::1]:8080"):
            where = {**PLAIN, "MIMO_BASE_URL": f"http://{address}"}
            assert service.mimo("ask", "hi", **where, all_proxy=variable).out == "Hello.\n"
    assert proxy.asked == ["192.0.2.1:80", "2001:db8::1:8080"]


# ---- The lines that Clash, V2Ray and GNOME set


def clash(http: Listener, socks: Listener) -> dict[str, str]:
    return {
        "http_proxy": f"http://127.0.0.1:{http.port}",
        "https_proxy": f"http://127.0.0.1:{http.port}",
        "all_proxy": f"socks5://127.0.0.1:{socks.port}",
    }


def gnome(http: Listener, socks: Listener) -> dict[str, str]:
    lower = {
        "http_proxy": f"http://127.0.0.1:{http.port}/",
        "https_proxy": f"http://127.0.0.1:{http.port}/",
        "all_proxy": f"socks://127.0.0.1:{socks.port}/",
        "no_proxy": "localhost,127.0.0.0/8,::1",
    }
    return {**lower, **{name.upper(): value for name, value in lower.items()}}


@pytest.mark.parametrize("lines", [clash, gnome])
def test_the_lines_that_others_tell_people_to_set_work(
    service: Service, lines: Callable[[Listener, Listener], dict[str, str]]
) -> None:
    with HttpProxy(service.names) as http, SocksProxy(service.names) as socks:
        environ = lines(http, socks)
        far = service.mimo("ask", "hi", **environ)
        near = service.mimo("ask", "hi", MIMO_BASE_URL=service.simulator.base_url, **environ)
    assert [(it.code, it.out, it.err) for it in (far, near)] == [(0, "Hello.\n", "")] * 2
    assert (http.asked, socks.connections) == ([f"{API}:443"], 0)


@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "mimo.localhost", "[::ffff:127.0.0.1]"])
def test_nothing_for_this_machine_reaches_a_proxy(service: Service, host: str) -> None:
    port = service.names[LONG]
    with HttpProxy({}) as http, SocksProxy({}) as socks:
        environ = clash(http, socks) | {"MIMO_BASE_URL": f"http://{host}:{port}/anthropic"}
        asked = service.mimo("ask", "-v", "hi", **environ)
        others = [
            service.mimo("models", "--remote", **environ),
            service.mimo("doctor", "--json", **environ),
        ]
    assert (asked.code, asked.out) == (0, "Hello.\n")
    assert "mimo: proxy: none: this machine needs none (http_proxy is not used)\n" in asked.err
    assert (others[0].code, others[0].err) == (0, "")
    states = {check["name"]: check["state"] for check in others[1].json["checks"]}
    assert [states[name] for name in ("proxy", "dns", "connection", "request")] == ["ok"] * 4
    assert (http.connections, socks.connections) == (0, 0)


# ---- What does not work


def error(result: Result) -> tuple[int, list[str], int]:
    """The exit code, the error's lines, and how often it was tried again."""
    lines = [line for line in result.err.splitlines() if "trying again" not in line]
    return result.code, lines, len(result.slept)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("refusal", "why", "retries"),
    [
        (b"HTTP/1.1 403 Not for you\r\n\r\n", "403 Not for you", 0),
        (b"HTTP/1.0 404\r\n\r\n", "404", 0),
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n", "401 Unauthorized", 0),
        (
            b"HTTP/1.1 502 No way \xff\r\nContent-Length: 9\r\n\r\n",
            "502 No way \N{REPLACEMENT CHARACTER}",
            2,
        ),
        (b"HTTP/1.1 503 Later\r\n\r\n", "503 Later", 2),
    ],
)
def test_a_target_that_a_proxy_refuses_is_told_in_its_words(
    service: Service, refusal: bytes, why: str, retries: int
) -> None:
    with HttpProxy({}, refusal=refusal) as proxy:
        result = service.mimo("ask", "hi", HTTPS_PROXY=f"127.0.0.1:{proxy.port}")
    assert error(result) == (
        7,
        [
            f"mimo: proxy 127.0.0.1:{proxy.port} did not connect to {API}:443: {why}",
            "  Check base_url, and what the proxy allows. HTTPS_PROXY names it.",
        ],
        retries,
    )
    assert len(proxy.asked) == retries + 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "code", "why", "retries"),
    [
        ("socks5", 1, "it failed, and does not say why", 2),
        ("socks5", 2, "its rules do not allow that", 0),
        ("socks5", 5, "the host refused the connection", 2),
        ("socks5", 0, "it cannot reach the host", 2),  # it does not know the name
        ("socks5", 9, "it refused, with the code 9", 2),
        ("socks4a", 0, "it rejected the request, or failed", 2),
        ("socks4a", 0x5D, "the identd on this machine names another user", 0),
        ("socks4a", 0x60, "it refused, with the code 96", 0),
    ],
)
def test_a_target_that_socks_refuses_is_told_in_its_words(
    service: Service, scheme: str, code: int, why: str, retries: int
) -> None:
    with SocksProxy({}, code=code) as proxy:
        result = service.mimo("ask", "hi", all_proxy=f"{scheme}://127.0.0.1:{proxy.port}")
    found, lines, slept = error(result)
    assert (found, slept, len(proxy.asked)) == (7, retries, retries + 1)
    named = f"proxy 127.0.0.1:{proxy.port}"
    assert lines[0] == f"mimo: {named} did not connect to {API}:443: {why}"


@pytest.mark.parametrize(
    ("user", "why", "hint"),
    [
        ("", "it wants a user name and password", "Write them into all_proxy: "),
        ("u:secret@", "wrong user name or password", "Check all_proxy, which names it, or: "),
    ],
)
def test_a_wrong_password_is_told_and_not_tried_again(
    service: Service, user: str, why: str, hint: str
) -> None:
    with HttpProxy(service.names, credentials="u:other") as proxy:
        result = service.mimo("ask", "hi", all_proxy=f"{user}127.0.0.1:{proxy.port}")
    code, lines, slept = error(result)
    assert (code, slept) == (7, 0)
    assert lines[0] == f"mimo: proxy 127.0.0.1:{proxy.port} failed: {why}: 407 Who are you"
    assert lines[1].startswith(f"  {hint}")
    assert "secret" not in result.err


@pytest.mark.slow
@pytest.mark.parametrize("is_forwarded", [False, True])
@pytest.mark.parametrize(
    ("challenges", "why"),
    [
        ((b"NTLM", b"Negotiate"), "it lets in by NTLM, Negotiate, and only Basic is known here"),
        ((b"Negotiate, NTLM ",), "it lets in by Negotiate, NTLM, and only Basic is known here"),
        ((b'Digest realm="Basic, a b", qop="auth"',), "it lets in by Digest, and only Basic is "),
        ((b"NTLM", b'basic realm="a"'), "wrong user name or password: 407 No"),
        ((b'Basic realm="Digest, NTLM"',), "wrong user name or password: 407 No"),
    ],
)
def test_a_proxy_that_lets_in_by_other_means_is_told(
    service: Service, challenges: tuple[bytes, ...], why: str, is_forwarded: bool
) -> None:
    lines = b"".join(b"Proxy-Authenticate: %s\r\n" % challenge for challenge in challenges)
    with HttpProxy({}, refusal=b"HTTP/1.1 407 No\r\n" + lines + b"\r\n") as proxy:
        more = PLAIN if is_forwarded else {}
        result = service.mimo("ask", "hi", **more, all_proxy=f"u:p@127.0.0.1:{proxy.port}")
    assert (result.code, result.slept) == (7, [])
    assert result.err.startswith(f"mimo: proxy 127.0.0.1:{proxy.port} failed: {why}")
    assert "all_proxy" in result.err.splitlines()[1]


def test_some_proxies_say_401_for_a_wrong_password(service: Service) -> None:
    with HttpProxy({}, refusal=b"HTTP/1.1 401 Unauthorized\r\n\r\n") as proxy:
        result = service.mimo("ask", "hi", https_proxy=f"me:secret@127.0.0.1:{proxy.port}")
    assert error(result)[1][0] == (
        f"mimo: proxy 127.0.0.1:{proxy.port} failed: wrong user name or password: 401 Unauthorized"
    )


@pytest.mark.parametrize("user", ["", "me:secret@"])
def test_a_wrong_password_for_socks_is_told_and_not_tried_again(
    service: Service, user: str
) -> None:
    with SocksProxy(service.names, credentials=("me", "other")) as proxy:
        result = service.mimo("ask", "hi", ALL_PROXY=f"socks5://{user}127.0.0.1:{proxy.port}")
    code, lines, slept = error(result)
    assert (code, slept, proxy.asked) == (7, 0, [])
    why = (
        "it does not take the user name and password"
        if user
        else "it takes none of the ways to be let in that were offered"
    )
    assert lines[0] == f"mimo: proxy 127.0.0.1:{proxy.port} failed: {why}"
    password = "is the password right" if user else "does it want a password"
    check = "Check ALL_PROXY, which names it, or: unset ALL_PROXY"
    assert lines[1] == f"  Does it speak SOCKS, and {password}? {check}"
    assert "secret" not in result.err


@pytest.mark.parametrize(
    ("credentials", "replies"),
    [
        ("u:p@", (b"\5\2", b"\5\0", b"\5\0\0\1" + bytes(6))),  # as some reply to a password
        ("u:p@", (b"\5\2", b"\0\0", b"\5\0\7\1" + bytes(6))),
        ("", (b"\5\0", b"\5\0\1\3\4here" + bytes(2))),  # the reserved byte is not 0
    ],
)
def test_replies_of_socks_5_that_curl_takes_are_taken(
    service: Service, credentials: str, replies: tuple[bytes, ...]
) -> None:
    def handle(connection: socket.socket) -> None:
        for reply in replies:
            connection.recv(65536)
            drip(connection, reply)
        lead(connection, service.names[API])

    with Listener(handle) as proxy:
        variable = f"socks5h://{credentials}127.0.0.1:{proxy.port}"
        result = service.mimo("ask", "hi", all_proxy=variable)
    assert (result.code, result.out, result.err) == (0, "Hello.\n", "")


@pytest.mark.parametrize(
    ("scheme", "replies", "why", "retries"),
    [
        ("socks5", [b""], "it closed the connection", 2),
        ("socks4a", [b""], "it closed the connection", 2),
        ("socks5", [b"\5"], "it closed the connection", 2),
        ("socks5", [b"\5\2", b""], "it closed the connection", 0),
        ("socks5", [b"\5\xff"], "it takes none of the ways to be let in that were offered", 0),
        ("socks5", [b"\5\1"], "it lets in by a method that is not known here (1)", 0),
        ("socks5", [b"HTTP/1.1 400 No\r\n\r\n"], "it answers in HTTP", 0),
        ("socks4", [b"HTTP/1.1 400 No\r\n\r\n"], "it answers in HTTP", 0),
        ("socks5", [b"\x15\3\1\0\2\2\x46"], "it answers in TLS", 0),
        ("socks4", [b"\x15\3\1\0\2\2\x46"], "it answers in TLS", 0),  # a byte less than a reply
        ("socks5", [b"\5\0", b"\5\0\0\7"], "its answer is not as SOCKS has it", 0),
    ],
)
def test_what_is_wrong_with_replies_of_socks_is_told_in_our_words(
    service: Service, scheme: str, replies: list[bytes], why: str, retries: int
) -> None:
    with speak(*replies) as proxy:
        where = f"127.0.0.1:{proxy.port}"
        url = "https://192.0.2.1"
        result = service.mimo("ask", "hi", MIMO_BASE_URL=url, all_proxy=f"{scheme}://u:p@{where}")
    code, lines, slept = error(result)
    assert (code, slept, lines[0]) == (7, retries, f"mimo: proxy {where} failed: {why}")
    assert lines[1].startswith("  Does it speak SOCKS")
    assert ("is the password right" in lines[1]) is (retries == 0 and scheme == "socks5")
    assert ("password" in lines[1]) is (retries == 0 and scheme == "socks5")


@pytest.mark.parametrize(
    ("scheme", "replies", "why"),
    [
        ("socks5", [b"\5\0", b"\5\5"], "the host refused the connection"),
        ("socks5", [b"\5\2", b"\1\0", b"\5\2\0"], "its rules do not allow that"),
        ("socks5", [b"\5\0", b"\5\0"], "it closed the connection"),
        ("socks4a", [b"\0\x5b"], "it rejected the request, or failed"),
        ("socks4", [b"\0\x5d\0\0"], "the identd on this machine names another user"),
    ],
)
def test_a_refusal_of_socks_that_is_cut_short_is_told(
    service: Service, scheme: str, replies: list[bytes], why: str
) -> None:
    with speak(*replies) as proxy:
        where = f"127.0.0.1:{proxy.port}"
        result = service.mimo(
            *("ask", "--retries", "0", "hi"),
            MIMO_BASE_URL="https://192.0.2.1",
            all_proxy=f"{scheme}://u:p@{where}",
        )
    what = f"mimo: proxy {where} did not connect to 192.0.2.1:443: {why}"
    assert error(result)[1][0] == what


def test_socks_4_that_opens_a_way_and_goes_is_not_said_to_refuse(service: Service) -> None:
    with speak(b"\0\x5a") as proxy:
        result = service.mimo("ask", "hi", all_proxy=f"socks4a://127.0.0.1:{proxy.port}")
    assert error(result)[1][0].endswith(" failed: it closed the connection")


def test_a_socks_proxy_that_wants_a_password_that_was_not_offered_is_told(
    service: Service,
) -> None:
    with speak(b"\5\2") as proxy:
        result = service.mimo("ask", "hi", all_proxy=f"socks5h://127.0.0.1:{proxy.port}")
    what = f"mimo: proxy 127.0.0.1:{proxy.port} failed: it wants a user name and password"
    assert error(result)[1][0] == what


def speak(*replies: bytes) -> Listener:
    """Says the same to whoever has said something: one reply after the other."""

    def handle(connection: socket.socket) -> None:
        for reply in replies:
            connection.recv(65536)
            connection.sendall(reply)

    return Listener(handle)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        ("socks5", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        ("socks5", b"\x05\x00\x05\x00\x00\x09"),
        ("socks5", b"\x05\x00\x05\x00\x00\x03\x01\xff\x00\x00"),
        ("socks4a", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        ("http", b"\x05\xff"),
        ("http", b"SSH-2.0-OpenSSH_9.2\r\n"),
        ("http", b"HTTP/1.1 200 OK\r\n\r\nWelcome"),
        ("http", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000),
    ],
)
def test_who_speaks_something_else_is_no_proxy(service: Service, scheme: str, words: bytes) -> None:
    with speak(words) as proxy:
        result = service.mimo("ask", "hi", all_proxy=f"{scheme}://127.0.0.1:{proxy.port}")
    assert result.code == 7
    last = [line for line in result.err.splitlines() if line.startswith("mimo: ")][-1]
    assert last.startswith(f"mimo: proxy 127.0.0.1:{proxy.port} failed: ")
    assert "all_proxy" in result.err.splitlines()[-1]
    assert len(result.err) < 1000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said", "retries"),
    [
        (b"SSH-2.0-x\r\n", "it answered: SSH-2.0-x", 0),
        (b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "blank lines stand before its head", 0),
        (b"\x15\x03\x01\x00\x02\x02\x0a", "it speaks TLS, so its address begins with https://", 0),
        (b"\x00\x01\x02", "it answered: bytes that are no text", 0),
        (b"HTTP/1.1 20", "it closed the connection after: HTTP/1.1 20", 2),
    ],
)
def test_what_an_http_proxy_answers_instead_is_told(
    service: Service, words: bytes, said: str, retries: int
) -> None:
    with speak(words) as proxy:
        led = service.mimo("ask", "hi", all_proxy=f"http://127.0.0.1:{proxy.port}")
        given = service.mimo("ask", "hi", **PLAIN, http_proxy=f"127.0.0.1:{proxy.port}")
    code, lines, slept = error(led)
    assert (code, slept) == (7, retries)
    for line in (lines[0], error(given)[1][0]):
        assert line == f"mimo: proxy 127.0.0.1:{proxy.port} failed: {said}"


@pytest.mark.parametrize("is_plain", [False, True])
def test_why_squid_did_not_connect_is_told(service: Service, is_plain: bool) -> None:
    reply = b"HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ERR_DNS_FAIL 0\r\n\r\n"
    with speak(reply) as proxy:
        variable = f"http://127.0.0.1:{proxy.port}"
        more = PLAIN if is_plain else {}
        result = service.mimo("ask", "hi", **more, http_proxy=variable, https_proxy=variable)
    assert error(result)[0] == 7
    assert "ERR_DNS_FAIL\n" in result.err


@pytest.mark.parametrize(
    ("status", "is_told"),
    [
        (b"403 Forbidden", True),
        (b"502 Bad Gateway", True),
        (b"504 Gateway Timeout", True),
        (b"400 Bad Request", False),
    ],
)
def test_a_proxy_that_forwards_may_have_answered_itself(
    service: Service, status: bytes, is_told: bool
) -> None:
    with speak(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n") as proxy:
        where = f"127.0.0.1:{proxy.port}"
        forwarded = service.mimo("ask", "--retries", "0", "hi", **PLAIN, http_proxy=where)
        direct = {**PLAIN, "MIMO_BASE_URL": f"http://{where}"}
        other = service.mimo("ask", "--retries", "0", "hi", **direct)
    told = f"It went through proxy {where}, which may have said that: http_proxy names it."
    assert (told in forwarded.err) is is_told
    assert "It went through" not in other.err


def test_who_speaks_something_else_forwards_nothing(service: Service) -> None:
    with speak(b"\x05\xff") as proxy:
        result = service.mimo("ask", "hi", **PLAIN, http_proxy=f"127.0.0.1:{proxy.port}")
    assert result.code == 7
    assert f"mimo: proxy 127.0.0.1:{proxy.port} failed: " in result.err


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["http", "socks5", "socks4a"])
@pytest.mark.parametrize("words", [b"", b"\x05", b"HTTP/1.1 2"])
def test_a_proxy_that_goes_away_is_named(service: Service, scheme: str, words: bytes) -> None:
    with speak(words) as proxy:
        result = service.mimo("ask", "hi", all_proxy=f"{scheme}://127.0.0.1:{proxy.port}")
    assert result.code == 7
    assert f"mimo: proxy 127.0.0.1:{proxy.port} failed: " in result.err


@pytest.mark.parametrize(
    ("scheme", "words", "why"),
    [
        ("http", b"HTTP/1.1 200 OK\r\r", "it answered, but opened no way for 0.4 s"),
        ("socks5", b"\5\0", "it answered, but opened no way for 0.4 s"),
        ("socks5", b"\5\0\5\0\0\1\0\0\0\0\0\0", "it took over 0.4 s"),  # for TLS with the server
        ("http", b"", "it said nothing for 0.4 s"),
    ],
)
@pytest.mark.parametrize("args", [("ask", "hi"), ("models", "--refresh")])
def test_a_proxy_that_is_waited_for_is_named_when_the_time_is_up(
    service: Service, scheme: str, words: bytes, why: str, args: tuple[str, ...]
) -> None:
    over = threading.Event()

    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(words)
        over.wait(PATIENCE)

    with Listener(handle) as proxy:
        environ = {**service.environ, "all_proxy": f"{scheme}://127.0.0.1:{proxy.port}"}
        result = mimo(*args, environ=environ, limits=Limits(total=0.4))
        over.set()
    assert (result.code, result.slept) == (7, [])
    first, _ = result.err.splitlines()
    assert f"proxy 127.0.0.1:{proxy.port}" in first
    assert first.endswith(f": {why}")


@pytest.mark.parametrize("is_for_all", [True, False])
@pytest.mark.parametrize("args", [("ask", "hi"), ("models", "--refresh"), ("doctor", "--json")])
def test_a_proxy_that_forwards_and_is_silent_is_named_when_the_time_is_up(
    service: Service, args: tuple[str, ...], is_for_all: bool
) -> None:
    limits = Limits(total=0.4) if is_for_all else Limits(total=5, first_event=0.2)
    with Listener() as proxy:
        where = f"127.0.0.1:{proxy.port}"
        environ = {**service.environ, **PLAIN, "http_proxy": where, "MIMO_RETRIES": "0"}
        result = mimo(*args, environ=environ, limits=limits)
    if is_for_all:
        said = f"out of time: nothing came through proxy {where} (http_proxy) for 0.4 s"
    else:
        said = f"no answer: {LONG} through proxy {where} sent nothing for 0.2 s"
    assert result.code == (1 if "doctor" in args else 7)
    assert said in (result.out if "doctor" in args else result.err)


def test_a_proxy_that_goes_away_later_is_named(service: Service) -> None:
    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        connection.recv(65536)

    with Listener(handle) as proxy:
        result = service.mimo("ask", "hi", all_proxy=f"127.0.0.1:{proxy.port}")
    code, lines, retries = error(result)
    assert (code, retries) == (7, 2)
    through = f"{API}:443 through proxy 127.0.0.1:{proxy.port}"
    assert lines[0].startswith(f"mimo: cannot connect to {through}: ")


@pytest.mark.parametrize("scheme", ["http", "https", "socks5", "socks4a"])
def test_where_no_proxy_is_running_that_is_said(service: Service, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    result = service.mimo("ask", "hi", all_proxy=f"{scheme}://127.0.0.1:{port}")
    assert error(result) == (
        7,
        [
            f"mimo: cannot connect to proxy 127.0.0.1:{port}: connection refused",
            "  Is it running? Check all_proxy, which names it, or: unset all_proxy",
        ],
        2,
    )


@pytest.mark.parametrize(
    ("number", "why", "retries"),
    [
        (socket.EAI_NONAME, "no such host", 0),
        (socket.EAI_AGAIN, "the name service does not answer", 2),
    ],
)
def test_a_proxy_without_an_address_is_named(
    service: Service, monkeypatch: pytest.MonkeyPatch, number: int, why: str, retries: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    result = service.mimo("ask", "hi", HTTPS_PROXY="http://u:secret@proxy.example:3128")
    assert error(result) == (
        7,
        [
            f"mimo: cannot find the proxy's host proxy.example: {why}",
            "  Check HTTPS_PROXY, which names it, or: unset HTTPS_PROXY",
        ],
        retries,
    )


def test_a_proxy_that_speaks_no_tls_is_named(service: Service) -> None:
    with speak(b"HTTP/1.1 400 Bad Request\r\n\r\n") as proxy:
        result = service.mimo("ask", "hi", all_proxy=f"https://127.0.0.1:{proxy.port}")
    assert error(result) == (
        7,
        [
            f"mimo: no TLS with proxy 127.0.0.1:{proxy.port}: it does not answer in TLS",
            (
                "  Does it speak TLS? Most are written http://HOST:PORT. "
                "Check all_proxy, which names it, or: unset all_proxy"
            ),
        ],
        0,
    )


def test_the_certificates_of_a_proxy_and_behind_it_are_looked_at(service: Service) -> None:
    with (
        HttpProxy(service.names, tls=tls("elsewhere")) as secured,
        HttpProxy(service.names) as open_,
    ):
        to_it = service.mimo("ask", "hi", all_proxy=f"https://localhost:{secured.port}")
        other = str(CERTIFICATES / "trusted.pem")
        behind = service.mimo("ask", "hi", all_proxy=f"127.0.0.1:{open_.port}", SSL_CERT_FILE=other)
    assert (to_it.code, behind.code, secured.asked) == (7, 7, [])
    assert f"mimo: the certificate of proxy localhost:{secured.port} is not trusted" in to_it.err
    assert to_it.err.endswith("  If you trust this proxy, name its CA in SSL_CERT_FILE.\n")
    assert f"mimo: the certificate of {API}:443 is not trusted: self" in behind.err
    assert (
        f"If proxy 127.0.0.1:{open_.port} opens TLS and you trust it, name its CA in SSL_CERT_FILE."
    ) in behind.err


@pytest.mark.parametrize("host", ["xn--i-7iq.example", "a.xn--i-7iq.example"])
def test_a_name_in_punycode_that_idna_2008_forbids_is_asked_for(
    service: Service, host: str
) -> None:
    names = {**service.names, host: service.names[LONG]}
    url = {**PLAIN, "MIMO_BASE_URL": f"http://{host}"}
    with HttpProxy(names) as proxy:
        result = service.mimo("ask", "hi", **url, http_proxy=f"127.0.0.1:{proxy.port}")
    assert (result.code, result.out, proxy.asked) == (0, "Hello.\n", [host])


@pytest.mark.parametrize("scheme", ["http", "socks5h"])
def test_the_certificate_of_a_name_with_a_dot_at_its_end_is_known(
    service: Service, scheme: str
) -> None:
    names = {**service.names, f"{API}.": service.names[API]}
    with HttpProxy(names) if scheme == "http" else SocksProxy(names) as proxy:
        variable = f"{scheme}://127.0.0.1:{proxy.port}"
        result = service.mimo("ask", "hi", MIMO_BASE_URL=f"https://{API}.", https_proxy=variable)
    assert (result.code, result.out, proxy.asked) == (0, "Hello.\n", [f"{API}.:443"])


@pytest.mark.parametrize("is_abrupt", [False, True])
def test_a_proxy_that_lets_in_and_then_goes_is_not_asked_what_it_speaks(
    service: Service, is_abrupt: bool
) -> None:
    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"\5\0")
        connection.recv(65536)
        if is_abrupt:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RDWR) if not is_abrupt else connection.close()

    with Listener(handle) as proxy:
        result = service.mimo("ask", "hi", all_proxy=f"socks5://127.0.0.1:{proxy.port}")
    code, lines, slept = error(result)
    assert (code, slept) == (7, 2)
    assert lines[0].startswith(f"mimo: proxy 127.0.0.1:{proxy.port} did not connect to {API}:443: ")
    assert "Does it speak" not in result.err


def test_a_plain_proxy_that_hangs_up_on_tls_is_told_from_one_that_is_not_running(
    service: Service,
) -> None:
    def reset(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with Listener(reset) as proxy:
        result = service.mimo("ask", "hi", all_proxy=f"https://127.0.0.1:{proxy.port}")
    assert error(result)[0] == 7
    assert "  Does it speak TLS? Most are written http://HOST:PORT. Check all_proxy" in result.err


def test_what_is_wrong_in_a_proxys_head_is_told(service: Service) -> None:
    with speak(b"HTTP/1.1 abc\r\n\r\n") as proxy:
        result = service.mimo("ask", "hi", all_proxy=f"http://127.0.0.1:{proxy.port}")
    what = f"mimo: proxy 127.0.0.1:{proxy.port} failed: it answered: HTTP/1.1 abc"
    assert error(result)[:2] == (7, [what, f"  {IS_HTTP}"])


IS_HTTP = (
    "Does it speak HTTP, and does it want a password? "
    "Check all_proxy, which names it, or: unset all_proxy"
)
ODD_LINES = (
    b"Via : x\r\nTransfer-Encoding: identity\r\nContent-Length: 1, x\r\n folded\r\nno colon\r\n"
)


def test_lines_that_mean_nothing_to_a_tunnel_do_not_hinder_it(service: Service) -> None:
    def handle(connection: socket.socket) -> None:
        read_until(connection, b"\r\n\r\n")
        drip(connection, b"HTTP/1.1  200  OK\r\n" + ODD_LINES + b"\r\n")
        lead(connection, service.names[API])

    with Listener(handle) as proxy:
        result = service.mimo("ask", "hi", all_proxy=f"127.0.0.1:{proxy.port}")
    assert (result.code, result.out, result.err) == (0, "Hello.\n", "")


@pytest.mark.parametrize("is_plain", [False, True])
def test_a_407_is_told_as_one_whatever_stands_beside_it(service: Service, is_plain: bool) -> None:
    more = PLAIN if is_plain else {}
    with speak(b"HTTP/1.1 407 Auth\r\n" + ODD_LINES + b"\r\n") as proxy:
        result = service.mimo("ask", "hi", **more, all_proxy=f"127.0.0.1:{proxy.port}")
    code, lines, slept = error(result)
    assert (code, slept) == (7, 0)
    named = f"proxy 127.0.0.1:{proxy.port}"
    assert lines[0] == f"mimo: {named} failed: it wants a user name and password: 407 Auth"
    assert lines[1].startswith("  Write them into all_proxy: ")


@pytest.mark.parametrize("command", ["ask", "doctor"])
def test_a_name_that_only_a_socks_4_proxy_could_find_names_the_variable(
    service: Service, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def look_up(name: str | bytes, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        if os.fsdecode(name) != "127.0.0.1":
            raise socket.gaierror(socket.EAI_NONAME, "no")
        return [(socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with SocksProxy(service.names) as proxy:
        environ = {"all_proxy": f"socks4://127.0.0.1:{proxy.port}"}
        result = service.mimo(command, *(["hi"] if command == "ask" else []), **environ)
    said = " ".join((result.out + result.err).split())
    assert f"cannot find host {API}: no such host" in said
    assert "all_proxy says socks4://, so names are looked up here." in said
    assert "socks4a:// or socks5://" in said


# ---- Time limits and Ctrl-C


def says(data: bytes) -> Callable[[socket.socket], None]:
    """Answers once, and nothing more until the client goes."""

    def handle(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(data)
        while connection.recv(65536):
            pass

    return handle


def drips(connection: socket.socket) -> None:
    """Begins a reply that has no end. Its bytes come all the time."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    connection.settimeout(0.02)
    while True:
        connection.sendall(b"y")
        with contextlib.suppress(TimeoutError):
            if not connection.recv(1):
                return


OPENED_NONE = "it answered, but opened no way for 0.3 s"
SILENCES = [
    ("http", None, "proxy {} failed: it said nothing for 0.3 s"),
    ("https", None, "cannot connect to proxy {}: it took over 0.3 s"),
    ("socks5", None, "proxy {} failed: it said nothing for 0.3 s"),
    ("socks4a", None, "proxy {} failed: it said nothing for 0.3 s"),
    ("http", drips, f"proxy {{}} did not connect to {API}: {OPENED_NONE}"),
    ("socks5", says(b"\5\0"), f"proxy {{}} did not connect to {API}: {OPENED_NONE}"),
    ("socks5", says(b"H"), "proxy {} failed: it has not ended its answer for 0.3 s"),
    (  # the way is open, and nobody speaks behind it
        "http",
        says(b"HTTP/1.1 200 OK\r\n\r\n"),
        f"cannot connect to {API} through proxy {{}}: it took over 0.3 s",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "handle", "words"), SILENCES)
def test_a_silent_proxy_has_the_time_of_one_connection(
    service: Service, scheme: str, handle: Callable[[socket.socket], None] | None, words: str
) -> None:
    with Listener(handle) as proxy:
        where = f"127.0.0.1:{proxy.port}"
        result = service.quick("ask", "hi", all_proxy=f"{scheme}://{where}")
        assert proxy.gone.wait(PATIENCE)  # the connection is not left open
    assert error(result)[::2] == (7, 0)
    assert result.err.startswith(f"mimo: {words.format(where)}\n")
    assert 0.3 <= result.seconds < 2
    assert ("Does it speak" in result.err) is ("failed: " in words or scheme == "https")


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
@pytest.mark.parametrize("by", ["option", "variable", "limits"])
def test_doctor_waits_for_a_silent_proxy_no_longer_than_for_all(
    service: Service, scheme: str, by: str
) -> None:
    args = ("--timeout", "0.3") if by == "option" else ()
    limits = Limits(total=0.3 if by == "limits" else None)
    with Listener() as proxy:
        variables = {"all_proxy": f"{scheme}://127.0.0.1:{proxy.port}"}
        variables |= {"MIMO_TIMEOUT": "0.3"} if by == "variable" else {}
        result = mimo(
            *("doctor", "--json", *args), environ={**service.environ, **variables}, limits=limits
        )
    assert checks_of(result)["connection"].state == "failed"
    assert 0.3 <= result.seconds < 5


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "handle", "words"), SILENCES)
def test_an_interrupt_ends_the_wait_for_a_proxy(
    service: Service, scheme: str, handle: Callable[[socket.socket], None] | None, words: str
) -> None:
    del words
    with Listener(handle) as proxy:
        environ = service.environ | {"all_proxy": f"{scheme}://127.0.0.1:{proxy.port}"}
        program = process("ask", "hi", environ=environ, measured=False)
        assert proxy.came.wait(PATIENCE)
        started = time.monotonic()
        program.send_signal(signal.SIGINT)
        result = finish(program)
        assert proxy.gone.wait(PATIENCE)
    assert (result.code, result.out) == (-signal.SIGINT, "")
    assert time.monotonic() - started < 1


@pytest.mark.slow
def test_a_chat_goes_on_after_a_proxy_that_was_silent(service: Service) -> None:
    with HttpProxy(service.names) as proxy:
        silent = iter([True])  # the first connection alone; the second may come before it ends
        original = proxy.handle

        def handle(connection: socket.socket) -> None:
            Listener.handle(proxy, connection) if next(silent, False) else original(connection)

        with Listener(handle) as first:
            environ = service.environ | {"https_proxy": f"127.0.0.1:{first.port}"}
            result = mimo("chat", environ=environ, stdin=b"one\ntwo\n", limits=QUICK)
    assert (result.code, result.out) == (7, "Hello.\n")
    assert result.err.count("it said nothing for 0.3 s") == 1


# ---- doctor


def checks(result: Result) -> dict[str, tuple[str, str]]:
    return {it["name"]: (it["state"], it["text"]) for it in result.json["checks"]}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["http", "https", "socks5", "socks4a"])
def test_doctor_goes_the_same_way_step_by_step(service: Service, kind: str) -> None:
    with contextlib.ExitStack() as stack:
        proxy: Listener
        if kind.startswith("http"):
            context = tls("trusted") if kind == "https" else None
            proxy = stack.enter_context(HttpProxy(service.names, tls=context))
        else:
            proxy = stack.enter_context(SocksProxy(service.names))
        where = f"localhost:{proxy.port}"
        certificates = stack.enter_context(bundle("service", "trusted"))
        environ = {"ALL_PROXY": f"{kind}://{where}", "SSL_CERT_FILE": certificates}
        result = service.mimo("doctor", "--json", **environ, NO_PROXY="<local>")
    found = checks(result)
    name = "HTTP" if kind.startswith("http") else "SOCKS"
    assert found["proxy"] == (
        "warning",
        (
            f"through the {name} proxy {where} (ALL_PROXY); "
            "NO_PROXY: not understood, and ignored: <local>"
        ),
    )
    assert found["dns"] == (
        "ok",
        f"the proxy localhost is 127.0.0.1 and 1 more; it looks up {API} by itself",
    )
    assert found["connection"][1].startswith(f"to {API}:443 through the proxy {where} in ")
    assert found["tls"][1].startswith("TLSv1.3, the certificate is valid until 2126-")
    assert found["request"][0] == "ok", found["request"]


@pytest.mark.slow
def test_doctor_tells_of_a_proxy_that_forwards_and_of_one_that_fails(service: Service) -> None:
    with HttpProxy(service.names) as proxy, Listener() as silent:
        plain = service.mimo("doctor", "--json", **PLAIN, http_proxy=f"127.0.0.1:{proxy.port}")
        variable = f"socks5://127.0.0.1:{silent.port}"
        stuck = service.quick("doctor", "--json", all_proxy=variable)
        variable = f"http://localhost:{proxy.port}"
        where = {**PLAIN, "MIMO_BASE_URL": "http://192.0.2.1"}
        literal = service.mimo("doctor", "--json", **where, http_proxy=variable)
    assert checks(literal)["dns"] == ("ok", "the proxy localhost is 127.0.0.1 and 1 more")
    found = checks(plain)
    assert found["connection"][1].startswith(f"to the proxy 127.0.0.1:{proxy.port} in ")
    assert (found["tls"], found["request"][0]) == (("skipped", "plain http"), "ok")
    found = checks(stuck)
    assert found["connection"] == (
        "failed",
        f"proxy 127.0.0.1:{silent.port} failed: it does not answer",
    )
    assert found["request"] == ("skipped", "the server cannot be reached")
    assert found["dns"] == (
        "ok",
        f"the proxy 127.0.0.1 is 127.0.0.1; it looks up {API} by itself",
    )


def test_doctor_looks_the_server_up_for_socks_4(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(name: str | bytes, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        host = os.fsdecode(name)
        address = {LONG: "192.0.2.1"}.get(host, host)
        return [(socket.AF_INET, 1, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with SocksProxy(service.names) as proxy:
        variable = f"socks4://127.0.0.1:{proxy.port}"
        found = checks(service.mimo("doctor", "--json", **PLAIN, ALL_PROXY=variable))
    assert found["dns"] == ("ok", f"the proxy 127.0.0.1 is 127.0.0.1; {LONG} is 192.0.2.1")
    assert (found["connection"][0], found["request"][0]) == ("ok", "ok")
