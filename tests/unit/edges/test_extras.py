"""How each kind of installation gets what is not always there."""

from __future__ import annotations

import tomllib

import pytest
from support.folders import ROOT

from mimo_cli import extras


@pytest.mark.parametrize(
    ("prefix", "command"),
    [
        ("/usr", "/usr/bin/python3 -m pip install pillow pillow-heif"),
        ("/home/u/.venv", "/usr/bin/python3 -m pip install pillow pillow-heif"),
        (
            "/home/u/.local/share/pipx/venvs/mimo-chat-cli",
            "pipx inject mimo-chat-cli pillow pillow-heif",
        ),
        (
            "/a b/uv/tools/mimo-chat-cli",
            "uv pip install --python '/a b/uv/tools/mimo-chat-cli' pillow pillow-heif",
        ),
    ],
)
def test_the_command_is_that_of_the_installer(prefix: str, command: str) -> None:
    assert extras.installing(extras.IMAGES, prefix, "/usr/bin/python3") == command


def test_the_packages_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [it.partition(">")[0] for it in project["optional-dependencies"]["images"]]
    assert named == list(extras.IMAGES)
