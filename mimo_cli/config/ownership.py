"""Whose a configuration file is, and whether a command that it names may be run.

A command runs as the user, so that only the user, or root, may be able to name one. ssh asks the
same of its own configuration, and takes a group that is the user's alone for the user; git asks it
of a repository (`safe.directory`), and under sudo trusts who is behind it (`SUDO_UID`). Unlike
those, what is no command is read all the same, with a warning: the user named the file, and a team
may share one.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from mimo_cli.files import location
from mimo_cli.phrases import NOTHING, CommandLine, Phrase

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Distrust(NamedTuple):
    """Why no command of a file is run, and what to do about it."""

    why: Phrase
    advice: Phrase


def warn_of_exposure(file: Path, sudo_uid: str = "") -> Phrase:
    """Return a warning if others may read or change the file, with what ends that; else empty."""
    status = _status(file)
    if status is None:
        return NOTHING
    if not _is_trusted(status, sudo_uid):
        return Phrase(
            "{file} belongs to another user ({user}), who decides by it where your key goes. "
            "No command in it is run.",
            file=file,
            user=_user(status.st_uid),
        )
    if not status.st_mode & _OTHERS:
        return NOTHING
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        template = "others can change {file}, which may name a command to run. Run: {command}"
        return Phrase(template, file=file, command=_closing(file))
    template = "others can read {file}, which may hold your key. Run: {command}"
    return Phrase(template, file=file, command=_closing(file))


def find_distrust(file: Path, sudo_uid: str = "") -> Distrust | None:
    """Return why no command that the file names is run, None where it may be."""
    status = _status(file)
    if status is None:
        return None
    copying = CommandLine(f"cp {_quoted(file)} MINE; export MIMO_CONFIG=MINE")
    mine = Phrase("If you trust it, use a copy of your own: {command}", command=copying)
    if not _is_trusted(status, sudo_uid):
        user = _user(status.st_uid)
        why = Phrase("{file} belongs to another user ({user})", file=file, user=user)
        return Distrust(why, mine)
    try:
        location.follow(file)
    except OSError as error:
        why = Phrase("cannot trust {file}: {why}", file=file, why=error.strerror)
        return Distrust(why, mine)
    chmod = Phrase("Look at it, then run: {command}", command=_closing(file))
    if status.st_mode & stat.S_IWOTH:
        return Distrust(Phrase("everybody can change {file}", file=file), chmod)
    if status.st_mode & stat.S_IWGRP and not _is_group_of_one(status):
        return Distrust(Phrase("others of its group can change {file}", file=file), chmod)
    return None


def _closing(file: Path) -> CommandLine:
    """Return the command that leaves a file to its owner alone."""
    return CommandLine(f"chmod 600 {_quoted(file)}")


def _quoted(file: Path) -> str:
    import shlex  # not for those whose file is in order

    return shlex.quote(str(file))


def _status(file: Path) -> os.stat_result | None:
    """Return what a regular file is like; None for what is none, or where none of this is known."""
    try:
        status = file.stat()
    except OSError:
        return None  # not there, or reading it will say what is wrong
    return status if os.name == "posix" and stat.S_ISREG(status.st_mode) else None


def _is_trusted(status: os.stat_result, sudo_uid: str) -> bool:
    user = os.geteuid()
    return status.st_uid in (user, 0) or (user == 0 and str(status.st_uid) == sudo_uid)


def _is_group_of_one(status: os.stat_result) -> bool:
    """Return whether a file's group is its owner's own, as many systems make one for each user."""
    import grp

    try:
        group = grp.getgrgid(status.st_gid)
    except KeyError:
        return False
    owner = _user(status.st_uid)
    return group.gr_name == owner and set(group.gr_mem) <= {owner}


def _user(number: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
