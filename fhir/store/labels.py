"""Labels: the profiles, tags and security labels in use, and those of a superseded version changed in place.

FHIR R4 resource.html#Meta. What is in use is read from the index: every label is a token.
"""

from collections.abc import AsyncIterator, Sequence

from bson.binary import Binary
from pymongo.asynchronous.client_session import AsyncClientSession

from fhir.access import Constraint
from fhir.resource import Resource, serialize
from fhir.search.condition import LAST
from fhir.store.constraint import Filter, narrow
from fhir.store.database import Store
from fhir.store.document import labels_of, read_all
from fhir.store.stored import Stored

KINDS = ("profile", "security", "tag")
Label = tuple[str, str]


async def in_use(store: Store, types: Sequence[str], constraint: Constraint) -> set[Label]:
    """(kind, value) of every label on the visible resources of `types`; a coding is `system|code`."""
    found: set[Label] = set()
    for type in types:
        for kind in KINDS:
            prefix = f"{type}._{kind}|"
            tokens = (
                _leaping(store, prefix) if constraint.unrestricted else _reading(store, prefix, constraint)
            )
            values = {token.removeprefix(prefix) async for token in tokens}
            found |= {(kind, value) for value in values if _whole(kind, value, values)}
    return found


def _whole(kind: str, value: str, values: set[str]) -> bool:
    """Is it the label itself, and not a part of it by which it is found too?"""
    if kind == "profile":
        return not any(other.startswith(f"{value}|") for other in values)
    return "|" in value and not value.endswith("|")


async def _leaping(store: Store, prefix: str) -> AsyncIterator[str]:
    """The tokens that begin with `prefix`, each found by one step in the index, however often it stands."""
    last, end = prefix, prefix + LAST
    while True:
        filter: Filter = {"tokens": {"$elemMatch": {"$gt": last, "$lt": end}}}
        row = await store.database["resources"].find_one(filter, {"tokens": True})
        if row is None:
            return
        last = min(token for token in row["tokens"] if last < token < end)
        yield last


async def _reading(store: Store, prefix: str, constraint: Constraint) -> AsyncIterator[str]:
    """The same of the resources that the reader may see, one by one."""
    collection = store.database["resources"]
    some: Filter = {"tokens": {"$elemMatch": {"$gt": prefix, "$lt": prefix + LAST}}}
    pipeline: list[Filter] = [
        {"$match": await narrow(collection, some, constraint)},
        {"$unwind": "$tokens"},
        {"$match": {"tokens": {"$gt": prefix, "$lt": prefix + LAST}}},
        {"$group": {"_id": "$tokens"}},
    ]
    async for row in await collection.aggregate(pipeline):
        yield row["_id"]


async def superseded(
    store: Store, reference: str, version: int, session: AsyncClientSession
) -> Stored | None:
    """The superseded version `version` of `reference` as a transaction sees it."""
    row = await store.database["versions"].find_one({"_id": f"{reference}/{version}"}, session=session)
    return (await read_all([row], store.vault))[0] if row is not None and not row["deleted"] else None


async def relabel(store: Store, version: Stored, resource: Resource, session: AsyncClientSession) -> None:
    """Keep `resource`, which differs in its labels only, in place of the superseded `version`."""
    place = f"{version.reference}/{version.version}"
    await store.vault.prepare([version.owner])
    body = Binary(store.vault.seal_prepared(version.owner, serialize(resource), place))
    change = {"$set": {"body": body, "labels": labels_of(resource)}}
    await store.database["versions"].update_one({"_id": place}, change, session=session)
