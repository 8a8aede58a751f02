"""Integers out of bytes that may end too early: what is missing counts as nothing. Pure."""

from __future__ import annotations

_BYTE = 0xFF
_CONTROLS = bytes(it for it in range(0x20) if it not in b"\b\t\n\v\f\r\x1b")


def big(data: bytes, at: int, size: int) -> int:
    """Return the big-endian number of `size` bytes."""
    return int.from_bytes(data[at : at + size], "big")


def little(data: bytes, at: int, size: int) -> int:
    """Return the little-endian number of `size` bytes."""
    return int.from_bytes(data[at : at + size], "little")


def has_controls(head: bytes) -> bool:
    """Return whether there are characters that no text has, in whatever encoding of bytes."""
    return len(head.translate(None, _CONTROLS)) < len(head)


def syncsafe(data: bytes, at: int) -> int | None:
    """Return a number of four bytes with seven bits each, as ID3 writes it; None if it is none."""
    four = data[at : at + 4]
    if len(four) < 4 or max(four) > _BYTE >> 1:  # four bytes
        return None
    return four[0] << 21 | four[1] << 14 | four[2] << 7 | four[3]
