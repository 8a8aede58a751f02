"""What goes along with a question's words, as values. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mimo_cli.api.protocol.messages import Media, Text
from mimo_cli.input import compose
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mimo_cli.api.protocol.messages import Block


class TextFile(NamedTuple):
    """A file's text, sent between tags that give its `name`.

    `is_found`: it is one of a folder, or of a pattern, and was not named itself.
    """

    name: str
    text: str
    is_found: bool = False


class Film(NamedTuple):
    """How films are looked at; None is the service's choice.

    `fps` is how many frames of a second, `media_resolution` how closely each.
    """

    fps: float | None = None
    media_resolution: Literal["default", "max"] | None = None


ANY_FILM = Film()

Attachment = TextFile | Media
"""One thing that goes along; each has a `name`."""


def is_film(it: Attachment) -> bool:
    """Return whether something attached is a film."""
    return isinstance(it, Media) and it.kind == "video"


def question(words: str, attached: Sequence[Attachment], piped: str = "") -> tuple[Block, ...]:
    """Return the blocks of a question: media, and then its words with all texts between tags.

    Media alone are a question too.

    Raises:
        UsageError: there is nothing in it.
    """
    media = tuple(it for it in attached if isinstance(it, Media))
    texts = [(it.name, it.text) for it in attached if isinstance(it, TextFile)]
    if media and not (texts or words.strip() or piped.strip()):
        return media
    return (*media, Text(compose.compose(words, texts, piped)))
