"""OperationDefinition: the input parameters of the operations of R4.

FHIR R4 operationdefinition.html, as compiled by `fhir.definitions.compile_operations`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson

_FILE = Path(__file__).parent / "data" / "operations.json"


@dataclass(frozen=True, slots=True)
class ParameterDefinition:
    """One input parameter; `type` None is one that has parts."""

    name: str
    type: str | None = None
    min: int = 0
    repeats: bool = False

    @property
    def primitive(self) -> bool:
        """Whether it can stand in a URL."""
        return self.type is not None and self.type[0].islower()


@dataclass(frozen=True, slots=True)
class OperationDefinition:
    """An operation as its definition has it; `returns` is the type of the output parameter `return`."""

    url: str
    code: str
    levels: frozenset[str] = frozenset()
    inputs: Mapping[str, ParameterDefinition] = field(default_factory=dict)
    returns: str | None = None


@cache
def operation_definitions() -> Mapping[str, OperationDefinition]:
    """The definitions of R4 by their canonical URL."""
    rows: dict[str, dict[str, Any]] = orjson.loads(_FILE.read_bytes())
    return {url: _definition(url, row) for url, row in rows.items()}


def _definition(url: str, row: dict[str, Any]) -> OperationDefinition:
    inputs = {
        name: ParameterDefinition(
            name, given.get("type"), given.get("min", 0), given.get("max", "1") not in ("0", "1")
        )
        for name, given in row["inputs"].items()
    }
    return OperationDefinition(url, row["code"], frozenset(row["levels"]), inputs, row.get("returns"))
