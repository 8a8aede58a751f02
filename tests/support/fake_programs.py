"""Programs that are not what they are called: shell scripts, in a folder that is first in PATH."""

from __future__ import annotations

import base64
import os
import select
import shlex
from typing import TYPE_CHECKING

from support.harness import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LAST = 'for last; do :; done\nname=$(printf %s "$last" | tr "/;=:" "____")\n'


class FakePrograms:
    """Scripts in a `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "programs"
        self.folder.mkdir()

    @property
    def path(self) -> str:
        """PATH with them, and with what scripts need."""
        return f"{self.folder}:/usr/bin:/bin"

    def add(self, name: str, script: str) -> Path:
        """Makes a program of a script."""
        file = self.folder / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return file

    def clipboard(self, name: str, content: Mapping[str, bytes], then: str = "") -> None:
        """Makes a program that reads a clipboard; `then` is run behind each list of types."""
        data = self.folder / f"{name}.data"
        data.mkdir()
        (data / "types").write_text("".join(f"{it}\n" for it in content))
        for kind, value in content.items():
            stored = base64.b64encode(value) if name == "osascript" else value
            (data / kind.translate(str.maketrans("/;=:", "____"))).write_bytes(stored)
        lists = {
            "wl-paste": '[ "$last" = --list-types ]',
            "xclip": '[ "$last" = TARGETS ]',
            "osascript": "[ $# = 4 ]",
            "pngpaste": "false",
        }[name]
        quoted = shlex.quote(str(data))
        given = "image_png" if name == "pngpaste" else "$name"
        script = f'if {lists}; then cat {quoted}/types; {then}\nelse cat {quoted}/"{given}"; fi'
        self.add(name, LAST + script)


class Witness:
    """Sees the end of whatever has opened a pipe for writing: `exec 3> PATH` in a script."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "witness"
        os.mkfifo(self.path)
        self._descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)

    def wait_for_a_word(self) -> None:
        """Waits until something was written into it."""
        assert select.select([self._descriptor], [], [], PATIENCE)[0], "it never began"
        assert os.read(self._descriptor, 100)

    def wait_until_gone(self) -> None:
        """Waits until no process has it open any more."""
        assert select.select([self._descriptor], [], [], PATIENCE)[0], "it still runs"
        assert os.read(self._descriptor, 1) == b""

    def close(self) -> None:
        """Looks no longer."""
        os.close(self._descriptor)
