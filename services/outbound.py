"""Outbound: sends messages over MLLP, one in flight, until each is answered.

HL7 v2 2.9 (Acknowledgements), checklist 6. MSA-2 of an answer must be MSH-10 of the message; whatever else
comes ends the connection, so that a late answer is never taken for the next one. A lost answer is followed
by the same message again, after a pause that grows and is never the same for two senders.
"""

import asyncio
import random
import ssl as tls
from types import TracebackType
from typing import NamedTuple, Self

from adapters.hl7v2.ack import is_enhanced, wants
from adapters.hl7v2.charset import CharsetError, decode
from adapters.hl7v2.message import Message, MessageError
from adapters.mllp.client import Connection, MllpError, connect

ACCEPTED, ERRONEOUS, REJECTED = ("AA", "CA"), ("AE", "CE"), ("AR", "CR")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 60.0


class Delivered(NamedTuple):
    """The answer to one message and its code (MSA-1; `?` where it has none); empty where none comes."""

    answer: bytes
    code: str


class Outbound:
    """Sends to one receiver; `attempts` for each message, `seconds` of patience for each answer."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        ssl: tls.SSLContext | None = None,
        seconds: float = 60.0,
        attempts: int = 1,
        first_pause: float = _FIRST_PAUSE,
    ) -> None:
        self._host, self._port = host, port
        self._ssl = ssl
        self._seconds = seconds
        self._attempts = attempts
        self._first_pause = first_pause
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()

    async def deliver(self, block: bytes) -> Delivered:
        """The answer to `block`; MllpError when no attempt was answered. One at a time, in order."""
        async with self._turn:
            return await self._deliver(block)

    async def _deliver(self, block: bytes) -> Delivered:
        for attempt in range(1, self._attempts + 1):
            try:
                return await self._once(block)
            except MllpError:
                await self.close()
                if attempt == self._attempts:
                    raise
            await asyncio.sleep(pause(attempt, self._first_pause))
        raise AssertionError("at least one attempt is made")

    async def _once(self, block: bytes) -> Delivered:
        if self._connection is None:
            self._connection = await connect(
                self._host, self._port, ssl=self._ssl, seconds=self._seconds, matches=answers, passes=is_later
            )
        if is_silent(block):
            await self._connection.tell(block)
            return Delivered(b"", "")
        answer = await self._connection.send(block)
        return Delivered(answer, _code(answer))

    async def close(self) -> None:
        """Close the connection; the next message opens a new one."""
        if self._connection is not None:
            await self._connection.close()
        self._connection = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def pause(attempt: int, first: float = _FIRST_PAUSE, longest: float = _LONGEST_PAUSE) -> float:
    """How long to wait after so many attempts: doubled each time, half of it by chance."""
    whole: float = min(longest, first * 2 ** min(attempt - 1, 30))
    return whole * (0.5 + random.random() / 2)


def answers(block: bytes, reply: bytes) -> bool:
    """Does `reply` answer `block`? Where the message has no readable control id, any answer does."""
    message, answer = _parsed(block), _parsed(reply)
    control_id = "" if message is None else message.header[10].value
    msa = None if answer is None else answer["MSA"]
    return not control_id or (msa is not None and msa[2].value == control_id)


def is_later(block: bytes, reply: bytes) -> bool:
    """Is `reply` an application acknowledgement of enhanced mode, a message of its own?

    It may come at any time, for any earlier message, and is no answer to the message in flight.
    """
    message, answer = _parsed(block), _parsed(reply)
    if message is None or answer is None or not is_enhanced(message) or not wants(message, "accept"):
        return False
    return _code(reply).startswith("A")


def is_silent(block: bytes) -> bool:
    """Does the message want no acknowledgement of either level (MSH-15 and MSH-16 NE)?"""
    message = _parsed(block)
    if message is None or not is_enhanced(message):
        return False
    return not (wants(message, "accept") or wants(message, "application"))


def _code(answer: bytes) -> str:
    message = _parsed(answer)
    msa = None if message is None else message["MSA"]
    return "?" if msa is None else msa[1].value.strip().upper()


def _parsed(block: bytes) -> Message | None:
    try:
        return Message.parse(decode(block).text)
    except (CharsetError, MessageError):
        return None
