"""Reading: what belongs to one Encounter, as far as the reader may see it.

FHIR R4 Encounter.diagnosis and reasonReference, and what names the Encounter (`encounter`, `context`).
"""

from collections.abc import Sequence

from fhir.interactions.context import Context
from fhir.interactions.read import not_found
from fhir.operations.compartment import references
from fhir.resource import ID
from fhir.store import Stored
from fhir.summary.file import HealthFile
from fhir.summary.reading import record
from services.portal.clinician.timeline.entries import TYPES


async def encounter(context: Context, id: str, key: str) -> tuple[HealthFile, bool]:
    """Of the file of the person behind `Patient/<id>` what belongs to `Encounter/<key>`, and whether there is
    more than was read; a Refusal (404) where there is no such visit."""
    if not ID.fullmatch(key):
        raise not_found()
    wanted = f"Encounter/{key}"

    def belonging(rows: Sequence[Stored]) -> list[Stored]:
        named = {each for row in rows if row.reference == wanted for each in references(row)}
        return [row for row in rows if row.type == "Patient" or _belongs(row, wanted, named)]

    file, incomplete = await record(context, id, (*TYPES, "Observation"), belonging)
    if not file.holding("Encounter"):
        raise not_found()
    context.trail.entity = wanted
    return file, incomplete


def _belongs(row: Stored, wanted: str, named: set[str]) -> bool:
    if row.type == "Encounter":
        return row.reference == wanted
    return row.reference in named or wanted in references(row)
