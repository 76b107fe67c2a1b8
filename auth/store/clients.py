"""Registered clients: the systems that may ask for tokens.

OAuth 2.0, RFC 6749 section 2. Collection `clients`; a client chooses neither its id nor its organisation.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from auth import moment, secret
from auth.store import tokens
from auth.store.database import Database, Row, SyncDatabase, blocking, collection

SECRET = "client_secret"  # noqa: S105
KEY = "private_key_jwt"


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A registered client; `secret` is a digest, `scope` everything that it may ask for."""

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


async def register(
    database: Database,
    *,
    name: str,
    scope: str,
    organization: str | None,
    regional: bool,
    jwks: dict[str, Any] | None = None,
) -> tuple[ClientRecord, str | None]:
    """A new client and, without `jwks`, its secret, which is never shown again.

    A client belongs to one organisation or to the region, never to both or neither (ValueError).
    """
    if regional == (organization is not None):
        raise ValueError("a client belongs to an organisation or to the region")
    plain = None if jwks else secret.new()
    client = ClientRecord(
        id=secrets.token_hex(16),
        name=name,
        method=KEY if jwks else SECRET,
        scope=scope,
        organization=organization,
        regional=regional,
        secret=secret.digest(plain) if plain else None,
        jwks=jwks,
        created=moment.now(),
    )
    row = asdict(client)
    await collection(database, "clients").insert_one({"_id": row.pop("id"), **row})
    return client, plain


def find(database: SyncDatabase, id: str) -> ClientRecord | None:
    """The client `id`, also when it is disabled."""
    return _record(blocking(database, "clients").find_one({"_id": id}))


async def disable(database: Database, id: str) -> bool:
    """End a client: no new token, and those that it has die at once. False when there is none.

    First the mark, then the tokens; whoever issues a token looks for the mark afterwards
    (`auth.authorization_server.server`), so that no token slips through between the two.
    """
    result = await collection(database, "clients").update_one({"_id": id}, {"$set": {"disabled": True}})
    await tokens.revoke_client(database, id)
    return bool(result.matched_count)


def _record(row: Row | None) -> ClientRecord | None:
    return ClientRecord(id=row.pop("_id"), **row) if row else None


async def ensure_indexes(database: Database) -> None:
    """Only the _id is searched."""
