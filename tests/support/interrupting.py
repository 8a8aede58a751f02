"""A signal that comes while something is done."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from mimo_cli.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """What is done within is interrupted after so many seconds, and ends by that."""

    def interrupt(*_: object) -> None:
        raise Interrupted(signal.SIGALRM)

    before = signal.signal(signal.SIGALRM, interrupt)
    timer = threading.Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGALRM))
    timer.start()
    try:
        with pytest.raises(Interrupted):
            yield
    finally:
        timer.join()
        signal.signal(signal.SIGALRM, before)
