"""A file in which a report lies that is somebody else's, and a steward at it."""

from dataclasses import dataclass
from typing import Any

import pytest

from auth.principal import Kind, Principal
from auth.store.moves import Move, Moves
from fhir.access import Constraint
from fhir.interactions.context import Context
from fhir.resource import Resource
from fhir.store import EVERYONE, Store
from fhir.store.transaction import Transaction
from services.refiling.plan import Plan, Why
from services.refiling.refiling import Asked, preview, refile
from tests.support.access import Granted
from tests.support.resources import observation, organization, patient

H1 = "Organization/h1"
VISIT = {"reference": "Encounter/e1"}
WHO = Principal(Kind.PERSON, "s1", "HTEST steward")


def of(type: str, id: str, **more: Any) -> Resource:
    subject = {"subject": {"reference": "Patient/a", "display": "测试甲"}}
    return {"resourceType": type, "id": id, **subject, **more}


def report(id: str, *results: str, **more: Any) -> Resource:
    named = {"result": [{"reference": f"Observation/{each}"} for each in results]} if results else {}
    code = {"coding": [{"system": "http://loinc.org", "code": "58410-2"}], "text": "blood count"}
    return of(
        "DiagnosticReport", id, status="final", code=code, effectiveDateTime="2026-02-03", **named, **more
    )


def request(id: str) -> Resource:
    return of("ServiceRequest", id, status="active", intent="order", code={"text": "blood count"})


FILES = (
    organization("h1"), patient("a", name=[{"text": "测试甲"}]), patient("b"), patient("c"),
    of("Encounter", "e1", status="finished", **{"class": {"code": "AMB"}}, serviceProvider={"reference": H1},
       diagnosis=[{"condition": {"reference": "Condition/k1"}}]),
    of("Condition", "k1", code={"text": "HTEST"}, encounter=VISIT),
    report("r1", "o1", "o2", encounter=VISIT, specimen=[{"reference": "Specimen/s1"}],
           basedOn=[{"reference": "ServiceRequest/q1"}], presentedForm=[{"url": "Binary/f1"}]),
    observation("o1", "a", encounter=VISIT, hasMember=[{"reference": "Observation/o3"}]),
    observation("o2", "a", encounter=VISIT, specimen={"reference": "Specimen/s1"}),
    observation("o3", "a"),
    of("Specimen", "s1"),
    request("q1"),
    report("r2", basedOn=[{"reference": "ServiceRequest/q1"}]),
    {"resourceType": "Binary", "id": "f1", "contentType": "text/plain", "data": "SFRFU1Q=",
     "securityContext": {"reference": "Patient/a"}},
    {"resourceType": "List", "id": "l1", "status": "current", "mode": "working",
     "subject": {"reference": "Patient/a"},
     "entry": [{"item": {"reference": "Observation/o1"}}, {"item": {"reference": "DiagnosticReport/r2"}}]},
    observation("later", "a", derivedFrom=[{"reference": "Observation/o2"}]),
    {"resourceType": "Provenance", "id": "v1", "recorded": "2026-01-01T00:00:00Z",
     "target": [{"reference": "DiagnosticReport/r1"}, {"reference": "Patient/a"}],
     "agent": [{"who": {"display": "HTEST"}}]},
)  # fmt: skip
REPORT = {
    "DiagnosticReport/r1",
    "Observation/o1",
    "Observation/o2",
    "Observation/o3",
    "Specimen/s1",
    "Binary/f1",
}


@dataclass
class Desk:
    """A steward at the files."""

    store: Store
    moves: Moves

    def context(self, constraint: Constraint = EVERYONE, **more: Any) -> Context:
        return Context(self.store, Granted(constraint, **more), "https://x.example/fhir", "r")

    async def plan(self, root: str, to: str = "Patient/b", constraint: Constraint = EVERYONE) -> Plan:
        return await preview(self.context(constraint), Asked(root, to))

    async def move(self, root: str, to: str = "Patient/b", undoes: str | None = None) -> Move:
        asked = Asked(root, to, undoes)
        plan = await preview(self.context(), asked)
        return await refile(self.context(), self.moves, asked, plan.digest, WHO, "HTEST why")

    async def read(self, reference: str, constraint: Constraint = EVERYONE) -> Resource | None:
        type, _, id = reference.partition("/")
        stored = await self.store.resources.read(type, id, constraint)
        return stored.resource() if stored else None

    async def owned(self, owner: str) -> set[str]:
        rows = self.store.database["resources"].find({"owner": owner, "deleted": False})
        return {row["_id"] async for row in rows if row["type"] not in ("Patient", "Provenance")}


@pytest.fixture
async def desk(store: Store) -> Desk:
    async def work(tx: Transaction) -> None:
        for resource in FILES:
            tx.put(resource, recorder=H1)

    await store.resources.transact(work)
    return Desk(store, Moves(store.database, store.vault))


def why(plan: Plan) -> dict[str, Why]:
    return {stored.reference: reason for stored, reason in plan.stays}
