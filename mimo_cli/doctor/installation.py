"""This program's version, its name on the PATH, and its completions."""

from __future__ import annotations

import os
import ssl
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from mimo_cli import __version__, extras
from mimo_cli.doctor.check import Check
from mimo_cli.phrases import CommandLine, Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mimo_cli.doctor.check import Subject

_LIBRARIES = ("typer", "httpx", "rich", "prompt-toolkit")
_NAME = "mimo"
_ALWAYS = "mimo-cli"
_SCRIPT = 64 * 1024


def versions(subject: Subject) -> Check:
    """Tell the versions of this program, Python, the system and the libraries."""
    del subject
    python = ".".join(map(str, sys.version_info[:3]))
    installed = [name for name in extras.IMAGES if _is_installed(name)]
    names = [*_LIBRARIES, *installed]
    libraries = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    text = Phrase(
        "{program} {version}, Python {python} on {system}, {libraries}, {openssl}",
        program=_NAME,
        version=__version__,
        python=python,
        system=sys.platform,
        libraries=libraries,
        openssl=ssl.OPENSSL_VERSION,
    )
    return Check("versions", "ok", text)


def _is_installed(name: str) -> bool:
    return any(metadata.distributions(name=name))


def program(subject: Subject) -> Check:
    """Check what the name `mimo` starts: Xiaomi's coding agent has it too."""
    programs = list(_on_path(_NAME, subject.environment.environ.get("PATH", "")))
    if not programs:
        text = Phrase("{name} is not on the PATH", name=_NAME)
        folder = Path(sys.executable).parent
        command = CommandLine(f'export PATH="{folder}:$PATH"')
        advice = Phrase("For example: {command}", command=command)
        return Check("program", "warning", text, advice)
    first, *others = programs
    if not _is_ours(first):
        text = Phrase("{name} starts another program: {file}", name=_NAME, file=first)
        template = "{name} always starts this one. Or put its folder first in PATH."
        return Check("program", "warning", text, Phrase(template, name=_ALWAYS))
    if others:
        text = Phrase("{file} wins over {files}", file=first, files=", ".join(map(str, others)))
        template = "Nothing, if that is meant; {name} is always this program."
        return Check("program", "warning", text, Phrase(template, name=_ALWAYS))
    return Check("program", "ok", verbatim(str(first)))


def _on_path(name: str, path: str) -> Iterator[Path]:
    """Yield the programs of that name, the one that wins first; each once."""
    seen: set[Path] = set()
    for folder in path.split(os.pathsep):
        for suffix in ("", ".exe", ".cmd") if os.name == "nt" else ("",):
            file = Path(folder or ".") / f"{name}{suffix}"
            if file.is_file() and os.access(file, os.X_OK) and file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _is_ours(file: Path) -> bool:
    """Return whether a program is this one: what an installer writes imports this package."""
    try:
        with file.open("rb") as script:
            return b"mimo_cli" in script.read(_SCRIPT)
    except OSError:
        return False  # not even readable: not what an installer of Python's writes


def completion(subject: Subject) -> Check:
    """Check whether the user's shell has the completions, in the usual places."""
    environ = subject.environment.environ
    shell = Path(environ.get("SHELL", "")).name
    if shell not in _PLACES:
        return Check("completion", "skipped", Phrase("SHELL names no bash, zsh or fish"))
    script, shared, own = _PLACES[shell]
    places = [folder / shared for folder in _shared_folders(environ)]
    home = environ.get("HOME", "")
    places += [Path(home) / place for place in own if home]
    for place in places:
        if place.is_file():
            return Check("completion", "ok", Phrase("for {shell}: {file}", shell=shell, file=place))
    start = _STARTS[shell]
    if home and _mentions(Path(home) / start, (script, f"completions {shell}")):
        found = Phrase("for {shell}: in {file}", shell=shell, file=f"~/{start}")
        return Check("completion", "ok", found)
    text = Phrase("not found for {shell}, in the usual places", shell=shell)
    return Check("completion", "warning", text, _advice(shell))


_PLACES = {
    "bash": (
        "mimo.bash",
        "bash-completion/completions/mimo",
        (".local/share/bash-completion/completions/mimo",),
    ),
    "zsh": ("_mimo", "zsh/site-functions/_mimo", (".zfunc/_mimo",)),
    "fish": (
        "mimo.fish",
        "fish/vendor_completions.d/mimo.fish",
        (".config/fish/completions/mimo.fish", ".local/share/fish/vendor_completions.d/mimo.fish"),
    ),
}
_STARTS = {"bash": ".bashrc", "zsh": ".zshrc", "fish": ".config/fish/config.fish"}
_TARGETS = {
    "bash": ".local/share/bash-completion/completions/mimo",
    "zsh": ".zfunc/_mimo",
    "fish": ".config/fish/completions/mimo.fish",
}


def _shared_folders(environ: Mapping[str, str]) -> list[Path]:
    """Return the folders where shells look: that of their own prefix, and those of the system."""
    listed = environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    own = Path(environ.get("SHELL", "")).parent.parent / "share"
    return [own, *map(Path, listed.split(os.pathsep))]


def _mentions(file: Path, words: Sequence[str]) -> bool:
    try:
        text = file.read_text("utf-8", "replace")
        return any(it in text for it in words)
    except OSError:
        return False  # a shell without such a file


def _advice(shell: str) -> Phrase:
    """Return the command that puts the script where the shell finds it."""
    target = f"~/{_TARGETS[shell]}"
    folder = target.rpartition("/")[0]
    line = f"mkdir -p {folder} && mimo completions {shell} > {target}"
    return Phrase("Run: {command}", command=CommandLine(line))
