"""A conversation as Markdown for people, as JSON for programs; English in both. Pure."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from mimo_cli.api.protocol.encode import encode_block
from mimo_cli.api.protocol.messages import (
    Block,
    Correction,
    FileSource,
    Json,
    Media,
    Text,
    UrlSource,
)
from mimo_cli.api.replies.finished import reply_check
from mimo_cli.common_phrases import file_size, listed
from mimo_cli.conversation.rounds import outcomes
from mimo_cli.errors import SchemaMismatchError
from mimo_cli.history.record import reply_json
from mimo_cli.phrases import NOTHING, Phrase, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mimo_cli.conversation.rounds.outcomes import Round
    from mimo_cli.conversation.turns import Conversation, Turn

SCHEMA = 1
"""Raised when a field changes its meaning or goes away; a new field does not raise it."""

Format = Literal["markdown", "json", "jsonl"]
FORMATS: tuple[Format, ...] = ("markdown", "json", "jsonl")

UNTITLED = Phrase("(no title)")
_MARKUP = re.compile(r"[\\`*_\[\]<>&~]")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<info>.*)")


def iso(seconds: float) -> str:
    """Return a time in seconds since 1970 as ISO 8601, in UTC, to the millisecond."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def day(seconds: float) -> str:
    """Return a time in seconds since 1970 for people: local, with its offset from UTC.

    Sums by day count it so.
    """
    local = datetime.fromtimestamp(seconds, UTC).astimezone()
    minutes = f"{local:%Y-%m-%d %H:%M}"
    return f"{minutes} {local.isoformat(timespec='minutes')[len(minutes) :]}"


_NOWHERE: Mapping[str, str] = {}


def as_json(conversation: Conversation, files: Mapping[str, str] = _NOWHERE) -> Json:
    """Return all there is of a conversation; `files` are where its files are, by digest."""
    return {
        "schema": SCHEMA,
        "id": conversation.id,
        "title": conversation.title,
        "created": iso(conversation.created),
        "updated": iso(conversation.updated),
        "turns": [_turn(turn, files) for turn in conversation.turns],
    }


def line(value: Json | list[Any]) -> str:
    """Return JSON on one line, in ASCII."""
    return json.dumps(value, allow_nan=False) + "\n"


def markdown(conversation: Conversation, files: Mapping[str, str] = _NOWHERE) -> str:
    """Return a conversation to read: questions as quotations, answers as they were written.

    `files` are where its files are, by digest.
    """
    models = dict.fromkeys(turn.model for turn in conversation.turns)
    head = " · ".join([*filter(None, models), day(conversation.created)])
    parts = [f"# {conversation.title or UNTITLED}", head]
    for it in outcomes.rounds(conversation.turns):
        parts += ["---", *_results(it, files), *_corrections(it.turn)]
        if it.turn.kind == "question" or it.turn.asked.strip() or it.turn.media:
            parts.append(quote_question(it.turn, files))
        parts.append(_answer(it))
    return "\n\n".join(filter(None, parts)) + "\n"


def _results(it: Round, files: Mapping[str, str]) -> Iterator[str]:
    """Yield what tools gave: a row that says which, then the result as a block of code."""
    for call, result in it.given:
        name = result.tool_use_id if call is None else call.name
        yield _row(name, outcomes.describe(result))
        yield _fenced(outcomes.result_text(result))
        if not isinstance(result.content, str):
            media = [block for block in result.content if isinstance(block, Media)]
            yield from (_shown(block, files) for block in media)


def _corrections(turn: Turn) -> Iterator[str]:
    """Yield what this program itself said of an answer: a row, and its words."""
    blocks = (block for block in turn.question if isinstance(block, Correction))
    for told, block in zip(outcomes.corrections(turn), blocks, strict=True):
        yield f"*({told})*"
        yield _fenced(block.text)


def _calls(it: Round) -> Iterator[str]:
    """Yield the calls of an answer: a row that says of which tool, then its input as JSON."""
    not_run = list(it.not_run)
    for call in it.turn.calls:
        is_run = call not in not_run
        if not is_run:
            not_run.remove(call)
        yield _row(call.name, NOTHING if is_run else outcomes.describe(None))
        if call.broken_input:
            yield _fenced(call.broken_input)
        else:
            yield _fenced(json.dumps(call.input, ensure_ascii=False, indent=2), "json")


def _row(name: str, told: Phrase) -> str:
    """Return the row about a tool of that name."""
    label = _MARKUP.sub(r"\\\g<0>", " ".join(name.split()))
    return f"▸ **{label}**: {told}" if told else f"▸ **{label}**"


def _fenced(text: str, language: str = "") -> str:
    """Return a text as a block of code, with fences that are longer than any that it holds."""
    longest = max(map(len, re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    end = "" if text.endswith("\n") or not text else "\n"
    return f"{fence}{language}\n{text}{end}{fence}"


def quote_question(turn: Turn, files: Mapping[str, str] = _NOWHERE) -> str:
    """Return a question as a quotation, with links to the files that are somewhere."""
    shown = (_shown(block, files) for block in turn.question)
    text = "\n\n".join(filter(None, shown)) or "(nothing)"
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def remark(turn: Turn) -> Phrase:
    """Return what is to be known of an answer that is not whole; nothing of one that is."""
    if turn.error is not None and turn.error.get("code") == SchemaMismatchError.code:
        return _reason(turn.error)
    if turn.status == "complete":
        goes_on = bool(turn.calls and turn.request.get("tools"))  # with the results of tools
        said = None if goes_on else reply_check.remark(turn.reply)
        return said.text if said and turn.reply.stop_reason else NOTHING
    what = Phrase("cut off") if turn.is_answered else Phrase("no answer")
    why = NOTHING if turn.error is None else _reason(turn.error)
    return Phrase("{what}: {why}", what=what, why=why) if why else what


def _reason(error: Json) -> Phrase:
    if error.get("code") == "interrupted":
        return Phrase("interrupted")
    return verbatim(str(error.get("message") or ""))


def _answer(it: Round) -> str:
    text = it.turn.reply.text.strip("\n")
    text += _closing_fence(text)
    said = remark(it.turn)
    return "\n\n".join(filter(None, [text, *_calls(it), f"*({said})*" if said else ""]))


def _closing_fence(text: str) -> str:
    """Return what ends the block of code that a text broke off in: else it would not end."""
    opened = ""
    for line in text.splitlines():
        match = _FENCE.fullmatch(line)
        if match is None:
            continue
        fence, info = match["fence"], match["info"].strip()
        if not opened:
            opened = "" if fence[0] == "`" and "`" in info else fence
        elif fence.startswith(opened) and not info:
            opened = ""
    return f"\n{opened}" if opened else ""


def attachment(media: Media) -> tuple[str, Phrase]:
    """Return what a picture, a recording or a film is called, "" if its address says it, and what.

    What it is: `image 1920×1080, 1.2 MB`.
    """
    from mimo_cli.media import naming  # few have any

    name, what, source = _name(media), naming.describe(media), media.source
    if isinstance(source, UrlSource):
        return "" if name == source.url else name, what
    return name, listed([what, file_size(source.size)])


def _name(media: Media) -> str:
    return " ".join(media.name.split())


def _shown(block: Block, files: Mapping[str, str]) -> str:
    match block:
        case Text():
            return block.text
        case Media():
            name, what = attachment(block)
            return "  ".join(filter(None, [_link(block, files) or name, what]))
        case _:
            return ""


def _link(media: Media, files: Mapping[str, str]) -> str:
    """Return a link to a file, of a picture one that shows it; nothing where it is nowhere."""
    file = _file_of(media, files)
    if file is None:
        return ""
    label = _MARKUP.sub(r"\\\g<0>", _name(media) or media.kind)
    mark = "!" if media.kind == "image" else ""
    return f"{mark}[{label}]({quote(file.encode('utf-8', 'replace'))})"


def _block(block: Block, files: Mapping[str, str]) -> Json:
    file = _file_of(block, files)
    return {**encode_block(block), **({} if file is None else {"file": file})}


def _file_of(block: Block, files: Mapping[str, str]) -> str | None:
    """Return where the file of a block is, None if it is nowhere."""
    match block:
        case Media(_, FileSource(_, _, digest)):
            return files.get(digest)
        case _:
            return None


def _turn(turn: Turn, files: Mapping[str, str]) -> Json:
    cost = turn.cost
    return {
        "number": turn.number,
        "kind": turn.kind,
        "started": iso(turn.started),
        "status": turn.status,
        "request": turn.request,
        "question": [_block(block, files) for block in turn.question],
        "reply": reply_json(turn.reply),
        "error": turn.error,
        "seconds": turn.seconds,
        "first_text": turn.first_text,
        "cost": None if cost is None else {"amount": cost.amount, "currency": cost.currency},
    }
