import argparse
import json

import pytest

from auth.audit.record import Agent, AuditRecord, Interaction
from services.commands import audit
from services.platform import Platform
from tests.support.resources import observation, patient, put


async def run(platform: Platform, *words: str) -> int:
    parser = argparse.ArgumentParser(exit_on_error=False)
    audit.add_arguments(parser)
    return await audit.run(parser.parse_args(words), platform)


@pytest.mark.parametrize("action", ["verify", "check"])
async def test_nothing_is_wrong(platform: Platform, action: str, capsys: pytest.CaptureFixture[str]) -> None:
    await put(platform.store, patient(), observation())
    assert await run(platform, action) == 0
    assert capsys.readouterr().out.endswith("Nothing is wrong.\n")


async def test_a_drifted_index_and_a_lost_reference_are_told(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    await put(platform.store, patient(), observation(), observation("o2", subject="nobody"))
    await platform.database["resources"].update_one({"_id": "Observation/o1"}, {"$set": {"dates": [1]}})
    assert await run(platform, "check") == 1
    assert "2 findings." in capsys.readouterr().out
    assert await run(platform, "check", "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["resources"], len(report["drifted"]), len(report["dangling"])) == (3, 1, 1)


async def test_a_removed_record_is_told(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        await platform.recorder.record(
            AuditRecord(agent=Agent("a", "A", "system"), interaction=Interaction.READ)
        )
    await platform.recorder.close()
    assert await run(platform, "verify") == 0
    await platform.database["audit"].delete_one({})
    assert await run(platform, "verify") == 1
    assert "Nothing is wrong" not in capsys.readouterr().out.splitlines()[-1]
