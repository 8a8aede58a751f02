"""Waiting for a reply with every time limit measured by the wall clock."""

from __future__ import annotations

import queue
from functools import partial
from typing import TYPE_CHECKING

from mimo_cli.api.protocol.messages import Sending, Silence, Tick
from mimo_cli.api.response import Response
from mimo_cli.api.transport.exchange import Connected, End, Exchange, Item, Sent
from mimo_cli.errors import MimoError, NetworkError, ServerError
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from mimo_cli.api.timing import Limits
    from mimo_cli.api.transport.proxies.proxy_url import Proxy

SHORTEST_TICK = 0.001
"""Seconds. A view that always wants to be called at once gets no busy loop."""
_CHECKSUM = 1.0
"""Seconds that the checksum behind an answer may take."""
_LARGEST = 64 * 1024 * 1024
"""Bytes that are read for it."""


class Waiting:
    """Takes what an exchange gives and keeps the limits, each measured by the wall clock.

    `now` and `deadline` (for all of it, None for none) are seconds of a monotonic clock. `late`
    makes the error for a connection that does not come about in time; `forwarding` is a proxy that
    gets the request itself, so that nobody can tell whose silence it is; `seconds_until_tick` is as
    in `Client.stream`.
    """

    def __init__(
        self,
        exchange: Exchange,
        limits: Limits,
        *,
        now: Callable[[], float],
        deadline: float | None,
        host: str,
        late: Callable[[], MimoError],
        seconds_until_tick: Callable[[], float | None],
        forwarding: Proxy | None = None,
    ) -> None:
        self._exchange = exchange
        self._seconds_until_tick = seconds_until_tick
        self._limits = limits
        self._now = now
        self._host = host
        self._deadline = deadline
        self._forwarding = forwarding
        self._has_head = False
        self._due: float | None = self._now() + limits.connect
        self._late = late
        self._last_byte: float | None = None
        self._last_content = 0.0
        self._noticed = False
        self._is_over = False
        self._ended = False
        self._is_sending = False

    def read_head(self) -> Response | Tick | Sending:
        """Return the reply's status and headers, or how far the request is.

        That is a `Tick`, or `Sending`, where the caller wants to be called.

        Raises:
            MimoError: they did not come.
        """
        while True:
            match self._next():
                case Connected():
                    self._due = None  # uploading: the socket's own limit holds
                    self._is_sending = True
                case Sent():
                    self._is_sending = False
                    self._last_content = self._now()
                    self._due = self._last_content + self._limits.first_event
                    self._late = self._late_first_event
                case Tick() if self._is_sending:
                    return Sending(self._exchange.sent, self._exchange.size)
                case Response() as head:
                    self._has_head = True
                    return head
                case Tick() as tick:
                    return tick
                case item:
                    raise AssertionError(item)

    def read_chunk(self) -> bytes | Silence | Tick | None:
        """Return the next bytes of the body, None at its end, or word that nothing has come.

        Raises:
            MimoError: the connection broke, or a limit has passed.
        """
        item = End() if self._ended else self._next()
        self._ended = isinstance(item, End)
        if isinstance(item, bytes):
            self._last_byte = self._now()
            self._noticed = False
            return item
        return item if isinstance(item, Silence | Tick) else None

    def reset_content_timeout(self, *, is_over: bool = False) -> None:
        """Reset the content timeout; called for every group of events but pings alone.

        `is_over`: nothing is missing of the answer but the end of its stream.
        """
        self._last_content = self._now()
        self._is_over = is_over

    def awaits_checksum(self) -> bool:
        """Return whether what is packed has not ended, though its answer has.

        The checksum that ends it is waited for but shortly: some never send it.
        """
        if self._exchange.is_unpacked:
            return False
        if self._limits.closing > _CHECKSUM:
            self._limits = self._limits._replace(closing=_CHECKSUM)
            self.reset_content_timeout(is_over=True)
        return True

    def read_rest(self, size: int, seconds: float | None = None) -> bytes:
        """Return the body's remaining bytes, at most `size`, or what came within `seconds`.

        Raises:
            MimoError: the connection broke, or a limit has passed; with `seconds` what came counts.
        """
        if seconds is not None:
            end = self._now() + seconds
            self._deadline = end if self._deadline is None else min(end, self._deadline)
        body, error = self.read_as_far(size)
        is_enough = seconds is not None and isinstance(error, NetworkError | ServerError)
        if error is not None and not is_enough:
            raise error
        return body

    def read_as_far(self, size: int) -> tuple[bytes, MimoError | None]:
        """Return the body's remaining bytes, at most `size`, and the error that cut them off."""
        parts: list[bytes] = []
        total = 0
        problem: MimoError | None = None
        try:
            while total < size and (chunk := self.read_chunk()) is not None:
                if isinstance(chunk, bytes):
                    parts.append(chunk)
                    total += len(chunk)
        except MimoError as error:
            problem = error
        return b"".join(parts)[:size], problem

    def find_damage(self) -> MimoError | None:
        """Return what is wrong in a packed body of which something makes no sense, if that shows.

        It may show in the checksum behind it alone, which is waited for but shortly.
        """
        from mimo_cli.api.transport.http_errors import DamagedError

        if self._exchange.is_unpacked:
            return None
        end = self._now() + _CHECKSUM
        self._deadline = end if self._deadline is None else min(end, self._deadline)
        _, error = self.read_as_far(_LARGEST)
        return error if isinstance(error, DamagedError) else None

    def _next(self) -> Item | Silence | Tick:
        due, _ = self._nearest()
        notice = self._notice_at()
        seconds = self._seconds_until_tick()
        now = self._now()
        tick = None if seconds is None else now + max(seconds, SHORTEST_TICK)
        until = min((time for time in (due, notice, tick) if time is not None), default=None)
        try:
            item = self._exchange.take(None if until is None else max(0.0, until - now))
        except queue.Empty:
            now = self._now()
            if due is not None and now >= due:
                _, late = self._nearest()  # as far as it is by now
                raise late() from None
            if notice is not None and now >= notice:
                self._noticed = True
                return Silence(self._limits.notice, self._limits.idle)
            return Tick()
        if isinstance(item, Exception):
            self._ended = True  # nothing follows
            raise item
        return item

    def _notice_at(self) -> float | None:
        if self._last_byte is None or self._noticed:
            return None
        return self._last_byte + self._limits.notice

    def _late_first_event(self) -> MimoError:
        return _late_first_event(self._host, self._limits.first_event, self._forwarding)

    def _out_of_time(self) -> MimoError:
        return _out_of_time(self._limits.total, None if self._has_head else self._forwarding)

    def _nearest(self) -> tuple[float | None, Callable[[], MimoError]]:
        """Return the time of the limit that will pass first, and what makes its error."""
        limits = self._limits
        found: list[tuple[float | None, Callable[[], MimoError]]]
        if self._last_byte is None:
            found = [(self._due, self._late)]
        else:
            found = [
                (self._last_byte + limits.idle, partial(_silent, limits.idle)),
                (self._last_content + limits.content, partial(_only_pings, limits.content)),
            ]
            if self._is_over:
                due = self._last_content + limits.closing
                found.append((due, partial(_only_pings, limits.closing)))
        found.append((self._deadline, self._out_of_time))
        timed = [(due, late) for due, late in found if due is not None]
        return min(timed, key=lambda pair: pair[0]) if timed else (None, self._late)


def _late_first_event(host: str, seconds: float, proxy: Proxy | None) -> NetworkError:
    from mimo_cli.api.transport.http_errors import through  # most answers begin in time

    where = through(host, proxy)
    why = Phrase("{host} sent nothing for {seconds:g} s", host=where, seconds=seconds)
    return NetworkError(Phrase("no answer"), why, Phrase("Try again later."), retry_limit=1)


def _silent(seconds: float) -> ServerError:
    return _stalled(Phrase("nothing came for {seconds:g} s", seconds=seconds))


def _only_pings(seconds: float) -> ServerError:
    return _stalled(Phrase("no text came for {seconds:g} s", seconds=seconds))


def _stalled(why: Phrase) -> ServerError:
    return ServerError(Phrase("the answer stalled"), why, Phrase("Try again."))


def _out_of_time(total: float | None, silent: Proxy | None) -> NetworkError:
    """Say that the time for all of it is up; `silent` is a proxy that has said nothing yet."""
    from mimo_cli.advice import Action  # most answers come in time

    if silent is not None and total is not None:
        template = "nothing came through proxy {proxy} ({variable}) for {seconds:g} s"
        where, variable = silent.where, silent.variable
        why = Phrase(template, proxy=where, variable=variable, seconds=total)
        return NetworkError(Phrase("out of time"), why, Action.LONGER_TIMEOUT)
    why = (
        Phrase("the server is too slow")
        if total is None
        else Phrase("it took over {seconds:g} s", seconds=total)
    )
    return NetworkError(Phrase("out of time"), why, Action.LONGER_TIMEOUT)
