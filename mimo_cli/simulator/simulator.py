"""The simulator: a service with its faults and its memory behind a loopback server."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Self

from mimo_cli.phrases import Phrase, verbatim
from mimo_cli.simulator.behaviour import MAX_BODY, Behaviour, Memory
from mimo_cli.simulator.dialects.by_name import select_dialects
from mimo_cli.simulator.faults import Fault, FaultQueue, apply_fault
from mimo_cli.simulator.http_server import HOST, HttpServer
from mimo_cli.simulator.protocol.models_page import ServedModels
from mimo_cli.simulator.protocol.responses import Framing, HttpResponse, merge_headers
from mimo_cli.simulator.service import HttpRequest, request_id, respond
from mimo_cli.simulator.steps import sending_steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from mimo_cli.simulator.steps import Step
    from mimo_cli.simulator.tool_calls import CallForm, ToolCall

DEFAULT_KEY = "sk-simulator"
MOST_RECORDED = 1000
"""How many requests are kept for `Simulator.requests`: the latest."""
MOST_RECORDED_BYTES = 256 * 1024 * 1024
"""How large the bodies of those may be together: of films fewer are kept, but always the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest(HttpRequest):
    """A request that the simulator received.

    Attributes:
        connection: Which connection it came on, counted from 1.
        received: When it had come, in seconds of `time.monotonic()`.
    """

    connection: int
    received: float

    @property
    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: It is not JSON.
        """
        return json.loads(self.body)


class Simulator:
    """A loopback server that behaves as Xiaomi's service is documented to, without a model.

    Use it in a `with` statement, or call `start` and `stop`. A simulator that was stopped can be
    started again.

    Args:
        faults: What goes wrong, in the order of the requests; after them all is well.
        answer: None for the built-in answers (see `answers`), a text, several (each answers one
            request, the last one all that follow), or a function of the request's JSON that gives
            a text.
        calls: Where a request offers tools and brings no results, the answer calls these, all at
            once, whether they were offered or not. After the results it is as it is without them.
        calls_as: Whether those calls are blocks, or are written out in the text or the thinking
            (in the text, if the request turns that off), with the same stop reason.
        endless_calls: Call again after the results, as long as tools are offered.
        thinking: The thinking text when thinking is on; None for the built-in one.
        deltas: The answer is exactly so many text deltas, each one short word unlike the others.
        delta_chars: Characters in one text delta; None is one token each.
        delay: Seconds before each delta of a stream. Without it the events go out in few writes;
            each is a chunk of its own in both cases, as real servers send them.
        framing: How the end of a stream is known. The service sends chunks; some gateways close
            the connection (`CLOSE`), and one that buffers knows the length (`LENGTH`).
        port: The port to listen on; 0 takes a free one.
        keys: The keys that are accepted; empty accepts every request, also without a key.
        dialect: How a gateway sends it instead: a name of `DIALECTS`, or several.
        models: The models it says it has, and the shape and pages it says so in.
        max_body: The largest request body that it takes, in bytes; a larger one is a 413.
        log: Called with one line for each request.

    Attributes:
        hung_up: Set when a client closed its connection while a reply was still being sent.
    """

    def __init__(
        self,
        *,
        faults: Iterable[Fault] = (),
        answer: str | Iterable[str] | Callable[[dict[str, Any]], str] | None = None,
        calls: Iterable[ToolCall] = (),
        calls_as: CallForm = "blocks",
        endless_calls: bool = False,
        thinking: str | None = None,
        deltas: int | None = None,
        delta_chars: int | None = None,
        delay: float = 0.0,
        framing: Framing = Framing.CHUNKED,
        dialect: str | Iterable[str] = (),
        port: int = 0,
        keys: tuple[str, ...] = (DEFAULT_KEY,),
        models: ServedModels | None = None,
        max_body: int = MAX_BODY,
        log: Callable[[Phrase], object] | None = None,
    ) -> None:
        if answer is not None and deltas is not None:
            raise ValueError("give an answer or a number of deltas, not both")
        if delta_chars is not None and delta_chars < 1:
            raise ValueError("a delta has at least 1 character")
        if framing is Framing.BARE:
            raise ValueError("a stream has a status line and headers: use Fault.raw for less")
        self.hung_up = threading.Event()
        dialects = select_dialects((dialect,) if isinstance(dialect, str) else dialect)
        self._behaviour = Behaviour(
            _answers(answer),
            thinking,
            deltas,
            delta_chars,
            keys,
            models or ServedModels(),
            framing,
            dialects,
            max_body,
            tuple(calls),
            calls_as,
            endless_calls,
        )
        self._delay = delay
        self._faults = FaultQueue(faults)
        self._log = log
        self._memory = Memory()
        self._lock = threading.Lock()
        self._recorded: deque[RecordedRequest] = deque()
        self._recorded_bytes = 0
        self._received = 0
        self._accepted = 0  # by servers that were stopped
        self._port = port
        self._server: HttpServer | None = None
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The server's address, without a path. Known once it was started."""
        return f"http://{HOST}:{self._port}"

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL: messages go to `{base_url}/v1/messages`."""
        return f"{self.url}/anthropic"

    @property
    def key(self) -> str:
        """A key that is accepted."""
        return self._behaviour.keys[0] if self._behaviour.keys else DEFAULT_KEY

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests received so far (the latest `MOST_RECORDED`), the oldest first."""
        with self._lock:
            return list(self._recorded)

    @property
    def connections(self) -> int:
        """How many connections were accepted so far."""
        return self._accepted + (self._server.accepted if self._server else 0)

    def add(self, *faults: Fault) -> None:
        """Put faults behind those that are still to come."""
        self._faults.add(*faults)

    def start(self) -> None:
        """Listen and answer, in threads of its own.

        Raises:
            OSError: The port is taken.
            RuntimeError: It runs already.
        """
        if self._server is not None:
            raise RuntimeError("the simulator is running already")
        self._stopped.clear()
        self._server = HttpServer(self._port, self._respond, self.hung_up, self._behaviour.max_body)
        self._port = self._server.server_address[1]
        self._server.start()

    def stop(self) -> None:
        """Close every connection and wait for the threads to end. A second call does nothing."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()
            self._accepted += server.accepted
            self._stopped.set()

    def serve_forever(self) -> None:
        """Wait until `stop` is called; start the simulator if it does not run."""
        try:
            if self._server is None:
                self.start()
            self._stopped.wait()
        finally:
            self.stop()

    def _respond(self, request: HttpRequest, connection: int) -> Iterator[Step]:
        """Take down a request, and say by which steps to answer it."""
        number = self._record(request, connection)
        fault = self._faults.next()
        between = fault.between or self._delay
        if fault.replaces:
            reply = HttpResponse(200, (request_id(number),), ())
        else:
            reply = respond(request, number, self._behaviour, self._memory)
        headers = merge_headers((("Date", formatdate(usegmt=True)),), reply.headers)
        reply = apply_fault(fault, replace(reply, headers=headers), self._behaviour.dialects)
        if self._log is not None:
            self._log(_line_of_log(request, reply))
        return sending_steps(_suit(reply, request), fault, between)

    def _record(self, request: HttpRequest, connection: int) -> int:
        """Keep a request for `requests`, and say which one it is."""
        recorded = RecordedRequest(
            request.method,
            request.path,
            request.headers,
            request.body,
            request.size,
            request.old,
            connection=connection,
            received=time.monotonic(),
        )
        with self._lock:
            self._recorded.append(recorded)
            self._recorded_bytes += len(recorded.body)
            while len(self._recorded) > 1 and (
                len(self._recorded) > MOST_RECORDED or self._recorded_bytes > MOST_RECORDED_BYTES
            ):
                self._recorded_bytes -= len(self._recorded.popleft().body)
            self._received += 1
            return self._received


def _answers(
    answer: str | Iterable[str] | Callable[[dict[str, Any]], str] | None,
) -> tuple[str, ...] | Callable[[dict[str, Any]], str]:
    if answer is None:
        return ()
    if isinstance(answer, str):
        return (answer,)
    return answer if callable(answer) else tuple(answer)


def _line_of_log(request: HttpRequest, reply: HttpResponse) -> Phrase:
    if reply.framing is Framing.BARE:
        return Phrase("{method} {path} raw bytes", method=request.method, path=request.path)
    return verbatim(f"{request.method} {request.path} {reply.status}")


def _suit(reply: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Return a reply in the form that the request can take."""
    if request.method == "HEAD":
        return replace(reply, body=(), events=())
    if request.old and reply.framing is not Framing.BARE:
        return replace(reply, framing=Framing.CLOSE)
    return reply
