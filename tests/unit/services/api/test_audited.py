"""What an audit record tells of whom."""

from auth.audit.purpose import apart
from auth.audit.record import Agent, AuditRecord, Interaction
from fhir.interactions.context import Trail
from services.api.audited import _hidden


def test_of_a_bundle_only_those_are_told_that_something_was_hidden_of_whom_it_was() -> None:
    whole, part = Trail({"Patient/a"}), Trail({"Patient/b"}, masked=True)
    trail = Trail({"Patient/a", "Patient/b"}, parts=[whole, part])
    assert _hidden(trail) == {"Patient/b"}
    record = AuditRecord(
        Agent("person", "a1", "HTEST", "clinician"), Interaction.BATCH, "Bundle", ("Patient/a", "Patient/b")
    )
    told = {each.patients: each.masked for each in apart(record, _hidden(trail), masked=True)}
    assert told == {("Patient/a",): False, ("Patient/b",): True}


def test_of_one_file_all_its_patients_are_told() -> None:
    assert _hidden(Trail({"Patient/a", "Patient/b"}, masked=True)) == {"Patient/a", "Patient/b"}
    assert _hidden(Trail({"Patient/a"})) == set()
