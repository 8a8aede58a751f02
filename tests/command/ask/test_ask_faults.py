"""What servers do wrong, each provoked for real: faults.md, groups A, B and C."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any

import pytest
from support.folders import CERTIFICATES
from support.harness import KEY, environ_for, mimo, server
from support.wire import delta, event

from mimo_cli.api.timing import Limits
from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUICK = Limits(
    connect=2.0, first_event=0.3, idle=0.3, notice=0.1, content=0.5, error_body=0.3, stdin=2.0
)
WITH_KEY = {"MIMO_API_KEY": KEY, "MIMO_CONFIG": "/dev/null"}


START = event("message_start", message={"id": "m", "model": "mimo-v2.6-pro", "content": []})
STOP = event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 2})
END = event("message_stop")
ERROR = event("error", error={"type": "overloaded_error", "message": "Overloaded\x1b[2J"})


def ask(fault: Fault | list[Fault], *args: str, limits: Limits = QUICK) -> Any:
    faults = [fault] if isinstance(fault, Fault) else fault
    with Simulator(faults=faults) as simulator:
        return mimo("ask", *args, "hi", environ=environ_for(simulator), limits=limits)


def sse(*parts: bytes, times: int | None = None, clean: bool = True) -> Fault:
    return Fault(sse=parts, times=times, clean=clean)


WHOLE = [
    pytest.param(START + delta("Yes") + STOP + END, id="as it should be"),
    pytest.param((START + delta("Yes") + STOP + END).replace(b"\n", b"\r\n"), id="CRLF"),
    pytest.param((START + delta("Yes") + STOP + END).replace(b"\n", b"\r"), id="CR"),
    pytest.param(b"\xef\xbb\xbf" + START + delta("Yes") + STOP + END, id="byte order mark"),
    pytest.param(START + b": ping\n\n" + delta("Yes") + STOP + END, id="comments"),
    pytest.param(delta("Yes") + STOP + END, id="no start"),
    pytest.param(START + START + delta("Yes") + STOP + END, id="two starts"),
    pytest.param(START + delta("Yes") + STOP, id="no message_stop"),
    pytest.param(START + delta("Yes") + STOP + END[:-1], id="message_stop without its blank line"),
    pytest.param(START + delta("Yes") + STOP + END + delta("No"), id="more after the end"),
    pytest.param(START + delta("Yes") + STOP + END + b"data: [DONE]\n\n", id="OpenAI's end mark"),
    pytest.param(START + event("new", x=1) + delta("Yes") + STOP + END, id="unknown event"),
    pytest.param(START + delta("Y") + event("ping") + delta("es") + STOP + END, id="pings"),
    pytest.param(
        b"".join([START, delta("Yes"), STOP, END]).replace(b"event: ", b"x: "), id="names"
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("body", WHOLE)
def test_a_whole_answer_is_whole_however_it_is_written(body: bytes) -> None:
    for pieces in ((), 7):
        result = ask(Fault(sse=body, times=None, clean=True, pieces=pieces))
        assert (result.code, result.out, result.err) == (0, "Yes\n", "")


def test_events_under_another_content_type_are_read(simulator: Simulator) -> None:
    del simulator
    headers = (("Content-Type", "text/plain; charset=windows-1252"),)
    result = ask(Fault(sse=START + delta("Grüße") + STOP + END, headers=headers))
    assert (result.code, result.out) == (0, "Grüße\n")


def test_a_message_instead_of_events_is_read() -> None:
    message = {
        "type": "message",
        "id": "m",
        "model": "x",
        "content": [{"type": "text", "text": "Yes"}],
        "stop_reason": "end_turn",
    }
    result = ask(Fault(status=200, body=json.dumps(message).encode()))
    assert (result.code, result.out) == (0, "Yes\n")


BROKEN_AFTER_TEXT = [
    pytest.param(sse(START + delta("Yes")), "the stream ended early", id="clean end"),
    pytest.param(sse(START + delta("Yes") + b"data: {oops\n\n"), "not valid JSON", id="bad JSON"),
    pytest.param(
        sse(START + delta("Yes") + b'data: ["Quota"]\n\n'), 'sent: ["Quota"]', id="a list"
    ),
    pytest.param(
        sse(START + delta("Yes") + b"data: Quota gone\n\n"), "sent: Quota gone", id="a text"
    ),
    pytest.param(sse(START + delta("Yes") + b'data: {"x":["no"]}\n\n'), "sent: {", id="no type"),
    pytest.param(sse(START + delta("Yes") + ERROR), "Overloaded^[[2J", id="error event"),
    pytest.param(
        Fault(sse=START + delta("Yes"), stall_at=10**9, times=None),
        "nothing came for 0.3 s",
        id="stall",
    ),
    pytest.param(
        Fault(
            sse=START + delta("Yes"),
            stall_at=10**9,
            repeat=b": still here\n\n",
            repeat_seconds=0.05,
            times=None,
        ),
        "no text came for 0.5 s",
        id="only comments",
    ),
    pytest.param(
        Fault(
            sse=START + delta("Yes") + delta("No"),
            drip_at=len(START + delta("Yes")),
            drip_seconds=0.1,
            times=None,
        ),
        "no text came for 0.5 s",
        id="drip",
    ),
    pytest.param(
        Fault(sse=START + delta("Yes"), cut_at=10**9, times=None), "connection lost", id="cut"
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "why"), BROKEN_AFTER_TEXT)
def test_an_answer_that_breaks_off_is_never_passed_off_as_whole(fault: Fault, why: str) -> None:
    result = ask(fault)
    assert (result.code, result.out, result.slept) == (9, "Yes\n", [])
    error = [line for line in result.err.splitlines() if "incomplete" in line]
    assert error[0].startswith("mimo: the answer is incomplete: ")
    assert why in error[0]


@pytest.mark.parametrize("blank", ["", "\n\n", "  "])
def test_white_space_alone_is_no_answer(blank: str) -> None:
    result = ask(sse(START + delta(blank)))
    assert (result.code, result.out, len(result.slept)) == (8, "", 2)


def test_blank_text_of_a_failed_attempt_does_not_stay() -> None:
    result = ask([sse(START + delta("\n \n"), times=1), sse(START + delta("Yes") + STOP + END)])
    assert (result.code, result.out) == (0, "Yes\n")


def test_what_an_earlier_attempt_brought_is_not_lost() -> None:
    faults = [sse(START + delta("Half"), times=1), Fault.http(503, times=None)]
    result = ask(faults, "--json")
    assert (result.code, result.json["text"], result.json["partial"]) == (9, "Half", True)


def test_a_wait_is_said_also_when_the_server_forbids_a_retry() -> None:
    headers = (("Retry-After", "3600"), ("x-should-retry", "false"))
    result = ask(Fault.http(429, headers=headers, times=None))
    assert result.code == 5
    assert "asks to wait 3600 s" in result.err
    result = ask(Fault.http(429, headers=(("Retry-After", "50"),), times=None), "--timeout", "3")
    assert (result.code, result.slept) == (5, [])
    assert "The server asks to wait 50 s." in result.err


@pytest.mark.slow
def test_a_reset_in_mid_answer_keeps_what_came() -> None:
    with Simulator(faults=[Fault.reset(at=9000, times=None)], delay=0.001) as simulator:
        result = mimo("ask", "800 words", environ=environ_for(simulator))
    assert result.code == 9
    assert result.out.startswith("No model is behind this text")
    assert "connection lost" in result.err


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "why"), BROKEN_AFTER_TEXT)
def test_what_is_shown_at_the_end_only_is_asked_for_again(fault: Fault, why: str) -> None:
    result = ask(fault, "--json")
    content = result.json
    retried = why not in ("nothing came for 0.3 s", "no text came for 0.5 s")
    assert (result.code, content["partial"], content["text"]) == (9, True, "Yes")
    assert (content["error"]["code"], content["stop_reason"]) == ("incomplete", None)
    assert len(result.slept) == (2 if retried else 0)


BROKEN_BEFORE_TEXT = [
    pytest.param(sse(), 8, 2, "empty response", id="no events"),
    pytest.param(sse(START), 8, 2, "empty response", id="only a start"),
    pytest.param(Fault(status=200, body=b"", times=None), 8, 2, "empty response", id="no body"),
    pytest.param(sse(b"data: {oops\n\n"), 8, 2, "not valid JSON", id="bad JSON"),
    pytest.param(sse(START + ERROR), 8, 2, "Overloaded", id="error event"),
    pytest.param(
        sse(event("error", error={"type": "invalid_request_error", "message": "No"})),
        *(10, 0, "No"),
        id="error event of a kind that stays",
    ),
    pytest.param(
        sse(b'data: {"object":"chat.completion.chunk","choices":[]}\n\n'),
        *(8, 0, "OpenAI-style"),
        id="OpenAI's protocol",
    ),
    pytest.param(Fault(raw=b"", times=None), 7, 2, "no reply", id="closed"),
    pytest.param(Fault(raw=b"", reset_at=0, times=None), 7, 2, "no reply", id="reset"),
    pytest.param(
        Fault(raw=b"\x00\x01binary\r\n\r\n", times=None), 8, 2, "is no HTTP server", id="junk"
    ),
    pytest.param(Fault(raw=b"HTTP/1.1 2", times=None), 8, 2, "broke off", id="half a status line"),
    pytest.param(Fault.silence(times=None), 7, 1, "no answer", id="silence"),
    pytest.param(
        Fault(sse=START, stall_at=10**9, times=None), 8, 0, "nothing came", id="silence after start"
    ),
    pytest.param(
        Fault(
            sse=START,
            stall_at=10**9,
            repeat=event("ping"),
            repeat_seconds=0.05,
            times=None,
        ),
        *(8, 0, "no text came for 0.5 s"),
        id="only pings",
    ),
    pytest.param(Fault.cut(at=20, times=None), 8, 2, "connection lost", id="cut"),
    pytest.param(Fault.http(204, times=None), 8, 0, "status 204", id="204"),
    pytest.param(Fault.http(999, times=None), 8, 0, "status 999", id="999"),
    pytest.param(Fault.http(500, times=None), 8, 2, "the server failed (500)", id="500"),
    pytest.param(Fault.http(501, times=None), 8, 0, "the server failed (501)", id="501"),
    pytest.param(Fault.http(503, times=None), 8, 2, "the server failed (503)", id="503"),
    pytest.param(Fault.http(529, times=None), 8, 2, "the server failed (529)", id="529"),
    pytest.param(Fault.http(400, times=None), 10, 0, "refused", id="400"),
    pytest.param(Fault.http(402, times=None), 6, 0, "balance", id="402"),
    pytest.param(Fault.http(403, times=None), 4, 0, "access was refused", id="403"),
    pytest.param(Fault.http(404, times=None), 10, 0, "unknown model or wrong", id="404"),
    pytest.param(Fault.http(408, times=None), 8, 2, "gave up waiting", id="408"),
    pytest.param(Fault.http(409, times=None), 8, 2, "is busy", id="409"),
    pytest.param(Fault.http(413, times=None), 10, 0, "too large", id="413"),
    pytest.param(Fault.http(421, times=None), 11, 0, "content filter", id="421"),
    pytest.param(Fault.http(422, times=None), 10, 0, "refused", id="422"),
    pytest.param(Fault.http(429, times=None), 5, 2, "too many requests", id="429"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "code", "retries", "message"), BROKEN_BEFORE_TEXT)
def test_a_failure_before_any_text(fault: Fault, code: int, retries: int, message: str) -> None:
    result = ask(fault)
    notices = ("trying again", "nothing has come")
    error = [line for line in result.err.splitlines() if not any(n in line for n in notices)]
    assert (result.code, result.out, len(result.slept)) == (code, "", retries)
    assert message in error[0]
    assert len(error) <= 3
    assert result.seconds < 5


def test_waits_grow_and_are_told() -> None:
    result = ask(Fault.http(503, times=None), "--retries", "5")
    assert result.slept == [0.375, 0.75, 1.5, 3.0, 6.0]
    assert result.err.splitlines()[0].startswith("mimo: the server failed (503)")
    assert result.err.splitlines()[0].endswith("; trying again in 0.4 s (retry 1)")


@pytest.mark.slow
@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_twice_a_passing_failure_then_success(status: int) -> None:
    result = ask(Fault.http(status, times=2), "please introduce yourself")
    assert (result.code, len(result.slept)) == (0, 2)
    assert result.out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("headers", "slept", "code"),
    [
        ((("Retry-After", "2"),), [2.0, 2.0], 5),
        ((("retry-after-ms", "1500"), ("Retry-After", "9")), [1.5, 1.5], 5),
        ((("Retry-After", "60"),), [60.0, 60.0], 5),
        ((("Retry-After", "61"),), [], 5),
        ((("Retry-After", "86400"),), [], 5),
        ((("Retry-After", "inf"),), [], 5),
        ((("Retry-After", "1e9"),), [0.375, 0.75], 5),
        ((("Retry-After", "nan"),), [0.375, 0.75], 5),
        ((("Retry-After", "-5"),), [0.375, 0.75], 5),
        ((("Retry-After", "abc"),), [0.375, 0.75], 5),
        ((("Retry-After", "9" * 1024),), [], 5),
        (
            (
                ("Date", "Mon, 01 Jan 2024 00:00:00 GMT"),
                ("Retry-After", "Mon, 01 Jan 2024 00:00:07 GMT"),
            ),
            [7.0, 7.0],
            5,
        ),
    ],
)
def test_the_server_may_say_how_long_to_wait(
    headers: tuple[tuple[str, str], ...], slept: list[float], code: int
) -> None:
    result = ask(Fault.http(429, headers=headers, times=None))
    assert (result.code, result.slept) == (code, slept)


def test_a_wait_that_is_too_long_is_said() -> None:
    result = ask(Fault.http(503, headers=(("Retry-After", "3600"),)), "--json")
    assert (result.code, result.json["error"]["retry_after"]) == (5, 3600.0)
    assert "the server asks to wait 3600 s" in result.err


@pytest.mark.slow
def test_the_server_may_say_whether_to_retry() -> None:
    def sleeps(status: int, should: str) -> int:
        headers = (("x-should-retry", should),)
        return len(ask(Fault.http(status, headers=headers, times=None)).slept)

    cases = [(503, "false"), (400, "true"), (401, "true"), (402, "true"), (421, "true")]
    assert [sleeps(*case) for case in cases] == [0, 2, 0, 0, 0]


def test_a_used_up_plan_is_money_and_not_retried() -> None:
    body = json.dumps({"error": {"code": "429", "message": "Token Plan quota exhausted"}})
    result = ask(Fault.http(429, body=body.encode(), times=None))
    assert (result.code, result.slept) == (6, [])
    assert "Token Plan quota exhausted" in result.err


def test_no_retry_when_told_so() -> None:
    assert ask(Fault.http(503, times=None), "--retries", "0").slept == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reason", "code", "message"),
    [
        ("max_tokens", 0, "mimo: warning: the answer is cut: stopped at max_tokens"),
        (
            "model_context_window_exceeded",
            0,
            "mimo: warning: the answer is cut: the model's context window is full.",
        ),
        ("pause_turn", 0, "mimo: warning: the answer is cut: the server paused a long turn"),
        ("tool_use", 8, "mimo: the server's reply makes no sense: it ends with a tool's call"),
        (
            "sud\x1b[2Jden",
            0,
            "mimo: warning: the answer ended for a reason that is not known here: sud^[[2Jden",
        ),
        ("stop_sequence", 0, ""),
        ("refusal", 11, "mimo: the model refused to answer"),
        ("content_filter", 11, "mimo: the answer was withheld by the content filter"),
        ("repetition_truncation", 9, "mimo: the answer is incomplete: the model fell into a loop"),
    ],
)
def test_the_stop_reason_decides(reason: str, code: int, message: str) -> None:
    stop = event("message_delta", delta={"stop_reason": reason})
    result = ask(sse(START + delta("Yes") + stop + END))
    assert (result.code, result.out) == (code, "Yes\n")
    assert result.err.startswith(message)
    assert bool(message) == bool(result.err)


@pytest.mark.parametrize("reason", ["end_turn", "max_tokens", "pause_turn"])
def test_an_answer_without_text_is_an_error(reason: str) -> None:
    stop = event("message_delta", delta={"stop_reason": reason})
    result = ask(sse(START + stop + END))
    assert (result.code, result.out) == (8, "")
    assert result.err.startswith("mimo: empty reply: ")


@pytest.mark.slow
def test_silence_is_told_before_it_is_given_up() -> None:
    result = ask(Fault(sse=START + delta("Yes"), stall_at=10**9))
    assert result.err.splitlines()[0] == ("mimo: nothing has come for 0 s; giving up after 0 s")


def test_a_web_page_is_named_by_its_title_only() -> None:
    page = b"<!doctype html><html><title>Log in\x1b[2J</title>" + b"<p>x</p>" * 9999
    result = ask(Fault(status=200, headers=(("Content-Type", "text/html"),), body=page))
    assert result.code == 8
    assert result.err.splitlines()[0] == (
        'mimo: the server answered with a web page: "Log in^[[2J"'
    )


def test_an_error_object_with_status_200_is_an_error() -> None:
    body = json.dumps({"error": {"code": "401", "message": "Invalid API Key"}}).encode()
    result = ask(Fault(status=200, body=body))
    assert result.code == 4
    assert result.err.startswith("mimo: the key was refused: Invalid API Key\n")


@pytest.mark.slow
@pytest.mark.parametrize("fault", [{"body": b"x" * 10_000_000}, {"body": b"x", "stall_at": 1}])
def test_an_endless_error_body_is_not_waited_for(fault: dict[str, Any]) -> None:
    result = ask(Fault(status=400, times=None, clean=True, **fault))
    assert result.code == 10
    assert len(result.err) < 5000
    assert result.seconds < 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_key_never_follows_a_redirect(status: int) -> None:
    with Simulator() as other:
        headers = (("Location", other.url + "/elsewhere"),)
        result = ask(Fault.http(status, headers=headers, times=None))
        assert (result.code, other.connections) == (8, 0)
    assert result.err.startswith(f"mimo: the server redirected to {other.url[7:]}: refusing to")


def test_a_redirect_to_what_is_no_url_is_still_a_redirect() -> None:
    result = ask(Fault.http(302, headers=(("Location", "http://\x1b[2J"),), times=None))
    assert (result.code, result.slept) == (8, [])
    assert result.err.startswith("mimo: the server redirected: its Location is no URL\n")


@pytest.mark.slow
def test_the_time_for_the_whole_answer_holds_against_a_drip() -> None:
    with Simulator(faults=[Fault.drip(0, 0.01, times=None)]) as simulator:
        result = mimo("ask", "--timeout", "0.4", "hi", environ=environ_for(simulator))
    assert result.code == 7
    assert result.err == (
        "mimo: out of time: it took over 0.4 s\n  Give it longer: --timeout SECONDS\n"
    )
    assert result.seconds < 2


@pytest.mark.slow
def test_headers_that_drip_are_not_waited_for() -> None:
    stop = threading.Event()

    def drip(connection: socket.socket) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nx: " + b"y" * 1000:
            connection.sendall(bytes([byte]))
            if stop.wait(0.02):
                return

    with server(drip) as (port, _):
        environ = {"MIMO_BASE_URL": f"http://127.0.0.1:{port}", "MIMO_CONFIG": "/dev/null"}
        result = mimo("ask", "--retries", "0", "hi", environ=environ, limits=QUICK)
        stop.set()
    assert result.code == 7
    assert result.seconds < 2


def test_a_refused_connection_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environ = {"MIMO_BASE_URL": f"http://127.0.0.1:{port}", "MIMO_CONFIG": "/dev/null"}
    result = mimo("ask", "hi", environ=environ)
    assert (result.code, len(result.slept)) == (7, 2)
    assert result.err.splitlines()[2] == (
        f"mimo: cannot connect to 127.0.0.1:{port}: connection refused"
    )


@pytest.mark.parametrize(
    ("number", "retries", "why"),
    [
        (socket.EAI_NONAME, 0, "no such host"),
        (socket.EAI_AGAIN, 2, "the name service does not answer"),
    ],
)
def test_an_unknown_host_is_named(
    monkeypatch: pytest.MonkeyPatch, number: int, retries: int, why: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    environ = {"MIMO_BASE_URL": "https://no.such.host", **WITH_KEY}
    result = mimo("ask", "hi", environ=environ)
    assert (result.code, len(result.slept)) == (7, retries)
    assert f"mimo: cannot find host no.such.host: {why}\n" in result.err


@pytest.mark.slow
def test_a_name_service_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def hang(*_: object, **__: object) -> None:
        release.wait(10)
        raise socket.gaierror(socket.EAI_AGAIN, "no")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    environ = {"MIMO_BASE_URL": "https://slow.host", **WITH_KEY}
    result = mimo("ask", "hi", environ=environ, limits=Limits(connect=0.2))
    release.set()
    assert (result.code, result.slept) == (7, [])
    assert result.err.startswith("mimo: cannot connect to slow.host: it took over 0.2 s\n")


@contextlib.contextmanager
def tls_server(certificate: str) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    body = START + delta("Yes") + STOP + END
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):  # the client refuses, or the test is over
            plain, _ = listener.accept()
            with plain, context.wrap_socket(plain, server_side=True) as connection:
                request = b""
                while not request.endswith(b"}"):  # a close with bytes unread would be a reset
                    request += connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
                connection.sendall(body)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):  # it may have ended by itself
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("certificate", "trusted", "code", "words"),
    [
        ("trusted", "trusted", 0, []),
        ("trusted", "elsewhere", 7, ["is not trusted", "SSL_CERT_FILE"]),
        ("expired", "expired", 7, ["has expired", "is your clock right?", "UTC"]),
        ("elsewhere", "elsewhere", 7, ["is not trusted", "'localhost'"]),
    ],
)
def test_certificates(certificate: str, trusted: str, code: int, words: list[str]) -> None:
    with tls_server(certificate) as port:
        environ = {
            "MIMO_BASE_URL": f"https://localhost:{port}",
            "MIMO_API_KEY": KEY,
            "MIMO_CONFIG": "/dev/null",
            "SSL_CERT_FILE": str(CERTIFICATES / f"{trusted}.pem"),
        }
        result = mimo("ask", "--retries", "2", "hi", environ=environ)
    assert result.code == code
    assert [word for word in words if word not in result.err] == []
    assert "trying again" not in result.err
    assert KEY not in result.err


def test_plain_http_on_a_tls_port_is_explained(simulator: Simulator) -> None:
    environ = environ_for(simulator)
    environ["MIMO_BASE_URL"] = simulator.base_url.replace("http:", "https:")
    result = mimo("ask", "hi", environ=environ)
    assert result.code == 7
    assert result.err.startswith("mimo: no TLS with 127.0.0.1:")
    assert result.err.endswith(
        ": it does not answer in TLS\n"
        "  Does this port speak plain http? Then base_url begins with http://\n"
    )


@pytest.mark.slow
def test_a_proxy_from_the_environment_is_used() -> None:
    def refuse(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")

    with server(refuse) as (port, heads):
        environ = {
            "MIMO_BASE_URL": "https://api.example",
            "MIMO_API_KEY": KEY,
            "MIMO_CONFIG": "/dev/null",
            "HTTPS_PROXY": f"http://user:secret@127.0.0.1:{port}",
        }
        result = mimo("ask", "hi", environ=environ)
    assert result.code == 7
    assert heads[0].startswith(b"CONNECT api.example:443 HTTP/1.1\r\n")
    assert KEY.encode() not in heads[0]
    assert len(heads) == 1
    assert result.err.startswith(f"mimo: proxy 127.0.0.1:{port} failed: ")
    assert "secret" not in result.err


@pytest.mark.slow
def test_no_proxy_leaves_a_host_out(simulator: Simulator) -> None:
    environ = environ_for(simulator, HTTP_PROXY="http://127.0.0.1:9", NO_PROXY="127.0.0.1")
    result = mimo("ask", "please introduce yourself", environ=environ)
    assert (result.code, result.err) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    "variables",
    [
        {"HTTPS_PROXY": "ftp://user:secret@proxy:1"},
        {"ALL_PROXY": "socks6://user:secret@proxy:1"},
        {"HTTPS_PROXY": "http://[::bad"},
        {"HTTPS_PROXY": "user:secret@proxy:xx"},
        {"HTTPS_PROXY": "user:se/cret@proxy:3128", "ALL_PROXY": "ftp://x"},
    ],
)
def test_a_bad_proxy_variable_is_named(variables: dict[str, str]) -> None:
    environ = {"MIMO_API_KEY": KEY, "MIMO_CONFIG": "/dev/null", **variables}
    result = mimo("ask", "hi", environ=environ)
    assert result.code == 3
    (first, *_), others = variables, list(variables)[1:]
    assert result.err.startswith(f"mimo: {first} names no usable proxy: ")
    assert not any(word in result.err for word in ("secret", "cret", *others))


@pytest.mark.parametrize(
    ("variable", "place", "why"),
    [
        ("SSL_CERT_FILE", "/no/such/file.pem", "no such file or directory"),
        ("SSL_CERT_FILE", "/dev/null", "no certificate or crl found"),
        ("SSL_CERT_DIR", "/no/such/folder:/nor/such", "no such folder"),
    ],
)
def test_certificates_that_cannot_be_loaded_are_configuration(
    variable: str, place: str, why: str
) -> None:
    environ = {"MIMO_API_KEY": KEY, "MIMO_CONFIG": "/dev/null", variable: place}
    result = mimo("ask", "hi", environ=environ)
    assert (result.code, result.err) == (
        3,
        (
            f"mimo: the TLS certificates cannot be loaded: {variable}={place}: {why}\n"
            f"  Correct {variable}, or: unset {variable}\n"
        ),
    )


def test_compressed_events_are_not_asked_for(simulator: Simulator) -> None:
    mimo("ask", "hi", environ=environ_for(simulator))
    headers = simulator.requests[0].headers
    assert headers["accept-encoding"] == "identity"
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ("api-key", "api-key", "sk-simulator"),
        ("bearer", "authorization", "Bearer sk-simulator"),
        ("x-api-key", "x-api-key", "sk-simulator"),
    ],
)
def test_the_key_goes_in_exactly_one_header(
    simulator: Simulator, auth: str, header: str, value: str
) -> None:
    mimo("ask", "hi", environ=environ_for(simulator, MIMO_AUTH=auth))
    headers = simulator.requests[0].headers
    carrying = {name: text for name, text in headers.items() if simulator.key in text}
    assert carrying == {header: value}


def test_no_key_is_needed_on_this_machine() -> None:
    with Simulator(keys=()) as simulator:
        environ = environ_for(simulator)
        del environ["MIMO_API_KEY"]
        assert mimo("ask", "hi", environ=environ).code == 0


def test_without_a_key_nothing_is_sent() -> None:
    result = mimo("ask", "hi", environ={"MIMO_CONFIG": "/dev/null"})
    assert result.code == 4
    assert result.err == (
        "mimo: no API key: none is set\n  Run: mimo config set api_key "
        "(or set MIMO_API_KEY; or see it work: mimo demo)\n"
    )


def test_a_configuration_that_is_not_there_is_named_with_the_key_that_is_missing(
    tmp_path: Path,
) -> None:
    file = tmp_path / "no.toml"
    result = mimo("ask", "hi", environ={"MIMO_CONFIG": str(file), "MIMO_HISTORY": "false"})
    assert result.code == 4
    assert result.err.startswith(
        f"mimo: no API key: none is set, and there is no {file}, which MIMO_CONFIG names\n"
    )


def test_a_configuration_that_is_named_from_the_home_folder_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.toml").touch(0o600)
    result = mimo("ask", "hi", environ={"MIMO_CONFIG": "~/mine.toml", "MIMO_HISTORY": "false"})
    assert result.code == 4
    assert result.err.startswith("mimo: no API key: none is set\n")


def test_plain_http_to_another_machine_is_refused() -> None:
    environ = {"MIMO_BASE_URL": "http://example.com", **WITH_KEY}
    result = mimo("ask", "hi", environ=environ)
    assert result.code == 3
    assert "would send the key unencrypted" in result.err


def test_a_huge_header_is_refused() -> None:
    fault = Fault(raw=b"HTTP/1.1 200 OK\r\nx: " + b"y" * 300_000 + b"\r\n\r\n", times=None)
    result = ask(fault)
    assert (result.code, result.seconds < 5) == (8, True)
