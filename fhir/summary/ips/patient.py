"""Patient: the one of a document, made of all source Patients of the person.

IPS 2.0 Patient-uv-ips. The identifiers of all records stay, each with the system of the house that gave it;
what the first record does not say, another one does.
"""

from collections.abc import Callable

from fhir.resource import Resource
from fhir.summary.coding import many
from fhir.summary.patient import written

UNKNOWN = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}
_TOLD = ("telecom", "gender", "address", "maritalStatus", "communication", "photo")
_CHOICES = (
    ("birthDate", "_birthDate"),
    ("deceasedBoolean", "_deceasedBoolean", "deceasedDateTime", "_deceasedDateTime"),
)


def one_patient(patients: list[Resource]) -> Resource:
    """The first of `patients`, with what the others add."""
    first, *others = patients
    made = {name: value for name, value in first.items() if name != "link"}
    if others:
        made["meta"] = {name: value for name, value in first.get("meta", {}).items() if name != "versionId"}
        _add(made, patients, "identifier", lambda each: (each.get("system"), each.get("value")))
        _add(made, patients, "name", lambda each: (each.get("use") == "old", written(each)))
        for members in (*((name, f"_{name}") for name in _TOLD), *_CHOICES):
            _take(made, others, members)
    if not made.get("name"):
        made["name"] = [{"_text": UNKNOWN}]
    if "birthDate" not in made and "_birthDate" not in made:
        made["_birthDate"] = UNKNOWN
    return {name: value for name, value in made.items() if value not in ([], {})}


def _add(made: Resource, patients: list[Resource], member: str, key: Callable[[Resource], object]) -> None:
    """All different values of a list, those of the first record first."""
    values: dict[object, Resource] = {}
    for each in (each for patient in patients for each in many(patient.get(member))):
        values.setdefault(key(each), each)
    if values:
        made[member] = list(values.values())


def _take(made: Resource, others: list[Resource], members: tuple[str, ...]) -> None:
    """What the first record leaves open, from the first other one that says it."""
    if any(name in made for name in members):
        return
    told = next((each for each in others if any(name in each for name in members)), {})
    made.update({name: told[name] for name in members if name in told})
