"""BALP: AuditEvents that are valid R4 and meet the profiles they claim."""

from base64 import b64decode
from typing import Any

import pytest
from fhir.resources.R4B.auditevent import AuditEvent

from auth.audit.balp import audit_events
from auth.audit.record import NOBODY, Agent, Interaction, Outcome
from fhir.resource import serialize
from fhir.validation import validate
from tests.unit.auth.audit.conftest import CLINIC, DOCTOR, RESIDENT, read

BALP = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit."


def entity(event: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in event["entity"] if one["type"]["code"] == code)


def agent(event: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in event["agent"] if one["type"]["coding"][0]["code"] == code)


@pytest.mark.parametrize("who", [DOCTOR, CLINIC, RESIDENT, NOBODY])
@pytest.mark.parametrize("interaction", list(Interaction))
@pytest.mark.parametrize("patients", [(), ("Patient/a",), ("Patient/a", "Patient/b")])
def test_valid_r4_for_our_validator_and_for_the_models(
    who: Agent, interaction: Interaction, patients: tuple[str, ...]
) -> None:
    record = read(*patients, agent=who, interaction=interaction, query="a=b", purpose="TREAT", reason="x")
    events = audit_events(record)
    assert len(events) == max(1, len(patients))
    for event in events:
        assert validate(event) == []
        AuditEvent.model_validate_json(serialize(event))
        assert any(one["requestor"] for one in event["agent"])
        assert all(("name" in one) + ("query" in one) < 2 for one in event["entity"])


def test_one_event_for_each_patient_and_none_twice() -> None:
    record = read("Patient/a", "Patient/b", "Patient/a")
    events = audit_events(record)
    assert [event["id"] for event in events] == [f"{record.id}-1", f"{record.id}-2"]
    assert [entity(event, "1")["what"]["reference"] for event in events] == ["Patient/a", "Patient/b"]
    assert "Patient/b" not in str(events[0])
    assert all(len(event["id"]) <= 64 for event in events)


@pytest.mark.parametrize(
    ("interaction", "profile", "action"),
    [
        (Interaction.READ, "PatientRead", "R"),
        (Interaction.VREAD, "PatientRead", "R"),
        (Interaction.CREATE, "PatientCreate", "C"),
        (Interaction.UPDATE, "PatientUpdate", "U"),
        (Interaction.DELETE, "PatientDelete", "D"),
        (Interaction.SEARCH, "PatientQuery", "E"),
    ],
)
def test_a_success_claims_its_profile(interaction: Interaction, profile: str, action: str) -> None:
    (event,) = audit_events(read("Patient/a", interaction=interaction, query="a=b"))
    assert event["meta"]["profile"] == [BALP + profile]
    assert event["action"] == action
    assert event["outcome"] == "0"
    client, server = ("110152", "110153") if action == "R" else ("110153", "110152")
    assert agent(event, client)["network"]["address"] == "192.0.2.1"
    assert agent(event, server)["who"]["display"] == "Furong"
    assert entity(event, "XrequestId")["what"]["identifier"]["value"] == "r-1"
    assert entity(event, "1")["role"]["code"] == "1"


def test_without_a_patient_the_plain_profile() -> None:
    (event,) = audit_events(read())
    assert event["meta"]["profile"] == [BALP + "Read"]


@pytest.mark.parametrize(
    "given",
    [{"outcome": Outcome.REFUSED}, {"peer": None}, {"entity": None}, {"interaction": Interaction.SEARCH}],
)
def test_what_a_profile_needs_is_there_when_it_is_claimed(given: dict[str, Any]) -> None:
    (event,) = audit_events(read("Patient/a", **given))
    assert "profile" not in event["meta"]


def test_the_query_is_kept_raw() -> None:
    query = "name=张&_count=1&x=<script>\udcff"
    (event,) = audit_events(read("Patient/a", interaction=Interaction.SEARCH, query=query, entity=None))
    assert b64decode(entity(event, "2")["query"]).decode("utf-8", "surrogatepass") == query


def test_the_person_and_the_organisation_stand_beside_the_client() -> None:
    (event,) = audit_events(read("Patient/a", purpose="BTG"))
    person = agent(event, "IRCP")
    assert person["who"] == {"reference": "Practitioner/p1", "display": "HTEST Li Lei"}
    assert person["role"] == [{"text": "clinician"}]
    assert agent(event, "PROV")["who"]["reference"] == "Organization/h1"
    assert event["purposeOfEvent"][0]["coding"][0]["code"] == "BTG"


def test_a_purpose_in_words_is_text() -> None:
    (event,) = audit_events(read("Patient/a", purpose="second opinion"))
    assert event["purposeOfEvent"] == [{"text": "second opinion"}]


def test_a_refusal_says_why() -> None:
    (event,) = audit_events(read("Patient/a", outcome=Outcome.REFUSED, reason="no relation"))
    assert (event["outcome"], event["outcomeDesc"]) == ("4", "no relation")


def test_the_token_stands_there_by_its_name_only() -> None:
    (event,) = audit_events(read("Patient/a", agent=CLINIC))
    assert agent(event, "110152")["policy"] == ["urn:furong:session:" + "cd" * 16]
