"""The platform as a program joins it: settings, database, store.

The wiring that every process and every command of Furong shares.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pymongo import MongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError, ServerSelectionTimeoutError

from auth.access.care import CareRelations
from auth.access.grounds import Grounds, Policy
from auth.audit.anchoring import Anchoring
from auth.audit.archive import Archive
from auth.audit.recorder import Recorder
from auth.audit.signing import Signer
from auth.rate_limits import RateLimits, Rates
from auth.store import ensure_indexes
from auth.store.consents import Consents
from auth.store.emergencies import Emergencies
from auth.store.relations import Relations
from auth.store.tokens import Tokens
from fhir.store import Store
from services.alarms.alarms import Alarms
from services.config import Settings
from services.failure import Failure
from services.master_key import master_key
from services.sources import Sources

REACH_SECONDS = 20
_NO_URI = "FURONG_MONGODB_URI is not a connection string of MongoDB."


@dataclass(frozen=True, slots=True)
class Platform:
    """What a process works with: the same database through the asynchronous and the plain client."""

    settings: Settings
    store: Store
    auth_database: Database[dict[str, Any]]
    grounds: Grounds
    tokens: Tokens
    recorder: Recorder
    archive: Archive
    anchoring: Anchoring
    alarms: Alarms
    limits: RateLimits

    @property
    def relations(self) -> Relations:
        """Who has whom in care."""
        return self.grounds.relations

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
    with await asyncio.to_thread(_plain_client, uri) as client:
        store = await Store.open(uri, settings.database, master_key=key)
        try:
            await _same_key(store)
            await ensure_indexes(store.database)
            platform = _wire(settings, store, client[settings.database], key)
            await platform.alarms.ensure_indexes()
            try:
                yield platform
            finally:
                await platform.recorder.close()
        finally:
            await store.close()


def _wire(settings: Settings, store: Store, auth_database: Database[dict[str, Any]], key: bytes) -> Platform:
    database, vault = store.database, store.vault
    relations = Relations(database, store.persons.linked, store.changes)
    policy = Policy(
        open=settings.without_consent == "permit", denial_binds=settings.denial_in_emergency == "binds"
    )
    consents = Consents(database, vault, store.changes)
    store.add_projections([CareRelations(relations, store.resources.owned), consents])
    return Platform(
        settings=settings,
        store=store,
        auth_database=auth_database,
        grounds=Grounds(relations, consents, Emergencies(database, vault, store.changes), policy),
        tokens=Tokens(database, store.changes),
        recorder=Recorder(database, vault),
        archive=Archive(database, vault),
        anchoring=Anchoring(database, Signer(key)),
        alarms=Alarms(database, settings),
        limits=RateLimits(database, _rates(settings), store.keyed),
    )


def _rates(settings: Settings) -> Rates:
    return Rates(
        client_requests=settings.client_requests_per_minute,
        user_requests=settings.user_requests_per_minute,
        user_lookups=settings.lookups_per_hour,
        client_lookups=settings.client_lookups_per_hour,
        number_lookups=settings.number_lookups_per_hour,
        authorizations=settings.authorizations_per_minute,
    )


def sources_of(platform: Platform) -> Sources:
    """The registered senders as this platform takes them."""
    accept = platform.settings.unregistered_sources == "accept"
    return Sources(platform.database, platform.store.vault.identify, accept)


def _plain_client(uri: str) -> MongoClient[dict[str, Any]]:
    """A client that has reached a database with transactions; or a Failure."""
    if not uri.startswith(("mongodb://", "mongodb+srv://")):
        raise Failure(_NO_URI)
    try:
        client: MongoClient[dict[str, Any]] = MongoClient(
            uri, tz_aware=True, appname="furong", serverSelectionTimeoutMS=REACH_SECONDS * 1000
        )
    except (PyMongoError, ValueError):
        raise Failure(_NO_URI) from None
    try:
        hello = client.admin.command("hello")
    except PyMongoError as error:
        client.close()
        raise Failure(_explain(error)) from None
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        client.close()
        raise Failure("The MongoDB in FURONG_MONGODB_URI is no replica set, so it has no transactions.")
    return client


async def _same_key(store: Store) -> None:
    """Refuse a master key other than the one that this database was begun with."""
    proof = store.keyed("the master key of this platform")
    row = await store.database["platform"].find_one_and_update(
        {"_id": "master key"}, {"$setOnInsert": {"proof": proof}}, upsert=True, return_document=True
    )
    assert row
    if row["proof"] != proof:
        raise Failure("The master key is not the one that the data in this database were encrypted with.")


def _explain(error: PyMongoError) -> str:
    """Why the database can't be joined; never with the connection string, which holds a password."""
    match error:
        case ServerSelectionTimeoutError():
            return "MongoDB does not answer, or has no primary, at the address in FURONG_MONGODB_URI."
        case OperationFailure(code=13 | 18):
            return "MongoDB refuses the account in FURONG_MONGODB_URI."
        case _:
            return f"MongoDB cannot be used: {type(error).__name__}."
