"""Block: the frame 0B … 1C 0D around one message, found again in any stream of packets.

HL7 MLLP Release 1, 2.2. Bytes outside a block are counted; a block that is cut short by a new start, or in
which 1C is not followed by 0D, is broken and is given out whole; reading goes on at the next start.
"""

from typing import NamedTuple

START = b"\x0b"
END = b"\x1c"
RETURN = b"\r"
HEAD = 65_536
LIMIT = 50_000_000


class Block(NamedTuple):
    """A whole block, without its frame."""

    data: bytes


class Skipped(NamedTuple):
    """So many bytes stood outside any block."""

    bytes: int


class Broken(NamedTuple):
    """A fragment that is no block, as far as it came."""

    data: bytes


class Oversize(NamedTuple):
    """A block above the limit: its beginning and its whole size in bytes."""

    head: bytes
    size: int


Event = Block | Skipped | Broken | Oversize


def frame(block: bytes) -> bytes:
    """`block` in its frame."""
    return b"%b%b%b%b" % (START, block, END, RETURN)


class Decoder:
    """Reads one stream; `limit` is the largest block in bytes."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.inside = False
        self._buffer = bytearray()
        self._scanned = 0
        self._broken = False
        self._dropped = 0

    @property
    def held(self) -> int:
        """The bytes that it keeps of a block that has not ended."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Event]:
        """What `data`, the next bytes of the stream, completes."""
        self._buffer += data
        events: list[Event] = []
        while self._buffer:
            event = self._inside() if self.inside else self._outside()
            if event is None:
                break
            if not isinstance(event, Skipped) or event.bytes:
                events.append(event)
        return events

    def finish(self) -> list[Event]:
        """What the end of the stream, or a sender that fell silent, leaves behind."""
        if not self.inside:
            return []
        self.inside, self._broken = False, True
        return [self._close(len(self._buffer), 0)]

    def _outside(self) -> Event | None:
        """The bytes before the next start."""
        start = self._buffer.find(START)
        count = len(self._buffer) if start < 0 else start
        del self._buffer[: count + 1]
        self.inside = start >= 0
        return Skipped(count)

    def _inside(self) -> Event | None:
        """The block that ends in the buffer, or None when more bytes are needed."""
        buffer = self._buffer
        end = buffer.find(END, self._scanned)
        while 0 <= end < len(buffer) - 1 and buffer[end + 1] != RETURN[0]:
            start = buffer.find(START, self._scanned, end)
            if start >= 0:
                break
            self._broken = True
            self._scanned = end + 1
            end = buffer.find(END, self._scanned)
        start = buffer.find(START, self._scanned, end if end >= 0 else len(buffer))
        if start >= 0:
            self._broken = True
            return self._close(start, 1)
        if 0 <= end < len(buffer) - 1:
            self.inside = False
            return self._close(end, 2)
        self._scanned = end if end >= 0 else len(buffer)
        self._shorten()
        return None

    def _close(self, end: int, delimiter: int) -> Event:
        """The block up to `end`; the buffer goes on after its `delimiter`."""
        size = end + self._dropped
        event: Event
        if not size and self._broken:
            # A start that opened nothing.
            event = Skipped(1)
        elif size > self.limit:
            event = Oversize(bytes(self._buffer[: min(HEAD, end)]), size)
        elif self._broken:
            event = Broken(bytes(self._buffer[:end]))
        else:
            event = Block(bytes(self._buffer[:end]))
        del self._buffer[: end + delimiter]
        self._scanned = self._dropped = 0
        self._broken = False
        return event

    def _shorten(self) -> None:
        """Of a block that is already too large, keep no more than its head."""
        excess = self._scanned - HEAD
        if len(self._buffer) + self._dropped > self.limit and excess > 0:
            del self._buffer[HEAD : self._scanned]
            self._dropped += excess
            self._scanned = HEAD
