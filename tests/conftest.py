"""What all tests share: fixtures, and the event loop and garbage collection of the platform's processes."""

import asyncio

import uvloop

from services.process import settle

pytest_plugins = [
    f"tests.support.{name}"
    for name in (
        "skipping",
        "mongo",
        "databases",
        "auth",
        "web",
        "feed",
        "serving",
        "smart_app",
        "receiver",
        "queries",
    )
]

asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


def pytest_collection_finish() -> None:
    """What was collected stays for as long as the process: it is not looked at again."""
    settle()
