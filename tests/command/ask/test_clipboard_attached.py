"""`-f clipboard:`: the picture or the text on it, by whichever program is there; no password."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from support import media_files
from support.fake_programs import FakePrograms
from support.harness import KEY, Result, asked, environ_for, mimo

from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PNG = media_files.png(40, 30)
PROGRAMS = {
    "wl-paste": {"WAYLAND_DISPLAY": "wayland-0"},
    "xclip": {"DISPLAY": ":0"},
    "osascript": {},
    "pngpaste": {},
}
TEXT = {"text/plain;charset=utf-8": "Grüße".encode()}
X11_TEXT = {
    "TARGETS": b"",
    "UTF8_STRING": "Grüße".encode(),
    "STRING": "Gr\xfc\xdfe".encode("latin-1"),
}
MAC_TEXT = {"public.utf8-plain-text": "Grüße".encode()}
HINT = "x-kde-passwordManagerHint"
NOT_SENT = "mimo: the clipboard is not attached: it is marked as a password\n"


class Desk:
    """A simulator to ask, and programs for a clipboard."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.programs = FakePrograms(folder)
        self.simulator = simulator

    def ask(self, *words: str, **variables: str) -> Result:
        environ = environ_for(self.simulator, **{"PATH": self.programs.path, **variables})
        return mimo("ask", "-f", "clipboard:", *words, environ=environ, stdin=None)

    @property
    def blocks(self) -> Any:
        return self.simulator.requests[-1].json["messages"][-1]["content"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Simulator(answer="ok") as simulator:
        yield Desk(tmp_path, simulator)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_picture_is_sent_as_one(name: str, desk: Desk) -> None:
    kind = "public.png" if name == "osascript" else "image/png"
    desk.programs.clipboard(name, {kind: PNG})
    result = desk.ask("what is it?", **PROGRAMS[name])
    assert (result.code, result.err) == (0, "")
    image, words = desk.blocks
    assert image["source"]["media_type"] == "image/png"
    assert base64.b64decode(image["source"]["data"]) == PNG
    assert words == {"type": "text", "text": "what is it?"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("wl-paste", TEXT),
        ("wl-paste", {"TEXT": b"x", "text/plain": "Grüße".encode()}),
        ("xclip", X11_TEXT),
        ("xclip", {"STRING": "Gr\xfc\xdfe".encode("latin-1")}),
        ("osascript", MAC_TEXT),
    ],
)
def test_a_text_is_sent_between_tags(name: str, content: dict[str, bytes], desk: Desk) -> None:
    desk.programs.clipboard(name, content)
    assert desk.ask("tidy", **PROGRAMS[name]).code == 0
    assert asked(desk.simulator) == 'tidy\n\n<file name="clipboard">\nGrüße\n</file>'


def test_the_first_picture_that_is_best_is_taken(desk: Desk) -> None:
    content = {"image/bmp": b"no", "image/jpeg": b"no", "image/png": PNG, "image/gif": b"no"}
    desk.programs.clipboard("wl-paste", content)
    assert desk.ask(**PROGRAMS["wl-paste"]).code == 0
    assert base64.b64decode(desk.blocks[0]["source"]["data"]) == PNG


@pytest.mark.parametrize(("text", "is_text"), [(b"1\t2\n", True), (b" \n", False)])
def test_a_text_is_taken_where_the_picture_only_shows_it(
    text: bytes, is_text: bool, desk: Desk
) -> None:
    """As offices offer cells; a picture copied there has an empty text."""
    desk.programs.clipboard("wl-paste", {"text/plain": text, "text/rtf": b"", "image/png": PNG})
    assert desk.ask("add", **PROGRAMS["wl-paste"]).code == 0
    assert isinstance(desk.blocks, str) is is_text


def test_of_a_page_with_its_address_the_picture_is_taken(desk: Desk) -> None:
    desk.programs.clipboard("wl-paste", {"text/html": b"", "text/plain": b"h", "image/png": PNG})
    assert desk.ask(**PROGRAMS["wl-paste"]).code == 0
    assert desk.blocks[0]["type"] == "image"


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("wl-paste", {HINT: b"secret"}),
        ("wl-paste", {HINT: b"secret\n"}),
        ("wl-paste", {HINT.lower(): b""}),
        ("xclip", {HINT: b"secret"}),
        ("osascript", {"org.nspasteboard.ConcealedType": b""}),
        ("osascript", {"com.agilebits.onepassword": b""}),
    ],
)
def test_what_is_marked_as_a_password_is_not_even_read(
    name: str, marks: dict[str, bytes], desk: Desk, tmp_path: Path
) -> None:
    desk.programs.clipboard(name, {**TEXT, **X11_TEXT, **MAC_TEXT, **marks})
    script = (desk.programs.folder / name).read_text()
    trace = f'case "$last" in *plain*|*STRING*) touch {tmp_path}/read;; esac\n'
    (desk.programs.folder / name).write_text(script.replace("done\n", f"done\n{trace}", 1))
    result = desk.ask("what is it?", **PROGRAMS[name])
    assert (result.code, result.err.startswith(NOT_SENT)) == (2, True)
    assert (desk.simulator.connections, (tmp_path / "read").exists()) == (0, False)


def test_a_mark_that_cannot_be_read_counts(desk: Desk) -> None:
    desk.programs.clipboard("wl-paste", {**TEXT, HINT: b"public"})
    (desk.programs.folder / "wl-paste.data" / HINT).unlink()
    assert desk.ask(**PROGRAMS["wl-paste"]).err.startswith(NOT_SENT)


def test_what_is_marked_as_no_secret_is_taken(desk: Desk) -> None:
    desk.programs.clipboard("wl-paste", {**TEXT, HINT: b"public"})
    assert desk.ask(**PROGRAMS["wl-paste"]).code == 0


def test_a_password_that_takes_the_place_meanwhile_is_seen(desk: Desk) -> None:
    types = desk.programs.folder / "wl-paste.data" / "types"
    desk.programs.clipboard("wl-paste", TEXT, then=f"echo {HINT} >> {types}")
    assert desk.ask(**PROGRAMS["wl-paste"]).err.startswith(NOT_SENT)
    assert desk.simulator.connections == 0


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({}, "the clipboard is empty\n  Copy something first.\n"),
        (
            {"text/html": b"<p>", "x/y": b""},
            "there is neither a picture nor a text on the clipboard: it has text/html, x/y\n",
        ),
        (
            {"text/uri-list": b"file:///a.png\r\n", "text/plain": b"/a.png"},
            "the clipboard is not attached: a file was copied, and there is nothing of it but",
        ),
        ({"text/plain": b" \n"}, "clipboard is empty\n"),
        ({"text/plain": b"a\0b"}, "clipboard looks binary: a NUL byte at offset 1\n"),
    ],
)
def test_what_cannot_be_taken_is_said(content: dict[str, bytes], why: str, desk: Desk) -> None:
    desk.programs.clipboard("wl-paste", content)
    result = desk.ask(**PROGRAMS["wl-paste"])
    assert (result.code, result.err.startswith(f"mimo: {why}")) == (2, True), result.err


def test_a_text_in_another_encoding_is_read_as_files_are(desk: Desk) -> None:
    variables = PROGRAMS["wl-paste"]
    desk.programs.clipboard("wl-paste", {"text/plain": "你好，世界".encode("gbk")})
    result = desk.ask("tidy", **variables)
    assert (result.code, "add --encoding gb18030 (or --lossy" in result.err) == (2, True)
    assert desk.ask("--encoding", "gbk", "tidy", **variables).code == 0
    assert "你好，世界" in asked(desk.simulator)
    assert desk.ask("--lossy", "tidy", **variables).code == 0


def test_what_is_utf_8_there_is_read_so_whatever_files_are_in(desk: Desk) -> None:
    desk.programs.clipboard("wl-paste", TEXT)
    assert desk.ask("--encoding", "gbk", "tidy", **PROGRAMS["wl-paste"]).code == 0
    assert "Grüße" in asked(desk.simulator)


def test_a_file_that_was_copied_is_named(desk: Desk) -> None:
    content = {"text/uri-list": b"file:///tmp/two%20words.png\r\n", "text/plain": b"x"}
    desk.programs.clipboard("wl-paste", content)
    assert "its name: /tmp/two words.png\n  Attach" in desk.ask(**PROGRAMS["wl-paste"]).err


@pytest.mark.parametrize(
    "content",
    [
        {"text/uri-list": b"# two\r\nfile:///a%20b\r\n\r\nfile:///c\r\n", "text/plain": b"x"},
        {"x-special/gnome-copied-files": b"copy\nfile:///a%20b\nfile:///c", "UTF8_STRING": b"x"},
        {"x-special/mate-copied-files": b"cut\nfile:///a%20b\nfile:///c", "UTF8_STRING": b"x"},
    ],
)
def test_several_files_that_were_copied_are_named(content: dict[str, bytes], desk: Desk) -> None:
    desk.programs.clipboard("wl-paste", content)
    assert desk.ask(**PROGRAMS["wl-paste"]).err == (
        "mimo: the clipboard is not attached: 2 files were copied, "
        "and there is nothing of them but their names: /a b, /c\n"
        "  Attach the files themselves, by name.\n"
    )


def test_of_many_files_some_are_named(desk: Desk) -> None:
    listed = b"".join(b"file:///%d\r\n" % number for number in range(50))
    desk.programs.clipboard("wl-paste", {"text/uri-list": listed})
    assert "names: /0, /1, /2 and 47 more\n" in desk.ask(**PROGRAMS["wl-paste"]).err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("wl-paste", "Nothing is copied"),
        ("wl-paste", "No selection"),
        ("xclip", "Error: target TARGETS not available"),
    ],
)
def test_an_empty_clipboard_is_called_so(name: str, said: str, desk: Desk) -> None:
    desk.programs.add(name, f"echo '{said}' >&2; exit 1")
    result = desk.ask(**PROGRAMS[name])
    assert (result.code, result.err) == (
        2,
        "mimo: the clipboard is empty\n  Copy something first.\n",
    )


def test_the_address_of_a_page_is_a_text(desk: Desk) -> None:
    desk.programs.clipboard(
        "wl-paste", {"text/uri-list": b"https://x.example/", "text/plain": b"h"}
    )
    assert desk.ask(**PROGRAMS["wl-paste"]).code == 0


def test_too_much_is_not_read(desk: Desk) -> None:
    desk.programs.clipboard("wl-paste", {"text/plain": bytes(10 * 1024 * 1024 + 1)})
    result = desk.ask(**PROGRAMS["wl-paste"])
    assert (result.code, "is too large: more than 10 MB" in result.err) == (2, True)


@pytest.mark.parametrize("script", ["echo no >&2; echo no compositor >&2; exit 1", "exec sleep 60"])
def test_a_program_that_fails_or_hangs_gives_way_to_the_next(script: str, desk: Desk) -> None:
    desk.programs.add("wl-paste", script)
    variables = {**PROGRAMS["wl-paste"], **PROGRAMS["xclip"]}
    desk.programs.clipboard("xclip", X11_TEXT)
    assert desk.ask("tidy", **variables).code == 0
    (desk.programs.folder / "xclip").unlink()
    result = desk.ask("tidy", **variables)
    said = "it did not answer within 2 seconds" if "sleep" in script else "no compositor"
    assert result.code == 2
    assert result.err == f"mimo: the clipboard is empty, or cannot be read: wl-paste: {said}\n"


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({}, "there is no program for it, or no screen"),
        ({"SSH_CONNECTION": "::1 1 ::1 2"}, "it is on the machine from which you are logged in"),
        (
            {"SSH_TTY": "/dev/pts/1", "DISPLAY": ":0", "WAYLAND_DISPLAY": "w"},
            "it is on the machine from which you are logged in",
        ),
    ],
)
def test_where_there_is_none_that_is_said_with_what_helps(
    variables: dict[str, str], why: str, desk: Desk
) -> None:
    for name in ("wl-paste", "xclip"):
        desk.programs.clipboard(name, TEXT)
    result = desk.ask(**variables)
    assert result.code == 2
    what, hint = result.err.splitlines()
    assert what == f"mimo: the clipboard cannot be read: {why}"
    assert "xclip" in hint or "scp" in hint


def test_a_forwarded_display_has_the_right_one(desk: Desk) -> None:
    desk.programs.clipboard("xclip", X11_TEXT)
    assert desk.ask(DISPLAY="localhost:10.0", SSH_TTY="/dev/pts/1").code == 0


def test_its_programs_do_not_get_the_key(desk: Desk, tmp_path: Path) -> None:
    desk.programs.clipboard("wl-paste", TEXT, then=f"env > {tmp_path}/env")
    variables = {**PROGRAMS["wl-paste"], "DBUS_SESSION_BUS_ADDRESS": "unix:", "UNKNOWN": "k"}
    assert desk.ask(MIMO_API_KEY=KEY, OTHER_KEY=KEY, **variables).code != 2
    text = (tmp_path / "env").read_text()
    assert ("PATH=" in text, "WAYLAND_DISPLAY=" in text, "DBUS_" in text) == (True, True, True)
    assert (KEY in text, "MIMO_" in text, "UNKNOWN=" in text) == (False, False, False)


def test_a_file_of_that_name_can_be_named(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "clipboard:").write_text("a file")
    environ = environ_for(desk.simulator)
    assert mimo("ask", "-f", f"{tmp_path}/clipboard:", environ=environ, stdin=None).code == 0
    assert "a file" in asked(desk.simulator)
