"""Replies to CONNECT: what is read, and what is passed over as curl does."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimo_cli.api.transport.proxies.connect_reply import parse

OK = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (OK, 200, "OK"),
        (b"HTTP/1.0 200\r\n\r\n", 200, ""),
        (b"HTTP/1.1 200 \r\n\r\n", 200, ""),
        (b"HTTP/1.1 200 OK\n\n", 200, "OK"),
        (b"HTTP/1.2 200 OK\r\n\r\n", 200, "OK"),
        (b"HTTP/1.1  200  Connection established \r\n\r\n", 200, "Connection established"),
        (b"HTTP/1.1 200 \xe9tabli\r\n\r\n", 200, "\N{REPLACEMENT CHARACTER}tabli"),
        (b"HTTP/1.1 502 \x1b[31mred\r\n\r\n", 502, "\N{REPLACEMENT CHARACTER}[31mred"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, "OK"),
        (b"HTTP/1.1 101 Switched\r\n\r\n", 101, "Switched"),  # nothing follows that is HTTP
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: x\r\n\r\n", 200, "OK"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n", 200, "OK"),
        (b"HTTP/1.1 200 OK\r\nno header\r\nVia : x\r\n\xe9: \xff\r\n\r\n", 200, "OK"),
        (b"HTTP/1.1 200 OK\r\n folded at once\r\n\r\n", 200, "OK"),
    ],
)
def test_a_head_is_read(data: bytes, status: int, reason: str) -> None:
    reply = parse(data + b"\x16\x03")
    assert reply is not None
    assert (reply.status, reply.reason, reply.rest) == (status, reason, b"\x16\x03")
    whole = [size for size in range(len(data) + 1) if parse(data[:size]) is not None]
    assert whole == [len(data)]


def test_headers_are_known_by_their_names() -> None:
    head = (
        b"HTTP/1.1 407 No\r\nProxy-Authenticate : Basic\r\n  realm=a\r\nPROXY-authenticate:NTLM\r\n"
    )
    reply = parse(head + b"\r\n")
    assert reply is not None
    assert reply.values("proxy-authenticate") == ["Basic realm=a", "NTLM"]
    assert reply.values("via") == []


@pytest.mark.parametrize(
    "first",
    [b"HTTP/2 200", b"HTTP/1.1 abc", b"HTTP/1.1 2000 OK", b"HTTP/1.1", b"ICY 200 OK", b"", b" "],
)
def test_what_is_no_http_is_refused(first: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it has no text
        parse(first + b"\r\n\r\n")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from([b"HTTP/1.1 ", b"200", b"100", b" x", b"\r\n", b"\n", b":", b"\x1b"]))
)
def test_whatever_comes_there_is_a_reply_or_none_or_an_error(pieces: list[bytes]) -> None:
    try:
        reply = parse(b"".join(pieces))
    except ValueError:
        return
    assert reply is None or reply.reason.isprintable()
