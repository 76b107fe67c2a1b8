"""A roster against what is in the database; a big one in one go."""

import csv
import io
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts, posts
from auth.store.accounts import AccountRefused
from services import roster
from services.config import Settings
from services.platform import Platform, connect
from tests.support.resources import put

HEAD = "login,name,role,organization,practitioner\n"


@pytest.fixture
async def platform(database: tuple[str, str]) -> AsyncIterator[Platform]:
    uri, name = database
    options = {"mongodb_uri": SecretStr(uri), "database": name, "master_key": SecretStr("30" * 32)}
    async with connect(Settings.read(**options)) as platform:
        await put(
            platform.store,
            {"resourceType": "Organization", "id": "h1", "name": "HTEST"},
            {"resourceType": "Practitioner", "id": "p1"},
        )
        yield platform


async def test_lines_are_held_against_the_database(platform: Platform) -> None:
    steward = posts.fresh(Role.STEWARD, None, "Practitioner/p1")
    await accounts.insert(platform.database, accounts.fresh("li", "HTEST", [steward], "x"))
    text = HEAD + "LI,HTEST,clinician,h1,p1\nhan,HTEST,clinician,h1,unknown\n"
    text += "mei,HTEST,auditor,,p1\nwang,HTEST,clinician,h1,p1\n"
    checked = await roster.check(platform, text.encode())
    assert [str(fault) for fault in checked.faults] == [
        "line 2: login: it is taken",
        "line 3: practitioner: there is no Practitioner with this id",
        "line 4: practitioner: holds one of the five duties in another account",
    ]
    assert [who.login for who in checked.people] == ["wang"]
    await roster.make(platform, checked)
    made = await accounts.by_login(platform.database, "wang")
    assert made is not None
    rows = list(csv.reader(io.StringIO(checked.credentials())))
    assert rows[0] == ["login", "password"]
    assert await Passwords().verify(made.password, rows[1][1])


async def test_three_thousand_lines_at_once_and_no_second_time(platform: Platform) -> None:
    text = HEAD + "".join(f"d{number},HTEST,clinician,h1,p1\n" for number in range(3_000))
    checked = await roster.check(platform, text.encode())
    late = await roster.check(platform, text.encode())
    await roster.make(platform, checked)
    assert await platform.database["accounts"].count_documents({}) == 3_000
    with pytest.raises(AccountRefused):
        await roster.make(platform, late)
    again = await roster.check(platform, text.encode())
    assert (len(again.people), len(again.faults)) == (0, 3_000)


def test_a_login_with_commas_stays_one_cell() -> None:
    who = accounts.fresh('a,"b"', "HTEST", [], "x", patient="Patient/a")
    checked = roster.Checked([who], ["w"], [], "")
    assert list(csv.reader(io.StringIO(checked.credentials())))[1] == ['a,"b"', "w"]
