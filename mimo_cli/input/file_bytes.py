"""What the bytes of a file or of a pipe are, and how many of them are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.errors import UsageError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    Limit = Callable[["Read"], int]
    """Returns how many bytes are taken of such a thing; raises a UsageError if it has more."""

LARGEST_TEXT = 10 * 1024 * 1024
"""Bytes of text, each of stdin and files."""

PATIENCE = 60.0
"""Seconds for a pipe, where nothing else limits them."""

HEAD = 4096
"""Bytes that are enough to tell what something is."""

_PLAIN_BEGINNINGS = (b"%PDF-", b"GIF8")  # of what is no text, and may look like one for long
_BLANK = b" \t\r\n\f\xef\xbb\xbf"  # what may stand before them
_LONGEST_CHARACTER = 4


class Read(NamedTuple):
    """What is being read, and has that `name`: its first bytes, and how many there are.

    One that is not whole, a pipe, has more than those that came so far, perhaps.
    """

    head: bytes
    size: int
    name: str
    is_whole: bool = False


def text_limit(read: Read) -> int:
    """Return how many bytes of a text are taken (a `Limit`)."""
    check_size(read.size, read.name)
    return LARGEST_TEXT


def check_size(size: int, name: str) -> None:
    """Refuse a text of more bytes than any that may be sent; `name` is what to call it.

    Raises:
        UsageError: it is.
    """
    if size > LARGEST_TEXT:
        what = Phrase("{name} is too large", name=name)
        raise UsageError(what, more_than_most(), Phrase("Send a part of it."))


def more_than_most() -> Phrase:
    """Return why a text is too large to be sent."""
    return Phrase("more than {count} MB", count=LARGEST_TEXT // 1024 // 1024)


def is_plain(data: bytes) -> bool:
    """Return whether bytes begin as a text in UTF-8 does, and no picture, recording or film."""
    head = data[:HEAD]
    if b"\0" in head or head.lstrip(_BLANK).startswith(_PLAIN_BEGINNINGS):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        is_cut = len(data) > HEAD and error.start > HEAD - _LONGEST_CHARACTER
        return is_cut and error.reason == "unexpected end of data"
    return True
