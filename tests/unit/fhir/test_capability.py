import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from auth.access.types import KNOWN
from fhir import rest
from fhir.capability import VERSION, capability_statement
from fhir.definitions.operations import operation_definitions
from fhir.definitions.own_search_parameters import own_definitions
from fhir.interactions.context import Rules
from fhir.operations.registry import OPERATIONS
from fhir.rest import SERVED
from fhir.search.registry import parameters
from fhir.validation import validate

OFFICIAL = Path(__file__).parents[3].parent / "shared" / "data" / "fhir-r4"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
STATEMENT = capability_statement("https://x.example/fhir", NOW, "https://x.example/oauth/token")


def described(type: str) -> dict[str, Any]:
    return next(each for each in STATEMENT["rest"][0]["resource"] if each["type"] == type)


def test_it_is_a_valid_resource() -> None:
    assert [issue for issue in validate(STATEMENT) if issue.severity == "error"] == []
    assert (STATEMENT["fhirVersion"], STATEMENT["software"]["version"]) == ("4.0.1", VERSION)


def test_every_type_that_is_stored_is_described_once() -> None:
    types = [each["type"] for each in STATEMENT["rest"][0]["resource"]]
    assert types == sorted(SERVED)


def test_no_other_type_is_open_to_anybody() -> None:
    assert SERVED == KNOWN


@pytest.mark.parametrize("type", ["Patient", "Observation", "Encounter", "Organization"])
def test_what_can_be_searched_is_what_the_registry_knows(type: str) -> None:
    told = {each["name"]: each["type"] for each in described(type)["searchParam"]}
    known = {code: parameter.type for code, parameter in parameters(type).items()}
    assert told == known | dict.fromkeys(rest.SPECIAL, "special")


def test_audit_events_are_read_and_never_written() -> None:
    audit = described("AuditEvent")
    assert [each["code"] for each in audit["interaction"]] == ["read", "search-type"]
    names = [each["name"] for each in audit["searchParam"]]
    assert {"date", "patient", "agent", "action", "outcome", "type"} <= set(names)
    assert names == sorted(set(names))
    assert (audit["updateCreate"], audit["readHistory"]) == (False, False)
    assert not {"searchInclude", "operation", "conditionalCreate"} & audit.keys()


def test_only_what_names_a_resource_is_included() -> None:
    assert "Observation:subject" in described("Observation")["searchInclude"]
    assert "Observation:code" not in described("Observation")["searchInclude"]
    assert "PlanDefinition:depends-on" not in described("PlanDefinition").get("searchInclude", [])
    assert {"Provenance:target", "Observation:subject"} <= set(described("Patient")["searchRevInclude"])


def test_operations_stand_where_they_are_offered() -> None:
    told = {each["type"]: [one["name"] for one in each.get("operation", [])]
            for each in STATEMENT["rest"][0]["resource"]}  # fmt: skip
    assert "everything" in told["Patient"]
    assert "everything" not in told["Observation"]
    assert "lastn" in told["Observation"]
    assert "meta" in [each["name"] for each in STATEMENT["rest"][0]["operation"]]


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the official definitions are not beside the checkout")
def test_every_parameter_and_operation_has_an_official_definition() -> None:
    with gzip.open(OFFICIAL / "search-parameters.json.gz") as file:
        official = {entry["resource"]["url"] for entry in json.load(file)["entry"]}
    listed = [one for each in STATEMENT["rest"][0]["resource"] for one in each["searchParam"]]
    shipped = {str(each["url"]) for each in own_definitions()}
    assert {one["definition"] for one in listed if "definition" in one} - official == shipped
    assert {one["name"] for one in listed if "definition" not in one} <= {"_list"}
    own = {each.definition for each in OPERATIONS} - operation_definitions().keys()
    named = ("merge", "person", "reindex", "reindex-status", "undo-merge")
    ips = "http://hl7.org/fhir/uv/ips/OperationDefinition/summary"
    pix = "https://profiles.ihe.net/ITI/PIXm/OperationDefinition/IHE.PIXm.pix"
    assert own == {pix, ips, *(f"urn:furong:OperationDefinition:{name}" for name in named)}


def test_what_the_site_has_decided_is_told() -> None:
    rules = Rules(integrity=False, match_required=True, most_deleted=5)
    told = capability_statement("https://x.example", NOW, "https://x.example/t", rules=rules)
    strict, usual = [each["rest"][0]["resource"][0] for each in (told, STATEMENT)]
    assert (strict["versioning"], usual["versioning"]) == ("versioned-update", "versioned")
    assert (strict["conditionalDelete"], usual["conditionalDelete"]) == ("multiple", "single")
    assert ("enforced" in strict["referencePolicy"], "enforced" in usual["referencePolicy"]) == (False, True)


def test_profiles_stand_with_their_type() -> None:
    told = capability_statement(
        "https://x.example", NOW, "https://x.example/t", {"Patient": ["http://b", "http://a"]}
    )
    profiles = {each["type"]: each.get("supportedProfile") for each in told["rest"][0]["resource"]}
    assert (profiles["Patient"], profiles["Group"]) == (["http://a", "http://b"], None)


def test_it_says_where_a_token_is_had() -> None:
    (smart,) = STATEMENT["rest"][0]["security"]["extension"]
    assert smart["extension"] == [{"url": "token", "valueUri": "https://x.example/oauth/token"}]


def test_it_says_what_a_patient_stands_for() -> None:
    """SMART App Launch: a server that links Patients documents how they are handled."""
    told = {}
    for linked in (None, True, False):
        statement = capability_statement("https://x.example", NOW, "https://x.example/t", linked=linked)
        assert [issue for issue in validate(statement) if issue.severity == "error"] == []
        described = {each["type"]: each for each in statement["rest"][0]["resource"]}
        assert "documentation" not in described["Observation"]
        told[linked] = described["Patient"]["documentation"]
    assert "Unless a client is registered to be shown single Patients" in told[None]
    assert "For this client a search by the reference of one of them" in told[True]
    assert "This client is registered to be shown single Patients" in told[False]
    assert all("one file" in each and "  " not in each and "\n" not in each for each in told.values())
