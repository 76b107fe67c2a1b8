"""Accounts by the page and by the thousand: lists for officers, and a roster that comes in as one.

Collection `accounts`, as `auth.store.accounts` keeps it.
"""

import re
import secrets
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from pymongo import ASCENDING, IndexModel
from pymongo.errors import BulkWriteError

from auth import moment
from auth.store import accounts, practices
from auth.store.accounts import AccountRecord, AccountRefused
from auth.store.database import Database, Row, collection

_BATCH, _DUPLICATE = 1000, 11000
_LONG_AGO = timedelta(hours=1)


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


async def without_factor(database: Database) -> int:
    """How many accounts of staff could log in and have no second factor yet."""
    bare = {"posts.0": {"$exists": True}, "disabled": False, "totp": None, "passkeys": []}
    return await collection(database, "accounts").count_documents(bare)


async def demonstrations(database: Database) -> int:
    """How many accounts have a password that everybody knows."""
    return await collection(database, "accounts").count_documents({"demonstration": True, "disabled": False})


async def taken(database: Database, logins: Iterable[str]) -> set[str]:
    """Those of some log-in names that exist."""
    return {row["login"] async for row in _among(database, "login", logins)}


async def on_duty(database: Database, practitioners: Iterable[str]) -> set[str]:
    """Those of some practitioners who hold a duty in an account."""
    return {each async for row in _among(database, "duty", practitioners) for each in row["duty"]}


async def insert_all(database: Database, made: Sequence[AccountRecord]) -> None:
    """Keep all of them or none. AccountRefused when someone else took a name meanwhile.

    A city's roster is too long for one transaction: its accounts come in disabled under the roster's id, a
    row of `rosters` decides that they stand, then they are enabled. `recover` ends what was cut short.
    """
    await recover(database)
    id = secrets.token_hex(12)
    known = await practices.of(database, (post.practitioner for one in made for post in one.posts))
    bounded = [replace(one, posts=tuple(practices.bound(post, known) for post in one.posts)) for one in made]
    rows = [accounts.row(account) | {"disabled": True, "roster": id} for account in bounded]
    try:
        for start in range(0, len(rows), _BATCH):
            await collection(database, "accounts").insert_many(rows[start : start + _BATCH], ordered=False)
    except BulkWriteError as error:
        await _drop(database, id)
        if any(each.get("code") != _DUPLICATE for each in (error.details or {}).get("writeErrors", ())):
            raise
        raise AccountRefused("a login or a practitioner's duty was taken meanwhile: try again") from None
    await collection(database, "rosters").insert_one({"_id": id, "moment": moment.now()})
    await _enable(database, id)


async def recover(database: Database) -> None:
    """End rosters that were cut short: those that stand are enabled, older ones that don't are removed."""
    ids = await collection(database, "accounts").distinct("roster", {"roster": {"$exists": True}})
    for id in ids:
        if await collection(database, "rosters").find_one({"_id": id}):
            await _enable(database, id)
        else:
            late = {"roster": id, "created": {"$lt": moment.now() - _LONG_AGO}}
            if await collection(database, "accounts").find_one(late):
                await _drop(database, id)


async def _enable(database: Database, id: str) -> None:
    change = {"$set": {"disabled": False}, "$unset": {"roster": ""}}
    await collection(database, "accounts").update_many({"roster": id}, change)


async def _drop(database: Database, id: str) -> None:
    await collection(database, "accounts").delete_many({"roster": id})


async def ensure_indexes(database: Database) -> None:
    """By the roster that is under way; and what was cut short is ended."""
    await collection(database, "accounts").create_indexes(
        [IndexModel([("roster", ASCENDING)], partialFilterExpression={"roster": {"$exists": True}})]
    )
    await recover(database)


async def _among(database: Database, key: str, values: Iterable[str]) -> AsyncIterator[Row]:
    wanted = sorted(set(values))
    for start in range(0, len(wanted), _BATCH):
        batch = {"$in": wanted[start : start + _BATCH]}
        async for row in collection(database, "accounts").find({key: batch}, {"login": 1, "duty": 1}):
            yield row
