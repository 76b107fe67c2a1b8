"""What the page of the system's health says, on a platform of its own."""

from datetime import timedelta
from typing import Any

import pytest

from auth import moment
from services.inbox import DEAD, RECEIVED
from services.platform import Platform
from services.portal.console.health import CHECKS
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]


async def check(platform: Platform, name: str) -> tuple[bool, int | None]:
    found = await CHECKS[name](platform)
    return found.well, found.count


async def message(platform: Platform, id: str, state: str, age: timedelta) -> None:
    row: dict[str, Any] = {"_id": id, "state": state, "source": "HTEST", "received": moment.now() - age}
    await platform.database["inbox"].insert_one(row)


async def test_every_check_says_something(platform: Platform) -> None:
    for name, each in CHECKS.items():
        assert (await each(platform)).text, name


@pytest.mark.parametrize(("minutes", "expected"), [(1, (True, 1)), (6, (False, 1))])
async def test_messages_that_wait(platform: Platform, minutes: int, expected: tuple[bool, int]) -> None:
    await message(platform, "m", RECEIVED, timedelta(minutes=minutes))
    assert await check(platform, "消息") == expected


async def test_dead_letters(platform: Platform) -> None:
    assert await check(platform, "死信") == (True, None)
    await message(platform, "d", DEAD, timedelta())
    assert await check(platform, "死信") == (False, 1)


async def test_linkage_that_stands_still(platform: Platform) -> None:
    rows = platform.database["linking"]
    await rows.insert_one({"_id": "Patient/a", "at": moment.now()})
    assert await check(platform, "身份比对") == (True, 1)
    await rows.insert_one({"_id": "Patient/b", "at": moment.now() - timedelta(minutes=6)})
    assert await check(platform, "身份比对") == (False, 1)


async def test_one_member_of_a_database_past_its_end(platform: Platform) -> None:
    assert await check(platform, "数据库成员") == (False, 1)
    assert await check(platform, "时钟") == (True, None)
