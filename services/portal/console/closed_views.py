"""Files of the dead: a privacy officer opens one to a house, for a reason shown on paper, until a day.

ADR 23. The resident is found by a number; it stands in no address. Of the file only who it is of is shown.
"""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit.record import Interaction
from auth.roles import Role
from auth.store.explicit_grants import Grant, in_force
from fhir.interactions.search import search as find
from fhir.resource import Resource
from fhir.summary.moment import CHENGDU, local_day
from fhir.summary.patient import banner
from fhir.summary.reading import patient_of
from services.portal.catalogue import mark
from services.portal.console.consent_views import asking, by_number, sealed_patient
from services.portal.page import page, see_other
from services.portal.visit import Visit, visited

HOME = "/console/closed"
LONGEST = timedelta(days=365)
_ROLES, _NOTE, _MOST = (Role.PRIVACY,), 300, "1000"
GROUNDS = {
    "court": mark("法院、检察院或公安机关的书面要求"),
    "family": mark("近亲属的书面申请"),
    "cause": mark("查明死因或医疗纠纷"),
    "insurance": mark("保险理赔，有近亲属同意"),
}
_LIVES = mark("档案里没有写明这位居民已故。活着的人由本人决定谁可以看。")
_UNCLEAR = mark("请选择机构和依据，写明看过什么文件，结束日期在明天到一年之内。")


class WrongGrant(Exception):
    """Why nothing is opened; the text is a msgid."""


async def closed_page(request: Request) -> Response:
    """The field for a number; with a resident chosen, whether he has died and to whom his file is open."""

    async def show(visit: Visit) -> Response:
        patient = sealed_patient(request)
        if patient is None:
            return asking(request, visit, HOME, None)
        visit.attend(patient)
        return await _page(request, visit, patient)

    return await visited(request, _ROLES, show)


async def search(request: Request) -> Response:
    """Find the resident of a number."""
    return await by_number(request, HOME)


async def act(request: Request) -> Response:
    """Open the file to a house, or end that."""

    async def show(visit: Visit) -> Response:
        patient, form = sealed_patient(request), await request.form()
        if patient is None:
            return asking(request, visit, HOME, None)
        visit.attend(patient)
        visit.note(patients=(patient,), entity=patient)
        try:
            await (_end if form.get("act") == "end" else _open)(visit, patient, form)
        except WrongGrant as wrong:
            return await _page(request, visit, patient, str(wrong), form)
        return see_other(f"{HOME}?s={quote(request.query_params['s'])}")

    return await visited(request, _ROLES, show, form=True, interaction=Interaction.CONFIGURE)


async def _open(visit: Visit, patient: str, form: FormData) -> None:
    if await _died(visit, patient) is None:
        raise WrongGrant(_LIVES)
    house, ground, note = (str(form.get(name, "")).strip() for name in ("house", "ground", "note"))
    until = _until(str(form.get("until", "")))
    known = {f"Organization/{each['id']}" for each in await _houses(visit)}
    if house not in known or ground not in GROUNDS or not note or until is None:
        raise WrongGrant(_UNCLEAR)
    visit.note(reason=f"file of the dead opened to {house}: {ground}: {note[:_NOTE]}")
    await visit.record_ahead()
    await visit.platform.relations.grant(None, patient, house, until, ground, visit.principal.id)


async def _end(visit: Visit, patient: str, form: FormData) -> None:
    house = str(form.get("house", ""))
    visit.note(reason=f"file of the dead closed to {house}"[:_NOTE])
    now = moment.now()
    for grant in await _grants(visit, patient):
        if grant.organization == house:
            await visit.platform.relations.grant(
                None, grant.patient, house, now, grant.reason, visit.principal.id, grant.practitioner
            )


def _until(text: str) -> datetime | None:
    """The end of that day, from tomorrow to a year ahead."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    end = datetime(day.year, day.month, day.day, tzinfo=CHENGDU) + timedelta(days=1)
    return end if moment.now() + timedelta(hours=24) < end <= moment.now() + LONGEST else None


async def _died(visit: Visit, patient: str) -> datetime | None:
    """Since when the person is said to be dead."""
    members = (await visit.platform.relations.persons([patient]))[patient]
    told = await visit.platform.grounds.deaths.of(members)
    return min(told.values(), default=None)


async def _grants(visit: Visit, patient: str) -> list[Grant]:
    members = (await visit.platform.relations.persons([patient]))[patient]
    return await in_force(visit.platform.database, members)


async def _houses(visit: Visit) -> list[Resource]:
    found = (await find(visit.context, "Organization", [("_count", _MOST)])).matches
    visit.context.trail.query = None
    houses = [each.resource() for each in found]
    return sorted((each for each in houses if each.get("name")), key=lambda each: str(each["name"]))


async def _page(
    request: Request, visit: Visit, patient: str, error: str | None = None, typed: FormData | None = None
) -> Response:
    found, houses = await patient_of(visit.context, patient), await _houses(visit)
    died = await _died(visit, patient)
    today, days = local_day(), visit.platform.grounds.policy.deceased_days
    model: dict[str, Any] = {
        "person": banner([found], today),
        "died": died,
        "closes": died + timedelta(days=days) if died else None,
        "over": died is not None and died + timedelta(days=days) <= moment.now(),
        "grants": await _grants(visit, patient),
        "houses": houses,
        "names": {f"Organization/{each['id']}": each["name"] for each in houses},
        "grounds": GROUNDS,
        "query": f"?s={quote(request.query_params['s'])}",
        "first": (today + timedelta(days=1)).isoformat(),
        "last": (today + LONGEST - timedelta(days=1)).isoformat(),
        "error": error,
        "typed": typed or {},
        "lives": _LIVES,
    }
    return page(
        request, "console/templates/closed.html", status=422 if error else 200, reader=visit.reader,
        back=HOME, **model,
    )  # fmt: skip
