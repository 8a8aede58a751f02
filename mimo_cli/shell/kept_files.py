"""The scripts and pages that are in the package, as they are in the wheel's `share/`."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
PAGE = FOLDER / "mimo.1"


def read(name: str) -> str:
    """Return the text of one of them."""
    return (FOLDER / name).read_text("utf-8")
