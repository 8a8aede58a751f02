"""How the simulator counts tokens, and what it counts as already cached. Pure but for the memory.

The tokeniser is simple on purpose, so that anyone can check a count by hand. Each of these is
one token, together with the white space before it:

- a run of up to 16 letters, digits and underscores (a longer word takes several);
- one Chinese, Japanese or Korean character;
- any other single character: punctuation, a symbol, an emoji's code point.

White space at the very end of a text is one more token. A prompt's tokens are those of its tools
(as compact JSON), its system text and its messages in that order, plus one for each message's role.
A picture, a recording or a film counts by the service's formulas (`mimo_cli.media.tokens`), a block
that only another service knows as `OTHER_TOKENS`.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from typing import TYPE_CHECKING, Any

from mimo_cli.media import tokens as media_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mimo_cli.api.protocol.messages import Media

OTHER_TOKENS = 256
"""What a block counts for of which nothing is known."""

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


def prompt_tokens(body: dict[str, Any], media: Mapping[int, Media]) -> list[str]:
    """Return the tokens of a valid request, in the order in which a prefix can be cached.

    `media` are those in it, by the identity of their blocks.
    """
    tokens = tokenise(compact_json(body["tools"])) if body.get("tools") else []
    if body.get("system"):
        tokens += ["<system>", *_content_tokens(body["system"], {})]
    for message in body["messages"]:
        tokens.append(f"<{message['role']}>")
        tokens += _content_tokens(message["content"], media)
    return tokens


def _content_tokens(
    content: str | list[dict[str, Any]], media: Mapping[int, Media]
) -> Iterator[str]:
    if isinstance(content, str):
        yield from tokenise(content)
        return
    for block in content:
        yield from _block_tokens(block, media)


def _block_tokens(block: dict[str, Any], media: Mapping[int, Media]) -> Iterator[str]:
    match block["type"]:
        case "text" | "thinking" as kind:
            yield from tokenise(block[kind])
        case "tool_use":
            yield from tokenise(block["name"] + compact_json(block["input"]))
        case "tool_result":
            yield from _content_tokens(block.get("content") or "", media)
        case _ if given := media.get(id(block)):
            yield from _same_tokens(repr(given), media_tokens.count(given).count)
        case _:
            yield from _same_tokens(compact_json(block), OTHER_TOKENS)


def _same_tokens(what: str, count: int) -> Iterator[str]:
    """Yield so many tokens, which are those of another thing only if it is the same."""
    digest = hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()
    return (f"{digest}/{part}" for part in range(count))


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
