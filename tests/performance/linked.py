"""CRUD of nine linked types: create all, read all, change all, delete all in reverse.

The iteration of the public HealthSamurai suite, with its checks (a DELETE may answer 200 or 204).
"""

import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.performance import clinical
from tests.performance.clinical import Links
from tests.performance.connection import Reply, request
from tests.performance.figure import Tally
from tests.performance.interactions import Turn, Workload, holding
from tests.performance.load import Session
from tests.performance.population import LABEL, Resource, patient
from tests.performance.region import Region, dumped

TYPES = (
    "Patient",
    "Location",
    "Organization",
    "Practitioner",
    "Encounter",
    "Observation",
    "MedicationRequest",
    "Claim",
    "ExplanationOfBenefit",
)
OPERATIONS = ("create", "read", "update", "delete")
CHANGES: Mapping[str, Mapping[str, Any]] = {
    "Patient": {"birthDate": "1975-05-05"},
    "Location": {"name": "HTEST moved"},
    "Organization": {"name": "HTEST renamed"},
    "Practitioner": {"gender": "female"},
    "Encounter": {"status": "in-progress"},
    "Observation": {"status": "amended"},
    "MedicationRequest": {"status": "completed"},
    "Claim": {"status": "cancelled"},
    "ExplanationOfBenefit": {"outcome": "partial"},
}
"""The one field that is changed."""
_FIRST = 1_000_000
_META = {"security": [LABEL]}


def resource(type: str, number: int, made: Mapping[str, str]) -> Resource:
    """The resource of `type`; `made` has the references of those before it."""
    draw, at = random.Random(number), datetime.now(UTC).replace(microsecond=0)
    known = ("Patient", "Encounter", "Practitioner", "Organization", "Location")
    links = Links(*(made.get(each, "") for each in known))
    match type:
        case "Patient":
            return patient(number)
        case "Location":
            return {"resourceType": type, "meta": _META, "status": "active", "name": "HTEST ward"}
        case "Organization":
            return {"resourceType": type, "meta": _META, "active": True, "name": f"HTEST house {number}"}
        case "Practitioner":
            return {"resourceType": type, "meta": _META, "active": True, "name": [{"family": "HTEST"}]}
        case "Encounter":
            return clinical.visit(links, at)
        case "Observation":
            return clinical.result(links, at, draw, number)
        case "MedicationRequest":
            return clinical.medication_request(links, at, draw)
        case "Claim":
            return clinical.claim(links, at, draw, made["MedicationRequest"])
        case _:
            return clinical.explanation(links, at, draw, made["Claim"])


def crud(region: Region, parts: Mapping[str, Tally]) -> Workload:
    """One iteration a turn; `parts` tallies each of OPERATIONS."""
    numbers = iter(range(_FIRST, 10 * _FIRST))

    def workload(session: Session) -> Turn:
        async def turn() -> None:
            await _Iteration(session, region.token, parts).run(next(numbers))

        return turn

    return workload


class _Iteration:
    """The life of nine resources."""

    def __init__(self, session: Session, token: str, parts: Mapping[str, Tally]) -> None:
        self._session = session
        self._token = token
        self._parts = parts
        self._made: dict[str, Resource] = {}

    async def run(self, number: int) -> None:
        """Create, read, change, delete; it ends where a resource could not be created."""
        for type in TYPES:
            made = {name: f"{name}/{each['id']}" for name, each in self._made.items()}
            body = dumped(resource(type, number, made))
            reply = await self._ask("create", "POST", type, holding(201, b'"versionId"'), body)
            if reply is None:
                return
            self._made[type] = json.loads(reply.body)
        for type, each in self._made.items():
            await self._ask("read", "GET", f"{type}/{each['id']}", holding(200, each["id"].encode()))
        for type, each in self._made.items():
            changed = dumped(each | CHANGES[type])
            check = holding(200, each["id"].encode(), b'"versionId":"2"')
            await self._ask("update", "PUT", f"{type}/{each['id']}", check, changed)
        for type, each in reversed(self._made.items()):
            await self._ask("delete", "DELETE", f"{type}/{each['id']}", _deleted)

    async def _ask(
        self, operation: str, method: str, place: str, check: Any, body: bytes | None = None
    ) -> Reply | None:
        asked = request(method, f"/fhir/{place}", self._token, body)
        return await self._session.exchange(asked, check, part=self._parts[operation])


def _deleted(reply: Reply) -> str | None:
    return None if reply.status in (200, 204) else f"status {reply.status} instead of 204"
