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
from services.portal.on_behalf import of_another
from services.portal.resident.access import Look, looks
from services.portal.resident.app import apps_of
from services.portal.visit import Visit, context_of


async def _shown(visit: Visit, cases: list[Case]) -> Mapping[str, Any]:
    """Who looked, by case."""
    found: dict[str, Look | None] = {}
    for case in cases:
        record = await visit.platform.archive.opened(case.about)
        members = await visit.context.store.persons.members(case.patient)
        entry = access_log.entry(record, frozenset(members)) if record else None
        named = [{"reference": entry.organization}] if entry and entry.organization else []
        # With the resident before him an officer reads the directory too.
        context = context_of(visit.platform, replace(visit.principal, attends=case.patient))
        houses = await organizations_of(context, named)
        grounds = await visit.platform.relations.grounds(members)
        apps = await apps_of(visit.platform.database, [entry] if entry else [])
        found[case.id] = _of_another(looks([entry], houses, grounds, apps=apps)[0]) if entry else None
    return {"looks": found}


def _of_another(look: Look) -> Look:
    """The words for the resident himself, as another reads them of him."""
    return replace(
        look,
        role=of_another(look.role),
        why=of_another(look.why),
        action=of_another(look.action),
        how=of_another(look.how),
        grounds=tuple(map(of_another, look.grounds)),
    )


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
