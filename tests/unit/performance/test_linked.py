"""The nine linked types: valid before and after the change, each linked to those before it."""

from fhir.interactions.writes.acceptance import references
from fhir.resource import parse
from fhir.validation import errors
from tests.performance.linked import CHANGES, TYPES, resource
from tests.performance.region import dumped


def test_all_are_valid_before_and_after_the_change() -> None:
    made = {type: f"{type}/id-{type}" for type in TYPES}
    for type in TYPES:
        each = parse(dumped(resource(type, 1_000_007, made) | {"id": "1"}))
        assert errors(each) == [], type
        (name,) = CHANGES[type]
        assert errors(each | CHANGES[type]) == [], type
        assert each.get(name) != CHANGES[type][name]


def test_each_refers_only_to_what_was_made_before_it() -> None:
    made: dict[str, str] = {}
    linked = set()
    for type in TYPES:
        each = resource(type, 7, made)
        targets = {target for _, target in references(each, type)}
        assert targets <= set(made.values())
        linked |= {type} if targets else set()
        made[type] = f"{type}/id-{type}"
    assert linked == {"Encounter", "Observation", "MedicationRequest", "Claim", "ExplanationOfBenefit"}
