"""A text that grows by small pieces, held in few large ones. Pure."""

from __future__ import annotations

_MOST = 256
"""Pieces that are held apart: each takes 50 bytes besides its characters."""
_LONGEST = 6 * 1024
"""Characters that are held in pieces; a large text in small ones leaves holes in memory."""
_LARGE = 1024
"""Characters of a piece that is held as it came, as other buffers of the same text hold it."""


class TextBuffer:
    """Collects the pieces of a text, in linear time and in little more than the text's own size."""

    __slots__ = ("_left", "_pieces", "_runs")

    def __init__(self) -> None:
        self._runs: list[str] = []
        self._pieces: list[str] = []
        self._left = _LONGEST

    def append(self, piece: str) -> None:
        """Add more of the text."""
        if len(piece) >= _LARGE:
            self._join()
            self._runs.append(piece)
            return
        self._pieces.append(piece)
        self._left -= len(piece)
        if self._left <= 0 or len(self._pieces) == _MOST:
            self._join()

    def _join(self) -> None:
        if self._pieces:
            self._runs.append("".join(self._pieces))
            self._pieces.clear()
            self._left = _LONGEST

    def __bool__(self) -> bool:
        """Return whether anything was added, an empty piece too."""
        return bool(self._pieces or self._runs)

    def __str__(self) -> str:
        return "".join([*self._runs, *self._pieces])
