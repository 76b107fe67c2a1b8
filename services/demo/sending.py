"""Sending: the region's messages over MLLP, each house on a connection of its own and in its own order.

HL7 v2 chapter 2.9: every message is answered AA, by its own control id, or the loading stops.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from adapters.hl7v2.message import Message as Acknowledgement
from adapters.mllp.client import MllpError, connect
from services.demo.messages import Message
from services.failure import Failure

_AT_ONCE = 6
_WINDOW = 32
_ATTEMPTS = 3
_PAUSE = 1.0

Advance = Callable[[int], object]


async def send(messages: Sequence[Message], host: str, port: int, advance: Advance) -> None:
    """Send all `messages`; `advance(n)` is told of each that was acknowledged. Failure when one was not."""
    places = asyncio.Semaphore(_AT_ONCE)
    queues: dict[str, list[Message]] = {}
    for message in messages:
        queues.setdefault(message.house.code, []).append(message)
    try:
        async with asyncio.TaskGroup() as group:
            for queue in queues.values():
                group.create_task(_send_house(queue, host, port, advance, places))
    except ExceptionGroup as several:
        raise several.exceptions[0] from None


async def _send_house(
    queue: list[Message], host: str, port: int, advance: Advance, places: asyncio.Semaphore
) -> None:
    """Send one house's messages in order; a lost connection is opened again where it broke."""
    done = 0
    async with places:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async for acknowledged in _exchange(queue[done:], host, port):
                    done += acknowledged
                    advance(acknowledged)
                return
            except MllpError:
                if attempt == _ATTEMPTS:
                    raise Failure(
                        "The MLLP listener did not acknowledge the demonstration's messages."
                    ) from None
                await asyncio.sleep(_PAUSE * attempt)


async def _exchange(queue: list[Message], host: str, port: int) -> AsyncIterator[int]:
    """Send on one connection; gives 1 for each message acknowledged."""
    async with await connect(host, port) as connection:
        waiting = iter(queue)
        async for _, reply in connection.pipeline((each.content for each in queue), _WINDOW):
            check(next(waiting), reply)
            yield 1


def check(message: Message, reply: bytes) -> None:
    """Raise a Failure unless `reply` is the positive acknowledgement of `message`."""
    codec = message.house.dialect.charset
    acknowledgement = Acknowledgement.parse(reply.decode(codec, "replace"))
    code, answered = acknowledgement.get("MSA-1"), acknowledgement.get("MSA-2")
    if (str(code), str(answered)) != ("AA", message.control_id):
        raise Failure(f"The demonstration's message {message.control_id} was answered {code}, not AA.")
