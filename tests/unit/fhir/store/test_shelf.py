"""What ships with the program, among what is stored: the same searches on both."""

import pytest

from fhir.definitions.terminology import shipped
from fhir.interactions.context import Context
from fhir.interactions.history import history
from fhir.interactions.read import read
from fhir.interactions.search import search
from fhir.interactions.vread import vread
from fhir.outcome import Fault
from fhir.search.condition import resolved
from fhir.search.query import parse
from fhir.store import EVERYONE, Store
from fhir.store.in_memory import held
from fhir.store.shelf import reach
from tests.support.access import Granted, Some
from tests.support.refusal import refused
from tests.support.resources import put
from tests.unit.fhir.terminology.conftest import value_set

BASE = "https://x.example/fhir"
GENDER = "http://hl7.org/fhir/ValueSet/administrative-gender"
QUERIES = [
    "url=http://hl7.org/fhir/CodeSystem/summary",
    "url:below=http://terminology.hl7.org/CodeSystem",
    "url:contains=v2-000",
    "url:missing=true",
    "name=Administrative",
    "name:contains=gender",
    "name:exact=AdministrativeGender",
    "title=administrative",
    "title:missing=true",
    "version=4.0.1",
    "version:missing=true",
    "status=active",
    "status:not=active",
    "status=draft,retired",
    "_id=v2-0001,v3-ActCode",
    "code=male",
    "code=M&content-mode=complete",
    "language=zh-CN",
    "date=2019-11-01",
    "date=lt2015",
    "date=ge2019-10-01",
    "date:missing=true",
    "identifier=urn:ietf:rfc:3986|urn:oid:2.16.840.1.113883.4.642.1.2",
    "publisher:contains=hl7",
    "description:contains=blood",
    "_lastUpdated=lt2020",
    "_lastUpdated=gt2020",
    "_content=administrative",
    "system=http://hl7.org/fhir/administrative-gender",
]


class Nothing:
    """A resolver that confirms no candidate: long texts are looked at elsewhere."""

    async def confirmed(self, *_: object) -> list[str]:
        return []


@pytest.fixture
def context(store: Store) -> Context:
    return Context(store, Granted(), BASE, "r")


async def test_the_same_queries_find_the_same_on_the_shelf_and_in_a_database(store: Store) -> None:
    """Every shipped CodeSystem is put into a real collection, and both are asked."""
    rows = await store.resources.shelf._of("CodeSystem")
    plain = store.database["held"]
    await plain.insert_many(rows)
    answers = 0
    for text in QUERIES:
        pairs = [tuple(each.split("=", 1)) for each in text.split("&")]
        query = parse("CodeSystem", pairs, strict=True, base=BASE)  # type: ignore[arg-type]
        query.conditions = [await resolved(each, Nothing()) for each in query.conditions]  # type: ignore[arg-type]
        wanted = query.filter(store.keyed, {})
        there = {row["_id"] async for row in plain.find(wanted, {"_id": True})}
        here = {row["_id"] for row in rows if held(wanted, row)}
        assert here == there, text
        answers += bool(there)
    assert answers > len(QUERIES) * 2 / 3


@pytest.mark.parametrize(
    ("filter", "types"),
    [
        ({"tokens": "Observation"}, set()),
        ({"$and": [{"tokens": {"$in": ["Observation.code|a"]}}, {"tokens": "Observation"}]}, set()),
        ({"_id": {"$in": ["Patient/1"]}, "deleted": False}, set()),
        ({"tokens": "StructureDefinition.url|http://a"}, set()),
        ({"tokens": "ValueSet"}, {"ValueSet"}),
        ({"_id": {"$in": ["Patient/1", "ValueSet/x"]}}, {"ValueSet"}),
        ({"$or": [{"tokens": "Patient"}, {"tokens": "CodeSystem"}]}, {"CodeSystem"}),
        ({"updated": {"$gt": 1}}, {"CodeSystem", "ValueSet", "ConceptMap", "SearchParameter"}),
        ({"tokens": "SearchParameter.code|area-code"}, {"SearchParameter"}),
    ],
)
def test_whether_a_filter_may_find_anything_is_told_at_once(
    filter: dict[str, object], types: set[str]
) -> None:
    assert reach(filter) == types


async def test_a_shipped_resource_is_read_with_its_one_version(context: Context) -> None:
    stored = await read(context, "ValueSet", "administrative-gender")
    assert (stored.version, stored.resource()["url"]) == (1, GENDER)
    assert (await vread(context, "ValueSet", "administrative-gender", "1")).body == stored.body
    await refused(vread(context, "ValueSet", "administrative-gender", "2"), Fault.NOT_FOUND)
    page = await history(context, [], "ValueSet", "administrative-gender")
    assert (len(page.versions), page.total) == (1, 1)
    later = await history(context, [("_since", "2024")], "ValueSet", "administrative-gender")
    assert (len(later.versions), later.total) == (0, 0)


async def test_a_walk_over_stored_and_shipped_finds_each_once(context: Context) -> None:
    await put(context.store, *(value_set(f"own-{n}", {"system": GENDER}) for n in range(5)))
    seen: list[str] = []
    cursor: list[tuple[str, str]] = []
    while True:
        page = await search(context, "ValueSet", [("_count", "500"), ("_total", "accurate"), *cursor])
        assert page.total == len(shipped("ValueSet")) + 5
        seen += [each.reference for each in page.matches]
        following = dict(page.links).get("next")
        if following is None:
            break
        cursor = [("_cursor", following.partition("_cursor=")[2])]
    assert len(seen) == len(set(seen)) == len(shipped("ValueSet")) + 5
    assert set(seen[:5]) == {f"ValueSet/own-{n}" for n in range(5)}, "the newest first"


async def test_it_is_ordered_with_the_stored_ones(context: Context) -> None:
    await put(context.store, value_set("zz", {"system": GENDER}, name="Mine"))
    page = await search(context, "ValueSet", [("_sort", "_lastUpdated"), ("_count", "1000")])
    rest = await search(
        context, "ValueSet", [("_sort", "_lastUpdated"), ("_count", "1000"), ("url", "http://a.example/zz")]
    )
    assert page.matches[0].reference != "ValueSet/zz"
    assert [each.reference for each in rest.matches] == ["ValueSet/zz"]
    moments = [each.updated for each in page.matches]
    assert moments == sorted(moments)


async def test_a_shipped_resource_is_not_written(store: Store) -> None:
    shipped_id = value_set("administrative-gender", {"system": GENDER})
    await refused(put(store, shipped_id), Fault.METHOD)

    async def work(tx: object) -> None:
        tx.delete("ValueSet/administrative-gender")  # type: ignore[attr-defined]

    await refused(store.resources.transact(work), Fault.METHOD)


async def test_whoever_may_see_nothing_sees_no_shipped_one_either(store: Store) -> None:
    nobody = Some("Patient/p1")
    assert await store.resources.read("ValueSet", "administrative-gender", nobody) is None
    assert await store.resources.count({"tokens": "ValueSet"}, nobody) == 0
    assert await store.resources.count({"tokens": "ValueSet"}, EVERYONE) == len(shipped("ValueSet"))


async def test_words_of_concepts_are_not_indexed_but_their_codes_are(context: Context) -> None:
    found = await search(context, "CodeSystem", [("code", "male"), ("url", GENDER.replace("ValueSet/", ""))])
    assert [each.reference for each in found.matches] == ["CodeSystem/administrative-gender"]
    found = await search(context, "CodeSystem", [("_content", "hemodialysis")])
    assert found.matches == []
