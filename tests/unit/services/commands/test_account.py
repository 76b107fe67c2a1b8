"""./furong account: JSON out, one line for a wrong argument, and a password that works once."""

import argparse
import json
from typing import Any

import pytest

from auth.login.log_in import LogIn, LogInRefused, NextStep, Step
from auth.login.passkeys import RelyingParty
from auth.login.passwords import Passwords
from services.commands import account
from services.failure import Failure, WrongArgument
from services.platform import Platform
from tests.support.resources import put

PARTY = RelyingParty.of("http://localhost:8080")


async def run(platform: Platform, *words: str) -> int:
    parser = argparse.ArgumentParser(exit_on_error=False)
    account.add_arguments(parser)
    return await account.run(parser.parse_args(words), platform)


@pytest.fixture
async def people(platform: Platform) -> None:
    await put(
        platform.store,
        {"resourceType": "Organization", "id": "h1", "name": "HTEST"},
        {"resourceType": "Practitioner", "id": "p1"},
        {"resourceType": "Patient", "id": "a"},
    )


CLINICIAN = ("--role", "clinician", "--practitioner", "p1", "--organization", "h1", "--name", "HTEST 李雷")


async def add(platform: Platform, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert await run(platform, "add", *words) == 0
    return json.loads(capsys.readouterr().out)


async def test_a_clinician(platform: Platform, people: None, capsys: pytest.CaptureFixture[str]) -> None:
    shown = await add(platform, capsys, "--login", "Li.Lei", *CLINICIAN)
    assert (shown["login"], shown["role"], shown["name"]) == ("li.lei", "clinician", "HTEST 李雷")
    log_in = LogIn(platform.database, platform.store.vault, Passwords(), PARTY)
    step = await log_in.begin("li.lei", shown["password"], "192.0.2.1")
    assert isinstance(step, NextStep)
    assert step.step is Step.PASSWORD
    assert await run(platform, "reset", "--login", "li.lei") == 0
    fresh = json.loads(capsys.readouterr().out)["password"]
    with pytest.raises(LogInRefused):
        await log_in.begin("li.lei", shown["password"], "192.0.2.1")
    assert isinstance(await log_in.begin("li.lei", fresh, "192.0.2.1"), NextStep)
    assert await run(platform, "disable", "--login", "li.lei") == 0
    assert await run(platform, "unlock", "--login", "li.lei") == 0
    with pytest.raises(LogInRefused):
        await log_in.begin("li.lei", fresh, "192.0.2.1")


async def test_a_role_that_must_make_a_passkey_says_so(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = await add(platform, capsys, "--login", "sec", "--role", "security", "--name", "HTEST")
    assert "passkey" in shown["note"]


@pytest.mark.parametrize(
    "words",
    [
        ("--role", "clinician", "--name", "x"),
        ("--role", "clinician", "--name", "x", "--organization", "h1"),
        ("--role", "clinician", "--name", "x", "--organization", "h1", "--practitioner", "unknown"),
        ("--role", "resident", "--name", "x"),
        ("--role", "resident", "--name", "x", "--patient", "unknown"),
        ("--role", "resident", "--name", "x", "--patient", "Organization/h1"),
        ("--role", "resident", "--name", " ", "--patient", "a"),
    ],
)
async def test_wrong_arguments(platform: Platform, people: None, words: tuple[str, ...]) -> None:
    with pytest.raises(WrongArgument):
        await run(platform, "add", "--login", "new", *words)
    assert await platform.database["accounts"].count_documents({}) == 0


async def test_a_login_is_taken_once(
    platform: Platform, people: None, capsys: pytest.CaptureFixture[str]
) -> None:
    await add(platform, capsys, "--login", "wang", "--role", "resident", "--name", "HTEST", "--patient", "a")
    with pytest.raises(WrongArgument, match="taken"):
        await run(platform, "add", "--login", "WANG", "--role", "resident", "--name", "x", "--patient", "a")


async def test_nobody(platform: Platform) -> None:
    with pytest.raises(Failure):
        await run(platform, "disable", "--login", "nobody")
    with pytest.raises(WrongArgument):
        await run(platform, "reset", "--login", "nobody")
