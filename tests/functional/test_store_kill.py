"""Checklist line 108: kill -9 in the middle of transactions: all or nothing, and no drift of the index."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from fhir.consistency import check
from fhir.store import EVERYONE, Store
from services.database.embedded import EmbeddedMongo
from tests.support.mongo import MASTER_KEY
from tests.support.writing import PATIENTS, TOGETHER

CHECKOUT = Path(__file__).parents[2]


async def acknowledged(uri: str, mongo: EmbeddedMongo, victim: str, lines: int) -> list[int]:
    """Start a writer, kill it or the database once it has written enough; what it said was committed."""
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.writing", uri, "test",
        cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )  # fmt: skip
    assert writer.stdout is not None
    said = [int(await asyncio.wait_for(writer.stdout.readline(), 60)) for _ in range(lines)]
    running = mongo.folder.running
    assert running is not None
    os.kill(writer.pid if victim == "writer" else running.process.pid, signal.SIGKILL)
    if victim == "database":
        await asyncio.sleep(0.1)
        writer.kill()
    rest = await writer.stdout.read()
    await writer.wait()
    return [*said, *map(int, rest.split())]


@pytest.mark.parametrize("victim", ["writer", "database"])
async def test_all_or_nothing_and_no_drift(tmp_path: Path, victim: str) -> None:
    mongo = EmbeddedMongo(tmp_path)
    uri = mongo.start()
    try:
        said: list[int] = []
        for lines in (13, 30):
            said += await acknowledged(uri, mongo, victim, lines)
            uri = await asyncio.to_thread(mongo.start)
        store = await Store.open(uri, "test", MASTER_KEY)
        try:
            await _judge(store, said)
        finally:
            await store.close()
    finally:
        await asyncio.to_thread(mongo.stop)


async def _judge(store: Store, said: list[int]) -> None:
    for number in range(max(said) + 9):
        parts = [
            await store.resources.history([("Observation", EVERYONE)], f"t{number}-{part}", limit=99)
            for part in range(TOGETHER)
        ]
        shapes = {tuple((each.version, each.deleted) for each in part) for part in parts}
        assert len(shapes) == 1, f"transaction {number} is there in part"
        assert number not in said or shapes != {()}, f"transaction {number} was acknowledged and is gone"
        assert all([each.version for each in part] == list(range(len(part), 0, -1)) for part in parts)
    for number in range(PATIENTS):
        versions = await store.resources.history([("Patient", EVERYONE)], f"p{number}", limit=9999)
        assert [each.version for each in versions] == list(range(len(versions), 0, -1))
    report = await check(store)
    assert report.resources > 0
    assert (report.drifted, report.dangling) == ([], [])
