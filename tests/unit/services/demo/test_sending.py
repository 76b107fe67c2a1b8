"""Over a real MLLP listener on a free port."""

from datetime import UTC, datetime

import pytest

from adapters.hl7v2.ack import acknowledge
from adapters.hl7v2.charset import decode, encode
from adapters.hl7v2.error import Error
from adapters.hl7v2.message import Message
from adapters.mllp.peer import Peer
from adapters.mllp.server import Server, start
from services.demo import sending
from services.demo.region import Region
from services.demo.sending import send
from services.failure import Failure


class Receiver:
    """Remembers what came in, in its order, and acknowledges it."""

    def __init__(self, refuse: str = "") -> None:
        self.received: list[str] = []
        self.refuse = refuse

    async def __call__(self, block: bytes, peer: Peer) -> bytes | None:
        decoded = decode(block, "GB18030")
        message = Message.parse(decoded.text)
        control_id = str(message.header[10])
        self.received.append(control_id)
        errors = [Error("internal")] if control_id == self.refuse else []
        text = acknowledge(message, errors, datetime.now(UTC), f"ACK{len(self.received)}")
        assert text is not None
        return encode(text, decoded.charset)


async def run(region: Region, receiver: Receiver, count: int) -> list[int]:
    server: Server = await start(receiver, "127.0.0.1", 0)
    steps: list[int] = []
    try:
        await send(region.messages[:count], "127.0.0.1", server.port, steps.append)
    finally:
        await server.close()
    return steps


async def test_every_message_arrives_once_and_each_house_s_in_order(region: Region) -> None:
    receiver = Receiver()
    steps = await run(region, receiver, 400)
    assert sum(steps) == len(receiver.received) == 400
    for house in region.houses:
        sent = [each.control_id for each in region.messages[:400] if each.house == house]
        assert [each for each in receiver.received if each.startswith(house.code)] == sent


async def test_a_refused_message_stops_the_loading(region: Region) -> None:
    refused = region.messages[7].control_id
    with pytest.raises(Failure, match=f"{refused} was answered A[ER]"):
        await run(region, Receiver(refuse=refused), 60)


async def test_nobody_listening_is_said_in_one_line(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_PAUSE", 0.0)
    server = await start(Receiver(), "127.0.0.1", 0)
    port = server.port
    await server.close()
    with pytest.raises(Failure, match="did not acknowledge"):
        await send(region.messages[:3], "127.0.0.1", port, lambda _: None)
