"""A text written in the user's editor."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli import prompt
from mimo_cli.api.surrogates import whole
from mimo_cli.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from mimo_cli.edges import Edges


def write(text: str, edges: Edges, editor: str = "") -> str:
    """What the user makes of `text` in `editor`, else `$VISUAL`, `$EDITOR` or vi.

    Its file goes away after.

    Raises:
        UsageError: there is no terminal, or the editor was left with an error.
        ConfigError: the editor cannot be started.
    """
    if not edges.can_ask:
        raise UsageError("--edit needs a terminal", "stdin or stderr is not one")
    return edited(text, edges, editor, name="prompt.md")


def edited(text: str, edges: Edges, editor: str = "", *, name: str) -> str:
    """Like `write`, for a text of any kind, in a file of that name.

    Whether there is a terminal is the editor's business.

    Raises:
        UsageError: the editor was left with an error, or what it left is not text.
        ConfigError: the editor cannot be started.
    """
    with tempfile.TemporaryDirectory(prefix="mimo-") as folder:
        file = Path(folder) / name
        file.write_bytes(whole(text).encode())
        return edit_file(file, edges, editor)


def edit_file(file: Path, edges: Edges, editor: str = "") -> str:
    """What the user makes of a file, which stays.

    Raises:
        UsageError: the editor was left with an error, or what it left is not text.
        ConfigError: the editor cannot be started.
    """
    environ = edges.environ
    command = editor or environ.get("VISUAL") or environ.get("EDITOR") or "vi"
    try:
        with edges.signals.left_to_child():
            words = [*shlex.split(command), str(file)]
            code = subprocess.call(words, stdin=edges.stdin)  # noqa: S603 - the user's own choice
    except (OSError, ValueError) as error:
        hint = "Set EDITOR to a program that edits a file."
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise ConfigError(f"cannot start the editor {command}", why, hint) from error
    if code != 0:
        raise UsageError("nothing was done", f"the editor ended with code {code}")
    return prompt.decode(file.read_bytes(), "the text", prompt.TextFormat())
