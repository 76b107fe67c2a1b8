"""Accounts by the page and by the thousand: lists for officers, and a roster that comes in as one.

Collection `accounts`, as `auth.store.accounts` keeps it.
"""

import re
from collections.abc import AsyncIterator, Iterable, Sequence

from pymongo import ASCENDING
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import BulkWriteError

from auth.store import accounts
from auth.store.accounts import AccountRecord, AccountRefused
from auth.store.database import Database, Row, collection

_BATCH, _DUPLICATE = 1000, 11000


async def page(
    database: Database, *, house: str | None, text: str = "", after: str = "", size: int
) -> list[AccountRecord]:
    """The accounts in the order of their logins, from `after` on.

    `house` narrows to those with a post at an organisation, `text` to logins or names that begin with it.
    """
    which: Row = {"login": {"$gt": after}}
    if house is not None:
        which["posts.organization"] = house
    if text:
        logins = {"login": {"$regex": "^" + re.escape(accounts.folded(text))}}
        which["$or"] = [logins, {"name": {"$regex": "^" + re.escape(text.strip())}}]
    rows = collection(database, "accounts").find(which).sort("login", ASCENDING).limit(size)
    return [account async for row in rows if (account := accounts.record(row))]


async def taken(database: Database, logins: Iterable[str]) -> set[str]:
    """Those of some log-in names that exist."""
    return {row["login"] async for row in _among(database, "login", logins)}


async def on_duty(database: Database, practitioners: Iterable[str]) -> set[str]:
    """Those of some practitioners who hold a duty in an account."""
    return {each async for row in _among(database, "duty", practitioners) for each in row["duty"]}


async def insert_all(database: Database, made: Sequence[AccountRecord]) -> None:
    """Keep all of them or none. AccountRefused when someone else took a name meanwhile."""
    rows = [accounts.row(account) for account in made]

    async def work(session: AsyncClientSession) -> None:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            await collection(database, "accounts").insert_many(batch, session=session)

    async with database.client.start_session() as session:
        try:
            await session.with_transaction(work)
        except BulkWriteError as error:
            if any(each.get("code") != _DUPLICATE for each in (error.details or {}).get("writeErrors", ())):
                raise
            raise AccountRefused("a login or a practitioner's duty was taken meanwhile: try again") from None


async def _among(database: Database, key: str, values: Iterable[str]) -> AsyncIterator[Row]:
    wanted = sorted(set(values))
    for start in range(0, len(wanted), _BATCH):
        batch = {"$in": wanted[start : start + _BATCH]}
        async for row in collection(database, "accounts").find({key: batch}, {"login": 1, "duty": 1}):
            yield row
