"""What of a professional the store shows under a constraint, and what is found by it."""

from typing import Any

import pytest

from auth.access.constraint import Listed
from fhir.matching.citizen_number import SYSTEM
from fhir.search.query import parse
from fhir.store import EVERYONE, Store, semijoin
from fhir.store.constraint import Narrowed
from fhir.store.directory import asked, shown
from tests.support.resources import observation, put

LISTED, OF_SELF = Listed(None), Listed("Practitioner/a")


def professional(id: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Practitioner", "id": id, "active": True,
            "telecom": [{"system": "phone", "value": f"139000000{ord(id)}", "use": "home"}],
            "address": [{"use": "home", "city": "HTESTHIDDENCITY"}],
            "identifier": [{"system": SYSTEM, "value": id}]} | more  # fmt: skip


@pytest.fixture
async def filled(store: Store) -> Store:
    await put(store, *(professional(id, name=[{"family": f"HTEST{id}"}]) for id in "ab"))
    await put(store, {"resourceType": "PractitionerRole", "id": "r", "active": True,
                      "practitioner": {"reference": "Practitioner/a", "display": "A"},
                      "telecom": [{"value": "1", "use": "mobile"}]})  # fmt: skip
    return store


def test_a_filter_asks_the_second_index_by_all_its_fields() -> None:
    filter = {"$and": [{"tokens": "x"}, {"$nor": [{"dates.p": "y"}]}, {"_id": "Practitioner/tokens"}]}
    moved = {
        "$and": [
            {"directory.tokens": "x"},
            {"$nor": [{"directory.dates.p": "y"}]},
            {"_id": "Practitioner/tokens"},
        ]
    }
    assert asked(filter, EVERYONE) is filter
    once = asked(filter, LISTED)
    assert once == {"$and": [{"directory": {"$exists": True}}, moved]}
    assert asked(once, LISTED) == once
    assert asked({"_id": "Practitioner/a"}, LISTED) == {"_id": "Practitioner/a"}


async def test_every_way_to_read_shows_the_same_part(filled: Store) -> None:
    await put(filled, professional("a", active=False))
    for constraint, whole in ((EVERYONE, True), (LISTED, False), (OF_SELF, True)):
        resources = filled.resources
        reach = [("Practitioner", constraint)]
        read = [
            await resources.read("Practitioner", "a", constraint),
            await resources.read_version("Practitioner", "a", 1, constraint),
            *await resources.search({"_id": "Practitioner/a"}, constraint, limit=5),
            *await resources.search({"_id": "Practitioner/a"}, Narrowed([EVERYONE, constraint]), limit=5),
            *await resources.history(reach, "a", limit=5),
        ]
        assert [each is not None and "telecom" in each.resource() for each in read] == [whole] * 6
    for constraint, whole in (
        (EVERYONE, True),
        (LISTED, False),
        (Listed("Practitioner/b"), False),
        (OF_SELF, True),
    ):
        role = await filled.resources.read("PractitionerRole", "r", constraint)
        assert role is not None
        assert ("telecom" in role.resource()) is whole


async def test_what_is_hidden_is_not_searched_by(filled: Store) -> None:
    for query in ("phone=13900000097", f"identifier={SYSTEM}|a", "address-city=HTESTHIDDENCITY",
                  "address-use=home", "phone:missing=false"):  # fmt: skip
        name, _, value = query.partition("=")
        filter = parse("Practitioner", [(name, value)], True).filter(filled.keyed, {})
        assert await filled.resources.count(filter, EVERYONE) > 0, query
        assert await filled.resources.count(filter, LISTED) == 0, query
        assert await semijoin.references(filled, filter, LISTED) == [], query
    filter = {"tokens": "Practitioner"}
    seen: list[bool] = []
    await semijoin.confirmed(filled, filter, LISTED, lambda each: seen.append("telecom" in each) or True)
    assert seen == [False, False]
    found = await semijoin.referred(
        filled, {"tokens": "PractitionerRole"}, LISTED, "PractitionerRole.practitioner"
    )
    assert found == ["Practitioner/a"]


async def test_a_deleted_professional_is_found_by_nothing(filled: Store) -> None:
    from tests.support.resources import remove

    await remove(filled, "Practitioner/b")
    row = await filled.database["resources"].find_one({"_id": "Practitioner/b"})
    assert row is not None
    assert "directory" not in row
    assert await filled.resources.count({"tokens": "Practitioner"}, LISTED) == 1
    gone = await filled.resources.read("Practitioner", "b", LISTED)
    assert gone is not None
    assert shown(gone, LISTED) is gone


async def test_the_search_of_the_second_index_scans_no_other_rows(filled: Store) -> None:
    await put(filled, *(observation(f"o{n}") for n in range(20)))
    filter = parse("Practitioner", [("name", "HTESTa")], True).filter(filled.keyed, {})
    plan = await filled.database.command(
        "explain", {"find": "resources", "filter": asked(filter, LISTED), "sort": {"updated": -1, "_id": 1}}
    )
    assert plan["executionStats"]["totalDocsExamined"] <= 2
    assert "directory_t" in str(plan["queryPlanner"]["winningPlan"])
