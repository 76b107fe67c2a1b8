"""How a command comes to its database: the running platform's, or one of its own for as long as it needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from services import master_key, residence
from services.config import Settings
from services.database.embedded import EmbeddedMongo
from services.platform import Platform, connect


def embedded(settings: Settings) -> EmbeddedMongo:
    """The embedded database of a data folder."""
    return EmbeddedMongo(
        settings.database_folder, mongod=settings.mongod, cache_gigabytes=settings.cache_gigabytes
    )


def at(settings: Settings, uri: str) -> Settings:
    """The same settings with the database at `uri`."""
    return settings.changed(mongodb_uri=SecretStr(uri))


@asynccontextmanager
async def platform(settings: Settings) -> AsyncIterator[Platform]:
    """The database named in the settings, else that of the platform running on the folder, else a new one."""
    present = residence.present(settings.data)
    if settings.mongodb_uri:
        async with connect(settings) as joined:
            yield joined
    elif present:
        async with connect(at(settings, present.uri)) as joined:
            yield joined
    else:
        master_key.read(settings)  # before the folder exists: afterwards a missing key is a fault
        async with embedded(settings) as uri, connect(at(settings, uri)) as joined:
            yield joined
