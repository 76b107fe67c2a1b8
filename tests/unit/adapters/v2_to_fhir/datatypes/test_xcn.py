"""adapters.v2_to_fhir.datatypes.xcn: professionals."""

from adapters.v2_to_fhir.datatypes import xcn
from tests.unit.adapters.v2_to_fhir.given import LOCAL, context, repetition


def test_somebody_with_a_number_becomes_a_practitioner() -> None:
    where = context()
    found = xcn.practitioner(repetition("D001^王^医生^^^主任"), where)
    (draft,) = where.drafts.values()
    assert found == {"reference": draft.reference, "display": "王医生"}
    assert draft.elements["identifier"] == [{"system": f"{LOCAL}:staff", "value": "D001"}]
    assert draft.elements["name"][0]["prefix"] == ["主任"]


def test_the_same_number_of_another_authority_is_somebody_else() -> None:
    where = context()
    one = xcn.practitioner(repetition("D1^A"), where)
    other = xcn.practitioner(repetition("D1^A^^^^^^^LIS"), where)
    assert one != other


def test_a_name_alone_is_only_displayed() -> None:
    where = context()
    assert xcn.practitioner(repetition("王医生"), where) == {"display": "王医生"}
    assert xcn.practitioner(repetition("^王^医生"), where) == {"display": "王医生"}
    assert xcn.practitioner(repetition("^^^^^^^^LIS"), where) is None
    assert where.drafts == {}


def test_what_a_professional_did() -> None:
    where = context()
    participant = xcn.participant(repetition("D1^A"), where, "ATND")
    assert participant is not None
    assert participant["type"][0]["coding"][0]["code"] == "ATND"
    performer = xcn.performer(repetition("D1^A"), where, "AP")
    assert performer is not None
    assert performer["function"]["coding"][0]["code"] == "AP"
    actor = xcn.actor(repetition("D1^A"), where)
    assert actor == {"actor": participant["individual"]}
    for read in (xcn.actor, xcn.name_with_location):
        assert read(repetition("^"), where) is None


def test_a_name_with_location() -> None:
    found = xcn.name_with_location(repetition("D1&王&医生^20260105"), context())
    assert found is not None
    assert found["display"] == "王医生"
