import argparse
import json
from typing import Any

import pytest

from services import sources
from services.commands import source
from services.failure import WrongArgument
from services.platform import Platform
from tests.support.resources import organization, put


@pytest.fixture(autouse=True)
async def hospital(platform: Platform) -> None:
    await put(platform.store, organization("h1"))


async def run(platform: Platform, *words: str) -> int:
    parser = argparse.ArgumentParser(exit_on_error=False)
    source.add_arguments(parser)
    return await source.run(parser.parse_args(words), platform)


async def test_add_and_list(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(platform, "add", "--code", " H1 ", "--organization", "h1", "--label", "HTEST") == 0
    added: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert await run(platform, "list") == 0
    assert json.loads(capsys.readouterr().out) == [added]
    assert added == {
        "code": "H1",
        "organization": "Organization/h1",
        "charset": "GB18030",
        "timezone": "Asia/Shanghai",
        "authority": "urn:furong:source:H1",
        "label": "HTEST",
        "certificate": None,
    }
    assert (await sources.registered(platform.database))["H1"].label == "HTEST"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--code", " ", "--organization", "h1"], "--code"),
        (["--code", "H1", "--organization", "nobody"], "--organization"),
        (["--code", "H1", "--organization", "h1", "--charset", "EBCDIC"], "--charset"),
        (["--code", "H1", "--organization", "h1", "--timezone", "Chengdu"], "--timezone"),
        (["--code", "H1", "--organization", "h1", "--timezone", "../etc"], "--timezone"),
    ],
)
async def test_what_is_wrong_is_named(platform: Platform, words: list[str], named: str) -> None:
    with pytest.raises(WrongArgument, match=named):
        await run(platform, "add", *words)
    assert await sources.registered(platform.database) == {}
