"""Authorizations: what one person has let one app do, once; every token of a flow hangs on one.

RFC 6749 section 1.3; RFC 9700 section 4.14 (a family of refresh tokens). Collection `authorizations`. When
one ends, its access and refresh tokens are taken away; whoever issues a token looks afterwards whether its
authorization still stands, so that none slips through.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel

from auth import moment
from auth.store.database import Database, Row, Session, SyncDatabase, blocking, collection

KEPT = timedelta(days=400)
"""How long the row of an authorization is kept beyond the last use of it."""
_TOKENS = ("tokens", "refresh_tokens")


@dataclass(frozen=True, slots=True)
class Authorization:
    """One authorization: which app, which account under which hat, and what for.

    `launched` and `encounter` are the context (references); `context` are further references. `session` is
    the name of the web session with which it ends; None where it goes on without the person (offline_access).
    `proved` is when the person last proved who he is (`auth_time`), with `amr`.
    """

    id: str
    client: str
    account: str
    hat: str
    scope: str
    launched: str | None
    encounter: str | None
    context: tuple[str, ...]
    intent: str | None
    session: str | None
    nonce: str | None
    amr: tuple[str, ...]
    proved: datetime
    created: datetime
    ended: datetime | None = None


def insert(database: SyncDatabase, authorization: Authorization) -> None:
    """Keep a new one."""
    row = asdict(authorization)
    kept = authorization.created + KEPT
    blocking(database, "authorizations").insert_one({"_id": row.pop("id"), **row, "kept": kept})


def find(database: SyncDatabase, id: str) -> Authorization | None:
    """The authorization `id`, also when it has ended."""
    return _record(blocking(database, "authorizations").find_one({"_id": id}))


def stands(database: SyncDatabase, id: str) -> bool:
    """Has it not ended? Its row is kept on from now."""
    kept = {"$set": {"kept": moment.now() + KEPT}}
    result = blocking(database, "authorizations").update_one({"_id": id, "ended": None}, kept)
    return bool(result.matched_count)


def end_one(database: SyncDatabase, id: str) -> None:
    """End one authorization and its tokens (RFC 7009; a code or refresh token that came twice)."""
    ended = {"$set": {"ended": moment.now()}}
    blocking(database, "authorizations").update_one({"_id": id, "ended": None}, ended)
    for name in _TOKENS:
        blocking(database, name).delete_many({"authorization": id})


async def end(database: Database, which: Mapping[str, Any]) -> list[str]:
    """End all that match (`client`, `account`, `hat`, `session` …) and their tokens; their ids."""
    rows = collection(database, "authorizations")
    wanted = {**which, "ended": None}
    ids = [row["_id"] async for row in rows.find(wanted, {"_id": 1})]
    if ids:
        await rows.update_many({"_id": {"$in": ids}}, {"$set": {"ended": moment.now()}})
        for name in _TOKENS:
            await collection(database, name).delete_many({"authorization": {"$in": ids}})
    return ids


async def cap(
    database: Database, account: str, hat: str, ends: datetime, session: Session | None = None
) -> None:
    """Let the access tokens that stand under a hat end with it."""
    await collection(database, "tokens").update_many(
        {"account": account, "hat": hat}, {"$min": {"expires": ends}}, session=session
    )


def _record(row: Row | None) -> Authorization | None:
    if row is None:
        return None
    del row["kept"]
    more: Row = {name: tuple(row[name]) for name in ("context", "amr")}
    return Authorization(id=row.pop("_id"), **row | more)


async def ensure_indexes(database: Database) -> None:
    """By account, client and session; and what is long over is removed."""
    await collection(database, "authorizations").create_indexes(
        [
            *(IndexModel([(name, ASCENDING)]) for name in ("account", "client", "session")),
            IndexModel([("kept", ASCENDING)], expireAfterSeconds=0),
        ]
    )
