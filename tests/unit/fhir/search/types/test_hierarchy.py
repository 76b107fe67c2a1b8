from collections.abc import Sequence
from typing import Any

import pytest

from fhir.outcome import Refusal
from fhir.search.condition import Condition, resolved
from fhir.search.query import parse
from fhir.search.types import hierarchy
from fhir.search.types.hierarchy import parent_of


class Chain:
    """Locations 0, 1, 2 … each part of the one before."""

    def __init__(self, length: int) -> None:
        self._length = length

    async def references(self, type: str, conditions: Sequence[Condition]) -> list[str]:
        (condition,) = conditions
        tokens = condition.filter(str, {})["tokens"]
        numbers = [int(each.rpartition("/")[2]) + 1 for each in _listed(tokens)]
        return [f"{type}/{number}" for number in numbers if number < self._length]

    async def referred(self, type: str, conditions: Sequence[Condition], parameter: str) -> list[str]:
        assert parameter == "partof"
        (condition,) = conditions
        numbers = [int(each.rpartition("/")[2]) - 1 for each in condition.filter(str, {})["_id"]["$in"]]
        return [f"{type}/{number}" for number in numbers if number >= 0]


def _listed(tokens: Any) -> list[str]:
    return list(tokens["$in"]) if isinstance(tokens, dict) else [tokens]


async def asked(name: str, value: str, length: int) -> list[str]:
    (condition,) = parse("Encounter", [(name, value)], strict=True).conditions
    found = await resolved(condition, Chain(length))  # type: ignore[arg-type]
    return [each.removeprefix("Encounter.location|") for each in _listed(found.filter(str, {})["tokens"])]


@pytest.mark.parametrize(
    ("type", "code"), [("Location", "partof"), ("Encounter", "part-of"), ("Specimen", "parent")]
)
def test_what_a_resource_is_a_part_of(type: str, code: str) -> None:
    parent = parent_of(type)
    assert parent is not None
    assert parent.code == code


@pytest.mark.parametrize("type", ["Patient", "Communication", "Procedure"])
def test_no_hierarchy_where_others_may_stand_there(type: str) -> None:
    assert parent_of(type) is None


async def test_all_below_and_all_above() -> None:
    assert await asked("location:below", "1", 4) == ["Location/1", "Location/2", "Location/3"]
    assert await asked("location:above", "2", 4) == ["Location/2", "Location/1", "Location/0"]


async def test_a_hierarchy_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hierarchy, "MOST_WITHIN", 3)
    assert len(await asked("location:below", "0", 3)) == 3
    with pytest.raises(Refusal, match="more than 3 members"):
        await asked("location:below", "0", 4)
