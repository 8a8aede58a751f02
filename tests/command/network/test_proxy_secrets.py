"""What lets us in at a proxy is shown nowhere, whoever repeats it."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from support.harness import KEY, mimo
from support.proxies import HttpProxy

if TYPE_CHECKING:
    from support.harness import Result

PASSWORD = "S3cret!pw/LongerThanThat"
BASIC = b64encode(f"user:{PASSWORD}".encode()).decode()
WRITTEN = PASSWORD.replace("/", "%2f")
FORMS = (PASSWORD, WRITTEN, quote(PASSWORD, safe=""), PASSWORD.upper(), BASIC)
SAID = f"bad request: {' '.join(FORMS)} Basic {BASIC}"
ENVIRON = {
    "MIMO_API_KEY": KEY,
    "MIMO_CONFIG": "/dev/null",
    "MIMO_HISTORY": "false",
    "MIMO_BASE_URL": "http://llm.example",
    "MIMO_ALLOW_HTTP": "true",
    "MIMO_RETRIES": "0",
}


def reply(status: str, body: str, kind: str = "text/plain", *headers: str) -> bytes:
    lines = (f"content-type: {kind}", f"content-length: {len(body)}", "connection: close", *headers)
    return "\r\n".join((f"HTTP/1.1 {status}", *lines, "", body)).encode()


def refused(status: str = "400 Bad", kind: str = "x", message: str = SAID) -> bytes:
    body = json.dumps({"type": "error", "error": {"type": kind, "message": message}})
    return reply(status, body, "application/json")


def asked(said: bytes, *args: str, **more: str) -> Result:
    with HttpProxy({}, refusal=said) as proxy:
        variable = f"http://user:{WRITTEN}@127.0.0.1:{proxy.port}"
        environ = {**ENVIRON, "http_proxy": variable, "https_proxy": variable, **more}
        return mimo(*args, environ=environ)


def leaks(result: Result) -> list[str]:
    """The beginnings of secrets that are in what is shown."""
    shown = (result.out + result.err).lower()
    return [it for it in ("s3cret", BASIC[:10].lower()) if it in shown]


@pytest.mark.parametrize(
    "said",
    [
        reply("502 Bad Gateway", SAID),
        refused(),
        refused(message=f"{'x' * 1000}{SAID}"),
        reply("200 OK", SAID),
        reply("200 OK", "{" + SAID, "application/json"),
        reply("500 X", "{}", "application/json", f"request-id: {PASSWORD}"),
        reply("500 X", "{}", "application/json", f"x-request-id: {BASIC}"),
        f"{BASIC} {PASSWORD}\r\n".encode(),
    ],
)
def test_a_password_that_is_repeated_is_not_shown(said: bytes) -> None:
    result = asked(said, "--debug", "ask", "-v", "hi")
    assert result.code in {7, 8, 10}
    assert leaks(result) == []
    assert "…" in result.err or "it is not valid JSON" in result.err


@pytest.mark.parametrize(
    "args",
    [
        ("ask", "--json", "hi"),
        ("models", "--remote"),
        ("models", "--remote", "--json"),
        ("doctor",),
        ("doctor", "--json"),
    ],
)
def test_no_command_shows_it(args: tuple[str, ...]) -> None:
    result = asked(reply("502 Bad Gateway", SAID), *args)
    assert leaks(result) == []
    assert "bad request: … … …" in (result.out + result.err).replace("\\u2026", "…")


def test_the_name_of_a_model_that_repeats_it_is_not_shown() -> None:
    body = json.dumps({"data": [{"id": f"model-{PASSWORD}"}]})
    result = asked(reply("200 OK", body, "application/json"), "models", "--remote")
    assert (result.code, leaks(result), "model-…" in result.out) == (0, [], True)


@pytest.mark.parametrize("secret", [PASSWORD, BASIC, WRITTEN, KEY])
@pytest.mark.parametrize("kept", [4, 6, 12])
@pytest.mark.parametrize("command", ["ask", "doctor"])
def test_one_that_is_cut_is_not_shown(secret: str, kept: int, command: str) -> None:
    start = "HTTP/1.1 no "
    said = f"{start}{'x' * (60 - len(start) - kept)}{secret}\r\n\r\n".encode()
    args = ("ask", "hi") if command == "ask" else ("doctor",)
    result = asked(said, *args, MIMO_BASE_URL="https://llm.example")
    shown = result.out + result.err
    assert f"it answered: {start}xxx" in shown
    is_told = secret == KEY and kept < 8  # so few are words like any other
    assert (f"x{secret[:4]}" in shown) is is_told
