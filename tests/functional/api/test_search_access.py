"""Checklist line 71: a clinic's system learns nothing of another resident by any way of searching.

pA was seen at the clinic; pB elsewhere. What is asked about pB is answered as for one who does not exist.
"""

from typing import Any

import httpx
import pytest

from tests.functional.api.exchange import observation, patient
from tests.functional.api.test_organization import OTHER, OWN, encounter
from tests.support.web import Web

SECRET = "HTESTSECRET"


@pytest.fixture
async def clinic(web: Web) -> httpx.AsyncClient:
    """The system of OWN; the results of pA name pB as performer, the two share a doctor."""
    witness = {"performer": [{"reference": "Patient/pB"}, {"reference": "Practitioner/d1"}]}
    await web.put(
        *({"resourceType": "Organization", "id": each.split("/")[1], "name": each} for each in (OWN, OTHER)),
        {"resourceType": "Practitioner", "id": "d1", "name": [{"family": "HTESTLUO"}]},
        patient("1") | {"id": "pA", "managingOrganization": {"reference": OWN}},
        patient("2", birthDate="1960-01-01", gender="female")
        | {"id": "pB", "name": [{"family": SECRET}], "managingOrganization": {"reference": OTHER}},
        observation("Patient/pA", **witness) | {"id": "oA"},
        observation("Patient/pB", status="amended", **witness) | {"id": "oB"},
        {"resourceType": "List", "id": "lB", "status": "current", "mode": "working",
         "subject": {"reference": "Patient/pB"}, "entry": [{"item": {"reference": "Observation/oA"}}]},
        encounter("Patient/pA", OWN) | {"id": "eA"},
        encounter("Patient/pB", OTHER) | {"id": "eB"},
    )  # fmt: skip
    return await web.client(organization=OWN)


def shown(bundle: dict[str, Any]) -> list[str]:
    return sorted(each["resource"]["id"] for each in bundle.get("entry", ()))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Observation?patient=pB", []),
        ("Observation?patient.name=HTESTSECRET", []),
        ("Observation?performer:Patient.name=HTESTSECRET", []),
        ("Observation?performer:Patient.identifier=urn:oid:1.2.3|2", []),
        ("Observation?performer:Patient.gender:not=male", []),
        ("Observation?performer.birthdate=1960-01-01", []),
        ("Observation?performer:Patient._has:Observation:patient:status=amended", []),
        ("Observation?performer:Patient.organization=Organization/other", []),
        ("Observation?performer:Practitioner.name=HTESTLUO", ["oA"]),
        ("Organization?_has:Patient:organization:family=HTESTSECRET", []),
        ("Organization?_has:Patient:organization:gender=male", ["own"]),
        ("Organization?_has:Encounter:service-provider:status=finished", ["own"]),
        ("Practitioner?_has:Observation:performer:status=amended", []),
        ("Patient?_has:Observation:performer:status=final", []),
        ("Patient?_has:Observation:patient:status=amended", []),
        ("Patient?_filter=family co htestsecret or gender eq female", []),
        ("Observation?_filter=not (performer:Patient.family co htestsecret)", ["oA"]),
        ("Observation?_filter=performer:Patient[gender eq female].family pr true", []),
        ("Observation?_list=lB", []),
        ("Patient?_content=HTESTSECRET", []),
        ("Observation?_include=Observation:performer:Patient", ["oA"]),
        ("Observation?_include=*", ["d1", "oA", "pA"]),
        ("Practitioner?_revinclude=Observation:performer", ["d1", "oA"]),
        ("Practitioner?_revinclude=Observation:performer&_include:iterate=*", ["d1", "oA", "own", "pA"]),
        ("Patient?_sort=-family", ["pA"]),
        ("Patient?_sort=family&_count=1", ["pA"]),
        ("?_type=Patient,Observation", ["oA", "pA"]),
        ("?_id=pB,oB", []),
        ("Practitioner/d1/Observation", ["oA"]),
        ("Practitioner/d1/*", ["d1", "oA"]),
        ("Patient/pA/Observation", ["oA"]),
    ],
)
async def test_only_what_is_the_clinics_is_found(
    clinic: httpx.AsyncClient, query: str, expected: list[str]
) -> None:
    bundle = (await clinic.get(f"/{query}")).json()
    assert shown(bundle) == expected
    matches = [each for each in bundle.get("entry", ()) if each["search"]["mode"] == "match"]
    assert bundle["total"] == len(matches)
    assert [each["url"] for each in bundle["link"] if each["relation"] == "next"] == []
    more = "&" if "?" in query else "?"
    counted = (await clinic.get(f"/{query}{more}_summary=count")).json()
    assert counted["total"] == len(matches)
    total = (await clinic.get(f"/{query}{more}_total=accurate")).json()
    assert total["total"] == len(matches)


async def test_a_hidden_compartment_is_like_an_unknown_one(clinic: httpx.AsyncClient) -> None:
    for type in ("Observation", "*", "Patient"):
        hidden, unknown = [await clinic.get(f"/Patient/{id}/{type}") for id in ("pB", "nobody")]
        assert (hidden.status_code, hidden.json()) == (404, unknown.json())


async def test_a_type_beyond_the_scope_is_forbidden_wherever_it_stands(web: Web) -> None:
    """Checklist line 72: before data, and whether or not there is any."""
    narrow = await web.client("system/Observation.rs", OWN)
    for query in (
        "Patient?name=x",
        "Observation?subject:Patient.name=x",
        "Observation?patient.name=nobody",
        "Observation?_has:Provenance:target:agent=x",
        "Observation?_filter=patient.name co x",
        "Observation?encounter.patient.name=x",
        "Observation?_list=x",
        "?_type=Observation,Patient",
        "Patient/pA/Observation",
    ):
        reply = await narrow.get(f"/{query}")
        assert reply.status_code == 403, query
    assert (await narrow.get("/Observation?_include=Observation:subject")).status_code == 200
    assert (await narrow.get("/?_tag=x")).status_code == 200
