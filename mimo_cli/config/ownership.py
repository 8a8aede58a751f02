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

from mimo_cli import files

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Distrust(NamedTuple):
    """Why no command of a file is run, and what to do about it."""

    why: str
    advice: str


def exposed(file: Path, sudo_uid: str = "") -> str:
    """Return a warning if others may read or change the file, with what ends that; else empty."""
    status = _status(file)
    if status is None:
        return ""
    if not _is_trusted(status, sudo_uid):
        owner = f"{file} belongs to another user ({_user(status.st_uid)})"
        return f"{owner}, who decides by it where your key goes. No command in it is run."
    if not status.st_mode & _OTHERS:
        return ""
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return f"others can change {file}, which may name a command to run. Run: chmod 600 {file}"
    return f"others can read {file}, which may hold your key. Run: chmod 600 {file}"


def distrust(file: Path, sudo_uid: str = "") -> Distrust | None:
    """Return why no command that the file names is run, None where it may be."""
    status = _status(file)
    if status is None:
        return None
    import shlex

    quoted = shlex.quote(str(file))
    mine = f"If you trust it, use a copy of your own: cp {quoted} MINE; export MIMO_CONFIG=MINE"
    if not _is_trusted(status, sudo_uid):
        return Distrust(f"{file} belongs to another user ({_user(status.st_uid)})", mine)
    try:
        files.follow(file)
    except OSError as error:
        return Distrust(f"cannot trust {file}: {error.strerror}", mine)
    chmod = f"Look at it, then run: chmod 600 {quoted}"
    if status.st_mode & stat.S_IWOTH:
        return Distrust(f"everybody can change {file}", chmod)
    if status.st_mode & stat.S_IWGRP and not _is_group_of_one(status):
        return Distrust(f"others of its group can change {file}", chmod)
    return None


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
