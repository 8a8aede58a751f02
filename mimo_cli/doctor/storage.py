"""Where things are kept, and who can read them."""

from __future__ import annotations

import errno
import os
import shlex
import stat
from typing import TYPE_CHECKING

from mimo_cli.common_phrases import chained
from mimo_cli.config import (
    count_unknown,
    find_distrust,
    find_table,
    find_unknown,
    paths,
    warn_of_exposure,
)
from mimo_cli.doctor.check import Check, failed
from mimo_cli.errors import ConfigError, MimoError
from mimo_cli.history.file.database import Database
from mimo_cli.history.journal import FILE
from mimo_cli.history.survey import find_problem
from mimo_cli.output.command_terms import in_command_terms
from mimo_cli.phrases import CommandLine, Phrase, reason, verbatim

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from mimo_cli.config import Source
    from mimo_cli.doctor.check import Subject

_CORRECT = Phrase("Correct it where it stands; mimo config list says what is in force.")
_MOST = 10
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_WRITERS = stat.S_IWGRP | stat.S_IWOTH


def config(subject: Subject) -> Check:
    """Check the configuration file: whether it can be read, by whom, and what is wrong in it."""
    if subject.problems:
        errors = [problem.error for problem in subject.problems]
        hints = [in_command_terms(error.hint) for error in errors if error.hint]
        text = _join_some([error.message for error in errors])
        return Check("config", "failed", text, hints[0] if hints else _CORRECT)
    file = subject.configuration.file
    if file is None or not file.exists():
        text = Phrase("{file} (not there: every setting has its default)", file=str(file))
        return Check("config", "ok", text)
    return _check_modes(file, subject) or _check_unknown(file, subject.configuration.source)


def _check_modes(file: Path, subject: Subject) -> Check | None:
    """Return a warning if others can do more with the file than they should."""
    sudo_uid = subject.environment.environ.get("SUDO_UID", "")
    shown = _with_mode(file)
    if distrust := find_distrust(file, sudo_uid):
        text = Phrase("{file}: {why}; no command in it is run", file=shown, why=distrust.why)
        return Check("config", "warning", text, distrust.advice)
    if warn_of_exposure(file, sudo_uid):
        if file.stat().st_mode & _WRITERS:
            text = Phrase("{file}: others can change it", file=shown)
        else:
            text = Phrase("{file}: others can read it", file=shown)
        return Check("config", "warning", text, _chmod(file, 600))
    if os.name == "posix" and file.parent.stat().st_mode & _WRITERS:
        text = Phrase("{file}: others can write into its folder, and replace it", file=shown)
        return Check("config", "warning", text, _chmod(file.parent, 700))
    return None


def _check_unknown(file: Path, source: Source) -> Check:
    unknown, shown = find_unknown(source), _with_mode(file)
    if not unknown:
        return Check("config", "ok", shown)
    if others := count_unknown(source) - 1:
        text = Phrase(
            "{file}: {remark} (and {count} more)", file=shown, remark=unknown[0], count=others
        )
    else:
        text = Phrase("{file}: {remark}", file=shown, remark=unknown[0])
    return Check("config", "warning", text, Phrase("Correct or remove it."))


def _join_some(texts: Sequence[Phrase]) -> Phrase:
    """Return the first of some texts, and how many more there are."""
    first = chained(texts[:_MOST])
    more = len(texts) - _MOST
    return Phrase("{texts} (and {count:,} more)", texts=first, count=more) if more > 0 else first


def profile(subject: Subject) -> Check:
    """Check the profile in force, and tell who chose it."""
    source, resolved = subject.configuration.source, subject.resolved
    if name := subject.options.get("profile"):
        try:
            find_table(source, "profiles", name)
        except MimoError as error:
            return failed("profile", error)
    if name := resolved.settings.profile:
        origin = resolved.origin("profile").phrase()
        return Check("profile", "ok", Phrase("{name} ({origin})", name=name, origin=origin))
    known = list(source.tables("profiles"))
    if not known:
        return Check("profile", "ok", Phrase("none"))
    names, more = ", ".join(known[:_MOST]), len(known) - _MOST
    if more > 0:
        text = Phrase(
            "none is in force (there are: {names} (and {count:,} more))", names=names, count=more
        )
    else:
        text = Phrase("none is in force (there are: {names})", names=names)
    return Check("profile", "ok", text)


def project(subject: Subject) -> Check:
    """Check the project's own file, and tell what of it does not count."""
    source, remarks, _ = subject.configuration.project
    if remarks:
        advice = Phrase("Remove what does not count; your own file may set it.")
        return Check("project", "warning", chained(remarks), advice)
    if source is None:
        return Check("project", "ok", Phrase("none"))
    wrong = {problem.origin.identity for problem in subject.problems}
    names = [name for name in source.content if (source.name, (name,)) not in wrong]
    if not names:
        return Check("project", "ok", verbatim(source.name))
    text = Phrase("{file} (sets {names})", file=source.name, names=", ".join(names))
    return Check("project", "ok", text)


def history(subject: Subject) -> Check:
    """Check the folder and file of the conversations."""
    if not subject.settings.history:
        return Check("history", "ok", Phrase("off: no conversation is kept"))
    check = _check_folder("history", paths.data, subject.environment.environ, FILE)
    if check.state == "failed":
        return check
    path = paths.data(subject.environment.environ) / FILE
    # Its own notice is for those who use it: here the check says it.
    database = Database(path, now=subject.environment.clock.now, notice=lambda _: None)
    problem = find_problem(database)
    return check if problem is None else failed("history", problem)


def cache(subject: Subject) -> Check:
    """Check the folder of what can be fetched again."""
    return _check_folder("cache", paths.cache, subject.environment.environ)


def _check_folder(
    name: str,
    find: Callable[[Mapping[str, str]], Path],
    environ: Mapping[str, str],
    file: str = "",
) -> Check:
    advice = Phrase("{variable} can name another folder.", variable=_VARIABLES[name])
    try:
        folder = find(environ)
    except ConfigError as error:
        return failed(name, error, advice)
    shown = folder / file
    try:
        return _check_place(name, folder, shown)
    except OSError as error:
        text = Phrase("{file}: {why}", file=str(shown), why=reason(error))
        return Check(name, "failed", text, advice)


_VARIABLES = {"history": "MIMO_DATA", "cache": "MIMO_CACHE"}


def _check_place(name: str, folder: Path, file: Path) -> Check:
    """Check a folder and a file in it.

    Raises:
        OSError: it is not a folder, or cannot be looked at.
    """
    above = _nearest(folder)
    if not above.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, Phrase("not a folder"))
    if not os.access(above, os.W_OK | os.X_OK):
        if _is_read_only(above):
            text = Phrase("{file}: its file system is read-only", file=str(file))
            advice = Phrase("{variable} can name a folder elsewhere.", variable=_VARIABLES[name])
            return Check(name, "failed", text, advice)
        text = Phrase("{file}: cannot be written", file=str(file))
        return Check(name, "failed", text, Phrase("Check who owns {folder}.", folder=str(above)))
    for path, mode in ((folder, 700), (file, 600)) if above == folder else ():
        if os.name == "posix" and path.exists() and path.stat().st_mode & _OTHERS:
            text = Phrase("{file}: others can see it", file=_with_mode(path))
            return Check(name, "warning", text, _chmod(path, mode))
    if above != folder or not file.exists():
        return Check(name, "ok", Phrase("{file} (not there yet)", file=str(file)))
    return Check(name, "ok", _with_mode(file))


def _is_read_only(folder: Path) -> bool:
    """Return whether nobody can write there, whoever owns it."""
    if not hasattr(os, "statvfs"):
        return False
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def _nearest(path: Path) -> Path:
    """Return the path itself, or the first above it that there is."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _with_mode(path: Path) -> Phrase:
    mode = stat.S_IMODE(path.stat().st_mode)
    return Phrase("{file} (mode {mode:04o})", file=str(path), mode=mode)


def _chmod(path: Path, mode: int) -> Phrase:
    return Phrase("Run: {command}", command=CommandLine(f"chmod {mode} {shlex.quote(str(path))}"))
