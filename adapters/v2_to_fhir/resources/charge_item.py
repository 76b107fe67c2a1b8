"""ChargeItem of FT1.

The guide has no map (README.md, further messages). Known by transaction number (FT1-2), day (FT1-4) and
code; a charge (CG) is billable, a credit (CD) takes its charge back, a payment (PY) or an adjustment (AJ) is
no charge.
"""

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import nm
from adapters.v2_to_fhir.resources import subject

_STATES = {"CG": "billable", "CD": "aborted", "CO": "billable"}


def complete(assembly: Assembly, context: Context) -> bool:
    """The ChargeItem's id, state, amount and account; False for what is no charge or names no patient."""
    ft1, draft = assembly.first, assembly.draft
    kind = ft1[6][1].value.strip().upper()
    if "code" not in draft.elements or kind in ("PY", "AJ"):
        subject.leave(assembly, context, "a transaction that is no charge")
        return False
    if not subject.belongs(assembly, context):
        return False
    number = ft1[2].value.strip()
    code = subject.concept_key(context, draft.elements["code"])
    if number:
        day = ft1[4].value.strip()[:8]
        subject.identify(assembly, context, context.source.urn, number, day, code)
        system = context.source.local("transaction")
        draft.add("identifier", "FT1-2", [{"system": system, "value": number}], *context.valued(ft1, 2))
    else:
        subject.by_position(assembly, context)
    draft.put("status", _STATES.get(kind), *context.valued(ft1, 6))
    draft.defaults["status"] = "unknown"
    if kind and kind not in _STATES:
        context.leave(context.at(ft1, "6"))
    subject.put_encounter(assembly, context, "context")
    account = assembly.scope.one("Account")
    if account and account.draft.id:
        places = subject.number_places(account, context)
        draft.add("account", "PID-18", [{"reference": account.draft.reference}], *places)
    _amounts(ft1, assembly, context)
    draft.event_time = context.header.event_time
    return True


def _amounts(ft1: Segment, assembly: Assembly, context: Context) -> None:
    """How many (FT1-10), and what one costs (FT1-22; yuan where no currency stands)."""
    quantity = nm.decimal(ft1[10].value) if ft1[10] else None
    many = {"value": quantity} if quantity is not None else None
    assembly.draft.put("quantity", many, *context.valued(ft1, 10))
    parts = [str(one).strip() for one in ft1[22].first[1].subcomponents] if ft1[22] else []
    price = nm.decimal(parts[0]) if parts else None
    if price is not None:
        money = {"value": price, "currency": (parts[1] if len(parts) > 1 else "") or "CNY"}
        assembly.draft.put("priceOverride", money, *context.valued(ft1, 22))
    for position, value in ((10, quantity), (22, price)):
        if ft1[position] and value is None:
            context.leave(context.at(ft1, str(position)))
