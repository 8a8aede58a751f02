from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.harness import PATIENCE

from mimo_cli.api.response import Response
from mimo_cli.api.transport.exchange import LIMIT, Abandoned, Connected, End, Exchange, Item, Sent

if TYPE_CHECKING:
    from collections.abc import Iterable

CHUNK = b"x" * 1024
HEAD = Response(200, {})


def taken(exchange: Exchange) -> Item:
    return exchange.take(PATIENCE)


def putting(exchange: Exchange, items: Iterable[Item]) -> threading.Thread:
    """A thread that puts them, as the network's does."""

    def put() -> None:
        with suppress(Abandoned):
            for item in items:
                exchange.put(item)

    thread = threading.Thread(target=put, daemon=True)
    thread.start()
    return thread


def is_held_up(thread: threading.Thread) -> bool:
    thread.join(0.1)  # what is not held up takes a thousandth of this
    return thread.is_alive()


def test_items_come_in_their_order_and_what_there_is_of_the_body_in_one_piece() -> None:
    connected, sent, end = Connected(), Sent(), End()
    exchange = Exchange()
    for item in (connected, sent, HEAD, b"a", b"", b"bc", end):
        exchange.put(item)
    assert [taken(exchange) for _ in range(5)] == [connected, sent, HEAD, b"abc", end]


def test_what_came_before_an_error_is_taken_before_it() -> None:
    error = ConnectionResetError("gone")
    exchange = Exchange()
    for item in (HEAD, b"a", b"b", error):
        exchange.put(item)
    assert [taken(exchange) for _ in range(3)] == [HEAD, b"ab", error]


@pytest.mark.slow
def test_nothing_that_comes_is_word_of_it_in_time() -> None:
    exchange = Exchange()
    began, worked = time.monotonic(), time.process_time()
    with pytest.raises(queue.Empty):
        exchange.take(0.1)
    assert 0.1 <= time.monotonic() - began < 1.0
    assert time.process_time() - worked < 0.05  # it waits, and does not look again and again


def test_what_comes_wakes_a_reader_that_waits() -> None:
    exchange = Exchange()
    began = time.monotonic()
    timer = threading.Timer(0.05, exchange.put, [b"late"])
    timer.start()
    assert taken(exchange) == b"late"
    assert time.monotonic() - began < 1.0
    timer.join()


@pytest.mark.slow
def test_a_reader_that_takes_nothing_holds_the_network_up() -> None:
    exchange = Exchange()
    put: list[bytes] = []

    def chunks() -> Iterable[bytes]:
        for _ in range(4 * LIMIT // len(CHUNK)):
            put.append(CHUNK)
            yield CHUNK

    thread = putting(exchange, chunks())
    worked = time.process_time()
    assert is_held_up(thread)
    assert time.process_time() - worked < 0.05
    assert len(b"".join(put)) <= LIMIT + 2 * len(CHUNK)

    first = taken(exchange)
    assert isinstance(first, bytes)
    assert len(first) <= LIMIT + len(CHUNK)
    came = len(first)
    while came < 4 * LIMIT:
        more = taken(exchange)
        assert isinstance(more, bytes)
        came += len(more)
    thread.join(PATIENCE)
    assert came == len(b"".join(put)) == 4 * LIMIT


@pytest.mark.slow
def test_many_tiny_chunks_are_bounded_by_what_they_take_in_memory() -> None:
    exchange = Exchange()
    thread = putting(exchange, [b"x"] * LIMIT)
    assert is_held_up(thread)
    first = taken(exchange)
    assert isinstance(first, bytes)
    assert len(first) < LIMIT // 50
    exchange.abandon()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_what_was_taken_leaves_room_for_as_much_again() -> None:
    exchange, end = Exchange(), End()
    thread = putting(exchange, [*[b"x"] * LIMIT, end])
    came = b""
    while (item := taken(exchange)) is not end:
        assert isinstance(item, bytes)
        came += item
    thread.join(PATIENCE)
    assert came == b"x" * LIMIT


def test_a_chunk_of_any_size_goes_through() -> None:
    exchange = Exchange()
    big = b"x" * (4 * LIMIT)
    thread = putting(exchange, [big, big, End()])
    assert taken(exchange) == big
    assert taken(exchange) == big
    assert isinstance(taken(exchange), End)
    thread.join(PATIENCE)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", [CHUNK, b"x"])
def test_who_waits_for_room_is_told_when_the_reader_has_gone(chunk: bytes) -> None:
    exchange = Exchange()
    thread = putting(exchange, [chunk] * LIMIT)
    assert is_held_up(thread)
    exchange.abandon()
    thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.mark.parametrize("item", [Connected(), HEAD, b"x", End(), ValueError()])
def test_nothing_is_put_where_nobody_listens(item: Item) -> None:
    exchange = Exchange()
    exchange.abandon()
    with pytest.raises(Abandoned):
        exchange.put(item)


_ITEMS = st.lists(
    st.one_of(st.binary(max_size=8), st.just(bytes(LIMIT)), st.builds(Sent), st.builds(ValueError)),
    max_size=30,
)


@settings(deadline=None, derandomize=True, max_examples=some(150))
@given(_ITEMS)
def test_whatever_is_put_comes_out_whole_and_in_order(items: list[Item]) -> None:
    exchange, end = Exchange(), End()
    thread = putting(exchange, [*items, end])
    came: list[Item] = []
    while (item := taken(exchange)) is not end:
        came.append(item)
    thread.join(PATIENCE)
    assert pieces(came) == pieces(items)


def pieces(items: list[Item]) -> list[Item]:
    """The items, all bytes that stand side by side in one piece."""
    found: list[Item] = []
    for item in items:
        if isinstance(item, bytes) and found and isinstance(found[-1], bytes):
            found[-1] += item
        elif item != b"":
            found.append(item)
    return found


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
def test_a_limit_that_passes_while_a_signal_is_handled_is_kept() -> None:
    exchange = Exchange()
    limit = 0.05
    handled = []

    def handle(*_: object) -> None:
        end = time.monotonic() + 2 * limit
        while time.monotonic() < end:  # as the handler of Ctrl-Z stands still until `fg`
            pass
        handled.append(True)

    before = signal.signal(signal.SIGUSR1, handle)
    sent = threading.Timer(limit / 10, os.kill, (os.getpid(), signal.SIGUSR1))
    rescue = threading.Timer(2, exchange.put, (End(),))
    sent.start()
    rescue.start()
    try:
        with pytest.raises(queue.Empty):
            exchange.take(limit)
    finally:
        rescue.cancel()
        sent.join()
        signal.signal(signal.SIGUSR1, before)
    assert handled


def test_what_came_while_nobody_waited_is_no_reason_to_wake_up_later() -> None:
    exchange = Exchange()
    exchange.put(HEAD)
    assert taken(exchange) is HEAD
    with pytest.raises(queue.Empty):
        exchange.take(0.01)
    exchange.put(b"a")
    assert taken(exchange) == b"a"
