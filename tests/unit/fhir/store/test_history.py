"""History over current and superseded versions, as far as the reader may see it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fhir.access import Constraint
from fhir.store import EVERYONE, Store
from fhir.store.history import Reach
from fhir.store.upgrade import upgrade
from tests.support.access import Some
from tests.support.resources import observation, organization, patient, put, remove

BOTH = ["Patient", "Observation"]


def reach(*types: str, constraint: Constraint = EVERYONE) -> Reach:
    return [(type, constraint) for type in types or BOTH]


async def told(store: Store, asked: Reach, id: str | None = None, **more: Any) -> list[str]:
    """Each version as `Type/id/version`, a deletion with a minus before it; counted as well."""
    found = await store.resources.history(asked, id, limit=100, **more)
    assert await store.resources.history_count(asked, id, **more) == len(found)
    return [f"{'-' * each.deleted}{each.reference}/{each.version}" for each in found]


async def moment() -> datetime:
    """An instant that nothing else shares."""
    await asyncio.sleep(0.005)
    now = datetime.now(UTC)
    await asyncio.sleep(0.005)
    return now


@pytest.fixture
async def instants(store: Store) -> list[datetime]:
    """p1 is made, then o1, then p1 changes, then o1 goes and comes back; instants before, between, after."""
    instants = [await moment()]
    for work in (
        put(store, patient()),
        put(store, observation()),
        put(store, patient(gender="male")),
        remove(store, "Observation/o1"),
        put(store, observation(valueString="again")),
    ):
        await work
        instants.append(await moment())
    return instants


ALL = ["Observation/o1/3", "-Observation/o1/2", "Patient/p1/2", "Observation/o1/1", "Patient/p1/1"]


async def test_all_levels_newest_first(store: Store, instants: list[datetime]) -> None:
    """Checklist lines 36 and 38: instance, type and system, a deletion without content among them."""
    assert await told(store, reach()) == ALL
    assert await told(store, reach("Patient")) == ["Patient/p1/2", "Patient/p1/1"]
    assert await told(store, reach("Observation"), "o1") == [each for each in ALL if "o1" in each]
    assert await told(store, reach("Observation"), "nothing") == []
    assert await told(store, reach("Encounter")) == []
    versions = await store.resources.history(reach(), limit=100)
    assert [each.body == b"" for each in versions] == [each.startswith("-") for each in ALL]


@pytest.mark.parametrize(("since", "expected"), [(0, ALL), (1, ALL[:4]), (3, ALL[:2]), (5, [])])
async def test_since(store: Store, instants: list[datetime], since: int, expected: list[str]) -> None:
    """Checklist line 39."""
    assert await told(store, reach(), since=instants[since]) == expected


async def test_since_includes_its_own_instant(store: Store, instants: list[datetime]) -> None:
    last = (await store.resources.history(reach(), limit=1))[0].updated
    assert await told(store, reach(), since=last) == ALL[:1]


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        (0, 1, ["Patient/p1/1"]),
        (1, 1, ["Patient/p1/1"]),
        (1, 2, ["Observation/o1/1", "Patient/p1/1"]),
        (2, 3, ["Patient/p1/2", "Observation/o1/1", "Patient/p1/1"]),
        (3, 3, ["Patient/p1/2", "Observation/o1/1"]),
        (3, 4, ["-Observation/o1/2", "Patient/p1/2", "Observation/o1/1"]),
        (4, 4, ["Patient/p1/2"]),
        (4, 5, ["Observation/o1/3", "Patient/p1/2"]),
        (0, 5, ALL),
    ],
)
@pytest.mark.parametrize("earlier", [False, True])
async def test_at_shows_what_was_current_in_an_interval(
    store: Store, instants: list[datetime], begin: int, end: int, expected: list[str], earlier: bool
) -> None:
    """Checklist line 39; also for rows of a database that did not know yet when they were superseded."""
    if earlier:
        await store.database["versions"].update_many({}, {"$unset": {"until": ""}})
        await store.database["upgrades"].delete_many({})
        await upgrade(store.database, store.vault)
    at = instants[begin], instants[end] + timedelta(microseconds=1000)
    assert await told(store, reach(), at=at) == expected


async def test_pages_of_each_size_make_the_whole(store: Store, instants: list[datetime]) -> None:
    for limit in (1, 2, 3, 4, 5, 6):
        seen: list[str] = []
        after: tuple[Any, ...] | None = None
        while page := await store.resources.history(reach(), limit=limit, after=after):
            seen += [f"{'-' * each.deleted}{each.reference}/{each.version}" for each in page]
            after = page[-1].place
        assert seen == ALL


async def test_versions_of_one_instant_have_an_order(store: Store) -> None:
    await put(store, *(patient(f"p{n}") for n in range(7)), *(observation(f"o{n}") for n in range(7)))
    await put(store, *(patient(f"p{n}", gender="male") for n in range(7)))
    for collection in ("resources", "versions"):
        await store.database[collection].update_many(
            {}, {"$set": {"updated": datetime(2026, 1, 1, tzinfo=UTC)}}
        )
    whole = await told(store, reach())
    assert len(set(whole)) == 21
    seen: list[str] = []
    after: tuple[Any, ...] | None = None
    while page := await store.resources.history(reach(), limit=2, after=after):
        seen += [f"{each.reference}/{each.version}" for each in page]
        after = page[-1].place
    assert seen == whole


@pytest.mark.parametrize("few", [True, False])
async def test_what_is_hidden_is_not_there(store: Store, few: bool) -> None:
    """Checklist line 41: neither others' versions, nor those of what once was others' or is now."""
    seen = Some("Patient/p1", few=few)
    await put(store, patient("p1"), patient("p2"), observation("o1", "p1"), observation("o2", "p2"))
    await put(store, observation("came", "p2"), observation("went", "p1"))
    await put(store, observation("came", "p1"), observation("went", "p2"))
    asked = reach(constraint=seen)
    assert await told(store, asked) == ["Observation/came/2", "Observation/o1/1", "Patient/p1/1"]
    assert await told(store, asked[1:], "came") == ["Observation/came/2"]
    assert await told(store, asked[1:], "went") == []
    assert await told(store, asked[1:], "o2") == []
    first = await store.resources.history(asked, limit=1)
    rest = await store.resources.history(asked, limit=9, after=first[0].place)
    assert [each.id for each in (*first, *rest)] == ["came", "o1", "p1"]


async def test_pages_fill_up_after_what_is_hidden_fell_out(store: Store) -> None:
    seen = Some("Patient/p1")
    await put(store, *(observation(f"a{n}", "p1") for n in range(4)))
    await put(store, *(observation(f"b{n}", "p1") for n in range(9)))
    await put(store, *(observation(f"b{n}", "p2") for n in range(9)))
    page = await store.resources.history(reach("Observation", constraint=seen), limit=3)
    assert [each.id for each in page] == ["a0", "a1", "a2"]


async def test_each_type_has_its_own_constraint(store: Store) -> None:
    await put(store, organization(), patient("p1"), patient("p2"), observation("o1", "p1"))
    await put(store, organization(name="another name"), patient("p2", gender="male"))
    mine = Some("Patient/p1")
    asked = [("Organization", EVERYONE), ("Patient", mine), ("Observation", mine)]
    assert await told(store, asked) == [
        "Organization/h1/2", "Observation/o1/1", "Organization/h1/1", "Patient/p1/1",
    ]  # fmt: skip


async def test_a_clock_that_lags_behind_turns_no_history_round(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(store, patient())
    monkeypatch.setattr("fhir.store.transaction.now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    await put(store, patient(gender="male"))
    await remove(store, "Patient/p1")
    assert await told(store, reach("Patient")) == ["-Patient/p1/3", "Patient/p1/2", "Patient/p1/1"]


async def test_a_history_walks_its_index(store: Store) -> None:
    await put(store, *(patient(f"p{n}") for n in range(30)))
    for collection in ("resources", "versions"):
        order = {"updated": -1, "_id" if collection == "resources" else "reference": 1, "version": -1}
        cursor = store.database[collection].find({"type": {"$in": BOTH}}).sort(list(order.items())).limit(5)
        plan = str((await cursor.explain())["queryPlanner"]["winningPlan"])
        assert "type_history" in plan
        assert "SORT_MERGE" in plan
        assert "'stage': 'SORT'" not in plan
