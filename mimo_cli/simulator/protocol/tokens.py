"""How the simulator counts tokens, and what it counts as already cached. Pure but for the memory.

The tokeniser is simple on purpose, so that anyone can check a count by hand. Each of these is
one token, together with the white space before it:

- a run of up to 16 letters, digits and underscores (a longer word takes several);
- one Chinese, Japanese or Korean character;
- any other single character: punctuation, a symbol, an emoji's code point.

White space at the very end of a text is one more token. A prompt's tokens are those of its tools
(as compact JSON), its system text and its messages in that order, plus one for each message's role.
A media block counts as `MEDIA_TOKENS`, whatever its size.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MEDIA_TOKENS = 256
"""What one image, audio or video block counts for."""

CACHE_BLOCK = 64
"""Cached prefixes are counted in whole blocks of this many tokens."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"\s*+(?:[{_CJK}]|[^\W{_CJK}]{{1,16}}|[^\w\s])|\s+")


def tokenise(text: str) -> list[str]:
    """Return the tokens of a text, in order; joined they are the text again."""
    return _TOKEN.findall(text)


def compact_json(value: object) -> str:
    """Return a value as JSON without spaces, as tools and their inputs are counted and sent."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def prompt_tokens(body: dict[str, Any]) -> list[str]:
    """Return the tokens of a valid request, in the order in which a prefix can be cached."""
    tokens = tokenise(compact_json(body["tools"])) if body.get("tools") else []
    if body.get("system"):
        tokens += ["<system>", *_content_tokens(body["system"])]
    for message in body["messages"]:
        tokens.append(f"<{message['role']}>")
        tokens += _content_tokens(message["content"])
    return tokens


def _content_tokens(content: str | list[dict[str, Any]]) -> Iterator[str]:
    if isinstance(content, str):
        yield from tokenise(content)
        return
    for block in content:
        yield from _block_tokens(block)


def _block_tokens(block: dict[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "text" | "thinking" as kind:
            yield from tokenise(block[kind])
        case "tool_use":
            yield from tokenise(block["name"] + compact_json(block["input"]))
        case "tool_result":
            yield from _content_tokens(block.get("content") or "")
        case _:
            digest = hashlib.sha256(
                compact_json(block).encode("utf-8", "surrogatepass")
            ).hexdigest()
            yield from (f"{digest}/{part}" for part in range(MEDIA_TOKENS))


class PrefixCache:
    """Remembers the prompts it was shown, to say how much of the next one it has seen before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: set[int] = set()

    def read(self, owner: str, tokens: Sequence[str]) -> int:
        """Remember a prompt; return how many leading tokens an earlier one of `owner` had too.

        Whole blocks of `CACHE_BLOCK` tokens only.
        """
        prefixes = list(_prefixes(owner, tokens))
        with self._lock:
            known = next(
                (at for at, prefix in enumerate(prefixes) if prefix not in self._seen),
                len(prefixes),
            )
            self._seen.update(prefixes)
        return known * CACHE_BLOCK


def _prefixes(owner: str, tokens: Sequence[str]) -> Iterator[int]:
    """Yield one number for each prefix of a whole number of blocks, the shortest first."""
    prefix = hash(owner)
    for end in range(CACHE_BLOCK, len(tokens) + 1, CACHE_BLOCK):
        prefix = hash((prefix, *tokens[end - CACHE_BLOCK : end]))
        yield prefix
