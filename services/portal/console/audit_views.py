"""The auditor's page: the whole audit, newest first, by who looked, patient, day and outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.archive import Span
from auth.audit.record import AuditRecord, Interaction, Outcome
from auth.roles import Role
from auth.store import accounts
from fhir.summary.moment import CHENGDU
from fhir.summary.reading import organizations_of
from services.portal.audit_terms import OTHER, OTHER_PURPOSE, PURPOSES, TYPES, deed, role
from services.portal.catalogue import mark
from services.portal.console.residents import Resident, residents
from services.portal.on_behalf import of_another
from services.portal.page import page
from services.portal.visit import Visit, visited

_MOST, _LONGEST, _NAMED = 50, 128, 20
OUTCOMES = {"0": mark("已允许"), "4": mark("已拒绝"), "8": mark("失败"), "12": mark("严重失败")}
WORDS: dict[str, Any] = {
    "role": role, "deed": deed, "types": TYPES, "other": OTHER, "other_purpose": OTHER_PURPOSE,
    "purposes": {code: of_another(text) for code, text in PURPOSES.items()},
}  # fmt: skip
"""What the page calls what a record holds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks for; `fault` where it can't be read."""

    who: str = ""
    patient: str = ""
    day: str = ""
    outcome: str = ""
    after: str = ""
    fault: str = ""

    @property
    def bounds(self) -> tuple[datetime, datetime] | None:
        """Begin and end of the day, in Chengdu."""
        if not self.day:
            return None
        start = datetime.combine(date.fromisoformat(self.day), time(), CHENGDU)
        return start, start + timedelta(days=1)


async def audit_page(request: Request) -> Response:
    """The newest records."""
    return await _listed(request, form=False)


async def search(request: Request) -> Response:
    """Those that the form asks for; what was typed stands in no address."""
    return await _listed(request, form=True)


async def _listed(request: Request, *, form: bool) -> Response:
    async def show(visit: Visit) -> Response:
        asked = _asked(dict((await request.form()).items())) if form else Asked()
        found, rest = ([], None) if asked.fault else await _found(visit, asked)
        terms = [
            ("agent", asked.who),
            ("patient", asked.patient),
            ("date", asked.day),
            ("outcome", asked.outcome),
        ]
        said = "&".join(f"{name}={value}" for name, value in terms if value)
        visit.note(query=f"AuditEvent?{said}", patients=tuple(sorted(_references(asked))))
        people = await _people(visit, found)
        named = [{"reference": house} for each in found if (house := each.agent.organization)]
        houses = await organizations_of(visit.context, named)
        return page(
            request, "console/templates/audit.html", reader=visit.reader, asked=asked, records=found,
            outcomes=OUTCOMES, rest=rest, people=people, houses=houses, back="/console/audit",
            status=422 if asked.fault else 200, **WORDS,
        )  # fmt: skip

    interaction = Interaction.SEARCH
    return await visited(
        request, (Role.AUDITOR,), show, form=form, type="AuditEvent", interaction=interaction
    )


async def _found(visit: Visit, asked: Asked) -> tuple[list[AuditRecord], str | None]:
    platform, names, patients = visit.platform, frozenset[str](), None
    if asked.who:
        account = await accounts.by_login(platform.database, asked.who)
        names = frozenset({asked.who, *([account.id] if account else [])})
    if asked.patient:
        linked = await platform.store.persons.linked(sorted(_references(asked)))
        patients = frozenset(member for members in linked.values() for member in members)
    since, until = asked.bounds or (None, None)

    def test(record: AuditRecord) -> bool:
        looked_for = not names or not names.isdisjoint(record.agent.names)
        return looked_for and asked.outcome in ("", record.outcome.value)

    span = Span(patients, since, until, names or None)
    return await platform.archive.look_through(span, _MOST, asked.after or None, test)


async def _people(visit: Visit, found: Sequence[AuditRecord]) -> dict[str, list[Resident]]:
    """Whom each record is about, by its id: each once, whatever number of Patients he is."""
    shown = {patient for record in found for patient in record.patients[:_NAMED]}
    known = await residents(visit, shown)
    return {each.id: list(dict.fromkeys(known[one] for one in each.patients[:_NAMED])) for each in found}


def _references(asked: Asked) -> set[str]:
    return {f"Patient/{asked.patient.removeprefix('Patient/')}"} if asked.patient else set()


def _asked(form: dict[str, object]) -> Asked:
    def given(name: str) -> str:
        return str(form.get(name, "")).strip()[:_LONGEST]

    day, outcome = given("day"), given("outcome")
    fault = ""
    try:
        day = date.fromisoformat(day).isoformat() if day else ""
    except ValueError:
        day, fault = "", mark("日期要写成 2026-11-26 这样。")
    outcome = outcome if outcome in {each.value for each in Outcome} else ""
    return Asked(given("who"), given("patient"), day, outcome, given("after"), fault)
