"""`mimo config edit`: the whole file in the user's editor, checked before it takes effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli import config_file, configuration, editor, files, folders, places, tables
from mimo_cli.commands import questions
from mimo_cli.errors import ConfigError, MimoError, UsageError
from mimo_cli.places import Source
from mimo_cli.terminal.console import Console

if TYPE_CHECKING:
    from pathlib import Path

    from mimo_cli.edges import Edges

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


def run(edges: Edges) -> int:
    """Edits a copy until it is right, then puts it in the file's place.

    Raises:
        MimoError: the file cannot be read or written, or was left as it was.
    """
    file = folders.config_file(edges.environ)
    command = _editor(edges)
    console = Console(edges.stderr)
    if (left := _edited(file)).exists():
        console.notice(f"what was not kept the last time is in {left}")
    edges.signals.catch()
    before = config_file.text(file)
    after = editor.edited(before or TEMPLATE, edges, command, name=file.name)
    was_wrong = False
    while (problem := _problem(file, after)) is not None:
        was_wrong = True
        console.error(problem)
        console.notice(_beside(file, after, edges))  # it may have been an hour's work
        if not (edges.can_ask and questions.yes(edges, "Edit it again?", default=True)):
            raise ConfigError("nothing was changed", f"{file} is as it was")
        after = editor.edited(after, edges, command, name=file.name)
    if after == before:
        console.notice("nothing was changed")
        return 0
    _keep(file, before, after, edges)
    if was_wrong:
        _edited(file).unlink(missing_ok=True)
    console.notice(f"{file} is changed")
    for warning in tables.unknown(configuration.read(file)):
        console.warn(warning)
    return 0


def _editor(edges: Edges) -> str:
    """The user's own, also while the file that names it is broken."""
    try:
        chosen = configuration.load(edges, {}).settings.editor
    except MimoError:  # that is what is to be mended
        chosen = edges.environ.get("MIMO_EDITOR", "")
    named = chosen or edges.environ.get("VISUAL") or edges.environ.get("EDITOR")
    if not edges.can_ask and not named:
        raise UsageError("config edit needs a terminal", "stdin or stderr is not one")
    return chosen


def _problem(file: Path, text: str) -> MimoError | None:
    """The first thing that is wrong with a text."""

    def where(path: tuple[str, ...]) -> str:
        return configuration.place_of(config_file.position(text, path))

    try:
        source = Source(str(file), config_file.parse(text, file), where)
        places.resolve({}, {}, source)
        return next(iter(tables.problems(source)), None)
    except MimoError as error:
        return error


def _edited(file: Path) -> Path:
    return file.with_name(f"{file.name}.edited")


def _beside(file: Path, text: str, edges: Edges) -> str:
    """Keeps a text that did not take effect beside the file, and says where."""
    beside = _edited(file)
    try:
        with edges.signals.held():
            folders.make(beside.parent)
            files.write_whole(beside, text.encode(), mode=0o600)
    except OSError as error:
        return (
            f"what you wrote cannot be kept in {beside}: {(error.strerror or str(error)).lower()}"
        )
    return f"what you wrote is in {beside}"


def _keep(file: Path, before: str, after: str, edges: Edges) -> None:
    """Replaces the file. If another process changed it, what was edited goes beside it."""
    try:
        with edges.signals.held():
            config_file.replace(file, before, after)
    except config_file.ChangedError as error:
        why = f"{error.why}; {_beside(file, after, edges)}"
        raise ConfigError(error.what, why) from error
