"""Checklist line 92: $reindex in the background shows progress, is resumed, and is safe with writers."""

import asyncio
from datetime import timedelta

import pytest

from fhir.search.registry import parameters
from fhir.store import EVERYONE, Store, reindex_job
from tests.support.resources import observation, patient, put, search_parameter
from tests.unit.fhir.store.test_parameters import MARRIED, another

MARRIED_TOKEN = {"tokens": "Patient.married|http://m|M"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindex_job, "GRACE", timedelta(seconds=0.1))


async def people(store: Store, number: int) -> None:
    await put(store, *(patient(f"p{n:03}", **MARRIED) for n in range(number)), observation("o1", "p000"))


async def until(store: Store, *states: str, done: int = 0) -> reindex_job.Job:
    """The job, as soon as it is in one of these states and so far."""
    while True:
        job = await store.reindexing.status()
        if job is not None and job["state"] in states and job["done"] >= done:
            return job
        await asyncio.sleep(0.02)


async def test_old_data_are_found_after_it(store: Store) -> None:
    await people(store, 20)
    await put(store, search_parameter())
    assert await store.resources.count(MARRIED_TOKEN, EVERYONE) == 0
    job = await store.reindexing.request(["Patient"])
    assert (job["state"], job["total"], job["done"]) == ("requested", 20, 0)
    assert "married" not in parameters("Patient")
    assert await store.reindexing.run()
    job = await store.reindexing.status()
    assert job is not None
    assert (job["state"], job["done"], job["changed"], job["refused"]) == ("done", 20, 20, 0)
    assert "married" in parameters("Patient")
    assert await store.resources.count(MARRIED_TOKEN, EVERYONE) == 20
    assert not await store.reindexing.run()


async def test_never_more_is_done_than_there_is(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What MongoDB estimates is too small after mongod was killed."""
    monkeypatch.setattr(reindex_job, "_BATCH", 5)
    await people(store, 20)
    await store.reindexing.request()
    jobs = store.database["jobs"]
    await jobs.update_one({"_id": reindex_job._JOB}, {"$set": {"total": 3}})
    seen = []
    step = store.reindexing._step

    async def watched(job: reindex_job.Job) -> reindex_job.Job | None:
        seen.append((job["done"], job["total"]))
        return await step(job)

    monkeypatch.setattr(store.reindexing, "_step", watched)
    await store.reindexing.run()
    assert [done for done, _ in seen[1:4]] == [5, 10, 15]
    assert all(done <= total for done, total in seen)


async def test_the_versions_stay_as_they_are(store: Store) -> None:
    await people(store, 1)
    before = await store.resources.read("Patient", "p000", EVERYONE)
    await put(store, search_parameter())
    await store.reindexing.request()
    await store.reindexing.run()
    after = await store.resources.read("Patient", "p000", EVERYONE)
    assert after is not None
    assert before is not None
    assert (after.version, after.updated, after.body) == (before.version, before.updated, before.body)


async def test_who_writes_meanwhile_is_found_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindex_job, "_BATCH", 10)
    await people(store, 200)
    await put(store, search_parameter())
    await store.reindexing.request()
    running = asyncio.create_task(store.reindexing.run())
    written = 0
    while not running.done():
        fresh = patient(f"n{written:03}", **MARRIED)
        await put(store, fresh, patient(f"p{written % 200:03}", birthDate="1958", **MARRIED))
        written += 1
    await running
    assert written > 5
    assert await store.resources.count(MARRIED_TOKEN, EVERYONE) == 200 + written


async def test_what_a_process_wrote_that_had_not_heard_of_it(store: Store) -> None:
    """Rows written since the beginning are walked once more at the end."""
    await people(store, 5)
    await put(store, search_parameter())
    await store.reindexing.request()
    step, walked = store.reindexing._step, False

    async def and_then(job: reindex_job.Job) -> reindex_job.Job | None:
        nonlocal walked
        following = await step(job)
        if not walked:
            walked = True
            await put(store, patient("p000", birthDate="1958", **MARRIED))
            unaware = {"$pull": {"tokens": {"$regex": "^Patient.married"}}}
            await store.database["resources"].update_one({"_id": "Patient/p000"}, unaware)
        return following

    store.reindexing._step = and_then  # type: ignore[method-assign]
    await store.reindexing.run()
    assert await store.resources.count(MARRIED_TOKEN, EVERYONE) == 5


async def test_one_at_a_time_carries_it_on(store: Store) -> None:
    await people(store, 20)
    await store.reindexing.request()
    assert sorted(await asyncio.gather(*(store.reindexing.run() for _ in range(4)))) == [False] * 3 + [True]


async def test_asked_for_again_while_it_runs_it_runs_again(store: Store) -> None:
    await people(store, 3)
    await store.reindexing.request()
    await put(store, search_parameter())
    again = await store.reindexing.request()
    assert again["again"]
    await store.reindexing.run()
    assert "married" not in parameters("Patient")
    await store.reindexing.run()
    assert "married" in parameters("Patient")


async def test_a_killed_process_leaves_it_to_the_next(store: Store, database: tuple[str, str]) -> None:
    await people(store, 60)
    await put(store, search_parameter())
    await store.reindexing.request()
    async with another(store, database[0], "run"):
        await until(store, "running", done=10)
        assert not await store.reindexing.run()
    killed = await store.reindexing.status()
    assert killed is not None
    assert (killed["state"], killed["done"] < 60) == ("running", True)
    store.reindexing.watch()
    job = await until(store, "done")
    assert (job["done"], job["changed"]) == (62, 60)
    assert await store.resources.count(MARRIED_TOKEN, EVERYONE) == 60


async def test_a_fault_ends_it_as_failed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(**_: object) -> None:
        raise ValueError("our fault")

    monkeypatch.setattr(store.resources, "reindex", broken)
    await store.reindexing.request()
    store.reindexing.watch()
    await until(store, "failed")


async def test_asked_for_again_it_runs_again_though_a_process_died_in_between(store: Store) -> None:
    await people(store, 3)
    await store.reindexing.request()
    await put(store, search_parameter())
    await store.reindexing.request()

    async def dies() -> None:
        """As after kill -9 between the end and the new beginning."""

    again, store.reindexing._again = store.reindexing._again, dies  # type: ignore[method-assign]
    await store.reindexing.run()
    store.reindexing._again = again  # type: ignore[method-assign]
    assert not await store.reindexing.run()
    assert await store.reindexing.run()
    assert "married" in parameters("Patient")
