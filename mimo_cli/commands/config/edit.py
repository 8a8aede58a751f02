"""`mimo config edit`: the whole file in the user's editor, checked before it takes effect."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING

from mimo_cli import files
from mimo_cli.commands import questions
from mimo_cli.config import address, load, paths, resolve, toml_file
from mimo_cli.config.resolve import Source
from mimo_cli.errors import ConfigError, MimoError, UsageError
from mimo_cli.input import editor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mimo_cli.environment import Environment

TEMPLATE = """\
# The settings of mimo. `mimo config list` shows each with its value and source.

# model = "mimo-v2.6-pro"
# system = "You are a helpful assistant."
# thinking = true
# usage = true

# [profiles.local]    # mimo ask -p local
# base_url = "http://localhost:8080"

# [aliases]           # mimo ask -m fast
# fast = "mimo-v2.6-flash"

# [prompts.review]    # git diff | mimo ask --prompt review
# prompt = "Review this change:\\n\\n{input}"
"""


def run(environment: Environment) -> int:
    """Edits a copy until it is right, then puts it in the file's place.

    Raises:
        MimoError: the file cannot be read or written, or was left as it was.
    """
    file = paths.config_file(environment.environ)
    command = _editor(environment)
    console = environment.console()
    environment.signals.catch()
    before = toml_file.text(file)
    with _draft(file, before or TEMPLATE, environment) as draft:
        started = environment.clock.monotonic()
        after = editor.edit_file(draft, environment, command)
        is_at_once = (
            environment.can_ask and environment.clock.monotonic() - started < editor.AT_ONCE
        )
        while (problem := _problem(file, after)) is not None:
            console.error(problem)
            if not (
                environment.can_ask and questions.yes(environment, "Edit it again?", default=True)
            ):
                raise ConfigError("nothing was changed", f"{file} is as it was")
            after = editor.edit_file(draft, environment, command)
        is_left_alone = is_at_once and after == TEMPLATE  # its window may have just opened
        if after != before and not is_left_alone:
            with environment.signals.held():
                toml_file.replace(file, before, after)
        draft.unlink(missing_ok=True)
    if after == before or is_left_alone:
        hint = f": the editor ended at once. {editor.WAITING}" if is_at_once else ""
        console.info(f"nothing was changed{hint}")
        return 0
    console.info(f"{file} is changed")
    for warning in address.unknown(load.read(file)):
        console.warn(warning)
    return 0


@contextlib.contextmanager
def _draft(file: Path, text: str, environment: Environment) -> Iterator[Path]:
    """A copy beside the file to write in. What is in it stays, if it does not take effect.

    Raises:
        ConfigError: it cannot be written.
    """
    left = _named(file, 1)
    question = f"Go on with what was not kept, {left.name}?"
    if (
        files.is_own(left)
        and environment.can_ask
        and questions.yes(environment, question, default=True)
    ):
        draft = left
    else:
        draft = _new_draft(file, text)
    try:
        yield draft
    except BaseException:
        if editor.is_worth_keeping(draft, text.encode()):
            environment.console().info(f"what you wrote is in {draft}")
        elif files.is_own(draft):
            draft.unlink()
        raise


def _new_draft(file: Path, text: str) -> Path:
    names = (_named(file, number) for number in itertools.count(1))
    try:
        paths.make(file.parent)
        return files.write_new(names, text.encode(), mode=0o600)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ConfigError(f"cannot write beside {file}", why) from error


def _named(file: Path, number: int) -> Path:
    end = "" if number == 1 else f"-{number}"
    return files.beside(file.with_name(file.stem), after=f".edited{end}{file.suffix}")


def _editor(environment: Environment) -> str:
    """The user's own, also while the file that names it is broken."""
    try:
        chosen = load.load(environment, {}).settings.editor
    except MimoError:  # that is what is to be mended
        chosen = environment.environ.get("MIMO_EDITOR", "")
    named = chosen or environment.environ.get("VISUAL") or environment.environ.get("EDITOR")
    if not environment.can_ask and not named:
        raise UsageError("config edit needs a terminal", "stdin or stderr is not one")
    return chosen


def _problem(file: Path, text: str) -> MimoError | None:
    """The first thing that is wrong with a text."""
    try:
        content = toml_file.parse(text, file)
    except toml_file.ExcessError as error:
        return ConfigError("what you wrote is too much for a configuration", error.why)
    except ConfigError as error:
        return ConfigError("what you wrote is not valid TOML", error.why)
    try:
        source = Source(str(file), content, load.locator(text))
        resolve.resolve({}, {}, source)
        return next(iter(address.problems(source)), None)
    except MimoError as error:
        return error
