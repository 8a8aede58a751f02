"""Histories in a folder, closed at the end of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.history.journal import FILE
from mimo_cli.history.store import History

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Histories:
    """Histories in a `folder`, and what users would be told."""

    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        self.folder = folder
        self.file = folder / FILE
        self.notices: list[str] = []
        self._now = now
        self._opened: list[History] = []

    def open(self) -> History:
        """One more of them, as another process would have it."""
        history = History(self.folder, now=self._now, notice=self.notices.append)
        self._opened.append(history)
        return history

    def close(self) -> None:
        """Closes all that were opened."""
        for history in self._opened:
            history.close()

    def holds(self, data: bytes) -> bool:
        """Whether the beginning of a page of it is anywhere in the folder."""
        part = data[len(data) // 2 : len(data) // 2 + 64]
        return any(part in path.read_bytes() for path in self.folder.iterdir())
