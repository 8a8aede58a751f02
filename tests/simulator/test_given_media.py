"""Pictures, recordings and films in a request to the simulator: taken, measured, told, counted."""

from __future__ import annotations

import json
import tracemalloc
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from support import media_files
from support.simulated import IMAGE, OFF, ask, asking, client, faulty

from mimo_cli.media import limits, tokens
from mimo_cli.simulator import Fault, Simulator, simulator

if TYPE_CHECKING:
    import httpx

CORRUPTED = "Multimodal data is corrupted or cannot be processed."
TEXT = {"type": "text", "text": "what is it?"}
MP4 = media_files.mp4(1920, 1080, 60.0)


def block(kind: str, media_type: str, data: bytes, **fields: object) -> dict[str, Any]:
    source = {"type": "base64", "media_type": media_type, "data": b64encode(data).decode()}
    return {"type": kind, "source": source, **fields}


PNG = block("image", "image/png", media_files.png(640, 480))

GIVEN: list[tuple[dict[str, Any], str, int]] = [
    (PNG, "image/png 640×480", 300),
    (block("image", "image/jpeg", media_files.jpeg(512, 512)), "image/jpeg 512×512", 256),
    (block("image", "image/gif", media_files.gif(640, 480)), "image/gif 640×480", 300),
    (block("image", "image/bmp", media_files.bmp(640, 480)), "image/bmp 640×480", 300),
    (block("image", "image/webp", media_files.webp(640, 480)), "image/webp 640×480", 300),
    (block("audio", "audio/wav", media_files.wav(2.0)), "audio/wav 0:02", tokens.audio(2.0)),
    (block("audio", "audio/flac", media_files.flac(2.0)), "audio/flac 0:02", tokens.audio(2.0)),
    (block("audio", "audio/mp4", media_files.m4a(2.0)), "audio/mp4 0:02", tokens.audio(2.0)),
    (block("video", "video/mp4", MP4), "video/mp4 1920×1080 1:00", 17_240),
]


def given(http: httpx.Client, *blocks: dict[str, Any], **fields: object) -> dict[str, Any]:
    return ask(http, [*blocks, TEXT], **OFF, **fields)


def lines(answer: dict[str, Any]) -> list[str]:
    """The media that an answer says came with the question, and those before it."""
    page = answer["content"][0]["text"].partition("**No model")[0]
    return [it for it in page.splitlines()[1:] if it and "You asked" not in it]


def input_tokens(answer: dict[str, Any]) -> int:
    usage = answer["usage"]
    return int(usage["input_tokens"] + usage["cache_read_input_tokens"])


@pytest.mark.parametrize(("what", "told", "count"), GIVEN)
def test_it_says_what_it_was_given_and_counts_it(
    http: httpx.Client, what: dict[str, Any], told: str, count: int
) -> None:
    answer = given(http, what)
    size = len(what["source"]["data"]) * 3 // 4 - what["source"]["data"].count("=")
    assert lines(answer) == ["With it came:", f"- `{told}, {size:,} bytes`"]
    assert input_tokens(answer) == count + 1 + len(TEXT["text"].replace("?", " ?").split())


@pytest.mark.parametrize(
    ("kind", "media_type", "make"),
    [
        ("audio", "audio/mpeg", media_files.mp3),
        ("audio", "audio/ogg", media_files.ogg),
        ("video", "video/quicktime", media_files.mov),
        ("video", "video/x-msvideo", media_files.avi),
        ("video", "video/x-ms-wmv", media_files.wmv),
    ],
)
def test_every_other_format_is_taken(
    http: httpx.Client, kind: str, media_type: str, make: Any
) -> None:
    (_, line) = lines(given(http, block(kind, media_type, make())))
    assert line.startswith(f"- `{media_type} ")


@pytest.mark.parametrize(
    ("fields", "told", "count"),
    [
        ({"fps": 5}, ", fps 5", 42_830),
        ({"fps": 0.5}, ", fps 0.5", None),
        ({"media_resolution": "max"}, ", media_resolution max", 123_080),
        ({"fps": 2, "media_resolution": "default"}, ", fps 2, media_resolution default", 17_240),
    ],
)
def test_the_settings_of_a_film_are_told_and_count(
    http: httpx.Client, fields: dict[str, Any], told: str, count: int | None
) -> None:
    answer = given(http, block("video", "video/mp4", MP4, **fields))
    assert lines(answer)[1].endswith(f" bytes{told}`")
    if count is not None:
        assert input_tokens(answer) == count + 5


def test_an_address_is_told_as_it_is(http: httpx.Client) -> None:
    film = {"type": "video", "source": {"type": "url", "url": "HTTPS://example.com/`a`.mp4"}}
    answer = given(http, IMAGE, film)
    assert lines(answer)[1:] == [
        "- `image http://example.com/a.png`",
        "- `video HTTPS://example.com/%60a%60.mp4`",
    ]


def test_media_of_earlier_messages_are_counted(http: httpx.Client) -> None:
    history = [
        {"role": "user", "content": [PNG, IMAGE, TEXT]},
        {"role": "assistant", "content": "a picture"},
    ]
    answer = ask(http, messages=[*history, {"role": "user", "content": "and now?"}], **OFF)
    assert lines(answer) == ["Attached to earlier messages: 2."]
    answer = ask(http, messages=[*history, {"role": "user", "content": [PNG]}], **OFF)
    assert lines(answer)[0] == "With it came:"
    assert lines(answer)[-1] == "Attached to earlier messages: 2."
    assert "You asked: `(no text)`" in answer["content"][0]["text"]


def test_an_answer_in_json_has_them_too(http: httpx.Client) -> None:
    answer = ask(http, [IMAGE, {"type": "text", "text": "describe it in JSON"}], **OFF)
    facts = json.loads(answer["content"][0]["text"])
    assert facts["attachments"] == ["image http://example.com/a.png"]
    plain = ask(http, "describe it in JSON", **OFF)["content"][0]["text"]
    assert "attachments" not in json.loads(plain)


def test_an_echo_stays_an_echo(http: httpx.Client) -> None:
    answer = ask(http, [PNG, {"type": "text", "text": "echo this"}], **OFF)
    assert answer["content"][0]["text"] == "this"


def test_a_tool_may_answer_with_a_picture(http: httpx.Client) -> None:
    call = {"type": "tool_use", "id": "c", "name": "t", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "c", "content": [TEXT, PNG]}
    history = [
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [result]},
    ]
    text = ask(http, messages=history, **OFF)["content"][0]["text"]
    assert "The tool answered: what is it? [image/png 640×480, " in text


def test_the_same_picture_again_is_in_the_cache(http: httpx.Client) -> None:
    picture = block("image", "image/png", media_files.png(641, 480))
    cached = [
        given(http, it)["usage"]["cache_read_input_tokens"]
        for it in (picture, picture, block("image", "image/png", media_files.png(642, 480)))
    ]
    assert cached[0] == cached[2] == 0
    assert cached[1] > 200


@pytest.mark.parametrize(
    ("what", "param", "message"),
    [
        (
            block("image", "image/png", b"%PDF-1.7 and so on"),
            "invalid image format, only bmp/gif/png/jpeg/webp are supported",
            "Param Incorrect",
        ),
        (block("image", "image/jpeg", media_files.png()), "", CORRUPTED),
        (block("image", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(40)), "", CORRUPTED),
        (block("audio", "audio/mpeg", b"no sound at all"), "", CORRUPTED),
        (block("video", "video/mp4", media_files.m4a()), "", CORRUPTED),
        (block("video", "video/mp4", media_files.png()), "", CORRUPTED),
        (
            {
                "type": "image",
                "source": {"type": "base64", "media_type": "image/png", "data": "%"},
            },
            "messages[0].content[0].source.data must be base64",
            "Param Incorrect",
        ),
    ],
)
def test_what_is_not_what_it_says_is_a_400(
    http: httpx.Client, what: dict[str, Any], param: str, message: str
) -> None:
    response = http.post("/v1/messages", json=asking([what, TEXT]))
    error = response.json()["error"]
    assert (response.status_code, error["param"], error["message"]) == (400, param, message)


@pytest.mark.parametrize("kind", ["image", "audio", "video"])
def test_the_missing_input_of_a_model_comes_before_its_data(http: httpx.Client, kind: str) -> None:
    media_type = {"image": "image/png", "audio": "audio/wav", "video": "video/mp4"}[kind]
    body = asking([block(kind, media_type, b"nothing"), TEXT]) | {"model": "mimo-v2.5-pro"}
    response = http.post("/v1/messages", json=body)
    assert response.status_code == 404
    assert response.json()["error"]["message"] == f"No endpoints found that support {kind} input"


def test_base64_over_the_limit_is_refused_and_a_film_of_that_size_is_not(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limits.MOST_ENCODED == 50 * 1024 * 1024
    data = PNG["source"]["data"]
    monkeypatch.setattr(limits, "MOST_ENCODED", len(data))
    assert given(http, PNG)
    monkeypatch.setattr(limits, "MOST_ENCODED", len(data) - 1)
    error = http.post("/v1/messages", json=asking([PNG, TEXT])).json()["error"]
    assert error["param"].endswith(f".source.data must be at most {len(data) - 1} characters")


def test_a_film_may_be_called_corrupted_although_it_is_not() -> None:
    with faulty(Fault.corrupted()) as (_, http):
        response = http.post("/v1/messages", json=asking([GIVEN[-1][0], TEXT]))
        assert (response.status_code, response.json()["error"]["message"]) == (400, CORRUPTED)
        assert given(http, GIVEN[-1][0])


def test_a_large_film_is_held_few_times() -> None:
    film = MP4 + bytes(12_000_000)
    body = json.dumps(asking([block("video", "video/mp4", film), TEXT], **OFF)).encode()
    with Simulator() as sim, client(sim) as http:
        tracemalloc.start()
        try:
            assert http.post("/v1/messages", content=body).status_code == 200
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 3.5 * len(body)


def test_of_large_requests_the_latest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulator, "MOST_RECORDED_BYTES", 2500)
    monkeypatch.setattr(simulator, "MOST_RECORDED", 3)
    with Simulator() as sim, client(sim) as http:
        for size in (1000, 1001, 1002, 5000):
            http.post("/v1/messages", content=b" " * size)
        assert [it.size for it in sim.requests] == [5000]
        for size in (1, 2, 3, 4):
            http.post("/v1/messages", content=b" " * size)
        assert [it.size for it in sim.requests] == [2, 3, 4]
