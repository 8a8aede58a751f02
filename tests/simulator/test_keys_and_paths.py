"""The simulator's keys, paths and methods."""

from __future__ import annotations

import httpx
import pytest
from support.simulated import NO_TLS, asking, client

from mimo_cli.catalogue import models
from mimo_cli.simulator import (
    DEFAULT_KEY,
    Fault,
    Simulator,
)


@pytest.mark.parametrize(
    "headers",
    [
        {"api-key": "sk-simulator"},
        {"Authorization": "Bearer sk-simulator"},
        {"authorization": "bearer sk-simulator"},
    ],
)
def test_either_header_carries_the_key(sim: Simulator, headers: dict[str, str]) -> None:
    url = sim.base_url + "/v1/messages"
    assert (
        httpx.post(url, headers=headers, json=asking(), trust_env=False, verify=NO_TLS).status_code
        == 200
    )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"api-key": "sk-other"},
        {"api-key": "tp-simulator"},
        {"api-key": ""},
        {"Authorization": "sk-simulator"},
        {"Authorization": "Basic sk-simulator"},
        {"x-api-key": "sk-simulator"},
    ],
)
@pytest.mark.parametrize("path", ["/anthropic/v1/messages", "/v1/messages"])
def test_a_missing_or_wrong_key_is_a_401(
    sim: Simulator, headers: dict[str, str], path: str
) -> None:
    response = httpx.post(
        sim.url + path, headers=headers, json=asking(), trust_env=False, verify=NO_TLS
    )
    assert (response.status_code, response.json()) == (
        401,
        {
            "error": {
                "code": "401",
                "message": "Invalid API Key",
                "param": "Please provide valid API Key",
                "type": "invalid_key",
            }
        },
    )


def test_a_simulator_with_token_plan_keys_takes_only_those() -> None:
    with Simulator(keys=("tp-plan",)) as sim:
        assert sim.key == "tp-plan"
        for key, status in (("tp-plan", 200), ("sk-simulator", 401)):
            response = httpx.get(
                sim.url + "/v1/models", headers={"api-key": key}, trust_env=False, verify=NO_TLS
            )
            assert response.status_code == status


def test_a_simulator_without_keys_needs_none() -> None:
    with Simulator(keys=()) as sim:
        assert sim.key == DEFAULT_KEY
        response = httpx.post(
            sim.url + "/v1/messages", json=asking(), trust_env=False, verify=NO_TLS
        )
        assert response.status_code == 200


@pytest.mark.parametrize("path", ["/v1/models", "/anthropic/v1/models", "/v1/models?limit=5"])
def test_the_list_of_models_has_the_current_ones(http: httpx.Client, path: str) -> None:
    assert http.get(path).json() == {
        "object": "list",
        "data": [
            {"id": model.id, "object": "model", "owned_by": "xiaomi"} for model in models.current()
        ],
    }


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/messages", (404, "text/html", None)),
        ("GET", "/", (404, "text/html", None)),
        ("POST", "/anthropic/messages", (404, "application/json", None)),
        ("POST", "/v1/v1/messages", (404, "application/json", None)),
        ("GET", "/v1/messages", (405, "application/json", "POST")),
        ("DELETE", "/anthropic/v1/messages", (405, "application/json", "POST")),
        ("POST", "/v1/models", (405, "application/json", "GET")),
        ("HEAD", "/v1/messages", (405, "application/json", "POST")),
    ],
)
def test_a_wrong_path_or_method_is_refused(
    http: httpx.Client, method: str, path: str, expected: tuple[int, str, str | None]
) -> None:
    response = http.request(method, path)
    headers = response.headers
    assert (response.status_code, headers["content-type"], headers.get("allow")) == expected
    assert bool(response.content) == (method != "HEAD")


def test_every_reply_has_a_date_and_its_own_request_id() -> None:
    with Simulator(faults=[Fault.http(503)]) as sim, client(sim) as http:
        replies = [http.get(path) for path in ("/v1/models", "/v1/models", "/nowhere")]
        assert [reply.headers["request-id"] for reply in replies] == [
            "sim-00000001",
            "sim-00000002",
            "sim-00000003",
        ]
        assert all(reply.headers["date"].endswith(" GMT") for reply in replies)
