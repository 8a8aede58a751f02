"""`mimo config edit`: the whole file in the user's editor, checked before it takes effect."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING

from mimo_cli.commands import questions
from mimo_cli.config import (
    ExcessError,
    Source,
    check_source,
    find_positions,
    find_unknown,
    inspect_configuration,
    parse_text,
    paths,
    read_source,
    read_text,
    replace_text,
    resolve_file,
)
from mimo_cli.errors import ConfigError, MimoError, UsageError
from mimo_cli.files import location, new_file, own_file
from mimo_cli.input import editor
from mimo_cli.phrases import Phrase, reason

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

# [loaders]           # mimo ask -f report.docx
# docx = ["pandoc", "-t", "plain", "{file}"]

# [prompts.review]    # git diff | mimo ask --prompt review
# prompt = "Review this change:\\n\\n{input}"
"""


def run(environment: Environment) -> int:
    """Let the user edit a copy until it is right, then put it in the file's place.

    Raises:
        MimoError: the file cannot be read or written, or was left as it was.
    """
    file = paths.config_file(environment.environ)
    command = _editor(environment)
    console = environment.console()
    environment.signals.catch()
    before = read_text(file)
    with _draft(file, before or TEMPLATE, environment) as draft:
        started = environment.clock.monotonic()
        after = editor.edit_file(draft, environment, command)
        is_at_once = (
            environment.can_ask and environment.clock.monotonic() - started < editor.AT_ONCE
        )
        while (problem := _problem(file, after)) is not None:
            console.error(problem)
            question = Phrase("Edit it again?")
            if not (environment.can_ask and questions.yes(environment, question, default=True)):
                why = Phrase("{file} is as it was", file=str(file))
                raise ConfigError(Phrase("nothing was changed"), why)
            after = editor.edit_file(draft, environment, command)
        is_left_alone = is_at_once and after == TEMPLATE  # its window may have just opened
        if after != before and not is_left_alone:
            with environment.signals.held():
                replace_text(file, before, after)
        draft.unlink(missing_ok=True)
    if after == before or is_left_alone:
        if is_at_once:
            words = Phrase(
                "nothing was changed: the editor ended at once. {hint}", hint=editor.WAITING
            )
            console.info(words)
        else:
            console.info(Phrase("nothing was changed"))
        return 0
    console.info(Phrase("{file} is changed", file=str(file)))
    for warning in find_unknown(read_source(file)):
        console.warn(warning)
    return 0


@contextlib.contextmanager
def _draft(file: Path, text: str, environment: Environment) -> Iterator[Path]:
    """Yield a copy beside the file to write in, which stays if it does not take effect.

    Raises:
        ConfigError: it cannot be written.
    """
    left = _draft_name(file, 1)
    question = Phrase("Go on with what was not kept, {name}?", name=left.name)
    if (
        own_file.is_own(left)
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
            told = Phrase("what you wrote is in {file}", file=str(draft))
            environment.console().info(told)
        elif own_file.is_own(draft):
            draft.unlink()
        raise


def _new_draft(file: Path, text: str) -> Path:
    names = (_draft_name(file, number) for number in itertools.count(1))
    try:
        paths.make(file.parent)
        return new_file.write_new(names, text.encode(), mode=0o600)
    except OSError as error:
        what = Phrase("cannot write beside {file}", file=str(file))
        why = reason(error)
        raise ConfigError(what, why) from error


def _draft_name(file: Path, number: int) -> Path:
    end = "" if number == 1 else f"-{number}"
    return location.beside(file.with_name(file.stem), after=f".edited{end}{file.suffix}")


def _editor(environment: Environment) -> str:
    """Return the user's own, also while the file that names it is broken; empty for the usual.

    Raises:
        UsageError: there is nobody who could edit.
    """
    chosen = inspect_configuration(environment, {}).settings.editor
    named = chosen or environment.environ.get("VISUAL") or environment.environ.get("EDITOR")
    if not environment.can_ask and not named:
        what = Phrase("config edit needs a terminal")
        raise UsageError(what, Phrase("stdin or stderr is not one"))
    return chosen


def _problem(file: Path, text: str) -> MimoError | None:
    """Return the first thing that is wrong with a text; None if nothing is."""
    try:
        content = parse_text(text, file)
    except ExcessError as error:
        return ConfigError(Phrase("what you wrote is too much for a configuration"), error.why)
    except ConfigError as error:
        return ConfigError(Phrase("what you wrote is not valid TOML"), error.why)
    source = Source(str(file), content, find_positions(text))
    problems = (*resolve_file(source).problems, *check_source(source))
    return problems[0].error if problems else None
