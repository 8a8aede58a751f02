"""Unpacks what some servers compress without being asked to. Pure."""

from __future__ import annotations

import zlib

from mimo_cli.api.protocol.fields import NO_SENSE
from mimo_cli.errors import ProtocolError
from mimo_cli.phrases import verbatim

_ANY_HEADER = zlib.MAX_WBITS | 32
"""zlib's own way to say "gzip or zlib"."""
_TEXT = (b"", b"{", b"[", b"<", b":", b"d", b"e", b"\xef")
"""How a text begins that can be told from a packed one."""


def is_known(encodings: str) -> bool:
    """Return whether a Content-Encoding is one that an `Inflater` undoes."""
    names = [name.strip() for name in encodings.lower().split(",")]
    packed = [name for name in names if name not in ("", "identity")]
    return packed[-1:] in (["gzip"], ["x-gzip"], ["deflate"])


class Inflater:
    """Unpacks gzip and zlib, unless what comes is not packed at all, whatever its header says."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_ANY_HEADER)
        self._begun = b""
        self._is_packed: bool | None = None

    def inflate(self, chunk: bytes) -> bytes:
        """Return what can be read by now.

        Raises:
            ProtocolError: it is damaged.
        """
        if self._is_packed is False:
            return chunk
        try:
            found = self._unpack(chunk)
        except zlib.error as error:
            if self._is_packed is None:
                raw = self._without_header(self._begun + chunk)
                if raw is not None:
                    self._is_packed = True
                    return raw
            if self._is_packed:
                raise ProtocolError(NO_SENSE, verbatim(str(error))) from error
            self._is_packed = False
            return self._begun + chunk
        if self._is_packed is None:
            self._begun += chunk
            self._is_packed = True if found else None
        return found

    def _unpack(self, data: bytes) -> bytes:
        """Unpack, member after member: a proxy that flushes makes several (RFC 1952, 2.2)."""
        found = self._member.decompress(data)
        while rest := self._member.unused_data:
            self._member = zlib.decompressobj(_ANY_HEADER)
            found += self._member.decompress(rest)
        return found

    def _without_header(self, data: bytes) -> bytes | None:
        """Unpack what some send as deflate: a stream without zlib's header; None if it is none."""
        if data.lstrip()[:1] in _TEXT:
            return None
        member = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            found = member.decompress(data)
        except zlib.error:
            return None  # not packed at all, then
        self._member = member
        return found

    def rest(self) -> bytes:
        """Return what came where that was too little to tell."""
        return self._begun if self._is_packed is None else b""
