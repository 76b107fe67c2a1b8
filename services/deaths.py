"""Deaths that an older Furong has written down without closing a file: read once, as a process joins."""

from auth.access.grounds import Dying
from auth.store.deaths import FOUND_BY, Deaths
from fhir.store import EVERYONE, Store

_DONE = "deaths"
_AT_ONCE = 500
_ORDER = (("_id", False),)


async def catch_up(store: Store, deaths: Dying) -> None:
    """Keep who has died according to what is stored; once for a database."""
    upgrades = store.database["upgrades"]
    if not isinstance(deaths, Deaths) or await upgrades.find_one({"_id": _DONE}) is not None:
        return
    last = ""
    while True:
        found = {"type": "Patient", "tokens": FOUND_BY, "_id": {"$gt": last}}
        rows = await store.resources.search(found, EVERYONE, order=(), limit=_AT_ONCE)
        await deaths.catch_up([row.resource() for row in rows])
        if len(rows) < _AT_ONCE:
            break
        last = rows[-1].reference
    await upgrades.replace_one({"_id": _DONE}, {}, upsert=True)
