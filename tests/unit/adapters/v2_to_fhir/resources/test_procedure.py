"""adapters.v2_to_fhir.resources.procedure: thin."""

from tests.unit.adapters.v2_to_fhir.given import converted, drafts, resources


def test_a_procedure() -> None:
    made = converted("PID|||P1", "PR1|1||47.01^阑尾切除^ICD9CM3||20260105||||||D1^王")
    (one,) = resources(made, "Procedure")
    assert one["status"] == "completed"
    assert one["code"]["coding"][0]["system"] == "urn:oid:2.16.156.10011.2.3.3.12"
    assert one["performedDateTime"] == "2026-01-05"


def test_words_alone_and_nothing() -> None:
    (one,) = resources(converted("PID|||P1", "PR1|1|||清创"), "Procedure")
    assert one["code"] == {"text": "清创"}
    made = converted("PID|||P1", "PR1|1")
    assert drafts(made, "Procedure") == []
    assert "PR1[1]" in made.unmapped
