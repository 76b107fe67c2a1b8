"""Purpose of use in the audit: an emergency is told to those whose file it opened, and to nobody else."""

from auth.audit.balp import audit_events
from auth.audit.purpose import parted
from auth.audit.record import Agent, AuditRecord, Interaction

DOCTOR = Agent("person", "a1", "HTEST", "clinician")


def record(*patients: str) -> AuditRecord:
    return AuditRecord(DOCTOR, Interaction.SEARCH, "Patient", patients, purpose="TREAT")


def test_what_no_emergency_opened_stays_as_it_is() -> None:
    usual = record("Patient/a")
    assert parted(usual, {"Patient/b"}) == [usual]
    assert parted(record(), {"Patient/b"})[0].purpose == "TREAT"


def test_what_it_opened_has_its_purpose() -> None:
    usual = record("Patient/a", "Patient/b")
    (found,) = parted(usual, {"Patient/a", "Patient/b"})
    assert (found.purpose, found.id, found.patients) == ("BTG", usual.id, usual.patients)
    (purpose,) = audit_events(found)[0]["purposeOfEvent"]
    assert purpose["coding"][0]["code"] == "BTG"


def test_others_in_the_same_answer_are_told_apart() -> None:
    inside, others = parted(record("Patient/a", "Patient/b", "Patient/c"), {"Patient/b"})
    assert (inside.patients, inside.purpose) == (("Patient/b",), "BTG")
    assert (others.patients, others.purpose) == (("Patient/a", "Patient/c"), "TREAT")
    assert inside.id != others.id
