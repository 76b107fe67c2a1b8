"""./furong account: JSON out, one line for a wrong argument, and a password that works once."""

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from auth.audit.record import AuditRecord
from auth.login.log_in import LogIn, LogInRefused, NextStep, Step
from auth.login.passkeys import RelyingParty
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
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


async def recorded(platform: Platform) -> list[str | None]:
    rows = await platform.database["audit"].find({"body": {"$exists": True}}).to_list()
    opened = [AuditRecord.decode(await platform.store.vault.open("audit", row["body"])) for row in rows]
    assert {(each.interaction, each.agent.id) for each in opened} <= {("configure", "command-line")}
    return [each.reason for each in opened]


async def test_posts_begin_end_and_stand_in_the_audit(
    platform: Platform, people: None, capsys: pytest.CaptureFixture[str]
) -> None:
    await add(platform, capsys, "--login", "li", *CLINICIAN, "--ends", "2999-12-31", "--administrator")
    account = await stored.by_login(platform.database, "li")
    assert account is not None
    (post,) = account.posts
    assert post.administrator
    assert post.ends is not None
    more = ("--role", "resident", "--patient", "a")
    assert await run(platform, "post", "--login", "li", *more) == 0
    assert await run(platform, "end", "--login", "li", "--post", post.id) == 0
    changed = await stored.by_login(platform.database, "li")
    assert changed is not None
    assert changed.roles == (Role.RESIDENT,)
    assert await recorded(platform) == [
        f"account made: {account.id}", f"post of {account.id}", f"end of {account.id}",
    ]  # fmt: skip


async def test_a_reset_can_take_the_factors_away(
    platform: Platform, people: None, capsys: pytest.CaptureFixture[str]
) -> None:
    await add(platform, capsys, "--login", "li", *CLINICIAN)
    await platform.database["accounts"].update_one({}, {"$set": {"totp": b"sealed"}})
    assert await run(platform, "reset", "--login", "li") == 0
    assert (await platform.database["accounts"].find_one({}))["totp"] == b"sealed"  # type: ignore[index]
    assert await run(platform, "reset", "--login", "li", "--factors") == 0
    account = await stored.by_login(platform.database, "li")
    assert account is not None
    assert not account.has_factor
    assert account.reset is not None


HEAD = "login,name,role,organization,practitioner\n"


async def test_a_roster_is_made_whole_or_not_at_all(
    platform: Platform, people: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, secret = tmp_path / "staff.csv", tmp_path / "passwords.csv"
    file.write_text(HEAD + "li,HTEST,clinician,h1,p1\nhan,HTEST,doctor,h1,p1\n", "utf-8")
    with pytest.raises(Failure):
        await run(platform, "import", str(file), "--passwords", str(secret))
    assert "staff.csv: line 3: role: none of" in capsys.readouterr().out
    assert not secret.exists()
    assert await platform.database["accounts"].count_documents({}) == 0
    assert await run(platform, "import", str(file), "--passwords", str(secret), "--partial") == 0
    shown = capsys.readouterr()
    assert secret.stat().st_mode & 0o777 == 0o600
    login, password = secret.read_text("utf-8").splitlines()[1].split(",")
    assert password not in shown.out + shown.err
    log_in = LogIn(platform.database, platform.store.vault, Passwords(), PARTY)
    step = await log_in.begin(login, password, "192.0.2.1")
    assert isinstance(step, NextStep)
    assert step.step is Step.PASSWORD
    assert [reason.split(",")[0] for reason in await recorded(platform) if reason] == ["roster of 1 accounts"]


async def test_passwords_never_overwrite_a_file(platform: Platform, people: None, tmp_path: Path) -> None:
    file, secret = tmp_path / "staff.csv", tmp_path / "passwords.csv"
    file.write_text(HEAD + "li,HTEST,clinician,h1,p1\n", "utf-8")
    secret.write_text("mine", "utf-8")
    with pytest.raises(WrongArgument, match="there already"):
        await run(platform, "import", str(file), "--passwords", str(secret))
    assert secret.read_text("utf-8") == "mine"
    assert await platform.database["accounts"].count_documents({}) == 0
    with pytest.raises(WrongArgument, match="can't be read"):
        await run(platform, "import", str(tmp_path / "no"), "--passwords", str(secret))
    file.write_text("x", "utf-8")
    with pytest.raises(WrongArgument, match=r"staff\.csv: column 1"):
        await run(platform, "import", str(file), "--passwords", str(secret))
