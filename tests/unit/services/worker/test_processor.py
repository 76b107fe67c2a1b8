"""One message from the inbox into the store, exactly once, on the real database."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.v2_to_fhir.source import Source
from fhir.store import Store
from services.inbox import DEAD, DONE, RECEIVED, Arrival, Inbox, inbox_of
from services.reasons import reason
from services.sources import Registration, Sources, register
from services.worker.processor import Processor, Taken
from tests.support.messages import adt


@pytest.fixture
async def inbox(store: Store) -> AsyncIterator[Inbox]:
    inbox = await inbox_of(store)
    yield inbox
    await inbox.close()


async def keep(inbox: Inbox, text: str, source: str = "TEST1") -> str:
    control = text.split("|")[9]
    await inbox.add(Arrival(text.encode(), b"AA", RECEIVED, "peer", source, control))
    row = await inbox.collection.find_one({"control_id": control})
    assert row is not None
    return str(row["_id"])


async def process(store: Store, inbox: Inbox, *ids: str, accept: bool = True) -> list[str]:
    async with Sources(store.database, store.vault.identify, accept) as sources:
        processor = Processor(store, inbox, sources)
        return await asyncio.gather(*(processor.process(id) for id in ids))


async def types(store: Store) -> dict[str, int]:
    rows = await store.database["resources"].find().to_list()
    return {row["type"]: row["version"] for row in rows}


async def test_a_message_becomes_resources_and_its_row_says_which(store: Store, inbox: Inbox) -> None:
    id = await keep(inbox, adt())
    assert await process(store, inbox, id) == [DONE]
    assert (await types(store)).keys() >= {"Patient", "Encounter", "Organization", "Provenance"}
    row = await inbox.collection.find_one({"_id": id})
    assert row is not None
    assert row["state"] == DONE
    assert any(each.startswith("Patient/") and each.endswith("/_history/1") for each in row["versions"])


async def test_once_whoever_else_works_on_it(store: Store, inbox: Inbox) -> None:
    id = await keep(inbox, adt())
    assert await process(store, inbox, id, id, id) == [DONE] * 3
    assert await process(store, inbox, id) == [DONE]
    assert set((await types(store)).values()) == {1}


async def test_what_a_repeated_message_leaves_as_it_was_has_no_new_provenance(
    store: Store, inbox: Inbox
) -> None:
    await process(store, inbox, await keep(inbox, adt()))
    before = await store.database["resources"].count_documents({})
    await process(store, inbox, await keep(inbox, adt("C2")))
    assert await store.database["resources"].count_documents({}) == before


async def test_a_source_that_is_gone_buries_its_message_with_a_reason(store: Store, inbox: Inbox) -> None:
    id = await keep(inbox, adt())
    assert await process(store, inbox, id, accept=False) == [DEAD]
    row = await inbox.collection.find_one({"_id": id})
    assert row is not None
    assert row["reason"]["text"] == "the source is not registered any more"
    assert await types(store) == {}


async def test_everything_of_a_labelled_source_is_labelled(store: Store, inbox: Inbox) -> None:
    await register(store.database, Source("TEST1", "Organization/t1"), "HTEST")
    await process(store, inbox, await keep(inbox, adt()), accept=False)
    async for row in store.database["resources"].find({"type": {"$ne": "Organization"}}):
        assert any(each.endswith("._security|HTEST") for each in row["facets"])


async def test_an_unknown_or_finished_message_is_let_be(store: Store, inbox: Inbox) -> None:
    assert await process(store, inbox, "nothing") == [DONE]
    id = await keep(inbox, adt())
    await process(store, inbox, id)
    async with Sources(store.database, store.vault.identify, True) as sources:
        await Processor(store, inbox, sources).bury(id, reason("too late"))
    row = await inbox.collection.find_one({"_id": id})
    assert row is not None
    assert row["state"] == DONE


async def test_what_another_worker_has_processed_meanwhile_is_not_written(store: Store, inbox: Inbox) -> None:
    class Slow(Sources):
        async def find(self, code: str) -> Registration | None:
            await inbox.collection.update_many({}, {"$set": {"state": DONE}})
            return await super().find(code)

    id = await keep(inbox, adt())
    async with Slow(store.database, store.vault.identify, True) as sources:
        assert await Processor(store, inbox, sources).process(id) == DONE
    assert await types(store) == {}


async def test_line_35_a_message_that_its_transaction_does_not_see_yet_is_done_all_the_same(
    store: Store, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a later message of the same patient would overtake it."""
    id = await keep(inbox, adt())
    settle, seen = Processor._settle, []

    async def unseen(self: Processor, *rest: Any) -> None:
        seen.append(rest)
        if len(seen) == 1:
            raise Taken
        await settle(self, *rest)

    monkeypatch.setattr(Processor, "_settle", unseen)
    assert await process(store, inbox, id) == [DONE]
    assert len(seen) == 2
    assert await inbox.states([id]) == {id: DONE}


async def test_line_35_others_go_on_while_a_large_message_is_converted(store: Store, inbox: Inbox) -> None:
    large = await keep(inbox, adt("LARGE", id="P2", visit="V2") + "ZZZ|1|a|b|c\r" * 20_000)
    small = await keep(inbox, adt("SMALL"))
    async with Sources(store.database, store.vault.identify, True) as sources:
        processor = Processor(store, inbox, sources)
        working = asyncio.create_task(processor.process(large))
        await asyncio.sleep(0.01)
        assert await processor.process(small) == DONE
        assert not working.done()
        assert await working == DONE
    row = await inbox.collection.find_one({"_id": large})
    assert row is not None
    assert row["counts"]["ZZZ"] == [20_000, 0, 20_000]


async def test_line_40_the_row_keeps_the_time_of_every_step_of_every_run_and_what_it_wrote(
    store: Store, inbox: Inbox
) -> None:
    id = await keep(inbox, adt())
    await process(store, inbox, id)
    first = (await inbox.collection.find_one({"_id": id}) or {})["versions"]
    await keep(inbox, adt("C2", "A08", moment="20260302080000", name="张^叁"))
    await process(store, inbox, *(await inbox.collection.distinct("_id", {"state": RECEIVED})))
    await inbox.replay({"_id": id})
    await process(store, inbox, id)
    row = await inbox.collection.find_one({"_id": id})
    assert row is not None
    assert row["versions"] == first  # nothing of what the later message wrote
    assert all(each.endswith("/_history/1") for each in first)
    told, again = row["runs"]
    steps = [row["received"], row["acknowledged"], told["began"], told["converted"], told["written"]]
    steps += [row["replayed"], again["began"], again["converted"], again["written"]]
    assert steps == sorted(steps)
    assert (told["versions"], again["versions"]) == (len(first), 0)


async def test_line_40_a_dead_letter_that_is_retried_keeps_why_it_was_one(store: Store, inbox: Inbox) -> None:
    id = await keep(inbox, adt(), source="GONE")
    assert await process(store, inbox, id, accept=False) == [DEAD]
    await inbox.replay({"_id": id})
    assert await process(store, inbox, id) == [DONE]
    row = await inbox.collection.find_one({"_id": id})
    assert row is not None
    assert [run.get("reason") for run in row["runs"]] == ["source-unregistered", None]
    assert row["runs"][0]["began"] <= row["runs"][0]["buried"]
