"""Which requests the service refuses, and with what. Pure.

The rules are those of the reference's tables. The wording of most `param` texts was never seen
and is the simulator's own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeGuard

from mimo_cli.catalogue import models
from mimo_cli.simulator import media_blocks
from mimo_cli.simulator.media_blocks import MEDIA_TYPES
from mimo_cli.simulator.protocol.message_events import SIGNATURE_PREFIX, sign
from mimo_cli.simulator.refusal import Refusal, require, require_number, require_text
from mimo_cli.simulator.tool_pairs import check_pairs

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from mimo_cli.simulator.media_blocks import GivenMedia

MAX_OUTPUT = 131_072
RESULT_KINDS = ("text", *MEDIA_TYPES)
"""The blocks that a tool's result may hold."""

BLOCK_KINDS = (*RESULT_KINDS, "thinking", "tool_use", "tool_result")
"""The blocks that a message may hold."""

PlacedBlock = tuple[dict[str, Any], str]
"""A block, and where in the request it stands."""

_THOUGHTS = ("thinking", "redacted_thinking")
_BLANK = "must contain non-whitespace text"
_NOT_SET = "`text` is not set"
_NOT_PASSED_BACK = "The reasoning_content in the thinking mode must be passed back to the API"


def parse_body(raw: bytes) -> dict[str, Any]:
    """Parse the body of a request.

    Raises:
        Refusal: It is not JSON, or not an object.
    """
    try:
        body = json.loads(raw, parse_constant=_no_constant)
    except ValueError as error:
        raise Refusal("The request body is not valid JSON") from error
    if not isinstance(body, dict):
        raise Refusal("The request body must be a JSON object")
    return body


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def check_request(
    body: dict[str, Any], issued: Container[str] = (), also: Iterable[str] = ()
) -> GivenMedia:
    """Check a request as the service does, and return the media in it.

    Args:
        body: The request.
        issued: Thinking texts that were sent out with a signature, which has to come back, and
            ids of calls that were sent behind such a one.
        also: Kinds of blocks that are taken as they are, besides those of the service.

    Raises:
        Refusal: The service does not take it.
    """
    model = require_text(body, "model")
    entry = models.find(model)
    if entry is None:
        raise Refusal(f"Not supported model {model}")
    _system(body)
    blocks = list(_messages(body, (*BLOCK_KINDS, *also)))
    for block, _ in blocks:
        _require_media(model, block)
    if entry.retired is not None:
        raise Refusal(f"Not supported model {model}")
    _parameters(body)
    _tools(body)
    check_pairs(body["messages"])
    if is_thinking_on(body):
        _require_thinking(body, issued)
    media = [it for it in blocks if it[0]["type"] in MEDIA_TYPES]
    return {id(block): media_blocks.read(block, where) for block, where in media}


def is_thinking_on(body: dict[str, Any]) -> bool:
    """Return whether thinking is on: it is unless the request turns it off."""
    return bool(body.get("thinking", {"type": "enabled"})["type"] == "enabled")


def _parameters(body: dict[str, Any]) -> None:
    limit = body.get("max_tokens", 1)
    good = isinstance(limit, int) and not isinstance(limit, bool) and 1 <= limit <= MAX_OUTPUT
    require(good, f"max_tokens must be an integer between 1 and {MAX_OUTPUT}")
    require_number(body, "temperature", 0, 1.5)
    require_number(body, "top_p", 0.01, 1)
    require(isinstance(body.get("stream", False), bool), "stream must be true or false")
    stops = body.get("stop_sequences")
    require(stops is None or _is_texts(stops), "stop_sequences must be an array of strings")
    thinking = body.get("thinking", {"type": "enabled"})
    good = isinstance(thinking, dict) and thinking.get("type") in ("enabled", "disabled")
    require(good, "thinking.type must be enabled or disabled")


def _is_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)


def _tools(body: dict[str, Any]) -> None:
    tools = body.get("tools", [])
    require(isinstance(tools, list), "tools must be an array")
    for at, tool in enumerate(tools):
        where = f"tools[{at}]"
        require(isinstance(tool, dict), f"{where} must be an object")
        require_text(tool, "name", f"{where}.")
        require(tool.get("type", "custom") == "custom", f"{where}.type must be custom")
        schema = tool.get("input_schema")
        good = isinstance(schema, dict) and schema.get("type") == "object"
        require(good, f"{where}.input_schema.type must be object")
    require(isinstance(body.get("tool_choice", {}), dict), "tool_choice must be an object")


def _system(body: dict[str, Any]) -> None:
    system = body.get("system")
    if system is None or (isinstance(system, str) and system):
        return
    require(isinstance(system, list) and bool(system), "system must be text")
    for at, block in enumerate(system or ()):
        where = f"system[{at}]."
        require(
            isinstance(block, dict) and block.get("type") == "text", f"{where}type must be text"
        )
        require_text(block, "text", where)


def _messages(body: dict[str, Any], kinds: Iterable[str]) -> Iterator[PlacedBlock]:
    """Yield every block of every message, each one checked."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Refusal("messages must be an array of at least 1 message")
    for at, message in enumerate(messages):
        where = f"messages[{at}]"
        require(isinstance(message, dict), f"{where} must be an object")
        roles = ("user", "assistant", "system")
        require(message.get("role") in roles, f"{where}.role must be one of {', '.join(roles)}")
        yield from _content(message.get("content"), f"{where}.content", kinds)


def _content(content: object, where: str, kinds: Iterable[str]) -> Iterator[PlacedBlock]:
    require(content is not None, _NOT_SET)
    if isinstance(content, str):
        _require_words(content, where)
        return
    if not isinstance(content, list) or not content:
        raise Refusal(f"{where} {_BLANK}")
    for at, block in enumerate(content):
        place = f"{where}[{at}]"
        require(isinstance(block, dict), f"{place} must be an object")
        kind = block.get("type")
        require(kind in kinds, f"{place}.type must be one of {', '.join(kinds)}")
        _block(block, place)
        yield block, place
        if kind == "tool_result":
            yield from _content(block.get("content"), f"{place}.content", RESULT_KINDS)


def _block(block: dict[str, Any], where: str) -> None:
    match block["type"]:
        case "text":
            _text_block(block, where)
        case "thinking":
            _thinking_block(block, where)
        case "tool_use":
            _tool_use(block, where)
        case "tool_result":
            _tool_result(block, where)
        case kind if kind in MEDIA_TYPES:
            media_blocks.check_shape(block, where)
        case _:
            pass  # of another service: nobody knows its rules here


def _text_block(block: dict[str, Any], where: str) -> None:
    text = block.get("text")
    require(isinstance(text, str | None), f"{where}.text must be a string")
    _require_words(text or "", f"{where}.text")


def _require_words(text: str, where: str) -> None:
    require(bool(text), _NOT_SET)
    require(bool(text.strip()), f"{where} {_BLANK}")


def _thinking_block(block: dict[str, Any], where: str) -> None:
    require(isinstance(block.get("thinking"), str), f"{where}.thinking must be a string")
    signature = block.get("signature", "")
    require(isinstance(signature, str), f"{where}.signature must be a string")


def _tool_use(block: dict[str, Any], where: str) -> None:
    require_text(block, "id", f"{where}.")
    require_text(block, "name", f"{where}.")
    require(isinstance(block.get("input"), dict), f"{where}.input must be an object")


def _tool_result(block: dict[str, Any], where: str) -> None:
    require_text(block, "tool_use_id", f"{where}.")
    good = isinstance(block.get("content"), str | list | None)
    require(good, f"{where}.content must be a string or an array")
    require(
        isinstance(block.get("is_error", False), bool), f"{where}.is_error must be true or false"
    )


def _require_media(model: str, block: dict[str, Any]) -> None:
    kind = block["type"]
    if kind in MEDIA_TYPES and models.takes(model, kind) is False:
        raise Refusal("", 404, f"No endpoints found that support {kind} input")


def _require_thinking(body: dict[str, Any], issued: Container[str]) -> None:
    """Require of every assistant message its thinking, unchanged, where tools were called."""
    contents = [one["content"] for one in body["messages"] if one["role"] == "assistant"]
    histories = [[] if isinstance(content, str) else content for content in contents]
    if not any(block["type"] == "tool_use" for blocks in histories for block in blocks):
        return
    for blocks in histories:
        thinking = [block for block in blocks if block["type"] in _THOUGHTS]
        is_ours = any(block["type"] == "tool_use" and block["id"] in issued for block in blocks)
        known = [block.get("thinking", "") for block in thinking] if is_ours else issued
        whole = bool(thinking) and all(_is_unchanged(block, known) for block in thinking)
        require(whole, _NOT_PASSED_BACK)


def _is_unchanged(block: dict[str, Any], issued: Container[str]) -> bool:
    """Return whether a thinking block is as it was sent. One from elsewhere counts as that."""
    if "thinking" not in block:
        return True
    thinking, signature = block["thinking"], block.get("signature", "")
    is_ours = thinking in issued or signature.startswith(SIGNATURE_PREFIX)
    return not is_ours or bool(signature == sign(thinking))
