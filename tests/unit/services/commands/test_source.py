import argparse
import json
from typing import Any

import pytest

from auth.store import clients
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
        "client": None,
        "networks": [],
        "rate": None,
        "committed": False,
        "strict": False,
        "numbered": False,
        "reply_to": None,
        "standard": False,
        "reply_tls": False,
        "known_patients": False,
        "regional_queries": False,
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
        (["--code", "H\a1", "--organization", "h1"], "--code"),
        (["--code", "H1", "--organization", "h1", "--network", "10.0.0.1/8"], "--network"),
        (["--code", "H1", "--organization", "h1", "--rate", "0"], "--rate"),
        (["--code", "H1", "--organization", "h1", "--client", "nobody"], "--client"),
        (["--code", "H1", "--organization", "h1", "--reply-to", "host"], "--reply-to"),
        (["--code", "H1", "--organization", "h1", "--reply-to", "host:0"], "--reply-to"),
    ],
)
async def test_what_is_wrong_is_named(platform: Platform, words: list[str], named: str) -> None:
    with pytest.raises(WrongArgument, match=named):
        await run(platform, "add", *words)
    assert await sources.registered(platform.database) == {}


async def test_how_a_source_sends_and_is_answered(platform: Platform) -> None:
    words = [
        "--network",
        "10.1.0.0/16",
        "--network",
        "2001:db8::/32",
        "--rate",
        "5",
        "--committed",
        "--strict",
    ]
    client, _ = await clients.register(
        platform.database, name="HIS", scope="system/*.c", organization="Organization/h1", regional=False
    )
    words += ["--numbered", "--reply-to", "his.example:2576", "--client", client.id]
    assert await run(platform, "add", "--code", "H1", "--organization", "h1", *words) == 0
    assert (await sources.registered(platform.database))["H1"].terms == sources.Terms(
        client=client.id,
        networks=("10.1.0.0/16", "2001:db8::/32"),
        rate=5.0,
        committed=True,
        strict=True,
        numbered=True,
        reply_to="his.example:2576",
    )
