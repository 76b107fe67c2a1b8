"""The difference between two sights, by kind."""

from services.portal.consents.effect import _COUNTED, OTHER, _by_kind
from services.portal.consents.rule import KINDS


def test_what_is_missed_is_counted_by_kind() -> None:
    before = {"Observation": 5, "DiagnosticReport": 2, "Condition": 3, "Coverage": 1}
    after = {"Observation": 4, "Condition": 3}
    assert _by_kind(before, after) == {KINDS["results"][0]: 3, OTHER: 1}
    assert _by_kind(after, before) == {}


def test_a_file_is_counted_without_its_head_and_its_rules() -> None:
    assert {"Observation", "Condition", "DocumentReference"} <= set(_COUNTED)
    assert not {"Patient", "Consent", "AuditEvent"} & set(_COUNTED)
