"""The bytes in which a server sends an answer: events, and the chunks that they come in."""

from __future__ import annotations

import json
from typing import Any


def event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def delta(words: str) -> bytes:
    """A piece of an answer's text."""
    return event("content_block_delta", index=0, delta={"type": "text_delta", "text": words})


def chunk(data: bytes, extension: bytes = b"") -> bytes:
    """A chunk of HTTP/1.1, with extensions behind its size."""
    return b"%x%b\r\n%b\r\n" % (len(data), extension, data)
