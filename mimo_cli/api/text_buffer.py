"""A text that grows by small pieces, held in few large ones. Pure."""

from __future__ import annotations

_MOST = 256
"""Pieces that are held apart: each takes 50 bytes besides its characters."""


class TextBuffer:
    """Collects the pieces of a text, in linear time and in little more than the text's own size."""

    __slots__ = ("_pieces", "_runs")

    def __init__(self) -> None:
        self._runs: list[str] = []
        self._pieces: list[str] = []

    def append(self, piece: str) -> None:
        """Add more of the text."""
        self._pieces.append(piece)
        if len(self._pieces) == _MOST:
            self._runs.append("".join(self._pieces))
            self._pieces.clear()

    def __bool__(self) -> bool:
        """Whether anything was added, an empty piece too."""
        return bool(self._pieces or self._runs)

    def __str__(self) -> str:
        return "".join(self._runs) + "".join(self._pieces)
