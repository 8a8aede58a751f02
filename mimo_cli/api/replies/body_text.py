"""The text of a body that is no answer: in whatever encoding, as JSON, a page or plain. Pure."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from mimo_cli.api.protocol.odd import pages
from mimo_cli.api.replies import error_body
from mimo_cli.phrases import NOTHING, Phrase, verbatim

_DEFAULTS = ("iso-8859-1", "latin1", "windows-1252", "us-ascii", "ascii")
"""What servers say of a text of which they know nothing."""


def as_utf8(body: bytes, declared: str = "") -> bytes:
    """Return a body as UTF-8 without a byte-order mark, what cannot be read in it replaced.

    UTF-16 and UTF-32 are told by their bytes; another encoding counts where it is declared and
    the body is no UTF-8. Where none is, or a false one, it is the one in which it is likely text.
    """
    if encoding := wide_encoding(body):
        return body.decode(encoding, "replace").lstrip("\ufeff").encode()
    try:
        return body.decode("utf-8-sig").encode()
    except UnicodeDecodeError:
        pass
    from mimo_cli.text import charsets

    name, likely = declared or "utf-8", charsets.likely(body)
    for encoding in (*likely, name) if name in _DEFAULTS else (name, *likely):
        if text := charsets.decode(body, encoding):
            return text.encode("utf-8", "replace")
    try:
        return body.decode(name, "replace").encode()
    except (LookupError, ValueError):  # no encoding of that name, or none of text
        return body.decode("utf-8-sig", "replace").encode()


def wide_encoding(body: bytes) -> str:
    """Return the name of an encoding with more than one byte for each letter, or nothing.

    By the zeros between the letters with which JSON, pages and events begin.
    """
    start = body[:8]
    encoding = json.detect_encoding(start)
    if b"\0" not in start or encoding.startswith("utf-8"):
        return ""
    first = start[: len(start) // 4 * 4].decode(encoding, "replace").lstrip("\ufeff")
    return encoding if first.isascii() and first.isprintable() and first else ""


class Words(NamedTuple):
    """What a body says: its own words, or where it has none, what it is.

    `is_title`: they are those of a page, and shown in quotes.
    """

    text: str
    is_title: bool = False
    kind: Phrase = NOTHING

    @property
    def shown(self) -> Phrase:
        """Return them as they are told."""
        if self.is_title:
            return quoted(self.text)
        return verbatim(self.text) if self.text else self.kind


def words(body: bytes, content: Any) -> Words:
    """Return what an error body says; `content` is its JSON, None if it is none."""
    text = body.decode("utf-8", "replace").strip()
    if isinstance(content, dict | list | str):
        said = error_body.read(content).text
        return Words(said if said or not content else text)
    if not text.startswith("<"):
        return Words(text)
    if said := pages.title(text):
        return Words(said, is_title=True)
    return Words("", kind=Phrase("XML") if pages.is_xml(text) else Phrase("a web page"))


def quoted(title: str) -> Phrase:
    """Return a page's title as it is told."""
    return Phrase('"{title}"', title=title) if title else NOTHING
