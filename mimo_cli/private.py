"""Files that look like somebody's secrets: only who names one himself may send it. Pure."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_KEYS = ("*.pem", "*.key", "*.p12", "*.pfx", "id_*", "*.tfstate", "credentials*")
_MARK = "PRIVATE KEY-----"


def is_hidden(parts: Iterable[str]) -> bool:
    """Return whether a file, or a folder on the way to it, is one that listings leave out."""
    return any(part.startswith(".") for part in parts)


def is_like_key(name: str) -> bool:
    """Return whether a file's name is like those of keys and passwords, in capitals too."""
    return any(fnmatch.fnmatchcase(name.lower(), it) for it in _KEYS)


def holds_key(text: str) -> bool:
    """Return whether there is a private key in a text."""
    return _MARK in text
