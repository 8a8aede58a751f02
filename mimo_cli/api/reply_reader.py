"""Reads one reply: a stream of events, a whole message, a page, or a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mimo_cli.api.protocol import messages
from mimo_cli.api.protocol.messages import Event, Ping, StreamError, StreamItem, Unread
from mimo_cli.api.protocol.stream import StreamDecoder
from mimo_cli.api.replies import sniffing
from mimo_cli.errors import MimoError, ProtocolError
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.encode import EncodedRequest
    from mimo_cli.api.protocol.ending import Ending
    from mimo_cli.api.replies.hints import Asked
    from mimo_cli.api.response import Response
    from mimo_cli.api.waiting import Waiting

_ERROR_BODY = 64 * 1024
_PLAIN_BODY = 64 * 1024 * 1024
"""The most bytes of an error's text, and of a message that is not streamed."""

_BEGIN = 256
"""The least bytes by which it is told what a body is in which no event was found."""

_BODY = {
    "events": Phrase("the body is events"),
    "message": Phrase("the body is message"),
    "page": Phrase("the body is page"),
}


class Target(NamedTuple):
    """What a reply answers: a message sent to `url`, or a request without one.

    `listed` gives the models that the server last said it has, for advice after an error.
    """

    endpoint: Endpoint
    url: str
    listed: Callable[[], Sequence[str]]
    request: EncodedRequest | None = None

    def asked(self) -> Asked:
        """Return it as advice after an error wants it."""
        from importlib.util import find_spec

        from mimo_cli import extras
        from mimo_cli.api.replies import hints

        request = self.request
        if request is None:
            return hints.Asked(self.endpoint, None, self.listed())
        is_large = any(it.pixels > extras.LARGE_PICTURE for it in request.files)
        return hints.Asked(
            self.endpoint,
            request.model,
            self.listed(),
            request.media,
            request.length,
            is_large and find_spec(extras.PILLOW) is None,
            request.new_media,
        )


class ReplyReader:
    """Reads the reply to one request, whose status and headers are there.

    `note` takes remarks for a user who asked for details; `cut` ends the connection. `error_body`
    is the limit, in seconds, for reading the text of a refusal.
    """

    def __init__(
        self,
        head: Response,
        waiting: Waiting,
        target: Target,
        *,
        note: Callable[[Phrase], None],
        cut: Callable[[], None],
        error_body: float,
    ) -> None:
        self._head = head
        self._waiting = waiting
        self._target = target
        self._note = note
        self._cut = cut
        self._error_body = error_body
        self._doubtful = ""
        """The last that came in the place of an event and may be an error's words."""
        self._told = ""
        """The last of those that says so of itself."""

    def refusal(self) -> MimoError:
        """Return the error that a reply is whose status is none of an answer."""
        from mimo_cli.api.replies import unstreamed

        head, body = self._head, b""
        if head.status not in unstreamed.REDIRECTS:
            body = self._waiting.read_rest(_ERROR_BODY, self._error_body)
        return unstreamed.refusal_error(
            head._replace(body=body),
            self._target.url,
            self._target.asked(),
            encoding=sniffing.unknown_compression(head, body) if body else "",
        )

    def document(self, size: int) -> bytes:
        """Return the body of a reply that may be an answer as UTF-8.

        Raises:
            ProtocolError: it is over `size` bytes, a page, or cannot be read.
        """
        body = self._waiting.read_rest(size + 1)
        if len(body) > size:
            why = Phrase("it is over {size} bytes", size=size)
            raise ProtocolError(Phrase("the reply is too large"), why)
        from mimo_cli.api.replies import body_text

        self._check_compression(body)
        if sniffing.kind(self._head, body) == "page":
            raise self._page(body)
        return body_text.as_utf8(body, self._head.charset)

    def events(self) -> Iterator[list[StreamItem]]:
        """Yield the events of a reply that may be an answer, in the groups they arrived in.

        Raises:
            MimoError: it is no answer, or breaks off; what came before was yielded.
        """
        first = b""
        while sniffing.is_undecided(self._head, first) and (
            (chunk := self._waiting.read_chunk()) is not None
        ):
            if isinstance(chunk, bytes):
                first += chunk
            else:
                yield [chunk]
        is_stream = sniffing.kind(self._head, first) == "events" and not (
            sniffing.may_be_wide(first) or sniffing.unknown_compression(self._head, first)
        )
        if is_stream:
            self._note(_BODY["events"])
            yield from self._streamed(first)
        else:
            yield from self._unstreamed(first)

    def _check_compression(self, first: bytes, **looked_at: None) -> None:
        if encoding := sniffing.unknown_compression(self._head, first, **looked_at):
            from mimo_cli.api.replies import failures

            raise failures.from_encoding(encoding, self._head.status)

    def _page(self, body: bytes) -> MimoError:
        from mimo_cli.api.replies import failures

        return failures.from_page(self._head._replace(body=body), self._target.endpoint)

    def _unstreamed(self, first: bytes) -> Iterator[list[StreamItem]]:
        """Read a reply that begins as no stream does. What it says comes before its error."""
        from mimo_cli.api.replies import body_text

        self._check_compression(first)
        if body_text.wide_encoding(first):  # nobody streams in UTF-16
            first = body_text.as_utf8(first + self._waiting.read_rest(_PLAIN_BODY))
        kind = sniffing.kind(self._head, first)
        self._note(_BODY[kind])
        if kind == "events":
            yield from self._streamed(first)
        elif kind == "page":
            raise self._page(first + self._waiting.read_rest(_ERROR_BODY, self._error_body))
        else:
            yield from self._message(first)

    def _message(self, first: bytes) -> Iterator[list[StreamItem]]:
        """Read a message that begins so. If its JSON is whole nothing is missing, come what may."""
        from mimo_cli.api.replies import body_text, unstreamed

        rest, problem = self._waiting.read_as_far(_PLAIN_BODY)
        reply = self._head._replace(body=body_text.as_utf8(first + rest, self._head.charset))
        try:
            found = unstreamed.read_message(reply, self._target.asked)
        except MimoError as error:
            self._check_compression(first + rest, looked_at=None)  # too little had come for that
            raise problem or error from error
        yield [*map(self._concealed, found.events)]
        if problem is not None:
            self._tell_after_end(problem)
        if found.error is not None:
            raise found.error

    def _streamed(self, first: bytes) -> Iterator[list[StreamItem]]:
        decoder = StreamDecoder(self._head.charset)
        try:
            yield from self._groups(decoder.feed(first), decoder.ending)
            while self._goes_on(decoder) and (more := self._waiting.read_chunk()) is not None:
                if isinstance(more, bytes):
                    first += more if len(first) < _BEGIN else b""
                    yield from self._groups(decoder.feed(more), decoder.ending)
                else:
                    yield [more]
            yield from self._groups(decoder.finish(), decoder.ending)
        except MimoError as error:
            yield [*decoder.close()]
            if not decoder.ending.is_whole:
                raise self._explained(error, decoder) from error
            self._tell_after_end(error)
        yield [*decoder.close()]
        if not decoder.stopped:
            self._note(Phrase("the stream ended without message_stop"))
        if not decoder.ending.is_whole:
            from mimo_cli.api import cut_off

            asked = self._target.asked()
            raise cut_off.cut_off(decoder, first, self._doubtful, self._head, asked)
        if self._doubtful or decoder.stray:
            from mimo_cli.api import cut_off

            conceal = self._target.endpoint.conceal
            if lost := cut_off.lost_part(decoder.stray, conceal):
                raise lost
            said = cut_off.Said(decoder.stray, self._told or self._doubtful)
            yield [cut_off.passed_over(said, conceal, is_failure=bool(self._told))]

    def _goes_on(self, decoder: StreamDecoder) -> bool:
        """Return whether more is to be read: what is packed has a checksum behind its end."""
        return not decoder.stopped or self._waiting.awaits_checksum()

    def _tell_after_end(self, error: MimoError) -> None:
        """Tell what went wrong behind a whole answer: an error of the server's own is a warning.

        Of the rest nobody has to know.

        Raises:
            ChecksumError: the answer may be wrong.
        """
        from mimo_cli.api.transport.http_errors import ChecksumError

        if isinstance(error, ChecksumError):
            raise error
        error.conceal(self._target.endpoint.conceal)
        self._note(Phrase("after the end of the answer: {problem}", problem=error.message))
        if error.quotes_server and not isinstance(error, ProtocolError):
            self._told = self._doubtful = error.why or error.what
        self._cut()

    def _explained(self, error: MimoError, decoder: StreamDecoder) -> MimoError:
        """Return the error that ended a stream, with what the server may have said of it."""
        from mimo_cli.api import cut_off

        said = cut_off.Said(decoder.stray, self._doubtful)
        return cut_off.explained(error, said, self._head, self._target.asked())

    def _pass_over(self, found: Unread) -> None:
        from mimo_cli.api import cut_off

        text = self._target.endpoint.conceal(found.text)[: cut_off.EXCERPT]
        self._note(Phrase("passed over, for it is no event: {data}", data=text))
        if found.may_be_error:
            self._doubtful = text
        if found.is_failure:
            self._told = text

    def _groups(self, decoded: Iterable[Event], ending: Ending) -> Iterator[list[StreamItem]]:
        """Yield the events of a chunk as one group, those before an error in it too."""
        events: list[StreamItem] = []
        problem: MimoError | None = None
        try:
            for event in decoded:
                if not isinstance(event, _LOOKED_AT):  # by far the most
                    events.append(event)
                elif isinstance(event, StreamError):
                    problem = self._failure(event)
                    break
                elif isinstance(event, Unread):
                    self._pass_over(event)
                else:
                    events.append(self._concealed(event))
        except ProtocolError as error:
            problem = error
        if any(not isinstance(event, Ping) for event in events):
            self._waiting.reset_content_timeout(is_over=ending.is_over)
        if events:
            yield events
        if problem is not None:
            raise problem

    def _failure(self, event: StreamError) -> MimoError:
        from mimo_cli.api.replies import failures

        return failures.from_event(event, self._target.asked())

    def _concealed(self, event: Event) -> Event:
        """Return an event whose names (not the answer, never touched) do not show the key."""
        conceal = self._target.endpoint.conceal
        match event:
            case messages.MessageStart(id_, model):
                return event._replace(id=id_ and conceal(id_), model=model and conceal(model))
            case messages.MessageDelta(reason, sequence):
                if reason not in messages.STOP_REASONS:
                    reason = reason and conceal(reason)
                sequence = sequence and conceal(sequence)
                return event._replace(stop_reason=reason, stop_sequence=sequence)
            case _:
                return event


_LOOKED_AT = (messages.MessageStart, messages.MessageDelta, StreamError, Unread)
