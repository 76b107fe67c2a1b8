"""The operations of this server, all in one list.

FHIR R4 3.2.0 (operations.html). Routes, CapabilityStatement and OpenAPI description are made from it.
"""

from fhir.operations import (
    document,
    everything,
    expand,
    ihe_pix,
    lastn,
    lookup,
    match,
    merge,
    meta,
    person,
    reindex,
    subsumes,
    summary,
    translate,
    validate,
    validate_code,
)
from fhir.operations.operation import Level, Operation
from fhir.outcome import Fault, Refusal

OPERATIONS: tuple[Operation, ...] = (
    everything.PATIENT,
    everything.ENCOUNTER,
    summary.OPERATION,
    match.OPERATION,
    ihe_pix.OPERATION,
    person.OPERATION,
    merge.MERGE,
    merge.UNDO,
    lastn.OPERATION,
    document.OPERATION,
    meta.META,
    meta.ADD,
    meta.DELETE,
    reindex.REINDEX,
    reindex.STATUS,
    validate.OPERATION,
    expand.OPERATION,
    lookup.OPERATION,
    validate_code.CODE_SYSTEM,
    validate_code.VALUE_SET,
    subsumes.OPERATION,
    translate.OPERATION,
)


def operation_or_404(name: str, type: str | None, level: Level) -> Operation:
    """The operation `$name` as offered on `type` at `level`."""
    for each in OPERATIONS:
        if each.name == name and each.offered(type, level):
            return each
    raise Refusal(Fault.NOT_FOUND, "no such operation is offered at this address")
