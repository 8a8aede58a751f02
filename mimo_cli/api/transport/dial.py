"""Looking hosts up and reaching them: the first of their addresses that answers, in time."""

from __future__ import annotations

import errno
import os
import selectors
import socket
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Self

from mimo_cli.api.hosts import address, is_loopback
from mimo_cli.named_tuple import NamedTuple
from mimo_cli.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Address = tuple[int, tuple[Any, ...]]
    """A family and what `socket.connect` takes in it."""

_HEAD_START = 0.25
"""Seconds that an address has for itself before the next is tried beside it (RFC 8305, 8)."""
_LONGEST_WAIT = 0.1
"""Seconds until somebody who no longer wants the connection is noticed."""
_IPV4 = 4
_NO_WAY = (errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


class Deadline:
    """An end, some seconds from now; None for none."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    def left(self) -> float | None:
        """Return the seconds that are left.

        Raises:
            TimeoutError: none are.
        """
        if self._end is None:
            return None
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError(Phrase("it took too long"))
        return seconds


def addresses(host: str, port: int) -> list[Address]:
    """Look a host up. An address is one without asking anybody; so is this machine's name.

    Raises:
        OSError: it has no address.
    """
    number = address(host)
    if number is not None and not getattr(number, "scope_id", None):
        text = str(number)
        is_short = number.version == _IPV4
        return [
            (socket.AF_INET, (text, port)) if is_short else (socket.AF_INET6, (text, port, 0, 0))
        ]
    if number is None and is_loopback(host):
        return [(socket.AF_INET, ("127.0.0.1", port)), (socket.AF_INET6, ("::1", port, 0, 0))]
    name = host if number is None else str(number)
    try:
        # As bytes, or Python would load its tables of names in other scripts first.
        plain = name.encode() if name.isascii() else name
        found = socket.getaddrinfo(plain, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a part of the name is empty or too long
        raise socket.gaierror(socket.EAI_NONAME, Phrase("no such name")) from error
    return list(dict.fromkeys((int(family), sockaddr) for family, _, _, _, sockaddr in found))


def dial(
    found: Sequence[Address], deadline: Deadline, is_unwanted: Callable[[], bool]
) -> socket.socket:
    """Connect to the first of a host's addresses that answers. The socket blocks.

    Raises:
        TimeoutError: none did in time.
        OSError: all have failed, or `is_unwanted` says that nobody waits any more.
    """
    with _Attempts(found) as attempts:
        while not is_unwanted():
            left = deadline.left()
            wait = _LONGEST_WAIT if left is None else min(_LONGEST_WAIT, left)
            if (connection := attempts.look(wait)) is not None:
                connection.setblocking(True)
                return connection
    raise ConnectionAbortedError(Phrase("the connection was given up"))


class Reach(NamedTuple):
    """How a server is found and reached: by the system, or as a caller that is choosy has it.

    `look_up` is for the server alone, not for a proxy; both raise what `addresses` and `dial` do,
    and errors of ours pass.
    """

    look_up: Callable[[str, int], Sequence[Address]] = addresses
    connect: Callable[[Sequence[Address], Deadline, Callable[[], bool]], socket.socket] = dial


REACH = Reach()


class _Attempts:
    """Connections that are being made side by side, each begun a little after the one before."""

    def __init__(self, todo: Sequence[Address]) -> None:
        self._todo = deque(todo)
        self._under_way = selectors.DefaultSelector()
        self._next = 0.0
        self._problem: OSError | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for key in list(self._under_way.get_map().values()):
            self._end(key.fileobj)
        self._under_way.close()

    def look(self, wait: float) -> socket.socket | None:
        """Return a connection that stands, or None if there is none within `wait` seconds.

        Raises:
            OSError: every address has failed; the error that says most.
        """
        now = time.monotonic()
        while self._todo and (now >= self._next or not self._under_way.get_map()):
            self._begin(self._todo.popleft())
            self._next = now + _HEAD_START
        if not self._under_way.get_map():
            raise self._problem or OSError(Phrase("it has no address"))
        if self._todo:
            wait = min(wait, self._next - now)
        for key, _ in self._under_way.select(wait):
            if isinstance(key.fileobj, socket.socket) and self._stands(key.fileobj):
                return key.fileobj
        return None

    def _begin(self, address: Address) -> None:
        family, name = address
        try:
            connection = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:  # this machine does not know the family
            self._note(error)
            return
        connection.setblocking(False)
        try:
            connection.connect(name)
        except BlockingIOError:
            pass  # the selector tells when it is done
        except OSError as error:
            self._note(error)
            connection.close()
            return
        self._under_way.register(connection, selectors.EVENT_WRITE)

    def _stands(self, connection: socket.socket) -> bool:
        """Return whether an attempt that has ended went well. It is no longer under way then."""
        code = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code == 0:
            self._under_way.unregister(connection)
            return True
        self._note(OSError(code, os.strerror(code)))
        self._end(connection)
        return False

    def _note(self, error: OSError) -> None:
        """Remember what went wrong; that there is no way there says less than a refusal."""
        if self._problem is None or self._problem.errno in _NO_WAY:
            self._problem = error

    def _end(self, connection: Any) -> None:
        self._under_way.unregister(connection)
        connection.close()
