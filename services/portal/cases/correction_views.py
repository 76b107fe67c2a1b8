"""Corrections: lines that a resident says are wrong, as a steward of the house that recorded them decides.

A steward reads no health file but these lines, which the resident has put before him; one of the region those
of all houses.

The platform changes nothing: the house corrects its own system, whose message then corrects the file.
"""

from collections.abc import Mapping
from typing import Any

from auth.roles import Role
from auth.store.cases import Case, Kind
from services.portal.cases.desk import Desk
from services.portal.cases.texts import CORRECTIONS
from services.portal.visit import Visit


async def _shown(visit: Visit, cases: list[Case]) -> Mapping[str, Any]:
    return {}


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
