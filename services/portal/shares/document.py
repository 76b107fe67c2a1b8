"""Document: what a share holds, as a FHIR Bundle of the chosen sections.

FHIR R4 Bundle (collection). The one function that says what is shared: `bundle`.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from fhir.interactions.context import Context
from fhir.resource import Resource, instant, reference_of, serialize
from fhir.summary.file import HealthFile
from fhir.summary.reading import health_file
from services.portal.catalogue import mark

SECTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "allergies": (mark("过敏情况"), ("AllergyIntolerance",)),
    "problems": (mark("健康问题"), ("Condition",)),
    "medications": (
        mark("用的药"),
        ("MedicationRequest", "MedicationStatement", "MedicationDispense", "Medication"),
    ),
    "results": (mark("检查结果"), ("Observation",)),
    "vaccinations": (mark("疫苗"), ("Immunization",)),
    "visits": (mark("看病记录"), ("Encounter",)),
    "documents": (mark("报告"), ("DiagnosticReport", "DocumentReference")),
}
"""What may be chosen: the name, and the resource types of each."""
_SHOWN = ("resourceType", "id", "name", "gender", "birthDate", "deceasedBoolean", "deceasedDateTime")
"""Of the person no number, telephone or address."""


_INCOMPLETE: Resource = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "warning", "code": "incomplete", "diagnostics": "the file holds more than this"}],
}


async def bundle(context: Context, patient: str, sections: Collection[str]) -> Resource:
    """The chosen sections of the file of `patient`, as this reader may see them."""
    file, incomplete = await health_file(context, patient.removeprefix("Patient/"))
    entries = [
        {"fullUrl": f"{context.base}/{reference_of(each)}", "resource": each}
        for each in chosen(file, sections)
    ]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": instant(datetime.now(UTC)),
        "entry": entries + ([{"resource": _INCOMPLETE}] if incomplete else []),
    }


def chosen(file: HealthFile, sections: Collection[str]) -> list[Resource]:
    """The person, the lines of the sections, and the institutions that these name: no other is told of."""
    lines = [
        _line(each)
        for section, (_, types) in SECTIONS.items()
        if section in sections
        for each in file.holding(*types)
        if each["resourceType"] != "Medication"
    ]
    text = b"".join(map(serialize, lines))

    def is_named(resource: Resource) -> bool:
        return f'"{reference_of(resource)}"'.encode() in text

    persons = [
        _person(each, source=source)
        for number, each in enumerate(file.patients)
        if (source := is_named(each)) or number == 0
    ]
    text += b"".join(map(serialize, persons))
    directory = filter(is_named, (*file.of("Medication"), *file.organizations.values()))
    return [*persons, *lines, *directory]


def _line(resource: Resource) -> Resource:
    """A line without what may name the person by a number: identifiers of references, the contained, text."""
    return {name: _bare(value) for name, value in resource.items() if name not in ("text", "contained")}


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [_bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    named = "reference" in value
    return {name: _bare(each) for name, each in value.items() if not (named and name == "identifier")}


def _person(patient: Resource, *, source: bool) -> Resource:
    """Who it is; of a record from which lines come also which house keeps it."""
    shown = (*_SHOWN, "managingOrganization") if source else _SHOWN
    return {name: patient[name] for name in shown if name in patient}
