"""API keys as people paste them, and as they may be shown. Pure."""

from __future__ import annotations

import re

from mimo_cli.errors import AuthError
from mimo_cli.phrases import Phrase

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


_KEY = r"\b(?:sk|tp)-[\w-]{12,}"


def is_like_key(text: str) -> bool:
    """Return whether there is something in a text that looks like one of MiMo's keys."""
    return re.search(_KEY, text) is not None


def mask_all(text: str) -> str:
    """Return a text with what looks like one of MiMo's keys masked: some stand in odd places."""
    return re.sub(_KEY, lambda match: mask(match.group()), text)


def mask(key: str) -> str:
    """Return a key as it may be shown: its family and last four characters, if it is long."""
    enough = 12
    return f"{key[:3]}…{key[-4:]}" if len(key) >= enough else "…"
