"""The clipboard: by a program where there is one, by tmux, else by the terminal (OSC 52).

What is told of a copy is what is known of it. A program that ends well has taken the text, and tmux
has it in its buffer. A terminal that is told to take one never answers; many do not.
"""

from __future__ import annotations

import base64
import subprocess
from typing import TYPE_CHECKING, Literal, NamedTuple

from mimo_cli.advice import Action
from mimo_cli.errors import LocalIOError
from mimo_cli.input import clipboards, programs
from mimo_cli.input.clipboards import Program
from mimo_cli.output.output_stream import is_dumb
from mimo_cli.output.sanitize import sanitize
from mimo_cli.phrases import NOTHING, Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mimo_cli.output.output_stream import Output


_PROGRAMS = (
    Program("WAYLAND_DISPLAY", ("wl-copy",)),
    Program("DISPLAY", ("xclip", "-selection", "clipboard"), is_here=False),
    Program("DISPLAY", ("xsel", "--clipboard", "--input"), is_here=False),
    Program("", ("pbcopy",)),
    Program("WSL_DISTRO_NAME", ("clip.exe",)),
    Program("TERMUX_VERSION", ("termux-clipboard-set",)),
)

_SECONDS = 2.0
_LARGEST = 74_000
"""Characters of base64 that terminals take in one sequence."""

_PART = 500
"""Bytes of a sequence that GNU screen hands on at a time (its limit is 768)."""


_End = Literal["well", "badly", "not in time"]
"""How a program ended."""


class _Problem(NamedTuple):
    """Why nothing could be copied."""

    what: Phrase
    why: Phrase = NOTHING


_NO_PROGRAM = _Problem(
    Phrase("there is no clipboard"), Phrase("no program for it, and no terminal with one")
)


class Copied(NamedTuple):
    """What is known of a copy.

    `program` took it, tmux has it, the terminal was told to take it.
    """

    program: str = ""
    is_in_tmux: bool = False
    is_sent: bool = False

    def describe(self, length: int) -> Phrase:
        """Return what to say of a text of so many characters."""
        if self.program:
            by = Phrase("copied {count:,} characters (by {name})", count=length, name=self.program)
            return Phrase("{copied}, and to tmux's buffer", copied=by) if self.is_in_tmux else by
        if not self.is_in_tmux:
            return Phrase(
                "sent {count:,} characters to the terminal's clipboard, which may not take them",
                count=length,
            )
        if self.is_sent:
            return Phrase(
                "copied {count:,} characters to tmux's buffer,"
                " and sent them to the terminal's clipboard, which may not take them",
                count=length,
            )
        return Phrase(
            "copied {count:,} characters to tmux's buffer alone (prefix ] pastes it)", count=length
        )


def put(text: str, stdout: Output, stderr: Output, environ: Mapping[str, str]) -> Phrase:
    """Copy a text, inert and ending in one newline; return what to say of it.

    The terminal, where one is needed, is the one that stdout is, or stderr.

    Raises:
        LocalIOError: no clipboard, one that hangs, or a text too long for the terminal's.
    """
    inert = sanitize(text).strip("\n") + "\n"
    screen = stdout if stdout.is_terminal else stderr
    return copy(inert, screen, environ).describe(len(inert))


def copy(text: str, output: Output, environ: Mapping[str, str]) -> Copied:
    """Copy a text.

    Raises:
        LocalIOError: no clipboard, one that hangs, or a text too long for the terminal's.
    """
    has_none = is_dumb(environ) or environ["TERM"] == "linux"  # the system's own console
    is_terminal = output.is_terminal and not has_none
    has_screen = is_terminal or bool(environ.get("TMUX"))
    program, problem = "", _NO_PROGRAM
    for command in _usable(environ, has_screen=has_screen):
        taken = _run(command, _encode(text, command[0]), environ)
        if taken == "well":
            program = command[0]
            break
        problem = _told(command[0], taken) if problem == _NO_PROGRAM else problem
    copied = _to_tmux(text, environ)._replace(program=program)
    if copied.program or copied.is_in_tmux:
        return copied
    if not is_terminal:
        raise LocalIOError(*problem)
    _to_terminal(text, output, is_in_screen=bool(environ.get("STY")))
    return Copied(is_sent=True)


def _usable(environ: Mapping[str, str], *, has_screen: bool) -> list[Sequence[str]]:
    """Return the commands of the programs that are there; without a screen, this machine's too."""
    is_elsewhere = has_screen and clipboards.is_remote(environ)
    found = clipboards.usable(_PROGRAMS, environ, is_elsewhere=is_elsewhere)
    return [it.command for it in found]


def _encode(text: str, program: str) -> bytes:
    # clip.exe takes bytes for the system's old code page, unless they are plainly UTF-16.
    return text.encode("utf-16-le" if program == "clip.exe" else "utf-8", "replace")


def _to_tmux(text: str, environ: Mapping[str, str]) -> Copied:
    """Give a text to the tmux that we are in, which hands it on to the terminal if that takes it.

    What its `set-clipboard` says is only for what programs write to the terminal themselves.
    """
    if not environ.get("TMUX"):
        return Copied()
    data = text.encode("utf-8", "replace")
    load = ["tmux", "load-buffer"]
    match _run([*load, "-w", "-"], data, environ):
        case "well":
            return Copied(is_in_tmux=True, is_sent=_takes_clipboard(environ))
        case "not in time":
            return Copied()
        case "badly":  # one of before version 3.2
            return Copied(is_in_tmux=_run([*load, "-"], data, environ) == "well")


def _takes_clipboard(environ: Mapping[str, str]) -> bool:
    """Return whether tmux knows that the terminal it is shown in takes a clipboard."""
    ask = ["tmux", "display-message", "-p", "#{client_termfeatures}"]
    return "clipboard" in _output(ask, b"", environ).strip().split(",")


def _to_terminal(text: str, output: Output, *, is_in_screen: bool) -> None:
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode()
    if len(encoded) > _LARGEST:
        what = Phrase("the text is too long for the terminal's clipboard")
        raise LocalIOError(what, NOTHING, Action.SAVE_INSTEAD_OF_COPYING)
    sequence = f"\x1b]52;c;{encoded}\x07"
    if is_in_screen:
        parts = (sequence[start : start + _PART] for start in range(0, len(sequence), _PART))
        sequence = "".join(f"\x1bP{part}\x1b\\" for part in parts)
    output.write(sequence)


def _run(command: Sequence[str], data: bytes, environ: Mapping[str, str]) -> _End:
    """Give a program some bytes; return how it ended."""
    return _communicate(command, data, environ, subprocess.DEVNULL)[0]


def _told(program: str, end: _End) -> _Problem:
    """Return what to say of a program that did not take a text."""
    if end == "not in time":
        template = "{program} did not answer in {seconds:.0f} s"
        return _Problem(Phrase(template, program=program, seconds=_SECONDS))
    why = Phrase("{program} failed, and there is no terminal with one", program=program)
    return _Problem(_NO_PROGRAM.what, why)


def _output(command: Sequence[str], data: bytes, environ: Mapping[str, str]) -> str:
    """Return what a program prints; nothing if it fails."""
    return _communicate(command, data, environ, subprocess.PIPE)[1].decode("utf-8", "replace")


def _communicate(
    command: Sequence[str], data: bytes, environ: Mapping[str, str], stdout: int
) -> tuple[_End, bytes]:
    """Give a program some bytes; return how it ended, and what it printed."""
    try:
        program = subprocess.Popen(  # noqa: S603 - one of the table above, or tmux
            command,
            env={**environ, "LC_CTYPE": "UTF-8"} if command[0] == "pbcopy" else dict(environ),
            stdin=subprocess.PIPE,
            # Not pipes: xclip stays in the background to serve the clipboard, and keeps them open.
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return "badly", b""
    try:
        printed, _ = program.communicate(data, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        programs.end(program)
        return "not in time", b""
    except BaseException:
        programs.end(program)
        raise
    return ("well", printed or b"") if program.returncode == 0 else ("badly", b"")
