"""The bytes of a request, and of an answer: events, and the chunks that they come in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mimo_cli.api.protocol.encode import EncodedRequest


def event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def delta(words: str) -> bytes:
    """A piece of an answer's text."""
    return event("content_block_delta", index=0, delta={"type": "text_delta", "text": words})


def chunk(data: bytes, extension: bytes = b"") -> bytes:
    """A chunk of HTTP/1.1, with extensions behind its size."""
    return b"%x%b\r\n%b\r\n" % (len(data), extension, data)


def sent_json(encoded: EncodedRequest) -> Any:
    """The JSON of a request, read back from its bytes."""
    return json.loads(b"".join(encoded.pieces()))
