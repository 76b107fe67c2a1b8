"""Grants: what a person has let an app do, remembered, so that he is not asked the same again.

OpenID Connect Core 3.1.2.4. Collection `grants`, one for each account, hat and client; it is what "apps with
access to my record" shows, and what is withdrawn there.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from auth import moment
from auth.store import authorizations
from auth.store.database import Database, Row, collection


@dataclass(frozen=True, slots=True)
class Grant:
    """What was asked for and what was allowed; `used` is when the app last got a code on it."""

    client: str
    account: str
    hat: str
    requested: str
    scope: str
    patient: str | None
    given: datetime
    used: datetime

    def covers(self, requested: str) -> bool:
        """Was exactly this asked for before? Then nothing new would be given away."""
        return set(requested.split()) == set(self.requested.split())


async def find(database: Database, account: str, hat: str, client: str) -> Grant | None:
    """What the person has let this app do."""
    row = await collection(database, "grants").find_one({"_id": _id(account, hat, client)}, {"_id": 0})
    return Grant(**row) if row else None


async def remember(database: Database, grant: Grant) -> None:
    """Keep it in the place of an earlier one."""
    row = {"_id": _id(grant.account, grant.hat, grant.client), **asdict(grant)}
    await collection(database, "grants").replace_one({"_id": row["_id"]}, row, upsert=True)


async def use(database: Database, grant: Grant) -> None:
    """Note that the app came again."""
    await collection(database, "grants").update_one(
        {"_id": _id(grant.account, grant.hat, grant.client)}, {"$set": {"used": moment.now()}}
    )


async def of_account(database: Database, account: str, hat: str) -> list[Grant]:
    """All apps that the person has let in, the latest first."""
    rows = collection(database, "grants").find({"account": account, "hat": hat}, {"_id": 0})
    return [Grant(**row) async for row in rows.sort([("used", DESCENDING)])]


async def withdraw(database: Database, account: str, hat: str, client: str) -> bool:
    """Forget it and end every token that came of it; False when there was nothing."""
    which: Row = {"account": account, "hat": hat, "client": client}
    found = await collection(database, "grants").delete_one(which)
    ended = await authorizations.end(database, which)
    return bool(found.deleted_count or ended)


def _id(account: str, hat: str, client: str) -> str:
    return f"{account} {hat} {client}"


async def ensure_indexes(database: Database) -> None:
    """By account."""
    await collection(database, "grants").create_indexes([IndexModel([("account", ASCENDING)])])
