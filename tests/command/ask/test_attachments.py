"""`mimo ask -f`: pictures, recordings and films, by name, by address and from stdin."""

from __future__ import annotations

import hashlib
import json
import os
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest
from support import media_files
from support.harness import Result, Terminal, environ_for, mimo

from mimo_cli.media import limits
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PNG = media_files.png(1920, 1080)
FORMATS = {
    "a.png": (PNG, "image", "image/png"),
    "a.jpg": (media_files.jpeg(64, 48), "image", "image/jpeg"),
    "a.gif": (media_files.gif(64, 48), "image", "image/gif"),
    "a.webp": (media_files.webp(64, 48), "image", "image/webp"),
    "a.bmp": (media_files.bmp(64, 48), "image", "image/bmp"),
    "a.mp3": (media_files.mp3(2), "audio", "audio/mpeg"),
    "a.wav": (media_files.wav(2), "audio", "audio/wav"),
    "a.flac": (media_files.flac(2), "audio", "audio/flac"),
    "a.m4a": (media_files.m4a(2), "audio", "audio/mp4"),
    "a.ogg": (media_files.ogg(2), "audio", "audio/ogg"),
    "a.mp4": (media_files.mp4(64, 48, 2), "video", "video/mp4"),
    "a.mov": (media_files.mov(64, 48, 2), "video", "video/quicktime"),
    "a.avi": (media_files.avi(64, 48, 2), "video", "video/x-msvideo"),
    "a.wmv": (media_files.wmv(64, 48, 2), "video", "video/x-ms-wmv"),
}
LONG_TAG = media_files.id3(bytes(20_000))
ENVIRON = {"MIMO_API_KEY": "sk-0123456789abcdef", "MIMO_CONFIG": "/dev/null"}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(answer="Yes.") as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def blocks(simulator: Simulator) -> list[dict[str, Any]]:
    """The blocks of the last question that the server received."""
    content = simulator.requests[-1].json["messages"][-1]["content"]
    assert isinstance(content, list)
    return content


def data_of(block: Mapping[str, Any]) -> bytes:
    return b64decode(block["source"]["data"], validate=True)


def dry(*args: str, stdin: bytes | None = b"") -> tuple[Any, Result]:
    """The question that would be sent, and what was told."""
    result = mimo("ask", "--dry-run", *args, environ=ENVIRON, stdin=stdin)
    assert result.code == 0, result.err
    return json.loads(result.out[result.out.index("{") :])["messages"][-1]["content"], result


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_told_by_its_bytes_whatever_its_name(
    simulator: Simulator, folder: Path, name: str
) -> None:
    data, kind, media_type = FORMATS[name]
    (folder / "no ending").write_bytes(data)
    result = mimo("ask", "-f", "no ending", "what is it?", environ=environ_for(simulator))
    assert (result.code, result.out, result.err) == (0, "Yes.\n", "")
    media, text = blocks(simulator)
    assert (media["type"], media["source"]["media_type"]) == (kind, media_type)
    assert data_of(media) == data
    assert text == {"type": "text", "text": "what is it?"}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_piped_in(simulator: Simulator, name: str) -> None:
    data, kind, media_type = FORMATS[name]
    result = mimo("ask", "what is it?", environ=environ_for(simulator), stdin=data)
    assert (result.code, result.err) == (0, "")
    media, text = blocks(simulator)
    assert (media["type"], media["source"]["media_type"]) == (kind, media_type)
    assert data_of(media) == data
    assert text["text"] == "what is it?"


def test_media_alone_are_a_question(simulator: Simulator, folder: Path) -> None:
    (folder / "a.png").write_bytes(PNG)
    assert mimo("ask", "-f", "a.png", environ=environ_for(simulator)).code == 0
    assert [it["type"] for it in blocks(simulator)] == ["image"]
    assert mimo("ask", "-", environ=environ_for(simulator), stdin=PNG).code == 0
    assert [it["type"] for it in blocks(simulator)] == ["image"]
    assert mimo("ask", "-f", "-", environ=environ_for(simulator), stdin=PNG).code == 0
    assert [it["type"] for it in blocks(simulator)] == ["image"]


def test_several_go_in_their_order_before_the_words(folder: Path) -> None:
    for name, (data, _, _) in FORMATS.items():
        (folder / name).write_bytes(data)
    (folder / "notes.txt").write_text("Mind the gap.\n")
    names = ["a.wav", "a.png", "a.mp4"]
    content, result = dry("-f", "a.wav", "a.png", "notes.txt", "-f", "a.mp4", "compare", stdin=PNG)
    assert [it["type"] for it in content] == ["audio", "image", "video", "image", "text"]
    assert content[-1]["text"] == 'compare\n\n<file name="notes.txt">\nMind the gap.\n</file>'
    rows = result.err.splitlines()
    assert rows[0].startswith("mimo: attached as well: a.png, notes.txt")
    assert [row.split()[0] for row in rows[1:-1]] == [*names[:2], "notes.txt", "a.mp4", "stdin"]


def test_what_is_listed_lines_up_with_tokens_and_cost(folder: Path) -> None:
    (folder / "照片.png").write_bytes(PNG)
    (folder / "a.wav").write_bytes(media_files.wav(60))
    (folder / "a.txt").write_text("one\ntwo\n")
    _, result = dry("-f", "照片.png", "-f", "a.wav", "-f", "a.txt", "hi")
    assert result.err.splitlines() == [
        "照片.png  image 1920×1080    2,040 tokens",
        "a.wav     audio 1:00           378 tokens",
        "a.txt     text, 2 lines    about 2 tokens",
        "mimo: 3 attachments: about 2,420 tokens (about $0.001053)",
    ]
    assert dry("-q", "-f", "a.wav", "hi")[1].err == ""


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--fps", "0.5", "--media-resolution", "max"], {"fps": 0.5, "media_resolution": "max"}),
        (["--media-resolution", "default"], {"media_resolution": "default"}),
        ([], {}),
    ],
)
def test_how_a_film_is_looked_at_goes_with_films_alone(
    folder: Path, args: list[str], told: dict[str, object]
) -> None:
    (folder / "a.mp4").write_bytes(FORMATS["a.mp4"][0])
    (folder / "a.png").write_bytes(PNG)
    url = "https://x.org/b.mov"
    (film, picture, other, _), result = dry(
        "-f", "a.mp4", "-f", "a.png", "-f", url, *args, "what happens?"
    )
    for block in (film, other):
        assert {name: it for name, it in block.items() if name not in ("type", "source")} == told
    assert {*picture} == {"type", "source"}
    assert "no film" not in result.err
    if args:
        assert "no film is attached" in dry("-f", "a.png", *args, "hi")[1].err


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (["--fps", "0"], "--fps cannot be 0: it is from 0.1 to 10"),
        (["--fps", "10.5"], "--fps cannot be 10.5"),
        (["--fps", "nan"], "--fps cannot be nan"),
        (["--fps", "fast"], "fast"),
        (["--media-resolution", "min"], "--media-resolution cannot be 'min': it is default or max"),
    ],
)
@pytest.mark.parametrize("command", ["ask", "chat"])
def test_a_value_that_the_service_does_not_take_is_refused(
    command: str, args: list[str], why: str
) -> None:
    result = mimo(command, *args, "hi", environ=ENVIRON)
    assert result.code == 2
    assert why in result.err


def test_an_address_is_fetched_by_the_service(folder: Path) -> None:
    address = "https://x.org/a/Photo%201.PNG?w=2"
    content, result = dry("-f", address, "-f", "image:https://x.org/show?id=7", "hi")
    assert [it["source"] for it in content[:2]] == [
        {"type": "url", "url": address},
        {"type": "url", "url": "https://x.org/show?id=7"},
    ]
    assert result.err.startswith(f"Photo 1.PNG  image ({address})")
    (folder / "my photo.png").write_bytes(PNG)
    (media, _), _ = dry("-f", f"file://{folder}/my%20photo.png", "hi")
    assert media["source"]["media_type"] == "image/png"


def test_an_address_here_is_for_a_server_here_alone(simulator: Simulator) -> None:
    args = ("ask", "-f", "http://192.168.1.2/a.png", "hi")
    result = mimo(*args, environ=ENVIRON)
    assert result.code == 2
    assert result.err.startswith("mimo: the service cannot fetch http://192.168.1.2/a.png: ")
    assert "\n  Download it, and attach the file." in result.err
    mimo(*args, environ=environ_for(simulator))
    assert blocks(simulator)[0]["source"]["url"] == "http://192.168.1.2/a.png"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "it is a PDF document"),
        (b"%PDF-1.0\nonly letters\n", "it is a PDF document"),
        (b"PK\3\4\x14\0\0\0\x08\0", "it is an archive"),
        (b"\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x86\x81\x01B\x82\x84webm", "it is a WebM film"),
        (b"\x7fELF\2\1\1\0", "it is a program"),
        (b"SQLite format 3\0\x10\0", "it is a database"),
        (bytes(range(256)), "looks binary"),
        (b"", "is empty"),
        (b"\n \n", "is empty"),
    ],
)
def test_what_cannot_be_sent_says_what_it_is_and_what_can_be_done(
    folder: Path, data: bytes, told: str
) -> None:
    (folder / "a.png").write_bytes(data)  # its name is not what counts
    for command in ("ask", "chat"):
        without_programs = {**ENVIRON, "PATH": str(folder)}
        result = mimo(command, "-f", "a.png", "hi", environ=without_programs)
        assert result.code == 2
        assert told in result.err
        assert len(result.err.splitlines()) == (1 if "empty" in told else 2)


@pytest.mark.parametrize("kind", ["image", "video"])
def test_what_is_too_large_is_refused_before_it_is_read(folder: Path, kind: str) -> None:
    data = PNG if kind == "image" else FORMATS["a.mp4"][0]
    with (folder / "large").open("wb") as file:
        file.write(data)
        file.truncate(50_000_000_000)
    result = mimo("ask", "-f", "large", "hi", environ=ENVIRON)
    assert result.code == 2
    assert result.err.startswith("mimo: cannot send large: 47,683.7 MB, and the service")
    assert result.seconds < 5


def test_a_pipe_of_media_may_be_longer_than_a_text(simulator: Simulator) -> None:
    film = media_files.mp4(64, 48, 2) + media_files.box(b"free", bytes(11 * 1024 * 1024))
    result = mimo("ask", "hi", environ=environ_for(simulator), stdin=film)
    assert (result.code, result.err) == (0, "")
    assert data_of(blocks(simulator)[0]) == film
    film += media_files.box(b"free", bytes(limits.LARGEST_FILE - len(film)))
    result = mimo("ask", "hi", environ=ENVIRON, stdin=film)
    assert result.code == 2
    assert result.err.startswith("mimo: cannot send stdin: more than 37.5 MB, which is")
    result = mimo("ask", "hi", environ=ENVIRON, stdin=b"x" * (11 * 1024 * 1024))
    assert result.err.startswith("mimo: stdin is too large: more than 10 MB\n")
    reading, writing = os.pipe()
    try:
        os.write(writing, PNG)
        os.close(writing)
        (media, _), _ = dry("-f", f"/dev/fd/{reading}", "hi")
    finally:
        os.close(reading)
    assert media["type"] == "image"


def test_a_kind_before_a_files_name_is_told_of_unless_it_is_in_the_name(folder: Path) -> None:
    (folder / "a.png").write_bytes(PNG)
    result = mimo("ask", "--dry-run", "-f", "image:a.png", "hi", environ=ENVIRON)
    assert (result.code, result.err) == (
        2,
        (
            "mimo: cannot attach image:a.png: image: is for an https:// address\n"
            "  A file is named alone: a.png\n"
        ),
    )
    (folder / "image:a.png").write_bytes(PNG)
    result = mimo("ask", "--dry-run", "-f", "image:a.png", "hi", environ=ENVIRON)
    assert result.code == 0


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.mp3", LONG_TAG + media_files.ADTS, "an AAC recording without a container"),
        ("a.mp3", media_files.wma(described_late=True), "a WMA recording"),
    ],
)
@pytest.mark.parametrize("is_piped", [False, True])
def test_what_shows_late_what_it_is_is_told_by_all_of_its_bytes(
    folder: Path, name: str, data: bytes, kind: str, is_piped: bool
) -> None:
    (folder / name).write_bytes(data)
    args = ("ask", "--dry-run", "hi", *([] if is_piped else ["-f", name]))
    result = mimo(*args, environ=ENVIRON, stdin=data if is_piped else None)
    named = "stdin" if is_piped else name
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"mimo: {named} cannot be attached: it is {kind}\n")


def test_a_model_that_takes_none_is_told_before_the_network(
    simulator: Simulator, folder: Path
) -> None:
    (folder / "a.png").write_bytes(PNG)
    before = simulator.connections
    environ = environ_for(simulator)
    result = mimo("ask", "-q", "-m", "mimo-v2.5-pro", "-f", "a.png", "hi", environ=environ)
    assert (result.code, simulator.connections) == (2, before)
    assert result.err == (
        "mimo: mimo-v2.5-pro takes no images\n"
        "  Ask one that does: -m mimo-v2.6-pro or mimo-v2.6-flash\n"
    )
    mimo("ask", "-q", "-m", "unheard-of", "-f", "a.png", "hi", environ=environ)
    assert simulator.connections > before


def test_an_earlier_picture_counts_for_the_model_as_well(
    simulator: Simulator, folder: Path
) -> None:
    (folder / "a.png").write_bytes(PNG)
    environ = environ_for(simulator, MIMO_HISTORY="true", MIMO_DATA=str(folder / "data"))
    assert mimo("ask", "-f", "a.png", "what?", environ=environ).code == 0
    (folder / "a.png").unlink()
    assert mimo("ask", "-c", "and now?", environ=environ).code == 0
    first = simulator.requests[-1].json["messages"][0]["content"]
    assert hashlib.sha256(data_of(first[0])).digest() == hashlib.sha256(PNG).digest()
    result = mimo("ask", "-q", "-c", "-m", "mimo-v2.5-pro", "and now?", environ=environ)
    assert (result.code, "takes no images" in result.err) == (2, True)
    advice = "  The files of earlier questions are sent again with each one: ask without -c and -r,"
    assert result.err.splitlines()[1].startswith(advice)
    asked = ("ask", "-q", "-c", "-m", "mimo-v2.5-pro", "-f", "a.png", "and now?")
    (folder / "a.png").write_bytes(PNG)
    assert "\n  Ask one that does: -m " in mimo(*asked, environ=environ).err


def test_a_film_that_is_long_is_asked_about(folder: Path) -> None:
    (folder / "long.mp4").write_bytes(media_files.mp4(1920, 1080, 3600))
    args = ("ask", "--fps", "1", "-f", "long.mp4", "hi")
    result = mimo(*args, environ={**ENVIRON, "MIMO_CONFIRM_ABOVE_TOKENS": "100000"})
    assert result.code == 2
    assert "more than 100,000 tokens: about 151,000 tokens" in result.err


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (os.mkfifo, "it is not a regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "it is not a regular file"),
        (lambda _: None, "no such file or directory"),
    ],
    ids=["fifo", "device", "missing"],
)
def test_what_is_no_file_is_refused(folder: Path, make: Any, told: str) -> None:
    make(folder / "a.png")
    result = mimo("ask", "-f", "a.png", "hi", environ=ENVIRON)
    assert (result.code, result.err) == (2, f"mimo: cannot read a.png: {told}\n")


def test_a_kept_prompt_has_texts_in_it_and_media_before_it(folder: Path) -> None:
    (folder / "a.png").write_bytes(PNG)
    config = folder / "config.toml"
    config.write_text(
        '[prompts.look]\nprompt = "Look at it: {input}"\n[prompts.plain]\nprompt = "Look."\n'
    )
    environ = {**ENVIRON, "MIMO_CONFIG": str(config)}
    for name, words, text in [
        ("look", ["closely"], "Look at it: closely"),
        ("look", [], "Look at it: "),
        ("plain", [], "Look."),
    ]:
        args = ("ask", "--dry-run", "--prompt", name, "-f", "a.png", *words)
        result = mimo(*args, environ=environ)
        assert result.code == 0, result.err
        body = json.loads(result.out[result.out.index("{") :])
        media, block = body["messages"][0]["content"]
        assert (media["type"], block["text"]) == ("image", text)


def test_on_a_terminal_there_is_a_row_for_each(simulator: Simulator, folder: Path) -> None:
    name = "ph\x1bo\u202eto " + "x" * 100 + ".png"
    (folder / name).write_bytes(PNG)
    (folder / "照片.png").write_bytes(media_files.png(512, 512))
    environ = environ_for(simulator, LANG="C.UTF-8")
    with Terminal("ask", "-f", name, "照片.png", "hi", environ=environ) as terminal:
        terminal.wait_for("Yes.")
        assert terminal.wait() == 0
        rows = terminal.text.splitlines()
    start = next(at for at, row in enumerate(rows) if row.startswith("ph^[o<U+202E>to x"))
    assert rows[start].endswith("xxx.png  image 1920×1080  2,040 tokens")
    assert rows[start + 1].startswith("照片.png ")
    assert rows[start + 1].endswith("  image 512×512      256 tokens")
    with Terminal("ask", "-q", "-f", "照片.png", "hi", environ=environ) as terminal:
        terminal.wait_for("Yes.")
        assert terminal.wait() == 0
        assert "tokens" not in terminal.text
