"""Access tokens: opaque, known to the database, and to the cache, by their SHA-256 alone.

RFC 6749 section 1.4, RFC 6750. Collection `tokens`; what a token says of its client is copied into it when
it is issued, so that a request costs one look-up, or none while the change stream would tell of its end.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from pymongo import ASCENDING, IndexModel

from auth import moment, secret
from auth.store.database import Database, Row, SyncDatabase, blocking, collection
from fhir.store.cache import Cache
from fhir.store.changes import Change, Changes

_CACHED = 10_000
_LONGEST = 60.0
"""Seconds after which a token is looked up again, whatever the change stream said."""


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """What a token stands for.

    `name` and `organization` are those of the person where there is an `account`, else those of the client;
    `linked` is as with the client. What follows `account` is of a person's token alone
    (`auth.store.authorizations`).
    """

    client: str
    name: str
    organization: str | None
    regional: bool
    scope: str
    issued: datetime
    expires: datetime
    linked: bool = True
    account: str | None = None
    hat: str | None = None
    role: str | None = None
    practitioner: str | None = None
    patient: str | None = None
    launched: str | None = None
    encounter: str | None = None
    amr: tuple[str, ...] = ()
    authorization: str | None = None


def insert(database: SyncDatabase, token: str, record: TokenRecord) -> None:
    """Keep a token that has just been issued."""
    blocking(database, "tokens").insert_one({"_id": secret.digest(token), **asdict(record)})


def delete(database: SyncDatabase, token: str) -> None:
    """Take back a token before it is handed out."""
    blocking(database, "tokens").delete_one({"_id": secret.digest(token)})


def relink(database: SyncDatabase, token: str, *, linked: bool) -> None:
    """Have a token that was just issued follow its client, of whom `linked` was changed meanwhile."""
    name = {"_id": secret.digest(token)}
    blocking(database, "tokens").update_one(name, {"$set": {"linked": linked}})


def find(database: SyncDatabase, token: str) -> TokenRecord | None:
    """What `token` stands for, past every cache, or None when it is unknown, revoked or over."""
    row = blocking(database, "tokens").find_one({"_id": secret.digest(token)}, {"_id": 0})
    record = _record(row) if row else None
    return record if record and record.expires > moment.now() else None


def _record(row: Row) -> TokenRecord:
    return TokenRecord(**row | {"amr": tuple(row.get("amr", ()))})


class Tokens:
    """The tokens of the platform as one process knows them."""

    def __init__(self, database: Database, changes: Changes) -> None:
        self._tokens = collection(database, "tokens")
        self._cache: Cache[TokenRecord] = Cache(changes, _CACHED, _LONGEST)
        changes.listen("tokens", self)

    async def find(self, token: str) -> TokenRecord | None:
        """What `token` stands for, or None when it is unknown, revoked or over."""
        name = secret.digest(token)
        record = self._cache.get(name) or await self._load(name)
        return record if record and record.expires > moment.now() else None

    async def _load(self, name: str) -> TokenRecord | None:
        mark = self._cache.mark
        row = await self._tokens.find_one({"_id": name}, {"_id": 0})
        if row is None:
            return None
        record = _record(row)
        self._cache.put(name, record, mark)
        return record

    async def revoke(self, token: str) -> bool:
        """End one token; False when there is none."""
        name = secret.digest(token)
        result = await self._tokens.delete_one({"_id": name})
        self._cache.forget([name])
        return bool(result.deleted_count)

    def changed(self, change: Change) -> None:
        """Forget the token that the change stream names."""
        self._cache.forget([str(change["documentKey"]["_id"])])

    def lost(self) -> None:
        """Forget all of them."""
        self._cache.clear()


async def revoke_client(database: Database, client: str) -> int:
    """End all tokens of a client, within a second in every process; returns how many."""
    return (await collection(database, "tokens").delete_many({"client": client})).deleted_count


async def relink_client(database: Database, client: str, *, linked: bool) -> None:
    """Have all tokens of a client follow it, within a second in every process."""
    await collection(database, "tokens").update_many({"client": client}, {"$set": {"linked": linked}})


async def ensure_indexes(database: Database) -> None:
    """By client, account, authorization; what is over is removed (`find` does not wait for that)."""
    await collection(database, "tokens").create_indexes(
        [
            IndexModel([("client", ASCENDING)]),
            IndexModel([("authorization", ASCENDING)], sparse=True),
            IndexModel([("account", ASCENDING)], sparse=True),
            IndexModel([("expires", ASCENDING)], expireAfterSeconds=0),
        ]
    )
