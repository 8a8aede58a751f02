"""What a body of status 200 is, by its first bytes rather than by what is declared. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mimo_cli.api.response import Response

Kind = Literal["events", "message", "page"]

BLANK = b"\xef\xbb\xbf \t\r\n"
"""A byte-order mark and white space, which may stand before anything."""

GZIP = b"\x1f\x8b"
"""How gzip begins (RFC 1952, 2.3.1)."""

ZSTD = b"\x28\xb5\x2f\xfd"
"""How zstd begins (RFC 8878, 3.1.1)."""

EVENTS = (b":", b"data", b"event", b"id:", b"retry")
"""How a stream of events begins, in however small a part."""

_READABLE = ("identity", "gzip", "x-gzip", "deflate")
_STARTS = (b"{", b"[", b"<", *EVENTS)
_NO_TEXT = bytes(it for it in range(32) if it not in b"\t\n\f\r\x1b")
_LOOKED_AT = 256
"""Bytes of a body among which one of those is, if it is compressed and happens to begin as text."""
_LINES = (b'{"type":"message_', b'{"type":"ping"', b'{"type":"content_', b'{"message":{')
"""How events begin, without white space, in a line that has no `data:`."""
_HEAD = 64
_LONGEST_LINE = 64 * 1024
_LETTERS = 8
"""Bytes at the beginning of a body in which an encoding with wide letters has a zero."""


def kind(response: Response, first: bytes) -> Kind:
    """Return what a body is that begins with these bytes: its declared type, unless they differ."""
    start = first.lstrip(BLANK)[:1]
    if start == b"<":
        return "page"
    if start in (b"{", b"["):
        return "events" if _is_declared(response) and _is_bare_event(first) else "message"
    if start == b"" and not _is_declared(response):
        return "message"
    return "events"


def is_undecided(response: Response, first: bytes) -> bool:
    """Return whether more is needed to tell: of what may be an event's line its end."""
    text = first.lstrip(BLANK)
    if not text:
        return True
    if not _is_declared(response) or len(text) > _LONGEST_LINE or b"\n" in text or b"\r" in text:
        return False
    head = b"".join(text[:_HEAD].split())
    return any(it.startswith(head) or head.startswith(it) for it in _LINES)


def _is_declared(response: Response) -> bool:
    return "event-stream" in response.content_type


def _is_bare_event(first: bytes) -> bool:
    """Return whether a body begins with an event of the protocol in a line without `data:`."""
    from mimo_cli.api.protocol.odd import bare  # hardly any does

    line = first.lstrip(BLANK).splitlines()[0].decode("utf-8", "replace")
    return bare.begins_stream(line)


def unknown_compression(
    response: Response, first: bytes, looked_at: int | None = _LOOKED_AT
) -> str:
    """Return how a body is compressed that nobody can read here; empty if it can be read.

    So many bytes are looked at where it begins as text, None for all: a reply that goes well may
    have a sign in it that does not belong there.

    Nothing was asked for but plain text. Some gateways hand on the header of a body that they
    have unpacked, so the bytes decide.
    """
    declared = response.headers.get("content-encoding", "").lower().split(",")
    names = (name.strip() for name in declared)
    unknown = next((name for name in names if name and name not in _READABLE), "")
    for beginning, name in ((GZIP, "gzip"), (ZSTD, "zstd")):
        if first.startswith(beginning):
            return unknown or name
    is_plain = first.lstrip(BLANK).startswith(_STARTS) and _may_be_text(first[:looked_at])
    return "" if is_plain else unknown


def _may_be_text(first: bytes) -> bool:
    """Return whether a body's beginning has no sign that is none of a text."""
    if may_be_wide(first):
        first = first[:_LETTERS].replace(b"\0", b"")  # behind its beginning any byte may stand
    return len(first.translate(None, _NO_TEXT)) == len(first)


def may_be_wide(first: bytes) -> bool:
    """Return whether a body may be in an encoding with more than one byte for each letter."""
    return b"\0" in first[:_LETTERS]
