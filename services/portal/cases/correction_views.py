"""Corrections: lines that a resident says are wrong, as a steward of the house that recorded them decides.

A steward reads no health file but these lines, which the resident has put before him; one of the region those
of all houses.

The platform changes nothing: the house corrects its own system, whose message then corrects the file.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auth.roles import Role
from auth.store.cases import Case, Kind
from fhir.summary.reading import organizations_of
from services.portal.audit_terms import OTHER, TYPES
from services.portal.cases.desk import Desk
from services.portal.cases.texts import CORRECTIONS
from services.portal.visit import Visit, context_of


async def _shown(visit: Visit, cases: list[Case]) -> Mapping[str, Any]:
    """Of what kind each line is, and what the houses are called."""
    context = context_of(visit.platform, replace(visit.principal, compares=True))
    found = await organizations_of(context, [{"reference": each.house} for each in cases if each.house])
    houses = {reference: str(each.get("name") or reference) for reference, each in found.items()}
    kinds = {each.id: TYPES.get(each.about.partition("/")[0], OTHER) for each in cases}
    return {"houses": houses, "kinds": kinds}


async def _barred(visit: Visit, case: Case) -> bool:
    return False


desk = Desk(
    Kind.CORRECTION,
    Role.STEWARD,
    "/console/corrections",
    CORRECTIONS,
    "cases/templates/corrections.html",
    _shown,
    _barred,
)
