"""What a provision of a Consent may say (FHIR R4 consent-definitions.html#Consent.provision)."""

from typing import Any

import pytest

from auth.access.provision import check_enforceable
from fhir.outcome import Refusal

PRIVACY = {"coding": [{"code": "patient-privacy"}]}
TYPES = "http://hl7.org/fhir/resource-types"


@pytest.mark.parametrize(
    ("provision", "place"),
    [
        ({"actor": [{"reference": {"reference": "Group/g"}}]}, "Consent.provision.actor"),
        ({"actor": [{"reference": {"reference": "PractitionerRole/r"}}]}, "Consent.provision.actor"),
        ({"actor": [{"reference": {"identifier": {"value": "1"}}}]}, "Consent.provision.actor"),
        ({"class": [{"system": "urn:ietf:bcp:13", "code": "text/plain"}]}, "Consent.provision.class"),
        ({"code": [{"text": "words"}]}, "Consent.provision.code"),
        ({"provision": [{"code": [{"text": "x"}]}]}, "Consent.provision.provision[0].code"),
        ({"provision": [{"provision": [{"type": "deny"}]}]}, "Consent.provision.provision[0].provision"),
    ],
)
def test_what_could_not_be_kept_to_is_refused(provision: dict[str, Any], place: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_enforceable({"resourceType": "Consent", "scope": PRIVACY, "provision": provision})
    assert caught.value.status == 422
    assert caught.value.issues[0].expression == place


def test_what_can_be_kept_to_is_taken() -> None:
    provision = {
        "type": "deny",
        "actor": [
            {"reference": {"reference": "Organization/h"}},
            {"reference": {"reference": "Practitioner/d"}},
        ],
        "class": [{"system": TYPES, "code": "Observation"}],
        "code": [{"coding": [{"code": "x"}]}],
        "period": {"start": "2026"},
        "provision": [{"type": "permit", "dataPeriod": {"end": "2020"}}],
    }
    check_enforceable({"resourceType": "Consent", "scope": PRIVACY, "provision": provision})
    research = {"resourceType": "Consent", "scope": {"coding": [{"code": "research"}]}}
    check_enforceable(research | {"provision": {"code": [{"text": "words"}]}})
