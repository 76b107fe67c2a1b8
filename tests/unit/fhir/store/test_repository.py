"""Create, read, update, delete and history on the real database."""

import asyncio

import pytest

from fhir.outcome import Refusal
from fhir.store import EVERYONE, Store
from fhir.store.transaction import Transaction
from tests.support.access import Some
from tests.support.mongo import MASTER_KEY
from tests.support.resources import observation, put, remove


async def test_a_created_resource_is_read_back_with_its_bytes(store: Store) -> None:
    stored = await store.resources.create(observation("o1"))
    found = await store.resources.read("Observation", "o1", EVERYONE)
    assert found is not None
    assert (found.body, found.version, found.owner) == (stored.body, 1, "Patient/p1")


async def test_the_body_is_not_in_the_database_in_clear(store: Store) -> None:
    await store.resources.create(
        observation("o1", note=[{"text": "a word that nobody else uses: quokka"}] * 9)
    )
    row = await store.database["resources"].find_one({"_id": "Observation/o1"})
    assert b"quokka" not in row["body"]
    assert "quokka" not in str({name: value for name, value in row.items() if name != "body"})


async def test_a_destroyed_key_makes_the_file_unreadable_in_every_process(store: Store) -> None:
    """What does not open any more is gone; it breaks no search, and the id begins a new file."""
    await store.resources.create(observation("o1"))
    others = [observation(f"x{number}", "p2") for number in range(3)]
    await put(store, *others)
    await store.database["keys"].delete_one({"_id": "Patient/p1"})
    for _ in range(100):
        await asyncio.sleep(0.05)
        if "Patient/p1" not in store.vault._keys:
            break
    gone = await store.resources.read("Observation", "o1", EVERYONE)
    assert gone is not None
    assert gone.deleted
    assert gone.body == b""
    order = (("updated", False),)
    found = await store.resources.search({"tokens": "Observation"}, EVERYONE, order=order, limit=2)
    assert [each.id for each in found] == ["x0", "x1"], "a page is filled with what opens"
    found = await store.resources.search({"tokens": "Observation"}, EVERYONE, order=order, limit=9)
    assert [each.id for each in found] == ["x0", "x1", "x2"]
    await put(store, observation("o1", status="amended"))
    again = await store.resources.read("Observation", "o1", EVERYONE)
    assert again is not None
    assert (again.version, again.resource()["status"]) == (2, "amended")


async def test_a_key_that_nobody_watches_is_read_each_time(store: Store) -> None:
    """Without a change stream a destroyed key is no key at once, in this process too."""
    other = Store(store.client, store.database.name, MASTER_KEY)
    await store.resources.create(observation("o1"))
    assert (await other.resources.read("Observation", "o1", EVERYONE)).body
    await store.database["keys"].delete_one({"_id": "Patient/p1"})
    assert (await other.resources.read("Observation", "o1", EVERYONE)).deleted


async def test_an_id_is_taken_once(store: Store) -> None:
    results = await asyncio.gather(
        *(store.resources.create(observation("same")) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(result, Refusal) for result in results) == 19


async def test_an_equal_put_makes_no_version_and_a_changed_one_does(store: Store) -> None:
    await put(store, observation("o1"))
    await put(store, observation("o1"))
    assert (await store.resources.read("Observation", "o1", EVERYONE)).version == 1
    await put(store, observation("o1", status="amended"))
    assert (await store.resources.read("Observation", "o1", EVERYONE)).version == 2


async def test_history_has_no_gaps_under_parallel_writers(store: Store) -> None:
    await asyncio.gather(*(put(store, observation("o1", valueString=str(n))) for n in range(25)))
    versions = await store.resources.history([("Observation", EVERYONE)], "o1", limit=100)
    assert [each.version for each in versions] == list(range(25, 0, -1))
    assert len({each.resource()["valueString"] for each in versions}) == 25


async def test_a_deleted_resource_leaves_its_versions(store: Store) -> None:
    await put(store, observation("o1"))
    await remove(store, "Observation/o1")
    await remove(store, "Observation/o1")
    versions = await store.resources.history([("Observation", EVERYONE)], "o1", limit=100)
    assert [(each.version, each.deleted) for each in versions] == [(2, True), (1, False)]
    assert await store.resources.count({"tokens": "Observation"}, EVERYONE) == 0
    assert not (await store.resources.read_version("Observation", "o1", 1, EVERYONE)).deleted
    await put(store, observation("o1"))
    assert (await store.resources.read("Observation", "o1", EVERYONE)).version == 3


async def test_what_fails_in_a_transaction_leaves_nothing(store: Store) -> None:
    async def work(tx: Transaction) -> None:
        tx.put(observation("o1"))
        await tx.flush()
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        await store.resources.transact(work)
    assert await store.resources.read("Observation", "o1", EVERYONE) is None


@pytest.mark.parametrize("few", [True, False])
async def test_the_constraint_narrows_reads_searches_and_counts(store: Store, few: bool) -> None:
    other = observation("o2") | {"subject": {"reference": "Patient/p2"}}
    await put(store, observation("o1"), other)
    seen = Some("Patient/p1", few=few)
    found = await store.resources.search({"tokens": "Observation"}, seen, limit=10)
    assert [each.id for each in found] == ["o1"]
    assert await store.resources.count({"tokens": "Observation"}, seen) == 1
    assert await store.resources.read("Observation", "o2", seen) is None
    assert await store.resources.read_version("Observation", "o2", 1, seen) is None
    assert await store.resources.history([("Observation", seen)], "o2", limit=10) == []


async def test_pages_by_place_visit_each_row_once(store: Store) -> None:
    dates = ["2026-01-03", None, "2026-01-01", "2026-01-03", None, "2026-02"]
    rows = [observation(f"o{n}", **({"effectiveDateTime": d} if d else {})) for n, d in enumerate(dates)]
    await put(store, *rows)
    for order in ([("sort.date", True)], [("sort.date", False)], [("updated", True)]):
        seen, after = [], None
        while page := await store.resources.search(
            {"tokens": "Observation"}, EVERYONE, order=order, limit=2, after=after
        ):
            seen += [each.id for each in page]
            after = page[-1].place
        assert sorted(seen) == [f"o{n}" for n in range(6)], order
    newest = await store.resources.search(
        {"tokens": "Observation"}, EVERYONE, order=[("sort.date", True)], limit=1
    )
    assert newest[0].id == "o5"


async def test_every_finds_what_is_there_and_opens(store: Store) -> None:
    """All that the filter finds, without what no longer opens, and no more than was asked for."""
    await put(store, *(observation(f"x{number}", "p2") for number in range(4)))
    await store.resources.create(observation("o1"))
    found = await store.resources.every({"owner": "Patient/p2", "tokens": "Observation"}, EVERYONE, 9)
    assert {each.id for each in found} == {"x0", "x1", "x2", "x3"}
    assert found[0].facets is None  # nobody judges it again
    assert len(await store.resources.every({"owner": "Patient/p2"}, EVERYONE, 2)) == 2
    await store.database["keys"].delete_one({"_id": "Patient/p1"})
    for _ in range(100):
        await asyncio.sleep(0.05)
        if "Patient/p1" not in store.vault._keys:
            break
    found = await store.resources.every({"tokens": "Observation"}, EVERYONE, 9)
    assert {each.id for each in found} == {"x0", "x1", "x2", "x3"}
    await put(store, *(observation(f"y{number}", "p2") for number in range(2)))
    for limit in (2, 5, 6):
        found = await store.resources.every({"tokens": "Observation"}, EVERYONE, limit)
        assert len(found) == limit, "what does not open takes the place of nothing that does"
