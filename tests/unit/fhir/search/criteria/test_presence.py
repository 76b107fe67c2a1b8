import pytest

from fhir.definitions.search_parameters import types
from fhir.outcome import Refusal
from fhir.search.criteria import presence
from fhir.search.registry import parameters


def test_a_union_is_missing_where_each_part_is() -> None:
    combined = parameters("Observation")["combo-code"]
    """Checklist line 78."""
    assert "$and" in presence.condition(combined, ["true"]).filter(str, {})
    assert "$or" in presence.condition(combined, ["false"]).filter(str, {})


def test_only_the_fields_of_its_type_are_looked_at() -> None:
    for type in types():
        for parameter in parameters(type).values():
            if parameter.type != "special" and parameter.code not in ("_text", "_content"):
                assert presence.condition(parameter, ["false"]).filter(str, {})
    date = presence.condition(parameters("Observation")["date"], ["false"])
    assert date.filter(str, {}) == {"dates.p": {"$in": ["Observation.date", "Observation.date~"]}}


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


def test_what_every_resource_has() -> None:
    for code in ("_id", "_lastUpdated"):
        always = parameters("Observation")[code]
        nothing = {"_id": {"$in": []}}
        assert presence.condition(always, ["true"]).filter(str, {}) == nothing
        assert presence.condition(always, ["false"]).filter(str, {}) == {"$nor": [nothing]}
