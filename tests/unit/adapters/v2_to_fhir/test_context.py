"""adapters.v2_to_fhir.context: places, warnings and what is left."""

from adapters.v2_to_fhir.draft import Draft
from tests.unit.adapters.v2_to_fhir.given import context, identify


def test_places_count_segments_of_a_name() -> None:
    where = context("OBX|1", "NTE|1", "OBX|2")
    third = where.message.segments[3]
    assert where.at(third) == "OBX[2]"
    assert where.at(third, "5") == "OBX[2]-5"


def test_a_warning_or_a_place_comes_once() -> None:
    where = context()
    for _ in range(2):
        where.place = "PID[1]-7"
        where.warn("no date")
        where.leave("PID[1]-7")
    assert where.warnings == ["PID[1]-7: no date"]
    assert where.unmapped == ["PID[1]-7"]


def test_ids_are_deterministic_and_parts_cannot_run_together() -> None:
    where = context()
    assert where.identified("Patient", "a", "b") == identify("Patient|a|b")
    assert where.identified("Patient", "a|b") != where.identified("Patient", "a", "b")


def test_who_is_mentioned_is_kept_once() -> None:
    where = context()
    first = Draft("Practitioner", "1")
    assert where.refer(first, "王") == {"reference": "Practitioner/1", "display": "王"}
    assert where.refer(Draft("Practitioner", "1")) == {"reference": "Practitioner/1"}
    assert where.drafts == {"Practitioner/1": first}


def test_a_place_may_have_a_map_after_all() -> None:
    where = context()
    where.leave("PID[1]-18")
    where.take("PID[1]-18")
    where.take("PID[1]-18")
    assert where.unmapped == []
