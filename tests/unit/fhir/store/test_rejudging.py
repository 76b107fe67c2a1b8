"""Other rules of what is sensitive close old versions too (security-and-scale.md, line 15)."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fhir import sensitivity
from fhir.sensitivity import ACT_CODE
from fhir.store import Store, reindex_job, upgrade
from fhir.store.facets import label
from tests.support.access import Some
from tests.support.mongo import MASTER_KEY
from tests.support.resources import observation, put, remove

PSY = label((ACT_CODE, "PSY"))
OUTSIDE = Some("Patient/p1", only={"facets": {"$nin": [PSY]}, "inherited": {"$nin": [PSY]}})
"""A reader who may not see what is psychiatric."""
WORD = {"code": {"text": "HTEST lotus therapy"}}
PSYCHIATRIC = {"code": {"text": "HTEST 抑郁症"}}
OVER = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setattr(reindex_job, "GRACE", timedelta(seconds=0.1))
    yield monkeypatch
    sensitivity._of.cache_clear()


def change(rules: pytest.MonkeyPatch, version: str, word: str) -> None:
    """From now on `word` is psychiatric."""
    shipped = sensitivity._rules()
    other = shipped._replace(version=version, words=shipped.words | {"PSY": re.compile(word)})
    rules.setattr(sensitivity, "_rules", lambda: other)
    sensitivity._of.cache_clear()


async def reopened(store: Store, database: tuple[str, str]) -> Store:
    """The store as the next start of a process finds it, with the job carried out."""
    opened = await Store.open(*database, master_key=MASTER_KEY)
    await opened.reindexing.run()
    return opened


async def shown(store: Store, type: str = "Observation", id: str = "o1") -> list[int]:
    """The versions that the reader sees, by history; a read of each version says the same."""
    found = [each.version for each in await store.resources.history([(type, OUTSIDE)], id, limit=10)]
    assert await store.resources.history_count([(type, OUTSIDE)], id) == len(found)
    read = [number for number in range(1, 6) if await store.resources.read_version(type, id, number, OUTSIDE)]
    assert read == sorted(found)
    return found


async def versions(store: Store, *resources: dict[str, Any]) -> None:
    for resource in resources:
        await put(store, resource)


async def test_a_version_that_became_sensitive_is_closed_and_opens_again(
    store: Store, database: tuple[str, str], rules: pytest.MonkeyPatch
) -> None:
    await versions(store, observation(**WORD), observation(), observation(valueString="x"))
    assert await shown(store) == [3, 2, 1]
    for version, word, expected in (("a", "lotus", [3, 2]), ("b", "no such word", [3, 2, 1])):
        change(rules, version, word)
        again = await reopened(store, database)
        assert await shown(again) == expected
        await again.close()


async def test_a_deletion_is_as_sensitive_as_what_was_deleted(
    store: Store, database: tuple[str, str], rules: pytest.MonkeyPatch
) -> None:
    await versions(store, observation(**WORD))
    await remove(store, "Observation/o1")
    await versions(store, observation("o2", **WORD))
    await remove(store, "Observation/o2")
    await versions(store, observation("o2"))
    assert (await shown(store), await shown(store, id="o2")) == ([2, 1], [3, 2, 1])
    change(rules, "a", "lotus")
    again = await reopened(store, database)
    assert (await shown(again), await shown(again, id="o2")) == ([], [3])
    await again.close()


async def test_an_old_report_inherits_from_what_it_told_of(
    store: Store, database: tuple[str, str], rules: pytest.MonkeyPatch
) -> None:
    report: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "status": "final",
        "subject": {"reference": "Patient/p1"},
        "code": {"text": "x"},
    }
    await versions(store, observation(**WORD))
    await versions(store, report | {"result": [{"reference": "Observation/o1"}]}, report)
    assert await shown(store, "DiagnosticReport", "r1") == [2, 1]
    change(rules, "a", "lotus")
    again = await reopened(store, database)
    assert await shown(again, "DiagnosticReport", "r1") == [2]
    await again.close()


async def test_batches_end_and_name_what_cant_be_read(store: Store, rules: pytest.MonkeyPatch) -> None:
    await versions(store, *(observation(f"o{n}", **WORD) for n in range(5)))
    await versions(store, *(observation(f"o{n}") for n in range(5)))
    await store.database["versions"].update_one({"_id": "Observation/o4/1"}, {"$set": {"body": b"\x01" * 40}})
    change(rules, "a", "lotus")
    first = await store.resources.rejudge(batch=3)
    assert (first.read, first.changed, first.after) == (3, 3, "Observation/o2/1")
    second = await store.resources.rejudge(batch=3, after=first.after)
    assert (second.read, second.changed, second.refused) == (2, 1, ("Observation/o4/1",))


async def start(database: tuple[str, str]) -> Store:
    """A process that starts, and carries no job out yet."""
    return await Store.open(*database, master_key=MASTER_KEY)


async def test_processes_that_start_together_walk_once(
    store: Store, database: tuple[str, str], rules: pytest.MonkeyPatch
) -> None:
    await versions(store, observation(**WORD))
    change(rules, "a", "lotus")
    started = await asyncio.gather(*(start(database) for _ in range(4)))
    walks = [await each.reindexing.run() for each in (*started, *started)]
    assert sorted(walks) == [False] * 7 + [True]
    assert await shown(store) == []
    late = await start(database)
    assert not await late.reindexing.run()
    for each in (*started, late):
        await each.close()


async def test_a_walk_that_began_before_a_process_looked_is_not_walked_again(
    store: Store, database: tuple[str, str], rules: pytest.MonkeyPatch
) -> None:
    """It saw that the rules are others while the first one's walk was all but done."""
    await versions(store, observation(**WORD))
    change(rules, "a", "lotus")
    await (await reopened(store, database)).close()
    job = await store.reindexing.request(past=True, rules=upgrade.rules())
    assert (job["state"], job["again"]) == ("done", False)
    assert not await store.reindexing.run()


async def test_what_holds_while_it_walks(
    store: Store, database: tuple[str, str], rules: pytest.MonkeyPatch
) -> None:
    """The labels of before, where it has not been; what is written meanwhile is judged by the new rules."""
    rules.setattr(reindex_job, "_BATCH", 1)
    await versions(store, *(observation(f"o{n}", **WORD) for n in range(3)), observation("x", **PSYCHIATRIC))
    change(rules, "a", "lotus")
    again = await start(database)
    step, seen = again.reindexing._step, []

    async def watched(job: reindex_job.Job) -> reindex_job.Job | None:
        found = await step(job)
        seen.append([bool(await shown(store, id=id)) for id in ("o0", "o2", "x", "new")])
        if len(seen) == 1:
            await versions(again, observation("new", **WORD))
        return found

    again.reindexing._step = watched  # type: ignore[method-assign]
    assert await again.reindexing.run()
    assert (seen[0], seen[-1]) == ([False, True, False, False], [False, False, True, False])
    assert not any(row[0] or row[3] for row in seen)
    await again.close()


async def test_who_takes_a_walk_over_with_other_rules_begins_anew(
    store: Store, database: tuple[str, str], rules: pytest.MonkeyPatch
) -> None:
    await versions(store, *(observation(f"o{n}", **WORD) for n in range(3)))
    change(rules, "a", "no such word")
    other = await start(database)
    await store.database["jobs"].update_one(
        {"_id": "reindex"}, {"$set": {"state": "running", "position": "Observation/o1", "until": OVER}}
    )
    change(rules, "b", "lotus")
    again = await reopened(store, database)
    assert [await shown(again, id=f"o{n}") for n in range(3)] == [[], [], []]
    kept = await store.database["upgrades"].find_one({"_id": "sensitivity"})
    assert kept is not None
    assert kept["version"] == upgrade.rules()
    for each in (other, again):
        await each.close()


async def test_a_walk_that_failed_is_asked_for_at_the_next_start(
    store: Store, database: tuple[str, str], rules: pytest.MonkeyPatch
) -> None:
    await versions(store, observation(**WORD))
    change(rules, "a", "lotus")
    await (await start(database)).close()
    await store.database["jobs"].update_one({"_id": "reindex"}, {"$set": {"state": "failed"}})
    again = await reopened(store, database)
    assert await shown(again) == []
    await again.close()


async def test_a_start_that_is_interrupted_asks_again(
    store: Store, database: tuple[str, str], rules: pytest.MonkeyPatch
) -> None:
    await versions(store, observation(**WORD), observation())
    change(rules, "a", "lotus")

    async def interrupted(*_: Any, **__: Any) -> None:
        raise ConnectionError

    with rules.context() as patch:
        patch.setattr(reindex_job.Reindexing, "request", interrupted)
        with pytest.raises(ConnectionError):
            await reopened(store, database)
    again = await reopened(store, database)
    assert await shown(again) == [2]
    await again.close()
