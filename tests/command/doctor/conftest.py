"""A home in which all is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.checkups import install
from support.harness import KEY

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The surroundings of somebody whose set-up is right, without a server."""
    program = install(tmp_path / "bin")
    completion = tmp_path / ".zfunc" / "_mimo"
    completion.parent.mkdir()
    completion.touch()
    config = tmp_path / "config.toml"
    config.write_text("")
    config.chmod(0o600)
    return {
        "HOME": str(tmp_path),
        "PATH": str(program.parent),
        "SHELL": "/bin/zsh",
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "MIMO_CONFIG": str(config),
        "MIMO_DATA": str(tmp_path / "data"),
        "MIMO_CACHE": str(tmp_path / "cache"),
        "MIMO_API_KEY": KEY,
    }
