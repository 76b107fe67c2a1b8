"""Document: what a share holds, as a FHIR Bundle of the chosen sections.

FHIR R4 Bundle (collection). The one function that says what is shared: `bundle`.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from fhir.interactions.context import Context
from fhir.resource import Resource, instant, reference_of
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


async def bundle(context: Context, patient: str, sections: Collection[str]) -> Resource:
    """The chosen sections of the file of `patient`, as this reader may see them."""
    file, _ = await health_file(context, patient.removeprefix("Patient/"))
    entries = [
        {"fullUrl": f"{context.base}/{reference_of(each)}", "resource": each}
        for each in _chosen(file, sections)
    ]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": instant(datetime.now(UTC)),
        "entry": entries,
    }


def _chosen(file: HealthFile, sections: Collection[str]) -> Iterator[Resource]:
    for patient in file.patients:
        yield {name: patient[name] for name in _SHOWN if name in patient}
    for section in SECTIONS:
        if section in sections:
            yield from file.of(*SECTIONS[section][1])
    yield from file.organizations.values()
