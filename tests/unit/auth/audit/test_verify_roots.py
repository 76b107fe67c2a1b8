"""Tampering at random, directly in the database: with the exported roots nothing goes unseen."""

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from auth import moment
from auth.audit.anchoring import Anchoring
from auth.audit.chain import Chain
from auth.audit.recorder import Recorder
from auth.audit.root import Root
from auth.audit.signing import Signer
from auth.audit.verify import Report, Tampering, verify
from auth.audit.verify_roots import verify_roots
from auth.store import audit
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.unit.auth.audit.conftest import read
from tests.unit.auth.conftest import Clock

KEY = Signer(b"0" * 32)


@pytest.fixture
async def roots(base: Database, vault: Vault, clock: Clock) -> list[Root]:
    """Two days, each with two chains of six records, and their exported roots."""
    for _ in range(2):
        recorders = [Recorder(base, vault) for _ in range(2)]
        for number in range(6):
            for each in recorders:
                await each.record(read(f"Patient/{number}", moment=moment.now()))
        for each in recorders:
            await each.close()
        clock.move(days=1)
    return await Anchoring(base, KEY).make_due()


async def judged(base: Database, vault: Vault, roots: list[Root]) -> Report:
    report = await verify(base, vault)
    await verify_roots(base, {KEY.public}, report, roots)
    return report


async def one_of(base: Database, dice: random.Random) -> dict[str, object]:
    rows = await base["audit"].find().sort([("chain", 1), ("seq", 1)]).to_list()
    return dice.choice(rows)


async def alter(base: Database, dice: random.Random) -> None:
    row = await one_of(base, dice)
    change: dict[str, object] = dice.choice(
        [
            {"body": b"other"}, {"patients": []}, {"patients": ["Patient/x"]}, {"by": []}, {"view": []},
            {"moment": row["moment"] + timedelta(milliseconds=1)}, {"hash": "0" * 64}, {"sm3": "0" * 64},
            {"prev": "1" * 64}, {"prev_sm3": "1" * 64},
        ]
    )  # type: ignore[operator]  # fmt: skip
    await base["audit"].update_one({"_id": row["_id"]}, {"$set": change})


async def remove(base: Database, dice: random.Random) -> None:
    await base["audit"].delete_one({"_id": (await one_of(base, dice))["_id"]})


async def insert(base: Database, dice: random.Random) -> None:
    row = await one_of(base, dice)
    last = await base["audit"].find_one({"chain": row["chain"]}, sort=[("seq", -1)])
    assert last is not None
    await base["audit"].insert_one(
        row | {"_id": f"x{dice.random()}", "seq": last["seq"] + dice.choice([1, 3])}
    )


async def swap(base: Database, dice: random.Random) -> None:
    row = await one_of(base, dice)
    others = await base["audit"].find({"chain": row["chain"], "seq": {"$ne": row["seq"]}}).to_list()
    other = dice.choice(sorted(others, key=lambda each: each["seq"]))
    await base["audit"].update_one({"_id": row["_id"]}, {"$set": {"seq": 999}})
    await base["audit"].update_one({"_id": other["_id"]}, {"$set": {"seq": row["seq"]}})
    await base["audit"].update_one({"_id": row["_id"]}, {"$set": {"seq": other["seq"]}})


async def rewrite(base: Database, dice: random.Random) -> None:
    """A chain without one of its records, all hashes made anew, its head taken away."""
    row = await one_of(base, dice)
    rows = [each async for each in audit.chained(base) if each.chain == row["chain"]]
    kept = [each.entry for each in rows if each.entry.id != row["_id"]]
    await base["audit"].delete_many({"chain": row["chain"]})
    await base["audit_chains"].delete_one({"_id": row["chain"]})
    await audit.append(base, Chain(str(row["chain"])).append(kept))


async def remove_chain(base: Database, dice: random.Random) -> None:
    row = await one_of(base, dice)
    await base["audit"].delete_many({"chain": row["chain"]})
    await base["audit_chains"].delete_one({"_id": row["chain"]})


async def set_back(base: Database, dice: random.Random) -> None:
    """The end of a chain removed, and no head that would know of it."""
    row = await one_of(base, dice)
    await base["audit"].delete_many({"chain": row["chain"], "seq": {"$gte": row["seq"]}})
    await base["audit_chains"].delete_one({"_id": row["chain"]})


async def everything(base: Database, dice: random.Random) -> None:
    """The database is empty again, the roots in it as well."""
    for name in ("audit", "audit_chains", "audit_roots"):
        await base[name].delete_many({})


WAYS: list[Callable[[Database, random.Random], Awaitable[None]]] = [
    alter, remove, insert, swap, rewrite, remove_chain, set_back, everything,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_tampering_at_random_is_found(
    base: Database, vault: Vault, roots: list[Root], way: Callable[[Database, random.Random], Awaitable[None]]
) -> None:
    assert (await judged(base, vault, roots)).intact
    whole = {name: await base[name].find().to_list() for name in ("audit", "audit_chains", "audit_roots")}
    for seed in range(12):
        await way(base, random.Random(seed))
        report = await judged(base, vault, roots)
        assert not report.intact, seed
        for name, rows in whole.items():
            await base[name].delete_many({})
            await base[name].insert_many(rows)
    assert (await judged(base, vault, roots)).intact


async def test_a_root_of_another_key_and_a_root_in_the_database_that_was_changed(
    base: Database, vault: Vault, roots: list[Root]
) -> None:
    report = Report()
    await verify_roots(base, {Signer(b"1" * 32).public}, report)
    assert {each.tampering for each in report.findings} == {Tampering.FORGED_ROOT}
    await base["audit_roots"].update_one({}, [{"$set": {"text": {"$concat": ["$text", " "]}}}])
    report = Report()
    await verify_roots(base, {KEY.public}, report, roots)
    assert [each.tampering for each in report.findings] == [Tampering.FORGED_ROOT]


async def test_a_root_that_is_missing_among_those_exported(base: Database, roots: list[Root]) -> None:
    report = Report()
    await verify_roots(base, {KEY.public}, report, roots[1:])
    assert [(each.tampering, each.chain) for each in report.findings] == [
        (Tampering.MISSING_ROOT, roots[0].body["day"])
    ]
    await base["audit_roots"].delete_one({"_id": roots[1].body["day"]})
    report = Report()
    await verify_roots(base, {KEY.public}, report, roots)
    assert [each.tampering for each in report.findings] == [Tampering.MISSING_ROOT]
    assert report.roots == 2
