"""The files of a folder that git tracks or does not ignore, as `git ls-files` names them.

A repository's configuration may name programs: to watch its files, to fetch what is missing in it.
None of them runs. `core.fsmonitor` is overridden; nothing is fetched, neither by git's own leave
nor by any transport (an index or a .gitignore that has to be read from an object that is not there
would be fetched by the program that the configuration names); no variable of git's own, as in a
hook, points elsewhere, and nor does `core.worktree`: the work tree is where `.git` was found. git
itself is found by whole paths alone, never in the folder. What it prints are names, which are
looked for below the folder as any others.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli.input import programs
from mimo_cli.phrases import Phrase, reason, verbatim

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from mimo_cli.attachments.listing import selection

SECONDS = 5.0
_COMMAND = ("git", "-c", "core.fsmonitor=false", "ls-files", "-co", "--exclude-standard", "-z")
_KEPT = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES")
_SET = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_LONGEST_NAME = 8192
_COMPLAINTS = (b"fatal: ", b"error: ")
_FOREIGN = b"dubious ownership"


class GitError(Exception):
    """git does not list a folder; its argument is a phrase that says why.

    `is_missing`: there is no git. `is_foreign`: the repository is somebody else's.
    """

    def __init__(self, why: Phrase, *, is_missing: bool = False, is_foreign: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.is_missing = is_missing
        self.is_foreign = is_foreign


def work_tree(folder: str) -> Path | None:
    """Return the root of the work tree that a folder is in, as git finds it; git is not asked.

    On another file system it does not look. What has some parts of a repository is one that is
    broken, unless there is a whole one.
    """
    here = Path(folder).resolve()
    device = here.stat().st_dev
    broken = None
    for it in (here, *here.parents):
        if it.stat().st_dev != device:
            break
        if _is_repository(it / ".git"):
            return it
        if broken is None and _is_broken(it / ".git"):
            broken = it
    return broken


def _is_repository(path: Path) -> bool:
    """Return whether git would take it for one: a file leads to it, or its parts are there."""
    if path.is_file():
        return True
    return os.path.lexists(path / "HEAD") and (
        ((path / "objects").is_dir() and (path / "refs").is_dir()) or (path / "commondir").is_file()
    )


def _is_broken(path: Path) -> bool:
    parts = ("HEAD", "config", "index", "objects", "refs")
    return path.is_symlink() or any(os.path.lexists(path / it) for it in parts)


def may_ignore(folder: str, root: Path) -> bool:
    """Return whether a folder of a work tree has rules on what is ignored, but for those in it."""
    here = Path(folder).resolve()
    above = (it for it in (here, *here.parents) if it.is_relative_to(root))
    if any(os.path.lexists(it / ".gitignore") for it in above) or not (root / ".git").is_dir():
        return True
    try:
        lines = (root / ".git/info/exclude").read_bytes().split(b"\n")
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return any(it.strip() and not it.startswith(b"#") for it in lines)


def paths(
    folder: str, root: Path, means: programs.Means, seconds: float = SECONDS
) -> Generator[selection.Path]:
    """Yield the paths within a folder of a work tree, as git gives them.

    It ends when the generator is closed. That of a repository within it ends in an empty part.

    Raises:
        GitError: git is not there, refuses, or is not done in time.
        Interrupted: a signal came.
    """
    for name in _names(folder, means._replace(environ=_environ(means.environ, root)), seconds):
        parts = tuple(os.fsdecode(name).split("/"))
        if not {"", ".", ".."} & {*parts[:-1], parts[-1] or parts[0]}:
            yield parts


def _names(folder: str, means: programs.Means, seconds: float) -> Iterator[bytes]:
    try:
        with programs.running(_COMMAND, means, seconds=seconds, folder=folder) as git:
            rest = b""
            for part in git.parts():
                *whole, rest = (rest + part).split(b"\0")
                yield from whole
                if len(rest) > _LONGEST_NAME:
                    raise GitError(Phrase("what it prints is no list of names"))
    except programs.LateError as error:
        why = Phrase("it took longer than {seconds:g} s", seconds=seconds)
        raise GitError(why) from error
    except OSError as error:
        if programs.find(_COMMAND[0], means.environ) is None:
            raise GitError(Phrase("git is not installed"), is_missing=True) from error
        raise GitError(reason(error)) from error
    if git.code != 0:
        raise GitError(_said(git), is_foreign=_FOREIGN in git.last_words)


def _said(git: programs.Running) -> Phrase:
    """Return what git said of its failure; else how it ended: a warning is no reason."""
    for line in reversed(git.last_words.split(b"\n")):
        if line.startswith(_COMPLAINTS):
            return verbatim(line.decode("utf-8", "replace").strip())
    return Phrase("it ended with code {code}", code=git.code)


def _environ(environ: Mapping[str, str], root: Path) -> dict[str, str]:
    """Return what git is given of the environment: nothing that points it elsewhere, and no key."""
    kept = {
        name: value
        for name, value in environ.items()
        if name in _KEPT or not name.upper().startswith(("GIT_", "MIMO_"))
    }
    places = [it for it in environ.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(it)]  # noqa: PTH117
    tree = {"GIT_WORK_TREE": str(root)}
    return {**kept, **_SET, **tree, "PATH": os.pathsep.join(places)}
