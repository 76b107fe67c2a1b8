"""`./furong convert --against-store`: the FHIR difference that a message would make, before it is sent."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from services.commands import convert
from tests.functional.feed.test_feed import adt, entries
from tests.support.feed import Feed


async def told(feed: Feed, capsys: pytest.CaptureFixture[str], file: Path, status: int = 0) -> Any:
    parser = argparse.ArgumentParser()
    convert.add_arguments(parser)
    arguments = parser.parse_args([str(file), "--against-store"])
    arguments.settings = feed.web.platform.settings
    arguments.settings = arguments.settings.changed(unregistered_sources="accept")
    assert await convert.run(arguments, None) == status
    return json.loads(capsys.readouterr().out)


async def test_the_difference_to_what_is_stored(
    feed: Feed, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    await feed.send(adt(control="A1").encode())
    await feed.settled()
    file = tmp_path / "message.hl7"
    await asyncio.to_thread(file.write_bytes, adt(control="A1").encode())
    assert await told(feed, capsys, file) == {"changes": {}}
    await asyncio.to_thread(
        file.write_bytes, adt(control="A2", moment="20260401080000", name="王^五").encode()
    )
    changes = (await told(feed, capsys, file))["changes"]
    (patient,) = [lines for name, lines in changes.items() if name.startswith("Patient/")]
    assert '+ name[0].text = "王五"' in patient
    (stored,) = await entries(feed, "/Patient")
    assert stored["name"][0]["text"] != "王五"
    assert await feed.inbox.count() == {"done": 1}


async def test_what_could_not_become_fhir_is_told(
    feed: Feed, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "message.hl7"
    await asyncio.to_thread(file.write_bytes, adt(control="A1").replace("ADT^A01", "ZZZ^Z01").encode())
    assert "no map" in (await told(feed, capsys, file, 1))["error"]
