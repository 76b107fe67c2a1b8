"""Verification: every way of tampering is found and named."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from auth import moment
from auth.audit.chain import ORIGIN, Chain, Link, link_of
from auth.audit.recorder import OWNER, Recorder
from auth.audit.verify import Report, Tampering, verify
from auth.store import audit
from auth.store.audit import Entry, Head
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.unit.auth.audit.conftest import read


@pytest.fixture
async def rows(recorder: Recorder, base: Database) -> list[str]:
    """The ids of a chain of ten records."""
    records = [read(f"Patient/{number}") for number in range(10)]
    for record in records:
        await recorder.record(record)
    await recorder.close()
    return [record.id for record in records]


def found(report: Report) -> set[tuple[Tampering, int]]:
    return {(finding.tampering, finding.seq) for finding in report.findings}


async def test_an_untouched_chain_is_intact(rows: list[str], base: Database, vault: Vault) -> None:
    report = await verify(base, vault)
    assert report.intact
    assert (report.chains, report.records) == (1, 10)


async def test_an_empty_audit_is_intact(base: Database, vault: Vault) -> None:
    assert (await verify(base, vault)).intact


@pytest.mark.parametrize(
    "change",
    [
        {"body": b"other"},
        {"patients": ["Patient/other"]},
        {"patients": []},
        {"prev": "0" * 64},
        {"hash": "0" * 64},
    ],
    ids=str,
)
@pytest.mark.parametrize("place", [0, 4, 9])
async def test_an_altered_record(
    rows: list[str], base: Database, change: dict[str, object], place: int
) -> None:
    await base["audit"].update_one({"_id": rows[place]}, {"$set": change})
    report = await verify(base)
    assert (Tampering.ALTERED, place) in found(report)
    assert rows[place] in {finding.record for finding in report.findings}


async def test_an_altered_moment(rows: list[str], base: Database) -> None:
    await base["audit"].update_one({"_id": rows[2]}, [{"$set": {"moment": {"$add": ["$moment", 1]}}}])
    assert found(await verify(base)) == {(Tampering.ALTERED, 2)}


@pytest.mark.parametrize(
    "change", [{"sm3": "0" * 64}, {"prev_sm3": "0" * 64}, {"by": ["k"]}, {"view": []}], ids=str
)
async def test_an_altered_sm3_or_agent(rows: list[str], base: Database, change: dict[str, object]) -> None:
    await base["audit"].update_one({"_id": rows[4]}, {"$set": change})
    assert (Tampering.ALTERED, 4) in found(await verify(base))


async def test_a_record_stripped_of_its_sm3_is_found(rows: list[str], base: Database) -> None:
    await base["audit"].update_many({}, {"$unset": {"sm3": "", "prev_sm3": ""}})
    assert {tampering for tampering, _ in found(await verify(base))} == {Tampering.ALTERED}


async def test_a_record_put_in_behind_the_head_with_true_hashes(
    rows: list[str], base: Database, vault: Vault
) -> None:
    """Whoever has the database alone can make hashes, but no sealed body of that record."""
    last = [row async for row in audit.chained(base)][-1]
    chain = Chain(last.chain, last.seq + 1, link_of(last))
    await audit.append(base, chain.append([replace(last.entry, id="put in", patients=("Patient/x",))]))
    assert found(await verify(base, vault)) == {(Tampering.INSERTED, 10)}


async def test_a_chain_of_sha_256_alone_still_verifies(base: Database, vault: Vault) -> None:
    chain, records = Chain("old", head=Link(ORIGIN, None)), [read("Patient/a") for _ in range(3)]
    entries = [
        Entry(
            each.id, moment.milliseconds(each.moment), each.patients, await vault.seal(OWNER, each.encode())
        )
        for each in records
    ]
    await audit.append(base, chain.append(entries))
    seal = await vault.seal(OWNER, json.dumps(["old", 3, chain.head.sha256]).encode())
    await audit.set_head(base, Head("old", 3, chain.head.sha256, seal))
    row = await base["audit"].find_one({})
    assert row is not None
    assert not {"sm3", "prev_sm3", "by"} & row.keys()
    report = await verify(base, vault)
    assert (report.records, report.findings) == (3, [])


@pytest.mark.parametrize("place", [0, 4, 9])
async def test_a_removed_record(rows: list[str], base: Database, place: int) -> None:
    await base["audit"].delete_one({"_id": rows[place]})
    assert (Tampering.REMOVED, place) in found(await verify(base))


async def test_a_chain_removed_but_for_its_head(rows: list[str], base: Database) -> None:
    await base["audit"].delete_many({})
    assert found(await verify(base)) == {(Tampering.REMOVED, 0)}


async def test_two_records_that_changed_places(rows: list[str], base: Database) -> None:
    await base["audit"].update_one({"_id": rows[3]}, {"$set": {"seq": 99}})
    await base["audit"].update_one({"_id": rows[4]}, {"$set": {"seq": 3}})
    await base["audit"].update_one({"_id": rows[3]}, {"$set": {"seq": 4}})
    assert {(Tampering.REORDERED, 3), (Tampering.REORDERED, 4)} <= found(await verify(base))


async def test_a_record_put_into_the_gap_of_a_removed_one(rows: list[str], base: Database) -> None:
    await base["audit"].delete_one({"_id": rows[5]})
    await base["audit"].update_one({"_id": rows[9]}, {"$set": {"seq": 5}})
    report = found(await verify(base))
    assert (Tampering.REORDERED, 5) in report or (Tampering.ALTERED, 5) in report
    assert (Tampering.REMOVED, 9) in report


async def test_a_chain_written_anew_does_not_fit_its_head(
    rows: list[str], base: Database, vault: Vault
) -> None:
    old = [row async for row in audit.chained(base)]
    forged = Chain(old[0].chain).append([row.entry for row in [*old[:8], old[9], old[8]]])
    await base["audit"].delete_many({})
    await audit.append(base, forged)
    assert not (await verify(base, vault)).intact


HeadChange = Callable[[Database], Awaitable[object]]


@pytest.mark.parametrize("change", [{"hash": "0" * 64}, {"length": 3}, {"seal": b"x" * 40}], ids=str)
async def test_a_forged_head(
    rows: list[str], base: Database, vault: Vault, change: dict[str, object]
) -> None:
    await base["audit_chains"].update_one({}, {"$set": change})
    assert Tampering.FORGED_HEAD in {tampering for tampering, _ in found(await verify(base, vault))}
