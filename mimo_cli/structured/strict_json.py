"""JSON by the letter (RFC 8259), and no more of it than can be handled. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mimo_cli.phrases import Phrase


class NoJsonError(Exception):
    """A text is no JSON that can be used: `why`, for people and, in English, for the model."""

    def __init__(self, why: Phrase) -> None:
        super().__init__(why)
        self.why = why


def read(text: str) -> Any:
    """Return the value of a text that is JSON from its first character to its last.

    Raises:
        NoJsonError: it is none; a number is too large, a name stands twice in an object, or it is
            nested too deeply.
    """
    raise NotImplementedError
