"""The feed process: the MLLP listener (`python -m services.feed`)."""

import asyncio
import logging
import signal

from adapters.mllp.connection import Limits, Observer
from adapters.mllp.peer import Peer
from adapters.mllp.server import start
from services import process
from services.config import Settings
from services.feed import transport
from services.feed.intake import Intake
from services.inbox import inbox_of
from services.platform import connect, sources_of

_IN_FLIGHT = 16

logger = logging.getLogger("furong.feed")


class Quarantine(Observer):
    """What is no message goes to the inbox too."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def broken(self, fragment: bytes, peer: Peer) -> bytes | None:
        """Keep and refuse a fragment that never became a block."""
        return await self._intake.broken(fragment, peer)

    async def oversize(self, head: bytes, size: int, peer: Peer) -> bytes | None:
        """Refuse a block above the limit."""
        return await self._intake.oversize(head, size, peer)


async def main(settings: Settings) -> None:
    """Listen until told to stop; then answer what was read, and end."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with connect(settings) as platform:
        store = platform.store
        inbox = await inbox_of(store)
        async with sources_of(platform) as sources:
            intake = Intake(inbox, sources, store.keyed, settings.processing_ids.split(","))
            limits = Limits(
                size=settings.max_message_bytes, in_flight=_IN_FLIGHT, connections=settings.mllp_connections
            )
            server = await start(
                intake.receive,
                settings.host,
                settings.mllp_port,
                limits,
                transport.context(settings),
                observer=Quarantine(intake),
                admit=transport.admission(settings),
            )
            logger.info("listening")
            process.settle()
            await stop.wait()
            await server.close(settings.drain_seconds)
        await inbox.close()


if __name__ == "__main__":
    process.run("feed", main)
