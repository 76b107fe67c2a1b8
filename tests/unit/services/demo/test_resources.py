import json
import re
from typing import Any

import pytest

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.conversion import convert
from fhir.resource import Resource
from fhir.validation import validate
from services.demo.house import houses
from services.demo.region import Region
from services.demo.resources import registry
from services.demo.source import source


def plain(text: str) -> str:
    """An id as readable as an id may be."""
    return re.sub("[^A-Za-z0-9]", "-", text)[-64:]


def test_houses_doctors_and_roles_are_all_there() -> None:
    types = [resource["resourceType"] for resource in registry(plain)]
    doctors = sum(len(house.doctors) for house in houses())
    assert types.count("Organization") == 13
    assert types.count("Practitioner") == types.count("PractitionerRole") == doctors


@pytest.mark.parametrize("resource", registry(plain), ids=lambda each: f"{each['resourceType']}-{each['id']}")
def test_everything_is_labelled_as_test_data(resource: Resource) -> None:
    assert [each["code"] for each in resource["meta"]["security"]] == ["HTEST"]


def test_references_lead_somewhere() -> None:
    resources = list(registry(plain))
    known = {f"{each['resourceType']}/{each['id']}" for each in resources}
    assert len(known) == len(resources)
    for resource in resources:
        for word in json.dumps(resource).split('"'):
            if word.startswith(("Organization/", "Practitioner/")):
                assert word in known


@pytest.mark.parametrize("resource", registry(plain), ids=lambda each: f"{each['resourceType']}-{each['id']}")
def test_everything_is_valid_fhir(resource: Resource) -> None:
    assert [issue for issue in validate(resource) if issue.severity in ("error", "fatal")] == []


def test_the_feed_knows_the_doctors_under_the_same_ids(region: Region) -> None:
    known = {f"{each['resourceType']}/{each['id']}" for each in registry(plain)}
    for house in houses():
        messages = [each for each in region.messages if each.house == house][:40]
        for message in messages:
            drafts: list[Any] = list(convert(Message.parse(message.text), source(house), plain).drafts)
            named = {draft.reference for draft in drafts if draft.type in ("Practitioner", "Organization")}
            assert named <= known
