"""LiteLLM's proxy between the program and a server: of this protocol, and of OpenAI's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest
from support.harness import KEY

from mimo_cli.simulator import Fault, Simulator
from peers import openai_server
from peers.installed import Installed, error_lines, json_lines
from peers.processes import free_port, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from peers.conftest import Prepared

PASSED_ON = "gateway-pro"
"""The model that the simulator answers as `mimo-v2.6-pro`; so does that name itself."""

HOWS = pytest.mark.parametrize("how", [(), ("--no-stream",)], ids=["stream", "plain"])


class Gateway(NamedTuple):
    url: str
    simulator: Simulator
    """What stands behind the models that are passed on."""

    output: Path
    """What the gateway printed."""


def configuration(messages_url: str, openai_url: str, key: str) -> dict[str, object]:
    """Models of both protocols; without a word it would ask OpenAI's newer one of the second."""
    passed_on = {
        "model": "anthropic/mimo-v2.6-pro",
        "api_base": messages_url,
        "api_key": key,
        "extra_headers": {"api-key": key},  # MiMo's service knows no x-api-key
    }
    server = {"api_base": openai_url, "api_key": openai_server.KEY}
    return {
        "model_list": [
            {"model_name": PASSED_ON, "litellm_params": passed_on},
            {"model_name": "mimo-v2.6-pro", "litellm_params": passed_on},
            {"model_name": "vllm-*", "litellm_params": {"model": "hosted_vllm/*", **server}},
            {"model_name": "responses-*", "litellm_params": {"model": "openai/*", **server}},
        ],
        "general_settings": {"master_key": KEY},
        "litellm_settings": {"telemetry": False, "num_retries": 0},
        "router_settings": {"num_retries": 0, "disable_cooldowns": True},
    }


@pytest.fixture(scope="module")
def gateway(environment: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder, home = environment("litellm"), tmp_path_factory.mktemp("litellm")
    file, port = home / "config.yaml", free_port()
    command = [str(folder / "bin" / "litellm"), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--config", str(file), "--telemetry", "False"]
    with Simulator(keys=("sk-BEHIND-0123456789",)) as simulator, openai_server.serving() as other:
        content = configuration(simulator.base_url, other, simulator.key)
        file.write_text(json.dumps(content), "utf-8")  # JSON is YAML
        health = "/health/liveliness"
        with serving(
            command, home, port=port, health=health, LITELLM_LOCAL_MODEL_COST_MAP="True"
        ) as url:
            yield Gateway(url, simulator, home / "output")
        assert KEY not in (home / "output").read_text("utf-8")


@pytest.fixture
def mimo(gateway: Gateway, tmp_path: Path) -> Installed:
    return Installed(tmp_path, gateway.url, model=PASSED_ON, auth="bearer")


# Passed on: our simulator behind it


@HOWS
def test_an_answer_is_passed_on(mimo: Installed, how: tuple[str, ...]) -> None:
    result = mimo("ask", *how, "echo 日本語 \U0001f600 \u2028 *so*")
    assert (result.code, result.out, result.err) == (0, "日本語 \U0001f600 \u2028 *so*\n", "")


@HOWS
def test_thinking_is_passed_on_and_goes_back_byte_for_byte(
    mimo: Installed, gateway: Gateway, how: tuple[str, ...]
) -> None:
    """The simulator refuses a thought that it did not think."""
    first = mimo("ask", *how, "--json", "--thinking", "echo one").json
    assert [block["type"] for block in first["content"]] == ["thinking", "text"]
    assert first["content"][0]["signature"].startswith("sim-")
    second = mimo("ask", *how, "-c", "echo two")
    assert (second.code, second.out, second.err) == (0, "two\n", "")
    asked = gateway.simulator.requests[-1].json
    assert asked["messages"][1] == {"role": "assistant", "content": first["content"]}
    assert (asked["model"], asked["stream"]) == ("mimo-v2.6-pro", not how)


def test_the_key_for_the_gateway_goes_no_further(mimo: Installed, gateway: Gateway) -> None:
    assert mimo("ask", "echo hi").code == 0
    recorded = gateway.simulator.requests[-1]
    assert recorded.headers["api-key"] == gateway.simulator.key
    assert KEY not in repr(recorded)
    assert KEY.encode() not in mimo.kept()


def test_a_model_of_mimos_own_needs_max_tokens_there(mimo: Installed, gateway: Gateway) -> None:
    result = mimo("ask", "-m", "mimo-v2.6-pro", "echo hi")
    assert (result.code, result.out, result.err) == (0, "hi\n", "")
    assert gateway.simulator.requests[-1].json["max_tokens"] == 131072


def test_jsonl_tells_each_delta(mimo: Installed) -> None:
    result = mimo("ask", "--jsonl", "--no-thinking", "20 words")
    *events, last = json_lines(result)
    texts = [event["text"] for event in events if event["type"] == "text"]
    assert len(texts) > 10
    assert "".join(texts) == last["text"]
    assert last["usage"]["output_tokens"] >= 20


REFUSALS = {
    400: (10, "Param Incorrect"),
    401: (4, "Invalid API Key"),
    402: (6, "Insufficient Balance"),
    403: (4, "Forbidden"),
    404: (10, "Not Found"),
    413: (10, "Request Entity Too Large"),
    421: (11, "Content Blocked"),
    429: (5, "AnthropicException - Too many requests"),  # of its JSON the words
    500: (8, "Internal Server Error"),
    503: (8, "Service Unavailable"),
    529: (8, "litellm."),
}


@pytest.mark.parametrize("how", [(), ("--no-stream",)], ids=["stream", "plain"])
@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_is_passed_on(
    mimo: Installed, gateway: Gateway, status: int, how: tuple[str, ...]
) -> None:
    code, says = REFUSALS[status]
    gateway.simulator.add(Fault.http(status))
    result = mimo("ask", *how, "--retries", "0", "hi")
    assert (result.code, result.out) == (code, "")
    assert says in result.err
    assert "xiaomi" not in result.err


BREAKS = {
    "cut before an event": (Fault.cut(0), (8,)),
    "cut in mid-stream": (Fault.cut(1500), (8, 9)),
    "an early end before an event": (Fault.cut(0, clean=True), (8,)),
    "an early end in mid-stream": (Fault.cut(1500, clean=True), (9,)),
    "reset in mid-stream": (Fault.reset(1500), (8, 9)),
    "no reply": (Fault(raw=b""), (8,)),
    "an error event": (
        Fault(
            sse=b"event: error\ndata: "
            b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n'
        ),
        (8,),
    ),
    "a web page": (Fault(body=b"<title>Log in</title>"), (8,)),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_behind_it(mimo: Installed, gateway: Gateway, name: str) -> None:
    """What came before a connection was lost LiteLLM passes on or not, as it happens."""
    fault, codes = BREAKS[name]
    gateway.simulator.add(fault)
    result = mimo("ask", "--retries", "0", "--no-thinking", "hi")
    assert result.code in codes
    if result.code == 9:
        assert result.out.startswith("## A simulated answer\n")
        assert "the answer is incomplete" in error_lines(result)[0]
    else:
        assert result.out == ""


def test_a_refusal_that_passes(mimo: Installed, gateway: Gateway) -> None:
    gateway.simulator.add(Fault.http(503))
    result = mimo("ask", "echo hi")
    assert (result.code, result.out) == (0, "hi\n")
    assert result.err.count("trying again in ") == 1


# Translated: a server of OpenAI's protocol behind it


class Outcome(NamedTuple):
    code: int
    out: str = "Hello there\n"
    says: str = ""


TRANSLATED = {
    "text": Outcome(0),
    "unicode": Outcome(0, "日本語 \U0001f600 e\u0301\n"),
    "thinks": Outcome(0),
    "tool": Outcome(8, "", "tool"),
    "text-and-tool": Outcome(0, says="tool"),
    "long": Outcome(0, says="max_tokens"),
    "filtered": Outcome(11, says="refused to answer"),
    "empty": Outcome(8, "", "no text"),
    "breaks": Outcome(9, says="the model fell over"),
}


@pytest.mark.parametrize("case", TRANSLATED)
def test_an_answer_is_translated(mimo: Installed, case: str) -> None:
    expected = TRANSLATED[case]
    result = mimo("ask", "-m", f"vllm-{case}", "--retries", "0", "hi")
    assert (result.code, result.out) == (expected.code, expected.out)
    assert expected.says in result.err
    assert expected.says or result.err == ""


@pytest.mark.parametrize(
    "case", [case for case in TRANSLATED if case not in ("breaks", "filtered")]
)
def test_both_ways_to_ask_come_to_the_same(mimo: Installed, case: str) -> None:
    """But for the signature, which only a stream has, the ids, and counts of nothing."""
    stream, plain = (
        mimo("ask", "-m", f"vllm-{case}", "--json", *how, "hi").json
        for how in ((), ("--no-stream",))
    )
    for block in (*stream["content"], *plain["content"]):
        block.pop("signature", None)
    same = ("text", "thinking", "content", "stop_reason", "model", "partial")
    assert {name: stream[name] for name in same} == {name: plain[name] for name in same}
    for usage in (stream["usage"], plain["usage"]):
        counts = [usage[f"{kind}_tokens"] for kind in ("input", "cache_read_input", "output")]
        assert counts == [3, 4, 3]  # of the 7 that came in 4 were cached
    assert stream["model"] == f"vllm-{case}"
    if case == "tool":
        (call,) = stream["content"]
        assert (call["name"], call["input"]) == ("weather", {"city": "Rome"})
    if case == "thinks":
        assert stream["thinking"] == "Hm, so."


def test_a_thought_that_was_translated_goes_back(mimo: Installed) -> None:
    assert mimo("ask", "-m", "vllm-thinks", "one").code == 0
    result = mimo("ask", "-c", "-m", "vllm-thinks", "two")
    assert (result.code, result.out, result.err) == (0, "Hello there\n", "")


STATUSES = {400: 10, 401: 4, 402: 6, 403: 4, 404: 10, 422: 10, 429: 5, 500: 8, 503: 8}


@HOWS
@pytest.mark.parametrize("status", STATUSES)
def test_an_error_is_translated(mimo: Installed, status: int, how: tuple[str, ...]) -> None:
    result = mimo("ask", *how, "-m", f"vllm-status-{status}", "--retries", "0", "hi")
    assert (result.code, result.out) == (STATUSES[status], "")
    assert f"because of {status}" in result.err
    assert "xiaomi" not in result.err


def test_a_used_up_quota_is_no_rate_limit(mimo: Installed) -> None:
    """LiteLLM calls it RateLimitError; what the server said is what counts."""
    result = mimo("ask", "-m", "vllm-quota", "hi")
    assert (result.code, result.out) == (6, "")
    assert "trying again" not in result.err
    assert "You exceeded your current quota" in error_lines(result)[0]


def test_an_error_with_status_200_is_one(mimo: Installed) -> None:
    """What LiteLLM makes of a server that does not know OpenAI's newer protocol."""
    result = mimo("ask", "--retries", "0", "-m", "responses-text", "hi")
    assert (result.code, result.out) == (8, "")
    assert "APIError" in error_lines(result)[0]


# The gateway itself


def test_its_models(mimo: Installed) -> None:
    listed = mimo("models", "--remote", "--json").json["models"]
    assert {PASSED_ON, "mimo-v2.6-pro"} <= {model["id"] for model in listed}


def test_an_unknown_model(mimo: Installed) -> None:
    result = mimo("ask", "-m", "nothing", "hi")
    assert (result.code, result.out) == (10, "")
    assert "You passed in model=nothing" in error_lines(result)[0]
    assert "mimo-v2" not in "".join(error_lines(result))


@pytest.mark.parametrize("auth", ["api-key", "bearer", "x-api-key"])
def test_it_takes_the_key_in_every_header(mimo: Installed, auth: str) -> None:
    assert mimo("ask", "echo hi", MIMO_AUTH=auth).out == "hi\n"


def test_a_wrong_key(mimo: Installed) -> None:
    """Without a database it says so of every key but the right one."""
    result = mimo("ask", "hi", MIMO_API_KEY="sk-another-0123456789")
    assert (result.code, result.out) == (10, "")
    assert "No connected db." in error_lines(result)[0]


def test_doctor_finds_nothing_wrong(mimo: Installed) -> None:
    result = mimo("doctor", "--json")
    assert result.code == 0
    assert {it["name"]: it["state"] for it in result.json["checks"]}["request"] == "ok"
