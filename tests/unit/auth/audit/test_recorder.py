"""Recorder: durable before it returns, batched under load, one chain without gaps."""

import asyncio

import pytest
from pymongo.errors import PyMongoError

from auth.audit.archive import Archive
from auth.audit.recorder import NotRecordedError, Recorder, agent_key
from auth.audit.verify import verify
from auth.store import audit
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.unit.auth.audit.conftest import read


async def test_a_record_is_there_when_record_returns(recorder: Recorder, base: Database) -> None:
    record = read("Patient/a")
    await recorder.record(record)
    row = await base["audit"].find_one({"_id": record.id})
    assert row is not None
    assert row["patients"] == ["Patient/a"]
    assert (row["seq"], row["prev"]) == (0, "")


async def test_the_write_waits_for_the_disks_of_a_majority(recorder: Recorder, base: Database) -> None:
    from auth.store.database import collection

    assert collection(base, "audit").write_concern.document == {"w": "majority", "j": True}


async def test_the_body_is_sealed(recorder: Recorder, base: Database) -> None:
    await recorder.record(read("Patient/a", query="name=HTESTPERSON"))
    row = await base["audit"].find_one({})
    assert row is not None
    assert b"Li Lei" not in row["body"]
    assert "HTESTPERSON" not in str(row)


async def test_many_at_once_share_inserts_and_make_one_chain(
    recorder: Recorder, base: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    inserts: list[int] = []
    append = audit.append

    async def counted(database: Database, rows: list[audit.ChainedRow]) -> None:
        inserts.append(len(rows))
        await append(database, rows)

    monkeypatch.setattr(audit, "append", counted)
    await asyncio.gather(*(recorder.record(read(f"Patient/{number}")) for number in range(300)))
    assert sum(inserts) == 300
    assert len(inserts) < 100
    report = await verify(base, vault)
    assert (report.chains, report.records, report.intact) == (1, 300, True)


async def test_each_process_has_its_own_chain(base: Database, vault: Vault) -> None:
    recorders = [Recorder(base, vault) for _ in range(3)]
    await asyncio.gather(*(one.record(read("Patient/a")) for one in recorders for _ in range(20)))
    for one in recorders:
        await one.close()
    report = await verify(base, vault)
    assert (report.chains, report.records, report.intact) == (3, 60, True)


async def test_the_caller_gets_the_error_when_the_record_is_not_kept(
    recorder: Recorder, base: Database, vault: Vault
) -> None:
    await recorder.record(read("Patient/a"))
    await base.command("collMod", "audit", validator={"never": {"$exists": True}})
    results = await asyncio.gather(
        *(recorder.record(read("Patient/a")) for _ in range(5)), return_exceptions=True
    )
    assert all(isinstance(result, NotRecordedError) for result in results)
    assert all(isinstance(result.__cause__, PyMongoError) for result in results)  # type: ignore[union-attr]
    await base.command("collMod", "audit", validator={})
    await recorder.record(read("Patient/a"))
    await recorder.close()
    report = await verify(base, vault)
    assert (report.records, report.intact) == (2, True)


async def test_an_insert_that_fails_half_way_leaves_no_gap(
    recorder: Recorder, base: Database, vault: Vault
) -> None:
    await recorder.record(
        read("Patient/a")
    )  # the vault has its key from here on, so the next five are one batch
    records = [read("Patient/a") for _ in range(4)]
    twice = [*records[:2], records[0], *records[2:]]
    results = await asyncio.gather(*(recorder.record(record) for record in twice), return_exceptions=True)
    assert all(isinstance(result, NotRecordedError) for result in results)
    assert all(isinstance(result.__cause__, PyMongoError) for result in results)  # type: ignore[union-attr]
    await recorder.record(read("Patient/b"))
    await recorder.close()
    assert (await verify(base, vault)).intact


async def test_a_vault_that_fails_refuses_only_its_own_caller(base: Database, vault: Vault) -> None:
    class Failing:
        async def seal(self, owner: str, plain: bytes) -> bytes:
            if b"Patient/bad" in plain:
                raise RuntimeError("no key")
            return await vault.seal(owner, plain)

        async def open(self, owner: str, sealed: bytes) -> bytes:
            return await vault.open(owner, sealed)

        def keyed(self, text: str) -> str:
            return vault.keyed(text)

    recorder = Recorder(base, Failing())
    bad, good = await asyncio.gather(
        recorder.record(read("Patient/bad")), recorder.record(read("Patient/a")), return_exceptions=True
    )
    assert isinstance(bad, NotRecordedError)
    assert isinstance(bad.__cause__, RuntimeError)
    assert good is None


async def test_a_cancelled_caller_does_not_stop_the_others(
    recorder: Recorder, base: Database, archive: Archive
) -> None:
    tasks = [asyncio.create_task(recorder.record(read("Patient/a"))) for _ in range(10)]
    await asyncio.sleep(0)
    tasks[3].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(result is None for result in results) >= 9
    await recorder.record(read("Patient/a"))
    await recorder.close()
    assert (await verify(base)).intact


async def test_closing_waits_for_what_is_under_way(base: Database, vault: Vault) -> None:
    recorder = Recorder(base, vault)
    await recorder.record(read("Patient/a"))
    waiting = [asyncio.create_task(recorder.record(read("Patient/a"))) for _ in range(20)]
    await asyncio.sleep(0)
    await recorder.close()
    await asyncio.gather(*waiting)
    assert await base["audit"].count_documents({}) == 21
    assert [head.length for head in await audit.heads(base)] == [21]


async def test_a_store_that_hangs_counts_as_not_written(
    base: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = asyncio.Event()

    async def hanging(database: Database, rows: list[audit.ChainedRow]) -> None:
        await answered.wait()

    monkeypatch.setattr(audit, "append", hanging)
    recorder = Recorder(base, vault, patience=0.05)
    results = await asyncio.gather(
        *(recorder.record(read("Patient/a")) for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(result, NotRecordedError) for result in results)
    await asyncio.wait_for(Recorder(base, vault, patience=0.05).close(), 10)
    stopped = Recorder(base, vault, patience=0.05)
    with pytest.raises(NotRecordedError):
        await stopped.record(read("Patient/a"))
    await asyncio.wait_for(stopped.close(), 10)
    answered.set()
    monkeypatch.undo()
    await recorder.record(read("Patient/a"))
    await recorder.close()


async def test_who_did_it_is_found_by_keyed_hashes_only(
    recorder: Recorder, base: Database, vault: Vault
) -> None:
    await recorder.record(read("Patient/a"))
    row = await base["audit"].find_one({"by": vault.keyed(agent_key("HTEST Li Lei"))})
    assert row is not None
    assert len(row["by"]) == 3
    assert "Li Lei" not in str(row)
