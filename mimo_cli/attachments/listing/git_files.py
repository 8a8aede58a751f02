"""The files of a folder that git tracks or does not ignore, as `git ls-files` names them.

A repository's configuration may name programs: to watch its files, to fetch what is missing in it.
None of them runs. `core.fsmonitor` is overridden; nothing is fetched, neither by git's own leave
nor by any transport (an index or a .gitignore that has to be read from an object that is not there
would be fetched by the program that the configuration names); no variable of git's own, as in a
hook, points elsewhere; git itself is found by whole paths alone, never in the folder. What it
prints are names, which are looked for below the folder as any others.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from mimo_cli.input import stdin
from mimo_cli.phrases import Phrase, reason, verbatim

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from mimo_cli.attachments.listing import selection

SECONDS = 2.0
_COMMAND = ("-c", "core.fsmonitor=false", "ls-files", "-co", "--exclude-standard", "-z")
_KEPT = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES")
_SET = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_CHUNK = 64 * 1024
_LONGEST_NAME = 8192
_SAID = 400


class GitError(Exception):
    """git does not list a folder; its argument is a phrase that says why."""


def is_in_work_tree(folder: str) -> bool:
    """Return whether a folder, or one above it, has what makes it a work tree: no git is asked."""
    here = Path(folder).resolve()
    return any(os.path.lexists(it / ".git") for it in (here, *here.parents))


def paths(
    folder: str, environ: Mapping[str, str], seconds: float = SECONDS
) -> Generator[selection.Path]:
    """Yield the paths within a folder, as git gives them; it ends when the generator is closed.

    That of a repository within the repository ends in an empty part.

    Raises:
        GitError: git is not there, refuses, or is not done in time.
    """
    for name in _names(folder, environ, seconds):
        parts = tuple(os.fsdecode(name).split("/"))
        if not {"", ".", ".."} & {*parts[:-1], parts[-1] or parts[0]}:
            yield parts


def _names(folder: str, environ: Mapping[str, str], seconds: float) -> Iterator[bytes]:
    end = time.monotonic() + seconds
    with tempfile.TemporaryFile() as errors:
        with _running(folder, environ, errors) as program:
            rest = b""
            for chunk in _chunks(program, end, seconds):
                *whole, rest = (rest + chunk).split(b"\0")
                yield from whole
                if len(rest) > _LONGEST_NAME:
                    raise GitError(Phrase("what it prints is no list of names"))
            try:
                code = program.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                raise _late(seconds) from None
        if code != 0:
            raise GitError(_said(errors, code))


def _chunks(program: subprocess.Popen[bytes], end: float, seconds: float) -> Iterator[bytes]:
    descriptor = cast("IO[bytes]", program.stdout).fileno()
    while True:
        left = end - time.monotonic()
        if left <= 0 or not stdin.is_readable(descriptor, left):
            raise _late(seconds)
        chunk = os.read(descriptor, _CHUNK)
        if not chunk:
            return
        yield chunk


def _late(seconds: float) -> GitError:
    return GitError(Phrase("it took longer than {seconds:g} s", seconds=seconds))


def _said(errors: IO[bytes], code: int) -> Phrase:
    """Return what git said, its first line; else how it ended."""
    errors.seek(0)
    line = errors.read(_SAID).decode("utf-8", "replace").strip().partition("\n")[0]
    return verbatim(line) if line else Phrase("it ended with code {code}", code=code)


@contextlib.contextmanager
def _running(
    folder: str, environ: Mapping[str, str], errors: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run git in a folder, and leave no process behind, whatever happens."""
    around = _environ(environ)
    git = shutil.which("git", path=around["PATH"])
    if git is None:
        raise GitError(Phrase("git is not installed"))
    try:
        program = subprocess.Popen(  # noqa: S603 - git, by its whole path
            [git, *_COMMAND],
            cwd=folder,
            env=around,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    except OSError as error:
        raise GitError(reason(error)) from error
    try:
        yield program
    finally:
        _end(program)


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what git is given of the environment: nothing that points it elsewhere, and no key."""
    kept = {
        name: value
        for name, value in environ.items()
        if name in _KEPT or not name.upper().startswith(("GIT_", "MIMO_"))
    }
    places = [it for it in environ.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(it)]  # noqa: PTH117
    return {**kept, **_SET, "PATH": os.pathsep.join(places)}


def _end(program: subprocess.Popen[bytes]) -> None:
    """End a program, and what it has started."""
    if program.returncode is None:  # as far as it was waited for: its children may be all there is
        with contextlib.suppress(OSError):
            os.killpg(program.pid, signal.SIGKILL) if hasattr(os, "killpg") else program.kill()
        program.wait()
    if program.stdout is not None:
        program.stdout.close()
