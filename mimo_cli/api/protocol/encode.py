"""Requests, and content blocks, to JSON. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import (
    Block,
    Correction,
    FileSource,
    Json,
    Media,
    MediaKind,
    Message,
    OtherBlock,
    Request,
    Text,
    Thinking,
    Tool,
    ToolResult,
    ToolUse,
    UrlSource,
)
from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_PIECE = 64 * 1024
"""Bytes that go out at once, at most: a multiple of four."""


class EncodedRequest(NamedTuple):
    """A request as it goes out, each time that it does.

    `parts` are its JSON in UTF-8, and between them the media whose bytes stand there in base64.
    `parameters` are the fields of that JSON but for `messages`, `media` the kinds of the media in
    these, one for each, and `new_media` those of the last message.
    """

    parts: tuple[bytes | EncodedFile, ...]
    parameters: Json
    media: tuple[MediaKind, ...] = ()
    new_media: tuple[NewMedia, ...] = ()

    @property
    def model(self) -> str:
        """The model that is asked."""
        return str(self.parameters["model"])

    @property
    def is_streamed(self) -> bool:
        """Whether the answer is asked for as a stream of events."""
        return bool(self.parameters["stream"])

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return sum(len(it) if isinstance(it, bytes) else it.length for it in self.parts)

    @property
    def files(self) -> tuple[EncodedFile, ...]:
        """The files in it, in their order."""
        return tuple(it for it in self.parts if not isinstance(it, bytes))

    def pieces(self) -> Iterator[bytes]:
        """Yield its bytes, those of a file piece by piece: a film is in memory once."""
        for part in self.parts:
            if isinstance(part, bytes):
                for start in range(0, len(part), _PIECE):
                    yield part[start : start + _PIECE]
            else:
                yield from part.pieces()

    def json_with(self, stand_in: Callable[[EncodedFile], str]) -> Json:
        """Return the JSON object with other texts in the place of the files' base64."""
        parts = (
            part if isinstance(part, bytes) else json.dumps(stand_in(part))[1:-1].encode()
            for part in self.parts
        )
        whole: Json = json.loads(b"".join(parts))
        return whole


class NewMedia(NamedTuple):
    """A picture, a recording or a film that the last message of a request has.

    `name` is that of its file, and `size` how many bytes of the request it takes; an address has
    neither.
    """

    kind: MediaKind
    name: str = ""
    size: int = 0


class EncodedFile(NamedTuple):
    """A file as it goes out in a request: its bytes, and what it is called.

    `pixels` are those of a picture, as far as they are known.
    """

    source: FileSource
    data: bytes
    kind: MediaKind
    name: str
    pixels: int = 0

    @property
    def length(self) -> int:
        """How many bytes its base64 has."""
        return base64_length(len(self.data))

    def pieces(self) -> Iterator[bytes]:
        """Yield its base64."""
        from base64 import b64encode  # few send files

        data, size = memoryview(self.data), _PIECE // 4 * 3
        for start in range(0, len(data), size):
            yield b64encode(data[start : start + size])


def encode(request: Request) -> EncodedRequest:
    """Return the bytes of a request, to be made once. What is None or empty is left out.

    Raises:
        ValueError: the bytes of a file were not loaded.
    """
    content = _object(request)
    parts: list[bytes | EncodedFile] = []
    texts: list[str] = []
    for part in _json_parts(content):
        if isinstance(part, str):
            texts.append(part)
        else:
            parts += (_utf8(texts), part)
            texts.clear()
    parts.append(_utf8(texts))
    del content["messages"]
    kinds = (block.kind for it in request.messages for block in _media_in(it.content))
    new = (_as_new(block) for it in request.messages[-1:] for block in _media_in(it.content))
    return EncodedRequest((*parts,), content, (*kinds,), (*new,))


def _media_in(content: str | tuple[Block, ...]) -> Iterator[Media]:
    for block in content if isinstance(content, tuple) else ():
        if isinstance(block, Media):
            yield block
        elif isinstance(block, ToolResult):
            yield from _media_in(block.content)


def _as_new(media: Media) -> NewMedia:
    if isinstance(media.source, UrlSource):
        return NewMedia(media.kind)
    return NewMedia(media.kind, media.name, base64_length(media.source.size))


def base64_length(size: int) -> int:
    """Return how many bytes the base64 of so many has."""
    return -(-size // 3) * 4


def _utf8(texts: Iterable[str]) -> bytes:
    return "".join(texts).encode("utf-8", "replace")


def _json_parts(value: object) -> Iterator[str | EncodedFile]:
    """Yield the JSON of a value, and files where their bytes belong in it."""
    match value:
        case EncodedFile():
            yield from ('"', value, '"')
        case dict() if _has_file(value):
            for place, (name, member) in enumerate(value.items()):
                yield f"{', ' if place else '{'}{json.dumps(name)}: "
                yield from _json_parts(member)
            yield "}"
        case list() if _has_file(value):
            for place, member in enumerate(value):
                yield ", " if place else "["
                yield from _json_parts(member)
            yield "]"
        case _:
            yield json.dumps(value, ensure_ascii=False)


def _has_file(value: object) -> bool:
    match value:
        case EncodedFile():
            return True
        case dict():
            return any(map(_has_file, value.values()))
        case list():
            return any(map(_has_file, value))
        case _:
            return False


def _object(request: Request) -> Json:
    messages = [_message(it) for it in request.messages]
    body: Json = {"model": request.model, "messages": messages}
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


def encode_block(block: Block, *, is_kept: bool = True) -> Json:
    """Return the JSON object of a content block that is kept or shown.

    A file's bytes are not in it, but its digest, and of media also what is never sent. For a
    request, which is not `is_kept`, the file stands where its bytes belong.
    """
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
            return _tool_result(block, is_kept=is_kept)
        case Media():
            return _media(block, is_kept=is_kept)
        case Correction(text) if not is_kept:
            return {"type": "text", "text": text}
        case Correction(text, misfits):
            return {"type": "correction", "text": text, "misfits": misfits}
        case OtherBlock():
            return dict(block.raw)


def _unless_empty(name: str, value: str | list[Json]) -> Json:
    return {name: value} if value else {}


def _message(message: Message) -> Json:
    return {"role": message.role, "content": _content(message.content, is_kept=False)}


def _content(content: str | tuple[Block, ...], *, is_kept: bool) -> str | list[Json]:
    if isinstance(content, str):
        return content
    return [encode_block(block, is_kept=is_kept) for block in content]


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


def _tool_result(block: ToolResult, *, is_kept: bool) -> Json:
    error = {"is_error": True} if block.is_error else {}
    content = _content(block.content, is_kept=is_kept)
    return {
        "type": "tool_result",
        "tool_use_id": block.tool_use_id,
        "content": content,
        **error,
    }


def _media(block: Media, *, is_kept: bool) -> Json:
    extra: Json = {"fps": block.fps, "media_resolution": block.media_resolution}
    if is_kept:
        extra |= {"name": block.name or None, **block.measures._asdict()}
    return {
        "type": block.kind,
        "source": _source(block, is_kept=is_kept),
        **{name: value for name, value in extra.items() if value is not None},
    }


def _source(block: Media, *, is_kept: bool) -> Json:
    match block.source:
        case UrlSource(url):
            return {"type": "url", "url": url}
        case FileSource(media_type, size, sha256) if is_kept:
            return {"type": "file", "media_type": media_type, "size": size, "sha256": sha256}
        case FileSource(media_type, _, sha256, data) as source:
            if data is None:
                raise ValueError(sha256)
            pixels = block.measures.pixels if block.kind == "image" else 0
            file = EncodedFile(source, data, block.kind, block.name, pixels)
            return {"type": "base64", "media_type": media_type, "data": file}
