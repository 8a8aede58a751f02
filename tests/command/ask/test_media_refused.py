"""What a user is told where the service refuses what is attached."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from support import media_files
from support.harness import environ_for, mimo

from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NO_IMAGES = {"code": "404", "message": "No endpoints found that support image input"}
MMPROJ = {
    "code": 500,
    "message": (
        "image input is not supported - hint: if this is unexpected, "
        "you may need to provide the mmproj"
    ),
    "type": "server_error",
}


def refused(status: int, error: Mapping[str, object]) -> Fault:
    return Fault.http(status, body=json.dumps({"error": error}).encode(), times=None)


@pytest.mark.parametrize(
    ("fault", "name", "lines"),
    [
        (
            refused(404, NO_IMAGES),
            "photo.png",
            [
                ("mimo: what is attached was refused: No endpoints found that support image input"),
                "  Ask one that does: -m mimo-v2.6-flash or mimo-v2.6-pro-ultraspeed",
                "  request id: sim-00000001",
            ],
        ),
        (
            refused(500, MMPROJ),
            "photo.png",
            [
                f"mimo: what is attached was refused: {MMPROJ['message']}",
                "  Start that server with the model's mmproj file.",
                "  request id: sim-00000001",
            ],
        ),
        (
            Fault.corrupted(times=None),
            "film.mp4",
            [
                (
                    "mimo: the server cannot read the video: "
                    "Multimodal data is corrupted or cannot be processed."
                ),
                (
                    "  A film may play all the same. Encode it anew: ffmpeg -i FILE -c:v libx264 "
                    "-crf 23 -pix_fmt yuv420p -c:a aac OUT.mp4"
                ),
                "  request id: sim-00000001",
            ],
        ),
    ],
)
def test_it_is_told_what_it_is_and_sent_once(
    tmp_path: Path, fault: Fault, name: str, lines: list[str]
) -> None:
    (tmp_path / "photo.png").write_bytes(media_files.png())
    (tmp_path / "film.mp4").write_bytes(media_files.mp4())
    with Simulator(faults=[fault]) as simulator:
        environ = environ_for(simulator)
        result = mimo("ask", "-f", str(tmp_path / name), "what is it?", environ=environ)
        expected = [line.replace("FILE", str(tmp_path / name)) for line in lines]
        assert (result.code, result.out, result.err.splitlines()) == (10, "", expected)
        assert (len(simulator.requests), result.slept) == (1, [])


def test_a_model_that_was_retired_takes_no_media_for_that_reason(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(media_files.png())
    with Simulator() as simulator:
        environ = environ_for(simulator, MIMO_MODEL="mimo-v2-omni")
        result = mimo("ask", "-q", "-f", str(tmp_path / "photo.png"), "what?", environ=environ)
    assert "takes no images" not in result.err
    assert "Not supported model mimo-v2-omni" in result.err
    assert "was retired on 2026-06-30; use -m mimo-v2.6-flash" in result.err


def test_a_script_knows_it_by_its_code(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(media_files.mp4() + bytes(100_000))
    with Simulator(max_body=100_000) as simulator:
        environ = environ_for(simulator)
        result = mimo("ask", "--json", "-f", str(film), "what is it?", environ=environ)
    error = json.loads(result.out)["error"]
    assert (error["code"], error["exit_code"], error["status"]) == ("media_refused", 10, 413)
    assert error["message"].startswith("the request is too large (13")


@pytest.mark.parametrize(("width", "is_advised"), [(4000, True), (2000, False)])
def test_the_extra_that_lacks_is_advised_for_a_large_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, is_advised: bool
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    picture = tmp_path / "photo.png"
    picture.write_bytes(media_files.png(width, 3000))
    with Simulator(max_body=1000) as simulator:
        environ = environ_for(simulator)
        result = mimo("ask", "-f", str(picture), "what is it?", environ=environ)
    assert result.code == 10
    assert ("the extra `images`" in result.err) is is_advised
    assert ("scale=iw/2:-1 -frames:v 1 OUT.jpg" in result.err) is not is_advised


def test_the_same_words_about_a_text_are_about_nothing_attached(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("words")
    with Simulator(faults=[Fault.corrupted()]) as simulator:
        environ = environ_for(simulator)
        result = mimo("ask", "--json", "-f", str(text), "what is it?", environ=environ)
    assert json.loads(result.out)["error"]["code"] == "request"
