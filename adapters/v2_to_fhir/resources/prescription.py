"""The order that a dispense or an administration belongs to: the ORC and MedicationRequest around it."""

from datetime import datetime
from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly, Scope
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import ei
from adapters.v2_to_fhir.resources.service_request import order_time


def orc(assembly: Assembly) -> Segment | None:
    """The ORC of the group around."""
    scope: Scope | None = assembly.scope
    while scope:
        found = next((one for one in scope.seen if one.name == "ORC"), None)
        if found:
            return found
        scope = scope.parent
    return None


def key(assembly: Assembly) -> str:
    """The order's number: the filler's, else the placer's."""
    found = orc(assembly)
    return (ei.key(found[3].first) or ei.key(found[2].first)) if found else ""


def control(assembly: Assembly) -> str:
    """ORC-1."""
    found = orc(assembly)
    return found[1].value.strip() if found else ""


def references(assembly: Assembly, context: Context) -> list[dict[str, Any]]:
    """The MedicationRequest of the message, else the order by its number."""
    request = assembly.scope.one("MedicationRequest")
    if request and request.draft.reference in context.drafts:
        return [{"reference": request.draft.reference}]
    found = orc(assembly)
    numbers = [
        ei.identifier(found[n].first, context, type_)
        for n, type_ in ((2, "PLAC"), (3, "FILL"))
        if found and found[n]
    ]
    return [{"type": "MedicationRequest", "identifier": one} for one in numbers if one][:1]


def places(assembly: Assembly, context: Context) -> list[str]:
    """Where the order's numbers stand."""
    return context.valued(orc(assembly), 2, 3)


def time(assembly: Assembly, context: Context) -> datetime | None:
    """ORC-9, else the message's time."""
    found: datetime | None = order_time(orc(assembly), context)
    return found
