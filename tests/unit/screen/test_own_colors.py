"""The colours of the program's own words: what is to be read can be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from support.harness import environ_for, mimo

from mimo_cli.output.console import Role, in_role
from mimo_cli.screen import tty
from mimo_cli.simulator import Simulator

if TYPE_CHECKING:
    from pathlib import Path

RED_AND_YELLOW = {
    "xterm": ("cd0000", "cdcd00"),
    "vscode": ("cd3131", "949800"),
    "tango": ("cc0000", "c4a000"),
    "gnome": ("c01c28", "a2734c"),
    "campbell": ("c50f1f", "c19c00"),
    "macos": ("990000", "999900"),
    "iterm": ("c91b00", "c7c400"),
}
ENOUGH = 4.5  # WCAG 2.2, 1.4.3


def contrast_on_white(color: str) -> float:
    parts = [part / 255 for part in bytes.fromhex(color)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


@pytest.mark.parametrize("role", ["warning", "error"])
@pytest.mark.parametrize("palette", RED_AND_YELLOW)
def test_words_can_be_read_on_white(role: Role, palette: str) -> None:
    code = re.match(r"\x1b\[3([13])mwords\x1b\[0m$", in_role(role, "words", light=True))
    assert code is not None
    assert contrast_on_white(RED_AND_YELLOW[palette][int(code[1]) // 2]) >= ENOUGH


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environ", "style"),
    [
        ({}, "\x1b[33m"),
        ({"COLORFGBG": "0;15"}, "\x1b[31m"),
        ({"MIMO_THEME": "light"}, "\x1b[31m"),
        ({"COLORFGBG": "0;15", "MIMO_THEME": "dark"}, "\x1b[33m"),
        ({"COLORFGBG": "0;15", "NO_COLOR": "1"}, ""),
        ({"MIMO_COLOR": "never"}, ""),
    ],
)
def test_a_warning_has_the_colour_of_the_background(
    environ: dict[str, str], style: str, tmp_path: Path
) -> None:
    file = tmp_path / "c.toml"
    file.write_text("nonsense = 1\n")
    file.chmod(0o600)
    with Simulator() as simulator:
        asking = environ_for(simulator, MIMO_CONFIG=str(file), FORCE_COLOR="1", **environ)
        said = mimo("ask", "hi", environ=asking).err
    end = "\x1b[0m" if style else ""
    assert said.startswith(f"{style}mimo: warning:{end} unknown setting 'nonsense'")


@pytest.mark.parametrize(
    ("variable", "theme", "light"),
    [("", "auto", False), ("0;15", "auto", True), ("15;0", "light", True), ("0;15", "dark", False)],
)
def test_the_setting_wins_over_what_the_terminal_says(
    variable: str, theme: str, light: bool
) -> None:
    assert tty.is_light({"COLORFGBG": variable}, theme) is light  # type: ignore[arg-type]  # a table
