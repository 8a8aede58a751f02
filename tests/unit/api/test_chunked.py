from __future__ import annotations

import itertools
import time

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bulk import some
from support.wire import chunk

from mimo_cli.api.transport.chunked import ChunkMerger

PROPERTY = settings(deadline=None, derandomize=True, max_examples=some(400))
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def merged(reads: list[bytes]) -> list[bytes]:
    merger = ChunkMerger()
    return [merger.feed(read) for read in reads]


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    """A stream in reads, none of them empty: that would be its end."""
    ends = sorted({place % (len(stream) + 1) for place in places} | {0, len(stream)})
    return [stream[a:b] for a, b in itertools.pairwise(ends)]


class Parsed:
    """What h11 makes of the reads of a connection's first response, up to a point in time."""

    def __init__(self, method: str = "POST") -> None:
        self._connection = h11.Connection(h11.CLIENT)
        self._connection.send(h11.Request(method=method, target="/", headers=[("host", "x")]))
        self._connection.send(h11.EndOfMessage())
        self.found: list[object] = []
        self.is_over = False

    def read(self, data: bytes) -> None:
        """Take one read, as httpcore does."""
        if self.is_over:
            return
        self._connection.receive_data(data)
        try:
            while (event := self._connection.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                self._see(event)
                if isinstance(event, h11.ConnectionClosed):
                    break
        except h11.RemoteProtocolError as error:
            self.found.append((str(error), error.error_status_hint))
            self.is_over = True

    def _see(self, event: object) -> None:
        match event:
            case h11.Data():
                body = self.found.pop() if isinstance(self.found[-1], bytes) else b""
                assert isinstance(body, bytes)
                self.found.append(body + event.data)
            case h11.Response() | h11.InformationalResponse():
                self.found.append((event.status_code, event.reason, list(event.headers)))
            case h11.EndOfMessage():
                self.found.append((list(event.headers), self._connection.trailing_data))
            case other:
                self.found.append(type(other))


def assert_same(reads: list[bytes], method: str = "POST") -> None:
    """After each read h11 has come as far with what the merger makes of it as without."""
    plain, ours, merger = Parsed(method), Parsed(method), ChunkMerger()
    for read in [*reads, b""]:
        given = merger.feed(read)
        assert bool(given) is bool(read)
        plain.read(read)
        ours.read(given)
        assert ours.found == plain.found


def test_the_whole_chunks_of_a_read_become_one() -> None:
    body = chunk(b"a") + chunk(b"bc") + chunk(b"d" * 20)
    assert merged([HEAD + body, body]) == [
        HEAD + chunk(b"abc" + b"d" * 20),
        chunk(b"abc" + b"d" * 20),
    ]


def test_a_chunk_in_two_reads_goes_on_as_it_came_and_those_beside_it_are_merged() -> None:
    two = chunk(b"a") + chunk(b"b")
    first, second = chunk(b"long")[:5], chunk(b"long")[5:]
    assert merged([HEAD, two + first, second + two]) == [
        HEAD,
        chunk(b"ab") + first,
        second + chunk(b"ab"),
    ]


@pytest.mark.parametrize("at", range(1, 12))
def test_a_size_line_may_come_in_two_reads(at: int) -> None:
    stream, two = chunk(b"x" * 0xABC), chunk(b"a") + chunk(b"b")
    assert merged([HEAD, two + stream[:at], stream[at:] + two]) == [
        HEAD,
        chunk(b"ab") + stream[:at],
        stream[at:] + chunk(b"ab"),
    ]


def test_what_follows_a_change_of_protocol_goes_on_as_it_came() -> None:
    switched = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"
    reads = [switched, HEAD + chunk(b"a") + chunk(b"b")]
    assert merged(reads) == reads


def test_the_head_of_a_reply_may_come_after_others() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    two = chunk(b"a") + chunk(b"b")
    assert merged([early, early + early, early + HEAD + two])[-1] == early + HEAD + chunk(b"ab")


@pytest.mark.parametrize(
    "head",
    [
        HEAD.replace(b"200", b"204"),
        HEAD.replace(b"200", b"304"),
        HEAD.replace(b"200 OK", b"101 Switching Protocols"),
        HEAD.replace(b"HTTP/1.1", b"HTTP/1.0"),
        HEAD.replace(b"chunked", b"gzip, chunked"),
        HEAD.replace(b"chunked", b"\r\n chunked"),
        HEAD.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n"),
        HEAD.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"),
        HEAD.replace(b"Transfer-Encoding: chunked", b"Content-Length: 6"),
        HEAD.replace(b"Transfer-Encoding: chunked\r\n", b""),
        HEAD.replace(b"\r\n", b"\n"),
    ],
)
def test_a_reply_that_is_not_plainly_chunked_goes_on_as_it_came(head: bytes) -> None:
    reads = [head + chunk(b"a") + chunk(b"b"), chunk(b"a") + chunk(b"b")]
    assert merged(reads) == reads
    assert_same(reads)


@pytest.mark.parametrize(
    "odd",
    [
        chunk(b"a", b";name=value"),
        chunk(b"a", b" "),
        b"000000001\r\na\r\n",
        b"g\r\na\r\n",
        b"\r\na\r\n",
        b"-1\r\na\r\n",
        b"1\na\n",
        b"0\r\n\r\n",
        b"0\r\nTrailer: x\r\n\r\n",
        b"f" * 20_000,
    ],
)
def test_what_follows_a_size_line_that_is_not_plain_goes_on_as_it_came(odd: bytes) -> None:
    two = chunk(b"a") + chunk(b"b")
    assert merged([HEAD, two + odd + two, two]) == [HEAD, chunk(b"ab") + odd + two, two]
    assert_same([HEAD, two + odd + two, two])
    for at in range(1, min(len(odd), 30)):
        assert_same([HEAD + two + odd[:at], odd[at:] + two, two])


@pytest.mark.parametrize("footer", [b"xy", b"\r", b"\n", b"\n\n", b""])
def test_a_chunk_that_does_not_end_is_the_parsers_to_refuse(footer: bytes) -> None:
    stream = HEAD + chunk(b"a") + chunk(b"b") + b"1\r\nc" + footer + chunk(b"d") + chunk(b"e")
    for at in range(len(HEAD), len(stream)):
        assert_same([stream[:at], stream[at:]])


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n" * 2400,
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 9000,
        b"HTTP/1.1 100 Continue\r\n" + b"transfer-encoding: chunked\r\n" * 2000 + b"\r",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding:" + b" " * 60_000,
    ],
)
def test_a_head_made_to_be_hard_to_read_takes_no_time(data: bytes) -> None:
    began = time.process_time()
    assert ChunkMerger().feed(data) == data
    assert time.process_time() - began < 0.1


def test_memory_does_not_grow_with_what_a_server_never_ends() -> None:
    merger = ChunkMerger()
    merger.feed(HEAD)
    for _ in range(100_000):
        assert merger.feed(b"0") == b"0"
    assert len(merger.__dict__["_size"]) < 20


_DATA = st.one_of(
    st.binary(min_size=1, max_size=40),
    st.just(b"x" * 300),
    st.just(b"\r\n0\r\n\r\n"),
    st.integers(0, 5).map(lambda cut: (b"1\r\na\r\n" * 9)[cut:]),  # reads like chunks
)
_CHUNK = st.one_of(
    st.builds(chunk, _DATA),
    st.builds(chunk, _DATA),
    st.builds(lambda data: chunk(data).upper(), _DATA),
    st.builds(lambda data: b"000" + chunk(data), _DATA),
    st.builds(chunk, _DATA, st.sampled_from([b";a", b";a=b", b" ", b"\t", b";" + b"x" * 17_000])),
)
_ODD = st.sampled_from(
    [
        *(b"", b"0", b"\r\n", b"\n", b"g\r\n", b"0x1\r\na\r\n", b"1 1\r\na\r\n", b"-1\r\n"),
        *(b"3\r\nabcd\r\n", b"3\r\nab\r\n", b"ffffffff\r\n", b"1\r\na\n\n"),
        *(b"f" * 21 + b"\r\n", b"7" * 17_000),
    ]
)
_END = st.sampled_from(
    [
        *(b"", b"0\r\n\r\n", b"0\r\nA: b\r\nC: d\r\n\r\n", b"00;x\r\n\r\n", b"0\r\n: x\r\n\r\n"),
        *(b"0\r\n\r\n" + HEAD, b"0\r\n" + b"A: b\r\n" * 4000),
    ]
)
_HEADS = st.sampled_from(
    [HEAD] * 5
    + [
        b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD,
        HEAD.replace(b"200 OK", b"429"),
        HEAD.lower().replace(b"http/1.1", b"HTTP/1.1"),
        HEAD.replace(b"chunked", b"\tCHUNKED \t"),
        HEAD.replace(b"HTTP/1.1", b"HTTP/1.0"),
        HEAD.replace(b"200", b"204"),
        HEAD.replace(b"chunked", b"gzip"),
        HEAD.replace(b"Content-Type", b"Content-Length: 5\r\nContent-Type"),
        HEAD.replace(b"Content-Type", b"Bad Name"),
        HEAD.replace(b"\r\nTransfer", b"\r\n Transfer"),
        HEAD.replace(b"\r\n", b"\n"),
    ]
)
_PLACES = st.lists(st.integers(0, 100_000), max_size=12)
_BODY = st.builds(
    lambda chunks, odd, more, end: b"".join([*chunks, odd, *more, end]),
    st.lists(_CHUNK, max_size=12),
    _ODD,
    st.lists(_CHUNK, max_size=3),
    _END,
)


@PROPERTY
@given(_HEADS, _BODY, _PLACES)
def test_h11_reads_the_same_from_any_stream_however_it_is_cut(
    head: bytes, body: bytes, places: list[int]
) -> None:
    assert_same(cut(head + body, places))
    assert_same([head, *cut(body, places)])


@PROPERTY
@given(st.lists(_CHUNK, max_size=6), _PLACES, st.integers(0, 10_000), st.binary(max_size=2))
def test_h11_reads_the_same_from_a_stream_with_wrong_bytes_in_it(
    chunks: list[bytes], places: list[int], at: int, wrong: bytes
) -> None:
    body = b"".join(chunks) + b"0\r\n\r\n"
    at %= len(body)
    body = body[:at] + wrong + body[at + 1 :]
    assert_same([HEAD, *cut(body, places)])
