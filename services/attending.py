"""What every process watches of itself: its clock, and the certificates that it uses."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from services import certificates, clock
from services.certificates import Files
from services.periodic import periodic
from services.platform import Platform


@asynccontextmanager
async def attending(platform: Platform, process: str, files: Files | None = None) -> AsyncIterator[None]:
    """Watch, for as long as the block runs."""
    works = {"clock": (partial(clock.look, platform, process), clock.PERIOD)}
    if files is not None:
        works["certificates"] = (partial(certificates.look, platform, process, files), certificates.PERIOD)
    async with AsyncExitStack() as stack:
        for name, (work, seconds) in works.items():
            await stack.enter_async_context(periodic(name, work, seconds))
        yield
