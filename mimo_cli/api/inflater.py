"""Unpacks what some servers compress without being asked to. Pure."""

from __future__ import annotations

import zlib

from mimo_cli.errors import ProtocolError

_ANY_HEADER = zlib.MAX_WBITS | 32
"""zlib's own way to say "gzip or zlib"."""


def is_known(encodings: str) -> bool:
    """Whether a Content-Encoding is one that an `Inflater` undoes."""
    names = [name.strip() for name in encodings.lower().split(",")]
    packed = [name for name in names if name not in ("", "identity")]
    return packed[-1:] in (["gzip"], ["x-gzip"], ["deflate"])


class Inflater:
    """Unpacks gzip and zlib, unless what comes is not packed at all, whatever its header says."""

    def __init__(self) -> None:
        self._unpack = zlib.decompressobj(_ANY_HEADER).decompress
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
            if self._is_packed:
                raise ProtocolError("the server's reply makes no sense", str(error)) from error
            self._is_packed = False
            return self._begun + chunk
        if self._is_packed is None:
            self._begun += chunk
            self._is_packed = True if found else None
        return found

    def rest(self) -> bytes:
        """Return what came where that was too little to tell."""
        return self._begun if self._is_packed is None else b""
