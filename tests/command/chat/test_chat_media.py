"""Pictures, recordings and films in a chat: what waits, what is taken back, what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support import media_files
from support.harness import Terminal, environ_for, mimo

from mimo_cli.media import tokens
from mimo_cli.simulator import Fault, Simulator

if TYPE_CHECKING:
    from pathlib import Path

PNG = media_files.png(1920, 1080)
NO_IMAGES = Fault.http(
    404, body=b'{"error":{"code":"404","message":"No endpoints found that support image input"}}'
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "b c.png").write_bytes(media_files.png(512, 512))
    (tmp_path / "film.mp4").write_bytes(media_files.mp4(64, 48, 2))
    (tmp_path / "notes.txt").write_text("Mind the gap.\n")
    return tmp_path


def kinds(simulator: Simulator, number: int = -1) -> list[list[str]]:
    """The kinds of blocks in each message that a request had, the user's alone."""
    messages = simulator.requests[number].json["messages"]
    return [_kinds(it["content"]) for it in messages if it["role"] == "user"]


def _kinds(content: str | list[dict[str, Any]]) -> list[str]:
    return ["words"] if isinstance(content, str) else [it["type"] for it in content]


def chat(simulator: Simulator, lines: str, *args: str, **more: str) -> str:
    environ = environ_for(simulator, **more)
    return mimo("chat", *args, environ=environ, stdin=lines.encode()).err


@pytest.mark.usefixtures("folder")
def test_media_wait_for_the_next_message_alone() -> None:
    with Simulator(answer="Yes.") as simulator:
        err = chat(simulator, "/file a.png notes.txt\nwhat?\nand?\n")
        assert kinds(simulator, 0) == [["image", "text"]]
        assert kinds(simulator) == [["image", "text"], ["words"]]
    assert "with the next message: a.png, notes.txt (about 2,040 tokens)\n" in err


@pytest.mark.usefixtures("folder")
def test_a_pattern_takes_media_too_and_options_hold_for_films() -> None:
    with Simulator(answer="Yes.") as simulator:
        chat(simulator, "/file *.png *.mp4\nwhat?\n", "--fps", "1")
        assert kinds(simulator) == [["image", "image", "video", "text"]]
        (message,) = simulator.requests[-1].json["messages"]
    assert message["content"][2]["fps"] == 1


@pytest.mark.usefixtures("folder")
def test_one_that_waits_is_taken_back_by_name_or_number() -> None:
    lines = (
        "/file a.png film.mp4 notes.txt\n/file b c.png\n/file\n/file drop film.mp4\n"
        "/file drop b c.png\n/file drop 1\n/file drop no.png\n/file\n"
        "/file drop notes.txt\n/file notes.txt\nwhat?\n"
    )
    with Simulator(answer="Yes.") as simulator:
        err = chat(simulator, lines)
        assert kinds(simulator) == [["words"]]
    numbered = [line.split("  ") for line in err.splitlines() if line[:1].isdecimal()]
    rows = [[cell.strip() for cell in line if cell] for line in numbered]
    assert rows[:2] == [
        ["1", "a.png", "image 1920×1080", "2,040 tokens"],
        ["2", "film.mp4", "video 64×48 0:02", f"{tokens.video(64, 48, 2, is_max=False)} tokens"],
    ]
    assert rows[3:] == [
        ["4", "b c.png", "image 512×512", "256 tokens"],
        ["1", "notes.txt", "text, 1 line", "about 4 tokens"],
    ]
    for name in ("film.mp4", "b c.png", "a.png"):
        assert f"no longer with the next message: {name}\n" in err
    assert "no file no.png goes with the next message\n  /file lists them" in err


@pytest.mark.usefixtures("folder")
def test_what_was_refused_goes_along_no_more() -> None:
    with Simulator(answer="Yes.", faults=[NO_IMAGES]) as simulator:
        err = chat(simulator, "/file a.png notes.txt\nwhat?\n/file\nand?\nmore?\n")
        assert kinds(simulator, 0) == [["image", "text"]]
        assert kinds(simulator, 1) == [["words"]]
        assert kinds(simulator, 2) == [["words"], ["words"]]
        first = simulator.requests[2].json["messages"][0]["content"]
    assert "what is attached was refused: No endpoints found" in err
    assert "a.png: no longer with the next message" in err
    assert "1  notes.txt  text, 1 line" in err
    assert first == 'and?\n\n<file name="notes.txt">\nMind the gap.\n</file>'


@pytest.mark.usefixtures("folder")
def test_retry_sends_what_was_refused_to_another_model() -> None:
    with Simulator(answer="Yes.", faults=[NO_IMAGES]) as simulator:
        chat(simulator, "/file a.png\nwhat?\n/retry mimo-v2.6-flash\nand?\n")
        assert kinds(simulator, 1) == [["image", "text"]]
        assert kinds(simulator, 2) == [["image", "text"], ["words"]]


@pytest.mark.usefixtures("folder")
def test_media_of_a_question_that_failed_otherwise_go_on_waiting() -> None:
    with Simulator(answer="Yes.", faults=[Fault.http(500)] * 3) as simulator:
        chat(simulator, "/file a.png\nwhat?\nagain?\n", MIMO_RETRIES="0")
        assert kinds(simulator, 1) == [["image", "text"]]


@pytest.mark.usefixtures("folder")
def test_a_question_that_is_taken_back_or_edited_keeps_its_media(tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "which?" > "$1"\n')
    editor.chmod(0o700)
    environ = {"LANG": "C.UTF-8", "EDITOR": str(editor)}
    with (
        Simulator(answer="A picture.") as simulator,
        Terminal("chat", "-f", "a.png", environ=environ_for(simulator, **environ)) as terminal,
    ):
        for keys, wanted in [
            ("what?\r", "A picture.\n\n›"),
            ("/undo\r", "are taken back\n› what?"),
            (" now\r", "› what? now\n\nthought for less than a second\n\nA picture.\n\n›"),
            ("/edit\r", "› /edit\n\nthought for less than a second\n\nA picture.\n\n›"),
        ]:
            terminal.wait_for("thinking on")
            terminal.type(keys)
            terminal.wait_for(wanted)
        assert [kinds(simulator, at) for at in range(3)] == [[["image", "text"]]] * 3
        terminal.wait_for("tokens (0 %)")
        terminal.type("/edit\r")
        terminal.wait_for("nothing is asked\n›")
        terminal.type("\x04")
        assert terminal.wait() == 0
        (message,) = simulator.requests[2].json["messages"]
    assert message["content"][-1]["text"] == "which?"


@pytest.mark.usefixtures("folder")
def test_a_model_that_takes_none_is_told_and_the_chat_goes_on() -> None:
    with Simulator(answer="Yes.") as simulator:
        lines = "/file a.png\n/model mimo-v2.5-pro\nwhat?\n/file a.png\n/model pro\nwhat?\n"
        err = chat(simulator, lines)
        assert len(simulator.requests) == 1
        assert kinds(simulator) == [["image", "text"]]
    assert "mimo: mimo-v2.5-pro takes no images\n  Ask one that does: /model mimo-v2.6-pro" in err
    assert "mimo: warning: mimo-v2.5-pro takes no images. Ask one that does: /model" in err


@pytest.mark.usefixtures("folder")
def test_a_film_that_is_new_is_named_whatever_was_sent_before() -> None:
    with Simulator(answer="Yes.", faults=[Fault(), Fault.corrupted(times=2)]) as simulator:
        err = chat(simulator, "/file a.png\nwhat?\n/file film.mp4\nand this?\nand now?\n")
        assert len(simulator.requests) == 3
    new, earlier = err.split("mimo: the server cannot read the ")[1:]
    assert "\n  A film may play all the same. Encode it anew: ffmpeg -i film.mp4 -c:v" in new
    assert "\n  The files of earlier questions are sent again with each one. /new" in earlier


@pytest.mark.usefixtures("folder")
def test_what_is_new_on_top_of_earlier_media_may_be_sent_without_them() -> None:
    many = Fault.http(400, body=b'{"error":{"message":"At most 1 image(s) may be provided"}}')
    with Simulator(answer="Yes.", faults=[Fault(), many]) as simulator:
        lines = ("/file a.png", "what?", "/file 'b c.png'", "and?", "/new", "/file 'b c.png'")
        err = chat(simulator, "\n".join((*lines, "and?")))
        assert kinds(simulator) == [["image", "text"]]
    assert "with each one: /new, then /file and the question again, sends the new one" in err
    assert "that took them" not in err


@pytest.mark.usefixtures("folder")
def test_a_model_that_takes_no_earlier_picture_is_told_with_the_ways_out() -> None:
    with Simulator(answer="Yes.") as simulator:
        lines = ("/file a.png", "what?", "/model mimo-v2.5-pro", "and?", "/undo", "/file none")
        err = chat(simulator, "\n".join((*lines, "and?")))
        assert len(simulator.requests) == 2
    told = err.partition("mimo: mimo-v2.5-pro takes no images\n")[2].splitlines()[0]
    assert told.startswith("  The files of earlier questions are sent again with each one. /new")
    assert "/model mimo-v2.6-pro or mimo-v2.6-flash" in told


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("faults", "question"), [([Fault.http(421)], "what?"), ([], "stop reason content_filter")]
)
def test_what_a_filter_blocked_may_be_the_picture(faults: list[Fault], question: str) -> None:
    with Simulator(faults=faults) as simulator:
        err = chat(simulator, f"/file a.png\n{question}\n")
    assert "in other words, or leave the picture out (/file none): that may be what is" in err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("faults", "question"),
    [([Fault(), Fault.http(421)], "and?"), ([], "stop reason content_filter")],
)
def test_what_a_filter_blocked_may_be_an_earlier_picture(
    faults: list[Fault], question: str
) -> None:
    with Simulator(faults=faults) as simulator:
        err = chat(simulator, f"/file a.png\nwhat?\n{question}\n")
        assert len(simulator.requests) == 2
    assert "or begin without the files of earlier questions (/new): they are sent again" in err


@pytest.mark.usefixtures("folder")
def test_a_first_message_has_what_was_piped_in_and_named() -> None:
    with Simulator(answer="Yes.") as simulator:
        environ = environ_for(simulator)
        args = ("chat", "-f", "film.mp4", "-f", "notes.txt", "what?")
        assert mimo(*args, environ=environ, stdin=PNG).code == 0
        assert kinds(simulator) == [["video", "image", "text"]]
        assert mimo("chat", "-", environ=environ, stdin=PNG).code == 0
        assert kinds(simulator) == [["image"]]


@pytest.mark.usefixtures("folder")
def test_addresses_and_what_cannot_be_sent() -> None:
    with Simulator(answer="Yes.") as simulator:
        err = chat(
            simulator, "/file http://x.org/\nunsent\n/file https://x.org/a.png?w=[1]\nwhat?\n"
        )
        assert kinds(simulator) == [["image", "text"]]
    assert "plain http is not fetched" in err


def test_a_person_sees_rows_sends_without_a_word_and_drops_a_file(folder: Path) -> None:
    with (
        Simulator(answer="A picture.") as simulator,
        Terminal("chat", environ=environ_for(simulator, LANG="C.UTF-8")) as terminal,
    ):
        terminal.wait_for("\n›")
        terminal.type("\r/file a.png\r")  # a blank line is none, as long as nothing waits
        terminal.wait_for("mimo: with the next message:\na.png  image 1920×1080  2,040 tokens\n")
        terminal.wait_for("1 file waiting")
        terminal.wait_for("tokens\n›")
        terminal.type("/file drop \t\r")
        terminal.wait_for("no longer with the next message: a.png\n›")
        terminal.type(f"'{folder}/b c.png' \r")
        terminal.wait_for("was not sent: Enter attaches")
        terminal.wait_for("b\\ c.png")
        terminal.wait_for("thinking on")
        assert not simulator.requests
        terminal.type("\r")
        terminal.wait_for("image 512×512  256 tokens\n›")
        terminal.wait_for("1 file waiting")
        terminal.type("\r")
        terminal.wait_for("A picture.")
        assert kinds(simulator) == [["image"]]
        terminal.wait_for("thinking on")
        terminal.type("\x04")
        assert terminal.wait() == 0


def test_a_chat_may_begin_with_what_waits(folder: Path) -> None:
    args = ("chat", "-f", str(folder / "a.png"))
    with (
        Simulator(answer="A picture.") as simulator,
        Terminal(*args, environ=environ_for(simulator, LANG="C.UTF-8")) as terminal,
    ):
        terminal.wait_for("1 file waiting")
        terminal.type("\r")
        terminal.wait_for("A picture.")
        assert kinds(simulator) == [["image"]]
