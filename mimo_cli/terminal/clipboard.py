"""The clipboard: by a program where there is one, else by the terminal (OSC 52)."""

from __future__ import annotations

import base64
import shutil
import subprocess
from typing import TYPE_CHECKING

from mimo_cli.errors import LocalIOError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mimo_cli.terminal.output import Output

_PROGRAMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("", ("pbcopy",)),
    ("WSL_DISTRO_NAME", ("clip.exe",)),
    ("TERMUX_VERSION", ("termux-clipboard-set",)),
)
"""The variable that says that a program will work, and the program."""

_SECONDS = 5.0
_LARGEST = 74_000
"""Characters of base64 that terminals take in one sequence."""


def copy(text: str, output: Output, environ: Mapping[str, str]) -> str:
    """Copies a text; the name of what took it.

    Raises:
        LocalIOError: nothing did.
    """
    for command in _usable(environ):
        if _run(command, text, environ):
            return command[0]
    if not output.is_terminal:
        raise LocalIOError("there is no clipboard", "no program for it, and no terminal")
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode()
    if len(encoded) > _LARGEST:
        hint = "Install xclip or wl-copy, or use /save FILE."
        raise LocalIOError("the text is too long for the terminal's clipboard", "", hint)
    output.write(f"\x1b]52;c;{encoded}\x07")
    return "the terminal"


def _usable(environ: Mapping[str, str]) -> list[Sequence[str]]:
    path = environ.get("PATH")
    return [
        command
        for variable, command in _PROGRAMS
        if (not variable or environ.get(variable)) and shutil.which(command[0], path=path)
    ]


def _run(command: Sequence[str], text: str, environ: Mapping[str, str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - one of the table above
            command,
            input=text.encode("utf-8", "replace"),
            env=dict(environ),
            # Not pipes: xclip stays in the background to serve the clipboard, and keeps them open.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False  # the next one, or the terminal
    return done.returncode == 0
