"""Sends a request and yields its events: the protocol's rules, time limits and retries."""

from __future__ import annotations

import json
import queue
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from mimo_cli.api import failures, retry, wire
from mimo_cli.api.http import Connected, End, Http, Item, Sent, redirected
from mimo_cli.api.messages import (
    Event,
    MessageDelta,
    Ping,
    Request,
    Retrying,
    Signal,
    Silence,
    StreamError,
    TextDelta,
)
from mimo_cli.errors import (
    ALWAYS,
    IncompleteError,
    MimoError,
    NetworkError,
    ProtocolError,
    ServerError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.timing import Clock, Limits

_ERROR_BODY = 64 * 1024
_PLAIN_BODY = 64 * 1024 * 1024
_OK = 200


class Client:
    """One server, and at most one request under way.

    `note` takes remarks for a user who asked for them (`-v`). `trust_env` is whether proxy
    variables count.

    Raises:
        ConfigError: a proxy variable or a certificate file is not usable.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        limits: Limits,
        retries: int,
        clock: Clock,
        note: Callable[[str], None] = lambda _: None,
        trust_env: bool = True,
    ) -> None:
        self._endpoint = endpoint
        self._limits = limits
        self._retries = retries
        self._clock = clock
        self._note = note
        # Two addresses (IPv6, IPv4) fit into the limit.
        self._http = Http(
            endpoint, connect=limits.connect / 2, upload=limits.upload, trust_env=trust_env
        )

    def close(self) -> None:
        """Closes the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stream(self, request: Request, *, buffered: bool = False) -> Iterator[list[Signal]]:
        """The events of the answer, in the groups they arrived in.

        A failed request is sent again as long as no text was yielded; with `buffered` (the caller
        shows nothing before the end) also after that. `Retrying` then says that what came before
        is void.

        Raises:
            MimoError: it failed for good; IncompleteError if text had come.
        """
        total = self._limits.total
        deadline = None if total is None else self._clock.monotonic() + total
        body = json.dumps(wire.encode(request), ensure_ascii=False).encode()
        attempt = 0
        while True:
            has_text = False
            try:
                for events in self._attempt(request, body, deadline):
                    has_text = has_text or any(isinstance(event, TextDelta) for event in events)
                    yield events
            except MimoError as error:
                if self._endpoint.key is not None:
                    error.conceal(self._endpoint.key)
                wait = self._wait_after(error, attempt, deadline, may=buffered or not has_text)
                if wait is None:
                    raise (_incomplete(error) if has_text else error) from error
                yield [Retrying(error.message, wait, attempt + 1)]
            else:
                return
            self._clock.sleep(wait)
            attempt += 1

    def _wait_after(
        self, error: MimoError, attempt: int, deadline: float | None, *, may: bool
    ) -> float | None:
        if not may:
            return None
        wait = retry.wait(error, attempt, self._retries, self._clock.random())
        if wait is None or deadline is None:
            return wait
        return wait if self._clock.monotonic() + wait < deadline else None

    def _attempt(
        self, request: Request, body: bytes, deadline: float | None
    ) -> Iterator[list[Signal]]:
        exchange = self._http.post(body, stream=request.stream)
        waiting = _Waiting(exchange.items, self._limits, self._clock, deadline, self._endpoint.host)
        done = False
        try:
            head = waiting.head()
            self._note(
                f"reply: status {head.status}, {head.headers.get('content-type', 'no type')}"
            )
            if head.status != _OK:
                raise self._refusal(head, waiting, request.model)
            yield from self._answer(head, waiting, request.model)
            done = True
        finally:
            exchange.abandon()
            if not done:
                self._http.cut()

    def _refusal(self, head: failures.Response, waiting: _Waiting, model: str) -> MimoError:
        if 300 <= head.status < 400:  # noqa: PLR2004 - the class of redirects
            location = head.headers.get("location", "")
            return redirected(_host(self._endpoint.messages_url, location), head.status)
        body = waiting.rest(_ERROR_BODY, self._limits.error_body)
        response = failures.Response(head.status, head.headers, body)
        return failures.from_response(response, self._endpoint, model)

    def _answer(
        self, head: failures.Response, waiting: _Waiting, model: str
    ) -> Iterator[list[Signal]]:
        first = b""
        while not first.strip() and (chunk := waiting.chunk()) is not None:
            if isinstance(chunk, Silence):
                yield [chunk]
            else:
                first += chunk
        kind = _kind(head.headers.get("content-type", ""), first)
        self._note(f"the body is {kind}")
        if kind == "events":
            yield from self._events(first, waiting, model)
        elif kind == "page":
            rest = waiting.rest(_ERROR_BODY, self._limits.error_body)
            raise failures.from_page(failures.Response(head.status, head.headers, first + rest))
        else:
            body = first + waiting.rest(_PLAIN_BODY)
            yield [*self._message(failures.Response(head.status, head.headers, body), model)]

    def _message(self, response: failures.Response, model: str) -> list[Event]:
        if not response.body.strip():
            raise _empty()
        content = wire.parse(response.body)
        if failures.is_error_body(content):
            raise failures.from_body(response, content, self._endpoint, model)
        return wire.decode_message(content)

    def _events(self, chunk: bytes, waiting: _Waiting, model: str) -> Iterator[list[Signal]]:
        decoder = wire.Decoder()
        stream = _Stream()
        try:
            yield from self._decoded(decoder, stream, chunk, waiting, model)
            while not decoder.stopped and (more := waiting.chunk()) is not None:
                if isinstance(more, Silence):
                    yield [more]
                else:
                    yield from self._decoded(decoder, stream, more, waiting, model)
        except (NetworkError, ServerError) as error:
            yield [*decoder.close()]
            if isinstance(error, ProtocolError) or not stream.is_whole:
                raise
            self._note(f"after the end of the answer: {error}")
        yield [*decoder.close()]
        if not decoder.stopped:
            self._note("the stream ended without message_stop")
        if not stream.is_whole:
            raise _cut_off() if stream.has_begun else _empty()

    def _decoded(
        self, decoder: wire.Decoder, stream: _Stream, chunk: bytes, waiting: _Waiting, model: str
    ) -> Iterator[list[Signal]]:
        """The events of a chunk, those before an error in it too."""
        events: list[Signal] = []
        problem: MimoError | None = None
        try:
            for event in decoder.feed(chunk):
                if isinstance(event, StreamError):
                    problem = failures.from_event(event, self._endpoint, model)
                    break
                stream.see(event)
                events.append(event)
        except ProtocolError as error:
            problem = error
        if any(not isinstance(event, Ping) for event in events):
            waiting.has_content()
        if events:
            yield events
        if problem is not None:
            raise problem


@dataclass(slots=True)
class _Stream:
    """How far a stream has come. Only a stop reason makes an answer whole."""

    has_begun: bool = False
    is_whole: bool = False

    def see(self, event: Event) -> None:
        self.has_begun = self.has_begun or not isinstance(event, Ping)
        if isinstance(event, MessageDelta) and event.stop_reason:
            self.is_whole = True


class _Waiting:
    """Reads an exchange's queue and keeps the limits, each measured by the wall clock."""

    def __init__(
        self,
        items: queue.Queue[Item],
        limits: Limits,
        clock: Clock,
        deadline: float | None,
        host: str,
    ) -> None:
        self._items = items
        self._limits = limits
        self._now = clock.monotonic
        self._host = host
        self._deadline = deadline
        self._due: float | None = self._now() + limits.connect
        self._late: MimoError = _late_connection(host, limits.connect)
        self._last_byte: float | None = None
        self._last_content = 0.0
        self._noticed = False
        self._ended = False

    def head(self) -> failures.Response:
        """The reply's status and headers.

        Raises:
            MimoError: they did not come.
        """
        while True:
            match self._next():
                case Connected():
                    self._due = None  # uploading: the socket's own limit holds
                case Sent():
                    self._last_content = self._now()
                    self._due = self._last_content + self._limits.first_event
                    self._late = _late_first_event(self._host, self._limits.first_event)
                case failures.Response() as head:
                    return head
                case item:
                    raise AssertionError(item)

    def chunk(self) -> bytes | Silence | None:
        """The next bytes of the body, None at its end, or word that nothing has come for long.

        Raises:
            MimoError: the connection broke, or a limit has passed.
        """
        item = End() if self._ended else self._next()
        self._ended = isinstance(item, End)
        if isinstance(item, bytes):
            self._last_byte = self._now()
            self._noticed = False
            return item
        return item if isinstance(item, Silence) else None

    def has_content(self) -> None:
        """What came was not only a sign of life."""
        self._last_content = self._now()

    def rest(self, size: int, seconds: float | None = None) -> bytes:
        """The body's remaining bytes, at most `size`, or what came within `seconds`."""
        if seconds is not None:
            end = self._now() + seconds
            self._deadline = end if self._deadline is None else min(end, self._deadline)
        body = b""
        parts: list[bytes] = []
        total = 0
        try:
            while total < size and (chunk := self.chunk()) is not None:
                if isinstance(chunk, bytes):
                    parts.append(chunk)
                    total += len(chunk)
        except (NetworkError, ServerError):
            if seconds is None:
                raise
        body = b"".join(parts)
        return body[:size]

    def _next(self) -> Item | Silence:
        while True:
            due, late = self._nearest()
            notice = self._notice_at()
            until = min(x for x in (due, notice, self._now() + 3600) if x is not None)
            try:
                item = self._items.get(timeout=max(0.0, until - self._now()))
            except queue.Empty:
                now = self._now()
                if due is not None and now >= due:
                    raise late from None
                if notice is not None and now >= notice:
                    self._noticed = True
                    return Silence(self._limits.notice, self._limits.idle)
                continue
            if isinstance(item, Exception):
                raise item
            return item

    def _notice_at(self) -> float | None:
        if self._last_byte is None or self._noticed:
            return None
        return self._last_byte + self._limits.notice

    def _nearest(self) -> tuple[float | None, MimoError]:
        """The limit that will pass first, and its error."""
        limits = self._limits
        if self._last_byte is None:
            found = [(self._due, self._late)]
        else:
            found = [
                (self._last_byte + limits.idle, _silent(limits.idle)),
                (self._last_content + limits.content, _only_pings(limits.content)),
            ]
        found.append((self._deadline, _out_of_time(limits.total)))
        timed = [(due, late) for due, late in found if due is not None]
        return min(timed, key=lambda pair: pair[0]) if timed else (None, self._late)


def _host(base: str, location: str) -> str:
    try:
        return urlsplit(urljoin(base, location)).hostname or "nowhere"
    except ValueError:
        return "nowhere"  # not a URL


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


def _late_connection(host: str, seconds: float) -> NetworkError:
    hint = "Check the network, and base_url (mimo config get base_url)."
    return NetworkError(f"cannot connect to {host}", f"it took over {seconds:g} s", hint)


def _late_first_event(host: str, seconds: float) -> NetworkError:
    why = f"{host} sent nothing for {seconds:g} s"
    return NetworkError("no answer", why, "Try again later.", retry_limit=1)


def _silent(seconds: float) -> ServerError:
    return ServerError("the answer stalled", f"nothing came for {seconds:g} s", "Try again.")


def _only_pings(seconds: float) -> ServerError:
    return ServerError("the answer stalled", f"no text came for {seconds:g} s", "Try again.")


def _out_of_time(total: float | None) -> NetworkError:
    why = f"it took over {total:g} s" if total is not None else "the server is too slow"
    return NetworkError("out of time", why, "Give it longer: --timeout SECONDS")


def _empty() -> ServerError:
    return ServerError("empty response", "the server sent no answer", retry_limit=ALWAYS)


def _cut_off() -> ServerError:
    return ServerError("the answer may be incomplete", "the stream ended early", retry_limit=ALWAYS)


def _incomplete(error: MimoError) -> IncompleteError:
    """`error`, when part of the answer had come."""
    return IncompleteError(
        "the answer is incomplete",
        error.message.removeprefix("the answer may be incomplete: "),
        error.hint or "What came is above. Ask again for the whole.",
        status=error.status,
        request_id=error.request_id,
        retry_after=error.retry_after,
    )
