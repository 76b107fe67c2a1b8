"""Registered clients: the systems and apps that may ask for tokens.

OAuth 2.0, RFC 6749 section 2. Collection `clients`; a client chooses neither its id nor its organisation. An
app has redirect URIs and acts for a person; a system has none and acts for its organisation or the region.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pymongo import ASCENDING, DESCENDING, IndexModel

from auth import moment, secret
from auth.store import authorizations, tokens
from auth.store.database import Database, Row, SyncDatabase, blocking, collection

SECRET = "client_secret"  # noqa: S105
KEY = "private_key_jwt"
NONE = "none"
"""A public client: what it is known by is its redirect URI alone."""


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A registered client; `secret` is a digest, `scope` everything that it may ask for.

    `pending` waits for the approval of a security officer. `launch_url` is where the doctor's page launches
    the app, with `intent`. `open_introspection`: whoever holds its tokens may ask what they stand for. With
    `linked` a Patient that it names stands for all that are linked with it, else for itself alone.
    """

    id: str
    name: str
    method: str
    scope: str
    organization: str | None
    regional: bool
    secret: str | None
    jwks: dict[str, Any] | None
    created: datetime
    disabled: bool = False
    redirect_uris: tuple[str, ...] = ()
    jwks_uri: str | None = None
    launch_url: str | None = None
    intent: str | None = None
    open_introspection: bool = False
    linked: bool = True
    pending: bool = False
    approved_by: str | None = None

    @property
    def is_app(self) -> bool:
        """Does it act for persons?"""
        return bool(self.redirect_uris)

    @property
    def usable(self) -> bool:
        """May it get tokens?"""
        return not (self.disabled or self.pending)


async def register(
    database: Database,
    *,
    name: str,
    scope: str,
    organization: str | None = None,
    regional: bool = False,
    jwks: dict[str, Any] | None = None,
    jwks_uri: str | None = None,
    redirect_uris: Iterable[str] = (),
    public: bool = False,
    **more: Any,
) -> tuple[ClientRecord, str | None]:
    """A new client and, where it proves itself with one, its secret, which is never shown again.

    A system belongs to one organisation or to the region, never to both or neither (ValueError).
    """
    uris = tuple(redirect_uris)
    if (organization is not None and regional) or not (uris or regional or organization):
        raise ValueError("a client belongs to an organisation or to the region")
    if public and not uris:
        raise ValueError("a public client has redirect URIs")
    keyed = jwks is not None or jwks_uri is not None
    plain = None if keyed or public else secret.new()
    client = ClientRecord(
        id=secrets.token_hex(16),
        name=name,
        method=KEY if keyed else NONE if public else SECRET,
        scope=scope,
        organization=organization,
        regional=regional,
        secret=secret.digest(plain) if plain else None,
        jwks=jwks,
        jwks_uri=jwks_uri,
        redirect_uris=uris,
        created=moment.now(),
        **more,
    )
    row = asdict(client)
    origins = sorted({_origin(uri) for uri in uris} - {""})
    await collection(database, "clients").insert_one({"_id": row.pop("id"), **row, "origins": origins})
    return client, plain


def find(database: SyncDatabase, id: str) -> ClientRecord | None:
    """The client `id`, also when it is disabled or not approved yet."""
    return _record(blocking(database, "clients").find_one({"_id": id}))


def any_open(database: SyncDatabase) -> bool:
    """Is there a client whose tokens anybody may ask about?"""
    return blocking(database, "clients").find_one({"open_introspection": True, "disabled": False}) is not None


async def by_id(database: Database, id: str) -> ClientRecord | None:
    """As `find`."""
    return _record(await collection(database, "clients").find_one({"_id": id}))


async def every(database: Database, most: int = 500) -> list[ClientRecord]:
    """All of them: those that wait for approval first, then the newest."""
    rows = collection(database, "clients").find().sort([("pending", DESCENDING), ("created", DESCENDING)])
    return [_known(row) async for row in rows.limit(most)]


async def launched(database: Database) -> list[ClientRecord]:
    """The apps that can be launched from a doctor's page."""
    rows = collection(database, "clients").find({"launch_url": {"$type": "string"}, "disabled": False})
    found = [_known(row) async for row in rows.sort([("name", ASCENDING)])]
    return [client for client in found if client.usable]


async def approve(database: Database, id: str, by: str) -> bool:
    """Let a registered client in; False when none of this id waits."""
    result = await collection(database, "clients").update_one(
        {"_id": id, "pending": True, "disabled": False}, {"$set": {"pending": False, "approved_by": by}}
    )
    return bool(result.modified_count)


async def link(database: Database, id: str, *, linked: bool) -> bool:
    """Say whether a Patient stands for the person to this client; False when there is none of this id.

    As with `disable`: the client, then its tokens, and whoever issues one looks at the client afterwards.
    """
    result = await collection(database, "clients").update_one({"_id": id}, {"$set": {"linked": linked}})
    await tokens.relink_client(database, id, linked=linked)
    return bool(result.matched_count)


async def disable(database: Database, id: str) -> bool:
    """End a client: no new token, and those that it has die at once. False when there is none.

    First the mark, then the tokens; whoever issues a token looks for the mark afterwards
    (`auth.authorization_server.server`), so that no token slips through between the two.
    """
    result = await collection(database, "clients").update_one({"_id": id}, {"$set": {"disabled": True}})
    await authorizations.end(database, {"client": id})
    await tokens.revoke_client(database, id)
    return bool(result.matched_count)


async def is_origin(database: Database, origin: str) -> bool:
    """Is this the origin of a redirect URI of a client that may get tokens? (CORS)"""
    wanted: Mapping[str, Any] = {"origins": origin, "disabled": False, "pending": {"$ne": True}}
    return await collection(database, "clients").find_one(wanted, {"_id": 1}) is not None


def _origin(uri: str) -> str:
    """The web origin of a redirect URI; empty for a native app's."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""


def _known(row: Row) -> ClientRecord:
    row.pop("origins", None)
    uris = tuple(row.pop("redirect_uris", ()))
    return ClientRecord(id=row.pop("_id"), redirect_uris=uris, **row)


def _record(row: Row | None) -> ClientRecord | None:
    return _known(row) if row else None


async def ensure_indexes(database: Database) -> None:
    """By origin, of those that have one."""
    await collection(database, "clients").create_indexes(
        [IndexModel([("origins", ASCENDING)], partialFilterExpression={"origins": {"$exists": True}})]
    )
