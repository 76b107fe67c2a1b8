"""Search cases as data: resources, queries, and the ids that each must find in a real MongoDB.

Each JSON file beside this one holds `resources` and `cases`: `query` (decoded, `Type?name=value&…`) with
`expect`, or with `refused` (the issue type of the 400), and where they matter `linked`, `strict` and `why`.
`codings` (by value set; a number is so many codes) and `above`/`below` (by `system|code`) are what the
terminology says.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import ASCENDING, DESCENDING, AsyncMongoClient

from fhir.outcome import Fault, Refusal
from fhir.resource import parse as read
from fhir.search.condition import Condition, resolved
from fhir.search.index import index
from fhir.search.query import parse
from fhir.store.indexes import INDEXES

FILES = sorted(Path(__file__).parent.glob("*.json"))
BASE = "https://furong.example/fhir"


def keyed(text: str) -> str:
    return hashlib.blake2b(text.encode(), key=b"spec", digest_size=15).hexdigest()


def document(resource: dict[str, Any]) -> dict[str, Any]:
    found = index(resource, keyed)
    updated = resource.get("meta", {}).get("lastUpdated", "2024-01-01T00:00:00Z")
    return {
        "_id": f"{resource['resourceType']}/{resource['id']}",
        "type": resource["resourceType"],
        "id": resource["id"],
        "updated": datetime.fromisoformat(updated),
        "owner": found.owner,
        "tokens": found.tokens,
        "dates": found.dates,
        "values": found.values,
        "texts": found.texts,
        "position": found.position,
        "sort": found.sort,
    }


class Resolver:
    """What pending conditions ask, answered from the collection and from what the file says."""

    def __init__(self, collection: Any, content: dict[str, Any]) -> None:
        self._collection = collection
        self._content = content
        self._resources = {f"{each['resourceType']}/{each['id']}": each for each in content["resources"]}
        self.looked: list[str] = []

    async def existing(self, references: Sequence[str]) -> frozenset[str]:
        return frozenset(self._resources).intersection(references)

    async def confirmed(self, type: str, candidates: Condition, test: Callable[[Any], bool]) -> Sequence[str]:
        wanted = {"$and": [candidates.filter(keyed, {}), {"tokens": type}]}
        found = [row["_id"] async for row in self._collection.find(wanted, {"_id": True})]
        self.looked += found
        return [each for each in found if test(self._resources[each])]

    async def codings(self, value_set: str) -> frozenset[tuple[str, str]]:
        if value_set not in self._content["codings"]:
            raise Refusal(Fault.UNSUPPORTED_PARAMETER, "the value set is not known")
        listed = self._content["codings"][value_set]
        pairs = [("urn:many", str(each)) for each in range(listed)] if isinstance(listed, int) else listed
        return frozenset((system, code) for system, code in pairs)

    async def related(self, system: str, code: str, *, above: bool) -> frozenset[tuple[str, str]]:
        table = self._content["above" if above else "below"]
        return frozenset((system, each) for each in table.get(f"{system}|{code}", ()))


async def answer(collection: Any, case: dict[str, Any], resolver: Any) -> list[str] | str:
    type, _, rest = case["query"].partition("?")
    parameters = [(name, value) for name, _, value in (each.partition("=") for each in rest.split("&"))]
    try:
        query = parse(type, parameters, case.get("strict", False), BASE)
        query.conditions = [await resolved(each, resolver) for each in query.conditions]
    except Refusal as refusal:
        return refusal.issues[0].code if refusal.status == 400 else str(refusal.status)
    wanted = query.filter(keyed, case.get("linked", {}))
    keys = [(key.field, DESCENDING if key.descending else ASCENDING) for key in query.sort] or [
        ("_id", ASCENDING)
    ]
    found = collection.find(wanted).sort([*keys, ("_id", ASCENDING)])
    return [each["_id"].partition("/")[2] async for each in found]


CONTENTS = [json.loads(file.read_text(encoding="utf-8")) for file in FILES]


@pytest.mark.parametrize("content", CONTENTS, ids=[file.stem for file in FILES])
async def test_every_case_finds_what_it_says(content: dict[str, Any], database: tuple[str, str]) -> None:
    content["resources"] = [read(json.dumps(each).encode()) for each in content["resources"]]
    uri, name = database
    async with AsyncMongoClient[dict[str, Any]](uri) as client:
        collection = client[name]["resources"]
        await collection.create_indexes(INDEXES["resources"])
        await collection.insert_many([document(each) for each in content["resources"]])
        resolver = Resolver(collection, content)
        wrong = {}
        for case in content["cases"]:
            found = await answer(collection, case, resolver)
            if found != case.get("expect", case.get("refused")):
                wrong[case["query"]] = found
    assert content["cases"]
    assert wrong == {}
