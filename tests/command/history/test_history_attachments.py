"""Pictures, recordings and films of earlier questions: sent again, shown, exported."""

from __future__ import annotations

import base64
import json
import stat
from contextlib import closing
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from support import media_files, systems
from support.harness import Terminal, environ_for, mimo, process

from mimo_cli.api.protocol.messages import (
    FileSource,
    Measures,
    Media,
    MediaKind,
    Reply,
    Text,
    UrlSource,
)
from mimo_cli.commands.history.attachments import base_name, file_names
from mimo_cli.conversation.shown import export_formats
from mimo_cli.conversation.turns import Conversation, Turn
from mimo_cli.history.journal import FILE
from mimo_cli.history.removal import deletion
from mimo_cli.history.store import History
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = 1_750_000_000.0
PNG, WAV = media_files.png(640, 480), media_files.wav(2.0)
LEFT_OUT = "a part of the history is damaged and left out; mimo doctor says which"


def file(data: bytes, name: str, media_type: str = "image/png", *measures: float) -> Media:
    kind: MediaKind = "audio" if media_type.startswith("audio") else "image"
    source = FileSource(media_type, len(data), sha256(data).hexdigest(), data)
    width, height = (int(it) for it in measures) if kind == "image" and measures else (None, None)
    seconds = measures[0] if kind == "audio" and measures else None
    return Media(kind, source, name=name, measures=Measures(width, height, seconds))


class Kept:
    """A history, and a server that is asked to go on."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.folder = folder
        self.simulator = simulator
        more = {"MIMO_DATA": str(folder), "MIMO_HISTORY": "true"}
        self.environ = environ_for(simulator, **more)

    def add(self, *question: Media | Text, answer: str = "Yes.") -> str:
        turn = Turn(question, {"model": "mimo-v2.6-pro"}, NOW)
        with closing(History(self.folder, now=lambda: NOW, notice=pytest.fail)) as history:
            begun = history.begin(turn)
            reply = Reply("m", "msg", (Text(answer),) if answer else (), "end_turn")
            done = turn._replace(number=begun.number, reply=reply, status="complete")
            history.finish(begun.conversation, done)
        return begun.conversation

    def sent(self) -> list[Any]:
        """The content of each message that was sent last."""
        return [it["content"] for it in self.simulator.requests[-1].json["messages"]]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    with Simulator(answer="Yes.") as simulator:
        yield Kept(tmp_path / "data", simulator)


def block(data: bytes, kind: str = "image", media_type: str = "image/png") -> dict[str, Any]:
    encoded = base64.b64encode(data).decode("ascii")
    return {"type": kind, "source": {"type": "base64", "media_type": media_type, "data": encoded}}


# Sent again


def test_c_sends_a_file_again_that_is_gone(kept: Kept, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(PNG)
    first = mimo("ask", "-f", str(photo), "What is it?", environ=kept.environ)
    assert (first.code, first.out) == (0, "Yes.\n")
    photo.unlink()
    for args in (["-c"], ["-r", "What is it?"]):
        again = mimo("ask", *args, "And the colour?", environ=kept.environ)
        assert (again.code, again.err) == (0, "")
        assert kept.sent()[0] == [block(PNG), {"type": "text", "text": "What is it?"}]


def test_a_chat_sends_a_file_again_that_an_earlier_conversation_has(kept: Kept) -> None:
    talk = kept.add(file(PNG, "photo.png"), Text("What is it?"))
    said = f"/resume {talk}\nAnd the colour?\n".encode()
    result = mimo("chat", environ=kept.environ, stdin=said)
    assert result.code == 0
    assert kept.sent() == [
        [block(PNG), {"type": "text", "text": "What is it?"}],
        [{"type": "text", "text": "Yes."}],
        "And the colour?",
    ]


def test_what_is_lost_of_a_file_is_told_and_the_question_goes_out(kept: Kept) -> None:
    kept.add(file(PNG, "photo.png"), Text("What is it?"))
    path = kept.folder / FILE
    content = bytearray(path.read_bytes())
    content[content.index(PNG) + 40] ^= 1
    path.write_bytes(content)
    result = mimo("ask", "-c", "And the colour?", environ=kept.environ)
    assert (result.code, result.out) == (0, "Yes.\n")
    assert result.err.count(LEFT_OUT) == 1
    assert kept.sent() == ["What is it?", [{"type": "text", "text": "Yes."}], "And the colour?"]


# Shown

SHOWN = (
    file(PNG, "photo.png", "image/png", 640, 480),
    file(WAV, "\x1b[2Jx.wav", "audio/wav", 2.0),
    Media("image", UrlSource("https://example.org/i.png")),
    Text("What is it?"),
)
SIZE = f"{len(WAV) / 1024:.1f} KB"


def test_a_conversation_is_drawn_with_a_row_for_each_attachment(kept: Kept) -> None:
    kept.add(*SHOWN)
    with Terminal("history", "show", environ=kept.environ) as terminal:
        assert terminal.wait() == 0
        assert b"\x1b[2J" not in terminal.received
        rows = [row.rstrip() for row in terminal.text.split("\n")]
    first = rows.index(f"› photo.png  image 640×480, {len(PNG)} bytes")
    assert rows[first + 1 : first + 6] == [
        f"  ^[[2Jx.wav  audio 0:02, {SIZE}",
        "  image (https://example.org/i.png)",
        "  What is it?",
        "",
        "Yes.",
    ]


def test_files_alone_are_a_question_that_is_drawn(kept: Kept) -> None:
    kept.add(file(b"12", "photo.png"))
    with Terminal("history", "show", environ=kept.environ) as terminal:
        assert terminal.wait() == 0
        assert "› photo.png  image, 2 bytes\n\nYes." in terminal.text


def test_markdown_has_them_in_the_quotation(kept: Kept) -> None:
    kept.add(*SHOWN)
    shown = mimo("history", "show", environ=kept.environ).out
    assert (
        f"> photo.png  image 640×480, {len(PNG)} bytes\n>\n"
        f"> ^[[2Jx.wav  audio 0:02, {SIZE}\n>\n"
        "> image (https://example.org/i.png)\n>\n> What is it?\n"
    ) in shown


def test_json_has_all_but_the_bytes(kept: Kept) -> None:
    kept.add(*SHOWN)
    shown = mimo("history", "show", "--json", environ=kept.environ).json
    assert shown["turns"][0]["question"][0] == {
        "type": "image",
        "name": "photo.png",
        "width": 640,
        "height": 480,
        "source": {
            "type": "file",
            "media_type": "image/png",
            "size": len(PNG),
            "sha256": sha256(PNG).hexdigest(),
        },
    }


# Exported


def export(kept: Kept, *args: str, cwd: Path) -> tuple[str, str]:
    result = mimo("history", "export", *args, environ=kept.environ, cwd=cwd)
    assert result.code == 0, result.err
    return result.out, result.err


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_attachments_are_exported_under_their_names(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    talk = kept.add(
        file(PNG, "../../a [photo] (1).png"),
        file(WAV, "/etc/sound.wav", "audio/wav"),
        file(PNG, "again.png"),
        file(b"12", "", "image/jpeg"),
        Media("image", UrlSource("https://example.org/i.png")),
        Text("What?"),
    )
    out, err = export(kept, talk, "--with-attachments", "to/files", cwd=tmp_path)
    files = tmp_path / "to" / "files"
    assert err == "mimo: 3 attachments are in to/files\n"
    expected = {"a [photo] (1).png": PNG, "sound.wav": WAV, "attachment-1.jpg": b"12"}
    assert written(files) == expected
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.iterdir()} == {0o600}
    assert stat.S_IMODE(files.stat().st_mode) == 0o700
    picture = r"(to/files/a%20%5Bphoto%5D%20%281%29.png)  image, "
    assert rf"> ![../../a \[photo\] (1).png]{picture}" in out
    assert rf"> ![again.png]{picture}" in out
    assert "> [/etc/sound.wav](to/files/sound.wav)  audio, " in out
    assert "> ![image](to/files/attachment-1.jpg)  image, 2 bytes" in out
    assert "> image (https://example.org/i.png)\n" in out


def test_what_is_there_stays_and_links_are_from_where_the_export_is(
    kept: Kept, tmp_path: Path
) -> None:
    talk = kept.add(file(PNG, "photo.png"), file(b"12", "photo.png"), Text("What?"))
    files = tmp_path / "files"
    files.mkdir()
    (files / "photo.png").symlink_to(tmp_path / "elsewhere")
    chat = tmp_path / "chats" / "chat.json"
    chat.parent.mkdir()
    args = ("--format", "json", "-o", str(chat), "--with-attachments", str(files))
    export(kept, talk, *args, cwd=tmp_path)
    assert not (tmp_path / "elsewhere").exists()
    assert (files / "photo-2.png").read_bytes() == PNG
    assert (files / "photo-3.png").read_bytes() == b"12"
    question = json.loads(chat.read_bytes())["turns"][0]["question"]
    assert [it.get("file") for it in question] == [
        "../files/photo-2.png",
        "../files/photo-3.png",
        None,
    ]
    export(kept, talk, *args, cwd=tmp_path)
    assert (files / "photo-4.png").read_bytes() == PNG


def test_all_conversations_are_exported_with_their_attachments(kept: Kept, tmp_path: Path) -> None:
    kept.add(file(PNG, "one.png"), Text("one"))
    kept.add(file(PNG, "two.png"), file(WAV, "two.wav", "audio/wav"))
    kept.add(Text("three"))
    folder = tmp_path / "files"
    args = ("--all", "--format", "jsonl", "--with-attachments", str(folder))
    out, _ = export(kept, *args, cwd=tmp_path)
    assert written(folder) == {"two.png": PNG, "two.wav": WAV}
    assert len(out.splitlines()) == 3
    assert all(str(len(PNG)) in it for it in out.splitlines()[1:])


def test_without_any_there_is_no_folder(kept: Kept, tmp_path: Path) -> None:
    talk = kept.add(Text("one"))
    _, err = export(kept, talk, "--with-attachments", str(tmp_path / "files"), cwd=tmp_path)
    assert err == "mimo: there are no attachments to write\n"
    assert not (tmp_path / "files").exists()


def test_one_that_is_lost_is_told_and_has_no_link(kept: Kept, tmp_path: Path) -> None:
    import sqlite3

    talk = kept.add(file(PNG, "photo.png"), Text("one"))
    with closing(sqlite3.connect(kept.folder / FILE, isolation_level=None)) as connection:
        connection.execute("DELETE FROM content")
    out, err = export(kept, talk, "--with-attachments", str(tmp_path / "files"), cwd=tmp_path)
    assert "> photo.png  image, " in out
    assert LEFT_OUT in err


def test_a_folder_that_cannot_be_is_a_local_error(kept: Kept, tmp_path: Path) -> None:
    talk = kept.add(file(PNG, "photo.png"), Text("one"))
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "in"
    result = mimo(
        "history", "export", talk, "--with-attachments", str(folder), environ=kept.environ
    )
    assert (result.code, result.out) == (12, "")
    assert result.err.startswith(f"mimo: cannot write into {folder}: ")


def test_without_a_place_for_the_export_no_attachment_is_written(
    kept: Kept, tmp_path: Path
) -> None:
    talk = kept.add(file(PNG, "photo.png"), Text("one"))
    chat, folder = tmp_path / "missing" / "chat.md", tmp_path / "files"
    args = ["history", "export", talk, "-o", str(chat), "--with-attachments", str(folder)]
    result = mimo(*args, environ=kept.environ)
    assert (result.code, result.out) == (12, "")
    assert result.err == f"mimo: cannot write {chat}: its folder does not exist\n"
    assert not folder.exists()


@systems.FULL
def test_an_export_that_fails_takes_its_attachments_with_it(kept: Kept, tmp_path: Path) -> None:
    talk = kept.add(file(PNG, "photo.png"), file(WAV, "s.wav", "audio/wav"), Text("one"))
    there = tmp_path / "there"
    there.mkdir()
    (there / "photo.png").write_bytes(b"mine")
    for folder in (there, tmp_path / "not" / "yet"):
        with open("/dev/full", "wb") as full:  # noqa: PTH123 - a descriptor is what is wanted
            args = ["history", "export", talk, "--with-attachments", str(folder)]
            program = process(*args, environ=kept.environ, stdout=full.fileno())
            assert "no space left" in program.communicate()[1].decode()
        assert program.returncode == 12
    assert written(there) == {"photo.png": b"mine"}
    assert not (tmp_path / "not").exists()


def test_what_a_deletion_had_left_is_given_back_by_the_next(kept: Kept) -> None:
    with closing(History(kept.folder, now=lambda: NOW, notice=pytest.fail)) as history:
        data = bytes(range(256)) * 16_000
        history.begin(Turn((file(data, "photo.png"), Text("one")), {"model": "m"}, NOW))
        with history.database.writing() as connection:
            deletion.clear(connection)
    result = mimo("history", "delete", "--all", "--yes", environ=kept.environ)
    left = "3.9 MB that an earlier deletion had left is given back"
    assert (result.code, result.err) == (0, f"mimo: there is nothing to delete; {left}\n")
    again = mimo("history", "delete", "--all", "--yes", environ=kept.environ)
    assert again.err == "mimo: there is nothing to delete\n"


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("photo.png", "photo.png"),
        ("../../photo.png", "photo.png"),
        ("/etc/passwd", "passwd"),
        ("C:\\pictures\\photo.png", "photo.png"),
        ("C:photo.png", "C_photo.png"),
        ("-rf.png", "rf.png"),
        ("--", ""),
        (".bashrc", "bashrc"),
        ("..", ""),
        ("dir/", ""),
        ("a\x00b\x1b[2J\n.png", "a_b_[2J_.png"),
        ("a\u202egnp.exe", "a_gnp.exe"),
        ("a\ud800.png", "a_.png"),
        ("CON", "_CON"),
        ("con.png", "_con.png"),
        ("Com1.tar.gz", "_Com1.tar.gz"),
        ("lpt\xb9", "_lpt\xb9"),
        ("nul .txt", "_nul .txt"),
        ("console.png", "console.png"),
        ("photo.png. . ", "photo.png"),
        ("猫.png", "猫.png"),
    ],
)
def test_the_name_of_a_file_is_one_that_any_system_takes(name: str, base: str) -> None:
    assert base_name(name) == base


@pytest.mark.parametrize(
    ("name", "media_type", "names"),
    [
        ("a.b.png", "image/png", ["a.b.png", "a.b-2.png", "a.b-3.png"]),
        ("stdin", "audio/mpeg", ["stdin.mp3", "stdin-2.mp3"]),
        ("", "video/quicktime", ["attachment-1.mov", "attachment-2.mov"]),
        ("", "../x", ["attachment-1"]),
        (".png", "image/png", ["png.png"]),
        ("p.heic", "image/jpeg", ["p.jpg", "p-2.jpg"]),
        ("page.TIFF", "image/png", ["page.png"]),
        ("p.JPEG", "image/jpeg", ["p.JPEG"]),
        ("wrong.mp3", "image/png", ["wrong.png"]),
        ("talk.of 12.5", "audio/mpeg", ["talk.of 12.5.mp3"]),
        ("voice.opus", "audio/ogg", ["voice.opus"]),
        ("a.b", "image/x-new", ["a.b"]),
        ("a." + "x" * 17, "image/png", ["a." + "x" * 17 + ".png"]),
        ("猫" * 100 + ".png", "image/png", ["猫" * 83 + ".png", "猫" * 83 + "-2.png"]),
    ],
)
def test_names_that_are_taken_are_numbered(name: str, media_type: str, names: list[str]) -> None:
    found = [*islice(file_names(name, media_type), len(names))]
    assert found == names
    assert all(len(it.encode()) <= 255 for it in found)


def test_a_link_is_one_whatever_a_file_is_called() -> None:
    shown = file(PNG, "a]\n(b)\\ `c` <d>_*.png")
    turn = Turn((shown,), {"model": "m"}, NOW)
    assert isinstance(shown.source, FileSource)
    files = {shown.source.sha256: "f/a (1)\ud800#?.png"}
    text = export_formats.markdown(Conversation("k3jmnpqr", "x", NOW, NOW, (turn,)), files)
    label = r"a\] (b)\\ \`c\` \<d\>\_\*.png"
    assert f"> ![{label}](f/a%20%281%29%3F%23%3F.png)  image, " in text
