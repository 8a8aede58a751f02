"""Where things are kept, and who can read them."""

from __future__ import annotations

import os
import shlex
import stat
from typing import TYPE_CHECKING

from mimo_cli.config import address, ownership, paths
from mimo_cli.config.resolve import named, table
from mimo_cli.doctor.check import Check, failed
from mimo_cli.errors import ConfigError, MimoError
from mimo_cli.history.database import Database
from mimo_cli.history.store import FILE
from mimo_cli.output.command_terms import in_command_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from mimo_cli.doctor.check import Subject

_CORRECT = "Correct it where it stands; mimo config list says what is in force."
_MOST = 10
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_WRITERS = stat.S_IWGRP | stat.S_IWOTH


def config(subject: Subject) -> Check:
    """The configuration file: whether it can be read, by whom, and what is wrong in it."""
    if subject.problems:
        text = _some([error.message for error in subject.problems])
        hints = [in_command_terms(error.hint) for error in subject.problems if error.hint]
        return Check("config", "failed", text, hints[0] if hints else _CORRECT)
    file = subject.file
    if file is None or not file.exists():
        return Check("config", "ok", f"{file} (not there: every setting has its default)")
    sudo_uid = subject.environment.environ.get("SUDO_UID", "")
    if distrust := ownership.distrust(file, sudo_uid):
        text = f"{_shown(file)}: {distrust.why}; no command in it is run"
        return Check("config", "warning", text, distrust.advice)
    if ownership.exposed(file, sudo_uid):
        can = "change" if file.stat().st_mode & _WRITERS else "read"
        return Check("config", "warning", f"{_shown(file)}: others can {can} it", _chmod(file, 600))
    if os.name == "posix" and file.parent.stat().st_mode & _WRITERS:
        text = f"{_shown(file)}: others can write into its folder, and replace it"
        return Check("config", "warning", text, _chmod(file.parent, 700))
    if unknown := address.unknown(subject.source):
        first = unknown[0]
        others = address.count_unknown(subject.source) - 1
        more = f" (and {others} more)" if others else ""
        text = f"{_shown(file)}: {first}{more}"
        return Check("config", "warning", text, "Correct or remove it.")
    return Check("config", "ok", _shown(file))


def _some(texts: Sequence[str], between: str = "; ") -> str:
    """Return the first of some texts, and how many more there are."""
    more = len(texts) - _MOST
    shown = between.join(texts[:_MOST])
    return f"{shown} (and {more:,} more)" if more > 0 else shown


def profile(subject: Subject) -> Check:
    """The profile in force, and who chose it."""
    chosen = subject.settings
    if name := subject.options.get("profile"):
        try:
            named(subject.source, "profiles", name)
        except MimoError as error:
            return failed("profile", error)
    if chosen.default_profile:
        source = chosen.origins["default_profile"]
        return Check("profile", "ok", f"{chosen.default_profile} ({source})")
    known = _some([*table(subject.source, "profiles")], ", ")
    return Check("profile", "ok", f"none is in force (there are: {known})" if known else "none")


def project(subject: Subject) -> Check:
    """The project's own file, and what of it does not count."""
    source, remarks = subject.project
    name = "none" if source is None else source.name
    if remarks:
        text = "; ".join(remarks)
        advice = "Remove what does not count; your own file may set it."
        return Check("project", "warning", text, advice)
    sets = f" (sets {', '.join(source.content)})" if source and source.content else ""
    return Check("project", "ok", name + sets)


def history(subject: Subject) -> Check:
    """The folder and file of the conversations."""
    if not subject.settings.history:
        return Check("history", "ok", "off: no conversation is kept")
    found = _kept("history", paths.data, subject.environment.environ, FILE)
    if found.state == "failed":
        return found
    path = paths.data(subject.environment.environ) / FILE
    # Its own notice is for those who use it: here the check says it.
    database = Database(path, now=subject.environment.clock.now, notice=lambda _: None)
    problem = database.problem()
    return found if problem is None else failed("history", problem)


def cache(subject: Subject) -> Check:
    """The folder of what can be fetched again."""
    return _kept("cache", paths.cache, subject.environment.environ)


def _kept(
    name: str,
    find: Callable[[Mapping[str, str]], Path],
    environ: Mapping[str, str],
    file: str = "",
) -> Check:
    advice = f"MIMO_{_VARIABLES[name]} can name another folder."
    try:
        folder = find(environ)
    except ConfigError as error:
        return failed(name, error, advice)
    shown = folder / file
    try:
        return _place(name, folder, shown)
    except OSError as error:
        text = f"{shown}: {(error.strerror or str(error)).lower()}"
        return Check(name, "failed", text, advice)


_VARIABLES = {"history": "DATA", "cache": "CACHE"}


def _place(name: str, folder: Path, shown: Path) -> Check:
    """What is to be said of a folder and a file in it.

    Raises:
        OSError: it is not a folder, or cannot be looked at.
    """
    above = _nearest(folder)
    if not above.is_dir():
        raise NotADirectoryError(None, "not a folder")
    if not os.access(above, os.W_OK | os.X_OK):
        if _is_read_only(above):
            advice = f"MIMO_{_VARIABLES[name]} can name a folder elsewhere."
            return Check(name, "failed", f"{shown}: its file system is read-only", advice)
        return Check(name, "failed", f"{shown}: cannot be written", f"Check who owns {above}.")
    if above != folder:
        return Check(name, "ok", f"{shown} (not there yet)")
    for path, mode in ((folder, 700), (shown, 600)):
        if os.name == "posix" and path.exists() and path.stat().st_mode & _OTHERS:
            return Check(name, "warning", f"{_shown(path)}: others can see it", _chmod(path, mode))
    return Check(name, "ok", _shown(shown) if shown.exists() else f"{shown} (not there yet)")


def _is_read_only(folder: Path) -> bool:
    """Whether nobody can write there, whoever owns it."""
    if not hasattr(os, "statvfs"):
        return False
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def _nearest(path: Path) -> Path:
    """The path itself, or the first above it that there is."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _shown(path: Path) -> str:
    return f"{path} (mode {stat.S_IMODE(path.stat().st_mode):04o})"


def _chmod(path: Path, mode: int) -> str:
    return f"Run: chmod {mode} {shlex.quote(str(path))}"
