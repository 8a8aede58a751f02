"""How bytes become text: in which encoding, and what a user can do where they are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.phrases import Phrase


Remedy = Literal["option", "restart", "convert", "locale"]
"""What a user can do about an encoding: name it, begin a chat with its name, save the file in
another one, or say which one the terminal speaks."""


class TextFormat(NamedTuple):
    """How bytes become text; `lossy` replaces what is not of the encoding.

    `tell` is called with what is odd about bytes that could be read.
    """

    encoding: str = "utf-8"
    lossy: bool = False
    remedy: Remedy = "convert"
    tell: Callable[[Phrase], None] | None = None

    @property
    def is_utf8(self) -> bool:
        """Whether it is the usual encoding."""
        return self.encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig", "u8")
