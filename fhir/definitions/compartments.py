"""CompartmentDefinition: the Patient compartment of R4, as compiled by `fhir.definitions.compile_search`.

FHIR R4 compartmentdefinition-patient.html.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import orjson

_FILE = Path(__file__).parent / "data" / "compartments.json"


@cache
def patient_compartment() -> Mapping[str, tuple[str, ...]]:
    """By resource type, the reference parameters through which it lies in a Patient's compartment."""
    return {type: tuple(codes) for type, codes in orjson.loads(_FILE.read_bytes())["Patient"].items()}
