"""Labels: the profiles, tags and security labels in use, and those of a superseded version changed in place.

FHIR R4 resource.html#Meta. What is in use is read from the index: every label is a token.
"""

from collections.abc import Sequence

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import ExecutionTimeout

from fhir.access import Constraint
from fhir.labels import KINDS
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource, serialize
from fhir.search.condition import LAST
from fhir.store.constraint import Filter, narrow
from fhir.store.database import Store
from fhir.store.document import indexed, read_all, resealed
from fhir.store.stored import Stored

Label = tuple[str, str]
_LABEL = "^[A-Za-z]+[.]_(?:profile|security|tag)[|]"
_PATIENCE_MS = 5_000


async def in_use(store: Store, types: Sequence[str], constraint: Constraint) -> set[Label]:
    """(kind, value) of every label on the visible resources of `types`; a coding is `system|code`."""
    prefixes = {f"{type}._{kind}|": kind for type in types for kind in KINDS}
    if constraint.unrestricted:
        tokens = [token for prefix in prefixes for token in await _leaping(store, prefix)]
    else:
        tokens = await _reading(store, types, constraint)
    found: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for token in tokens:
        name, _, value = token.partition("|")
        if f"{name}|" in prefixes:
            found[prefixes[f"{name}|"]].add(value)
    return {
        (kind, value) for kind, values in found.items() for value in values if _whole(kind, value, values)
    }


def _whole(kind: str, value: str, values: set[str]) -> bool:
    """Is it the label itself, and not a part of it by which it is found too?"""
    if kind == "profile":
        return not any(other.startswith(f"{value}|") for other in values)
    return "|" in value and not value.endswith("|")


async def _leaping(store: Store, prefix: str) -> list[str]:
    """The tokens that begin with `prefix`, each found by one step in the index, however often it stands."""
    last, end = prefix, prefix + LAST
    found: list[str] = []
    while True:
        filter: Filter = {"tokens": {"$elemMatch": {"$gt": last, "$lt": end}}}
        row = await store.database["resources"].find_one(filter, {"tokens": True})
        if row is None:
            return found
        last = min(token for token in row["tokens"] if last < token < end)
        found.append(last)


async def _reading(store: Store, types: Sequence[str], constraint: Constraint) -> list[str]:
    """The tokens of labels on what the reader may see; a Refusal where that takes too long."""
    collection = store.database["resources"]
    pipeline: list[Filter] = [
        {"$match": await narrow(collection, {"tokens": {"$in": list(types)}}, constraint)},
        {"$unwind": "$tokens"},
        {"$match": {"tokens": {"$regex": _LABEL}}},
        {"$group": {"_id": "$tokens"}},
    ]
    try:
        return [row["_id"] async for row in await collection.aggregate(pipeline, maxTimeMS=_PATIENCE_MS)]
    except ExecutionTimeout:
        raise Refusal(Fault.TOO_COSTLY, "these are too many resources: name one") from None


async def superseded(
    store: Store, reference: str, version: int, session: AsyncClientSession
) -> Stored | None:
    """The superseded version `version` of `reference` as a transaction sees it."""
    row = await store.database["versions"].find_one({"_id": f"{reference}/{version}"}, session=session)
    (found,) = (None,) if row is None else await read_all([row], store.vault)
    return None if found is None or found.deleted else found


async def relabel(store: Store, version: Stored, resource: Resource, session: AsyncClientSession) -> None:
    """Keep `resource`, which differs in its labels only, in place of the superseded `version`."""
    place = f"{version.reference}/{version.version}"
    change = await resealed(store.vault, version.owner, serialize(resource), place)
    change["$set"]["facets"] = indexed(resource, store.keyed)[1]["facets"]
    await store.database["versions"].update_one({"_id": place}, change, session=session)
