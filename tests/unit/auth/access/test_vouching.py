from typing import Any

import pytest

from auth.access.vouching import vouch
from auth.principal import Kind, Principal
from fhir.outcome import Fault, Refusal

CLINIC = Principal(Kind.SYSTEM, "c1", "clinic", organization="Organization/h1")
REGION = Principal(Kind.SYSTEM, "c2", "region", regional=True)


def encounter(provider: str | None) -> dict[str, Any]:
    return {"resourceType": "Encounter"} | ({"serviceProvider": {"reference": provider}} if provider else {})


@pytest.mark.parametrize(
    ("who", "resource"),
    [
        (CLINIC, encounter("Organization/h1")),
        (CLINIC, encounter(None)),
        (REGION, encounter("Organization/h2")),
        (CLINIC, {"resourceType": "Observation", "serviceProvider": {"reference": "Organization/h2"}}),
    ],
)
def test_what_may_be_said(who: Principal, resource: dict[str, Any]) -> None:
    vouch(who, resource)


@pytest.mark.parametrize(
    "provider", ["Organization/h2", "Organization/h11", "#h1", "https://x/Organization/h1"]
)
def test_a_visit_elsewhere_may_not_be_said(provider: str) -> None:
    with pytest.raises(Refusal) as refusal:
        vouch(CLINIC, encounter(provider))
    assert refusal.value.fault is Fault.BUSINESS_RULE
    assert refusal.value.issues[0].expression == "Encounter.serviceProvider"


def test_a_contract_with_another_house_may_not_be_said_and_a_referral_may() -> None:
    contract = {"resourceType": "EpisodeOfCare", "managingOrganization": {"reference": "Organization/h2"}}
    with pytest.raises(Refusal) as refusal:
        vouch(CLINIC, contract)
    assert refusal.value.issues[0].expression == "EpisodeOfCare.managingOrganization"
    vouch(REGION, contract)
    vouch(CLINIC, {"resourceType": "ServiceRequest", "performer": [{"reference": "Organization/h2"}]})
