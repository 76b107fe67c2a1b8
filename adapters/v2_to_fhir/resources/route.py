"""Route: how and where a medication goes in.

HL7 v2 chapter 4A (RXR), the guide's RXR[MedicationRequest]; FHIR Dosage.route, site and method.
"""

from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe

READ = (1, 2, 4)


def route(rxr: Segment | None, context: Context) -> dict[str, Any]:
    """Route, site and method of an RXR, as elements of a Dosage."""
    found: dict[str, Any] = {}
    for position, element in zip(READ, ("route", "site", "method"), strict=True):
        if rxr and rxr[position]:
            context.place = context.at(rxr, str(position))
            concept = cwe.codeable_concept(rxr[position].first, context)
            if concept:
                found[element] = concept
    return found
