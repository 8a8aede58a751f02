"""Packages that are not always there, and how this installation gets them. Pure.

Not by this program's name, which a package index may know as somebody else's.
"""

from __future__ import annotations

import shlex
import sys

from mimo_cli.phrases import CommandLine

IMAGES = ("pillow", "pillow-heif")
"""What the extra `images` is made of."""

PILLOW = "PIL"
"""The module that is there where the extra `images` is."""


LARGE_PICTURE = 8_388_608
"""Pixels from which on the extra `images` makes a picture smaller: the service looks at no more."""


def installing(
    packages: tuple[str, ...], prefix: str = sys.prefix, python: str = sys.executable
) -> CommandLine:
    """Return the command that adds packages to this installation, which is in `prefix`.

    pipx and uv keep each program in an environment of its own, in a folder of that name.
    """
    match prefix.split("/")[-3:]:
        case ["pipx", "venvs", program]:
            words = ["pipx", "inject", program]
        case ["uv", "tools", _]:
            words = ["uv", "pip", "install", "--python", prefix]
        case _:
            words = [python, "-m", "pip", "install"]
    return CommandLine(shlex.join([*words, *packages]))
