"""CompartmentDefinition: the compartments of R4, as compiled by `fhir.definitions.compile_search`.

FHIR R4 compartmentdefinition.html.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import orjson

_FILE = Path(__file__).parent / "data" / "compartments.json"


@cache
def compartments() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """By compartment and resource type, the reference parameters through which a resource lies in it."""
    return {
        name: {type: tuple(codes) for type, codes in rows.items()}
        for name, rows in orjson.loads(_FILE.read_bytes()).items()
    }


def patient_compartment() -> Mapping[str, tuple[str, ...]]:
    """The Patient compartment."""
    return compartments()["Patient"]
