"""The supervisor: the database, then the processes of the platform; stopped in the opposite order.

It starts again what dies, and stops everything when it is asked to (SIGINT, SIGTERM). When it is killed
itself its processes notice (`services.lifeline`) and the next start takes over the database.
"""

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

from services import master_key, residence
from services.backoff import Backoff
from services.child import Child
from services.config import Settings
from services.database.embedded import EmbeddedMongo
from services.failure import Failure
from services.joining import at, embedded
from services.open_files import raise_open_files
from services.readiness import demand_free_ports

PROCESSES = {"api": "services.web", "worker": "services.worker", "feed": "services.feed"}
"""In the order of their start; they are stopped in the opposite order, so that nothing new comes in first."""
_LOOK = 0.25

_METRICS = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus-client keeps the counters of all processes, so that /metrics tells of every one."""
Say = Callable[[str], None]


class Supervisor:
    """The running platform of one data folder."""

    def __init__(self, settings: Settings, say: Say, hurry: asyncio.Event) -> None:
        self.settings = settings
        self.children = [
            Child(name, module, settings.log_folder, say) for name, module in _processes(settings)
        ]
        self._say = say
        self._hurry = hurry

    def start(self) -> None:
        """Start every process."""
        raise_open_files()
        for child in self.children:
            child.start(self.settings.environment() | {_METRICS: str(self.settings.metrics_folder)})

    async def stop(self) -> None:
        """Drain and stop the processes one after the other; in a hurry, all at once."""
        hurrying = asyncio.create_task(self._kill_in_a_hurry())
        for child in reversed(self.children):
            await child.stop(self.settings.drain_seconds)
        hurrying.cancel()

    async def _kill_in_a_hurry(self) -> None:
        await self._hurry.wait()
        for child in self.children:
            child.kill()

    async def keep_database(self, mongo: EmbeddedMongo, home: residence.Residence) -> None:
        """Start mongod again whenever it dies; processes that would look for it elsewhere start again too."""
        backoff, began = Backoff(), time.monotonic()
        while True:
            await asyncio.sleep(_LOOK)
            if mongo.alive():
                continue
            pause = backoff.after(time.monotonic() - began)
            self._say("mongod ended; it starts again " + (f"in {pause:g} s" if pause else "at once"))
            await asyncio.sleep(pause)
            try:
                uri = await asyncio.to_thread(mongo.start)
            except Failure as failure:
                self._say(str(failure))
                continue
            except OSError as error:
                self._say(f"mongod can't be started: {error.strerror}")
                continue
            finally:
                began = time.monotonic()
            if at(self.settings, uri) != self.settings:
                await self._follow(uri, home)

    async def _follow(self, uri: str, home: residence.Residence) -> None:
        """Start the processes again where the database is now."""
        await self.stop()
        self.settings = at(self.settings, uri)
        try:
            home.register(self.settings.address, uri)
        except OSError as error:
            self._say(f"Commands can't be told where the database is: {error.strerror}")
        self.start()


def _processes(settings: Settings) -> Iterator[tuple[str, str]]:
    """Name and module of each process; several API processes share one port."""
    for name, module in PROCESSES.items():
        yield name, module
        if name == "api":
            yield from ((f"api-{number}", module) for number in range(2, settings.workers + 1))


@asynccontextmanager
async def supervise(settings: Settings, say: Say, hurry: asyncio.Event) -> AsyncIterator[Supervisor]:
    """The platform, until the end of the block: its database runs, its processes are ready to be started."""
    settings.demand_secure_feed()
    demand_free_ports(settings)
    with residence.occupy(settings.data) as home:
        master_key.read(settings)
        settings.log_folder.mkdir(mode=0o700, exist_ok=True)
        shutil.rmtree(settings.metrics_folder, ignore_errors=True)
        settings.metrics_folder.mkdir(mode=0o700)
        async with _database(settings) as (uri, mongo):
            home.register(settings.address, uri)
            supervisor = Supervisor(at(settings, uri), say, hurry)
            keeping = asyncio.create_task(supervisor.keep_database(mongo, home)) if mongo else None
            try:
                yield supervisor
            finally:
                if keeping:
                    keeping.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await keeping
                await supervisor.stop()


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[tuple[str, EmbeddedMongo | None]]:
    """Its connection string, and the embedded database unless another one was named."""
    if settings.mongodb_uri:
        yield settings.mongodb_uri.get_secret_value(), None
        return
    mongo = embedded(settings)
    try:
        yield await asyncio.to_thread(mongo.start), mongo
    finally:
        await asyncio.to_thread(mongo.stop, force=True)
