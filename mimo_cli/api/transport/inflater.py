"""Unpacks what some servers compress without being asked to. Pure."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.errors import ProtocolError

_ANY_HEADER = zlib.MAX_WBITS | 32
"""zlib's own way to say "gzip or zlib"."""
_TEXT = (b"", b"{", b"[", b"<", b":", b"d", b"e", b"\xef")
"""How a text begins that can be told from a packed one."""


_NO_PACKING = (
    *("", "identity", "none", "null", "default", "plain", "text", "7bit", "8bit", "binary"),
    *("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "windows-1252", "gbk", "gb2312"),
)
"""What some write who pack nothing: other words for identity, transfer encodings, charsets."""
GZIP, DEFLATE = ("gzip", "x-gzip"), ("deflate",)
_MAGIC = b"\x1f\x8b"  # of gzip (RFC 1952, 2.3.1)
_METHOD = 8  # of zlib, and a check of both its bytes (RFC 1950, 2.2)


def packings(encodings: str) -> list[str]:
    """Return how a body is packed by its Content-Encoding: each name, the last one outermost."""
    names = [name.strip() for name in encodings.lower().split(",")]
    return [name for name in names if name not in _NO_PACKING]


def is_known(encodings: str) -> bool:
    """Return whether a Content-Encoding is one that an `Inflater` undoes."""
    return any(name in (*GZIP, *DEFLATE) for name in packings(encodings)[-1:])


class Inflater:
    """Unpacks gzip and zlib, unless what comes is not packed at all, whatever its header says.

    What stands behind the end is dropped, as browsers do, unless it is more of gzip. Of what is
    damaged all that stands before the damage is read.
    """

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_ANY_HEADER)
        self._begun = b""
        self._behind = b""
        self._is_packed: bool | None = None
        self.damage: ProtocolError | None = None
        """What is wrong in it; nothing is read behind that."""

    @property
    def has_ended(self) -> bool:
        """Whether all of it has come, as far as what is packed tells."""
        is_packed = self._is_packed or self._begun.startswith(_MAGIC)
        return self._member.eof or not is_packed

    def inflate(self, chunk: bytes) -> bytes:
        """Return what can be read by now."""
        if self._is_packed is False:
            return chunk
        if self.damage is not None:
            return b""
        before = self._member.copy(), self._behind
        try:
            found = self._unpack(chunk)
        except zlib.error as error:
            if (text := self._otherwise(chunk)) is not None:
                return text
            self.damage = _damaged(error)
            self._is_packed = True
            self._member, self._behind = before
            return _up_to_damage(self._unpack, chunk)
        if self._is_packed is None:
            self._begun += chunk
            self._is_packed = True if found or self._member.eof else None
        return found

    def _otherwise(self, chunk: bytes) -> bytes | None:
        """Return what can be read of what has neither gzip's form nor zlib's; None if it has.

        It is what some send as deflate, a stream without zlib's header, or not packed at all.
        """
        data = self._begun + chunk
        if self._is_packed is not None or _is_damaged(data):
            return None
        if data.lstrip()[:1] in _TEXT:
            self._is_packed = False
            return data
        raw = zlib.decompressobj(-zlib.MAX_WBITS)
        untouched = raw.copy()
        try:
            found = raw.decompress(data)
        except zlib.error as error:
            found = _up_to_damage(untouched.decompress, data)
            self._is_packed = found.lstrip()[:1] in _TEXT[1:]
            self.damage = _damaged(error) if self._is_packed else None
            return found if self._is_packed else data
        self._begun = b"" if found else data  # or it is too little to tell
        self._is_packed = True if found else None
        if found:
            self._member, self._behind = raw, b"\0"  # no member of gzip follows one without a head
        return found

    def _unpack(self, data: bytes) -> bytes:
        """Unpack, member after member: a proxy that flushes makes several (RFC 1952, 2.2)."""
        found = b""
        while data:
            if self._member.eof:
                data = self._behind + data
                if not data.startswith(_MAGIC):
                    self._behind = data[: len(_MAGIC)]  # nothing that begins so is gzip
                    break
                self._member, self._behind = zlib.decompressobj(_ANY_HEADER), b""
            found += self._member.decompress(data)
            data = self._member.unused_data
        return found

    def rest(self) -> bytes:
        """Return what came where that was too little to tell; nothing of what begins as gzip."""
        is_text = self._is_packed is None and not self._begun.startswith(_MAGIC)
        return self._begun if is_text else b""


def _up_to_damage(unpack: Callable[[bytes], bytes], data: bytes) -> bytes:
    """Unpack byte by byte: zlib gives nothing of what it was given together with damage."""
    found = []
    try:
        for at in range(len(data)):
            found.append(unpack(data[at : at + 1]))  # noqa: PERF401 - kept on an error
    except zlib.error:
        pass  # it was raised before
    return b"".join(found)


_CHECKS = ("incorrect data check", "incorrect length check")
"""What zlib calls it that all could be unpacked, and is not what was packed: it has no code."""


def _damaged(error: zlib.error) -> ProtocolError:
    """Return the error for what cannot be unpacked; zlib's own begins with a code."""
    from mimo_cli.api.transport import http_errors  # nobody asks for packed replies

    found = str(error).rpartition(": ")[2]
    return http_errors.wrong_checksum() if found in _CHECKS else http_errors.damaged_packing(found)


def _is_damaged(data: bytes) -> bool:
    """Return whether what cannot be unpacked is packed for all that.

    gzip begins as no text does. Of zlib, whose header may be one (`x^`), all but the checksum is
    whole then.
    """
    if data.startswith(_MAGIC):
        return True
    has_header = (
        data[:1] != b"" and data[0] & 15 == _METHOD and int.from_bytes(data[:2], "big") % 31 == 0
    )
    if not has_header:
        return False
    if not data[:2].decode("latin-1").isprintable():
        return True
    member = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        member.decompress(data[2:])
    except zlib.error:
        return False
    return member.eof
