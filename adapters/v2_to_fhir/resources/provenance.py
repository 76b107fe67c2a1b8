"""Provenance of MSH and EVN: where the resources of a message come from.

The guide's MSH[Provenance-Source], MSH[Provenance-Transformation] and EVN[Provenance] in one resource;
hl7v2.md, rule 3. One for each message, with the same id whenever the message is converted again.
"""

from typing import Any

from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import xcn
from fhir.resource import instant

ACTIVITY = "http://hl7.org/fhir/uv/v2mappings/CodeSystem/provenance-activity-type-v2-to-fhir"
PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def complete(assembly: Assembly, context: Context) -> bool:
    """The Provenance's id, targets and agents; False when the message has no time or made nothing."""
    draft, header = assembly.draft, context.header
    msh = context.message.header
    recorded = header.sent or header.recorded
    if recorded is None or not context.drafts:
        context.place = "MSH[1]-7"
        context.warn("no time, so no Provenance")
        return False
    sender = [str(msh[position]).strip() for position in (3, 4)]
    draft.id = context.identified("Provenance", context.source.urn, *sender, header.control, header.body)
    draft.put("target", [{"reference": reference} for reference in context.drafts])
    if header.moment:
        draft.put("occurredDateTime", header.moment, header.moment_place)
    draft.put("recorded", instant(recorded), "MSH[1]-7" if msh[7] else header.noted_place)
    name = "^".join(part for part in (header.code, header.trigger, header.structure) if part)
    coding = {"system": ACTIVITY, "code": "v2-fhir-transformation"}
    draft.put("activity", {"coding": [coding], "text": f"message - {name}"}, "MSH[1]-9")
    draft.put("agent", _agents(context), *context.valued(context.message["EVN"], 5))
    what = {"identifier": {"system": context.source.local("message"), "value": header.control or header.body}}
    draft.put("entity", [{"role": "source", "what": what}], "MSH[1]-10")
    overlay = context.source.overlay
    own = [] if overlay is None else [context.source.local("maps", overlay.version)]
    draft.put("policy", [*own, *context.policies])
    draft.event_time = recorded
    return True


def _agents(context: Context) -> list[dict[str, Any]]:
    """The source's organisation as author and assembler, and who entered it (EVN-5)."""
    organization = {"reference": context.source.organization}
    agents = [{"type": _type(kind), "who": organization} for kind in ("author", "assembler")]
    evn = context.message["EVN"]
    context.place = "EVN[1]-5"
    who = xcn.practitioner(evn[5].first, context) if evn and evn[5] else None
    return agents + ([{"type": _type("enterer"), "who": who}] if who else [])


def _type(code: str) -> dict[str, Any]:
    return {"coding": [{"system": PARTICIPANT, "code": code}]}
