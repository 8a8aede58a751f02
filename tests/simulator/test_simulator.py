from __future__ import annotations

import json
import signal
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mimo_cli.catalogue import models
from mimo_cli.simulator import (
    DEFAULT_KEY,
    INTRODUCED,
    PING,
    Answer,
    Fault,
    Framing,
    Simulator,
    TextBlock,
    TokenCounts,
    error_event,
    event,
    stream_events,
    tokenise,
)
from mimo_cli.simulator.protocol.responses import HttpResponse
from mimo_cli.simulator.steps import Close, Send, Wait, sending_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL = "mimo-v2.6-pro"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # to load certificates takes 20 ms a client
OFF: dict[str, Any] = {"thinking": {"type": "disabled"}}
PIXEL = "iVBORw0KGgo="
LONG = "one two three four " * 40
WEATHER = {
    "name": "get_weather",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city"],
    },
}
EXAMPLE = {
    "model": MODEL,
    "max_tokens": 1024,
    "top_p": 0.95,
    "stream": False,
    "temperature": 1.0,
    "stop_sequences": None,
    "thinking": {"type": "disabled"},
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "please introduce yourself"}]}
    ],
}


def asking(question: object = "hello", **fields: object) -> dict[str, Any]:
    return {"model": MODEL, "messages": [{"role": "user", "content": question}], **fields}


@contextmanager
def client(simulator: Simulator) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=simulator.url,
        headers={"api-key": simulator.key},
        trust_env=False,
        verify=NO_TLS,
        timeout=5,
    ) as opened:
        yield opened


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def http(sim: Simulator) -> Iterator[httpx.Client]:
    with client(sim) as opened:
        yield opened


def ask(http: httpx.Client, question: object = "hello", **fields: object) -> dict[str, Any]:
    response = http.post("/anthropic/v1/messages", json=asking(question, **fields))
    assert response.status_code == 200, response.text
    whole: dict[str, Any] = response.json()
    return whole


def events(body: str) -> list[dict[str, Any]]:
    found = []
    for block in body.split("\n\n")[:-1]:
        name, data = block.split("\n")
        found.append(json.loads(data.removeprefix("data: ")))
        assert name == "event: " + found[-1]["type"]
    return found


def deltas(body: str, kind: str) -> list[str]:
    field = {"input_json_delta": "partial_json"}.get(kind, kind.removesuffix("_delta"))
    found = [one["delta"] for one in events(body) if one["type"] == "content_block_delta"]
    return [delta[field] for delta in found if delta["type"] == kind]


def exchange(simulator: Simulator, request: bytes, *, half_close: bool = False) -> bytes:
    """Send bytes, and return everything that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", port(simulator)), timeout=5) as connection:
        connection.sendall(request)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


def port(simulator: Simulator) -> int:
    return httpx.URL(simulator.url).port or 0


def posted(body: dict[str, Any], *headers: str, version: str = "1.1") -> bytes:
    data = json.dumps(body).encode()
    lines = [
        f"POST /v1/messages HTTP/{version}",
        "Host: x",
        f"api-key: {DEFAULT_KEY}",
        f"Content-Length: {len(data)}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + data


def body_of(reply: bytes) -> bytes:
    return reply.partition(b"\r\n\r\n")[2]


def chunks(body: bytes) -> list[bytes]:
    """The chunks of a body; the last is empty if it came to its end."""
    found = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        assert rest[length : length + 2] == b"\r\n"
        found.append(rest[:length])
        body = rest[length + 2 :]
    return found


# --- keys, paths, methods ------------------------------------------------------------------------


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


# --- requests that are refused -------------------------------------------------------------------

IMAGE = {"type": "image", "source": {"type": "url", "url": "http://example.com/a.png"}}
CALL = {"type": "tool_use", "id": "c", "name": "t", "input": {}}


def media(kind: str, media_type: str, **fields: object) -> dict[str, Any]:
    source = {"type": "base64", "media_type": media_type, "data": PIXEL}
    return {"type": kind, "source": source, **fields}


BLANK = "must contain non-whitespace text"
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
    ({"messages": [{"role": "user"}]}, f"messages[0].content {BLANK}"),
    ({"messages": [{"role": "user", "content": []}]}, f"messages[0].content {BLANK}"),
    ({"messages": [{"role": "user", "content": " \n"}]}, f"messages[0].content {BLANK}"),
]
REFUSED_BLOCKS: list[tuple[object, str]] = [
    ("hi", " must be an object"),
    ({"type": "text", "text": " "}, f".text {BLANK}"),
    ({"type": "text"}, f".text {BLANK}"),
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


@pytest.mark.parametrize(
    "block",
    [
        IMAGE,
        media("image", "image/png"),
        media("audio", "audio/ogg"),
        media("video", "video/mp4", fps=0.1, media_resolution="max"),
    ],
)
def test_media_count_the_same_whatever_their_size(
    http: httpx.Client, block: dict[str, Any]
) -> None:
    usage = ask(http, [block, {"type": "text", "text": "what"}], model="mimo-v2.6-flash")["usage"]
    assert usage["input_tokens"] + usage["cache_read_input_tokens"] == 256 + 2


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


def test_a_body_over_32_mib_is_a_413_and_the_connection_lives_on() -> None:
    with Simulator() as sim, client(sim) as http:
        response = http.post("/v1/messages", content=b" " * (32 * 1024 * 1024 + 1))
        assert (response.status_code, response.json()["error"]["code"]) == (413, "413")
        assert http.get("/v1/models").status_code == 200
        assert (sim.connections, sim.requests[0].body) == (1, b"")


# --- answers -------------------------------------------------------------------------------------


def test_the_worked_example_of_the_reference_is_answered_as_there(http: httpx.Client) -> None:
    assert http.post("/anthropic/v1/messages", json=EXAMPLE).json() == {
        "id": "b966dbcad38c48b59d16d8c1f313681b",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": [{"type": "text", "text": INTRODUCED}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 57, "output_tokens": 54},
    }


def test_an_introduction_in_other_circumstances_has_counts_of_its_own() -> None:
    with Simulator() as sim, client(sim) as http:
        answer = ask(http, "Please introduce yourself.", **OFF)
        assert answer["content"] == [{"type": "text", "text": INTRODUCED}]
        assert answer["id"] != "b966dbcad38c48b59d16d8c1f313681b"
        assert answer["usage"] == {
            "input_tokens": 5,
            "output_tokens": len(tokenise(INTRODUCED)),
            "cache_read_input_tokens": 0,
        }


def test_the_usual_answer_is_markdown_that_says_there_is_no_model(http: httpx.Client) -> None:
    thought, page = ask(http, "What is `6 * 7`?\n" + LONG)["content"]
    assert thought["type"] == "thinking"
    assert "There is no model here" in thought["thinking"]
    assert thought["signature"].startswith("sim-")
    text = page["text"]
    assert 600 <= len(text) <= 1200
    for part in (
        "## ",
        "**No model is behind this text.**",
        "\n- ",
        "```python\n",
        "|---|",
        "你好",
    ):
        assert part in text
    assert "`What is '6 * 7'? one two three" in text
    assert "…`" in text


def test_the_same_question_gets_the_same_answer(http: httpx.Client) -> None:
    first, second = (ask(http, "Why is the sky blue?") for _ in range(2))
    assert first["content"] == second["content"]
    assert first["id"] != second["id"]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("echo \x1b[2J \u202e[red]", "\x1b[2J \u202e[red]"),
        ("Echo:  two\nlines ", " two\nlines "),
        ("give me 3 words", "No model is"),
        ("0 words", "No"),
        ("stop reason refusal", "No model is behind this, it only stops."),
    ],
)
def test_some_questions_choose_the_answer(http: httpx.Client, question: str, text: str) -> None:
    assert ask(http, question, **OFF)["content"] == [{"type": "text", "text": text}]


def test_a_question_can_choose_the_stop_reason(http: httpx.Client) -> None:
    assert ask(http, "stop_reason: content_filter")["stop_reason"] == "content_filter"


def test_a_question_for_words_gets_as_many(http: httpx.Client) -> None:
    words = ask(http, "Write 300 words about it", **OFF)["content"][0]["text"].split()
    assert len(words) == 300
    assert len(set(words)) > 280


def test_a_question_for_json_gets_json_and_nothing_else(http: httpx.Client) -> None:
    question = 'the "date" as JSON, 请'
    text = ask(http, question, **OFF)["content"][0]["text"]
    assert json.loads(text) == {"simulated": True, "model": None, "question": question}


def test_a_conversation_without_text_is_answered_too(http: httpx.Client) -> None:
    text = ask(http, [IMAGE], **OFF)["content"][0]["text"]
    assert "You asked: `(no text)`" in text


def test_the_answer_and_the_thinking_can_be_given() -> None:
    with Simulator(answer="Yes.", thinking="Hm.") as sim, client(sim) as http:
        assert ask(http)["content"] == [
            {
                "type": "thinking",
                "thinking": "Hm.",
                "signature": ask(http)["content"][0]["signature"],
            },
            {"type": "text", "text": "Yes."},
        ]
        assert ask(http, **OFF)["content"] == [{"type": "text", "text": "Yes."}]


def test_the_answer_can_be_made_from_the_request() -> None:
    with Simulator(answer=lambda body: body["model"]) as sim, client(sim) as http:
        assert ask(http, **OFF)["content"] == [{"type": "text", "text": MODEL}]


def test_an_empty_answer_has_no_text_block() -> None:
    with Simulator(answer="") as sim, client(sim) as http:
        assert ask(http, **OFF)["content"] == []


# --- limits and counts ---------------------------------------------------------------------------


# Some of each class, and no table of all characters, which takes seconds to make.
TEXTS = st.text("aZ9_ \t\r\n\x1c.,|你あ가\u0301\u200d\ufe0f🚀\ud83d\U00020000")


@settings(deadline=None)
@given(TEXTS)
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(tokenise(text)) == text


@settings(deadline=None)
@given(TEXTS, st.integers(0, 20))
def test_the_first_tokens_of_a_text_are_the_tokens_of_its_beginning(text: str, count: int) -> None:
    first = tokenise(text)[:count]
    assert tokenise("".join(first)) == first


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Hello, world!", ["Hello", ",", " world", "!"]),
        ("你好 世界", ["你", "好", " 世", "界"]),
        ("a_1 " + "x" * 17, ["a_1", " " + "x" * 16, "x"]),
        ("ab中文cd", ["ab", "中", "文", "cd"]),
        ("end \n", ["end", " \n"]),
        ("", []),
    ],
)
def test_tokens_are_words_signs_and_characters(text: str, tokens: list[str]) -> None:
    assert tokenise(text) == tokens


@pytest.mark.parametrize("limit", [1, 2, 10, 60])
def test_max_tokens_cuts_at_exactly_that_many_tokens(http: httpx.Client, limit: int) -> None:
    answer = ask(http, max_tokens=limit)
    assert answer["stop_reason"] == "max_tokens"
    assert answer["usage"]["output_tokens"] == limit
    texts = [block[block["type"]] for block in answer["content"]]
    assert sum(len(tokenise(text)) for text in texts) == limit


def test_thinking_that_max_tokens_cuts_has_no_signature(http: httpx.Client) -> None:
    assert ask(http, "1 2 3", max_tokens=3)["content"] == [
        {"type": "thinking", "thinking": "Words in the"}
    ]


def test_an_answer_that_just_fits_is_whole(http: httpx.Client) -> None:
    answer = ask(http, "echo one two three", max_tokens=3, **OFF)
    assert (answer["stop_reason"], answer["content"][0]["text"]) == ("end_turn", "one two three")


@pytest.mark.parametrize(
    ("sequences", "limit", "expected"),
    [
        (["three"], 9, ("one two ", "stop_sequence", "three")),
        (["four", "two"], 9, ("one ", "stop_sequence", "two")),
        (["nine"], 9, ("one two three four", "end_turn", None)),
        (["four"], 3, ("one two three", "max_tokens", None)),
        (["one"], 9, ("", "stop_sequence", "one")),
    ],
)
def test_an_answer_stops_before_a_stop_sequence(
    http: httpx.Client, sequences: list[str], limit: int, expected: tuple[str, str, str | None]
) -> None:
    answer = ask(http, "echo one two three four", stop_sequences=sequences, max_tokens=limit, **OFF)
    text = "".join(block["text"] for block in answer["content"])
    assert (text, answer["stop_reason"], answer.get("stop_sequence")) == expected
    assert answer["usage"]["output_tokens"] == len(tokenise(text))


def test_a_prefix_seen_before_is_counted_as_cached_in_whole_blocks() -> None:
    with Simulator(keys=("sk-a", "sk-b")) as sim, client(sim) as http:
        question = "word " * 150  # with its role and the white space at the end 152 tokens

        def counts(question: str, key: str = "sk-a", **fields: object) -> tuple[int, int]:
            response = http.post(
                "/v1/messages", json=asking(question, **fields), headers={"api-key": key}
            )
            usage = response.json()["usage"]
            return usage["input_tokens"], usage["cache_read_input_tokens"]

        assert counts(question) == (152, 0)
        assert counts(question) == (24, 128)
        assert counts("other " + question) == (153, 0)
        assert counts(question + "more") == (24, 128)
        assert counts(question, key="sk-b") == (152, 0)
        assert counts(question, model="mimo-v2.6-flash") == (152, 0)
        assert counts(question, system="S") == (154, 0)


def test_a_request_that_a_fault_answered_leaves_nothing_in_the_cache() -> None:
    with Simulator(faults=[Fault.http(503)]) as sim, client(sim) as http:
        assert http.post("/v1/messages", json=asking(LONG)).status_code == 503
        assert ask(http, LONG)["usage"]["cache_read_input_tokens"] == 0


def test_everything_in_the_request_is_counted(http: httpx.Client) -> None:
    history = [
        {"role": "user", "content": "weather ?"},
        {
            "role": "assistant",
            "content": [{"type": "thinking", "thinking": "a b", "signature": "elsewhere"}, CALL],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "c", "content": "sunny day"},
                {"type": "tool_result", "tool_use_id": "d"},
                {
                    "type": "tool_result",
                    "tool_use_id": "e",
                    "content": [{"type": "text", "text": "cold"}, IMAGE],
                },
            ],
        },
    ]
    usage = ask(http, messages=history)["usage"]
    parts = ["weather ?", "a b", "t{}", "sunny day", "cold"]
    expected = 3 + 256 + sum(len(tokenise(part)) for part in parts)
    assert usage["input_tokens"] + usage["cache_read_input_tokens"] == expected


# --- tools ---------------------------------------------------------------------------------------

TIME = {"name": "time", "description": "The time.", "input_schema": {"type": "object"}}


def test_a_tool_that_is_named_is_called(http: httpx.Client) -> None:
    answer = ask(http, 'use get_weather for "Paris"', tools=[TIME, WEATHER], **OFF)
    assert answer["stop_reason"] == "tool_use"
    text, call = answer["content"]
    assert text["text"] == "No model is behind this, but here is a call of `get_weather`."
    assert call == {
        "type": "tool_use",
        "id": call["id"],
        "name": "get_weather",
        "input": {"city": "Paris"},
    }
    spoken = tokenise(text["text"]) + tokenise('get_weather{"city":"Paris"}')
    assert answer["usage"]["output_tokens"] == len(spoken)


def test_a_tool_that_is_not_named_is_not_called(http: httpx.Client) -> None:
    assert ask(http, "get_weather2, sometimes", tools=[TIME, WEATHER])["stop_reason"] == "end_turn"


@pytest.mark.parametrize(
    ("choice", "called"),
    [
        ({"type": "auto"}, ["time", "get_weather"]),
        ({"type": "auto", "disable_parallel_tool_use": True}, ["time"]),
        ({"type": "any", "disable_parallel_tool_use": True}, ["time", "get_weather"]),
    ],
)
def test_several_tools_are_called_unless_the_request_forbids(
    http: httpx.Client, choice: dict[str, Any], called: list[str]
) -> None:
    answer = ask(http, "time and get_weather", tools=[TIME, WEATHER], tool_choice=choice, **OFF)
    assert [block["name"] for block in answer["content"][1:]] == called


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "quoted"),
        ({"type": "integer"}, 1),
        ({"type": "number", "minimum": 2.5}, 2.5),
        ({"type": "boolean"}, True),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"type": "array"}, [{}]),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, {"a": 1}),
        ({"type": "object"}, {}),
        ({"enum": ["metric", "imperial"]}, "metric"),
        ({"examples": [3]}, 3),
        ({"const": 4, "type": "string"}, 4),
        ({"default": None}, None),
        ({"enum": 5, "type": ["string", "null"]}, "quoted"),
        (True, {}),
    ],
)
def test_the_input_of_a_call_follows_the_schema(
    http: httpx.Client, schema: object, value: object
) -> None:
    tool = {"name": "t", "input_schema": {"type": "object", "properties": {"x": schema}}}
    answer = ask(http, 'run t with "quoted"', tools=[tool], **OFF)
    assert answer["content"][1]["input"] == {"x": value}


def test_strings_that_nobody_quoted_are_examples(http: httpx.Client) -> None:
    required = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
    odd = {"name": "t", "input_schema": {"type": "object", "properties": 5, "required": ["b"]}}
    tools = [{"name": "s", "input_schema": required}, odd]
    answer = ask(http, "s t", tools=tools, **OFF)
    assert [block["input"] for block in answer["content"][1:]] == [{"a": "example"}, {"b": {}}]


def test_a_call_for_which_tokens_are_lacking_is_left_out(http: httpx.Client) -> None:
    tools = [TIME, {**TIME, "name": "date"}]
    answer = ask(http, "time date", tools=tools, max_tokens=23, **OFF)
    assert answer["stop_reason"] == "max_tokens"
    assert [block["type"] for block in answer["content"]] == ["text", "tool_use"]


def test_a_stop_sequence_before_a_call_prevents_it(http: httpx.Client) -> None:
    answer = ask(http, "the time", tools=[TIME], stop_sequences=["model"], **OFF)
    assert answer["content"] == [{"type": "text", "text": "No "}]
    assert answer["stop_reason"] == "stop_sequence"


def follow_up(answer: list[Any]) -> dict[str, Any]:
    result = {"type": "tool_result", "tool_use_id": "x", "content": "It is noon."}
    more = {
        "type": "tool_result",
        "tool_use_id": "y",
        "content": [{"type": "text", "text": "Yes."}],
    }
    return {
        "messages": [
            {"role": "user", "content": "the time"},
            {"role": "assistant", "content": answer},
            {"role": "user", "content": [result, more]},
        ],
        "tools": [TIME],
    }


def test_the_result_of_a_tool_is_answered(http: httpx.Client) -> None:
    called = ask(http, "the time", tools=[TIME])["content"]
    answer = ask(http, **follow_up(called))
    assert answer["content"][1]["text"] == (
        "No model is behind this. The tool answered: It is noon. Yes."
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda _thought, *rest: list(rest),
        lambda thought, *rest: [{**thought, "thinking": thought["thinking"] + " "}, *rest],
        lambda thought, *rest: [{"type": "thinking", "thinking": thought["thinking"]}, *rest],
    ],
)
def test_thinking_that_is_not_passed_back_as_it_was_is_a_400(
    http: httpx.Client, change: Any
) -> None:
    called = ask(http, "the time", tools=[TIME])["content"]
    changed = asking() | follow_up(change(*called))
    response = http.post("/v1/messages", json=changed)
    assert response.status_code == 400
    assert response.json()["error"]["param"] == (
        "The reasoning_content in the thinking mode must be passed back to the API"
    )
    assert http.post("/v1/messages", json=changed | OFF).status_code == 200


@pytest.mark.parametrize(
    "thought",
    [
        {"type": "thinking", "thinking": "from elsewhere"},
        {"type": "thinking", "thinking": "from elsewhere", "signature": "theirs"},
    ],
)
def test_thinking_from_elsewhere_is_taken_as_it_is(
    http: httpx.Client, thought: dict[str, Any]
) -> None:
    assert ask(http, **follow_up([thought, {**CALL, "name": "time"}]))["stop_reason"] == "end_turn"


def test_without_tool_calls_thinking_need_not_be_passed_back(http: httpx.Client) -> None:
    history = follow_up([{"type": "text", "text": "noon"}])
    assert ask(http, **history)["stop_reason"] == "end_turn"


# --- streams -------------------------------------------------------------------------------------


def streamed(http: httpx.Client, question: str = "hello", **fields: object) -> httpx.Response:
    return http.post("/v1/messages", json=asking(question, stream=True, **fields))


def test_a_stream_has_its_events_in_order() -> None:
    with Simulator(answer="Hi you.", thinking="So so") as sim, client(sim) as http:
        response = streamed(http)
        signature = ask(http)["content"][0]["signature"]
    assert response.headers["content-type"] == "text/event-stream"
    assert response.headers["transfer-encoding"] == "chunked"
    found = events(response.text)

    def delta(index: int, **fields: str) -> dict[str, Any]:
        return {"type": "content_block_delta", "index": index, "delta": fields}

    assert found == [
        {
            "type": "message_start",
            "message": {
                "id": found[0]["message"]["id"],
                "type": "message",
                "role": "assistant",
                "model": MODEL,
                "content": [],
                "stop_reason": None,
                "usage": {"input_tokens": 2, "output_tokens": 0, "cache_read_input_tokens": 0},
            },
        },
        {"type": "ping"},
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {"type": "thinking", "thinking": ""},
        },
        delta(0, type="thinking_delta", thinking="So"),
        delta(0, type="thinking_delta", thinking=" so"),
        delta(0, type="signature_delta", signature=signature),
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
        delta(1, type="text_delta", text="Hi"),
        delta(1, type="text_delta", text=" you"),
        delta(1, type="text_delta", text="."),
        {"type": "content_block_stop", "index": 1},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn"},
            "usage": {"output_tokens": 5},
        },
        {"type": "message_stop"},
    ]


def test_a_streamed_call_comes_in_pieces(http: httpx.Client) -> None:
    body = streamed(http, 'get_weather "Nijmegen"', tools=[WEATHER], **OFF).text
    assert deltas(body, "input_json_delta") == ['{"city":"Nij', 'megen"}']
    start = next(one for one in events(body) if one.get("index") == 1)
    assert start["content_block"]["name"] == "get_weather"
    assert start["content_block"]["input"] == {}
    assert events(body)[-2]["delta"] == {"stop_reason": "tool_use"}


def test_a_stream_and_a_plain_answer_hold_the_same(http: httpx.Client) -> None:
    body = streamed(http, "the same").text
    plain = ask(http, "the same")
    thought, text = plain["content"]
    assert "".join(deltas(body, "thinking_delta")) == thought["thinking"]
    assert deltas(body, "signature_delta") == [thought["signature"]]
    assert deltas(body, "text_delta") == tokenise(text["text"])
    assert events(body)[-2]["usage"] == {"output_tokens": plain["usage"]["output_tokens"]}


def test_deltas_can_have_a_size() -> None:
    with Simulator(answer="abcdefg", delta_chars=3) as sim, client(sim) as http:
        assert deltas(streamed(http, **OFF).text, "text_delta") == ["abc", "def", "g"]


def test_the_number_of_deltas_can_be_given() -> None:
    with Simulator(deltas=5000) as sim, client(sim) as http:
        found = deltas(streamed(http).text, "text_delta")
        assert len(found) == len({one.strip() for one in found}) == 5000
        assert all(one.strip().isalpha() and len(one) < 10 for one in found)


def test_an_emoji_in_two_halves_is_streamed_as_two_escapes() -> None:
    with Simulator(answer="\ud83d\ude80") as sim, client(sim) as http:
        assert b'"\\ud83d"' in streamed(http, **OFF).content
        assert ask(http, **OFF)["content"][0]["text"] == "🚀"


def test_a_lone_surrogate_in_a_question_does_no_harm(http: httpx.Client) -> None:
    body = json.dumps(asking("echo \ud83d", **OFF)).encode()
    response = http.post("/v1/messages", content=body)
    assert response.json()["content"][0]["text"] == "\ud83d"


def test_a_delay_sets_the_pace_of_the_deltas() -> None:
    with Simulator(deltas=8, delay=0.01) as sim, client(sim) as http:
        began = time.monotonic()
        request = http.build_request("POST", "/v1/messages", json=asking(stream=True, **OFF))
        response = http.send(request, stream=True)
        parts = [part for part in response.iter_raw() if part]
        took = time.monotonic() - began
        response.close()
    assert [part.count(b"\n\n") for part in parts] == [1] * (3 + 8 + 3)
    assert took >= 0.08


def test_a_pause_comes_before_a_delta_and_before_nothing_else() -> None:
    body = stream_events(Answer("m", MODEL, (TextBlock("Hi you"),), "end_turn", TokenCounts(1, 1)))
    reply = HttpResponse(200, (), body, Framing.CLOSE, body)
    _, opening, wait, first, wait_too, rest, close = sending_steps(reply, Fault(), between=2.0)
    assert opening == Send(b"".join(body[:3]))
    assert first == Send(body[3])
    assert rest == Send(b"".join(body[4:]))
    assert (wait, wait_too, close) == (Wait(2.0), Wait(2.0), Close())


def test_each_event_of_a_stream_is_a_chunk(sim: Simulator) -> None:
    reply = exchange(sim, posted(asking(stream=True), "Connection: close"))
    head, _, body = reply.partition(b"\r\n\r\n")
    assert b"\r\nTransfer-Encoding: chunked\r\n" in head + b"\r\n"
    *whole, last = chunks(body)
    assert last == b""
    assert {chunk.count(b"\n\n") for chunk in whole} == {1}
    assert [events(chunk.decode())[0]["type"] for chunk in whole[:2]] == ["message_start", "ping"]


def test_many_events_share_a_write() -> None:
    body = tuple(event({"type": "content_block_delta", "at": at}) for at in range(5000))
    reply = HttpResponse(200, (), body, Framing.CHUNKED, body)
    head, *writes = (step.data for step in sending_steps(reply, Fault()) if isinstance(step, Send))
    assert head.endswith(b"\r\n\r\n")
    assert chunks(b"".join(writes)) == [*body, b""]
    assert len(writes) <= sum(map(len, body)) // (64 * 1024) + 1


@pytest.mark.parametrize(
    ("framing", "header"),
    [
        (Framing.CHUNKED, ("transfer-encoding", "chunked")),
        (Framing.CLOSE, ("connection", "close")),
        (Framing.LENGTH, ("content-length", "{}")),
    ],
)
@pytest.mark.parametrize("delay", [0, 0.0001])
def test_the_framing_of_a_stream_can_be_chosen(
    framing: Framing, header: tuple[str, str], delay: float
) -> None:
    with Simulator(framing=framing, delay=delay, answer="Hi you.") as sim, client(sim) as http:
        reply = streamed(http)
        name, value = header
        assert reply.headers[name] == value.format(len(reply.content))
        assert deltas(reply.text, "text_delta") == ["Hi", " you", "."]
        assert http.post("/v1/messages", json=asking()).headers["content-length"]


def test_a_stream_cannot_be_without_its_head() -> None:
    with pytest.raises(ValueError, match=r"Fault\.raw"):
        Simulator(framing=Framing.BARE)


def test_the_events_of_a_stream_can_be_made_without_a_server() -> None:
    answer = Answer("m", MODEL, (TextBlock("Hi"),), "end_turn", TokenCounts(1, 1))
    made = stream_events(answer)
    assert made[1] == PING
    assert made[-1] == event({"type": "message_stop"})
    assert deltas(b"".join(made).decode(), "text_delta") == ["Hi"]
    assert error_event("overloaded_error", "Later") == (
        b'event: error\ndata: {"type":"error","error":'
        b'{"type":"overloaded_error","message":"Later"}}\n\n'
    )


# --- the server ----------------------------------------------------------------------------------


def test_requests_are_taken_down() -> None:
    with Simulator() as sim, client(sim) as http:
        before = time.monotonic()
        http.post("/v1/messages?a=1", json=asking(), headers=[("X-One", "1"), ("X-One", "2")])
        (taken,) = sim.requests
        assert (taken.method, taken.path, taken.json) == ("POST", "/v1/messages?a=1", asking())
        assert taken.headers["x-one"] == "1, 2"
        assert taken.headers["api-key"] == DEFAULT_KEY
        assert taken.connection == 1
        assert before <= taken.received <= time.monotonic()


def test_a_connection_is_used_again_and_each_one_is_counted() -> None:
    with Simulator() as sim:
        for _ in range(2):
            with client(sim) as http:
                for _ in range(3):
                    assert streamed(http).status_code == 200
        assert (sim.connections, len(sim.requests)) == (2, 6)
        assert [taken.connection for taken in sim.requests] == [1, 1, 1, 2, 2, 2]
    assert sim.connections == 2


def test_a_request_in_chunks_is_read() -> None:
    with Simulator() as sim, client(sim) as http:
        body = json.dumps(asking()).encode()
        response = http.post("/v1/messages", content=iter([body[:10], body[10:]]))
        assert response.status_code == 200
        assert sim.requests[0].body == body
        raw = (
            b"POST /v1/messages HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"2;x=y\r\n{}\r\n0\r\nTrailer: 1\r\n\r\n"
        )
        assert exchange(sim, raw).startswith(b"HTTP/1.1 401 ")
        assert sim.requests[1].body == b"{}"


@pytest.mark.parametrize("header", ["Content-Length: x", "Transfer-Encoding: chunked"])
def test_a_body_without_a_proper_length_is_a_400(sim: Simulator, header: str) -> None:
    reply = exchange(sim, f"POST /v1/messages HTTP/1.1\r\n{header}\r\n\r\nzz\r\n".encode())
    assert reply.startswith(b"HTTP/1.1 400 ")


def test_a_client_that_leaves_within_its_request_is_forgotten(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Simulator() as sim:
        request = b"POST /v1/messages HTTP/1.1\r\nContent-Length: 5\r\n\r\n{"
        assert exchange(sim, request, half_close=True) == b""
        assert sim.requests == []
    assert capsys.readouterr() == ("", "")


def test_a_fault_in_the_program_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(body: dict[str, Any]) -> str:
        raise KeyError(body["model"])

    with Simulator(answer=broken) as sim:
        assert exchange(sim, posted(asking())) == b""
    assert "KeyError: 'mimo-v2.6-pro'" in capsys.readouterr().err


def test_an_old_client_gets_no_chunks(sim: Simulator) -> None:
    reply = exchange(sim, posted(asking(stream=True), version="1.0"))
    assert b"\r\nConnection: close\r\n" in reply
    assert b"chunked" not in reply
    assert events(body_of(reply).decode())[-1] == {"type": "message_stop"}


def test_the_log_has_a_line_for_each_request(capsys: pytest.CaptureFixture[str]) -> None:
    lines: list[str] = []
    faults = [Fault(), Fault(raw=b"junk")]
    with Simulator(log=lines.append, faults=faults) as sim, client(sim) as http:
        http.get("/nowhere")
        assert exchange(sim, posted(asking())) == b"junk"
    assert lines == ["GET /nowhere 404", "POST /v1/messages raw bytes"]
    assert capsys.readouterr() == ("", "")


def test_it_serves_until_it_is_stopped() -> None:
    sim = Simulator()
    serving = threading.Thread(target=sim.serve_forever)
    sim.start()
    serving.start()
    url = sim.url
    assert httpx.get(url, trust_env=False, verify=NO_TLS).status_code == 404
    sim.stop()
    serving.join()
    sim.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False, verify=NO_TLS)


def test_serving_starts_it_if_need_be() -> None:
    started = threading.Event()

    class Announced(Simulator):
        def start(self) -> None:
            super().start()
            started.set()

    sim = Announced()
    serving = threading.Thread(target=sim.serve_forever)
    serving.start()
    assert started.wait(5)
    assert httpx.get(sim.url, trust_env=False, verify=NO_TLS).status_code == 404
    sim.stop()
    serving.join()


def test_an_interrupt_comes_through_and_stops_it() -> None:
    class Interrupted(Simulator):
        def start(self) -> None:
            super().start()
            signal.raise_signal(signal.SIGINT)

    sim = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        sim.serve_forever()
    with pytest.raises(httpx.ConnectError):
        httpx.get(sim.url, trust_env=False, verify=NO_TLS)


def test_it_cannot_be_started_twice_but_again() -> None:
    with Simulator() as sim:
        with pytest.raises(RuntimeError, match="running already"):
            sim.start()
        with pytest.raises(OSError, match="in use"):
            Simulator(port=port(sim)).start()
    with sim:
        assert httpx.get(sim.url, trust_env=False, verify=NO_TLS).status_code == 404


def test_stopping_leaves_no_thread_and_no_connection() -> None:
    before = set(threading.enumerate())
    seen = threading.Semaphore(0)
    faults = [Fault.silence(), Fault(delay=60)]
    with Simulator(faults=faults, log=lambda _: seen.release()) as sim:
        opened = [socket.create_connection(("127.0.0.1", port(sim)), timeout=5) for _ in range(3)]
        for connection in opened[1:]:
            connection.sendall(posted(asking()))
            assert seen.acquire(timeout=5)
    assert set(threading.enumerate()) <= before
    for connection in opened:
        assert connection.recv(1) == b""
        connection.close()
    assert not sim.hung_up.is_set()


@pytest.mark.parametrize(
    "arguments", [{"answer": "x", "deltas": 1}, {"delta_chars": 0}], ids=["both", "none"]
)
def test_contradictory_answers_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"a delta|not both"):
        Simulator(**arguments)


# --- faults --------------------------------------------------------------------------------------


@contextmanager
def faulty(*faults: Fault, **options: Any) -> Iterator[tuple[Simulator, httpx.Client]]:
    with Simulator(faults=faults, **options) as sim, client(sim) as http:
        yield sim, http


def received_until(error: type[Exception], http: httpx.Client) -> bytes:
    """What of a stream arrives before the error, which has to come."""
    received = b""
    request = http.build_request(
        "POST", "/v1/messages", json=asking(stream=True), timeout=httpx.Timeout(5, read=0.05)
    )
    reply = http.send(request, stream=True)
    try:
        for part in reply.iter_raw():
            received += part
    except error:
        return received
    finally:
        reply.close()
    pytest.fail("the stream came to its end")


def test_a_status_comes_as_often_as_it_is_wanted() -> None:
    limited = Fault.http(429, headers=(("Retry-After", "2"),))
    with faulty(Fault.http(503, times=2), Fault(), limited, Fault(times=0)) as (sim, http):
        replies = [http.post("/v1/messages", json=asking()) for _ in range(5)]
        assert [reply.status_code for reply in replies] == [503, 503, 200, 429, 200]
        assert replies[3].headers["retry-after"] == "2"
        assert replies[0].json() == {
            "error": {
                "code": "503",
                "message": "Service Unavailable",
                "param": "The server is overloaded, please try again later",
                "type": "",
            }
        }
        assert sim.connections == 1


def test_a_fault_can_last_for_ever_and_come_later() -> None:
    with faulty() as (sim, http):
        assert http.get("/v1/models").status_code == 200
        sim.add(Fault.http(529, times=None))
        assert [http.get("/v1/models").status_code for _ in range(3)] == [529] * 3


@pytest.mark.parametrize(
    ("fault", "status", "kind", "body"),
    [
        (Fault.http(302, headers=(("Location", "/x"),)), 302, "application/json", b""),
        (Fault(status=200), 200, "application/json", b""),
        (Fault(body=b'{"error":{}}'), 200, "application/json", b'{"error":{}}'),
        (
            Fault(body=b"<html>", headers=(("content-type", "text/html"),)),
            200,
            "text/html",
            b"<html>",
        ),
        (Fault(body=b"x", headers=(("Content-Type", ""),)), 200, None, b"x"),
        (Fault(status=204), 204, "application/json", b""),
        (Fault(status=999, body=b"?"), 999, "application/json", b"?"),
        (Fault(sse=b"data: {}\n\n"), 200, "text/event-stream", b"data: {}\n\n"),
        (Fault(sse=(b"da", b"ta", b"")), 200, "text/event-stream", b"data"),
        (Fault(sse=b"x", status=500, clean=True), 500, "text/event-stream", b"x"),
    ],
)
def test_a_reply_can_be_chosen(fault: Fault, status: int, kind: str | None, body: bytes) -> None:
    with faulty(fault) as (_, http):
        reply = http.get("/v1/models")
        assert (reply.status_code, reply.content) == (status, body)
        assert reply.headers.get("content-type") == kind
        assert http.get("/v1/models").status_code == 200


def test_an_unknown_status_has_the_usual_error_body() -> None:
    with faulty(Fault.http(799)) as (_, http):
        assert http.get("/").json()["error"] == {
            "code": "799",
            "message": "Unknown",
            "param": "Unknown",
            "type": "",
        }


def test_headers_can_be_added_to_a_good_reply() -> None:
    with faulty(Fault(headers=(("Content-Type", "text/plain"), ("X", "1")))) as (_, http):
        reply = streamed(http)
        assert (reply.headers["content-type"], reply.headers["x"]) == ("text/plain", "1")
        assert events(reply.text)[-1] == {"type": "message_stop"}


@pytest.mark.parametrize(
    ("pieces", "parts"),
    [
        (2, [b"ab", b"cd", b"e"]),
        ((1, 3), [b"a", b"bcd", b"e"]),
        ((1, 9), [b"a", b"bcde"]),
        ((), [b"abcde"]),
    ],
)
def test_a_body_can_be_written_in_pieces(pieces: int | tuple[int, ...], parts: list[bytes]) -> None:
    with faulty(Fault(sse=b"abcde", pieces=pieces)) as (_, http), http.stream("GET", "/") as reply:
        assert [part for part in reply.iter_raw() if part] == parts


def test_a_cut_ends_the_body_without_its_last_chunk() -> None:
    with faulty(Fault.cut(300)) as (sim, _):
        head, _, body = exchange(sim, posted(asking(stream=True))).partition(b"\r\n\r\n")
        assert b"Transfer-Encoding: chunked" in head
        start, *_, ping = chunks(body)
        assert start.startswith(b"event: message_start")
        assert PING.startswith(ping)
        assert len(start + ping) == 300


@pytest.mark.parametrize("framing", [Framing.CHUNKED, Framing.CLOSE, Framing.LENGTH])
@pytest.mark.parametrize("delay", [0, 0.0001])
def test_a_fault_counts_the_bytes_of_the_body_whatever_its_framing(
    framing: Framing, delay: float
) -> None:
    cuts = (0, 1, 270, 271, 1000)
    with faulty(*map(Fault.cut, cuts), framing=framing, delay=delay) as (sim, _):
        for cut in cuts:
            body = body_of(exchange(sim, posted(asking(stream=True))))
            assert len(b"".join(chunks(body)) if framing is Framing.CHUNKED else body) == cut


def test_a_clean_cut_looks_like_the_end() -> None:
    with faulty(Fault.cut(300, clean=True)) as (_, http):
        reply = streamed(http)
        assert len(reply.content) == 300
        assert "message_stop" not in reply.text


def test_a_cut_of_a_plain_answer_breaks_its_promised_length() -> None:
    broken = pytest.raises(httpx.RemoteProtocolError, match="received 20 bytes")
    with faulty(Fault.cut(20)) as (_, http), broken:
        http.post("/v1/messages", json=asking())


@pytest.mark.parametrize("claimed", [10, 1000])
def test_a_false_length_is_sent_as_it_stands(claimed: int) -> None:
    headers = (("Content-Length", str(claimed)),)
    with faulty(Fault(body=b"x" * 100, headers=headers)) as (sim, _):
        head, _, body = exchange(sim, posted(asking())).partition(b"\r\n\r\n")
        assert f"Content-Length: {claimed}".encode() in head
        assert len(body) == 100


def test_a_reset_breaks_the_connection_after_what_was_sent() -> None:
    with faulty(Fault.reset(40), Fault(raw=b"", reset_at=0)) as (_, http):
        assert len(received_until(httpx.ReadError, http)) == 40
        with pytest.raises(httpx.ReadError):
            http.get("/")


def test_a_connection_can_close_before_the_reply() -> None:
    with faulty(Fault(raw=b"")) as (_, http):
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            http.get("/")
        assert http.get("/v1/models").status_code == 200


def test_a_stall_sends_no_more_until_the_client_goes() -> None:
    with faulty(Fault.stall(30), Fault.silence()) as (sim, http):
        assert len(received_until(httpx.ReadTimeout, http)) == 30
        assert sim.hung_up.wait(5)
        with pytest.raises(httpx.ReadTimeout):
            http.get("/", timeout=0.05)


def test_a_request_that_comes_early_does_not_end_a_stall() -> None:
    with (
        faulty(Fault(delay=0.02), Fault.stall(0)) as (sim, _),
        socket.create_connection(("127.0.0.1", port(sim)), timeout=5) as connection,
    ):
        connection.sendall(posted(asking()) * 3)
        received = b""
        while b"HTTP/1.1" not in received[20:]:
            received += connection.recv(65536)
        assert len(sim.requests) == 2


def test_a_reply_can_go_on_for_ever() -> None:
    endless = Fault(status=500, body=b"", stall_at=0, repeat=b"x" * 5000, clean=True)
    with faulty(Fault(stall_at=0, repeat=PING, repeat_seconds=0.001), endless) as (sim, http):
        for path, wanted in (("/v1/messages", PING * 5), ("/v1/messages", b"x" * 1_000_000)):
            received = b""
            with http.stream("POST", path, json=asking(stream=True)) as reply:
                for part in reply.iter_raw():
                    received += part
                    if len(received) >= len(wanted):
                        break
            assert received.startswith(wanted)
            assert sim.hung_up.wait(5)
            sim.hung_up.clear()


def test_bytes_can_drip() -> None:
    fault = Fault(sse=(b"abc", b"def"), drip_at=2, drip_seconds=0.001)
    with faulty(fault, Fault.drip(10**9, 1)) as (_, http):
        with http.stream("GET", "/") as reply:
            parts = [part for part in reply.iter_raw() if part]
        assert parts == [b"ab", b"c", b"d", b"e", b"f"]
        assert events(streamed(http).text)[-1] == {"type": "message_stop"}


def test_pieces_can_be_spaced_in_time() -> None:
    with faulty(Fault(sse=(b"a", b"b", b"c"), between=0.01, delay=0.01)) as (_, http):
        began = time.monotonic()
        assert http.get("/").content == b"abc"
        assert time.monotonic() - began >= 0.03


def test_raw_bytes_replace_the_whole_reply() -> None:
    early = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with faulty(Fault(raw=early), Fault(raw=b"HTTP/1.1 20", pieces=1)) as (sim, http):
        assert http.get("/").text == "ok"
        assert exchange(sim, posted(asking())) == b"HTTP/1.1 20"


def test_a_client_that_hangs_up_is_noticed_between_deltas_and_in_a_great_write() -> None:
    for fault in (Fault(between=0.01), Fault(body=b"x" * 30_000_000)):
        with faulty(fault) as (sim, http):
            request = asking(stream=True, **OFF)
            with http.stream("POST", "/v1/messages", json=request) as reply:
                parts = reply.iter_raw()  # closes the connection once it is forgotten
                assert next(parts)
                assert not sim.hung_up.is_set()
            assert sim.hung_up.wait(5)


def test_a_client_that_takes_the_whole_answer_has_not_hung_up() -> None:
    with faulty() as (sim, http):
        assert streamed(http).status_code == 200
    assert not sim.hung_up.is_set()


@pytest.mark.parametrize(
    "fields",
    [{"cut_at": 1, "reset_at": 2}, {"reset_at": 0, "stall_at": 0}, {"repeat": b"x"}, {"pieces": 0}],
)
def test_faults_that_make_no_sense_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"only one of|needs stall_at|at least 1 byte"):
        Fault(**fields)
