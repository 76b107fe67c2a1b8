"""adapters.v2_to_fhir.snapshot: lists that a message gave whole."""

import pytest

from adapters.v2_to_fhir import snapshot
from adapters.v2_to_fhir.snapshot import as_told, gave, in_its_list, retired, told_by
from fhir.validation import validate
from tests.unit.adapters.v2_to_fhir.given import converted, drafts, resources


def test_allergies_of_an_update_are_the_whole_list() -> None:
    made = converted("PID|||P1", "AL1|1|DA|^青霉素", "AL1|2|DA|^头孢", kind="ADT^A08")
    (snapshot,) = made.snapshots
    assert (snapshot.type, snapshot.element) == ("AllergyIntolerance", "patient")
    assert snapshot.owner == drafts(made, "Patient")[0].reference


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


def test_what_is_in_error_stays_as_it_is() -> None:
    """ait-2: what never was so has no clinical status."""
    (allergy,) = resources(
        converted("PID|||P1", "IAM|1|DA|P^青霉素|SV||D", kind="ADT^A60"), "AllergyIntolerance"
    )
    assert allergy["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
    assert retired(allergy) == allergy


def test_a_resource_is_left_out_by_whoever_told_of_it_alone() -> None:
    (allergy,) = resources(converted("PID|||P1", "AL1|1|DA|^青霉素"), "AllergyIntolerance")
    assert snapshot.owner(allergy) == allergy["patient"]["reference"]
    memory = told_by(told_by({"times": {}}, "HA", "2026-01-02"), "HB", "2026-01-05")
    owners = gave({}, "AllergyIntolerance", "HA", "2026-01-03")
    assert in_its_list(allergy, memory, owners) == (allergy, memory)
    owners = gave(owners, "Condition", "HB", "2026-01-06")
    assert in_its_list(allergy, memory, owners)[0] == allergy, "a list of something else"
    owners = gave(owners, "AllergyIntolerance", "HB", "2026-01-05")
    assert in_its_list(allergy, memory, owners)[0] == allergy, "the list in which it stands"
    owners = gave(owners, "AllergyIntolerance", "HB", "2026-01-06")
    inactive, remembered = in_its_list(allergy, memory, owners)
    assert inactive["clinicalStatus"]["coding"][0]["code"] == "inactive"
    assert as_told(inactive, remembered) == (allergy, memory)
    assert gave(owners, "AllergyIntolerance", "HB", "2026-01-04") == owners, "an older list"


def test_what_was_stored_before_it_was_remembered_who_told_is_left_out_by_a_newer_list() -> None:
    (allergy,) = resources(converted("PID|||P1", "AL1|1|DA|^青霉素"), "AllergyIntolerance")
    owners = gave({}, "AllergyIntolerance", "HA", "2026-01-03T08:00:00.000000Z 2026-01-03T08:00:00.000000Z")
    old = {"times": {"code": "2 2026-01-02T08:00:00.000000Z"}}
    assert in_its_list(allergy, old, owners)[0] == retired(allergy)
    assert in_its_list(allergy, {"times": {"code": "2 2026-01-04T08:00:00.000000Z"}}, owners)[0] == allergy
    assert in_its_list(allergy, {}, owners)[0] == allergy, "written by somebody else"
