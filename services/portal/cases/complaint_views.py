"""Complaints: looks that a resident does not know, as a privacy officer judges them. No clinical data."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from auth.audit import access_log
from auth.roles import Role
from auth.store.cases import Case, Kind
from fhir.summary.reading import organizations_of
from services.portal.cases.desk import Desk
from services.portal.cases.texts import VERDICTS
from services.portal.resident.access import Look, looks
from services.portal.visit import Visit, context_of


async def _shown(visit: Visit, cases: list[Case]) -> Mapping[str, Any]:
    """Who looked, by case."""
    found: dict[str, Look | None] = {}
    for case in cases:
        record = await visit.platform.archive.opened(case.about)
        entry = access_log.entry(record, frozenset({case.patient})) if record else None
        named = [{"reference": entry.organization}] if entry and entry.organization else []
        # With the resident before him an officer reads the directory too.
        context = context_of(visit.platform, replace(visit.principal, attends=case.patient))
        houses = await organizations_of(context, named)
        members = await visit.context.store.persons.members(case.patient)
        grounds = await visit.platform.relations.grounds(members)
        found[case.id] = looks([entry], houses, grounds)[0] if entry else None
    return {"looks": found}


async def _barred(visit: Visit, case: Case) -> bool:
    """Is it a look of his own?"""
    record = await visit.platform.archive.opened(case.about)
    return record is not None and record.agent.id == visit.principal.id


desk = Desk(
    Kind.COMPLAINT,
    Role.PRIVACY,
    "/console/complaints",
    VERDICTS,
    "cases/templates/complaints.html",
    _shown,
    _barred,
)
