"""What is told of a copy is true: by programs, in tmux, in screen, on a terminal."""

from __future__ import annotations

import base64
import fcntl
import os
import pty
import select
import shlex
import shutil
import struct
import subprocess
import termios
import time
from typing import TYPE_CHECKING

import pytest
from support.harness import PATIENCE, Terminal, environ_for, hint_of, read_until

from mimo_cli.errors import LocalIOError
from mimo_cli.output.output_stream import Output
from mimo_cli.screen import clipboard
from mimo_cli.screen.clipboard import Copied
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

TMUX, SCREEN = shutil.which("tmux"), shutil.which("screen")
TEXT = "Grüße, 世界 😀\n"
MAY = "sent {} characters to the terminal's clipboard, which may not take them"
NOT_A_TERMINAL = Output(None, "output")


class Screen(Output):
    """Keeps what a terminal would have received."""

    def __init__(self) -> None:
        super().__init__(None, "output")
        self.is_terminal = True
        self.received = ""

    def write(self, text: str) -> None:
        self.received += text


@pytest.fixture
def programs(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """The environment with some programs of a kind; what they take goes into a file each."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def environ(*names: str, script: str = "exec /bin/cat > {}", **more: str) -> dict[str, str]:
        for name in names:
            taken = shlex.quote(str(tmp_path / name))
            (folder / name).write_text(f"#!/bin/sh\n{script.format(taken)}\n")
            (folder / name).chmod(0o755)
        return {"PATH": str(folder), "TERM": "xterm-256color", **more}

    return environ


def osc(text: str) -> str:
    return f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\x07"


WAYLAND, X11, FORWARDED = {"WAYLAND_DISPLAY": "w"}, {"DISPLAY": ":0"}, {"DISPLAY": "localhost:10.0"}
SSH = {"SSH_CONNECTION": "::1 1 ::1 2"}
ALL = ("wl-copy", "xclip", "xsel", "pbcopy", "clip.exe", "termux-clipboard-set")


@pytest.mark.parametrize(
    ("names", "variables", "taken_by"),
    [
        (ALL, WAYLAND | X11, "wl-copy"),
        (ALL, X11, "xclip"),
        (("xsel", "pbcopy"), X11, "xsel"),
        (("xclip", "pbcopy"), {}, "pbcopy"),
        (("clip.exe",), {"WSL_DISTRO_NAME": "Debian"}, "clip.exe"),
        (("termux-clipboard-set",), {"TERMUX_VERSION": "0.1"}, "termux-clipboard-set"),
        (("wl-copy", "xclip", "clip.exe"), {}, ""),
        ((), WAYLAND | X11, ""),
        # Who is logged in from elsewhere does not sit before this machine's screen.
        (ALL, WAYLAND | X11 | SSH, ""),
        (ALL, FORWARDED | SSH, "xclip"),
        (ALL, {"SSH_TTY": "/dev/pts/1"}, ""),
    ],
)
def test_the_program_that_fits_takes_it_else_the_terminal(
    names: tuple[str, ...],
    variables: dict[str, str],
    taken_by: str,
    programs: Callable[..., dict[str, str]],
    tmp_path: Path,
) -> None:
    screen = Screen()
    copied = clipboard.copy(TEXT, screen, programs(*names, **variables))
    assert copied == (Copied(program=taken_by) if taken_by else Copied(is_sent=True))
    assert screen.received == ("" if taken_by else osc(TEXT))
    if taken_by:
        coding = "utf-16-le" if taken_by == "clip.exe" else "utf-8"
        assert (tmp_path / taken_by).read_bytes().decode(coding) == TEXT
        assert copied.describe(13) == f"copied 13 characters (by {taken_by})"
    else:
        assert copied.describe(1300) == MAY.format("1,300")


def test_from_elsewhere_without_a_terminal_this_machines_clipboard_is_all_there_is(
    programs: Callable[..., dict[str, str]],
) -> None:
    environ = programs("xclip", **X11, **SSH)
    assert clipboard.copy(TEXT, NOT_A_TERMINAL, environ) == Copied(program="xclip")


@pytest.mark.parametrize("term", ["xterm", "dumb", "linux", ""])
def test_where_there_is_none_that_is_said(term: str, tmp_path: Path) -> None:
    output = NOT_A_TERMINAL if term == "xterm" else Screen()
    with pytest.raises(LocalIOError, match="there is no clipboard"):
        clipboard.copy(TEXT, output, {"PATH": str(tmp_path), "TERM": term})


def test_a_text_that_no_terminal_takes_is_not_sent(tmp_path: Path) -> None:
    screen = Screen()
    environ = {"PATH": str(tmp_path), "TERM": "xterm"}
    assert clipboard.copy("x" * 55_000, screen, environ) == Copied(is_sent=True)
    screen = Screen()
    with pytest.raises(LocalIOError, match="too long for the terminal's clipboard") as caught:
        clipboard.copy("x" * 56_000, screen, environ)
    assert (screen.received, "> FILE" in hint_of(caught.value)) == ("", True)


@pytest.mark.parametrize(
    "script",
    [
        "/bin/cat > /dev/null; echo no display >&2; exit 1",
        "exit 1",
        "kill -9 $$",
        "trap '' TERM; /bin/sleep 60 & wait",
    ],
)
def test_a_program_that_fails_or_hangs_is_given_up_in_silence(
    script: str, programs: Callable[..., dict[str, str]], capfd: pytest.CaptureFixture[str]
) -> None:
    screen = Screen()
    started = time.monotonic()
    copied = clipboard.copy("x" * 40_000, screen, programs("xclip", script=script, **X11))
    assert time.monotonic() - started < 5
    assert (copied, capfd.readouterr().err) == (Copied(is_sent=True), "")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exec /bin/sleep 60", "wl-copy did not answer in 2 s"),
        ("exit 1", "there is no clipboard: wl-copy failed, and there is no terminal with one"),
    ],
)
def test_without_a_terminal_it_is_said_what_the_program_did(
    script: str, said: str, programs: Callable[..., dict[str, str]]
) -> None:
    with pytest.raises(LocalIOError) as caught:
        clipboard.copy(TEXT, NOT_A_TERMINAL, programs("wl-copy", script=script, **WAYLAND))
    assert caught.value.message == said


def test_a_program_that_is_none_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "xclip").write_bytes(b"\x7fELF no program")
    (tmp_path / "xclip").chmod(0o755)
    environ = {"PATH": str(tmp_path), "TERM": "xterm", **X11}
    assert clipboard.copy(TEXT, Screen(), environ) == Copied(is_sent=True)


def test_a_program_that_stays_to_serve_the_clipboard_is_left_alone(
    programs: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    ended = tmp_path / "ended"
    os.mkfifo(ended)
    script = f"/bin/cat > {{}}; (read x < {ended}; echo $x > {tmp_path / 'served'}) &"
    assert clipboard.copy(TEXT, Screen(), programs("xclip", script=script, **X11)).program
    ended.write_text("served\n")
    end = time.monotonic() + PATIENCE
    while not (tmp_path / "served").exists() and time.monotonic() < end:
        time.sleep(0.01)  # until the other process has written
    assert (tmp_path / "served").exists()


# In multiplexers


class Window:
    """A multiplexer in a terminal of its own."""

    def __init__(self, command: Sequence[str], environ: dict[str, str]) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.received = b""
        self._program = subprocess.Popen(
            command,
            env=environ,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no threads yet
        )
        os.close(slave)

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def wait_for(self, wanted: bytes) -> bytes:
        """Read until something has come; what came."""
        end = time.monotonic() + PATIENCE
        while wanted not in self.received:
            ready, _, _ = select.select([self._master], [], [], max(0.0, end - time.monotonic()))
            assert ready, (wanted, self.received)
            self.received += os.read(self._master, 65536)
        return self.received

    def close(self) -> None:
        self._program.kill()
        self._program.wait(PATIENCE)
        os.close(self._master)


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Callable[..., tuple[Window, dict[str, str]]]]:
    """A tmux with a setting, in a terminal of a kind, and the environment in it."""
    if TMUX is None:
        pytest.skip("tmux is not installed")
    base = ["tmux", "-S", str(tmp_path / "socket"), "-f", str(tmp_path / "conf")]
    outer = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    windows = []

    def start(setting: str, term: str = "xterm-256color") -> tuple[Window, dict[str, str]]:
        (tmp_path / "conf").write_text(f"set -s set-clipboard {setting}\n")
        told = tmp_path / "told"
        os.mkfifo(told)
        pipe = os.open(told, os.O_RDWR)
        try:
            command = f"echo $TMUX > {told}; exec cat"
            windows.append(Window([*base, "new", command], {**outer, "TERM": term}))
            inner = read_until(pipe, b"\n").decode().strip()
        finally:
            os.close(pipe)
        return windows[-1], {**outer, "TERM": "screen-256color", "TMUX": inner}

    yield start
    subprocess.run([*base, "kill-server"], env=outer, check=False)
    for window in windows:
        window.close()


@pytest.mark.parametrize("setting", ["on", "external", "off"])
def test_tmux_has_it_and_hands_it_on_whatever_its_setting(
    setting: str, tmux: Callable[..., tuple[Window, dict[str, str]]], tmp_path: Path
) -> None:
    window, environ = tmux(setting)
    screen = Screen()
    copied = clipboard.copy(TEXT, screen, environ)
    assert (copied, screen.received) == (Copied(is_in_tmux=True, is_sent=True), "")
    encoded = base64.b64encode(TEXT.encode())
    assert b"\x1b]52;" in window.wait_for(encoded + b"\x07")
    base = ["tmux", "-S", str(tmp_path / "socket")]
    assert subprocess.run([*base, "show-buffer"], capture_output=True, check=True).stdout == (
        TEXT.encode()
    )
    assert copied.describe(13) == (
        "copied 13 characters to tmux's buffer, and sent them to the terminal's clipboard, "
        "which may not take them"
    )


def test_in_a_terminal_that_has_no_clipboard_only_tmux_has_it(
    tmux: Callable[..., tuple[Window, dict[str, str]]],
) -> None:
    window, environ = tmux("external", term="vt100")
    copied = clipboard.copy(TEXT, Screen(), environ)
    assert copied == Copied(is_in_tmux=True)
    assert copied.describe(13) == "copied 13 characters to tmux's buffer alone (prefix ] pastes it)"
    assert b"\x1b]52" not in window.received


def test_a_chat_in_tmux_copies(
    tmux: Callable[..., tuple[Window, dict[str, str]]],
) -> None:
    window, environ = tmux("external")
    with Simulator(answer=TEXT) as simulator:
        environ = {**environ, **environ_for(simulator, LANG="C.UTF-8")}
        with Terminal("chat", environ=environ, columns=120) as terminal:
            terminal.wait_for("thinking on")
            terminal.type("hi\r")
            terminal.wait_for("世界")
            terminal.wait_for("thinking on")
            terminal.type("/copy\r")
            terminal.wait_for("copied 12 characters to tmux's buffer, and sent them to the")
            assert b"]52;" not in terminal.received
            terminal.type("\x04")
            assert terminal.wait() == 0
    window.wait_for(base64.b64encode(TEXT.encode()))


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        # Before version 3.2 there was no -w.
        ('[ "$2" = -w ] && exit 1; exec /bin/cat > {}', Copied(is_in_tmux=True)),
        ('[ "$1" = load-buffer ] || exit 1; exec /bin/cat > {}', Copied(is_in_tmux=True)),
        ("exit 1", Copied(is_sent=True)),
        ("exec /bin/sleep 60", Copied(is_sent=True)),
    ],
)
def test_a_tmux_that_is_old_or_does_not_answer(
    script: str, expected: Copied, programs: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    environ = programs("tmux", script=script, TMUX="/nowhere,1,0")
    started = time.monotonic()
    assert clipboard.copy(TEXT, Screen(), environ) == expected
    assert time.monotonic() - started < 5
    if expected.is_in_tmux:
        assert (tmp_path / "tmux").read_text() == TEXT


def test_a_program_and_tmux_both_have_it(programs: Callable[..., dict[str, str]]) -> None:
    environ = programs("xclip", "tmux", TMUX="/nowhere,1,0", **X11)
    copied = clipboard.copy(TEXT, Screen(), environ)
    assert copied.describe(13) == "copied 13 characters (by xclip), and to tmux's buffer"


def test_screen_hands_on_what_comes_in_parts(tmp_path: Path) -> None:
    if SCREEN is None:
        pytest.skip("screen is not installed")
    (tmp_path / "sockets").mkdir(mode=0o700)
    text = TEXT * 100
    shown = Screen()
    environ = {"PATH": str(tmp_path), "TERM": "screen", "STY": "1.test"}
    assert clipboard.copy(text, shown, environ) == Copied(is_sent=True)
    (tmp_path / "sequence").write_text(shown.received)
    outer = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TERM": "xterm-256color"}
    outer |= {"SCREENDIR": str(tmp_path / "sockets"), "SHELL": "/bin/sh", "LANG": "C.UTF-8"}
    command = ["screen", "-c", os.devnull, "sh", "-c", f"cat {tmp_path / 'sequence'}; read x"]
    window = Window(command, outer)
    try:
        window.wait_for(osc(text).encode())
        window.type("\n")
    finally:
        window.close()
