"""What is piped into a chat and is no text: media are a message, anything else is refused once."""

from __future__ import annotations

import gzip
import json
import sys
from typing import TYPE_CHECKING

import pytest
from support import media_files
from support.harness import Terminal, environ_for, mimo

from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from pathlib import Path

PNG = media_files.png(1920, 1080)


def sent(simulator: Simulator) -> list[list[str]]:
    """The kinds of blocks of each question that was sent; no answer may be among them."""
    messages = [message for request in simulator.requests for message in request.json["messages"]]
    return [
        [it["type"] for it in message["content"]]
        if isinstance(message["content"], list)
        else [message["content"]]
        for message in messages
    ]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image"),
        (media_files.jpeg(), "image"),
        (media_files.gif(), "image"),
        (media_files.webp(), "image"),
        (media_files.bmp(), "image"),
        (media_files.wav(2), "audio"),
        (media_files.mp3(), "audio"),
        (media_files.flac(), "audio"),
        (media_files.ogg(), "audio"),
        (media_files.m4a(), "audio"),
        (media_files.mp4(), "video"),
        (media_files.mov(), "video"),
        (media_files.avi(), "video"),
        (media_files.wmv(), "video"),
    ],
)
def test_media_are_one_message(data: bytes, kind: str) -> None:
    with Simulator(answer="Yes.") as simulator:
        result = mimo("chat", environ=environ_for(simulator), stdin=data)
        assert (result.code, result.out, result.err) == (0, "Yes.\n", "")
        assert sent(simulator) == [[kind]]


@pytest.mark.parametrize("command", [("chat",), ("ask", "what?")])
def test_a_picture_behind_another_is_told(command: tuple[str, ...]) -> None:
    with Simulator(answer="Yes.") as simulator:
        result = mimo(*command, environ=environ_for(simulator), stdin=PNG + media_files.jpeg())
        assert (result.code, len(simulator.requests)) == (0, 1)
    assert result.err == (
        "mimo: warning: stdin holds more than one picture: the model sees the first alone. "
        "Name each with -f.\n"
    )


def test_they_go_with_files_and_options_and_json_tells_of_them(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("Mind the gap.\n")
    args = ("chat", "--json", "--fps", "1", "-f", str(notes))
    with Simulator(answer="Yes.") as simulator:
        film = media_files.mp4(64, 48, 2)
        result = mimo(*args, environ=environ_for(simulator), stdin=film)
        assert sent(simulator) == [["video", "text"]]
        assert simulator.requests[0].json["messages"][0]["content"][0]["fps"] == 1
    (told,) = map(json.loads, result.out.splitlines())
    assert [it["name"] for it in told["attachments"]] == ["stdin"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\n", "it is a PDF document"),
        (gzip.compress(b"one\ntwo\n" * 400, mtime=0), "compressed"),
        (b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0>\0\n\x1a\nab\n" * 40, "program"),
        (b"\x1a\n" + bytes(range(256)) * 3, "stdin looks binary: a NUL byte at offset 2"),
        (b"hi\n\x80\x01\n\x1aE\n", "stdin is not utf-8 text: byte 0x80 at offset 3"),
    ],
)
def test_what_is_neither_text_nor_media_is_refused_once(data: bytes, why: str) -> None:
    with Simulator(answer="Yes.") as simulator:
        result = mimo("chat", environ=environ_for(simulator), stdin=data)
        assert simulator.requests == []
    assert (result.code, result.out, result.err.count("mimo: ")) == (2, "", 1)
    assert why in result.err


def test_a_binary_line_is_the_last() -> None:
    good = b"what?\n" * 800  # more than is looked at
    with Simulator(answer="Yes.") as simulator:
        args = ("chat", "--no-history")
        lines = b"one\n" + b"#" * 5000 + b"\n" + PNG + good
        result = mimo(*args, environ=environ_for(simulator), stdin=lines)
        assert len(simulator.requests) == 2
    assert result.code == 2
    assert result.err.endswith("mimo: nothing more of stdin is read\n")
    assert result.err.count("line 3 of stdin is not utf-8 text") == 1
    assert "line 4" not in result.err


def test_lines_of_another_encoding_are_still_told_one_by_one() -> None:
    with Simulator(answer="Yes.") as simulator:
        result = mimo("chat", environ=environ_for(simulator), stdin=b"caf\xe9\ntwo\n\xe9\nthree\n")
        assert [it.json["messages"][-1]["content"] for it in simulator.requests] == ["two", "three"]
    assert (result.code, result.err.count(" is not utf-8 text")) == (2, 2)


def test_lines_that_begin_as_a_format_does_are_lines() -> None:
    with Simulator(answer="Yes.") as simulator:
        result = mimo(
            "chat", environ=environ_for(simulator), stdin=b"BM\nGIF89a is a format\nID3\n"
        )
        assert (result.code, len(simulator.requests)) == (0, 3)


def test_at_a_terminal_with_stdin_piped_alone_it_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    piped = f"cat '{tmp_path}/a.png' | '{sys.executable}' -m mimo_cli chat"
    with Simulator(answer="A picture.") as simulator:
        environ = environ_for(simulator, LANG="C.UTF-8")
        with Terminal(environ=environ, command=["sh", "-c", piped]) as terminal:
            terminal.wait_for("stdin  image 1920×1080  2,040 tokens")
            terminal.wait_for("A picture.")
            assert terminal.wait() == 0
        assert sent(simulator) == [["image"]]
