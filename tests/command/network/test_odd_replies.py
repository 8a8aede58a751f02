"""Replies that are no HTTP, are framed wrongly or lead elsewhere, from real sockets."""

from __future__ import annotations

import socket

import pytest
from support.harness import KEY, Result, hint_of, mimo, server
from support.wire import chunk, delta, event

from mimo_cli.api.endpoint import Endpoint
from mimo_cli.api.replies import redirects
from mimo_cli.api.transport.heard import Heard

TEXT = delta("Yes")
STOP = event("message_delta", delta={"stop_reason": "end_turn"})
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)


def told(reply: bytes, *args: str, path: str = "") -> Result:
    """Run the program against a server that sends this, whatever it is asked, and hangs up."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(reply)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    with server(answer) as (port, _):
        environ = {
            "MIMO_BASE_URL": f"http://127.0.0.1:{port}{path}",
            "MIMO_API_KEY": KEY,
            "MIMO_CONFIG": "/dev/null",
            "MIMO_HISTORY": "false",
        }
        result = mimo(*(args or ("ask", "--retries", "0", "hi")), environ=environ)
        return Result(result.code, result.out, result.err.replace(str(port), "PORT"))


NO_HTTP = [
    (b"SSH-2.0-OpenSSH_9.6\r\n", "is no HTTP server: it answered: SSH-2.0-OpenSSH_9.6\n"),
    (b"SSH-2.0", "is no HTTP server: it answered: SSH-2.0\n"),
    (b"220 mail.example.com ESMTP\r\n", "is no HTTP server: it answered: 220 mail.example.com"),
    (b"<title>0.9</title>", "is no HTTP server: it answered: <title>0.9</title>\n"),
    (b"\x00\x01\xff\xfe", "is no HTTP server: it answered: bytes that are no text\n"),
    (b"\r\n\r\nOK\r\n", "is no HTTP server: it answered: OK\n"),
    (b"\r\n", "is no HTTP server: it answered: blank lines\n"),
    (b"ICY 200 OK\r\n\r\n", "is no HTTP server: it answered: ICY 200 OK\n"),
    (b"\x15\x03\x01\x00\x02\x02\x0a", "speaks TLS: base_url says plain http\n  Write https://"),
    (b"\x15", "speaks TLS: base_url says plain http\n"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("reply", "said"), NO_HTTP)
def test_who_does_not_speak_http_is_told_of(reply: bytes, said: str) -> None:
    result = told(reply)
    assert (result.code, result.out) == (8, "")
    assert result.err.startswith(f"mimo: 127.0.0.1:PORT {said}")


def test_blank_lines_before_a_head_are_said() -> None:
    result = told(b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
    assert (result.code, result.out) == (8, "")
    assert result.err == "mimo: this is not proper HTTP: blank lines stand before its head\n"


def test_who_does_not_speak_http_is_not_waited_for() -> None:
    """A server that speaks first, and then waits for a command of its own protocol."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"220 mail.example.com ESMTP\r\n")
        while connection.recv(65536):
            pass

    with server(answer) as (port, _):
        environ = {"MIMO_BASE_URL": f"http://127.0.0.1:{port}", "MIMO_CONFIG": "/dev/null"}
        assert mimo("ask", "--retries", "0", "--no-history", "hi", environ=environ).code == 8


@pytest.mark.parametrize("reply", [b"H", b"HTTP/1.1 20", b"HTTP/1.1 200 OK\r\nContent-Ty"])
def test_a_head_that_broke_off_is_told_of(reply: bytes) -> None:
    line = reply.split(b"\r")[0].decode()
    result = told(reply)
    assert (result.code, result.out) == (8, "")
    assert result.err == (
        f"mimo: the reply broke off: 127.0.0.1:PORT closed the connection after: {line}\n"
        "  Try again later.\n"
    )


def test_without_a_byte_there_is_no_reply() -> None:
    assert told(b"").code == 7


def test_another_protocol_after_http_was_not_asked_for() -> None:
    result = told(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
    assert (result.code, result.err) == (
        8,
        "mimo: the server gave an unexpected reply: status 101\n",
    )


@pytest.mark.parametrize(("before", "code"), [(b"", 8), (chunk(TEXT), 9)])
@pytest.mark.parametrize("junk", [b"zz\r\nfoo", b"5\r\nhelloXX\r\n", b"-1\r\n"])
def test_wrong_chunks_are_not_called_a_lost_connection(
    before: bytes, code: int, junk: bytes
) -> None:
    result = told(CHUNKED + before + junk)
    assert (result.code, result.out) == (code, "Yes\n" if before else "")
    assert "the reply's framing is broken: 127.0.0.1:PORT sends chunks" in result.err


def test_chunks_that_end_too_early_are_a_lost_connection() -> None:
    result = told(CHUNKED + chunk(TEXT) + b"ff\r\nfoo")
    assert (result.code, result.out) == (9, "Yes\n")
    assert "connection lost: 127.0.0.1:PORT closed it" in result.err


def test_wrong_chunks_behind_a_whole_answer_are_nothing() -> None:
    assert told(CHUNKED + chunk(TEXT + STOP) + b"zz\r\n").code == 0


def test_the_key_is_not_shown_where_the_words_are_cut_within_it() -> None:
    result = told(b"-ERR unknown command, with args beginning with: 'x' " + KEY.encode() + b"\r\n")
    assert (result.code, KEY[:12] in result.err) == (8, False)
    assert "with: 'x' …\n" in result.err or KEY[:8] not in result.err


@pytest.mark.parametrize(
    ("pieces", "is_http", "is_tls"),
    [
        ([b"H"], True, False),
        ([b"HT", b"TP/1.1 200"], True, False),
        ([b"HTT", b"X"], False, False),
        ([b"\x16\x03\x01"], False, True),
        ([b"\x16X"], False, False),
        ([b""], True, False),
    ],
)
def test_what_is_heard_is_told_by_its_first_bytes(
    pieces: list[bytes], is_http: bool, is_tls: bool
) -> None:
    heard = Heard()
    for piece in pieces:
        heard.take(piece)
    assert (heard.is_http, heard.is_tls) == (is_http, is_tls)
    heard.clear()
    assert (heard.first, heard.has_ended) == (b"", False)


SAME = "another address of the same server"
REDIRECTS = [
    ("/login", "to /login", SAME, "It seems to want a login: Check base_url."),
    ("/api/v1/messages", "to /api/v1/messages", SAME, "config set base_url https://host.test/api"),
    ("/v2/other", "to /v2/other", SAME, "Check base_url."),
    ("/v1/messages", "", "it names the address that was asked", "Check base_url."),
    ("/$(x)/v1/messages", "to /$(x)/v1/messages", SAME, "Check base_url."),
    ("https://evil.example/v1/messages", "to evil.example", "refusing to send the key", "log in."),
    ("https://host.test:8443/x", "to host.test:8443", "refusing to send the key", "log in."),
    ("http://host.test/v1/messages", "to plain http (host.test)", "unencrypted", "base_url."),
    ("", "", "it does not say where", "Check base_url."),
    ("http://[::1", "", "its Location is no URL", "Check base_url."),
    ("mailto:x@y", "to mailto", "refusing to send the key", "log in."),
]


@pytest.mark.parametrize(("location", "target", "why", "hint"), REDIRECTS)
def test_a_redirect_says_where_it_leads(location: str, target: str, why: str, hint: str) -> None:
    endpoint = Endpoint("https://host.test", KEY)
    error = redirects.redirect_error(endpoint, endpoint.messages_url, location, 302)
    assert (error.what, error.status) == (f"the server redirected {target}".strip(), 302)
    assert why in error.why
    assert hint_of(error).endswith(hint)


def test_a_redirect_to_https_of_the_same_host_says_what_to_set() -> None:
    endpoint = Endpoint("http://host.test/v1x", KEY)
    location = "https://host.test/v1x/v1/messages"
    error = redirects.redirect_error(endpoint, endpoint.messages_url, location, 301)
    assert error.message == "the server redirected to https://host.test: base_url says plain http"
    assert hint_of(error) == "Run: mimo config set base_url https://host.test/v1x"


def test_a_redirect_of_a_server_without_a_key_speaks_of_none() -> None:
    endpoint = Endpoint("http://localhost:8080")
    error = redirects.redirect_error(endpoint, endpoint.messages_url, "http://elsewhere.test/", 302)
    assert error.why == "refusing to send the question there"
