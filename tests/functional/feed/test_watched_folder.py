"""Files that are put into a watched folder: checklist line 7 of the feed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.v2_to_fhir.source import Source
from fhir.store import Store
from services.feed import folder as watched
from services.feed.folder import WatchedFolder
from services.inbox import Inbox, inbox_of
from services.intake.intake import Intake
from services.sources import Sources, register
from tests.support.messages import adt

LIMIT = 100_000


@dataclass
class Drop:
    """A watched folder with one sub-folder, for TEST1."""

    path: Path
    folder: WatchedFolder
    inbox: Inbox

    async def put(self, *texts: str, name: str = "a.hl7") -> None:
        """Put a file there, and look often enough that it is taken."""
        (self.path / name).write_bytes("".join(texts).encode())
        await self.look()

    async def look(self) -> None:
        for _ in range(2):
            await self.folder.look()

    def left(self) -> list[str]:
        return sorted(str(each.relative_to(self.path)) for each in self.path.rglob("*") if each.is_file())

    async def rows(self) -> list[tuple[str, str]]:
        rows = await self.inbox.collection.find().sort("_id", 1).to_list()
        return [(row["control_id"], row["state"]) for row in rows]


@pytest.fixture
async def drop(store: Store, tmp_path: Path) -> AsyncIterator[Drop]:
    path = tmp_path / "drop" / "TEST1"
    path.mkdir(parents=True)
    await register(store.database, Source("TEST1", "Organization/h1"), certificate="his.htest.example")
    await register(store.database, Source("TEST2", "Organization/h2"))
    inbox = await inbox_of(store)
    async with Sources(store.database, store.vault.identify, False) as sources:
        intake = Intake(inbox, sources, store.keyed, ("P",))
        yield Drop(path, WatchedFolder(path.parent, intake, LIMIT, still_seconds=0), inbox)
    await inbox.close()


async def test_line_7_a_file_is_taken_and_its_acknowledgement_lies_beside_it(drop: Drop) -> None:
    await drop.put(adt())
    assert drop.left() == ["done/a.hl7", "done/a.hl7.ack"]
    assert b"MSA|AA|C1" in (drop.path / "done/a.hl7.ack").read_bytes()
    assert (drop.path / "done/a.hl7").read_bytes() == adt().encode()
    assert await drop.rows() == [("C1", "received")]


async def test_line_7_a_batch_with_one_bad_message_fails_and_the_others_are_kept(drop: Drop) -> None:
    bad = adt("C2").replace("ADT^A01", "XXX^A01")
    await drop.put("BHS|^~\\&|HIS|TEST1\r", adt(), bad, adt("C3"), "BTS|3\r")
    assert drop.left() == ["failed/a.hl7", "failed/a.hl7.ack"]
    assert await drop.rows() == [("C1", "received"), ("C2", "refused"), ("C3", "received")]


async def test_line_7_a_file_is_left_alone_until_it_is_complete(drop: Drop) -> None:
    (drop.path / "a.hl7").write_bytes(adt().encode()[:50])
    await drop.folder.look()
    (drop.path / "a.hl7").write_bytes(adt().encode())
    await drop.folder.look()
    for name in ("b.hl7.part", "c.tmp", ".d.hl7"):
        (drop.path / name).write_bytes(adt("C9").encode())
    (drop.path / "link.hl7").symlink_to(drop.path / "c.tmp")
    assert await drop.rows() == []
    await drop.look()
    assert await drop.rows() == [("C1", "received")]
    (drop.path / "b.hl7.part").rename(drop.path / "b.hl7")
    await drop.look()
    assert await drop.rows() == [("C1", "received"), ("C9", "received")]
    assert {".d.hl7", "c.tmp", "link.hl7"} <= set(drop.left())


async def test_line_7_a_file_has_to_stand_still_for_a_while(drop: Drop) -> None:
    drop.folder._still_seconds = 3600
    await drop.put(adt())
    assert drop.left() == ["a.hl7"]


@pytest.mark.parametrize("broken", ["_settle", "_write"])
async def test_line_7_a_crash_in_between_neither_loses_nor_doubles(
    drop: Drop, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def crash(*_: object) -> None:
        raise SystemError

    with monkeypatch.context() as patch:
        patch.setattr(watched, broken, crash)
        with pytest.raises(SystemError):
            await drop.put("BHS|^~\\&|HIS|TEST1\r", adt(), adt("C2"), "BTS|2\r")
    assert drop.left() == ["a.hl7"]
    await drop.look()
    assert drop.left() == ["done/a.hl7", "done/a.hl7.ack"]
    assert await drop.rows() == [("C1", "received"), ("C2", "received")]


async def test_line_7_a_file_that_could_not_be_kept_stays_and_is_taken_later(drop: Drop) -> None:
    database = drop.inbox.collection.database
    await database.command("collMod", "inbox", validator={"never": {"$exists": True}})
    await drop.put(adt())
    assert drop.left() == ["a.hl7"]
    await database.command("collMod", "inbox", validator={})
    await drop.look()
    assert drop.left() == ["done/a.hl7", "done/a.hl7.ack"]


async def test_line_5_a_folder_speaks_for_its_own_source_alone(drop: Drop) -> None:
    await drop.put(adt(facility="TEST2"))
    assert drop.left() == ["failed/a.hl7", "failed/a.hl7.ack"]
    assert await drop.rows() == [("C1", "refused")]


async def test_line_3_a_file_above_the_limit_is_refused(drop: Drop) -> None:
    await drop.put(adt(), "NTE|1||" + "x" * LIMIT + "\r")
    assert drop.left() == ["failed/a.hl7", "failed/a.hl7.ack"]
    assert [state for _, state in await drop.rows()] == ["refused"]


async def test_line_7_a_name_that_comes_again_overwrites_nothing(drop: Drop) -> None:
    await drop.put(adt())
    await drop.put(adt("C2"))
    files = [name for name in drop.left() if not name.endswith(".ack")]
    assert len(files) == 2
    assert len(drop.left()) == 4


async def test_line_7_frames_of_mllp_around_a_message_are_taken_off(drop: Drop) -> None:
    await drop.put("\x0b" + adt() + "\x1c\r")
    assert await drop.rows() == [("C1", "received")]


async def test_line_7_one_process_watches(drop: Drop) -> None:
    with watched._alone(drop.path.parent) as first, watched._alone(drop.path.parent) as second:
        assert (first, second) == (True, False)
    with watched._alone(drop.path.parent) as again:
        assert again
