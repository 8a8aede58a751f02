"""Signals and the watchdog, in this process: what each does when one comes."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING

import pytest
from support.harness import PATIENCE

from mimo_cli.errors import Interrupted
from mimo_cli.signals import Signals, Stuck
from mimo_cli.signals.watchdog import Watchdog, ender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

END = signal.SIGUSR1
"""Stands for a signal that ends the process."""


def come(signals: Signals, number: int) -> None:
    """As the system calls it."""
    signals._end(number, None)  # noqa: SLF001 - nothing else calls it


def ends(signals: Signals) -> bool:
    """Whether a signal has come that ends the process, asked anew."""
    return signals.is_ending


def tick(signals: Signals) -> None:
    signals._tick(signal.SIGALRM, None)  # noqa: SLF001 - nothing else calls it


def test_a_signal_is_raised_at_once_or_when_it_is_let() -> None:
    signals = Signals()
    with pytest.raises(Interrupted) as caught, signals.held():
        come(signals, signal.SIGTERM)
    assert (caught.value.exit_code, ends(signals)) == (143, True)
    with pytest.raises(Interrupted):
        come(Signals(), signal.SIGHUP)


def test_a_write_is_given_up_when_it_makes_no_progress_between_two_ticks() -> None:
    signals = Signals()
    signals.writing = 1
    with signals.given_to(lambda _: True):
        come(signals, signal.SIGTERM)
    with pytest.raises(Stuck):
        tick(signals)
    signals.writing = 2
    tick(signals)  # another piece: it goes on
    with pytest.raises(Stuck):
        tick(signals)
    signals.writing = 0
    tick(signals)
    tick(signals)


def test_ctrl_c_that_is_forgiven_ends_nothing() -> None:
    signals = Signals()
    signals.catch(forgiving=True)
    signals.catch()  # for a question, say
    for _ in range(2):
        with contextlib.suppress(Interrupted):  # the second, within a second, is the same wish
            come(signals, signal.SIGINT)
    assert not ends(signals)
    with pytest.raises(Interrupted):
        come(signals, signal.SIGTERM)
    assert ends(signals)
    signals.release()
    assert not ends(signals)


def test_a_signal_given_to_somebody_is_not_raised() -> None:
    signals = Signals()
    given: list[int] = []

    def take(number: int) -> bool:
        given.append(number)
        return number != signal.SIGINT

    with signals.given_to(take):
        come(signals, signal.SIGINT)
        assert not ends(signals)
        come(signals, signal.SIGQUIT)
        assert ends(signals)
    assert given == [signal.SIGINT, signal.SIGQUIT]


@contextlib.contextmanager
def handled(alarm: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Handlers of Python's for the two signals that a watchdog has to do with."""
    before = {
        number: signal.signal(number, handler)
        for number, handler in ((END, lambda *_: None), (signal.SIGALRM, alarm))
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Ended:
    """Notes that the process would have been ended, and by what."""

    def __init__(self) -> None:
        self.by: list[int | str] = []
        self.is_over = threading.Event()

    def prepared(self) -> Callable[[int], None]:
        self.by.append("prepared")
        return self.end

    def restore(self) -> None:
        self.by.append("restored")

    def end(self, number: int) -> None:
        self.by.append(number)
        self.is_over.set()


def test_a_main_thread_that_answers_nothing_is_ended() -> None:
    ended = Ended()
    watchdog = Watchdog(0.05, lambda it: it == END, ended.restore, ended.prepared)
    with handled(lambda *_: None):  # nobody says that it was heard
        watchdog.start()
        watchdog.start()
        os.kill(os.getpid(), END)
        assert ended.is_over.wait(PATIENCE)
        watchdog.stop()
    assert ended.by == ["prepared", "restored", END]


def test_a_main_thread_that_answers_is_left_alone() -> None:
    ended = Ended()
    heard = threading.Event()
    watchdog = Watchdog(0.05, lambda it: it == END, ended.restore, ended.prepared)

    def hear(_number: int, _frame: FrameType | None) -> None:
        watchdog.is_asking = False
        heard.set()

    with handled(hear):
        watchdog.start()
        os.kill(os.getpid(), END)
        while not heard.is_set():
            os.sched_yield()
        watchdog.stop()
    assert ended.by == []


def test_an_event_loop_that_listens_too_is_told() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    watchdog = Watchdog(0.05, lambda _: False, pytest.fail)
    with handled(lambda *_: None):
        signal.set_wakeup_fd(writer)
        watchdog.start()
        os.kill(os.getpid(), END)
        assert os.read(reader, 1) == bytes([END])
        watchdog.stop()
    os.close(reader)
    os.close(writer)


def test_there_is_a_way_to_end_from_any_thread() -> None:
    assert callable(ender())
