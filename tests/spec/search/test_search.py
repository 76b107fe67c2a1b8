"""Search cases as data: resources, queries, and the ids that each must find in a real MongoDB.

Each JSON file beside this one holds `resources` and `cases`: `query` (decoded, `Type?name=value&…`) with
`expect`, or with `refused` (the issue type of the 400), and where they matter `linked`, `strict` and `why`.
"""

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import ASCENDING, DESCENDING, MongoClient

from fhir.outcome import Refusal
from fhir.search.index import index
from fhir.search.query import parse

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
        "sort": found.sort,
    }


def answer(collection: Any, case: dict[str, Any]) -> list[str] | str:
    type, _, rest = case["query"].partition("?")
    parameters = [(name, value) for name, _, value in (each.partition("=") for each in rest.split("&"))]
    try:
        query = parse(type, parameters, case.get("strict", False), BASE)
    except Refusal as refusal:
        return refusal.issues[0].code if refusal.status == 400 else str(refusal.status)
    wanted = query.filter(keyed, case.get("linked", {}))
    keys = [(key.field, DESCENDING if key.descending else ASCENDING) for key in query.sort] or [
        ("_id", ASCENDING)
    ]
    return [
        each["_id"].partition("/")[2] for each in collection.find(wanted).sort([*keys, ("_id", ASCENDING)])
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_case_finds_what_it_says(file: Path, database: tuple[str, str]) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    uri, name = database
    with MongoClient[dict[str, Any]](uri) as client:
        collection = client[name]["resources"]
        collection.create_index([("owner", 1), ("tokens", 1)])
        collection.create_index([("tokens", 1), ("updated", -1)])
        collection.create_index([("dates.p", 1), ("dates.s", 1), ("dates.e", 1)])
        collection.insert_many([document(each) for each in content["resources"]])
        wrong = {}
        for case in content["cases"]:
            found = answer(collection, case)
            if found != case.get("expect", case.get("refused")):
                wrong[case["query"]] = found
    assert content["cases"]
    assert wrong == {}
