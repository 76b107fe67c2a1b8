"""Watermark of a clinical page: who, where, when and what for, on every sheet that is printed of it.

security-and-scale.md, line 34. The visible part is the print style sheet's; the invisible one names the audit
record of the page (`auth.audit.watermark`), and `./furong audit watermark` reads it.
"""

from auth.audit import watermark
from fhir.outcome import Refusal
from fhir.summary.reading import organizations_of
from services.portal.catalogue import mark
from services.portal.page import Mark
from services.portal.visit import Visit

PURPOSES = {"TREAT": mark("诊疗"), "REFERRAL": mark("转诊"), "PATRQT": mark("居民本人要求")}
"""What a doctor prints for; two of them are codes of v3-ActReason."""
OWN, BEHALF = mark("本人查阅"), mark("代居民查阅")


async def mark_of(visit: Visit, purpose: str) -> Mark:
    """The watermark of the page that a visit is about to show."""
    record, keyed = visit.record, visit.platform.store.keyed
    return Mark(
        who=visit.principal.name,
        house=await _house(visit),
        when=record.moment,
        purpose=BEHALF if purpose == OWN and visit.principal.proxy else purpose,
        record=record.id,
        code=watermark.code(record.id, keyed),
    )


async def _house(visit: Visit) -> str | None:
    reference = visit.principal.organization
    if reference is None:
        return None
    try:
        found = await organizations_of(visit.context, [{"reference": reference}])
    except Refusal:
        found = {}
    return str(found.get(reference, {}).get("name", reference))
