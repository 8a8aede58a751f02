"""The dialects by name. To add one: a row here, and its shape beside the others. Pure.

The comments say what kind of server was seen to send it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from mimo_cli.phrases import Phrase
from mimo_cli.simulator.dialects import (
    again,
    block_shapes,
    encodings,
    error_bodies,
    lifecycle,
    openai,
    server_tools,
)
from mimo_cli.simulator.dialects.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CHUNK = 7


def _encode_twice(event: bytes) -> bytes:
    return re.sub(rb"\{.*\}", lambda it: json.dumps(it[0].decode()).encode(), event, count=1)


DIALECTS: Mapping[str, Dialect] = {
    # ---- Content blocks
    # Gateways that turn OpenAI's protocol into this one: new-api, one-api, cc-switch.
    "nulls": Dialect(
        Phrase("null for texts, signatures, content, usage and indexes"),
        events=block_shapes.nulls,
        message=block_shapes.message_with_nulls,
    ),
    # Go's JSON encoder with `omitempty`, in gateways of many kinds.
    "omitempty": Dialect(
        Phrase("what is empty or 0 is missing: texts, the first index"),
        events=block_shapes.omitempty,
        message=block_shapes.prune,
    ),
    # Reverse proxies in front of Anthropic's models; aiproxy.
    "bare-start": Dialect(
        Phrase("a block begins without its empty text, thinking or input"),
        events=block_shapes.bare_start,
    ),
    # Gateways whose events have that field for some types alone.
    "no-index": Dialect(Phrase("no event has an index"), events=block_shapes.no_index),
    # new-api, oMLX: an index for each block there could have been.
    "index-gaps": Dialect(
        Phrase("indexes 0, 2, 4, and ends of blocks that never began"),
        events=block_shapes.index_gaps,
    ),
    # Ollama, where a model writes text before it thinks.
    "one-index": Dialect(
        Phrase("every block has index 0, and only the last one ends"),
        events=block_shapes.one_index,
    ),
    # CLIProxyAPI, AIClient2API: from Codex's Responses.
    "orphan-deltas": Dialect(
        Phrase("text and thinking neither begin nor end"), events=block_shapes.orphan_deltas
    ),
    # LiteLLM's bridge to Responses, where LM Studio leaves out `output_item.added`.
    "index-minus-1": Dialect(
        Phrase("text and thinking neither begin nor end, at index -1"),
        events=block_shapes.index_minus_1,
    ),
    # llama.cpp, before it kept the state of its blocks from chunk to chunk.
    "restarts": Dialect(
        Phrase("a block begins again before each delta"), events=block_shapes.restarts
    ),
    # LiteLLM in front of models that begin with their thinking (NVIDIA NIM).
    "wrong-block": Dialect(
        Phrase("thinking comes in a block that began as text"), events=block_shapes.wrong_block
    ),
    # LiteLLM, whose first block is always text.
    "empty-block": Dialect(
        Phrase("an empty text block comes first"), events=block_shapes.empty_block
    ),
    # Gateways that have the whole answer before they stream it; in part, LiteLLM.
    "whole-blocks": Dialect(
        Phrase("blocks are whole when they begin, without deltas"),
        events=block_shapes.whole_blocks,
    ),
    # ---- Thinking
    # MiMo's own service, as clients of it report; Kimi.
    "unsigned": Dialect(Phrase("thinking has no signature"), signs=False),
    # llama.cpp.
    "empty-signature": Dialect(
        Phrase("thinking has an empty signature"),
        events=block_shapes.sign_with(""),
        message=lambda message: block_shapes.thinking_in(message, {"signature": ""}),
        signs=False,
    ),
    # Anthropic, where the thinking is not to be shown.
    "omitted-thinking": Dialect(
        Phrase("thinking is a signature alone"),
        events=block_shapes.omitted_thinking,
        message=lambda message: block_shapes.thinking_in(
            message, {"thinking": "", "signature": block_shapes.SIGNATURE}
        ),
        signs=False,
    ),
    # Anthropic, where a filter found something in the thinking.
    "redacted-thinking": Dialect(
        Phrase("thinking is a redacted_thinking block"),
        events=block_shapes.redacted_thinking,
        message=block_shapes.redact_message,
        signs=False,
        takes=("redacted_thinking",),
    ),
    # ---- Tools of the server
    # Anthropic; claude-code-router imitates it from OpenAI's annotations.
    "server-tools": Dialect(
        Phrase("a web search of the server's: call, result, citations"),
        events=server_tools.server_tools,
        message=server_tools.message_with_search,
        takes=server_tools.KINDS,
    ),
    # ---- Usage and stop reason
    # null from the SDK of Anthropic behind a proxy, fractions from OpenRouter and Bedrock; the rest
    # is what sums and formatters can make of a count.
    "odd-usage": Dialect(
        Phrase("usage is a word, -1, 5.0, 10**30, or its members are"),
        events=lifecycle.odd_usage,
        message=lifecycle.message_with_odd_usage,
    ),
    # SGLang, CLIProxyAPI and others that learn the counts last.
    "late-usage": Dialect(
        Phrase("counts are 0 in message_start, right in message_delta"), events=lifecycle.late_usage
    ),
    # CLIProxyAPI.
    "finish-words": Dialect(
        Phrase("stop_reason is stop, length or tool_calls"),
        events=lifecycle.finish_words,
        message=lifecycle.with_finish_words,
    ),
    # Gateways in Python or Java that make a text of what is not there yet.
    "placeholder-stop": Dialect(
        Phrase('a stop_reason of "null" behind each delta'), events=lifecycle.placeholder_stop
    ),
    # ---- The course of a stream
    # Gateways of the first kind, where what is behind them has no usage yet.
    "null-start": Dialect(
        Phrase("message_start has no message, but null"), events=lifecycle.null_start
    ),
    # new-api from OpenAI's protocol, before it knew all events.
    "no-start": Dialect(Phrase("message_start is missing"), events=lifecycle.no_start),
    # Gateways that end the connection where message_stop should be.
    "no-stop": Dialect(Phrase("message_stop is missing"), events=lifecycle.no_stop),
    # new-api, where what is behind it sends no usage.
    "no-end": Dialect(
        Phrase("message_delta and message_stop are missing"),
        events=lifecycle.no_end,
    ),
    # LiteLLM starts twice, Plano stops twice, others send on behind the stop.
    "twice": Dialect(
        Phrase("two message_start, two message_stop, a delta between"),
        events=lifecycle.twice,
    ),
    # Services in Python that send on what the SDK's stream gives them, its own events too.
    "sdk-events": Dialect(
        Phrase("the SDK's own events behind the deltas, with snapshots"),
        events=again.sdk_events,
    ),
    # Gateways that add what they would have sent if they had not been asked to stream.
    "whole-message": Dialect(
        Phrase("the whole message once more, before message_stop"), events=again.whole_message
    ),
    # Gateways that speak OpenAI's protocol as well.
    "done": Dialect(Phrase("the stream ends with data: [DONE]"), events=lifecycle.done_mark),
    # OpenRouter's comments, what proxies make of them, the pings of copilot-api and sse-starlette.
    "wrapped-comments": Dialect(
        Phrase("comments as data, and pings with other data than JSON"),
        events=lifecycle.wrapped_comments,
    ),
    # ---- How events are written
    # Companies' gateways and other proxies.
    "unnamed": Dialect(
        Phrase("no event: lines, and no space behind data:"),
        written=lambda event: re.sub(rb"\A(?:event: .*\n)?data: ", b"data:", event),
    ),
    # Anthropic's own service.
    "padded": Dialect(
        Phrase("spaces before the last brace of an event"),
        written=lambda event: re.sub(rb"\}(\s*)\Z", rb"          }\1", event),
    ),
    # Frameworks that are given an event as a text, and encode that.
    "twice-encoded": Dialect(
        Phrase("the data of an event is a text that holds its JSON"), written=_encode_twice
    ),
    # Proxies that write their keepalives between the lines of others.
    "bare-keepalives": Dialect(
        Phrase("a comment as data before each event, without a blank line"),
        written=lambda event: b"data: : keepalive\n" + event,
    ),
    "crlf": Dialect(
        Phrase("lines end with CR LF"), written=lambda event: re.sub(rb"\r?\n", b"\r\n", event)
    ),
    # ---- Transport
    # TLS records, HTTP/2 frames and buffers of proxies end where they like.
    "one-event-many-chunks": Dialect(Phrase("each event comes in chunks of 7 bytes"), chunk=_CHUNK),
    # nginx with proxy_buffering.
    "buffered": Dialect(Phrase("the whole stream comes in one chunk"), chunk=0),
    # sub2api, codebuddy2api, free-claude-code.
    "always-stream": Dialect(Phrase("streams, also where it should not"), streams=True),
    # Gateways that translate answers only when they are whole.
    "never-stream": Dialect(Phrase("a plain message, also where it should stream"), streams=False),
    # Cloudflare, and relays that pass on what a CDN compressed.
    "gzip": Dialect(Phrase("gzip, unasked"), encoding=("gzip", encodings.gzip)),
    "br": Dialect(
        Phrase("br, unasked, in blocks of a byte each"), encoding=("br", encodings.brotli)
    ),
    "zstd": Dialect(
        Phrase("zstd, unasked, in blocks of a byte each"), encoding=("zstd", encodings.zstd)
    ),
    # Relays that read what was compressed, and send it on with the header that it came with.
    "stale-encoding": Dialect(
        Phrase("the header says gzip, but nothing is compressed"),
        encoding=("gzip", encodings.leave_plain),
    ),
    # ---- Errors: with --status, or a wrong key
    # MiMo's own service.
    "sse-errors": Dialect(
        Phrase("error bodies begin with data: and end with a blank line"),
        refusal=error_bodies.as_data,
    ),
    # MiMo's Token Plan.
    "bare-errors": Dialect(Phrase("errors without the error wrapper"), error=error_bodies.as_bare),
    # Anthropic's own service, Ollama, llama.cpp, vLLM.
    "anthropic-errors": Dialect(
        Phrase("errors as Anthropic's service has them"), error=error_bodies.as_anthropic
    ),
    # LiteLLM's proxy.
    "litellm-errors": Dialect(
        Phrase("errors with the word None for what is not known"), error=error_bodies.as_litellm
    ),
    # vLLM, SGLang.
    "fastapi-errors": Dialect(
        Phrase("errors as a detail, in a list or not"), error=error_bodies.as_fastapi
    ),
    # nginx, Cloudflare and load balancers.
    "html-errors": Dialect(Phrase("errors as nginx's web page"), refusal=error_bodies.as_page),
    # OpenRouter, where the provider behind it failed.
    "ok-errors": Dialect(Phrase("errors come with status 200"), refusal=error_bodies.as_success),
    # sub2api; clients took it for an answer without content.
    "event-errors": Dialect(
        Phrase("errors come with status 200, as the data of a stream"),
        refusal=lambda reply: error_bodies.as_success(error_bodies.as_data(reply)),
    ),
    # ---- Another protocol
    "openai": Dialect(
        Phrase("answers in the shape of OpenAI's chat completions"),
        events=openai.to_chunks,
        message=openai.to_completion,
    ),
}


def select_dialects(names: Iterable[str]) -> tuple[Dialect, ...]:
    """Return the dialects of these names, in the order of the table.

    Raises:
        ValueError: There is none of that name.
    """
    wanted = set(names)
    if unknown := wanted - DIALECTS.keys():
        raise ValueError(f"no such dialect: {min(unknown)}")
    return tuple(dialect for name, dialect in DIALECTS.items() if name in wanted)
