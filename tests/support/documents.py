"""A summary as a document, made of the resources of a test; what must be true of every one."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fhir.model import model
from fhir.resource import Resource, serialize
from fhir.summary.file import HealthFile, health_file
from fhir.summary.ips.document import document
from fhir.summary.ips.sections import sections
from fhir.validation import errors
from tests.support.people import TODAY

BASE = "https://furong.test/fhir"
ACTIVE = {
    "coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}
    ]
}


def file_of(*resources: Resource) -> HealthFile:
    """A file of resources, with ids where they have none, and without what no store would keep."""
    named = [each if "id" in each else each | {"id": f"r{number}"} for number, each in enumerate(resources)]
    return health_file([_kept(each) for each in named])


def _kept(resource: Resource) -> Resource:
    kept = {name: value for name, value in resource.items() if value not in ([], {})}
    if resource["resourceType"] == "AllergyIntolerance":
        kept.setdefault("clinicalStatus", ACTIVE)
    return kept


def document_of(file: HealthFile) -> Resource:
    """The document of a file, all its Organizations with it."""
    return document(file, sections(file, TODAY), list(file.organizations.values()), BASE, datetime.now(UTC))


def resources_of(bundle: Resource, type: str = "") -> list[Resource]:
    """The resources of a document, or those of one type."""
    found = [each["resource"] for each in bundle["entry"]]
    return [each for each in found if type in ("", each["resourceType"])]


def section_of(bundle: Resource, loinc: str) -> Resource:
    """The section with this code."""
    head = bundle["entry"][0]["resource"]
    (found,) = [each for each in head["section"] if each["code"]["coding"][0]["code"] == loinc]
    return dict(found)


def references(part: Any) -> Iterator[str]:
    """All literal references within something."""
    if isinstance(part, dict):
        if isinstance(part.get("reference"), str):
            yield part["reference"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def assert_sound(bundle: Resource) -> None:
    """It is valid to both judges, its Composition first, and every reference leads to an entry."""
    assert [(each.expression, each.diagnostics) for each in errors(bundle)] == []
    for each in resources_of(bundle):
        assert errors(each) == []
    model("Bundle").model_validate_json(serialize(bundle))
    assert (bundle["type"], bundle["entry"][0]["resource"]["resourceType"]) == ("document", "Composition")
    urls = [each["fullUrl"] for each in bundle["entry"]]
    assert len(urls) == len(set(urls))
    for entry in bundle["entry"]:
        for reference in references(entry["resource"]):
            if not reference.startswith("#"):
                whole = reference if ":" in reference else f"{BASE}/{reference}"
                assert whole in urls, reference
    for section in bundle["entry"][0]["resource"]["section"]:
        assert ("entry" in section) != ("emptyReason" in section)


def text_of_div(section: Resource) -> str:
    """What the narrative of a section says."""
    return re.sub(r"<[^>]*>", "\n", section["text"]["div"])
