"""Requests, and content blocks, to JSON. Pure."""

from __future__ import annotations

import json

from mimo_cli.api.protocol.messages import (
    Block,
    Json,
    Media,
    Message,
    OtherBlock,
    Request,
    Text,
    Thinking,
    Tool,
    ToolResult,
    ToolUse,
)
from mimo_cli.named_tuple import NamedTuple


class EncodedRequest(NamedTuple):
    """A request as it goes out, each time that it does.

    `body` is its JSON in UTF-8, `parameters` the fields of that JSON but for `messages`.
    """

    body: bytes
    parameters: Json

    @property
    def model(self) -> str:
        """The model that is asked."""
        return str(self.parameters["model"])

    @property
    def is_streamed(self) -> bool:
        """Whether the answer is asked for as a stream of events."""
        return bool(self.parameters["stream"])

    @property
    def json(self) -> Json:
        """The whole JSON object, read back from `body`."""
        whole: Json = json.loads(self.body)
        return whole


def encode(request: Request) -> EncodedRequest:
    """Return the bytes of a request, to be made once. What is None or empty is left out."""
    content = _object(request)
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    del content["messages"]
    return EncodedRequest(body, content)


def _object(request: Request) -> Json:
    body: Json = {"model": request.model, "messages": [_message(m) for m in request.messages]}
    optional = {
        "system": request.system,
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "stop_sequences": list(request.stop_sequences) or None,
        "thinking": _thinking(request.thinking),
        "tools": [_tool(tool) for tool in request.tools] or None,
        "tool_choice": _tool_choice(request.disable_parallel_tool_use),
    }
    body.update({name: value for name, value in optional.items() if value is not None})
    body["stream"] = request.stream
    return body


def encode_block(block: Block) -> Json:
    """Return the JSON object of a content block, for a request or for storage."""
    match block:
        case Text(text, citations):
            return {"type": "text", "text": text, **_unless_empty("citations", [*citations])}
        case Thinking():
            signature = {} if block.signature is None else {"signature": block.signature}
            return {"type": "thinking", "thinking": block.thinking, **signature}
        case ToolUse(id_, name, tool_input, broken):
            call = {"type": "tool_use", "id": id_, "name": name, "input": tool_input}
            return {**call, **_unless_empty("broken_input", broken)}
        case ToolResult():
            return _tool_result(block)
        case Media():
            return _media(block)
        case OtherBlock():
            return dict(block.raw)


def _unless_empty(name: str, value: str | list[Json]) -> Json:
    return {name: value} if value else {}


def _message(message: Message) -> Json:
    return {"role": message.role, "content": _content(message.content)}


def _content(content: str | tuple[Block, ...]) -> str | list[Json]:
    return content if isinstance(content, str) else [encode_block(block) for block in content]


def _thinking(enabled: bool | None) -> Json | None:
    if enabled is None:
        return None
    return {"type": "enabled" if enabled else "disabled"}


def _tool(tool: Tool) -> Json:
    description = {} if tool.description is None else {"description": tool.description}
    return {"name": tool.name, **description, "input_schema": tool.input_schema}


def _tool_choice(disable_parallel: bool | None) -> Json | None:
    if disable_parallel is None:
        return None
    return {"type": "auto", "disable_parallel_tool_use": disable_parallel}


def _tool_result(block: ToolResult) -> Json:
    error = {"is_error": True} if block.is_error else {}
    content = _content(block.content)
    return {
        "type": "tool_result",
        "tool_use_id": block.tool_use_id,
        "content": content,
        **error,
    }


def _media(block: Media) -> Json:
    if block.url is not None:
        source: Json = {"type": "url", "url": block.url}
    else:
        source = {"type": "base64", "media_type": block.media_type, "data": block.data}
    extra = {"fps": block.fps, "media_resolution": block.media_resolution}
    return {
        "type": block.kind,
        "source": source,
        **{name: value for name, value in extra.items() if value is not None},
    }
