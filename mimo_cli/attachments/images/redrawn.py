"""What comes of making a picture anew, as values. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from mimo_cli.phrases import Phrase


class Redrawn(NamedTuple):
    """A picture made anew, as "JPEG" or "PNG"; `note` says from what to what, and what is lost."""

    data: bytes
    label: str
    note: Phrase


class TooHeavy(NamedTuple):
    """A picture that would take more memory than it may; `why` says how much."""

    why: Phrase
