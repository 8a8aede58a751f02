from __future__ import annotations

import json
import math
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import hint_of

from mimo_cli.api.base_url import DEFAULT_BASE_URL
from mimo_cli.api.endpoint import Endpoint, KeyWithheld
from mimo_cli.api.protocol.messages import StreamError
from mimo_cli.api.replies import error_body, failures, retry_after
from mimo_cli.api.replies.hints import Asked
from mimo_cli.api.response import Response
from mimo_cli.catalogue import models
from mimo_cli.errors import (
    ALWAYS,
    AuthError,
    BillingError,
    BlockedError,
    MimoError,
    NetworkError,
    ProtocolError,
    RateLimitError,
    RequestError,
    ServerError,
)
from mimo_cli.phrases import Phrase

PROPERTY = settings(deadline=None, derandomize=True, max_examples=60)
CANARY = "sk-CANARY-0123456789"
ENDPOINT = Endpoint(DEFAULT_BASE_URL, CANARY, Phrase("environment MIMO_API_KEY"))
CONSOLE = "https://platform.xiaomimimo.com"
MODEL = "mimo-v2.6-pro"
NOT_SET_HERE = (
    f"It is no proxy that is set here: it may stand before {ENDPOINT.host}, or in this network."
)
BUG = "Start a new conversation; if this was one question, please report it as a bug."


def mimo(message: str, param: str = "", code: str = "400", kind: str = "") -> bytes:
    """An error body as MiMo's service sends it."""
    error = {"code": code, "message": message, "param": param, "type": kind}
    return json.dumps({"error": error}).encode()


def anthropic(message: str, kind: str, request_id: str | None = None) -> bytes:
    body: dict[str, Any] = {"type": "error", "error": {"type": kind, "message": message}}
    return json.dumps({**body, "request_id": request_id} if request_id else body).encode()


def failed(status: int, body: bytes = b"", model: str | None = MODEL, **headers: str) -> MimoError:
    lower = {name.replace("_", "-"): value for name, value in headers.items()}
    return failures.from_response(Response(status, lower, body), Asked(ENDPOINT, model))


def facts(error: MimoError) -> tuple[type[MimoError], str, str, int]:
    return type(error), error.message, hint_of(error), error.retry_limit


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (
            400,
            mimo("Param Incorrect", "Not supported model gpt-5"),
            (
                RequestError,
                "the request was refused: Param Incorrect: Not supported model gpt-5",
                "Check base_url; for MiMo it ends in /anthropic.",
                0,
            ),
        ),
        (
            400,
            mimo(
                "Param Incorrect",
                "The reasoning_content in the thinking mode must be passed back to the API",
            ),
            (
                RequestError,
                (
                    "the request was refused: Param Incorrect: "
                    "The reasoning_content in the thinking mode must be passed back to the API"
                ),
                BUG,
                0,
            ),
        ),
        (
            400,
            anthropic("prompt is too long: 1000001 tokens", "invalid_request_error"),
            (
                RequestError,
                "the request was refused: prompt is too long: 1000001 tokens",
                "Shorten the question, or attach less.",
                0,
            ),
        ),
        (
            400,
            mimo("context window exceeded"),
            (
                RequestError,
                "the request was refused: context window exceeded",
                "Shorten the question, or attach less.",
                0,
            ),
        ),
        (400, b"", (RequestError, "the request was refused", "", 0)),
        (
            401,
            mimo("Invalid API Key", "Please provide valid API Key", "401", "invalid_key"),
            (
                AuthError,
                "the key was refused: Invalid API Key: Please provide valid API Key",
                f"The key came from environment MIMO_API_KEY. Keys are made at {CONSOLE}.",
                0,
            ),
        ),
        (
            402,
            mimo("Insufficient balance", code="402"),
            (
                BillingError,
                "the balance is used up: Insufficient balance",
                f"Top up at {CONSOLE}.",
                0,
            ),
        ),
        (
            403,
            mimo("Forbidden", code="403"),
            (
                AuthError,
                "access was refused: Forbidden",
                f"This region may not be served, or the key is restricted: see {CONSOLE}",
                0,
            ),
        ),
        (
            404,
            b"<html><head><title>404 Not Found</title></head></html>",
            (
                RequestError,
                'unknown model or wrong base URL: "404 Not Found"',
                "Check base_url; for MiMo it ends in /anthropic.",
                0,
            ),
        ),
        (405, b"no", (RequestError, "the request was refused: no", "Check base_url.", 0)),
        (
            407,
            b"",
            (
                NetworkError,
                "a proxy wants a user name and password (407)",
                NOT_SET_HERE,
                0,
            ),
        ),
        (
            408,
            b"",
            (
                ServerError,
                "the server gave up waiting for the request (408)",
                "Try again later.",
                ALWAYS,
            ),
        ),
        (
            409,
            b"busy",
            (
                ServerError,
                "the server is busy with another request (409): busy",
                "Try again later.",
                ALWAYS,
            ),
        ),
        (
            413,
            anthropic("too big", "request_too_large"),
            (
                RequestError,
                "the request is too large: too big",
                "Send less.",
                0,
            ),
        ),
        (415, b"", (RequestError, "the request was refused", "", 0)),
        (
            421,
            mimo("blocked", code="421"),
            (
                BlockedError,
                "blocked by the content filter: blocked",
                "Put the question in other words.",
                0,
            ),
        ),
        (
            422,
            b'{"detail": "bad field"}',
            (RequestError, "the request was refused: bad field", "", 0),
        ),
        (
            429,
            mimo("Too many requests", code="429"),
            (
                RateLimitError,
                "too many requests",
                "Wait a little and try again.",
                ALWAYS,
            ),
        ),
        (429, b"", (RateLimitError, "too many requests", "Wait a little and try again.", ALWAYS)),
        (
            429,
            mimo("Token Plan quota exhausted"),
            (
                BillingError,
                "the plan's quota is used up: Token Plan quota exhausted",
                f"See {CONSOLE}.",
                0,
            ),
        ),
        (
            429,
            mimo("套餐额度已用尽"),
            (BillingError, "the plan's quota is used up: 套餐额度已用尽", f"See {CONSOLE}.", 0),
        ),
        (
            429,
            mimo("quota of 100 requests per minute exceeded"),
            (
                RateLimitError,
                "too many requests: quota of 100 requests per minute exceeded",
                "Wait a little and try again.",
                ALWAYS,
            ),
        ),
        *(
            (
                status,
                b"oops",
                (ServerError, f"the server failed ({status}): oops", "Try again later.", limit),
            )
            for status, limit in (
                (500, ALWAYS),
                (501, 0),
                (502, ALWAYS),
                (503, ALWAYS),
                (504, ALWAYS),
                (505, 0),
                (529, ALWAYS),
                (599, ALWAYS),
            )
        ),
        *(
            (status, b"see there", (ServerError, "the server redirected: see there", "", 0))
            for status in (301, 302, 303, 307, 308)
        ),
        *(
            (
                status,
                b"x",
                (ProtocolError, f"the server gave an unexpected reply: status {status}", "", 0),
            )
            for status in (101, 204, 205, 600, 999)
        ),
    ],
)
def test_every_status_says_what_happened_and_what_to_do(
    status: int, body: bytes, expected: tuple[type[MimoError], str, str, int]
) -> None:
    error = failed(status, body)
    assert facts(error) == expected
    assert (error.status, error.request_id, error.retry_after) == (status, None, None)


@pytest.mark.parametrize(
    ("endpoint", "hint"),
    [
        (
            Endpoint(DEFAULT_BASE_URL, "tp-CANARY"),
            (
                "This is a Token Plan key (tp-…) on the pay-as-you-go host. Set base_url to "
                "https://token-plan-cn.xiaomimimo.com/anthropic (or -sgp, -ams: see your plan)."
            ),
        ),
        (
            Endpoint("https://token-plan-sgp.xiaomimimo.com/anthropic", "sk-CANARY"),
            (
                "This is a pay-as-you-go key (sk-…) on a Token Plan host. "
                "Set base_url to https://api.xiaomimimo.com/anthropic."
            ),
        ),
        (
            Endpoint(
                "https://token-plan-sgp.xiaomimimo.com/anthropic", "tp-CANARY", Phrase("the file")
            ),
            (
                "The key came from the file. Its plan may be of token-plan-cn.xiaomimimo.com or "
                "token-plan-ams.xiaomimimo.com (base_url)."
            ),
        ),
        (Endpoint("http://127.0.0.1:1"), "No key was sent. Set one: mimo config set api_key"),
        (
            Endpoint("http://127.0.0.1:1", auth="none", withheld=KeyWithheld(Phrase("x"), "y")),
            ("No key was sent: auth is none. For one: mimo config set auth bearer (or x-api-key)"),
        ),
    ],
)
def test_a_401_knows_a_key_of_the_other_family_and_a_missing_one(
    endpoint: Endpoint, hint: str
) -> None:
    assert hint_of(failures.from_response(Response(401, {}), Asked(endpoint, MODEL))) == hint


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        (
            "mimo-v2.5-pro",
            "mimo-v2.5-pro was retired on 2026-10-21; use -m mimo-v2.6-pro.",
        ),
        ("mimo-v2.6-flahs", "Did you mean -m mimo-v2.6-flash?"),
        ("gpt-5", f"Did you mean -m {' or '.join(it.id for it in models.current())}?"),
        ("mimo-v2.6-pro", "Check base_url; for MiMo it ends in /anthropic."),
    ],
)
def test_a_404_helps_with_the_models_name(model: str, hint: str) -> None:
    assert hint_of(failed(404, model=model)) == hint
    assert hint_of(failed(400, mimo("Not supported model"), model=model)) == hint


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (mimo("Param Incorrect", "temperature"), "Param Incorrect: temperature"),
        (mimo("same", "same"), "same"),
        (mimo("", "", "E7"), "E7"),
        (mimo("", "", "E7", "kind"), "kind"),
        (anthropic("Overloaded", "overloaded_error"), "Overloaded"),
        (b'{"error": "just words"}', "just words"),
        (b'{"message": "no envelope"}', "no envelope"),
        (b'{"detail": "not found"}', "not found"),
        (b'{"error": {"message": 5, "param": ["x"]}}', "x"),
        (b"{}", ""),
        (b"[1, 2]", "[1, 2]"),
        (b"[" * 100_000, "[" * 4096),
        (b"  plain words\n", "plain words"),
        (b"temperature must be < 1.5", "temperature must be < 1.5"),
        (b"\xff\xfe junk", "\ufffd\ufffd junk"),
        (b"x" * 5000, "x" * 4096),
        (b"<!doctype html><TITLE lang=en>\n Log in \n</TITLE>", '"Log in"'),
        (b"\xef\xbb\xbf\n<html><title>Portal</title>", '"Portal"'),
        (b"<html><title></title>", "a web page"),
        (b"<html><h1>Gone</h1>", '"Gone"'),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"<?xml version='1.0'?><s:Fault><faultstring>Bad</faultstring>", '"Bad"'),
        (b"<b>Warning</b>: x\n" + anthropic("behind it", "x"), "behind it"),
        (b")]}'\n" + anthropic("guarded", "x"), "guarded"),
        (b'{"error": {"message": "bad status code 524", "param": "524"}}', "bad status code 524"),
        (b'{"error": {"message": "busy", "param": "429"}}', "busy"),
        (b'{"error": {"message": "busy", "param": "None"}}', "busy"),
        (b'{"error": {"message": "null", "param": "None", "code": "E7"}}', "E7"),
        (b'{"error": {"message": "the key is odd", "param": "key"}}', "the key is odd"),
        (b'{"error": {"message": "keys are odd", "param": "key"}}', "keys are odd: key"),
        (b'{"errors": "some words"}', "some words"),
        (b'{"status": {"code": 400, "message": "within"}}', "within"),
        (b'"only a text"', "only a text"),
        (b'{"error": "of two lines"}\n{"a": 1}\n', "of two lines"),
        ('{"error": "breit"}'.encode("utf-16"), "breit"),
        ('{"error": "breit"}'.encode("utf-16-be"), "breit"),
        ("plain words".encode("utf-32"), "plain words"),
        (b"<html><body>no title</body>", "a web page"),
        (b"<html><title>never ended", "a web page"),
        (b"<title>" + b"t" * 500 + b"</title>", '"' + "t" * 200 + '"'),
        (b'{"error": {"message": "cut at 64 KB: ' + b"x" * 500, '{"error": {"message": "cut'),
    ],
    ids=lambda value: str(value)[:40],
)
def test_every_shape_of_a_body_gives_its_useful_words(body: bytes, why: str) -> None:
    error = failed(500, body)
    assert error.why == why or (why.startswith("{") and error.why.startswith(why))
    assert len(error.why) <= 4096


@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        ("Schlüssel".encode("latin-1"), "text/plain; charset=iso-8859-1"),
        ("Schlüssel".encode("latin-1"), 'text/plain;charset="Windows-1252"'),
        ("Schlüssel".encode(), "text/plain; charset=iso-8859-1"),  # as it is in truth
        ("Schl\ufffdssel".encode(), "text/plain; charset=no-such"),
        (b"Schl\xfcssel", "text/plain; charset=no-such"),
        (b"Schl\xfcssel", "text/plain; charset=rot13"),
        (b"Schl\xfcssel", "text/plain"),
    ],
)
def test_the_text_of_an_error_is_read_in_the_encoding_that_is_declared(
    text: bytes, content_type: str
) -> None:
    response = Response(400, {"content-type": content_type}, text)
    why = failures.from_response(response, Asked(ENDPOINT, MODEL)).why
    assert why in ("Schlüssel", "Schl\ufffdssel")
    assert ("\ufffd" in why) is ("\ufffd".encode() in text)  # a false name is not believed


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Too Many Requests", ""),
        ("429 Too Many Requests", ""),
        ("Too many requests: slow down", "slow down"),
        ("429: Too Many Requests. 5 per minute", "5 per minute"),
        ("<title>429 Too Many Requests</title>", ""),
        ("Too many requestsers", "Too many requestsers"),
        ("slow down: too many requests", "slow down: too many requests"),
    ],
)
def test_nothing_is_said_twice(said: str, why: str) -> None:
    assert failed(429, said.encode()).why == why
    event = StreamError("rate_limit_error", said)
    if not said.startswith("<"):
        assert failures.from_event(event, Asked(ENDPOINT, MODEL)).why == why


@pytest.mark.parametrize(
    ("said", "is_model", "hint"),
    [
        ("No endpoints found that support image input", False, "leave the attachment out."),
        ("No endpoints found that support tool use", False, ""),
        ("No endpoints found matching your data policy", False, ""),
        ("No endpoints found for some/model.", True, "Did you mean"),
        ("model not found", True, "Did you mean"),
    ],
)
def test_a_404_is_not_always_about_the_models_name(said: str, is_model: bool, hint: str) -> None:
    error = failed(404, json.dumps({"error": {"message": said}}).encode(), model="mimo-v9")
    assert (error.what == "unknown model or wrong base URL") is is_model
    assert (hint in hint_of(error)) if hint else hint_of(error) == ""


OTHER = Endpoint("https://gateway.test", "sk-CANARY-0123456789", Phrase("the file"))


@pytest.mark.parametrize(
    ("status", "body", "kind", "hint"),
    [
        (
            403,
            {"error": {"message": "用户额度不足, 剩余额度: ＄0"}},
            BillingError,
            "Ask whoever runs",
        ),
        (400, {"error": {"message": "Budget has been exceeded!"}}, BillingError, "Ask whoever"),
        (429, {"error": {"code": "1113", "message": "账户已欠费"}}, BillingError, "Ask whoever"),
        (403, {"error": {"message": "Input flagged"}}, BlockedError, "Put the question in other"),
        (
            400,
            {"error": {"code": "x", "message": "due to the content management policy"}},
            *(BlockedError, "Put the question in other"),
        ),
        (503, {"error": {"message": "模型 m 无可用渠道"}}, ServerError, "mimo models --remote"),
        (503, {"error": {"message": "overloaded"}}, ServerError, "Try again later."),
        (400, {"message": "API key not valid."}, RequestError, "The key came from the file."),
    ],
)
def test_what_gateways_say_is_told_by_its_kind(
    status: int, body: object, kind: type[MimoError], hint: str
) -> None:
    response = Response(status, {}, json.dumps(body).encode())
    error = failures.from_response(response, Asked(OTHER, "some-model"))
    assert type(error) is kind
    assert hint in hint_of(error)


LOCAL = Endpoint("http://127.0.0.1:4000")
OVERLOADS = [
    "Resource exhausted. Please try again later. Please refer to https://cloud.google.com/x",
    "Resource has been exhausted (e.g. check quota).",
    "Quota exceeded for aiplatform.googleapis.com/requests_per_base_model with base model: m.",
    "load balancer: upstream is busy, slow down",
    "All connections in the pool are exhausted, retry in 1s",
    "Your request was throttled; credits refill every second",
    "You exceeded your current quota, please check your plan and billing details. Retry in 34.1s",
    "Rate limit of your subscription exceeded",
    "当前并发已用尽，请稍后再试",
    "每分钟额度已用尽，请稍后再试",
    "insufficient capacity quota",
    "insufficient quota, slow down",
    "Not enough gpu credits right now, retry after 2s",
    "Insufficient quota tokens per minute. Try again in 1 min",
]
USED_UP = [
    "You exceeded your current quota, please check your plan and billing details.",
    "insufficient balance",
    "Monthly quota exceeded",
    "You have used up your credits, please try again later",
    "Your credit balance is too low",
    "该令牌额度已用尽",
    "You exceeded your current token quota: 1000, please check your account balance",
    "预扣费额度失败, 用户剩余额度: $0.01",
    "Free allocated quota exceeded.",
    "ExceededBudget: User=x. Spend=1, Budget=1",
    "the key is over budget",
    "insufficient balance, retry after 7200 s",
]


@pytest.mark.parametrize("endpoint", [OTHER, LOCAL])
@pytest.mark.parametrize(
    ("words", "kind"),
    [(words, RateLimitError) for words in OVERLOADS]
    + [(words, BillingError) for words in USED_UP if "try again" not in words],
)
def test_an_overload_of_a_gateway_is_no_used_up_plan(
    endpoint: Endpoint, words: str, kind: type[MimoError]
) -> None:
    content = {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": words}}
    error = failures.from_response(
        Response(429, {}, json.dumps(content).encode()), Asked(endpoint, "some-model")
    )
    event = failures.from_event(
        StreamError("RESOURCE_EXHAUSTED", words), Asked(endpoint, "some-model")
    )
    assert (type(error), type(event)) == (kind, kind)
    assert (error.retry_limit, event.retry_limit) == (
        (ALWAYS,) if kind is RateLimitError else (0,)
    ) * 2


@pytest.mark.parametrize(
    ("endpoint", "error", "headers", "kind"),
    [
        (OTHER, {"message": "Monthly quota exceeded"}, {"retry-after": "1"}, RateLimitError),
        (OTHER, {"message": "Monthly quota exceeded"}, {"retry-after": "90000"}, BillingError),
        (OTHER, {"message": "配额不足"}, {}, BillingError),
        (OTHER, {"message": "m", "type": "insufficient_quota"}, {}, BillingError),
        (OTHER, {"message": "m", "code": "insufficient_quota"}, {"retry-after": "1"}, BillingError),
        (OTHER, {"message": "insufficient balance"}, {"retry-after": "1"}, BillingError),
        *(
            (OTHER, {"message": "m", "type": kind}, {"retry-after": "1"}, BillingError)
            for kind in (
                *("exceeded_current_quota_error", "budget_exceeded", "insufficient_user_quota"),
                *("insufficient_balance", "billing_not_active"),
            )
        ),
        *(
            (
                OTHER,
                {"message": f"insufficient quota {words}"},
                {"retry-after": "1"},
                RateLimitError,
            )
            for words in ("tokens per minute", "per second", "per day requests")
        ),
        (OTHER, {"message": "m", "code": "insufficient_quota_per_minute"}, {}, RateLimitError),
        (ENDPOINT, {"message": "quota exhausted, please try again later"}, {}, BillingError),
        (ENDPOINT, {"message": "worker quota exhausted, try again later"}, {}, RateLimitError),
        (ENDPOINT, {"message": "quota exhausted"}, {}, BillingError),
        (ENDPOINT, {"message": "quota exhausted"}, {"retry-after": "1"}, RateLimitError),
        (ENDPOINT, {"message": "Token Plan quota exhausted"}, {"retry-after": "1"}, BillingError),
        (ENDPOINT, {"message": USED_UP[3]}, {}, BillingError),
        (ENDPOINT, {"message": "Token Plan limit exceeded: 9 per minute"}, {}, RateLimitError),
        *(
            (ENDPOINT, {"message": words}, {}, RateLimitError)
            for words in (OVERLOADS[0], *OVERLOADS[3:5])
        ),
    ],
)
def test_a_short_wait_and_whose_words_they_are_tell_what_a_quota_is(
    endpoint: Endpoint, error: dict[str, str], headers: dict[str, str], kind: type[MimoError]
) -> None:
    response = Response(429, headers, json.dumps({"error": error}).encode())
    assert type(failures.from_response(response, Asked(endpoint, "m"))) is kind


@pytest.mark.parametrize(
    "kind", ["exceeded_current_quota_error", "budget_exceeded", "insufficient_balance"]
)
def test_a_code_about_money_is_one_within_a_stream(kind: str) -> None:
    assert type(failures.from_event(StreamError(kind, "m"), Asked(OTHER, "m"))) is BillingError


@pytest.mark.parametrize(
    ("body", "kind", "hint"),
    [
        ({"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}, 6, "Ask"),
        ({"error": "Unexpected endpoint or method. (POST /v1/messages)"}, 8, "Check base_url."),
        ({"error": "busy"}, 8, "Try again later."),
    ],
)
def test_an_error_of_no_status_is_told_by_its_words(body: Any, kind: int, hint: str) -> None:
    response = Response(200, {}, json.dumps(body).encode())
    error = failures.from_body(response, body, Asked(OTHER, "some-model"))
    assert error.exit_code == kind
    assert hint_of(error).startswith(hint)


def test_what_squid_says_is_not_the_servers() -> None:
    page = b"<html><title>ERROR: The requested URL could not be retrieved</title></html>"
    response = Response(403, {"x-squid-error": "ERR_ACCESS_DENIED 0"}, page)
    error = failures.from_response(response, Asked(OTHER, MODEL))
    assert type(error) is NetworkError
    assert error.message == "a proxy on the way (Squid) answered 403: ERR_ACCESS_DENIED"


@pytest.mark.parametrize(
    "said",
    [
        "<title>400 The plain HTTP request was sent to HTTPS port</title>",
        "Client sent an HTTP request to an HTTPS server.\n",
        "Reason: You're speaking plain HTTP to an SSL-enabled server port.",
    ],
)
def test_plain_http_to_a_port_of_https_is_told(said: str) -> None:
    for model in (MODEL, None):
        assert hint_of(failed(400, said.encode(), model=model)) == "Write https:// in base_url."


@pytest.mark.parametrize("piece", [b"<title>", b"<title", b"<title><", b"</title", b"<", b" "])
def test_the_search_for_a_title_takes_linear_time(piece: bytes) -> None:
    body = b"<" + piece * (64 * 1024 // len(piece))
    started = time.process_time()
    assert failed(500, body).why in ("a web page", body.decode().strip()[:200])
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("headers", "body", "request_id"),
    [
        ({"request_id": "r1"}, b"", "r1"),
        ({"x_request_id": "r2"}, b"", "r2"),
        ({"request_id": "r1", "x_request_id": "r2"}, anthropic("m", "t", "r3"), "r1"),
        ({"request_id": ""}, anthropic("m", "t", "r3"), "r3"),
        ({}, b'{"request_id": 5}', None),
        ({}, b"[]", None),
    ],
)
def test_the_request_id_is_found(
    headers: dict[str, str], body: bytes, request_id: str | None
) -> None:
    assert failed(500, body, **headers).request_id == request_id


NOW = datetime(2026, 10, 5, 12, 0, 0, tzinfo=UTC)


def date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "86400"}, 86400.0),
        ({"retry-after": "inf"}, math.inf),
        ({"retry-after": "Infinity"}, math.inf),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "abc"}, None),
        ({"retry-after": "9" * 400}, math.inf),
        ({"retry-after": "9" * 16}, 1e16),
        ({"retry-after": "1.0000000000001"}, 1.0000000000001),
        ({"retry-after": "Mon Oct  5 12:00:30 2026", "date": date(0)}, 30.0),
        ({"retry-after": date(30), "date": "Mon Oct  5 12:00:00 2026"}, 30.0),
        ({"retry-after": "Monday, 05-Oct-26 12:00:30 GMT", "date": date(0)}, 30.0),
        ({"retry-after": "x" * 1024}, None),
        ({"retry-after": "\x1b]0;x\x07"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": date(30), "date": date(0)}, 30.0),
        ({"retry-after": date(-30), "date": date(0)}, 0.0),
        ({"retry-after": date(30), "date": "yesterday"}, None),
        ({"retry-after": "Mon, 05 Oct 2026 12:00:30 -0000", "date": date(0)}, 30.0),
        ({"retry-after": "Mon, 99 Oct 2026 99:00:30 GMT", "date": date(0)}, None),
        ({"retry-after": "Mon, 05 Oct 2001 12:00:30 GMT"}, 0.0),
    ],
    ids=lambda value: str(value)[:50],
)
def test_retry_after_is_understood_or_ignored(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after.seconds(headers) == seconds
    assert (
        failures.from_response(Response(503, headers), Asked(ENDPOINT, MODEL)).retry_after
        == seconds
    )


@pytest.mark.parametrize(
    ("asked", "said"), [("1.2", "2 s"), ("60.5", "61 s"), ("9" * 400, "very long")]
)
def test_the_time_to_wait_is_never_told_too_short(asked: str, said: str) -> None:
    reply = Response(503, {"retry-after": asked})
    error = failures.from_response(reply, Asked(ENDPOINT, MODEL))
    assert hint_of(error) == f"The server asks to wait {said}."


@pytest.mark.untraced
@PROPERTY
@given(
    st.text(max_size=60) | st.from_regex(r"\w{3}, \d{1,9} \w{3} \d{1,9} [\d:]{1,12} [-+\w]{1,9}"),
    st.sampled_from(["", date(0)]),
)
def test_no_retry_after_is_ever_an_exception_or_negative(value: str, now: str) -> None:
    seconds = retry_after.seconds({"retry-after": value, "retry-after-ms": value, "date": now})
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    ("status", "asked", "limit"),
    [
        (503, "false", 0),
        (503, " False ", 0),
        (429, "false", 0),
        (400, "true", ALWAYS),
        (501, "TRUE", ALWAYS),
        (503, "perhaps", ALWAYS),
        (400, "", 0),
        *((status, "true", 0) for status in (401, 402, 403, 421)),
    ],
)
def test_x_should_retry_is_obeyed_but_where_it_makes_no_sense(
    status: int, asked: str, limit: int
) -> None:
    assert failed(status, x_should_retry=asked).retry_limit == limit


def test_a_used_up_quota_is_not_retried_whatever_the_server_says() -> None:
    error = failed(429, mimo("quota exhausted"), x_should_retry="true")
    assert (type(error), error.retry_limit) == (BillingError, 0)


@pytest.mark.parametrize(
    ("kind", "message", "expected"),
    [
        (
            "overloaded_error",
            "Overloaded",
            (ServerError, "the server failed (529): Overloaded", "Try again later.", ALWAYS),
        ),
        (
            "api_error",
            "",
            (ServerError, "the server failed (500): api_error", "Try again later.", ALWAYS),
        ),
        (
            "timeout_error",
            "slow",
            (ServerError, "the server failed (504): slow", "Try again later.", ALWAYS),
        ),
        (
            "something",
            "odd",
            (ServerError, "the server reported an error: odd", "Try again later.", ALWAYS),
        ),
        (
            "rate_limit_error",
            "slow down",
            (
                RateLimitError,
                "too many requests: slow down",
                "Wait a little and try again.",
                ALWAYS,
            ),
        ),
        ("invalid_request_error", "no", (RequestError, "the request was refused: no", "", 0)),
        (
            "authentication_error",
            "no",
            (
                AuthError,
                "the key was refused: no",
                f"The key came from environment MIMO_API_KEY. Keys are made at {CONSOLE}.",
                0,
            ),
        ),
        (
            "billing_error",
            "no",
            (BillingError, "the balance is used up: no", f"Top up at {CONSOLE}.", 0),
        ),
        (
            "421",
            "no",
            (
                BlockedError,
                "blocked by the content filter: no",
                "Put the question in other words.",
                0,
            ),
        ),
        *(
            (
                odd,
                "odd",
                (ServerError, "the server reported an error: odd", "Try again later.", ALWAYS),
            )
            for odd in ("²", "200", "9" * 5000, "٤٠٠")
        ),
    ],
    ids=lambda value: str(value)[:30],
)
def test_an_error_event_is_what_its_status_would_have_been(
    kind: str, message: str, expected: tuple[type[MimoError], str, str, int]
) -> None:
    error = failures.from_event(StreamError(kind, message), Asked(ENDPOINT, MODEL))
    assert facts(error) == expected
    assert error.status is None


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        ({"error": {"code": "402", "message": "m"}}, BillingError, 402),
        ({"error": {"code": 401, "message": "m"}}, AuthError, 401),
        (
            {"type": "error", "error": {"type": "rate_limit_error", "message": "m"}},
            RateLimitError,
            429,
        ),
        ({"error": {"code": "E7", "message": "m"}}, ServerError, 200),
        ({"error": {"code": "200", "message": "m"}}, ServerError, 200),
        ({"error": "m"}, ServerError, 200),
    ],
)
def test_an_error_object_under_status_200_is_the_error_it_names(
    content: dict[str, Any], kind: type[MimoError], status: int
) -> None:
    response = Response(200, {"request-id": "r"}, json.dumps(content).encode())
    error = failures.from_body(response, content, Asked(ENDPOINT, MODEL))
    assert (type(error), error.why, error.status, error.request_id) == (kind, "m", status, "r")


def test_a_web_page_under_status_200_gives_its_title_alone() -> None:
    page = b"<!doctype html><html><head><title>Welcome to Hotel</title></head><body>x</body></html>"
    error = failures.from_page(Response(200, {}, page), ENDPOINT)
    assert facts(error) == (
        ProtocolError,
        'the server answered with a web page: "Welcome to Hotel"',
        "Check base_url, and whether this network wants you to log in.",
        0,
    )
    assert error.status == 200


@pytest.mark.parametrize(
    ("body", "is_error"),
    [
        ({"type": "error"}, True),
        ({"error": {}}, True),
        ({"error": "x"}, True),
        ({"type": "message", "error": None}, False),
        ({"type": "message"}, False),
        ({"type": "message", "content": [], "error": ""}, False),
        ({"type": "message", "content": [], "error": {}}, False),
        *(
            ({"type": "message", "content": [], "error": nothing}, False)
            for nothing in (0, 0.0, "0", "none", "None", "null", "false", " OK ", False)
        ),
        ({"type": "message", "error": {"code": 0, "message": "success"}}, False),
        ({"type": "message", "error": {"code": None, "message": "", "param": "None"}}, False),
        ({"type": "message", "error": {"code": 0, "message": "busy"}}, True),
        *(({"type": "message", "error": something}, True) for something in (1, True, "1", ["x"])),
        ({"type": "server_error", "message": "no money"}, True),
        ({"code": 401, "msg": "no key"}, True),
        ({"status": 500, "message": "broken"}, True),
        ({"success": False, "message": "broken"}, True),
        ({"detail": "not found"}, True),
        ({"detail": [{"msg": "field required"}]}, True),
        ({"data": [], "code": 0, "message": "ok"}, False),
        ({"data": {}, "code": 500, "msg": "broken"}, True),
        ({"data": None, "code": 200, "msg": "success"}, False),
        ({"success": True, "message": "fine"}, False),
        ({"errorMessage": "broken"}, True),
        ({"error_code": 17, "error_msg": "limit"}, True),
        ({"base_resp": {"status_code": 1004, "status_msg": "login fail"}}, True),
        ({"base_resp": {"status_code": 0, "status_msg": "success"}}, False),
        ({"code": "OK", "message": "fine"}, False),
        ({"code": 1, "message": "broken"}, True),
        ({"code": 0}, False),
        ([], False),
        ("error", False),
        (None, False),
    ],
)
def test_it_is_known_what_an_error_body_is(body: object, is_error: bool) -> None:
    assert error_body.is_error(body) is is_error


@PROPERTY
@given(
    st.integers(100, 999),
    st.binary(max_size=80)
    | st.dictionaries(
        st.sampled_from(["error", "message", "param", "type", "detail", "request_id", "code"]),
        st.none() | st.integers() | st.text(max_size=9) | st.lists(st.integers(), max_size=2),
    ).map(lambda body: json.dumps(body).encode()),
)
def test_any_refusal_becomes_an_error_of_ours_without_the_key(status: int, body: bytes) -> None:
    error = failed(status, body)
    assert CANARY not in f"{error.message} {hint_of(error)} {error!r}"
    assert error.status == status
