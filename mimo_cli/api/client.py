"""Send requests to a server: time limits in all, and what is sent again when it fails."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Self

from mimo_cli.api.protocol.messages import Retrying, StreamItem, Tick, has_words
from mimo_cli.api.reply_reader import ReplyReader, Target
from mimo_cli.api.response import Response
from mimo_cli.api.transport.http import Http
from mimo_cli.api.transport.proxies.proxy import find_secrets
from mimo_cli.api.waiting import SHORTEST_TICK, Waiting
from mimo_cli.errors import IncompleteError, MimoError, ProtocolError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from mimo_cli.api.endpoint import Endpoint
    from mimo_cli.api.protocol.encode import EncodedRequest
    from mimo_cli.api.timing import Clock, Limits
    from mimo_cli.api.transport.exchange import Exchange

_ANSWERS = frozenset({200, 201, 203, 206})
"""The statuses of a reply with a body that may be an answer, whatever a gateway calls it."""
_BEFORE_THE_END = 0.01
"""Seconds before the limit in all that the making of a connection ends: its error says more."""
_DIGEST = 12
"""Characters of a digest that tell one file from another."""


class Client:
    """A client of one server, with at most one request under way.

    `retries` is how often a failed request is sent again, at most. `note` takes remarks for a user
    who asked for details. `listed` gives the ids of the models that the server last said it has,
    for advice after an error. `environ` has the variables that name proxies and certificates.
    `spent` seconds of the limit in all are used up already.

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
        self._endpoint = endpoint._replace(hidden=find_secrets(environ))
        self._limits = limits
        self._spent = spent
        self._retries = retries
        self._clock = clock
        self._note = note
        self._listed = listed
        self.head: Response | None = None
        """The last reply's status and headers."""
        self._http = Http(
            endpoint.messages_url,
            endpoint.headers(),
            connect=limits.connect,
            upload=limits.upload,
            environ=environ,
            total=limits.total,
        )
        for remark in self._http.remarks():
            note(remark)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stream(
        self,
        request: EncodedRequest,
        *,
        buffered: bool = False,
        seconds_until_tick: Callable[[], float | None] = lambda: None,
        spent: float = 0.0,
    ) -> Generator[list[StreamItem]]:
        """Ask for an answer and yield its events, in the groups they arrived in.

        The first group is empty and comes when the request is under way, so that the caller can
        prepare what it needs to show the answer. `seconds_until_tick` tells in how many seconds the
        caller wants to be called again even if nothing has come, None for never; it is then given
        a `Tick`, or `Sending` while the request goes out.

        A failed request is sent again as long as no text was yielded; with `buffered` (the caller
        shows nothing before the end) also after that. `Retrying` then says that what came before
        is void. `spent` more seconds of the limit in all are used up: by requests before this one.

        Raises:
            MimoError: it failed for good; IncompleteError if text had come.
        """
        self._note_request(request)
        deadline = self._deadline(spent)
        attempt = 0
        has_ever_shown = False
        while True:
            has_shown = False
            try:
                for events in self._attempt(request, deadline, seconds_until_tick):
                    has_shown = has_shown or any(map(has_words, events))
                    yield events
            except MimoError as error:
                error.conceal(self._endpoint.conceal)
                wait = self._wait_after(error, attempt, deadline, may=buffered or not has_shown)
                has_ever_shown = has_ever_shown or has_shown
                if wait is None:
                    raise (_incomplete(error) if has_ever_shown else error) from error
                yield [Retrying(error.message, wait, attempt + 1)]
            else:
                return
            yield from self._pause(wait, seconds_until_tick)
            attempt += 1

    def fetch(self, url: str, size: int) -> bytes:
        """Return the JSON at `url` on this server, as UTF-8; it is asked for again if that fails.

        Raises:
            MimoError: it failed for good, or is over `size` bytes.
        """
        deadline = self._deadline()
        attempt = 0
        while True:
            try:
                return self._fetch_once(url, size, deadline)
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

    def _note_request(self, request: EncodedRequest) -> None:
        for file in request.files:
            note = Phrase(
                "goes along: {kind} {name}, {type}, {size:,} bytes, SHA-256 {digest}",
                kind=file.kind,
                name=file.name,
                type=file.source.media_type,
                size=file.source.size,
                digest=file.source.sha256[:_DIGEST],
            )
            self._note(note)
        self._note(Phrase("request: {size:,} bytes", size=request.length))

    def _deadline(self, spent: float = 0.0) -> float | None:
        total = self._limits.total
        return None if total is None else self._clock.monotonic() + total - self._spent - spent

    def _pause(
        self, seconds: float, seconds_until_tick: Callable[[], float | None]
    ) -> Iterator[list[StreamItem]]:
        while seconds > 0:
            part = min(seconds, max(seconds_until_tick() or seconds, SHORTEST_TICK))
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

        wait = retry.seconds_to_wait(error, attempt, self._retries, self._clock.random())
        if wait is None or deadline is None:
            return wait
        return wait if self._clock.monotonic() + wait < deadline else None

    def _attempt(
        self,
        request: EncodedRequest,
        deadline: float | None,
        seconds_until_tick: Callable[[], float | None],
    ) -> Iterator[list[StreamItem]]:
        exchange = self._http.post(request)
        waiting = self._waiting(exchange, deadline, seconds_until_tick)
        done = False
        try:
            yield []
            while not isinstance(head := waiting.read_head(), Response):
                yield [head]
            target = Target(self._endpoint, self._endpoint.messages_url, self._listed, request)
            reader = self._reader(head, waiting, target)
            if head.status not in _ANSWERS:
                raise self._refusal(reader)
            yield from reader.events()
            done = True
        except ProtocolError as error:
            raise (waiting.find_damage() or error) from error
        finally:
            exchange.abandon()
            if not done:
                self._http.cut()

    def _refusal(self, reader: ReplyReader) -> MimoError:
        """Return the error that a reply stands for; a proxy that forwards may have given it."""
        error = reader.refusal()
        if (proxy := self._http.forwarding_proxy) is None:
            return error
        from mimo_cli.api.transport.http_errors import perhaps_of_proxy

        return perhaps_of_proxy(error, proxy)

    def _fetch_once(self, url: str, size: int, deadline: float | None) -> bytes:
        exchange = self._http.get(url)
        waiting = self._waiting(exchange, deadline, lambda: None)
        body = None
        try:
            while not isinstance(head := waiting.read_head(), Response):
                continue  # nobody asked for it
            target = Target(self._endpoint, url, self._listed)
            reader = self._reader(head, waiting, target)
            if head.status not in _ANSWERS:
                raise self._refusal(reader)
            body = reader.document(size)
            if not exchange.is_unpacked:
                _check_whole(body)
            return body
        finally:
            exchange.abandon()
            if body is None:
                self._http.cut()

    def _waiting(
        self,
        exchange: Exchange,
        deadline: float | None,
        seconds_until_tick: Callable[[], float | None],
    ) -> Waiting:
        limits, late = self._limits, self._http.late_error
        if self._http.choice.proxy is not None and deadline is not None:
            left = max(deadline - self._clock.monotonic() - _BEFORE_THE_END, 0.0)
            if left < limits.connect:  # who lets us wait is to be named, and it is not the server
                limits, late = limits._replace(connect=left), partial(late, limits.total)
        return Waiting(
            exchange,
            limits,
            now=self._clock.monotonic,
            deadline=deadline,
            host=self._endpoint.host,
            late=late,
            seconds_until_tick=seconds_until_tick,
            forwarding=self._http.forwarding_proxy,
        )

    def _reader(self, head: Response, waiting: Waiting, target: Target) -> ReplyReader:
        self.head = head
        self._note(
            Phrase("reply: status {status}, {type}", status=head.status, type=head.content_type)
            if head.content_type
            else Phrase("reply: status {status}, no type", status=head.status)
        )
        return ReplyReader(
            head,
            waiting,
            target,
            note=self._note,
            cut=self._http.cut,
            error_body=self._limits.error_body,
        )


def _check_whole(body: bytes) -> None:
    """Look whether the JSON is whole of what came packed, and without the end of that.

    Raises:
        ServerError: it is not.
    """
    from mimo_cli.api.replies import embedded_json
    from mimo_cli.api.transport.http_errors import broke_off_packed

    if embedded_json.parse(body) is None:
        raise broke_off_packed()


def _incomplete(error: MimoError) -> IncompleteError:
    """Return what an error is when part of the answer had come."""
    from mimo_cli.api.cut_off import CutOffError  # most answers come to their end

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
