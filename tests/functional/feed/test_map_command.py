"""`./furong map`: a hospital's own fields and codes come in by files, without a restart (lines 56, 67)."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from adapters.v2_to_fhir.source import Source
from services import sources
from services.commands import map as command
from services.failure import Failure, WrongArgument
from tests.functional.feed.test_feed import adt, entries
from tests.support.feed import Feed

OVERLAY = """
version: "HTEST 1"
segments:
  ZPI_Patient:
    - ZPI-1 → extension[urn:oid:1.2.3].valueString, string, ST
tables:
  AdministrativeSex: {"W": "F"}
"""
Say = pytest.CaptureFixture[str]


async def maps(feed: Feed, capsys: Say, *words: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    status = await command.run(parser.parse_args(words), feed.web.platform)
    return status, capsys.readouterr().out


def message(control: str, id: str) -> bytes:
    text = adt(control=control, id=id, visit=f"V{control}").replace("510104195803129013", "")
    lines = text.split("\r")
    place = next(number for number, line in enumerate(lines) if line.startswith("PID"))
    fields = lines[place].split("|")
    fields[8] = "W"
    return "\r".join([*lines[:place], "|".join(fields), "ZPI|职工医保", *lines[place + 1 :]]).encode()


async def sent(feed: Feed, control: str, id: str) -> dict[str, Any]:
    await feed.send(message(control, id))
    await feed.settled()
    found = await entries(feed, "/Patient")
    (patient,) = [each for each in found if id in [one.get("value") for one in each["identifier"]]]
    return patient


async def reruns(feed: Feed, id: str) -> None:
    """Wait until the message that came before the overlay is read by it too: its code was unknown then."""
    for _ in range(100):
        if any(each.get("gender") == "female" for each in await entries(feed, f"/Patient?identifier={id}")):
            break
        await asyncio.sleep(0.1)
    (patient,) = await entries(feed, f"/Patient?identifier={id}")
    assert patient["gender"] == "female"
    await feed.settled()


@pytest.fixture
async def file(feed: Feed, tmp_path: Path) -> Path:
    await sources.register(feed.web.platform.database, Source("TEST1", "Organization/t1", charset="UTF-8"))
    (tmp_path / "overlay.yaml").write_text(OVERLAY)
    (tmp_path / "sample.hl7").write_bytes(message("T1", "P9"))
    return tmp_path / "overlay.yaml"


async def test_a_hospital_is_brought_in_by_files(feed: Feed, capsys: Say, file: Path) -> None:
    status, told = await maps(feed, capsys, "try", "TEST1", str(file), str(file.with_name("sample.hl7")))
    assert status == 0
    changes = "\n".join(line for lines in json.loads(told)["changes"].values() for line in lines)
    assert '+ extension[0].valueString = "职工医保"' in changes
    assert '+ gender = "female"' in changes
    assert json.loads(told)["now_mapped"] == ["PID[1]-8", "ZPI[1]-1"]

    before = await sent(feed, "A1", "P1")
    assert (before.get("gender"), "extension" in before) != ("female", True)
    await maps(feed, capsys, "activate", "TEST1", str(file), "--note", "first")
    await asyncio.sleep(2)
    after = await sent(feed, "A2", "P2")
    assert after["gender"] == "female"
    assert {"url": "urn:oid:1.2.3", "valueString": "职工医保"} in after["extension"]
    await reruns(feed, "P1")
    policies = [each["policy"] for each in await entries(feed, "/Provenance") if "policy" in each]
    assert len(policies) == 2

    status, told = await maps(feed, capsys, "back", "TEST1")
    await asyncio.sleep(2)
    assert (await sent(feed, "A3", "P3")).get("gender") != "female"
    _, told = await maps(feed, capsys, "list", "TEST1")
    assert [(each["number"], each["version"]) for each in json.loads(told)] == [
        (2, "the shipped maps alone"),
        (1, "HTEST 1"),
    ]
    assert (await maps(feed, capsys, "show", "TEST1", "1"))[1].strip() == OVERLAY.strip()


async def test_registering_again_keeps_the_overlay(feed: Feed, capsys: Say, file: Path) -> None:
    await maps(feed, capsys, "activate", "TEST1", str(file))
    database = feed.web.platform.database
    (registration,) = (await sources.registered(database)).values()
    await sources.register(database, registration.source)
    (again,) = (await sources.registered(database)).values()
    assert again.source.overlay is not None
    assert again.source.overlay.version == "HTEST 1"


async def test_what_is_wrong_is_told_in_words(feed: Feed, capsys: Say, file: Path) -> None:
    wrong = 'version: "1"\nsegments: {ZPI_Patient: ["ZPI-1 → colour, string, ST"]}'
    await asyncio.to_thread(file.write_text, wrong)
    for words in (["check", str(file)], ["activate", "TEST1", str(file)]):
        with pytest.raises(Failure, match="Patient has no element colour"):
            await maps(feed, capsys, *words)
    with pytest.raises(WrongArgument, match="is not registered"):
        await maps(feed, capsys, "list", "NOBODY")
    with pytest.raises(WrongArgument, match="never had an overlay"):
        await maps(feed, capsys, "back", "TEST1")
    with pytest.raises(WrongArgument, match="no such version"):
        await maps(feed, capsys, "show", "TEST1", "7")
    with pytest.raises(Failure, match="No such file"):
        await maps(feed, capsys, "check", str(file.with_name("none.yaml")))


async def test_an_overlay_that_the_maps_outgrew_stops_its_source_alone(
    feed: Feed, capsys: Say, file: Path
) -> None:
    """A message never becomes FHIR without what its source needs: it waits among the dead letters."""
    row = {"_id": "TEST1/000001", "source": "TEST1", "number": 1, "of": None, "version": "old"}
    text = 'version: "old"\ntables: {Gone: {"1": "M"}}'
    await feed.web.platform.database["overlays"].insert_one(row | {"text": text, "digest": "outgrown"})
    await asyncio.sleep(2)
    await feed.send(message("B1", "P1"))
    assert await feed.settled() == {"dead": 1}
    (dead,) = await feed.rows()
    assert "the overlay of the source" in dead["reason"]["text"]
