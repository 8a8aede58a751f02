"""What a command writes to a real terminal, run in this process."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios
import threading
from typing import TYPE_CHECKING

import pyte

from mimo_cli.cli import app
from mimo_cli.environment import Environment
from mimo_cli.output.output_stream import Output
from mimo_cli.signals import Signals
from mimo_cli.text.widths import cell_width
from support.cells import row_texts
from support.harness import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def on_screen(*args: str, columns: int, environ: Mapping[str, str], lines: int = 200) -> list[str]:
    """The lines that a command writes to a real terminal, run in this process, without colours.

    They are what the screen shows, where none is wider than it.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.extend(_parts(master)), daemon=True)
    reader.start()
    output = Output(slave, "output")
    environ = {"TERM": "xterm-256color", **environ}
    app.main(args, Environment(environ, None, output, output, Signals()))
    os.write(slave, b"\0")
    reader.join(PATIENCE)
    os.close(slave)
    os.close(master)
    text = b"".join(received).decode().removesuffix("\0")
    screen = pyte.Screen(columns or 80, lines)
    pyte.Stream(screen).feed(text)
    written = re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r\n", "\n").splitlines()
    if all(cell_width(line) <= screen.columns for line in written):
        shown = "\n".join(row_texts(screen)).rstrip()
        assert tight(shown) == tight("\n".join(written))
    return written


def _parts(master: int) -> Iterator[bytes]:
    part = b""
    while not part.endswith(b"\0"):
        part = os.read(master, 65536)
        yield part


def tight(text: str) -> str:
    """A text without the spaces that a break may take."""
    return "".join(text.split())
