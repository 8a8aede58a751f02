"""What scripts read: one object at the end, or one line an event. ASCII only, on failure too."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from mimo_cli.api.keys import mask_all
from mimo_cli.api.protocol.encode import encode_block
from mimo_cli.api.protocol.messages import (
    BlockStart,
    FileSource,
    InputJsonDelta,
    Media,
    MessageStart,
    Retrying,
    Silence,
    StreamItem,
    TextDelta,
    ThinkingDelta,
    ToolUse,
    Usage,
)
from mimo_cli.api.replies.finished.calls import call_problem
from mimo_cli.api.replies.finished.reply_check import came_whole
from mimo_cli.errors import Interrupted, ReaderGone
from mimo_cli.output.view import View

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mimo_cli.api.protocol.messages import Block, Reply
    from mimo_cli.api.replies.finished.calls import CallProblem
    from mimo_cli.errors import Failure
    from mimo_cli.output.output_stream import Output

SCHEMA = 1
"""Raised when a field changes its meaning or goes away; a new field does not raise it."""


def to_line(content: dict[str, Any]) -> str:
    """Return a JSON object on one line."""
    return json.dumps(content, allow_nan=False) + "\n"


def result(
    reply: Reply,
    error: Failure | None,
    *,
    model: str | None,
    conversation: str | None = None,
    question: Sequence[Block] = (),
    offered: Collection[str] = (),
    data: object = None,
    repairs: int = 0,
) -> dict[str, Any]:
    """Return the object for an answer, whole, partial or none, of the `model` asked for.

    `question` is what the model was asked: the media in it are told. `offered` are the names of
    the tools that it could ask for. `data` is the JSON value of an answer that fits the schema
    which was wanted, after so many `repairs`.
    """
    return {
        "schema": SCHEMA,
        "type": "result",
        "id": reply.id,
        "model": _named(reply.model or model),
        "text": reply.text,
        "thinking": reply.thinking or None,
        "content": [encode_block(block) for block in reply.content],
        "tool_calls": [_call(call, call_problem(call, reply, offered)) for call in reply.calls],
        "stop_reason": reply.stop_reason,
        "stop_sequence": reply.stop_sequence,
        "usage": usage(reply.usage),
        "data": data,
        "repairs": repairs,
        "attachments": [_attachment(block) for block in question if isinstance(block, Media)],
        "conversation": conversation,
        "partial": bool(reply.content) and not came_whole(reply, error, offered),
        "error": None if error is None else failure(error),
    }


def _call(call: ToolUse, problem: CallProblem | None) -> dict[str, Any]:
    """Return the object for a tool's call; a broken input is none that it could be run with."""
    tool_input = None if problem == "broken_input" else call.input
    return {"id": call.id, "name": call.name, "input": tool_input, "problem": problem}


def usage(tokens: Usage) -> dict[str, int | None]:
    """Return the token counts; null where the service did not say."""
    return tokens._asdict()


def _attachment(media: Media) -> dict[str, Any]:
    """Return the object for what went along with a question, without its data."""
    from mimo_cli.media import tokens  # most questions are words alone

    file = media.source if isinstance(media.source, FileSource) else None
    url = None if isinstance(media.source, FileSource) else media.source.url
    count, is_estimate = tokens.count(media)
    return {
        "name": _named(media.name),
        "type": media.kind,
        "media_type": file and file.media_type,
        "size": file and file.size,
        **media.measures._asdict(),
        "tokens": count,
        "estimated": is_estimate,
        "url": _named(url),
        "sha256": file and file.sha256,
    }


def repair(attempt: int, errors: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return the object for an answer that does not fit its schema, and is asked for again.

    `attempt` counts from 1; each of `errors` has a `path` in the value and a `message`.
    """
    return {"schema": SCHEMA, "type": "repair", "attempt": attempt, "errors": [*errors]}


def failure(error: Failure) -> dict[str, Any]:
    """Return the object for an error."""
    if isinstance(error, Interrupted):
        message = f"interrupted by signal {error.signum}"
        error_fields: tuple[Any, ...] = (None, message, None, None)
    elif isinstance(error, ReaderGone):
        error_fields = (None, "the reader of the output left", None, None)
    else:
        seconds = error.retry_after
        finite = seconds if seconds is None or math.isfinite(seconds) else None
        error_fields = (error.status, str(error.message), error.request_id, finite)
    status, message, request_id, retry_after = error_fields
    return {
        "code": error.code,
        "exit_code": error.exit_code,
        "status": status,
        "message": mask_all(message),
        "request_id": _named(request_id),
        "retry_after": retry_after,
    }


def _named(name: str | None) -> str | None:
    """Return a name, its middle hidden if it is a key that was put in the wrong place."""
    return name and mask_all(name)


class JsonLinesView(View):
    """Each event as a line, when it comes. The last line is the result, written by the caller."""

    def __init__(self, output: Output) -> None:
        self._output = output

    @property
    def tells_deltas(self) -> bool:
        """Return true: a line is one event, as it came."""
        return True

    def show(self, events: Sequence[StreamItem]) -> None:
        """Write the lines of all events at once."""
        contents = (_event(event) for event in events)
        text = "".join(to_line({"schema": SCHEMA, **content}) for content in contents if content)
        if text:
            self._output.write(text)

    def close(self, error: object) -> None:
        """Do nothing: the result follows."""


def _event(event: StreamItem) -> dict[str, Any] | None:
    match event:
        case MessageStart():
            return {"type": "start", "id": event.id, "model": event.model}
        case TextDelta():
            return {"type": "text", "text": event.text} if event.text else None
        case ThinkingDelta():
            return {"type": "thinking", "text": event.thinking} if event.thinking else None
        case BlockStart(index, ToolUse(id_, name)):
            return {"type": "tool_use", "index": index, "id": id_, "name": name}
        case InputJsonDelta(index, text):
            return {"type": "input_json", "index": index, "text": text} if text else None
        case Retrying():
            return {"type": "retry", "message": event.reason, "wait": event.wait}
        case Silence():
            return {"type": "silence", "seconds": event.seconds}
        case _:
            return None
