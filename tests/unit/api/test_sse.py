from __future__ import annotations

import itertools
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import hint_of

from mimo_cli.api.protocol.sse import SseDecoder
from mimo_cli.errors import ProtocolError

Events = list[tuple[str, str]]
PROPERTY = settings(deadline=None, derandomize=True, max_examples=80)

NASTY = (
    b"\xef\xbb\xbfevent: a\r\ndata: one\r\n\r\n"
    b": keep-alive \x00\r\r"
    b"data:two\ndata:  three\ndata\n\n"
    b"event: dropped\n\n"
    b"\xef\xbb\xbfdata: unknown field\n"
    b"data: \xf0\x9f\x8e\x89\xe2\x80\xa8\xe2\x80\xa9\xc2\x85\r\r\n"
    b"id: 7\rretry: 10\rdata:\ttab\r\r"
    b"event: cut off\ndata: never sent"
)
NASTY_EVENTS = [
    ("a", "one"),
    ("", "two\n three\n"),
    ("", "\N{PARTY POPPER}\u2028\u2029\x85"),
    ("", "\ttab"),
]


def decoded(*chunks: bytes) -> Events:
    decoder = SseDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    bounds = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in itertools.pairwise(bounds)]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        pytest.param(b"data: x\n\n", [("", "x")], id="LF ends a line"),
        pytest.param(b"data: x\r\r", [("", "x")], id="CR ends a line"),
        pytest.param(b"data: x\r\n\r\n", [("", "x")], id="CRLF ends a line"),
        pytest.param(b"data: x\n\r", [("", "x")], id="LF CR are two line ends"),
        pytest.param(b"data: x\r\n\n", [("", "x")], id="CRLF LF are two line ends"),
        pytest.param(b"data: x\r\n", [], id="CRLF is one line end"),
        pytest.param(b"data: x\n\r\ndata: y\r\r\n", [("", "x"), ("", "y")], id="mixed line ends"),
        pytest.param(b"\xef\xbb\xbfdata: x\n\n", [("", "x")], id="a leading BOM is dropped"),
        pytest.param(
            b"\xef\xbb\xbf\xef\xbb\xbfdata: x\n\n", [], id="a second BOM makes an unknown field"
        ),
        pytest.param(
            b"data: x\n\xef\xbb\xbfdata: y\n\n", [("", "x")], id="so does one in mid-stream"
        ),
        pytest.param(b"data:x\n\n", [("", "x")], id="no space after the colon"),
        pytest.param(b"data:  x\n\n", [("", " x")], id="one space is dropped, not two"),
        pytest.param(b"data:\tx\n\n", [("", "\tx")], id="a tab is kept"),
        pytest.param(b"data: a:b: c\n\n", [("", "a:b: c")], id="only the first colon counts"),
        pytest.param(b"data: x\ndata: y\n\n", [("", "x\ny")], id="data lines are joined by LF"),
        pytest.param(b"data:\ndata:\n\n", [("", "\n")], id="empty data lines count"),
        pytest.param(b"data\n\n", [("", "")], id="a field without a colon is empty"),
        pytest.param(b"event: e\ndata: x\n\n", [("e", "x")], id="the event has a name"),
        pytest.param(b"event: a\nevent: b\ndata: x\n\n", [("b", "x")], id="the last name counts"),
        pytest.param(
            b"event: e\n\ndata: x\n\n", [("", "x")], id="an event without data is dropped, name too"
        ),
        pytest.param(
            b"event: e\ndata: x\n\ndata: y\n\n", [("e", "x"), ("", "y")], id="a name counts once"
        ),
        pytest.param(b": ping\n\n:\n\n::\n\n", [], id="comments are ignored"),
        pytest.param(
            b"data: x\n: \x00" + b"k" * 2048 + b"\ndata: y\n\n",
            [("", "x\ny")],
            id="a long comment with a NUL in the middle of an event is ignored",
        ),
        pytest.param(b"Datum: x\n dat: x\nda-ta: x\n\n", [], id="unknown names are ignored"),
        pytest.param(
            b" data: x\n\nData: y\n\n Event : e\nDATA :z\n\n",
            [("", "x"), ("", "y"), ("e", "z")],
            id="names in capitals, with white space round them",
        ),
        pytest.param(b"id: 1\nretry: 5\ndata: x\n\n", [("", "x")], id="id and retry are no use"),
        pytest.param(b"data: x\n\ndata: y\n", [("", "x")], id="no blank line, no event"),
        pytest.param(
            "data: a\u2028b\u2029c\x85d\x0be\x0cf\n\n".encode(),
            [("", "a\u2028b\u2029c\x85d\x0be\x0cf")],
            id="nothing else ends a line",
        ),
        pytest.param(b"data: \xff\xc3\n\n", [("", "\ufffd\ufffd")], id="what is not UTF-8"),
        pytest.param(b"", [], id="nothing"),
        pytest.param(NASTY, NASTY_EVENTS, id="all of it"),
    ],
)
def test_a_stream_is_decoded_by_the_whatwg_rules_however_it_is_cut(
    stream: bytes, events: Events
) -> None:
    bytewise = [stream[place : place + 1] for place in range(len(stream))]
    assert decoded(stream) == events
    assert decoded(*bytewise) == events
    assert decoded(b"", *(part for byte in bytewise for part in (byte, b""))) == events


@pytest.mark.parametrize("place", range(15))
def test_a_crlf_split_over_two_reads_is_one_line_end(place: int) -> None:
    stream = b"data: x\r\n\r\nx\r\n"
    assert decoded(stream[:place], stream[place:]) == [("", "x")]


@PROPERTY
@given(st.lists(st.integers(0, len(NASTY)), max_size=40))
def test_every_chunking_gives_the_same_events(places: list[int]) -> None:
    assert decoded(*cut(NASTY, places)) == NASTY_EVENTS


@PROPERTY
@given(
    st.lists(
        st.sampled_from(
            [
                b"\r",
                b"\n",
                b"\r\n",
                b"data",
                b":",
                b" ",
                b"x",
                b"event",
                b"\xef\xbb\xbf",
                b"\xef",
                "\u2028".encode(),
                "\N{PARTY POPPER}".encode(),
                b"\x00",
                b"\xff",
            ]
        ),
        max_size=60,
    ),
    st.lists(st.integers(0, 300), max_size=30),
)
def test_every_chunking_of_any_stream_gives_the_events_of_the_whole(
    pieces: list[bytes], places: list[int]
) -> None:
    stream = b"".join(pieces)
    whole, parts = SseDecoder(), SseDecoder()
    expected = list(whole.feed(stream))
    found = [event for chunk in cut(stream, places) for event in parts.feed(chunk)]
    assert (found, parts.pending) == (expected, whole.pending)


@pytest.mark.parametrize(
    ("stream", "pending"),
    [
        (b"", False),
        (b"\xef\xbb", True),
        (b"\xef\xbb\xbf", False),
        (b"data: x", True),
        (b"data: x\n", True),
        (b"data: x\n\n", False),
        (b"event: e\n", False),
        (b"x: y", True),
    ],
)
def test_it_is_known_whether_an_event_was_cut_off(stream: bytes, pending: bool) -> None:
    decoder = SseDecoder()
    for byte in stream:
        list(decoder.feed(bytes([byte])))
    assert decoder.pending is pending


LIMIT = 100


def feed_all(decoder: SseDecoder, stream: bytes, size: int) -> None:
    for start in range(0, len(stream), size):
        list(decoder.feed(stream[start : start + size]))


@pytest.mark.parametrize(
    "stream",
    [
        b"data: " + b"x" * LIMIT,
        b": " + b"x" * LIMIT,
        b"data: x\n" * LIMIT,
        b"data:\n" * (LIMIT + 1),
        b"data: x\n\n" + b"data: " + b"x" * LIMIT + b"\n\n",
    ],
)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_line_or_event_over_the_limit_is_refused(stream: bytes, size: int) -> None:
    decoder = SseDecoder(limit=LIMIT)
    with pytest.raises(ProtocolError, match="event too large"):
        feed_all(decoder, stream, size)


def test_an_endless_line_is_refused_as_soon_as_the_limit_is_passed() -> None:
    decoder = SseDecoder(limit=LIMIT)
    feed_all(decoder, b"x" * LIMIT, 1)
    with pytest.raises(ProtocolError):
        feed_all(decoder, b"x", 1)


def test_the_limit_says_sixteen_megabytes() -> None:
    with pytest.raises(ProtocolError) as caught:
        list(SseDecoder().feed(b"x" * (16 * 1024 * 1024 + 1)))
    assert caught.value.message == (
        "the server's reply makes no sense: event too large (over 16 MB)"
    )
    assert hint_of(caught.value) == "Ask for a shorter answer, or for less in one piece."


TYPED = b'{"type":"ping"}'
ONE = ("", TYPED.decode())


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: %b\ndata: %b\n\n" % (TYPED, TYPED), [ONE, ONE]),
        (b"data:%b\r\ndata:%b \r\n\r\n" % (TYPED, TYPED), [ONE, ("", ONE[1] + " ")]),
        (b"event: a\ndata: %b\nevent: b\ndata: x\n\n" % TYPED, [("a", ONE[1]), ("b", "x")]),
        (b"data: %b\nevent: a\n\ndata: y\n\n" % TYPED, [ONE, ("", "y")]),
        (b"data: %b\nid: 5\nretry: 1\n: x\n\n" % TYPED, [ONE]),
        # What may be of one event is
        (b"data: %b\ndata: \ndata\n\n" % TYPED, [("", ONE[1] + "\n\n")]),
        (b'data: {"type":\ndata: {}\ndata: }\n\n', [("", '{"type":\n{}\n}')]),
        (b'data: {"a": 1}\ndata: x\n\n', [("", '{"a": 1}\nx')]),
        (b'data: {"type": 5}\nevent: a\n\n', [("a", '{"type": 5}')]),
        (b"data: x}\ndata: y\n\n", [("", "x}\ny")]),
        # An error without a word
        (b"event: error\n\nevent: e\n\ndata: x\n\n", [("error", ""), ("", "x")]),
    ],
)
@pytest.mark.parametrize("size", [1, 5, 1000])
def test_an_event_ends_where_another_begins_if_it_is_one_for_sure(
    stream: bytes, events: Events, size: int
) -> None:
    parts = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert decoded(*parts) == events


@PROPERTY
@given(st.recursive(st.integers() | st.text(max_size=3), st.lists, max_leaves=5), st.data())
def test_json_over_several_lines_of_data_stays_one_event(
    value: object, data: st.DataObject
) -> None:
    text = json.dumps({"type": "x", "value": value}, indent=data.draw(st.integers(0, 2)))
    lines = "".join(f"data: {line}\n" for line in text.split("\n")).encode()
    assert decoded(lines + b"\n" + lines + b"\n") == [("", text)] * 2


@pytest.mark.parametrize(
    ("stream", "stray"),
    [
        (b'data: x\n\n{"a":1}\n: x\n\ndata: y\n\n', b'{"a":1}\n'),
        (b'data: x\n\n{\n "a":1\n}', b'{\n "a":1\n}'),
        (b"<html>\nx: y\n</html>", b"<html>\nx: y\n</html>"),
        (b"x\nid: {\n[DONE]\n", b""),
        (b"<" + b"y" * 100_000 + b"\nz\n", b"<" + b"y" * 65_535 + b"\n"),
    ],
)
def test_what_is_no_event_is_kept(stream: bytes, stray: bytes) -> None:
    decoder = SseDecoder()
    list(decoder.feed(stream))
    assert decoder.stray == stray


def test_many_events_within_the_limit_are_no_large_event() -> None:
    decoder = SseDecoder(limit=LIMIT)
    events = list(decoder.feed(b"data: x\n\n" * LIMIT))
    assert events == [("", "x")] * LIMIT


@pytest.mark.slow
@pytest.mark.untraced
def test_a_long_line_fed_byte_by_byte_takes_linear_time() -> None:
    decoder = SseDecoder()
    size = 100_000
    started = time.process_time()
    assert list(decoder.feed(b"data: ")) == []
    for _ in range(size):
        for _ in decoder.feed(b"x"):
            pytest.fail("the line has not ended")
    assert list(decoder.feed(b"\n\n")) == [("", "x" * size)]
    assert time.process_time() - started < 20  # two if linear, minutes if quadratic


@pytest.mark.untraced
def test_a_megabyte_in_one_chunk_is_quick() -> None:
    started = time.process_time()
    assert decoded(b"data: " + b"x" * 1_000_000 + b"\n\n") == [("", "x" * 1_000_000)]
    assert time.process_time() - started < 1
