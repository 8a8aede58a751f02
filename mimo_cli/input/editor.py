"""A text written in the user's editor, whatever that does with its file."""

from __future__ import annotations

import shutil
import stat
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.surrogates import join_surrogates
from mimo_cli.errors import ConfigError, Interrupted, LocalIOError, UsageError
from mimo_cli.files import new_file, own_file, reading
from mimo_cli.input import file_bytes
from mimo_cli.phrases import CommandLine, Phrase, reason
from mimo_cli.screen import tty
from mimo_cli.text import decoding, shell_words
from mimo_cli.text.text_format import TextFormat

if TYPE_CHECKING:
    from mimo_cli.environment import Environment

WAITING = Phrase(
    "An editor with a window of its own has to be told to wait: {setting}, say.",
    setting=CommandLine("EDITOR='code --wait'"),
)
_NOT_DONE = Phrase("nothing was done")

AT_ONCE = 2.0
"""Seconds. Whoever ends sooner has read nothing."""


def write(text: str, environment: Environment, editor: str = "") -> str:
    """Return what the user makes of `text` in `editor`, else `$VISUAL`, `$EDITOR` or vi.

    Raises:
        UsageError: there is no terminal, the editor was left with an error or at once, or what it
            left is not text.
        ConfigError: the editor cannot be started.
        LocalIOError: there is no place for its file.
    """
    if not environment.can_ask:
        what = Phrase("--edit needs a terminal")
        raise UsageError(what, Phrase("stdin or stderr is not one"))
    before = environment.clock.monotonic()
    after = edit(text, environment, editor, name="prompt.md")
    if after == join_surrogates(text) and environment.clock.monotonic() - before < AT_ONCE:
        why = Phrase("the editor ended at once")
        raise UsageError(Phrase("nothing was changed"), why, WAITING)
    return after


def edit(text: str, environment: Environment, editor: str = "", *, name: str) -> str:
    """Return what the user makes of a text of any kind, in a file of that name.

    The file goes away after, unless something is in it that could not be used. Whether there is a
    terminal is the editor's business.

    Raises:
        UsageError: the editor was left with an error, or what it left is not text.
        ConfigError: the editor cannot be started.
        LocalIOError: there is no place for its file.
    """
    before = join_surrogates(text).encode()
    try:
        place = environment.environ.get("TMPDIR") or None
        folder = Path(tempfile.mkdtemp(prefix="mimo-", dir=place))
    except OSError as error:
        raise _no_place(error) from error
    file = folder / name
    is_kept = False
    try:
        _begin(file, before)
        return edit_file(file, environment, editor)
    except UsageError as error:
        is_kept = is_worth_keeping(file, before)
        if is_kept:
            kept = Phrase("What you wrote is in {file}", file=file)
            from mimo_cli.output.command_terms import in_command_terms

            hint = in_command_terms(error.hint)
            error.hint = Phrase("{hint} {kept}", hint=hint, kept=kept) if hint else kept
        raise
    except Interrupted:  # the window was closed, say
        is_kept = is_worth_keeping(file, before)
        raise
    finally:
        if not is_kept:
            shutil.rmtree(folder, ignore_errors=True)


def _begin(file: Path, text: bytes) -> None:
    try:
        new_file.write_new([file], text, mode=0o600)
    except OSError as error:
        raise _no_place(error) from error


def _no_place(error: OSError) -> LocalIOError:
    what, hint = Phrase("cannot make a file to edit"), Phrase("TMPDIR can name another folder.")
    return LocalIOError(what, reason(error), hint)


def edit_file(file: Path, environment: Environment, editor: str = "") -> str:
    """Return what the user makes of a file, which stays.

    Raises:
        UsageError: the editor was left with an error, or what it left is not text.
        ConfigError: the editor cannot be started.
    """
    environ = environment.environ
    named = (editor, environ.get("VISUAL", ""), environ.get("EDITOR", ""))
    command = next((it for it in named if it.strip()), "vi")
    # What it draws is for the terminal, which in `mimo ask -e > FILE` stdout is not.
    screen = environment.stdout if environment.stdout.is_terminal else environment.stderr
    restore = tty.restorer(environment.stdin) if environment.stdin is not None else None
    try:
        with environment.signals.left_to_child():
            words = [*shell_words.split(command), str(file)]
            code = subprocess.call(  # noqa: S603 - the user's own choice
                words, stdin=environment.stdin, stdout=screen.descriptor
            )
    except (OSError, ValueError) as error:
        what = Phrase("cannot start the editor {program}", program=command)
        hint = Phrase("Set EDITOR to a program that edits a file.")
        raise ConfigError(what, reason(error), hint) from error
    if restore is not None:
        restore()  # one that crashed leaves the terminal without echo
    if code != 0:
        why = Phrase("the editor ended with code {code}", code=code)
        if code < 0:
            why = Phrase("the editor was ended by signal {number}", number=-code)
        raise UsageError(_NOT_DONE, why)
    return _read_back(file)


def _read_back(file: Path) -> str:
    """Return the text that the editor left.

    Raises:
        UsageError: it left none.
    """
    try:
        mode = file.lstat().st_mode
        if not stat.S_ISREG(mode):
            raise UsageError(_NOT_DONE, _kind_left(mode))
        data = reading.read(file, file_bytes.LARGEST_TEXT + 1)
    except OSError as error:
        why = Phrase("the editor's file cannot be read: {why}", why=reason(error))
        if isinstance(error, FileNotFoundError):
            why = Phrase("the editor's file is gone")
        raise UsageError(_NOT_DONE, why) from error
    if len(data) > file_bytes.LARGEST_TEXT:
        raise UsageError(Phrase("the text is too large"), file_bytes.more_than_most())
    try:
        return decoding.decode(data, Phrase("the text"), TextFormat())
    except UsageError as error:
        hint = Phrase("Let the editor save it as UTF-8.")
        raise UsageError(error.what, error.why, hint) from error


def _kind_left(mode: int) -> Phrase:
    """Return what an editor left that is no regular file."""
    match stat.S_IFMT(mode):
        case stat.S_IFDIR:
            return Phrase("the editor left a folder where its file was")
        case stat.S_IFLNK:
            return Phrase("the editor left a link where its file was")
        case stat.S_IFIFO:
            return Phrase("the editor left a pipe where its file was")
        case _:
            return Phrase("the editor left something that is no file where its file was")


def is_worth_keeping(file: Path, before: bytes) -> bool:
    """Return whether there is something in a file that the user wrote, and not `before` alone."""
    if not own_file.is_own(file):
        return False
    try:
        after = reading.read(file, len(before) + 1)
    except OSError:
        return False  # nobody can read it
    return after.strip() not in (b"", before.strip())
