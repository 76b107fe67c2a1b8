"""What the worker watches beside the inbox: the audit and its roots, the feeds, sweeps; alarms are sent."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from services.alarms.delivery import delivering
from services.periodic import periodic
from services.platform import Platform
from services.worker import (
    emergency_reviews,
    feed_alarms,
    overdue_cases,
    rooting,
    sweep_detection,
    synthetic_access,
    telling,
)


@asynccontextmanager
async def watching(platform: Platform) -> AsyncIterator[None]:
    """Watch, for as long as the block runs."""
    works = {
        "rooting": (rooting.root, rooting.PERIOD, 0.0),
        "sweep detection": (sweep_detection.look, sweep_detection.PERIOD, 0.0),
        "feed alarms": (feed_alarms.look, feed_alarms.PERIOD, 0.0),
        "emergency reviews": (emergency_reviews.look, emergency_reviews.PERIOD, 0.0),
        "overdue cases": (overdue_cases.look, overdue_cases.PERIOD, 0.0),
        "telling": (telling.look, telling.PERIOD, 0.0),
        "synthetic access": (synthetic_access.look, synthetic_access.PERIOD, synthetic_access.FIRST),
    }
    async with AsyncExitStack() as stack:
        for name, (work, seconds, first) in works.items():
            await stack.enter_async_context(periodic(name, partial(work, platform), seconds, first))
        signer = platform.anchoring.signer
        await stack.enter_async_context(delivering(platform.alarms, platform.settings, signer))
        yield
