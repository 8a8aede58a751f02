"""API keys as people paste them, and as they may be shown. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mimo_cli.errors import AuthError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = re.compile(r"^(?:api-key|x-api-key|authorization)\s*:\s*|^bearer\s+", re.IGNORECASE)
_INVISIBLE = dict.fromkeys((*range(0x200B, 0x2010), 0x2060, 0xFEFF))


def parse_key(text: str, source: str) -> str:
    """Return a key as people paste it, without the white space, quotes and header name around it.

    Raises:
        AuthError: something is in it that no key has. The message names the place, not the key.
    """
    key = text.translate(_INVISIBLE).strip()
    while (match := _PREFIX.match(key)) or (len(key) > 1 and key[0] == key[-1] and key[0] in "\"'"):
        key = key[match.end() :].strip() if match else key[1:-1].strip()
    for position, char in enumerate(key, start=1):
        if not "!" <= char <= "~" or char in "\"'":
            from mimo_cli.advice import SetKeyAgain  # most keys are right

            raise AuthError(
                Phrase("the API key is not right"),
                Phrase(
                    "it contains character U+{code:04X} at {position}",
                    code=ord(char),
                    position=position,
                ),
                SetKeyAgain(source),
            )
    if not key:
        raise AuthError(
            Phrase("the API key is empty"), Phrase("it came from {source}", source=source)
        )
    return key


_START = r"(?:sk|tp)-"
_TAIL = r"[A-Za-z0-9_-]{12,200}"  # as much as is looked at
_REST = r"[A-Za-z0-9_-]*"
_WORD = r"[A-Za-z]*\d*|\d+[a-z]{0,2}|\d{8}T\d{6}Z?"
"""Of a name, between its hyphens: letters with a number behind, a number or a time."""
_RANDOM, _LONGER_THAN_WORDS = 10, 24  # characters


def find_keys(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of what looks like one of MiMo's keys in a text.

    A key that stands by itself begins with its family, and is long. One behind letters
    (`--api-keysk-…`) may be the end of a word (`task-…`, `http-…`): its tail has to be random, too.
    """
    end = 0
    start = re.compile(_START)
    while match := start.search(text, end):
        end = match.end()
        tail = re.compile(_TAIL).match(text, end)
        if tail is None:
            continue
        before = text[match.start() - 1 : match.start()]
        if not (before.isascii() and before.isalnum()) or _is_random(tail[0]):
            rest = re.compile(_REST).match(text, tail.end())
            end = tail.end() if rest is None else rest.end()
            yield match.start(), end


def _is_random(tail: str) -> bool:
    """Return whether a tail is no name: a part of it is no word, by its length or its signs."""
    parts = re.split("[_-]", tail)
    odd = sum(len(it) for it in parts if not re.fullmatch(_WORD, it))
    return odd >= _RANDOM or max(map(len, parts)) >= _LONGER_THAN_WORDS


def is_like_key(text: str) -> bool:
    """Return whether there is something in a text that looks like one of MiMo's keys."""
    return any(True for _ in find_keys(text))


def mask_all(text: str) -> str:
    """Return a text with what looks like one of MiMo's keys masked: some stand in odd places."""
    shown, end = "", 0
    for start, behind in find_keys(text):
        shown += text[end:start] + mask(text[start:behind])
        end = behind
    return shown + text[end:]


def mask(key: str) -> str:
    """Return a key as it may be shown: its family and last four characters, if it is long."""
    enough = 12
    return f"{key[:3]}…{key[-4:]}" if len(key) >= enough else "…"
