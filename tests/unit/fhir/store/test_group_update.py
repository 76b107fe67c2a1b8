"""Writes that share a transaction: each gets its own result, whatever becomes of the others."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import pytest
from pymongo.errors import PyMongoError

from fhir.outcome import Fault, Refusal
from fhir.store import EVERYONE, Store, Stored
from fhir.store.indexes import INDEXES, ensure_indexes
from fhir.store.transaction import Transaction
from tests.support.mongo import MASTER_KEY
from tests.support.relay import relayed
from tests.support.resources import observation, patient, put

Result = Coroutine[Any, Any, tuple[Any, dict[str, Stored]]]


def update(store: Store, id: str, text: str, version: int | None = None) -> Result:
    async def work(tx: Transaction) -> str:
        current = (await tx.load([f"Observation/{id}"])).get(f"Observation/{id}")
        if version is not None and (current is None or current.version != version):
            raise Refusal(Fault.STALE, "the current version is another one")
        tx.put(observation(id, valueString=text))
        return text

    return store.resources.together([f"Observation/{id}"], work)


def delete(store: Store, id: str) -> Result:
    async def work(tx: Transaction) -> None:
        tx.delete(f"Observation/{id}")

    return store.resources.together([f"Observation/{id}"], work)


async def versions(store: Store, id: str) -> list[int]:
    found = await store.resources.history([("Observation", EVERYONE)], id, limit=1000)
    return [each.version for each in found]


async def test_each_gets_its_own_result(store: Store) -> None:
    await put(store, *(observation(f"o{n}") for n in range(40)))
    results = await asyncio.gather(*(update(store, f"o{n}", str(n)) for n in range(40)))
    for n, (text, written) in enumerate(results):
        assert text == str(n)
        assert list(written) == [f"Observation/o{n}"]
        stored = written[f"Observation/o{n}"]
        assert (stored.version, stored.resource()["valueString"]) == (2, str(n))
        read = await store.resources.read("Observation", f"o{n}", EVERYONE)
        assert read is not None
        assert (read.version, read.body) == (2, stored.body)


async def test_they_share_commits(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = 0
    attempt = store.resources._attempt

    async def counted(*arguments: Any) -> Any:
        nonlocal commits
        commits += 1
        return await attempt(*arguments)

    monkeypatch.setattr(store.resources, "_attempt", counted)
    await asyncio.gather(*(update(store, f"o{n}", "x") for n in range(60)))
    assert commits < 10
    assert await store.resources.count({"tokens": "Observation"}, EVERYONE) == 60


async def test_a_refusal_is_its_own(store: Store) -> None:
    await put(store, *(observation(f"o{n}") for n in range(9)))
    asked = [update(store, f"o{n}", "new", version=1 if n % 2 else 7) for n in range(9)]
    results = await asyncio.gather(*asked, return_exceptions=True)
    for n, result in enumerate(results):
        assert isinstance(result, tuple if n % 2 else Refusal)
        assert await versions(store, f"o{n}") == ([2, 1] if n % 2 else [1])


async def test_what_was_put_before_a_refusal_is_forgotten(store: Store) -> None:
    async def regretting(tx: Transaction) -> None:
        tx.put(observation("o0"))
        tx.delete("Observation/o1")
        raise Refusal(Fault.CONFLICT, "no")

    await put(store, observation("o1"))
    asked = [store.resources.together(["Observation/o0", "Observation/o1"], regretting)]
    results = await asyncio.gather(
        *asked, *(update(store, f"n{n}", "x") for n in range(4)), return_exceptions=True
    )
    assert isinstance(results[0], Refusal)
    assert all(isinstance(each, tuple) for each in results[1:])
    assert await store.resources.read("Observation", "o0", EVERYONE) is None
    assert await versions(store, "o1") == [1]


@pytest.mark.parametrize("processes", [1, 2])
async def test_of_two_updates_with_one_if_match_one_wins(
    store: Store, database: tuple[str, str], processes: int
) -> None:
    """Checklist lines 17 and 107, in one process and in two; again and again, since it is a race."""
    other = await Store.open(*database, master_key=MASTER_KEY) if processes == 2 else store
    await put(store, observation("o1"), *(observation(f"n{n}") for n in range(8)))
    for version in range(1, 9):
        neighbours = [update(store, f"n{n}", f"{version}") for n in range(8)]
        rivals = [update(store, "o1", f"{version}a", version), update(other, "o1", f"{version}b", version)]
        results = await asyncio.gather(*rivals, *neighbours, return_exceptions=True)
        refusals = [each for each in results[:2] if isinstance(each, Refusal)]
        assert [each.fault for each in refusals] == [Fault.STALE]
        assert all(isinstance(each, tuple) for each in results[2:])
    assert await versions(store, "o1") == list(range(9, 0, -1))
    if other is not store:
        await other.close()


async def test_all_updates_of_one_resource_follow_each_other(store: Store) -> None:
    results = await asyncio.gather(*(update(store, "o1", str(n)) for n in range(50)))
    assert sorted(written["Observation/o1"].version for _, written in results) == list(range(1, 51))
    assert await versions(store, "o1") == list(range(50, 0, -1))


async def test_updates_and_deletions_of_many_leave_no_gap(store: Store, database: tuple[str, str]) -> None:
    """Checklist line 107: no version number is lost or given twice, with two processes writing."""
    other = await Store.open(*database, master_key=MASTER_KEY)
    works: list[Awaitable[Any]] = []
    for n in range(120):
        each = store if n % 2 else other
        works.append(delete(each, f"o{n % 5}") if n % 7 == 3 else update(each, f"o{n % 5}", str(n)))
    await asyncio.gather(*works)
    for n in range(5):
        found = await versions(store, f"o{n}")
        assert found == list(range(len(found), 0, -1))
    await other.close()


class Failing:
    """A projection that fails for one Patient, however the transaction is shared."""

    types = frozenset({"Patient"})

    async def remove(self, session: object, references: object, former: object) -> None:
        """Nothing is deleted here."""

    async def apply(self, session: object, resources: Sequence[dict[str, Any]], former: object) -> None:
        if any(each["id"] == "bad" for each in resources):
            raise RuntimeError("this one")


async def test_what_fails_at_the_end_fails_alone(store: Store) -> None:
    store.add_projections([Failing()])
    ids = ["p1", "bad", *(f"x{n}" for n in range(6))]
    results = await asyncio.gather(
        *(store.resources.create(patient(id)) for id in ids), return_exceptions=True
    )
    assert [type(each) for each in results] == [Stored, RuntimeError, *[Stored] * 6]
    assert await store.resources.read("Patient", "bad", EVERYONE) is None


async def test_what_was_written_through_the_session_goes_with_its_refusal(store: Store) -> None:
    async def regretting(tx: Transaction) -> None:
        await store.database["elsewhere"].insert_one({"_id": 1}, session=tx.session)
        raise Refusal(Fault.CONFLICT, "no")

    asked = store.resources.together(["Observation/o0"], regretting)
    before, after = ([update(store, f"{letter}{n}", "x") for n in range(3)] for letter in "ab")
    results = await asyncio.gather(*before, asked, *after, return_exceptions=True)
    assert [isinstance(each, tuple) for each in results] == [True] * 3 + [False] + [True] * 3
    assert await store.database["elsewhere"].count_documents({}) == 0


async def test_what_was_sent_before_a_refusal_goes_with_it(store: Store) -> None:
    async def regretting(tx: Transaction) -> None:
        tx.put(observation("o0"))
        await tx.flush()
        raise Refusal(Fault.CONFLICT, "no")

    asked = store.resources.together(["Observation/o0"], regretting)
    before, after = ([update(store, f"{letter}{n}", "x") for n in range(3)] for letter in "ab")
    results = await asyncio.gather(*before, asked, *after, return_exceptions=True)
    assert [isinstance(each, tuple) for each in results] == [True] * 3 + [False] + [True] * 3
    assert await store.resources.read("Observation", "o0", EVERYONE) is None
    assert await store.resources.count({"tokens": "Observation"}, EVERYONE) == 6


async def test_who_gives_up_takes_nobody_along(store: Store) -> None:
    tasks = [asyncio.create_task(update(store, f"o{n}", "x")) for n in range(10)]
    await asyncio.sleep(0)
    tasks[4].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(each, tuple) for each in results] == [n != 4 for n in range(10)]
    assert await asyncio.wait_for(update(store, "o4", "y"), 20)


async def test_nobody_waits_for_a_lane_that_has_gone(store: Store) -> None:
    """Each next write comes at the very moment at which the last one was answered."""

    async def chain(n: int) -> None:
        for round in range(12):
            await update(store, f"o{n}", str(round))

    await asyncio.wait_for(asyncio.gather(*(chain(n) for n in range(20))), 60)


async def test_twenty_transactions_over_the_same_patients_succeed_or_fail_whole(store: Store) -> None:
    """Issue 3, races: all of them or nothing of one, and versions without a gap."""
    ids = [f"p{n}" for n in range(5)]
    await put(store, *map(patient, ids))

    def transaction(number: int) -> Callable[[Transaction], Awaitable[None]]:
        async def work(tx: Transaction) -> None:
            await tx.load(f"Patient/{id}" for id in ids)
            for id in ids if number % 2 else reversed(ids):
                tx.put(patient(id, gender="male", name=[{"text": f"测试{number}"}]))
            await tx.flush()
            if number % 10 == 9:
                raise Refusal(Fault.BUSINESS_RULE, "the last entry is wrong")

        return work

    works = [store.resources.transact(transaction(n)) for n in range(20)]
    results = await asyncio.gather(*works, return_exceptions=True)
    assert [type(each) for each in results] == [Refusal if n % 10 == 9 else type(None) for n in range(20)]
    names = set()
    for id in ids:
        found = await store.resources.history([("Patient", EVERYONE)], id, limit=100)
        assert [each.version for each in found] == list(range(19, 0, -1))
        names.add(tuple(each.resource()["name"][0]["text"] for each in found))
    assert len(names) == 1


async def test_what_may_have_been_committed_is_not_carried_out_again(
    database: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database commits, its answer is lost for good: both members are told, nothing is written twice."""
    uri, name = database
    monkeypatch.setattr("fhir.store.repository._ATTEMPTS", 2)
    async with relayed(uri) as (client, relay):
        store = Store(client, name, MASTER_KEY)
        await ensure_indexes(store.database, INDEXES)
        await put(store, observation("o1"), observation("o2"))

        async def append(tx: Transaction, id: str) -> None:
            current = (await tx.load([f"Observation/{id}"]))[f"Observation/{id}"].resource()
            tx.put(current | {"note": [*current.get("note", []), {"text": "once"}]})

        relay.unanswered = b"commitTransaction"
        asked = [
            store.resources.together([f"Observation/{id}"], lambda tx, id=id: append(tx, id))
            for id in ("o1", "o2")
        ]
        results = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(each, PyMongoError) for each in results)
        relay.unanswered = None
        for id in ("o1", "o2"):
            stored = await store.resources.read("Observation", id, EVERYONE)
            assert stored is not None
            assert stored.resource()["note"] == [{"text": "once"}]
        await store.resources.close()
        await store.parameters.close()
