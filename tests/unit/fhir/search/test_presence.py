import pytest

from fhir.outcome import Refusal
from fhir.search import presence
from fhir.search.registry import parameters


def test_a_union_is_missing_where_each_part_is() -> None:
    combined = parameters("Observation")["combo-code"]
    assert "$and" in presence.condition(combined, ["true"]).filter(str, {})
    assert "$or" in presence.condition(combined, ["false"]).filter(str, {})


def test_a_position_is_there_or_not() -> None:
    near = parameters("Location")["near"]
    assert presence.condition(near, ["true"]).filter(str, {}) == {"position": None}
    assert presence.condition(near, ["false"]).filter(str, {}) == {"$nor": [{"position": None}]}


@pytest.mark.parametrize(
    ("code", "values"), [("code", ["maybe"]), ("code", ["true", "false"]), ("_text", ["true"])]
)
def test_anything_else_is_refused(code: str, values: list[str]) -> None:
    with pytest.raises(Refusal):
        presence.condition(parameters("Observation")[code], values)
