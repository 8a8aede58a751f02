"""The service: an HTTP request in, a reply out. No sockets here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mimo_cli.catalogue import models
from mimo_cli.simulator import answers
from mimo_cli.simulator.dialects.dialect import should_stream
from mimo_cli.simulator.protocol.message_events import (
    Answer,
    ContentBlock,
    TextBlock,
    ThinkingBlock,
    TokenCounts,
    ToolUseBlock,
    message_body,
    sign,
    stream_events,
)
from mimo_cli.simulator.protocol.responses import (
    BodyKind,
    Headers,
    HttpResponse,
    error_body,
)
from mimo_cli.simulator.protocol.tokens import prompt_tokens, tokenise
from mimo_cli.simulator.refusal import Refusal
from mimo_cli.simulator.tool_calls import AnswerDraft, allowed, calling, input_text
from mimo_cli.simulator.validation import MAX_OUTPUT, check_request, is_thinking_on, parse_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mimo_cli.simulator.behaviour import Behaviour, Memory
    from mimo_cli.simulator.media_blocks import GivenMedia

_JSON: Headers = (("Content-Type", "application/json"),)
_HTML = b"""<!DOCTYPE html>
<html><head><title>404 Not Found</title></head>
<body><center><h1>404 Not Found</h1></center><hr><center>cdn</center></body></html>
"""
_MESSAGES = ("/v1/messages", "/anthropic/v1/messages")
_MODELS = ("/v1/models", "/anthropic/v1/models")

# The reference's worked example: its parameters, and the id and usage of the reply.
_EXAMPLE = {
    "max_tokens": 1024,
    "top_p": 0.95,
    "stream": False,
    "temperature": 1.0,
    "stop_sequences": None,
    "thinking": {"type": "disabled"},
}
_EXAMPLE_ID = "b966dbcad38c48b59d16d8c1f313681b"
_EXAMPLE_USAGE = TokenCounts(input=57, output=54)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One HTTP request.

    Attributes:
        method: The HTTP method.
        path: The path with its query.
        headers: Names in lower case; several of one name are joined by a comma.
        body: The body; empty if it was too large.
        size: The size of the body that came, in bytes.
        old: Whether it is HTTP/1.0, which knows no chunks.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    size: int
    old: bool = False


def respond(
    request: HttpRequest, number: int, behaviour: Behaviour, memory: Memory
) -> HttpResponse:
    """Return the reply to a request.

    Args:
        request: What came.
        number: Which request it is, counted from 1: ids are made from it.
        behaviour: What the answers are made of.
        memory: What is remembered; the request adds to it.
    """
    try:
        reply = _route(request, number, behaviour, memory)
    except Refusal as refusal:
        reply = _error(refusal.status, refusal.param, message=refusal.message)
    except RecursionError:
        reply = _error(400, "The request body is nested too deeply")
    return replace(reply, headers=(*reply.headers, request_id(number)))


def request_id(number: int) -> tuple[str, str]:
    """Return the header that every reply carries."""
    return "request-id", f"sim-{number:08d}"


def _error(status: int, param: str = "", headers: Headers = (), message: str = "") -> HttpResponse:
    body = error_body(status, param, message)
    return HttpResponse(status, (*_JSON, *headers), (body,), kind=BodyKind.ERROR)


def _route(request: HttpRequest, number: int, behaviour: Behaviour, memory: Memory) -> HttpResponse:
    path, _, query = request.path.partition("?")
    if path not in _MESSAGES + _MODELS:
        return _not_found(path)
    allowed = "POST" if path in _MESSAGES else "GET"
    if request.method != allowed:
        return _error(405, f"Use {allowed} for {path}", (("Allow", allowed),))
    key = _key(request.headers)
    if behaviour.keys and key not in behaviour.keys:
        raise Refusal("", 401)
    if request.size > behaviour.max_body:
        raise Refusal(f"The request body is over {behaviour.max_body} bytes", 413)
    if path in _MODELS:
        return HttpResponse(200, _JSON, (behaviour.models.body(query),))
    return _answer(parse_body(request.body), number, key, behaviour, memory)


def _not_found(path: str) -> HttpResponse:
    if path.startswith(("/anthropic/", "/v1/")):
        return _error(404, f"No such path: {path}")
    return HttpResponse(404, (("Content-Type", "text/html"),), (_HTML,))


def _key(headers: Mapping[str, str]) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    return headers.get("api-key", bearer)


def _answer(
    body: dict[str, Any], number: int, key: str, behaviour: Behaviour, memory: Memory
) -> HttpResponse:
    dialects = behaviour.dialects
    with memory.lock:
        issued = frozenset(memory.issued)
    media = check_request(body, issued, [kind for one in dialects for kind in one.takes])
    tokens = prompt_tokens(body, media)
    cached = memory.cache.read(f"{key} {body['model']}", tokens)
    usage = TokenCounts(len(tokens) - cached, 0, cached)
    draft = _draft(body, media, behaviour, memory)
    answer = _compose(body, draft, number, behaviour, usage)
    with memory.lock:
        memory.issued.update(_signed(answer))
    if not should_stream(dialects, asked=body.get("stream", False)):
        return HttpResponse(200, _JSON, (message_body(answer),), kind=BodyKind.MESSAGE)
    headers = (("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"))
    events = stream_events(answer, behaviour.delta_chars)
    return HttpResponse(200, headers, events, behaviour.framing, events, BodyKind.EVENTS)


def _signed(answer: Answer) -> set[str]:
    """Return what of an answer shows later that it came from here, if its thinking is signed."""
    thinking = {
        block.thinking
        for block in answer.blocks
        if isinstance(block, ThinkingBlock) and block.signature is not None
    }
    calls = {block.id for block in answer.blocks if isinstance(block, ToolUseBlock)}
    return thinking | calls if thinking else set()


def _compose(
    body: dict[str, Any],
    draft: AnswerDraft,
    number: int,
    behaviour: Behaviour,
    usage: TokenCounts,
) -> Answer:
    """Compose the answer, within the limits that the request sets."""
    model = models.find(body["model"])
    usual = model.default_output if model else None
    budget = _Budget(body.get("max_tokens", usual or MAX_OUTPUT))
    blocks: list[ContentBlock] = []
    if is_thinking_on(body):
        signs = all(one.signs for one in behaviour.dialects)
        thoughts = _thinking(body, behaviour) + draft.afterthought
        blocks.append(_thinking_block(thoughts, budget, signs=signs))
    text, stop = _cut_at_stop(budget.take(draft.text), body.get("stop_sequences") or ())
    if text:
        blocks.append(TextBlock(text))
    for at, call in enumerate(draft.calls):
        if stop is None and budget.fits(call.name + input_text(call.input)):
            blocks.append(ToolUseBlock(f"call_{number:08d}_{at}", call.name, call.input))
    reason = "stop_sequence" if stop is not None else budget.reason or draft.stop_reason
    example = _is_example(body, behaviour)
    if not example:
        usage = TokenCounts(usage.input, sum(map(_output_tokens, blocks)), usage.cached)
    identity = hashlib.sha256(f"message {number}".encode()).hexdigest()[:32]
    return Answer(
        _EXAMPLE_ID if example else identity,
        body["model"],
        tuple(blocks),
        reason,
        _EXAMPLE_USAGE if example else usage,
        stop,
    )


def _draft(
    body: dict[str, Any], media: GivenMedia, behaviour: Behaviour, memory: Memory
) -> AnswerDraft:
    if _should_call(body, behaviour):
        in_text = behaviour.calls_as == "thinking" and not is_thinking_on(body)
        form = "text" if in_text else behaviour.calls_as
        return calling(allowed(behaviour.calls, body), form)
    if behaviour.deltas is not None:
        return AnswerDraft(answers.words(behaviour.deltas))
    given = behaviour.answers
    if callable(given):
        return AnswerDraft(given(body))
    if given:
        return AnswerDraft(given[min(memory.count_answer(), len(given) - 1)])
    return answers.draft(body, media)


def _should_call(body: dict[str, Any], behaviour: Behaviour) -> bool:
    """Return whether the calls that were given are to be made: not twice for one question."""
    offered = bool(behaviour.calls and body.get("tools"))
    return offered and (behaviour.endless_calls or not answers.brings_results(body))


def _thinking(body: dict[str, Any], behaviour: Behaviour) -> str:
    return answers.thinking_text(body) if behaviour.thinking is None else behaviour.thinking


def _is_example(body: dict[str, Any], behaviour: Behaviour) -> bool:
    asked = len(body["messages"]) == 1 and answers.question(body) == answers.INTRODUCTION
    same = all(body.get(name, "") == value for name, value in _EXAMPLE.items())
    return behaviour.is_built_in and asked and same


class _Budget:
    """The output tokens that `max_tokens` leaves. Once it is used up nothing more is said."""

    def __init__(self, tokens: int) -> None:
        self._left = tokens
        self.reason: str | None = None

    def take(self, text: str) -> str:
        """Return as much of a text as there are tokens for, and use those up."""
        tokens = tokenise(text)
        if len(tokens) <= self._left:
            self._left -= len(tokens)
            return text
        text = "".join(tokens[: self._left])
        self._exhaust()
        return text

    def fits(self, text: str) -> bool:
        """Return whether there are tokens for the whole of a text, and if so use them up."""
        whole = self.reason is None and len(tokenise(text)) <= self._left
        if whole:
            self._left -= len(tokenise(text))
        else:
            self._exhaust()
        return whole

    def _exhaust(self) -> None:
        self._left = 0
        self.reason = "max_tokens"


def _thinking_block(text: str, budget: _Budget, *, signs: bool) -> ThinkingBlock:
    whole = budget.take(text)
    return ThinkingBlock(whole, sign(whole) if signs and whole == text else None)


def _cut_at_stop(text: str, sequences: tuple[str, ...] | list[str]) -> tuple[str, str | None]:
    """Return a text up to the first of the stop sequences in it, and that sequence."""
    found = [(text.find(one), one) for one in sequences if one in text]
    if not found:
        return text, None
    at, sequence = min(found)
    return text[:at], sequence


def _output_tokens(block: ContentBlock) -> int:
    match block:
        case TextBlock(text) | ThinkingBlock(text):
            return len(tokenise(text))
        case ToolUseBlock(_, name, input_):
            return len(tokenise(name + input_text(input_)))
