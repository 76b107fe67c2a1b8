"""Every searchable parameter finds, in a real MongoDB, the resource that its value was taken from.

Checklist lines 65 and 76 to 89: index and query agree for all types of elements, not only for those in the
cases.
"""

import hashlib
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from pymongo import MongoClient

from fhir.definitions.search_parameters import types
from fhir.search.index import index
from fhir.search.query import parse
from fhir.search.registry import SearchParameter, parameters
from fhir.search.types.composite import readable
from fhir.search.walker import walk
from fhir.store.indexes import INDEXES
from tests.support.specimens import specimens
from tests.unit.fhir.search.test_index import UNREADABLE

VARIANTS = 12
_UCUM = "http://unitsofmeasure.org"
_OTHERWISE = frozenset({"_id", "_lastUpdated", "_text", "_content", "near"})


def keyed(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=15).hexdigest()


def escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\,|$" else sign for sign in text)


def asked(kind: str, type: str, value: Any) -> Iterator[str]:
    """What a client would ask for to find an element of this type by a parameter of that kind."""
    if type == "CodeableConcept":
        for coding in value["coding"]:
            yield from asked(kind, "Coding", coding)
    elif kind == "token" and type in ("Coding", "Identifier"):
        code = value["code" if type == "Coding" else "value"]
        yield from (
            escaped(code),
            f"{escaped(value['system'])}|{escaped(code)}",
            f"{escaped(value['system'])}|",
        )
    elif kind == "token":
        text = value["value"] if type == "ContactPoint" else value
        yield str(text).lower() if isinstance(text, bool) else escaped(text)
    elif kind == "string":
        yield escaped(
            ({"HumanName": "family", "Address": "city"}.get(type, "") and _part(type, value)) or value
        )
    elif kind == "reference":
        yield _whole(type, value)
    elif kind == "date":
        yield from _dates(type, value)
    elif kind in ("number", "quantity"):
        yield from _numbers(type, value)
    else:
        yield escaped(value)


def _part(type: str, value: Any) -> str:
    return str(value["family" if type == "HumanName" else "city"])


def _whole(type: str, value: Any) -> str:
    if type == "Resource":
        return f"{value['resourceType']}/{value['id']}"
    return escaped(value["reference"] if type == "Reference" else value)


def _dates(type: str, value: Any) -> Iterator[str]:
    """A period that ends before it starts is none."""
    if type == "Period" and value["start"] > value["end"]:
        return
    yield "sa2000" if type == "Timing" else f"ge{value['start'] if type == 'Period' else value}"
    if isinstance(value, str):
        yield value


def _numbers(type: str, value: Any) -> Iterator[str]:
    if type in ("Range", "SampledData"):
        yield "ap1.5" if type == "Range" else "gt1"
    elif isinstance(value, dict):
        prefix = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}.get(value.get("comparator"), "")
        yield f"{prefix}{value['value']}"
        if type == "Money":
            yield f"{prefix}{value['value']}||{value['currency']}"
        else:
            yield f"{prefix}{value['value']}|{escaped(value['system'])}|{escaped(value['code'])}"
    else:
        yield str(value)


def queries(parameter: SearchParameter, resource: dict[str, Any]) -> Iterator[str]:
    """The values of one parameter that must find `resource`."""
    for place in parameter.locations:
        for value in walk(place.steps)(resource) if place.type != "test" else ():
            leads = place.resolves is None or value["reference"].startswith(f"{place.resolves}/")
            if leads and (place.type != "Resource" or value["resourceType"] in parameter.targets):
                yield from list(asked(parameter.type, place.type, value))[:3]
    for spot in parameter.places:
        for node in walk(spot.steps)(resource):
            parts = [
                [
                    text
                    for at in part.locations
                    if readable(part.type, at)
                    for value in walk(at.steps)(resource if at.root else node)
                    for text in asked(part.type, at.type, value)
                    if not text.endswith("|")
                ]
                for part in spot.parts
            ]
            yield from ("$".join(each) for each in list(product(*parts))[:2])


def unlike(parameter: SearchParameter, type: str) -> bool:
    """Elements that the parameter's type cannot be searched by: the list is in the unit test of the index."""
    return f"{parameter.key} {type}" in UNREADABLE


@pytest.mark.parametrize("type", sorted(types()))
def test_every_parameter_finds_what_its_value_was_taken_from(type: str, database: tuple[str, str]) -> None:
    uri, name = database
    resources = list(specimens(type, VARIANTS))
    with MongoClient[dict[str, Any]](uri) as client:
        collection = client[name]["resources"]
        collection.create_indexes(INDEXES["resources"])
        collection.insert_many([_document(each) for each in resources])
        lost = [
            (parameter.code, text)
            for parameter in parameters(type).values()
            if parameter.code not in _OTHERWISE
            for resource in resources[:4]
            for text in _readable_queries(parameter, resource)
            if not _finds(collection, type, parameter.code, text, resource["id"])
        ]
    assert lost == []


def _readable_queries(parameter: SearchParameter, resource: dict[str, Any]) -> list[str]:
    if any(unlike(parameter, place.type) for place in parameter.locations):
        places = tuple(place for place in parameter.locations if not unlike(parameter, place.type))
        parameter = SearchParameter(parameter.base, parameter.code, parameter.type, places, parameter.targets)
    return list(dict.fromkeys(queries(parameter, resource)))[:6]


def _document(resource: dict[str, Any]) -> dict[str, Any]:
    found = index(resource, keyed)
    return {
        "_id": f"{resource['resourceType']}/{resource['id']}",
        "owner": found.owner,
        "tokens": found.tokens,
        "dates": found.dates,
        "values": found.values,
        "texts": found.texts,
        "position": found.position,
    }


def _finds(collection: Any, type: str, code: str, text: str, id: str) -> bool:
    """By its value, and as not missing."""
    for given in ((code, text), (f"{code}:missing", "false")):
        filter = parse(type, [given], strict=True).filter(keyed, {})
        if collection.count_documents({"$and": [filter, {"_id": f"{type}/{id}"}]}, limit=1) != 1:
            return False
    return True
