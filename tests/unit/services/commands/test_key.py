"""./furong key: the key file of a platform, rotated while it reads and writes."""

import argparse
import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from auth.audit.record import AuditRecord
from auth.audit.verify import verify
from fhir.store import EVERYONE
from services import master_key
from services.commands import key
from services.config import Settings
from services.failure import Failure
from services.platform import Platform, connect
from tests.support.resources import put

Given = tuple[Settings, Platform]


@pytest.fixture
async def given(
    database: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Given]:
    monkeypatch.delenv("FURONG_MASTER_KEY", raising=False)
    uri, name = database
    settings = Settings.read(data=tmp_path / "data", database=name)
    async with connect(settings.changed(mongodb_uri=SecretStr(uri))) as platform:
        yield settings, platform


async def run(given: Given, capsys: pytest.CaptureFixture[str], *words: str, **settings: Any) -> Any:
    parser = argparse.ArgumentParser(exit_on_error=False)
    key.add_arguments(parser)
    arguments = parser.parse_args(words)
    arguments.settings = given[0].changed(**settings)
    capsys.readouterr()
    assert await key.run(arguments, given[1]) == 0
    return json.loads(capsys.readouterr().out)


def aged(settings: Settings) -> None:
    """As though the key file had been changed some minutes ago."""
    then = time.time() - 10 * key.SETTLED
    os.utime(settings.key_file, (then, then))


async def test_the_whole_way(given: Given, capsys: pytest.CaptureFixture[str]) -> None:
    settings, platform = given
    await put(platform.store, {"resourceType": "Patient", "id": "p1"})
    (first,) = master_key.read(settings)
    before = await run(given, capsys, "show")
    assert (before["former"], set(before["data_keys"])) == ([], {before["current"]})

    after = await run(given, capsys, "rotate")
    new, kept = master_key.read(settings)
    assert (kept, after["former"]) == (first, [before["current"]])
    assert after["data_keys"] == {after["current"]: 3}  # with the audit's own

    with pytest.raises(Failure, match="wait 60 s"):
        await run(given, capsys, "retire")
    aged(settings)
    assert (await run(given, capsys, "retire"))["former"] == []
    assert master_key.read(settings) == (new,)
    report = await verify(platform.database, platform.store.vault)
    assert report.findings == []


async def test_a_platform_reads_and_writes_while_it_is_rotated_and_after_a_restart(
    given: Given, database: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    settings, _ = given
    joined = settings.changed(mongodb_uri=SecretStr(database[0]))
    async with connect(joined) as running:
        written: list[str] = []

        async def work() -> None:
            while len(written) < 20:
                await put(running.store, {"resourceType": "Patient", "id": f"w{len(written)}"})
                written.append(f"w{len(written)}")
                assert await running.store.resources.read("Patient", written[len(written) // 2], EVERYONE)

        working = asyncio.create_task(work())
        while not working.done():
            await run(given, capsys, "rotate")
        await working
        await run(given, capsys, "rotate")  # what was wrapped under a former key meanwhile
        aged(settings)
        await run(given, capsys, "retire")
    assert len(master_key.read(settings)) == 1
    async with connect(joined) as again:
        for id in written:
            assert await again.store.resources.read("Patient", id, EVERYONE)


async def test_an_interrupted_rotation_makes_no_further_key(
    given: Given, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, platform = given
    await run(given, capsys, "rotate")
    row = await platform.database["keys"].find_one({"_id": "root"})
    await platform.database["keys"].update_one({"_id": "root"}, {"$set": {"under": "0" * 8}})
    aged(settings)
    with pytest.raises(Failure, match="still lie under a former"):
        await run(given, capsys, "retire")
    await run(given, capsys, "rotate")
    assert len(master_key.read(settings)) == 2
    assert row["under"] == (await platform.database["keys"].find_one({"_id": "root"}))["under"]


@pytest.mark.parametrize("action", ["rotate", "retire"])
@pytest.mark.parametrize(
    ("option", "where"),
    [
        ({"master_key": "30" * 32}, "FURONG_MASTER_KEY"),
        ({"mongodb_uri": "mongodb://h/"}, "the key file of each machine"),
    ],
)
async def test_keys_that_people_keep_are_changed_by_them(
    given: Given, capsys: pytest.CaptureFixture[str], action: str, option: dict[str, str], where: str
) -> None:
    with pytest.raises(Failure, match=where):
        await run(given, capsys, action, **{name: SecretStr(value) for name, value in option.items()})
    assert len(master_key.read(given[0])) == 1


async def test_a_rotation_is_recorded(given: Given, capsys: pytest.CaptureFixture[str]) -> None:
    _, platform = given
    shown = await run(given, capsys, "rotate")
    row = await platform.database["audit"].find_one({"body": {"$exists": True}})
    record = AuditRecord.decode(await platform.store.vault.open("audit", row["body"]))
    assert record.reason == f"data keys are wrapped under master key {shown['current']}"
