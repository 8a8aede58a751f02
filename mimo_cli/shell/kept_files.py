"""The scripts and pages that are in the package, as they are in the wheel's `share/`."""

from __future__ import annotations

from pathlib import Path

PAGE = "mimo.1"


def path(name: str) -> Path:
    """Return where one of them is."""
    return Path(__file__).with_name(name)


def read(name: str) -> str:
    """Return the text of one of them."""
    return path(name).read_text("utf-8")
