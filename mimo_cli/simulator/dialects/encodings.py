"""Content encodings, made piece by piece so that a stream still flows. Pure.

The standard library compresses for `gzip` alone. For the others each byte is a stored block of its
own: a decoder gives the text back, and to anybody else it is as unreadable as compressed text is.
"""

from __future__ import annotations

import zlib

_GZIP = 16 + zlib.MAX_WBITS

# RFC 7932, from the lowest bit. The start: a window of 16 bits (0), and a block of no data (0 11 0
# 00), after which blocks begin with a byte. A block: not the last (0), its length less one in 16
# bits (00 and those), not compressed (1).
_BROTLI_START = b"\x0c"
_BROTLI_BLOCK = (1 << 19).to_bytes(3, "little")
_BROTLI_END = b"\x03"  # the last (1), and empty (1)

# RFC 8878: the magic number, neither size nor checksum, a window of 1 MiB. A block: its length
# above three bits of which the lowest says that it is the last.
_ZSTD_START = b"\x28\xb5\x2f\xfd\x00\x50"
_ZSTD_BLOCK = (1 << 3).to_bytes(3, "little")
_ZSTD_END = b"\x01\x00\x00"

Pieces = tuple[bytes, ...]


def gzip(pieces: Pieces) -> Pieces:
    """Compress, and flush after each piece."""
    compressor = zlib.compressobj(wbits=_GZIP)
    made = [compressor.compress(piece) + compressor.flush(zlib.Z_SYNC_FLUSH) for piece in pieces]
    return _append_end(made, compressor.flush())


def brotli(pieces: Pieces) -> Pieces:
    """Write meta-blocks that are not compressed, of a byte each."""
    return _store(pieces, _BROTLI_START, _BROTLI_BLOCK, _BROTLI_END)


def zstd(pieces: Pieces) -> Pieces:
    """Write one frame of raw blocks, of a byte each."""
    return _store(pieces, _ZSTD_START, _ZSTD_BLOCK, _ZSTD_END)


def leave_plain(pieces: Pieces) -> Pieces:
    """Leave it as it is, whatever the header says."""
    return pieces


def _store(pieces: Pieces, start: bytes, block: bytes, end: bytes) -> Pieces:
    blocks = [block + bytes((byte,)) for byte in range(256)]
    made = [b"".join(map(blocks.__getitem__, piece)) for piece in pieces]
    return _append_end([start + b"".join(made[:1]), *made[1:]], end)


def _append_end(pieces: list[bytes], end: bytes) -> Pieces:
    """Put what ends the pieces behind the last."""
    return (*pieces[:-1], b"".join(pieces[-1:]) + end)
