"""A reply as HTTP sees it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Response(NamedTuple):
    """A reply's status and headers, and its body as far as it was read. Names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
