"""The Messages protocol as values: what is asked, what is answered, what streams in between.

Names and shapes are the service's own (Xiaomi's MiMo reference for its Anthropic Messages form).
Nothing here reads or writes anything.

All are named tuples: a frozen dataclass takes six times as long to define, which every start pays,
and twice as long to make.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, Self

from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mimo_cli.phrases import Phrase

Json = dict[str, Any]
"""A JSON object as `json.loads` gives it."""


# Content blocks


class Text(NamedTuple):
    """Words. In a request at least one character that is not white space.

    `citations` are the sources that a server's own search names, as they came.
    """

    text: str
    citations: tuple[Json, ...] = ()


class Thinking(NamedTuple):
    """The model's reasoning. Goes back to the service byte for byte, with its signature."""

    thinking: str
    signature: str | None = None


class ToolUse(NamedTuple):
    """The model asks for a tool to be run with `input`.

    `broken_input` is the text that came as the input's JSON, where it is no JSON object: there
    is nothing then that a tool could be run with. What is missing, null or blank is an empty input.
    """

    id: str
    name: str
    input: Json
    broken_input: str = ""


class ToolResult(NamedTuple):
    """What a tool answered to the `ToolUse` of that id."""

    tool_use_id: str
    content: str | tuple[Block, ...]
    is_error: bool = False


MediaKind = Literal["image", "audio", "video"]


class UrlSource(NamedTuple):
    """Media that the service fetches itself."""

    url: str


class FileSource(NamedTuple):
    """Media that goes along with the request, in base64.

    `media_type` is one that the service names, `size` in bytes, `sha256` the digest in hex. `data`
    is None where the bytes themselves were not loaded: in a turn as the history gives it.
    """

    media_type: str
    size: int
    sha256: str
    data: bytes | None = None


class Measures(NamedTuple):
    """How large a picture or film is, in pixels, and how long a recording or film.

    A picture's are those of its header, a film's those that are shown. `sound` is whether a film
    has any. None is: not known.
    """

    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    sound: bool | None = None

    @property
    def pixels(self) -> int:
        """Width times height, 0 where that is not known."""
        return (self.width or 0) * (self.height or 0)


NOT_MEASURED = Measures()


class Media(NamedTuple):
    """A picture, a recording or a film.

    `fps` (frames a second that the model is shown, 0.1 to 10) and `media_resolution` belong to
    video alone; None leaves them to the service. `name` is what the user calls it, and `measures`
    are for people and estimates: neither is sent.
    """

    kind: MediaKind
    source: UrlSource | FileSource
    fps: float | None = None
    media_resolution: Literal["default", "max"] | None = None
    name: str = ""
    measures: Measures = NOT_MEASURED


class Correction(NamedTuple):
    """What this program itself tells the model of an answer that does not fit its schema.

    Kept as what it is; the model is sent it as words. In `misfits` points it did not fit, 0 where
    that is not how it went wrong.
    """

    text: str
    misfits: int = 0


class OtherBlock(NamedTuple):
    """A block this program does not know (`redacted_thinking`, `server_tool_use`), as it came."""

    raw: Mapping[str, Any]


Block = Text | Thinking | ToolUse | ToolResult | Media | Correction | OtherBlock


# The request


class Message(NamedTuple):
    """One side's contribution to a conversation."""

    role: Literal["user", "assistant", "system"]
    content: str | tuple[Block, ...]


class Tool(NamedTuple):
    """A tool the model may ask for; `input_schema` is a JSON Schema of type `object`."""

    name: str
    input_schema: Json
    description: str | None = None


class Request(NamedTuple):
    """One call of the service. A field that is None is not sent: the service's default holds.

    `max_tokens` counts thinking too. `temperature` is 0 to 1.5, `top_p` 0.01 to 1; the service
    ignores both while thinking is on.
    """

    model: str
    messages: tuple[Message, ...]
    system: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop_sequences: tuple[str, ...] = ()
    thinking: bool | None = None
    tools: tuple[Tool, ...] = ()
    disable_parallel_tool_use: bool | None = None
    stream: bool = True


# The reply


class Usage(NamedTuple):
    """Tokens. None means that the service did not say.

    MiMo's reference leaves open whether `input_tokens` includes `cache_read_input_tokens`.
    This program assumes the Anthropic shape, where it does not, and where the tokens that were
    written into the cache, `cache_creation_input_tokens`, are not in it either.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None

    @property
    def uncached_input_tokens(self) -> int | None:
        """Return the input that no cache held, whether or not one took it in; None if not known."""
        if self.input_tokens is None:
            return None
        return self.input_tokens + (self.cache_creation_input_tokens or 0)

    def merged(self, later: Self) -> Self:
        """Return, field by field, what `later` says, else what was known.

        Some servers end with a 0 for each count that they gave at the start.
        """
        pairs = zip(self, later, strict=True)
        return type(self)(*(newer if newer or known is None else known for known, newer in pairs))

    def added(self, other: Self) -> Self:
        """Return, field by field, both together; what one does not say is not counted."""
        pairs = ([it for it in pair if it is not None] for pair in zip(self, other, strict=True))
        return type(self)(*(sum(known) if known else None for known in pairs))


NO_USAGE = Usage()


class Reply(NamedTuple):
    """An answer, whole or as far as it came.

    `stop_reason` is None when the stream ended before the service gave one: such an answer is
    partial, whatever the connection looked like. `is_over` tells that nothing was missing but the
    end of its stream; `is_call_whole`, that the last block is a tool's call whose input was sent,
    be it an empty one. `unread` came among its events, and may say what went wrong.
    """

    model: str | None = None
    id: str | None = None
    content: tuple[Block, ...] = ()
    stop_reason: str | None = None
    stop_sequence: str | None = None
    usage: Usage = NO_USAGE
    is_over: bool = False
    is_call_whole: bool = False
    unread: Unread | None = None

    @property
    def text(self) -> str:
        """Return the answer's words, without thinking."""
        return "".join(block.text for block in self.content if isinstance(block, Text))

    @property
    def thinking(self) -> str:
        """Return the reasoning's words."""
        return "".join(block.thinking for block in self.content if isinstance(block, Thinking))

    @property
    def calls(self) -> tuple[ToolUse, ...]:
        """Return the tools that the model asks for."""
        return tuple(block for block in self.content if isinstance(block, ToolUse))


# Events of a stream

NO_INDEX = -1
"""The index of a block whose server gave none; `stream` puts the right one in its place."""


class MessageStart(NamedTuple):
    """The service has begun to answer."""

    id: str | None
    model: str | None
    usage: Usage


class BlockStart(NamedTuple):
    """Block `index` begins as `block`, usually empty."""

    block_index: int
    block: Block


class TextDelta(NamedTuple):
    """More text of block `index`."""

    block_index: int
    text: str


class ThinkingDelta(NamedTuple):
    """More reasoning of block `index`."""

    block_index: int
    thinking: str


class SignatureDelta(NamedTuple):
    """More of the signature of thinking block `index`."""

    block_index: int
    signature: str


class InputJsonDelta(NamedTuple):
    """More of the JSON text of a tool's input."""

    block_index: int
    partial_json: str


class OtherDelta(NamedTuple):
    """More of block `index`, of a kind that this program does not show: `citations_delta`, say.

    `delta` is as it came, its `type` included.
    """

    block_index: int
    delta: Json


class BlockStop(NamedTuple):
    """Block `index` is whole."""

    block_index: int


class MessageDelta(NamedTuple):
    """Why the answer ended, and what it used. `stop_reason` here is what makes an answer whole."""

    stop_reason: str | None
    stop_sequence: str | None
    usage: Usage


class MessageStop(NamedTuple):
    """Nothing more will come."""


class Ping(NamedTuple):
    """The service is still there."""


class StreamError(NamedTuple):
    """The service reports an error in mid-stream; `type` as in its error bodies."""

    type: str
    message: str


class Unread(NamedTuple):
    """Something in a stream that is no event of the protocol, and was passed over.

    `may_be_error`: it has words, or says that something failed; `text` tells it to a person.
    `is_failure`: there is hardly a doubt of that.
    """

    text: str
    may_be_error: bool
    is_failure: bool = False


class Restated(NamedTuple):
    """Events of which the answer may have come already: `StreamDecoder` takes what is new in them.

    `form` is where they were: a `message` that is there as a whole; a `block` that is so at its
    end, or in an event of its own (`content_block`); `closing` text, beside the stop reason; a
    `helper` event of the SDK, which says a delta again; in the envelope of a gateway (`wrapped`),
    or in a gateway's `record`, which counts only in a stream of such.
    `told` is the object that they stood in, or a helper event itself; None for what a record of
    another name or type quotes, whose words are none of the answer's.
    """

    events: tuple[Event, ...]
    form: Literal["message", "block", "content_block", "closing", "helper", "wrapped", "record"]
    told: Json | None = None


STOP_REASONS = frozenset(
    {
        *("end_turn", "stop_sequence", "max_tokens", "tool_use", "content_filter"),
        *("repetition_truncation", "refusal", "pause_turn", "model_context_window_exceeded"),
    }
)
"""Those that MiMo's reference and Anthropic's name; other servers may give others."""

FAILED_REASONS = frozenset(
    {
        *("error", "failed", "cancelled", "canceled", "abort", "aborted", "incomplete"),
        *("timeout", "network_error", "insufficient_system_resource"),
    }
)
"""Stop reasons of other servers that say that an answer is not all there is."""

EVENT_TYPES = frozenset(
    {"message", "error"}.union(
        *({f"message_{part}", f"content_block_{part}"} for part in ("start", "delta", "stop"))
    )
)
"""Those of the protocol that say something; and of a message, where one comes as a whole."""

Event = (
    MessageStart
    | BlockStart
    | TextDelta
    | ThinkingDelta
    | SignatureDelta
    | InputJsonDelta
    | OtherDelta
    | BlockStop
    | MessageDelta
    | MessageStop
    | Ping
    | StreamError
    | Unread
    | Restated
)


# What the client adds to a stream


class Retrying(NamedTuple):
    """What came so far is void, for a `reason`: the request is sent again after `wait` seconds."""

    reason: Phrase
    wait: float
    attempt: int


class Silence(NamedTuple):
    """Nothing has come for `seconds`; after `limit` the client gives up."""

    seconds: float
    limit: float


class Tick(NamedTuple):
    """Nothing has come, but the view asked to be called by now."""


class Sending(NamedTuple):
    """The request is on its way out: so many bytes of its `size` are; it takes a tick's place."""

    sent: int
    size: int


class Looping(NamedTuple):
    """What comes has begun to repeat itself over and over: the answer's text, or its thinking."""

    what: Literal["text", "thinking"]


StreamItem = Event | Retrying | Silence | Tick | Sending | Looping


def has_words(event: StreamItem) -> bool:
    """Return whether an event brings something of the answer that can be seen."""
    return isinstance(event, TextDelta) and bool(event.text.strip())


def merge_deltas(events: Iterable[StreamItem]) -> list[StreamItem]:
    """Return events that came at once, with adjacent pieces of one block's text as one."""
    found: list[StreamItem] = []
    for kind, run in groupby(events, _kind_of_text):
        if kind is None:
            found += run
        else:
            delta, index = kind
            found.append(delta(index, "".join(event[1] for event in run)))  # type: ignore[misc]  # all are deltas
    return found


def _kind_of_text(event: StreamItem) -> tuple[type[TextDelta | ThinkingDelta], int] | None:
    if isinstance(event, TextDelta | ThinkingDelta):
        return type(event), event.block_index
    return None
