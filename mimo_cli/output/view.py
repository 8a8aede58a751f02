"""What shows an answer while it comes: on a terminal, in a pipe, as JSON. Pure."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Protocol

from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.protocol.messages import StreamItem
    from mimo_cli.errors import Failure


class Awaited(NamedTuple):
    """Who is waited for until the first byte comes, as far as that is known."""

    model: str = ""
    host: str = ""


class View(Protocol):
    """Shows one answer while it comes."""

    @property
    def has_begun(self) -> bool:
        """Whether the screen shows that there is an answer to come."""
        return True

    @property
    def tells_deltas(self) -> bool:
        """Whether each delta is shown as one, and not only the text that they make."""
        return False

    def seconds_until_redraw(self) -> float | None:
        """Return when `show` wants to be called even if nothing has come; None for never."""
        return None

    @abstractmethod
    def show(self, events: Sequence[StreamItem]) -> None:
        """Show what has just come, at once."""

    def abandon(self) -> None:
        """Leave a terminal sane, and write nothing more: the program ends by a bug."""
        return

    @abstractmethod
    def close(self, error: Failure | None) -> None:
        """End the answer, whole or not: leave the output on a new line.

        `error` is what ended it before its time.
        """
