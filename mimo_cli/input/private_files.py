"""Files that look like somebody's secrets: only who names one himself may send it. Pure."""

from __future__ import annotations

import base64
import fnmatch
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import PurePath

_NAMES = ("id_*", "credentials*")  # a text for people may be called so too
_KEYS = (
    *("*.pem", "*.key", "*.p12", "*.pfx", "*.ppk", "*.tfstate", "*.tfstate.*"),
    *(".netrc", "_netrc", ".npmrc", *_NAMES),
)
_TEXTS = (".md", ".txt", ".prompt")
_PLACES = (
    *(".git", ".svn", ".hg", ".ssh", ".aws", ".azure", ".gnupg", ".kube", ".docker", ".env*"),
    *(".config", ".gcloud", ".password-store", ".netrc*", ".npmrc*", ".pypirc*", ".pgpass*"),
)
_MARK = "PRIVATE KEY"
_MARKS = (
    *("PRIVATE KEY-----", "PRIVATE KEY BLOCK-----", "SSH2 ENCRYPTED PRIVATE KEY ----"),
    *("PuTTY-User-Key-File-", "AGE-SECRET-KEY-1"),
)
_CODES = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
# A key's first line in base64, as Kubernetes and CI systems keep it; certificates are kept so too.
_IN_BASE64 = r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{2,46}"
_QUARTET = 4
# On a line of its own, or as in JSON, with what comes next behind an escape.
_BEGIN = (
    r"(?m)^[ \t]*-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[ \t\r]*$"
    r"|-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\\r)?\\n[A-Za-z0-9+/]{16}"
)


def is_hidden(parts: Iterable[str]) -> bool:
    """Return whether a file, or a folder on the way to it, is one that listings leave out."""
    return any(part.startswith(".") for part in parts)


def is_like_key(name: str) -> bool:
    """Return whether a file's name is like those of keys and passwords, in capitals too."""
    return _is_like(name, _KEYS)


def is_authors(path: PurePath) -> bool:
    """Return whether a file of a project may be a text that its authors hand on.

    Not in a place where secrets are kept, hidden only as a text (`.github/x.md`), no key's name.
    """
    is_text = path.suffix.lower() in _TEXTS
    if any(_is_like(part, _PLACES) for part in path.parts):
        return False
    if is_hidden(path.parts) and not is_text:
        return False
    return not is_like_key(path.name) or (is_text and _is_like(path.name, _NAMES))


def holds_key(text: str) -> bool:
    """Return whether there is a private key in a text, not only a word on one."""
    return _MARK in text and re.search(_BEGIN, text) is not None


def may_hold_secret(text: str, secrets: Iterable[str]) -> bool:
    """Return whether a text that nobody named has a private key in it, or what looks like one.

    `secrets` are others that it must not have: our own keys. A word on keys is enough here. Escape
    sequences hide none: they may be taken out before it is sent.
    """
    if "\x1b" in text:
        from mimo_cli.text.ansi import strip_ansi  # few have any

        text = f"{text}\n{strip_ansi(text)}"
    if any(it in text for it in (*_MARKS, *filter(None, secrets))):
        return True
    return any(_is_key_in_base64(it[0]) for it in re.finditer(_IN_BASE64, text))


def may_bytes_hold_secret(data: bytes, secrets: Iterable[str]) -> bool:
    """Return whether bytes hold what no text may, whatever encoding they are read in."""
    words = (*_MARKS, *filter(None, secrets))
    if any(it.encode(code) in data for it in words for code in _CODES):
        return True
    return any(
        _is_key_in_base64(it[0].decode("ascii"))
        for it in re.finditer(_IN_BASE64.encode("ascii"), data)
    )


def _is_key_in_base64(text: str) -> bool:
    whole = text[: len(text) // _QUARTET * _QUARTET]
    return _MARK.encode("ascii") in base64.b64decode(whole)


def _is_like(name: str, patterns: tuple[str, ...]) -> bool:
    return _any_of(patterns).match(name.lower()) is not None


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return one expression for all of them: a folder may have many names."""
    return re.compile("|".join(map(fnmatch.translate, patterns)))
