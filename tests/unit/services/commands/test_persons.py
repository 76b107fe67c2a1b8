import argparse
import json
from typing import Any

import pytest

from fhir.store.possible_matches import State
from services.commands import persons
from services.platform import Platform
from tests.support.person import record
from tests.support.resources import put

WANG = {"name": "王建国", "sex": "male", "birth": "1958-03-12", "phone": "15400000001"}


async def run(platform: Platform, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser(exit_on_error=False)
    persons.add_arguments(parser)
    capsys.readouterr()
    assert await persons.run(parser.parse_args(words), platform) == 0
    shown: dict[str, Any] = json.loads(capsys.readouterr().out)
    return shown


@pytest.fixture(autouse=True)
async def residents(platform: Platform) -> None:
    await put(platform.store, record("a", **WANG), record("b", **WANG))


async def test_how_many_wait(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    shown = await run(platform, capsys, "count")
    assert shown == {**dict.fromkeys((state.value for state in State), 0), "waiting": 2}


async def test_a_dry_run_tells_what_would_be(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    shown = await run(platform, capsys, "link", "--dry-run")
    assert (shown["patients"], shown["links"], shown["changed"]) == (2, 1, False)
    assert (await platform.store.persons.linked(["Patient/a"]))["Patient/a"] == ("Patient/a",)


async def test_all_are_linked_and_that_is_recorded(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = await run(platform, capsys, "link")
    assert (shown["links"], shown["changed"]) == (1, True)
    assert set((await platform.store.persons.linked(["Patient/a"]))["Patient/a"]) == {
        "Patient/a",
        "Patient/b",
    }
    assert (await run(platform, capsys, "count"))["waiting"] == 0
    assert await platform.store.database["audit"].count_documents({}) == 1
