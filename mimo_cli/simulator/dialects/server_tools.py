"""A web search that the server itself made, as Anthropic's own service sends it. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mimo_cli.simulator.dialects.shapes import (
    Event,
    block_delta,
    block_start,
    block_stop,
    chain,
    contents,
    kind,
    of_kind,
    shift_index,
    with_block_types,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mimo_cli.simulator.protocol.message_events import Json

KINDS = ("server_tool_use", "web_search_tool_result")
"""The blocks that come back in a later request."""

_PAGE = {"url": "https://example.com/simulators", "title": "What a simulator is"}
_CALL = {
    "type": "server_tool_use",
    "id": "srvtoolu_simulated",
    "name": "web_search",
    "input": {"query": "what a simulator is"},
}
_RESULT = {
    "type": "web_search_tool_result",
    "tool_use_id": _CALL["id"],
    "content": [
        {"type": "web_search_result", **_PAGE, "encrypted_content": "RW5jcg==", "page_age": None}
    ],
}
_CITATION = {
    "type": "web_search_result_location",
    **_PAGE,
    "encrypted_index": "RW5jcg==",
    "cited_text": "A simulator answers without a model.",
}


def _search_events(index: int) -> Iterator[Event]:
    yield block_start(index, {**_CALL, "input": {}})
    written = json.dumps(_CALL["input"])
    for piece in ("", written[:10], written[10:]):
        yield block_delta(index, {"type": "input_json_delta", "partial_json": piece})
    yield block_stop(index)
    yield block_start(index + 1, _RESULT)
    yield block_stop(index + 1)


def _add_search(events: Iterable[Event]) -> Iterator[Event]:
    """Put the search before the first text, and a citation at the end of each text."""
    shift = 0
    for current, event in with_block_types(events):
        index = event.get("index") if isinstance(event, dict) else None
        if current == "text" and not shift:
            yield from _search_events(index or 0)
            shift = 2
        if current == "text" and kind(event) == "content_block_stop":
            citation = {"type": "citations_delta", "citation": _CITATION}
            yield shift_index(block_delta(index, citation), shift)
        yield shift_index(event, shift)


def _usage(usage: Json) -> Json:
    """Count half of the input as just written to the cache."""
    tokens = usage.get("input_tokens") or 0
    return {
        **usage,
        "input_tokens": tokens - tokens // 2,
        "cache_creation_input_tokens": tokens // 2,
    }


_SEARCHES = {"server_tool_use": {"web_search_requests": 1}}

server_tools = chain(
    _add_search,
    of_kind(
        "content_block_start",
        within(
            "content_block",
            lambda block: block | {"citations": []} if block["type"] == "text" else block,
        ),
    ),
    of_kind("message_start", within("message", within("usage", _usage))),
    of_kind("message_delta", within("usage", lambda usage: usage | _SEARCHES)),
)


def message_with_search(message: Json) -> Json:
    """Put the search and its citations into a message that is not streamed."""
    content: list[Json] = []
    for block in contents(message):
        if block["type"] != "text":
            content.append(block)
            continue
        if _CALL not in content:
            content += [_CALL, _RESULT]
        content.append({**block, "citations": [_CITATION]})
    counted = within("usage", lambda usage: _usage(usage) | _SEARCHES)
    return counted({**message, "content": content})
