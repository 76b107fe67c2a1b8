"""Line: what a resource says in one line, so that a resident and a steward speak of the same thing."""

from dataclasses import dataclass

from fhir.interactions.context import Context
from fhir.interactions.read import not_found, read
from fhir.resource import ID, Resource
from fhir.store import Stored
from fhir.summary.coding import many
from fhir.summary.dosage import dosage_text
from fhir.summary.file import CLINICAL
from fhir.summary.moment import Moment, first_moment
from fhir.summary.quantity import unit_of
from fhir.summary.results import value_text
from fhir.summary.title import title
from fhir.summary.wording import Wording

_DATES = (
    "effectiveDateTime",
    "effectivePeriod",
    "authoredOn",
    "whenHandedOver",
    "occurrenceDateTime",
    "performedDateTime",
    "recordedDate",
    "date",
    "period",
    "issued",
)


@dataclass(frozen=True, slots=True)
class Line:
    """What a line is called, what it says and of which day it is."""

    name: Wording
    value: str
    when: Moment | None

    def __str__(self) -> str:
        """The line as one text."""
        day = self.when.day.isoformat() if self.when else ""
        return " ".join(filter(None, (self.name, self.value, day)))


async def found(context: Context, reference: str) -> Stored:
    """The resource of a line that the reader may see; else a Refusal (404)."""
    type, _, id = reference.partition("/")
    if type not in CLINICAL or not ID.fullmatch(id):
        raise not_found()
    return await read(context, type, id)


def line(resource: Resource) -> Line:
    """A resource as a line."""
    return Line(title(resource), _value(resource), first_moment(*(resource.get(name) for name in _DATES)))


def _value(resource: Resource) -> str:
    if resource["resourceType"] == "Observation":
        parts = [resource, *many(resource.get("component"))]
        return "/".join(filter(None, map(_quantity, parts)))
    return dosage_text(resource.get("dosageInstruction") or resource.get("dosage"))


def _quantity(part: Resource) -> str:
    return f"{value_text(part)} {unit_of(part.get('valueQuantity'))}".strip()
