"""Thousands of idle connections: checklist lines 3 and 65 of the feed."""

import asyncio
import socket
from pathlib import Path

from adapters.mllp.frame import frame
from services.open_files import raise_open_files
from tests.functional.feed.test_feed import adt, code
from tests.support.feed import feeding
from tests.support.web import Web

MANY = 2_000
MEGABYTE = 1_000_000


def resident() -> int:
    """The memory of this process, in bytes."""
    pages = Path("/proc/self/statm")  # only Linux tells
    return int(pages.read_text().split()[1]) * 4096 if pages.exists() else 0


async def test_line_65_two_thousand_idle_connections_cost_little_and_others_send_on(web: Web) -> None:
    raise_open_files()
    async with feeding(web, mllp_connections=MANY + 10, working=False) as feed:
        before = resident()
        idle = []
        try:
            for _ in range(MANY):
                sender = socket.socket()
                sender.setblocking(False)
                sender.connect_ex(("127.0.0.1", feed.port))
                idle.append(sender)
                if len(idle) % 50 == 0:
                    assert code((await feed.send(adt(control=f"C{len(idle)}").encode()))[0]) == "AA"
            assert resident() - before < 60 * MEGABYTE
            loop = asyncio.get_running_loop()
            for sender in (idle[0], idle[-1]):
                await loop.sock_sendall(sender, frame(adt().encode()))
                assert b"MSA|AA|C1" in await loop.sock_recv(sender, 4096)
        finally:
            for sender in idle:
                sender.close()
