"""What `mimo doctor` finds out about the server, from its name to a request."""

from __future__ import annotations

import socket
import time
from dataclasses import astuple
from email.utils import formatdate

import pytest
from support.checkups import QUICK, SKIPPED, Check, at, doctor, states
from support.harness import server

from mimo_cli.doctor import LOCAL
from mimo_cli.doctor import connection as network
from mimo_cli.simulator import Fault, Simulator

HTML = Fault(headers=(("Content-Type", "text/html"),), body=b"<title>Log in\x1b[2J</title>")

FROM_ENVIRONMENT = (
    "The key came from environment MIMO_API_KEY. Or this server wants auth = bearer or x-api-key."
)

OVERLOADED = (
    "the server failed (503): Service Unavailable: The server is overloaded, please try again later"
)

AWAY = (("Location", "https://elsewhere.invalid/"),)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "text", "advice"),
    [
        (
            Fault.http(401, times=None),
            "the key was refused: Invalid API Key: Please provide valid API Key",
            FROM_ENVIRONMENT,
        ),
        (
            Fault.http(402, times=None),
            "the balance is used up: Insufficient Balance: The balance of this account is used up",
            "Ask whoever runs 127.0.0.1.",
        ),
        (
            Fault.http(503, times=None),
            OVERLOADED,
            "Try again later.",
        ),
        (
            Fault.http(302, headers=AWAY, times=None),
            "the server redirected to elsewhere.invalid: refusing to send the key there",
            "Check base_url, and whether this network wants you to log in.",
        ),
        (
            HTML,
            'the server answered with a web page: "Log in^[[2J"',
            "Check base_url, and whether this network wants you to log in.",
        ),
        (
            Fault(body=b'{"type": "message", "content": []}'),
            "empty reply: the answer has no text",
            "Ask again.",
        ),
    ],
)
def test_a_request_that_fails_is_shown_with_what_to_do(
    fault: Fault, text: str, advice: str, home: dict[str, str]
) -> None:
    with Simulator(faults=[fault]) as simulator:
        checks = doctor(environ=at(simulator, home))
        assert len(simulator.requests) == 1
    assert checks["request"] == Check("request", "failed", text, advice)
    assert states(checks) == {"tls": "skipped", "request": "failed"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault.cut(at=9), "connection lost: 127.0.0.1:PORT closed it"),
        (Fault(raw=b""), "no reply: 127.0.0.1:PORT closed the connection"),
        (Fault.silence(), "no answer: 127.0.0.1 sent nothing for 0.3 s"),
    ],
)
def test_a_reply_that_breaks_off_is_shown(fault: Fault, text: str, home: dict[str, str]) -> None:
    with Simulator(faults=[fault]) as simulator:
        patient = QUICK if "0.3 s" in text else QUICK._replace(first_event=20.0)
        checks = doctor(environ=at(simulator, home), limits=patient)
        port = simulator.url.rpartition(":")[2]
    assert (checks["request"].state, checks["request"].text) == (
        "failed",
        text.replace("PORT", port),
    )
    assert len(checks) == len(LOCAL) + len(network.STEPS)


def test_a_refused_connection_ends_the_way(home: dict[str, str]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        checks = doctor(environ={**home, "MIMO_BASE_URL": f"http://127.0.0.1:{port}"})
    assert checks["connection"] == Check(
        "connection",
        "failed",
        f"cannot connect to 127.0.0.1:{port}: connection refused",
        "Check the network, and base_url (mimo config get base_url).",
    )
    expected = {**SKIPPED, "connection": "failed"}
    del expected["dns"]
    assert states(checks) == expected


def test_an_unknown_host_ends_the_way_at_once(home: dict[str, str]) -> None:
    checks = doctor(environ={**home, "MIMO_BASE_URL": "https://nowhere.invalid"})
    assert checks["dns"].text.startswith("cannot find host nowhere.invalid: ")
    assert states(checks) == {**SKIPPED, "dns": "failed"}


def test_a_redirect_is_not_followed(home: dict[str, str]) -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")

    with server(answer) as (port, heads):
        away = (("Location", f"http://127.0.0.1:{port}/"),)
        with Simulator(faults=[Fault.http(307, headers=away)]) as simulator:
            assert doctor(environ=at(simulator, home))["request"].state == "failed"
    assert heads == []


@pytest.mark.parametrize(
    ("seconds", "state", "text"),
    [
        (-400, "failed", "7 minutes ahead of the server's, which says"),
        (3 * 86_400, "failed", "3 days behind the server's, which says"),
        (60, "ok", "s off"),
    ],
)
def test_the_clock_is_held_against_the_servers(
    seconds: float, state: str, text: str, home: dict[str, str]
) -> None:
    date = (("Date", formatdate(time.time() + seconds, usegmt=True)),)
    with Simulator(faults=[Fault(headers=date)]) as simulator:
        check = doctor(environ=at(simulator, home))["clock"]
    assert check.state == state
    assert text in check.text


@pytest.mark.parametrize(
    ("date", "now", "check"),
    [
        ("Thu, 01 Jan 1970 00:10:00 GMT", 600.0, Check("clock", "ok", "0 s off")),
        ("Thu, 01 Jan 1970 00:10:00 -0000", 300.0, Check("clock", "ok", "300 s off")),
        (
            "Thu, 01 Jan 1970 00:10:00 GMT",
            600 + 7200.0,
            Check(
                "clock",
                "failed",
                "2 hours ahead of the server's, which says 1970-01-01 00:10 UTC",
                "Set this machine's clock; certificates depend on it.",
            ),
        ),
        ("soon", 0.0, Check("clock", "skipped", "the server does not tell the time")),
        ("", 0.0, Check("clock", "skipped", "the server does not tell the time")),
    ],
)
def test_the_clock(date: str, now: float, check: Check) -> None:
    assert astuple(network.check_clock(date, now)) == check
