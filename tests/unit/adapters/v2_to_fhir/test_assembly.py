"""adapters.v2_to_fhir.assembly: segments find their groups, whatever stands between them."""

import pytest

from adapters.v2_to_fhir.assembly import Assembly, Walk
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.message_map import message_map
from tests.unit.adapters.v2_to_fhir.given import context


def walked(*segments: str) -> tuple[list[Assembly], Context]:
    where = context(*segments, kind="ORU^R01")
    map = message_map(where.message)
    assert map is not None
    return Walk(map, where).through(where.message), where


def groups(*segments: str) -> list[list[str]]:
    """The OBX of each report, by their set ids."""
    found: dict[int, list[str]] = {}
    for assembly in walked(*segments)[0]:
        if assembly.type == "Observation":
            found.setdefault(id(assembly.scope), []).append(str(assembly.first[1]))
    return list(found.values())


@pytest.mark.parametrize("between", ["ZZZ|1|x", "NTE|1||x", "XYZ|1", "SPM|1", "PV1|1|I|W"])
def test_nothing_between_results_breaks_their_report(between: str) -> None:
    assert groups("PID|1", "OBR|1||F1", "OBX|1", between, "OBX|2") == [["1", "2"]]


def test_a_second_order_begins_the_next_report() -> None:
    assert groups("PID|1", "ORC|RE", "OBR|1", "OBX|1", "OBR|2", "OBX|2", "ORC|RE", "OBR|3", "OBX|3") == [
        ["1"],
        ["2"],
        ["3"],
    ]


def test_a_comment_between_order_and_request_keeps_them_together() -> None:
    assemblies, _ = walked("PID|1", "ORC|RE", "NTE|1||x", "OBR|1", "OBX|1")
    assert len([one for one in assemblies if one.type == "DiagnosticReport"]) == 1


def test_results_without_patient_or_request_are_kept() -> None:
    assert groups("OBX|1", "OBX|2") == [["1", "2"]]
    assert groups("OBX|1", "OBR|1", "OBX|2") == [["1"], ["2"]]


def test_a_patient_ends_the_groups_of_the_one_before() -> None:
    assemblies, _ = walked("PID|1", "OBR|1", "PID|2", "OBR|2")
    patients = [one.scope.one("Patient") for one in assemblies if one.type == "DiagnosticReport"]
    assert patients[0] is not patients[1]
    assert all(one is not None for one in patients)


def test_segments_of_one_resource_join() -> None:
    assemblies, _ = walked("PID|1", "PD1|1")
    (patient,) = [one for one in assemblies if one.type == "Patient"]
    assert [segment.name for segment in patient.segments] == ["PID", "PD1"]
    assert patient.segment("NK1") is None


def test_what_has_no_place_is_listed() -> None:
    _, where = walked("PID|1", "ZZZ|1||x", "ZZZ", "NTE|1||x")
    assert where.unmapped == ["ZZZ[1]-1", "ZZZ[1]-3", "ZZZ[2]", "NTE[1]-1", "NTE[1]-3"]


def test_a_segment_too_many_is_listed_and_never_mixes_in() -> None:
    assemblies, where = walked("PID|1", "PV1|1|I|W", "PV1|2|O|X||||D2^B")
    (visit,) = [one for one in assemblies if one.type == "Encounter"]
    assert "participant" not in visit.draft.elements
    assert "PV1[2]" in where.unmapped
