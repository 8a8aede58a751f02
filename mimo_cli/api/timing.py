"""Time limits and the clock they are measured by."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from mimo_cli.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


STALL_SECONDS = 3.0


class Limits(NamedTuple):
    """Time limits, in seconds. `total` None means none.

    `connect` covers DNS, TCP, proxy and TLS; `upload` is without progress; `first_event` counts
    from the end of the upload; `idle` is without a byte, told to the user at `notice`; `content`
    is with pings and comments and nothing else, `closing` too, once nothing is missing of an answer
    but the end of its stream; `error_body` is for reading a refusal's text;
    `stdin` is how long a silent stdin is waited for without a word, `stall` how long a silent
    answer, on a terminal.
    """

    connect: float = 10.0
    upload: float = 60.0
    first_event: float = 180.0
    idle: float = 90.0
    notice: float = 45.0
    content: float = 300.0
    closing: float = 10.0
    error_body: float = 5.0
    stdin: float = 2.0
    stall: float = STALL_SECONDS
    total: float | None = None


def _random() -> float:
    """Return a number in [0, 1). Importing `random` would take 5 ms for this."""
    return int.from_bytes(os.urandom(4), "big") / 2**32


class Clock(NamedTuple):
    """Time (seconds) and chance, passed in so that a test can hold them.

    `now` is the time of day, in seconds since 1970.
    """

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = _random
    now: Callable[[], float] = time.time
