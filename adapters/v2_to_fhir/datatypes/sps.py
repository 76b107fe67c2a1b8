"""SPS, CM: specimen source (OBR-15), as elements of a Specimen.

The guide's SPS[Specimen]. Senders that know no SPS write a CWE (`BLD^血液`): so it is read where the first
component has no sub-components and there is no fourth.
"""

from typing import Any

from adapters.hl7v2.field import Repetition
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import cwe


def elements(value: Repetition, context: Context) -> dict[str, Any]:
    """What the source says, by element (`collection.bodySite`)."""
    parts = [value[n] for n in range(1, 8)]
    structured = value.delimiters.subcomponent in parts[0].raw or any(parts[3:])
    if not structured:
        concept = cwe.codeable_concept(value, context)
        return {"type": concept} if concept else {}
    coded = {
        "type": parts[0],
        "collection.bodySite": parts[3],
        "collection.method": parts[5],
    }
    found: dict[str, Any] = {
        name: cwe.codeable_concept(part, context) for name, part in coded.items() if part
    }
    if parts[1]:
        found["container"] = [{"additiveCodeableConcept": cwe.codeable_concept(parts[1], context)}]
    if parts[2]:
        found["note"] = [{"text": parts[2].value.strip()}]
    return found
