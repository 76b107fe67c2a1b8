import pytest
from pymongo import AsyncMongoClient

from tests.performance.commands import Count, count, each


def test_commands_are_shared_out_among_the_units_without_those_of_an_idle_platform() -> None:
    before, after = Count(10.0, {"find": 100, "insert": 5}), Count(12.0, {"find": 2160, "insert": 15})
    assert each(before, after, 500.0, {"find": 30.0}) == pytest.approx({"find": 2.0})
    assert each(before, after, 5.0, {"find": 30.0}) == pytest.approx({"find": 200.0, "insert": 1.0})
    assert each(before, after, 0.0, {}) == {}


async def test_the_server_counts_what_is_asked(database: tuple[str, str]) -> None:
    uri, name = database
    async with AsyncMongoClient(uri) as client:
        before = await count(client[name])
        for _ in range(20):
            await client[name]["any"].find_one({})
        more = (await count(client[name])).since(before)
    assert more["find"] >= 20
