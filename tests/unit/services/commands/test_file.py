"""./furong file: JSON out, one line for what can't be, and a record of every step."""

import argparse
import json

import pytest

from services.commands import file
from services.failure import Failure, WrongArgument
from services.platform import Platform
from tests.support.resources import organization, patient, put


async def run(platform: Platform, *words: str) -> int:
    parser = argparse.ArgumentParser(exit_on_error=False)
    file.add_arguments(parser)
    return await file.run(parser.parse_args(words), platform)


async def test_from_the_opening_to_the_list(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    await put(platform.store, organization("h1"), patient("a"))
    assert await run(platform, "open", "a", "--house", "h1", "--on", "1980-01-01") == 0
    assert json.loads(capsys.readouterr().out)["status"] == "active"
    with pytest.raises(Failure, match="open file already"):
        await run(platform, "open", "a", "--house", "h1")
    assert await run(platform, "end", "a", "--reason", "HTEST died", "--on", "1990-05-05") == 0
    capsys.readouterr()
    assert await run(platform, "list", "--kept-until", "2026-01-01") == 0
    (kept,) = json.loads(capsys.readouterr().out)
    assert (kept["patient"], kept["ended"], kept["kept_until"]) == ("Patient/a", "1990-05-05", "2020-05-05")
    records = await platform.archive.records(["Patient/a"], None, 9)
    assert len(records) == 3
    assert all((each.agent.role, each.type) == ("operator", "EpisodeOfCare") for each in records)
    assert "HTEST died" in str(records[0].reason)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("open", "nobody", "--house", "h1"), "there is no Patient"),
        (("open", "a", "--house", "h9"), "there is no Organization"),
        (("end", "a", "--reason", " "), "--reason is empty"),
        (("end", "a", "--reason", "x", "--on", "5.5.1990"), "--on: 5.5.1990 is no date"),
        (("list", "--kept-until", "soon"), "--kept-until: soon is no date"),
    ],
)
async def test_a_wrong_argument_is_named(platform: Platform, words: tuple[str, ...], told: str) -> None:
    await put(platform.store, organization("h1"), patient("a"))
    with pytest.raises(WrongArgument, match=told):
        await run(platform, *words)
