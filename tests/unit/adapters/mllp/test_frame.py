"""Blocks in any stream of packets (lines 1 to 3 of the feed's checklist)."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mllp.frame import HEAD, Block, Broken, Decoder, Event, Oversize, Skipped, frame

A, B = b"MSH|^~\\&|A\r", b"MSH|^~\\&|B\r"
BYTES = st.binary(max_size=30) | st.lists(st.sampled_from(b"\x0b\x1c\rab"), max_size=40).map(bytes)


def read(*packets: bytes, limit: int = 1_000_000) -> list[Event]:
    decoder = Decoder(limit)
    events = [event for packet in packets for event in decoder.feed(packet)]
    return events + decoder.finish()


def essence(events: list[Event]) -> tuple[list[Event], int]:
    """The events without skipped bytes, and how many bytes were skipped."""
    kept = [event for event in events if not isinstance(event, Skipped)]
    return kept, sum(event.bytes for event in events if isinstance(event, Skipped))


def test_one_block() -> None:
    assert read(frame(A)) == [Block(A)]


def test_many_blocks_in_one_packet() -> None:
    assert read(frame(A) + frame(B) + frame(b"")) == [Block(A), Block(B), Block(b"")]


def test_one_byte_at_a_time() -> None:
    stream = b"noise" + frame(A) + b"\r\n" + frame(B)
    assert essence(read(*(bytes([byte]) for byte in stream))) == ([Block(A), Block(B)], 7)


def test_bytes_outside_a_block_are_counted() -> None:
    assert read(b"noise" + frame(A) + b"\n\n") == [Skipped(5), Block(A), Skipped(2)]


def test_an_end_without_a_return_breaks_the_block_and_only_that() -> None:
    broken = b"\x0bfirst\x1cmore\x1c\r"
    assert read(broken + frame(B)) == [Broken(b"first\x1cmore"), Block(B)]
    assert read(b"\x0bfirst\x1c" + frame(B)) == [Broken(b"first\x1c"), Block(B)]


def test_a_start_inside_a_block_begins_the_next() -> None:
    assert read(b"\x0bfirst" + frame(B)) == [Broken(b"first"), Block(B)]
    assert read(b"\x0b" + frame(B)) == [Skipped(1), Block(B)]


def test_an_end_split_between_packets() -> None:
    assert read(b"\x0bA\x1c", b"\r\x0bB\x1c", b"x\x1c\r") == [Block(b"A"), Broken(b"B\x1cx")]


def test_the_end_of_the_stream_leaves_a_fragment() -> None:
    assert read(b"\x0bhalf") == [Broken(b"half")]
    assert read(b"\x0b") == [Skipped(1)]
    assert read(frame(A)) == [Block(A)]


def test_a_block_above_the_limit_gives_its_head_and_size() -> None:
    data = b"x" * 300_000
    packets = [frame(data)[i : i + 50_000] for i in range(0, 300_004, 50_000)]
    assert read(*packets, frame(A), limit=100_000) == [Oversize(data[:HEAD], 300_000), Block(A)]
    assert read(frame(data) + frame(A), limit=100_000) == [Oversize(data[:HEAD], 300_000), Block(A)]


def test_a_block_above_the_limit_is_not_kept() -> None:
    decoder = Decoder(limit=100_000)
    decoder.feed(b"\x0b")
    for _ in range(100):
        decoder.feed(b"x" * 50_000)
    assert len(decoder._buffer) <= HEAD + 50_000
    assert decoder.feed(b"\x1c\r") == [Oversize(b"x" * HEAD, 5_000_000)]


def test_exactly_the_limit_is_a_block() -> None:
    assert read(frame(b"12345"), limit=5) == [Block(b"12345")]
    assert read(frame(b"123456"), limit=5) == [Oversize(b"123456", 6)]


def test_a_flood_of_ends_is_one_fragment() -> None:
    ends = b"\x1c" * 200_000
    assert read(b"\x0b" + ends + b"\r") == [Broken(ends[:-1])]


def test_a_large_block_in_small_packets() -> None:
    data = b"0123456789abcdef" * 1_250_000
    stream = frame(data)
    assert read(*(stream[i : i + 1500] for i in range(0, len(stream), 1500)), limit=50_000_000) == [
        Block(data)
    ]


@given(st.lists(BYTES, max_size=6), st.lists(st.integers(0, 200), max_size=8), st.integers(1, 40))
def test_packet_boundaries_do_not_matter(parts: list[bytes], cuts: list[int], limit: int) -> None:
    stream = b"".join(frame(part) if index % 2 else part for index, part in enumerate(parts))
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    packets = [stream[a:b] for a, b in itertools.pairwise(edges)]
    assert essence(read(*packets, limit=limit)) == essence(read(stream, limit=limit))


@given(st.lists(st.binary().map(lambda data: data.translate(None, b"\x0b\x1c")), max_size=10))
def test_every_block_is_found(blocks: list[bytes]) -> None:
    assert read(b"".join(frame(block) for block in blocks)) == [Block(block) for block in blocks]


@given(BYTES)
def test_no_byte_is_lost_unseen(stream: bytes) -> None:
    seen = 0
    for event in read(stream):
        match event:
            case Block(data):
                seen += len(data) + 3
            case Broken(data):
                seen += len(data) + 1
            case Skipped(count):
                seen += count
    assert seen <= len(stream) <= seen + 2 * stream.count(b"\x1c\r")


@pytest.mark.parametrize("data", [b"", b"x"])
def test_a_frame_is_three_bytes(data: bytes) -> None:
    assert frame(data) == b"\x0b" + data + b"\x1c\r"
