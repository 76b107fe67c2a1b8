"""Daily roots: every record in exactly one, days that were missed made up, all of it proven by itself."""

import asyncio
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from auth.audit import merkle, root
from auth.audit.anchoring import ZONE, Anchoring
from auth.audit.recorder import Recorder
from auth.audit.signing import Signer
from auth.audit.verify import Report
from auth.audit.verify_roots import read_folder, verify_roots
from auth.store import audit, audit_roots
from auth.store.database import Database
from fhir.store.vault import Vault
from tests.unit.auth.audit.conftest import read
from tests.unit.auth.conftest import Clock

FIRST = date(2026, 3, 1)


@pytest.fixture
def anchoring(base: Database) -> Anchoring:
    return Anchoring(base, Signer(b"0" * 32))


def noon(day: date, **more: float) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZONE) + timedelta(**more)


@pytest.fixture
async def days(base: Database, vault: Vault, clock: Clock) -> list[date]:
    """Three days with records of two processes, the second without any; it is the fourth day."""
    recorders = [Recorder(base, vault) for _ in range(2)]
    for offset in (0, 2):
        for number in range(5):
            at = noon(FIRST, days=offset, minutes=number)
            await asyncio.gather(*(each.record(read("Patient/a", moment=at)) for each in recorders))
    for each in recorders:
        await each.close()
    clock.at = noon(FIRST, days=3)
    return [FIRST + timedelta(days=number) for number in range(3)]


async def test_a_root_for_each_day_that_is_over(anchoring: Anchoring, days: list[date], clock: Clock) -> None:
    assert await anchoring.due() == days
    roots = await anchoring.make_due()
    assert [each.day for each in roots] == days
    assert [each.size for each in roots] == [12, 2, 12]
    assert [each.body["previous"] and each.body["previous"]["day"] for each in roots] == [
        None, "2026-03-01", "2026-03-02",
    ]  # fmt: skip
    assert await anchoring.due() == []
    assert await anchoring.make_due() == []
    clock.at = datetime(2026, 3, 5, 0, 4, tzinfo=ZONE)
    assert await anchoring.due() == []
    clock.at += timedelta(minutes=2)
    assert await anchoring.due() == [date(2026, 3, 4)]


async def test_each_record_is_in_exactly_one_root(
    anchoring: Anchoring, days: list[date], base: Database
) -> None:
    roots = await anchoring.make_due()
    rows = [row async for row in audit.chained(base)]
    for row in rows:
        holding = [each for each in roots if each.index(row.chain, row.seq) is not None]
        assert [each.day for each in holding] == [row.entry.moment.astimezone(ZONE).date()]
        assert await anchoring.holding(row) == holding[0]


async def test_a_record_that_comes_late_is_in_the_next_root(
    anchoring: Anchoring, days: list[date], base: Database, vault: Vault, clock: Clock
) -> None:
    await anchoring.make_due()
    late = Recorder(base, vault)
    await late.record(read("Patient/a", moment=noon(FIRST)))
    await late.close()
    clock.move(days=1)
    (made,) = await anchoring.make_due()
    assert made.size == 1 + 3
    report = Report()
    await verify_roots(base, {anchoring.signer.public}, report)
    assert report.findings == []


async def test_two_workers_make_the_same_root(anchoring: Anchoring, days: list[date], base: Database) -> None:
    other = Anchoring(base, Signer(b"0" * 32))
    one, two = await asyncio.gather(anchoring.make(FIRST), other.make(FIRST))
    assert one == two
    assert await base["audit_roots"].count_documents({}) == 1


async def test_they_are_exported_once_and_read_again(
    anchoring: Anchoring, days: list[date], tmp_path: Path
) -> None:
    roots = await anchoring.make_due()
    folder = tmp_path / "roots"
    assert len(await anchoring.export(folder)) == 3
    assert await anchoring.export(folder) == []
    assert read_folder(folder) == roots
    assert all(each.signed_by(frozenset({anchoring.signer.public})) for each in roots)
    assert not any(each.signed_by(frozenset({Signer(b"1" * 32).public})) for each in roots)
    (folder / "audit-root-2026-03-09.json").write_text("{}")
    with pytest.raises(ValueError, match=r"audit-root-2026-03-09\.json"):
        read_folder(folder)


@pytest.mark.parametrize("tile", [1024, 4])
async def test_the_proof_of_every_record(
    anchoring: Anchoring, days: list[date], base: Database, tile: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (merkle, __import__("auth.audit.anchoring", fromlist=["x"])):
        monkeypatch.setattr(module, "TILE", tile)
    await anchoring.make_due()
    async for row in audit.chained(base):
        holding = await anchoring.holding(row)
        assert holding is not None
        proof = await anchoring.proof(holding, row)
        for name, hash in merkle.HASHES.items():
            beside = [bytes.fromhex(each) for each in proof[name]]
            found = merkle.proven(root.record_leaf(row), proof["index"], holding.size, beside, hash)
            assert found is not None
            assert found.hex() == holding.body["roots"][name]


async def test_what_is_not_over_has_no_root(anchoring: Anchoring, base: Database, clock: Clock) -> None:
    assert await anchoring.due() == []
    assert await anchoring.of(FIRST) is None


@pytest.mark.parametrize("member", ["day", "size", "chains", "roots", "previous"])
async def test_a_root_that_was_changed_is_not_signed(
    anchoring: Anchoring, days: list[date], member: str
) -> None:
    (_, made, _) = await anchoring.make_due()
    body = json.loads(made.encode())
    changed = {"day": "2026-03-09", "size": 3, "chains": [], "roots": {}, "previous": None}
    forged = root.Root(body | {member: changed[member]})
    assert root.read(made.encode()) == made
    assert not forged.signed_by(frozenset({anchoring.signer.public}))


async def test_the_rows_of_the_store_are_told(anchoring: Anchoring, days: list[date], base: Database) -> None:
    await anchoring.make_due()
    assert list(await audit_roots.texts(base)) == [each.isoformat() for each in days]
    assert await audit_roots.find(base, "2026-03-09") is None
