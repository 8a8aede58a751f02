"""What of a file cannot be read: left out, and the user is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Row = TypeVar("Row")
Value = TypeVar("Value")


class UnreadableError(ValueError):
    """A row holds what no version of this program has written."""


class Losses:
    """Rows that cannot be read: they are left out, and the user is told of the first."""

    def __init__(self, notice: Callable[[Phrase], None]) -> None:
        self._notice = notice
        self.any = False

    def readable(self, rows: Iterable[Row], read: Callable[[Row], Value]) -> Iterator[Value]:
        """Yield what `read` makes of rows, but of those for which it raises `UnreadableError`."""
        for row in rows:
            try:
                yield read(row)
            except UnreadableError:
                self.tell()

    def look(self, rows: Iterable[Row], read: Callable[[Row], object]) -> None:
        """Tell if any of some rows cannot be read."""
        for _ in self.readable(rows, read):
            if self.any:
                break

    def tell(self) -> None:
        """Say, the first time, that something is left out."""
        if not self.any:
            self.any = True
            self._notice(
                Phrase("a part of the history is damaged and left out; mimo doctor says which")
            )
