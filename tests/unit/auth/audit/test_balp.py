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
    searched = interaction is Interaction.SEARCH
    about = {"entity": None, "query": "a=b"} if searched else {"query": None}
    (event,) = audit_events(read("Patient/a", interaction=interaction, **about))
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
    [
        {"outcome": Outcome.REFUSED},
        {"peer": None},
        {"entity": None},
        {"query": "a=b"},
        {"interaction": Interaction.SEARCH},
        {"interaction": Interaction.SEARCH, "query": "a=b"},
        {"interaction": Interaction.PATCH},
    ],
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


def cardinality(event: dict[str, Any]) -> None:
    """BALP 1.1.4, the lines of Read, Create, Update, Delete and Query, one after the other."""
    name = event["meta"]["profile"][0].removeprefix(BALP)
    plain = name.removeprefix("Patient")
    assert event["type"]["code"] == "rest"
    codes = {"Read": {"read", "vread"}, "Query": {"search"}}.get(plain, {plain.lower()})
    assert next(each["code"] for each in event["subtype"]) in codes
    assert event["action"] == {"Read": "R", "Create": "C", "Update": "U", "Delete": "D", "Query": "E"}[plain]
    assert event["recorded"]
    assert event["outcome"] == "0"
    kinds = [each["type"]["coding"][0]["code"] for each in event["agent"]]
    assert kinds.count("110152") == kinds.count("110153") == 1
    client = agent(event, "110152" if plain == "Read" else "110153")
    server = agent(event, "110153" if plain == "Read" else "110152")
    for one in (client, server):
        assert one["who"]
        assert one["network"]
        assert "media" not in one
    users = {"Read": {"IRCP"}, "Query": {"IRCP"}}.get(plain, {"AUT", "INF", "CST"})
    for one in event["agent"]:
        if one["type"]["coding"][0]["code"] in users:
            assert one["who"]
            assert one["requestor"] is True
            assert not {"media", "network"} & one.keys()
    assert event["source"]["observer"]
    types = [each["type"]["code"] for each in event["entity"]]
    assert (types.count("1"), types.count("2")) == (int(name.startswith("Patient")), 1)
    assert types.count("XrequestId") <= 1
    data = entity(event, "2")
    if plain == "Query":
        assert data["role"]["code"] == "24"
        assert data["query"]
        assert not {"what", "lifecycle", "detail"} & data.keys()
    else:
        assert data["role"]["code"] == "4"
        assert data["what"]["reference"]
    if name.startswith("Patient"):
        person = entity(event, "1")
        assert person["role"]["code"] == "1"
        assert person["what"]["reference"].startswith("Patient/")


@pytest.mark.parametrize("who", [DOCTOR, CLINIC, RESIDENT])
@pytest.mark.parametrize("interaction", list(Interaction))
@pytest.mark.parametrize("patients", [(), ("Patient/a", "Patient/b")])
@pytest.mark.parametrize("about", [{}, {"entity": None, "query": "a=b"}, {"query": "a=b"}], ids=str)
def test_what_claims_a_profile_has_its_cardinalities(
    who: Agent, interaction: Interaction, patients: tuple[str, ...], about: dict[str, Any]
) -> None:
    for event in audit_events(read(*patients, agent=who, interaction=interaction, purpose="TREAT", **about)):
        if "profile" in event["meta"] and "AuthZ" not in event["meta"]["profile"][0]:
            cardinality(event)


@pytest.mark.parametrize("outcome", [Outcome.SUCCESS, Outcome.REFUSED])
def test_the_decision_of_a_consent_is_an_event_of_its_own(outcome: Outcome) -> None:
    given = {
        "interaction": Interaction.CONSENT,
        "entity": "Consent/c",
        "purpose": "TREAT",
        "outcome": outcome,
    }
    (event,) = audit_events(read("Patient/a", **given))
    assert event["meta"]["profile"] == [BALP + "AuthZconsent"]
    assert (event["type"]["code"], event["subtype"][0]["code"], event["action"]) == (
        "110113", "AuthZ-Consent", "E",
    )  # fmt: skip
    client, authorizer, user, organization = event["agent"]
    assert [each["type"]["coding"][0]["code"] for each in event["agent"]] == [
        "110150", "authserver", "IRCP", "PROV",
    ]  # fmt: skip
    assert client["network"]
    assert client["policy"]
    assert not {"role", "purposeOfUse"} & client.keys()
    assert (authorizer["requestor"], organization["requestor"], user["requestor"]) == (False, False, True)
    assert [each["what"]["reference"] for each in event["entity"]] == ["Patient/a", "Consent/c"]
    (system,) = audit_events(read("Patient/a", agent=CLINIC, **given))
    assert "profile" not in system["meta"]


@pytest.mark.parametrize(
    ("interaction", "subtype"),
    [(Interaction.CONFIGURE, "110129"), (Interaction.EMERGENCY, "110127"), (Interaction.REVIEW, None)],
)
def test_what_is_about_security_is_a_security_alert(interaction: Interaction, subtype: str | None) -> None:
    (event,) = audit_events(read(interaction=interaction, entity=None))
    assert event["type"]["code"] == "110113"
    assert [each["code"] for each in event.get("subtype", ())] == ([subtype] if subtype else [])
