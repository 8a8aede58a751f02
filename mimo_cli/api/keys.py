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


_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    (*range(0x2010, 0x2016), 0x2212, 0xFF0D), "-"
)
"""Signs that input methods and word processors put for those of a key, one for one."""
_START = r"(?:sk|tp)-"
_TAIL = r"[A-Za-z0-9_-]{12,200}"  # as much as is looked at
_REST = r"[A-Za-z0-9_-]*"
_ONE_CASE = r"[a-z]+|[A-Z]+"
_HUMPS = r"(?:[a-z]+|[A-Z]{1,3})?(?:[A-Z][a-z]{2,})+"
_NUMBER = r"\d{1,8}|\d{8}T\d{6}Z?"
_WORD = rf"(?=[A-Za-z]{{1,15}}(?![A-Za-z]))(?:{_ONE_CASE}|{_HUMPS})\d{{0,4}}|{_NUMBER}"
"""Of a name, between its hyphens: letters with a number behind, a number or a time."""
_LONG_WORD = rf"(?=[A-Za-z]{{1,23}}$)(?:{_ONE_CASE}|{_HUMPS})"
"""Behind letters, where a word goes on: `flask-internationalization`."""
_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"

_ODD, _ODD_MIXED, _ODD_OF_ONE_CASE = 7, 8, 16
"""Characters of a key's tail that are of no words, at least; the latter two behind letters.

Of random tails that have hyphens and are 24 characters long, 1 in 2500 has fewer.
"""


def find_keys(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of what looks like one of MiMo's keys in a text.

    It begins with its family, and is long. Names begin so, too (`tp-link-router-manual`), or have
    words that end so (`task-…`, `http-…`): their parts are words.
    """
    end = 0
    text = text if text.isascii() else text.translate(_PLAIN)
    start = re.compile(_START)
    while match := start.search(text, end):
        end = match.end()
        tail = re.compile(_TAIL).match(text, end)
        if tail is None:
            continue
        before = text[match.start() - 1 : match.start()]
        is_glued = before.isascii() and before.isalnum()
        if _is_random_behind_letters(tail[0]) if is_glued else _is_random(tail[0]):
            rest = re.compile(_REST).match(text, tail.end())
            end = tail.end() if rest is None else rest.end()
            yield match.start(), end


def _is_random(tail: str) -> bool:
    """Return whether what stands behind a family is no name.

    It is of one part, or of numbers alone, or some of its parts are odd.
    """
    return re.fullmatch(r"[^_-]*|[\d_-]*", tail) is not None or len(_odd(tail, _WORD)) >= _ODD


def _is_random_behind_letters(tail: str) -> bool:
    """Return whether what stands behind letters and a family is no name, but a key.

    Names have checksums and numbers of builds, but those are of one case; and UUIDs at their ends.
    """
    odd = _odd(re.sub(rf"(?:^|[_-]){_UUID}$", "", tail), f"{_WORD}|{_LONG_WORD}")
    is_mixed = odd.lower() != odd != odd.upper()
    return len(odd) >= (_ODD_MIXED if is_mixed else _ODD_OF_ONE_CASE)


def _odd(tail: str, word: str) -> str:
    """Return the parts of a tail that are no words, joined."""
    return "".join(it for it in re.split("[_-]", tail) if it and not re.fullmatch(word, it))


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
