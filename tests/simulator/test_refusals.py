"""What the simulator refuses, as the service does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.simulated import CALL, IMAGE, WEATHER, asking, client, faulty

from mimo_cli.simulator import (
    Fault,
    Simulator,
)

if TYPE_CHECKING:
    import httpx


def media(kind: str, media_type: str, **fields: object) -> dict[str, Any]:
    source = {"type": "base64", "media_type": media_type, "data": "iVBORw0KGgo="}
    return {"type": kind, "source": source, **fields}


BLANK = "must contain non-whitespace text"
NOT_SET = "`text` is not set"

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"model": "gpt-5"}, "Not supported model gpt-5"),
    ({"model": "MIMO-V2.6-PRO"}, "Not supported model MIMO-V2.6-PRO"),
    ({"model": "mimo-v2.5-pro"}, "Not supported model mimo-v2.5-pro"),
    ({"model": "mimo-v2.5"}, "Not supported model mimo-v2.5"),
    ({"model": "mimo-v2-flash"}, "Not supported model mimo-v2-flash"),
    ({"model": None}, "model must be a string of at least 1 character"),
    ({"max_tokens": 0}, "max_tokens must be an integer between 1 and 131072"),
    ({"max_tokens": 131_073}, "max_tokens must be an integer between 1 and 131072"),
    ({"max_tokens": True}, "max_tokens must be an integer between 1 and 131072"),
    ({"max_tokens": 1.5}, "max_tokens must be an integer between 1 and 131072"),
    ({"temperature": 1.6}, "temperature must be between 0 and 1.5"),
    ({"temperature": -0.1}, "temperature must be between 0 and 1.5"),
    ({"temperature": "1"}, "temperature must be between 0 and 1.5"),
    ({"temperature": True}, "temperature must be between 0 and 1.5"),
    ({"top_p": 0}, "top_p must be between 0.01 and 1"),
    ({"top_p": 1.01}, "top_p must be between 0.01 and 1"),
    ({"stream": 1}, "stream must be true or false"),
    ({"stop_sequences": "x"}, "stop_sequences must be an array of strings"),
    ({"stop_sequences": [""]}, "stop_sequences must be an array of strings"),
    ({"thinking": {"type": "on"}}, "thinking.type must be enabled or disabled"),
    ({"thinking": True}, "thinking.type must be enabled or disabled"),
    ({"system": ""}, "system must be text"),
    ({"system": []}, "system must be text"),
    ({"system": [{"type": "image"}]}, "system[0].type must be text"),
    (
        {"system": [{"type": "text", "text": ""}]},
        "system[0].text must be a string of at least 1 character",
    ),
    ({"tools": {}}, "tools must be an array"),
    ({"tools": ["t"]}, "tools[0] must be an object"),
    ({"tools": [{}]}, "tools[0].name must be a string of at least 1 character"),
    ({"tools": [{**WEATHER, "type": "web"}]}, "tools[0].type must be custom"),
    ({"tools": [{"name": "t"}]}, "tools[0].input_schema.type must be object"),
    ({"tool_choice": "auto"}, "tool_choice must be an object"),
    ({"messages": []}, "messages must be an array of at least 1 message"),
    ({"messages": ["hi"]}, "messages[0] must be an object"),
    (
        {"messages": [{"role": "tool", "content": "x"}]},
        "messages[0].role must be one of user, assistant, system",
    ),
    ({"messages": [{"role": "user"}]}, NOT_SET),
    ({"messages": [{"role": "user", "content": ""}]}, NOT_SET),
    ({"messages": [{"role": "user", "content": []}]}, f"messages[0].content {BLANK}"),
    ({"messages": [{"role": "user", "content": " \n"}]}, f"messages[0].content {BLANK}"),
]

REFUSED_BLOCKS: list[tuple[object, str]] = [
    ("hi", " must be an object"),
    ({"type": "text", "text": " "}, f".text {BLANK}"),
    ({"type": "text", "text": 5}, ".text must be a string"),
    ({"type": "thinking"}, ".thinking must be a string"),
    ({"type": "thinking", "thinking": "", "signature": 1}, ".signature must be a string"),
    ({**CALL, "id": ""}, ".id must be a string of at least 1 character"),
    ({**CALL, "name": 1}, ".name must be a string of at least 1 character"),
    ({**CALL, "input": "{}"}, ".input must be an object"),
    ({"type": "tool_result"}, ".tool_use_id must be a string of at least 1 character"),
    (
        {"type": "tool_result", "tool_use_id": "c", "content": 5},
        ".content must be a string or an array",
    ),
    ({"type": "tool_result", "tool_use_id": "c", "content": " "}, f".content {BLANK}"),
    ({"type": "tool_result", "tool_use_id": "c", "content": []}, f".content {BLANK}"),
    (
        {"type": "tool_result", "tool_use_id": "c", "is_error": "no"},
        ".is_error must be true or false",
    ),
    (
        {"type": "tool_result", "tool_use_id": "c", "content": [CALL]},
        ".content[0].type must be one of text, image, audio, video",
    ),
    (
        {"type": "file"},
        ".type must be one of text, image, audio, video, thinking, tool_use, tool_result",
    ),
    ({"type": "image"}, ".source must be an object"),
    (
        {"type": "image", "source": {"type": "file"}},
        ".source.type must be base64 or url",
    ),
    (
        {"type": "image", "source": {"type": "url"}},
        ".source.url must be a string of at least 1 character",
    ),
    (
        {"type": "image", "source": {"type": "url", "url": "file:///etc/passwd"}},
        ".source.url must be an http or https address",
    ),
    (
        media("image", "image/tiff"),
        ".source.media_type must be one of image/jpeg, image/png, image/gif, image/webp, image/bmp",
    ),
    (
        {
            "type": "image",
            "source": {"type": "base64", "media_type": "image/png", "data": "%"},
        },
        ".source.data must be base64",
    ),
    (media("video", "video/mp4", fps=11), ".fps must be between 0.1 and 10"),
    (
        media("video", "video/mp4", media_resolution="min"),
        ".media_resolution must be default or max",
    ),
]


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        *REFUSED,
        *(
            ({"messages": [{"role": "user", "content": [block]}]}, f"messages[0].content[0]{param}")
            for block, param in REFUSED_BLOCKS
        ),
    ],
)
def test_a_request_that_breaks_a_rule_is_a_400_that_names_it(
    http: httpx.Client, fields: dict[str, Any], param: str
) -> None:
    response = http.post("/v1/messages", json=asking() | fields)
    assert (response.status_code, response.json()) == (
        400,
        {"error": {"code": "400", "message": "Param Incorrect", "param": param, "type": ""}},
    )


@pytest.mark.parametrize(
    "block",
    [
        {"type": "text"},
        {"type": "text", "text": None},
        {"type": "text", "text": ""},
        {"type": "tool_result", "tool_use_id": "c"},
        {"type": "tool_result", "tool_use_id": "c", "content": None},
        {"type": "tool_result", "tool_use_id": "c", "content": ""},
        {"type": "tool_result", "tool_use_id": "c", "content": [{"type": "text", "text": ""}]},
    ],
)
def test_an_empty_text_is_not_set(http: httpx.Client, block: dict[str, Any]) -> None:
    response = http.post("/v1/messages", json=asking([block]))
    assert (response.status_code, response.json()["error"]["param"]) == (400, NOT_SET)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (b"", "The request body is not valid JSON"),
        (b"{", "The request body is not valid JSON"),
        (b"\xff", "The request body is not valid JSON"),
        (b'{"temperature": NaN}', "The request body is not valid JSON"),
        (b"[" * 100_000, "The request body is nested too deeply"),
        (b"[]", "The request body must be a JSON object"),
    ],
)
def test_a_body_that_is_not_a_json_object_is_a_400(
    http: httpx.Client, body: bytes, param: str
) -> None:
    response = http.post("/v1/messages", content=body)
    assert (response.status_code, response.json()["error"]["param"]) == (400, param)


@pytest.mark.parametrize(
    "fields",
    [
        {"max_tokens": 131_072, "temperature": 1.5, "top_p": 0.01, "stop_sequences": ["x"]},
        {"temperature": 0, "top_p": 1, "system": "You are MiMo.", "tool_choice": {"type": "any"}},
        {"system": [{"type": "text", "text": "You are MiMo."}], "tools": []},
        {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]},
        {"messages": [{"role": "assistant", "content": "only an answer"}]},
        {"unheard_of": 1},
    ],
)
def test_values_at_the_limits_are_taken(http: httpx.Client, fields: dict[str, Any]) -> None:
    assert http.post("/v1/messages", json=asking() | fields).status_code == 200


def test_an_image_for_a_model_without_image_input_is_a_404(http: httpx.Client) -> None:
    response = http.post("/v1/messages", json=asking([IMAGE]) | {"model": "mimo-v2.5-pro"})
    assert (response.status_code, response.json()["error"]) == (
        404,
        {
            "code": "404",
            "message": "No endpoints found that support image input",
            "param": "",
            "type": "",
        },
    )


def test_too_many_requests_are_refused_as_the_service_does() -> None:
    with faulty(Fault.http(429)) as (_, http):
        assert http.get("/v1/models").json() == {
            "error": {"code": "429", "message": "Too many requests", "type": "limitation"}
        }


def test_a_body_over_the_limit_is_a_413_and_the_connection_lives_on() -> None:
    with Simulator(max_body=100_000) as sim, client(sim) as http:
        for content in (b" " * 100_001, iter([b" " * 60_000] * 2)):  # with a length, and in chunks
            response = http.post("/v1/messages", content=content)
            assert (response.status_code, response.json()["error"]["code"]) == (413, "413")
        assert http.post("/v1/messages", content=b" " * 100_000).status_code == 400
        assert http.get("/v1/models").status_code == 200
        assert (sim.connections, sim.requests[0].body) == (1, b"")
