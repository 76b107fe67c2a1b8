"""What each event does to a document."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


def txa(number: str, parent: str = "", available: str = "AV") -> str:
    return f"TXA|1|DS|TX|||||||||{number}|{parent}||||AU||{available}"


def test_an_edit_with_a_number_of_its_own_replaces() -> None:
    made = resources(converted(PID, txa("D2", "D1"), kind="MDM^T08"), "DocumentReference")
    assert [one["status"] for one in made] == ["superseded", "current"]
    assert made[1]["relatesTo"][0]["code"] == "replaces"


def test_an_addendum_to_nothing_is_warned_of() -> None:
    made = converted(PID, txa("D2"), kind="MDM^T06")
    assert made.warnings == ["TXA[1]-13: an addendum or a replacement that names no other document"]


def test_an_obsolete_document_is_superseded() -> None:
    (found,) = resources(converted(PID, txa("D1", available="OB"), kind="MDM^T03"), "DocumentReference")
    assert found["status"] == "superseded"


def test_a_text_without_a_header_is_listed() -> None:
    assert "OBX[1]" in converted(PID, "OBX|1|TX|||文", kind="MDM^T02").unmapped
