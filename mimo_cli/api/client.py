"""Sends a request and yields its events: the protocol's rules, time limits and retries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Self

from mimo_cli.api.protocol import messages
from mimo_cli.api.protocol.encode import encode
from mimo_cli.api.protocol.messages import (
    Event,
    Ping,
    Request,
    Retrying,
    StreamError,
    StreamItem,
    Tick,
)
from mimo_cli.api.protocol.stream import Decoder
from mimo_cli.api.transport.http import Http
from mimo_cli.api.waiting import SHORTEST_TICK, Waiting
from mimo_cli.errors import (
    ALWAYS,
    IncompleteError,
    MimoError,
    ProtocolError,
    ServerError,
)
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.ending import Ending
    from mimo_cli.api.response import Response
    from mimo_cli.api.timing import Clock, Limits
    from mimo_cli.api.transport.exchange import Exchange

_ERROR_BODY = 64 * 1024
_PLAIN_BODY = 64 * 1024 * 1024
_OK = 200
_MARK = 8
"""Bytes at the beginning of a body in which an encoding with wide letters has a zero."""


class Client:
    """One server, and at most one request under way.

    `note` takes remarks for a user who asked for them (`-v`). `listed` gives the models that the
    server last said it has, for advice after an error. `environ` has the variables that name
    proxies and certificates. `spent` seconds of the limit in all are used up
    already.

    Raises:
        ConfigError: the proxy's variable or a certificate file is not usable.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        limits: Limits,
        retries: int,
        clock: Clock,
        note: Callable[[Phrase], None] = lambda _: None,
        listed: Callable[[], Sequence[str]] = tuple,
        environ: Mapping[str, str],
        spent: float = 0.0,
    ) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._spent = spent
        self._retries = retries
        self._clock = clock
        self._note = note
        self._listed = listed
        self.head: Response | None = None
        """The last reply's status and headers."""
        self._http = Http(endpoint, connect=limits.connect, upload=limits.upload, environ=environ)
        for remark in self._http.choice.remarks():
            note(remark)

    def close(self) -> None:
        """Closes the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stream(
        self,
        request: Request,
        *,
        buffered: bool = False,
        wake: Callable[[], float | None] = lambda: None,
    ) -> Generator[list[StreamItem]]:
        """The events of the answer, in the groups they arrived in.

        The first group is empty and comes when the request is under way, so that the caller can
        prepare what it needs to show the answer. `wake` tells in how many seconds the caller wants
        to be called again even if nothing has come; it is then given a `Tick`.

        A failed request is sent again as long as no text was yielded; with `buffered` (the caller
        shows nothing before the end) also after that. `Retrying` then says that what came before
        is void.

        Raises:
            MimoError: it failed for good; IncompleteError if text had come.
        """
        deadline = self._deadline()
        body = json.dumps(encode(request), ensure_ascii=False).encode("utf-8", "replace")
        attempt = 0
        ever_had_words = False
        while True:
            has_words = False
            try:
                for events in self._attempt(request, body, deadline, wake):
                    has_words = has_words or any(map(messages.has_words, events))
                    yield events
            except MimoError as error:
                error.conceal(self._endpoint.conceal)
                wait = self._wait_after(error, attempt, deadline, may=buffered or not has_words)
                ever_had_words = ever_had_words or has_words
                if wait is None:
                    raise (_incomplete(error) if ever_had_words else error) from error
                yield [Retrying(error.message, wait, attempt + 1)]
            else:
                return
            yield from self._pause(wait, wake)
            attempt += 1

    def fetch(self, url: str, size: int) -> bytes:
        """What is at `url`, an address on this server, asked for again if that fails.

        Raises:
            MimoError: it failed for good, or is over `size` bytes.
        """
        deadline = self._deadline()
        attempt = 0
        while True:
            try:
                return self._fetched(url, size, deadline)
            except MimoError as error:
                error.conceal(self._endpoint.conceal)
                wait = self._wait_after(error, attempt, deadline, may=True)
                if wait is None:
                    raise
                self._note(
                    Phrase(
                        "{problem}; again in {seconds:.1f} s", problem=error.message, seconds=wait
                    )
                )
            self._clock.sleep(wait)
            attempt += 1

    def _deadline(self) -> float | None:
        total = self._limits.total
        return None if total is None else self._clock.monotonic() + total - self._spent

    def _pause(
        self, seconds: float, wake: Callable[[], float | None]
    ) -> Iterator[list[StreamItem]]:
        while seconds > 0:
            part = min(seconds, max(wake() or seconds, SHORTEST_TICK))
            self._clock.sleep(part)
            seconds -= part
            if seconds > 0:
                yield [Tick()]

    def _wait_after(
        self, error: MimoError, attempt: int, deadline: float | None, *, may: bool
    ) -> float | None:
        if not may:
            return None
        from mimo_cli.api import retry

        wait = retry.wait(error, attempt, self._retries, self._clock.random())
        if wait is None or deadline is None:
            return wait
        return wait if self._clock.monotonic() + wait < deadline else None

    def _attempt(
        self,
        request: Request,
        body: bytes,
        deadline: float | None,
        wake: Callable[[], float | None],
    ) -> Iterator[list[StreamItem]]:
        exchange = self._http.post(body, stream=request.stream)
        waiting = self._waiting(exchange, deadline, wake)
        done = False
        try:
            yield []
            while isinstance(head := waiting.head(), Tick):
                yield [head]
            self._begin(head)
            if head.status != _OK:
                raise self._refusal(head, waiting, request.model, self._endpoint.messages_url)
            yield from self._answer(head, waiting, request.model)
            done = True
        finally:
            exchange.abandon()
            if not done:
                self._http.cut()

    def _fetched(self, url: str, size: int, deadline: float | None) -> bytes:
        exchange = self._http.get(url)
        waiting = self._waiting(exchange, deadline, lambda: None)
        body = None
        try:
            while isinstance(head := waiting.head(), Tick):
                continue  # nobody asked for it
            self._begin(head)
            if head.status != _OK:
                raise self._refusal(head, waiting, None, url)
            found = waiting.rest(size + 1)
            if len(found) > size:
                why = Phrase("it is over {size} bytes", size=size)
                raise ProtocolError(Phrase("the reply is too large"), why)
            from mimo_cli.api.replies import body_text

            if encoding := _encoding(head.headers, found):
                from mimo_cli.api.replies import failures

                raise failures.from_encoding(encoding, head.status)
            if _kind(head.content_type, found) == "page":
                from mimo_cli.api.replies import failures

                raise failures.from_page(head._replace(body=found), self._endpoint)
            body = body_text.as_utf8(found, head.charset)
            return body
        finally:
            exchange.abandon()
            if body is None:
                self._http.cut()

    def _waiting(
        self, exchange: Exchange, deadline: float | None, wake: Callable[[], float | None]
    ) -> Waiting:
        return Waiting(
            exchange,
            self._limits,
            now=self._clock.monotonic,
            deadline=deadline,
            host=self._endpoint.host,
            late=self._http.late,
            wake=wake,
        )

    def _begin(self, head: Response) -> None:
        self.head = head
        self._note(
            Phrase("reply: status {status}, {type}", status=head.status, type=head.content_type)
            if head.content_type
            else Phrase("reply: status {status}, no type", status=head.status)
        )

    def _refusal(self, head: Response, waiting: Waiting, model: str | None, url: str) -> MimoError:
        from mimo_cli.api.replies import unstreamed

        body = b""
        if head.status not in unstreamed.REDIRECTS:
            body = waiting.rest(_ERROR_BODY, self._limits.error_body)
        encoding = _encoding(head.headers, body) if body else ""
        reply = head._replace(body=body)
        return unstreamed.refusal(
            reply, url, self._endpoint, model, self._listed(), encoding=encoding
        )

    def _answer(self, head: Response, waiting: Waiting, model: str) -> Iterator[list[StreamItem]]:
        first = b""
        while not first.strip() and (chunk := waiting.chunk()) is not None:
            if isinstance(chunk, bytes):
                first += chunk
            else:
                yield [chunk]
        encoding = _encoding(head.headers, first)
        kind = _kind(head.content_type, first)
        if kind == "events" and not encoding and b"\0" not in first[:_MARK]:
            self._note(_BODY["events"])
            yield from self._events(first, head, waiting, model)
        else:
            yield from self._unstreamed(first, head, waiting, model, encoding)

    def _unstreamed(
        self, first: bytes, head: Response, waiting: Waiting, model: str, encoding: str
    ) -> Iterator[list[StreamItem]]:
        """A reply that begins as no stream does. What it says comes before the error it names."""
        from mimo_cli.api.replies import body_text, failures, unstreamed

        if encoding:
            raise failures.from_encoding(encoding, head.status)
        if body_text.wide(first):  # nobody streams in UTF-16
            first = body_text.as_utf8(first + waiting.rest(_PLAIN_BODY))
        kind = _kind(head.content_type, first)
        self._note(_BODY[kind])
        if kind == "events":
            yield from self._events(first, head, waiting, model)
            return
        if kind == "page":
            rest = waiting.rest(_ERROR_BODY, self._limits.error_body)
            raise failures.from_page(head._replace(body=first + rest), self._endpoint)
        body = first + waiting.rest(_PLAIN_BODY)
        reply = head._replace(body=body_text.as_utf8(body, head.charset))
        found = unstreamed.whole(reply, self._endpoint, model, self._listed)
        conceal = self._endpoint.conceal
        yield [
            _concealed(event, conceal) if isinstance(event, _METADATA) else event
            for event in found.events
        ]
        if found.error is not None:
            raise found.error

    def _events(
        self, chunk: bytes, head: Response, waiting: Waiting, model: str
    ) -> Iterator[list[StreamItem]]:
        decoder = Decoder(head.charset)
        try:
            yield from self._decoded(decoder.feed(chunk), decoder.ending, waiting, model)
            while not decoder.stopped and (more := waiting.chunk()) is not None:
                if isinstance(more, bytes):
                    yield from self._decoded(decoder.feed(more), decoder.ending, waiting, model)
                else:
                    yield [more]
            yield from self._decoded(decoder.last(), decoder.ending, waiting, model)
        except MimoError as error:
            yield [*decoder.close()]
            if not decoder.ending.is_whole:
                raise
            error.conceal(self._endpoint.conceal)
            self._note(Phrase("after the end of the answer: {problem}", problem=error.message))
            self._http.cut()
        yield [*decoder.close()]
        if not decoder.stopped:
            self._note(Phrase("the stream ended without message_stop"))
        if not decoder.ending.is_whole:
            if decoder.ending.has_begun:
                raise CutOffError
            from mimo_cli.api.replies import unstreamed

            raise unstreamed.no_events(chunk)

    def _decoded(
        self, found: Iterable[Event], ending: Ending, waiting: Waiting, model: str
    ) -> Iterator[list[StreamItem]]:
        """The events of a chunk, those before an error in it too."""
        events: list[StreamItem] = []
        problem: MimoError | None = None
        try:
            for event in found:
                if isinstance(event, StreamError):
                    from mimo_cli.api.replies import failures

                    problem = failures.from_event(event, self._endpoint, model, self._listed())
                    break
                if isinstance(event, _METADATA):
                    event = _concealed(event, self._endpoint.conceal)  # noqa: PLW2901 - as it goes on
                events.append(event)
        except ProtocolError as error:
            problem = error
        if any(not isinstance(event, Ping) for event in events):
            waiting.has_content(is_over=ending.is_over)
        if events:
            yield events
        if problem is not None:
            raise problem


_METADATA = (messages.MessageStart, messages.MessageDelta)


def _concealed(
    event: messages.MessageStart | messages.MessageDelta, conceal: Callable[[str], str]
) -> Event:
    """An event whose names (not the answer, which is never touched) do not show the key."""
    if isinstance(event, messages.MessageStart):
        id_, model = event.id, event.model
        return event._replace(id=id_ and conceal(id_), model=model and conceal(model))
    reason, sequence = event.stop_reason, event.stop_sequence
    if reason not in messages.STOP_REASONS:
        reason = reason and conceal(reason)
    return event._replace(stop_reason=reason, stop_sequence=sequence and conceal(sequence))


_READABLE = ("identity", "gzip", "x-gzip", "deflate")
_STARTS = (b"{", b"[", b"<", b":", b"data", b"event", b"id:", b"retry")


def _encoding(headers: Mapping[str, str], first: bytes) -> str:
    """How a body is compressed that nobody can read here; "" if it can be read.

    Nothing was asked for but plain text. Some gateways hand on the header of a body that they
    have unpacked, so the bytes decide.
    """
    names = [name.strip() for name in headers.get("content-encoding", "").lower().split(",")]
    unknown = next((name for name in names if name and name not in _READABLE), "")
    return "" if first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_STARTS) else unknown


def _kind(content_type: str, first: bytes) -> str:
    """What a body of status 200 is: its declared type, unless its first bytes say otherwise."""
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        return "page"
    if start in (b"{", b"["):
        return "message"
    if start == b"" and "event-stream" not in content_type:
        return "message"
    return "events"


_BODY = {
    "events": Phrase("the body is events"),
    "message": Phrase("the body is message"),
    "page": Phrase("the body is page"),
}


class CutOffError(ServerError):
    """The stream ended before the answer did."""

    def __init__(self) -> None:
        what = Phrase("the answer may be incomplete")
        super().__init__(what, Phrase("the stream ended early"), retry_limit=ALWAYS)


def _incomplete(error: MimoError) -> IncompleteError:
    """`error`, when part of the answer had come."""
    incomplete = IncompleteError(
        Phrase("the answer is incomplete"),
        error.why if isinstance(error, CutOffError) else error.message,
        error.hint or Phrase("Ask again for the whole."),
        status=error.status,
        request_id=error.request_id,
        retry_after=error.retry_after,
    )
    incomplete.quotes_server = error.quotes_server
    return incomplete
