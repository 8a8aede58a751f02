"""A reply as HTTP sees it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

PROXY_AUTHENTICATION_REQUIRED = 407
"""The status by which a proxy asks for a user name and password (RFC 9110, 15.5.8)."""


class Response(NamedTuple):
    """A reply's status and headers, and its body as far as it was read. Names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def content_type(self) -> str:
        """Return the Content-Type header, empty where there is none."""
        return self.headers.get("content-type", "")

    @property
    def charset(self) -> str:
        """Return the encoding that is declared of the body, in lower case; empty for none."""
        declared = "".join(self.content_type.lower().split()).partition("charset=")[2]
        return declared.partition(";")[0].partition(",")[0].strip("\"'")
