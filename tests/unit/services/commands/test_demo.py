import argparse
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from argon2 import PasswordHasher

from auth.login.factors import matching_step
from auth.login.passwords import Passwords
from fhir.store import Store
from services.commands import demo
from services.demo import cast as people
from services.demo.cast import Member
from services.demo.region import Region, build
from services.failure import Failure, WrongArgument
from services.platform import Platform
from tests.unit.services.demo.conftest import SEED, UNTIL

PATIENTS = {"diabetic": "Patient/1", "old_man": "Patient/2", "mother": "Patient/3"}


@pytest.fixture(scope="module")
def demonstration() -> Region:
    return build(SEED, UNTIL)


@pytest.fixture
async def members(store: Store, demonstration: Region, monkeypatch: pytest.MonkeyPatch) -> list[Member]:
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(people, "Passwords", lambda: Passwords(cheap))
    drawn = await people.draw(store, demonstration)
    await people.open_accounts(store, drawn, PATIENTS)
    return drawn


async def run(store: Store, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    demo.add_arguments(parser)
    return await demo.run(parser.parse_args(arguments), cast(Platform, SimpleNamespace(store=store)))


async def test_accounts_as_json(
    store: Store, members: list[Member], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(store, "accounts", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert [Member(**each) for each in shown] == members
    assert set(shown[0]) == {"login", "password", "totp_secret", "role", "name"}


async def test_accounts_for_a_terminal(
    store: Store, members: list[Member], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(store, "accounts") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(members) + 1
    assert all(
        each.login in line and each.password in line for each, line in zip(members, lines[1:], strict=True)
    )
    assert not any(each.totp_secret and each.totp_secret in line for each in members for line in lines)


@pytest.mark.parametrize("login", ["luo.wentao", " LUO.WENTAO "])
async def test_the_code_of_an_account_is_right(
    store: Store, members: list[Member], login: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(store, "code", login) == 0
    secret = next(each.totp_secret for each in members if each.login == "luo.wentao")
    assert secret is not None
    assert matching_step(secret, capsys.readouterr().out) is not None


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["code", "nobody"], "no demonstration account"),
        (["code", "wang.jianguo"], "without a second factor"),
        (["code", "security"], "with a passkey"),
        (["code"], "takes one login"),
        (["accounts", "luo.wentao"], "takes no login"),
    ],
)
async def test_a_wrong_argument_is_named(
    store: Store, members: list[Member], arguments: list[str], text: str
) -> None:
    with pytest.raises(WrongArgument, match=text) as raised:
        await run(store, *arguments)
    assert raised.value.status == 2


async def test_accounts_as_json_are_none_without_a_demonstration(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(store, "accounts", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


async def test_without_a_demonstration_it_says_so(store: Store) -> None:
    with pytest.raises(Failure, match="serve --demo"):
        await run(store, "accounts")


@pytest.mark.parametrize(
    "asked", ["demo accounts", "key show", "inbox count", "persons count", "audit verify", "file list"]
)
def test_a_folder_that_is_not_there_is_named_and_not_made(tmp_path: Path, asked: str) -> None:
    place = tmp_path / "mistyped"
    command = [sys.executable, "-m", "services", *asked.split(), "--data", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"There is no data in {place}" in done.stderr
    assert list(tmp_path.iterdir()) == []
