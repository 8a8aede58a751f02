"""Keeps the names that shells offer at Tab, each kind in a file: the user's alone (mode 0600).

A file is written anew where what it is made from has changed since. Conversations are beside the
history; profiles and prompts in the cache folder, under a name that holds the configuration's path,
so that each configuration has its own: its folder without links and `..`, as shells find it too
(`cd -P`), and its name. Those of configurations that are gone are removed. Whatever goes wrong is
told with `--debug` alone: the answer is there, and what Tab offers is written again after the next.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.config import paths
from mimo_cli.errors import MimoError
from mimo_cli.files import own_file
from mimo_cli.phrases import Phrase, reason
from mimo_cli.shell import names

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from mimo_cli.environment import Environment
    from mimo_cli.history.journal import Journal

CONVERSATIONS = "conversations.names"
ENDING = ".names"
TABLES = {"profiles": ("model",), "prompts": ("prompt", "system")}
"""The tables of the configuration whose names are offered, and what says what each of them is."""

_HISTORY = ("history.db", "history.db-wal")  # `history.journal`, which not everybody has loaded
_LONGEST = 255  # bytes of a file's name


def keep_after_question(
    environment: Environment, *, keeps: bool, journal: Journal | None = None
) -> None:
    """Bring all that Tab offers up to date; nothing where the user `keeps` nothing of this run.

    `journal` is one that is open already.

    With the history off no file is written either: there are no conversations to offer any more.
    """
    if keeps:
        _keep_names(environment, lambda: _keeps_history(environment))
        keep_conversations(environment, journal)


def keep_after_settings(environment: Environment) -> None:
    """Bring profiles and prompts up to date, and let go of conversations if none are kept.

    The history itself is not opened: it may be damaged, which is not for `mimo config` to meet.
    """
    _keep_names(environment)

    def drop() -> None:
        file = paths.data(environment.environ) / CONVERSATIONS
        if file.exists() and not _keeps_history(environment):
            file.unlink()

    _attempt(environment, drop)


def keep_conversations(environment: Environment, journal: Journal | None = None) -> None:
    """Bring the conversations that Tab offers up to date; with the history off there are none.

    `journal` is one that is open already: a process has one for a file (`history.file.database`).
    """
    try:
        folder = paths.data(environment.environ)
        file = folder / CONVERSATIONS
        wanted = _is_wanted(environment, file, folder)
        if wanted is None:
            return
        if not wanted:
            file.unlink(missing_ok=True)
            return
    except (MimoError, OSError) as error:
        _tell(environment, error)
        return
    _attempt(environment, lambda: _write_conversations(environment, folder, journal), file)


def _is_wanted(environment: Environment, file: Path, folder: Path) -> bool | None:
    """Return whether there is to be a new file; None where the one that is there is current.

    As long as neither the configuration nor the environment speaks of it, what was kept still is.
    """
    history = [folder / name for name in _HISTORY]
    if not history[0].exists():
        return False
    is_open = (
        not file.exists()
        or bool(environment.environ.get("MIMO_HISTORY"))
        or not _is_current(file, _own_file(environment))
    )
    if not is_open and _is_current(file, history):
        return None
    return not is_open or _keeps_history(environment)


def _keep_names(environment: Environment, may_write: Callable[[], bool] = lambda: True) -> None:
    """Bring the profiles and prompts that Tab offers up to date."""

    def write() -> None:
        for own in _own_file(environment):
            folder = paths.cache(environment.environ)
            places = {table: folder / file_name(table, own) for table in TABLES}
            if not all(_is_current(file, [own]) for file in places.values()) and may_write():
                _write_names(own, folder, places)

    _attempt(environment, write)


def file_name(table: str, own: Path) -> str:
    """Return the name of the file with a table's names; `own` is the configuration's real path."""
    return f"{table}{str(own).replace('/', '%')}{ENDING}"


def _write_conversations(environment: Environment, folder: Path, journal: Journal | None) -> None:
    from contextlib import closing

    from mimo_cli.history.journal import Journal

    if journal is not None:
        titled = journal.newest_titles(names.MOST)
    else:
        notice = environment.console().info
        with closing(Journal(folder, now=environment.clock.now, notice=notice)) as opened:
            titled = opened.newest_titles(names.MOST)
    _write(folder / CONVERSATIONS, names.conversations(titled))


def _write_names(own: Path, folder: Path, places: dict[str, Path]) -> None:
    from mimo_cli.config import read_source  # it seldom changes

    source = read_source(own)
    paths.make(folder)
    _drop_stale(folder, places.values())
    for table, file in places.items():
        if len(os.fsencode(file.name)) <= _LONGEST:
            _write(file, names.of_table(source.table(table), TABLES[table]))


def _drop_stale(folder: Path, current: Collection[Path]) -> None:
    """Remove the files of names that no configuration has, or that are called otherwise today.

    A path that holds a % cannot be read back: its file may go, and comes with the next question.
    """
    for file in folder.glob(f"*{ENDING}"):
        table, *parts = file.name.removesuffix(ENDING).split("%")
        if table in TABLES and parts and file not in current:
            own = Path("/", *parts)
            if not own.is_file() or file_name(table, _called(own)) != file.name:
                file.unlink(missing_ok=True)


def _called(own: Path) -> Path:
    """Return a configuration as its files of names are called: by its folder's real path."""
    return own.parent.resolve() / own.name


def _write(file: Path, offered: Iterable[names.Name]) -> None:
    own_file.write_ours(file, names.to_lines(offered), is_durable=False)


def _own_file(environment: Environment) -> list[Path]:
    """Return the user's configuration, nothing where there is none."""
    file = paths.config_file(environment.environ).absolute()
    return [_called(file)] if file.is_file() else []


def _keeps_history(environment: Environment) -> bool:
    """Return whether conversations are kept, by what is in force everywhere."""
    from mimo_cli.config import inspect_configuration  # it seldom changes

    return inspect_configuration(environment._replace(cwd=None), {}).settings.history


def _is_current(file: Path, made_from: Iterable[Path]) -> bool:
    """Return whether a file is newer than all that it is made from."""
    written = _changed(file)
    return written > 0 and all(_changed(it) < written for it in made_from)


def _changed(file: Path) -> int:
    """Return when a regular file was changed, in nanoseconds; 0 where there is none."""
    try:
        status = file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return 0
    return status.st_mtime_ns if stat.S_ISREG(status.st_mode) else 0


def _attempt(
    environment: Environment, act: Callable[[], None], outdated: Path | None = None
) -> None:
    """Do what may fail; then what is out of date goes, since it may name what was deleted."""
    try:
        act()
    except (MimoError, OSError) as error:
        _tell(environment, error)
        if outdated is not None:
            _attempt(environment, lambda: outdated.unlink(missing_ok=True))


def _tell(environment: Environment, error: MimoError | OSError) -> None:
    if environment.debug:
        why = error.message if isinstance(error, MimoError) else reason(error)
        template = "the names that Tab offers are not up to date: {why}"
        environment.console(verbose=True).debug(Phrase(template, why=why))
