"""adapters.v2_to_fhir.snapshot: lists that a message gave whole."""

import pytest

from adapters.v2_to_fhir.snapshot import retired
from fhir.validation import validate
from tests.unit.adapters.v2_to_fhir.given import converted, drafts, resources


def test_allergies_of_an_update_are_the_whole_list() -> None:
    made = converted("PID|||P1", "AL1|1|DA|^青霉素", "AL1|2|DA|^头孢", kind="ADT^A08")
    (snapshot,) = made.snapshots
    assert (snapshot.type, snapshot.element) == ("AllergyIntolerance", "patient")
    assert snapshot.owner == drafts(made, "Patient")[0].reference
    assert snapshot.ids == {draft.id for draft in drafts(made, "AllergyIntolerance")}


@pytest.mark.parametrize(
    ("kind", "segment"),
    [("ADT^A03", "AL1|1|DA|^x"), ("ORU^R01", "AL1|1|DA|^x"), ("ADT^A08", "IAM|1|DA|^x"), ("ADT^A08", "PD1|")],
)
def test_other_messages_give_no_whole_list(kind: str, segment: str) -> None:
    assert converted("PID|||P1", segment, kind=kind).snapshots == []


def test_what_is_no_longer_listed_is_inactive_and_valid() -> None:
    made = converted("PID|||P1", "NK1|1|李四|1", "AL1|1|DA|^青霉素", "DG1|1||I10", "IN1|1|01")
    kinds = ("RelatedPerson", "AllergyIntolerance", "Condition", "Coverage")
    after = [retired(resources(made, kind)[0]) for kind in kinds]
    assert after[0]["active"] is False
    assert after[1]["clinicalStatus"]["coding"][0]["code"] == "inactive"
    assert after[2]["clinicalStatus"]["coding"][0]["code"] == "inactive"
    assert after[3]["status"] == "cancelled"
    assert [issue for one in after for issue in validate(one) if issue.severity == "error"] == []
