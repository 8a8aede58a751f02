"""The JSON in a body that is not JSON alone: in an event, among lines, behind a guard. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

from mimo_cli.api.protocol import sse
from mimo_cli.errors import ProtocolError

_SSE = rb"\s*(?:data|event|id|retry|)\s*:"


def parse(body: bytes) -> Any:
    """Return the JSON of a body, also of one in the form of an event, or of its first line.

    Or of its last, where PHP's warnings or a guard against scripts (`)]}'`) stand before it. None
    if it is no JSON: a page, a text, or cut off. The caller shows it as it is.
    """
    if re.match(_SSE, body):
        body = _first_data(body)
    lines = body.strip()
    for data in (body, lines.partition(b"\n")[0], _last_object(lines)):
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            continue
    return None


def _last_object(body: bytes) -> bytes:
    line = body.rpartition(b"\n")[2]
    return line if line.startswith(b"{") else b""


def _first_data(body: bytes) -> bytes:
    try:
        events = sse.SseDecoder().feed(body.strip() + b"\n\n")
        return next((data for _, data in events if data.lstrip().startswith("{")), "").encode()
    except ProtocolError:
        return b""  # too large to be an error's text
