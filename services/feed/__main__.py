"""The feed process: MLLP listener, watched folder, replies (`python -m services.feed`)."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from prometheus_client import Counter

from adapters.mllp.connection import Limits, Observer
from adapters.mllp.peer import Peer
from adapters.mllp.server import Server, start
from services import certificates, process
from services.attending import attending
from services.config import Settings
from services.feed import transport
from services.feed.folder import WatchedFolder
from services.feed.replies import Replies
from services.inbox import Inbox, inbox_of
from services.intake.intake import Intake
from services.intake.reply import Ask
from services.periodic import running
from services.platform import connect, sources_of
from services.queries.queries import answering
from services.sources import Sources

_IN_FLIGHT = 16
SKIPPED = Counter("furong_mllp_skipped_bytes_total", "Bytes that stood outside any block")
REFUSED = Counter("furong_mllp_refused_connections_total", "Connections that were closed at once")
Keyed = Callable[[str], str]

logger = logging.getLogger("furong.feed")


class Quarantine(Observer):
    """What is no message goes to the inbox too, or is counted."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def skipped(self, count: int, peer: Peer) -> None:
        """Count what stood between blocks."""
        SKIPPED.inc(count)

    def refused(self, peer: Peer) -> None:
        """Count a connection that was not let in."""
        REFUSED.inc()

    async def broken(self, fragment: bytes, peer: Peer) -> bytes | None:
        """Keep and refuse a fragment that never became a block."""
        return await self._intake.broken(fragment, peer)

    async def oversize(self, head: bytes, size: int, peer: Peer) -> bytes | None:
        """Refuse a block above the limit."""
        return await self._intake.oversize(head, size, peer)


@asynccontextmanager
async def serving(
    settings: Settings, inbox: Inbox, sources: Sources, keyed: Keyed, ask: Ask | None = None
) -> AsyncIterator[Server]:
    """The listener, the watched folder and the replies, until the end of the block; then drained.

    `ask` answers queries.
    """
    intake = Intake(
        inbox,
        sources,
        keyed,
        settings.processing_ids.split(","),
        high_water=settings.queue_high_water,
        commit_seconds=settings.commit_seconds,
        strangers_bytes=settings.strangers_bytes,
    )
    limits = Limits(
        size=settings.max_message_bytes,
        in_flight=_IN_FLIGHT,
        connections=settings.mllp_connections,
        memory=settings.feed_memory_bytes,
    )
    outgoing = transport.outgoing(settings)
    server = await start(
        intake.receive,
        settings.host,
        settings.mllp_port,
        limits,
        transport.context(settings),
        observer=Quarantine(intake),
        admit=transport.admission(settings),
    )
    replies = Replies(inbox, sources, server.say, settings.reply_hours, outgoing)
    intake.spoken, intake.heard, intake.ask = replies.spoken, replies.heard, ask
    endless = [intake.pressure.watch(), intake.strangers.watch(), replies.watch()]
    if settings.watched_folder is not None:
        endless.append(WatchedFolder(settings.watched_folder, intake, settings.max_message_bytes).watch())
    async with running(*endless):
        try:
            yield server
        finally:
            await server.close(settings.drain_seconds)


async def main(settings: Settings) -> None:
    """Listen until told to stop; then answer what was read, and end."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with connect(settings) as platform:
        store = platform.store
        inbox = await inbox_of(store)
        async with sources_of(platform) as sources:
            ask = await answering(platform, sources)
            async with (
                serving(settings, inbox, sources, store.keyed, ask),
                attending(platform, "feed", certificates.of_feed(settings)),
            ):
                logger.info("listening")
                process.settle()
                await stop.wait()
        await inbox.close()


if __name__ == "__main__":
    process.run("feed", main)
