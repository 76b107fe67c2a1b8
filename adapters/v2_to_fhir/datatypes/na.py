"""NA: numeric array, as SampledData.

The guide's NA[SampledData]. One repetition is a row of samples; several are rows of one sample of each
channel. v2 does not tell how far apart the samples are, and FHIR demands it, so the period says that it is
unknown.
"""

from typing import Any

from adapters.hl7v2.field import Field
from adapters.v2_to_fhir.datatypes import nm

_UNKNOWN = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}


def sampled_data(value: Field, units: nm.Quantity) -> dict[str, Any] | None:
    """The samples of OBX-5; nothing when one of them is no number or the rows differ in length."""
    rows = [[part.value for part in repetition] for repetition in value.repetitions if repetition]
    numbers = [[nm.decimal(text) for text in row] for row in rows]
    if not rows or len({len(row) for row in rows}) > 1 or any(None in row for row in numbers):
        return None
    data = " ".join(str(one) for row in numbers for one in row)
    channels = len(rows[0]) if len(rows) > 1 else 1
    return {"origin": {"value": 0} | units, "_period": _UNKNOWN, "dimensions": channels, "data": data}
