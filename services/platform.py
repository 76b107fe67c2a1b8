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
from auth.access.entrusted import Entrusted
from auth.access.grounds import Grounds, Policy
from auth.access.permitted import Permitted
from auth.access.practising import Practising, follow_stored
from auth.audit.anchoring import Anchoring
from auth.audit.archive import Archive
from auth.audit.recorder import Recorder
from auth.audit.signing import Signer
from auth.rate_limits import RateLimits, Rates
from auth.store import ensure_indexes
from auth.store.cases import Cases
from auth.store.consents import Consents
from auth.store.deaths import Deaths
from auth.store.emergencies import Emergencies
from auth.store.moves import Moves
from auth.store.note_drafts import NoteDrafts
from auth.store.permissions import Permissions
from auth.store.relations import Relations
from auth.store.shares import Shares
from auth.store.tokens import Tokens
from fhir.store import Store
from fhir.store.key_ring import LostKeyError
from services.alarms.alarms import Alarms
from services.config import Settings
from services.deaths import catch_up
from services.failure import Failure
from services.master_key import key_ring
from services.sources import Sources

REACH_SECONDS = 20
_NO_URI = "FURONG_MONGODB_URI is not a connection string of MongoDB."
_OTHER_KEY = "The master key is not the one that the data in this database were encrypted with."


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
    def moves(self) -> Moves:
        """What was moved from one Patient to another."""
        return Moves(self.database, self.store.vault)

    @property
    def cases(self) -> Cases:
        """What residents ask of those who keep their files."""
        return Cases(self.database, self.store.vault)

    @property
    def shares(self) -> Shares:
        """What residents let others see for some minutes."""
        return Shares(self.database, self.store.vault)

    @property
    def note_drafts(self) -> NoteDrafts:
        """What doctors have written and not signed."""
        return NoteDrafts(self.database, self.store.vault)

    @property
    def database(self) -> AsyncDatabase[dict[str, Any]]:
        """The database of the store."""
        return self.store.database


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Platform]:
    """Join the database at `settings.mongodb_uri`; a Failure says why that can't be done."""
    if not settings.mongodb_uri:
        raise Failure("There is no database: FURONG_MONGODB_URI is not set.")
    uri, ring = settings.mongodb_uri.get_secret_value(), key_ring(settings)
    with await asyncio.to_thread(_plain_client, uri) as client:
        try:
            store = await Store.open(uri, settings.database, master_key=ring)
        except LostKeyError:
            raise Failure(_OTHER_KEY) from None
        try:
            await ensure_indexes(store.database)
            platform = _wire(settings, store, client[settings.database])
            await follow_stored(store)
            await platform.alarms.ensure_indexes()
            await catch_up(store, platform.grounds.deaths)
            try:
                yield platform
            finally:
                await platform.recorder.close()
        finally:
            await store.close()


def _wire(settings: Settings, store: Store, auth_database: Database[dict[str, Any]]) -> Platform:
    database, vault = store.database, store.vault
    relations = Relations(database, store.persons.linked, store.changes)
    policy = Policy(
        open=settings.without_consent == "permit",
        denial_binds=settings.denial_in_emergency == "binds",
        deceased_days=settings.deceased_file_days,
    )
    consents, permissions = Consents(database, vault, store.changes), Permissions(database, store.changes)
    owned = store.resources.owned
    store.add_projections([CareRelations(relations, owned), Entrusted(relations, owned)])
    deaths = Deaths(database, store.changes)
    store.add_projections([consents, Permitted(permissions), Practising(database), deaths])
    emergencies = Emergencies(database, vault, store.changes)
    return Platform(
        settings=settings,
        store=store,
        auth_database=auth_database,
        grounds=Grounds(relations, consents, emergencies, permissions, deaths, policy),
        tokens=Tokens(database, store.changes),
        recorder=Recorder(database, vault),
        archive=Archive(database, vault),
        anchoring=Anchoring(database, Signer(vault.secret(b"audit root"))),
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
        tokens=settings.token_requests_per_minute,
    )


def sources_of(platform: Platform) -> Sources:
    """The registered senders as this platform takes them."""
    settings = platform.settings
    accept, limit = settings.unregistered_sources == "accept", settings.unregistered_sources_limit
    return Sources(platform.database, platform.store.vault.identify, accept, limit)


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


def _explain(error: PyMongoError) -> str:
    """Why the database can't be joined; never with the connection string, which holds a password."""
    match error:
        case ServerSelectionTimeoutError():
            return "MongoDB does not answer, or has no primary, at the address in FURONG_MONGODB_URI."
        case OperationFailure(code=13 | 18):
            return "MongoDB refuses the account in FURONG_MONGODB_URI."
        case _:
            return f"MongoDB cannot be used: {type(error).__name__}."
