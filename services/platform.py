"""The platform as a program joins it: settings, database, store.

The wiring that every process and every command of Furong shares.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database
from pymongo.errors import ConfigurationError, OperationFailure, PyMongoError, ServerSelectionTimeoutError

from auth.access.care import CareRelations
from auth.audit.archive import Archive
from auth.audit.recorder import Recorder
from auth.store import ensure_indexes
from auth.store.relations import Relations
from fhir.store import Store
from services.config import Settings
from services.failure import Failure
from services.master_key import master_key


@dataclass(frozen=True, slots=True)
class Platform:
    """What a process works with: the same database through the asynchronous and the plain client."""

    settings: Settings
    store: Store
    auth_database: Database[dict[str, Any]]
    relations: Relations
    recorder: Recorder
    archive: Archive

    @property
    def database(self) -> AsyncDatabase[dict[str, Any]]:
        """The database of the store."""
        return self.store.database


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Platform]:
    """Join the database at `settings.mongodb_uri`; a Failure says why that can't be done."""
    if not settings.mongodb_uri:
        raise Failure("There is no database: FURONG_MONGODB_URI is not set.")
    uri, key = settings.mongodb_uri.get_secret_value(), master_key(settings)
    try:
        store = await Store.open(uri, settings.database, master_key=key)
    except (PyMongoError, ValueError) as error:
        raise Failure(_explain(error)) from None
    try:
        await _same_key(store)
        await ensure_indexes(store.database)
        with MongoClient[dict[str, Any]](uri, tz_aware=True, appname="furong") as client:
            platform = _wired(settings, store, client[settings.database])
            yield platform
            await platform.recorder.close()
    finally:
        await store.close()


def _wired(settings: Settings, store: Store, auth_database: Database[dict[str, Any]]) -> Platform:
    """The parts of the platform, with care relations following the Encounters that are written."""
    relations = Relations(store.database, store.persons.linked)
    store.add_projections([CareRelations(relations)])
    recorder = Recorder(store.database, store.vault)
    archive = Archive(store.database, store.vault)
    return Platform(settings, store, auth_database, relations, recorder, archive)


async def _same_key(store: Store) -> None:
    """Refuse a master key other than the one that this database was begun with."""
    proof = store.keyed("the master key of this platform")
    row = await store.database["platform"].find_one_and_update(
        {"_id": "master key"}, {"$setOnInsert": {"proof": proof}}, upsert=True, return_document=True
    )
    assert row
    if row["proof"] != proof:
        raise Failure("The master key is not the one that the data in this database were encrypted with.")


def _explain(error: Exception) -> str:
    """Why the database can't be joined; never with the connection string, which holds a password."""
    match error:
        case ServerSelectionTimeoutError():
            return "MongoDB does not answer, or has no primary, at the address in FURONG_MONGODB_URI."
        case OperationFailure(code=13 | 18):
            return "MongoDB refuses the account in FURONG_MONGODB_URI."
        case ConfigurationError() | ValueError():
            return "FURONG_MONGODB_URI is not a connection string of MongoDB."
        case _:
            return f"MongoDB cannot be used: {type(error).__name__}."
