"""Consents on paper: an officer writes down what a resident has signed, with the same look ahead.

The resident is found by the number of a card that he shows; it stands in no address.
"""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from fhir.summary.moment import local_day
from fhir.summary.patient import banner
from fhir.summary.reading import patient_of
from services.portal import csrf
from services.portal.catalogue import mark
from services.portal.clinician.arrival import Ambiguous, holder
from services.portal.consents.desk import Desk
from services.portal.consents.pages import Pages, Show
from services.portal.page import page, see_other
from services.portal.sealing import seal, unseal
from services.portal.visit import Visit, visited

HOME = "/console/consents"
_NAVIGATION = "console/templates/navigation.html"
_LONGEST = 40


async def _at(request: Request, show: Show, *, form: bool = False) -> Response:
    async def shown(visit: Visit) -> Response:
        patient = sealed_patient(request)
        if patient is None:
            return asking(request, visit, HOME, None)
        visit.attend(patient)
        found = await patient_of(visit.context, patient)
        name = banner([found], local_day()).name
        query = f"?s={quote(request.query_params['s'])}"
        return await show(Desk(visit, request, HOME, _NAVIGATION, patient, "paper", query, name))

    return await visited(
        request, (Role.PRIVACY,), shown, form=form, type="Consent", interaction=Interaction.VIEW
    )


pages = Pages(_at)


async def search(request: Request) -> Response:
    """Find the resident of a number."""
    return await by_number(request, HOME)


async def by_number(request: Request, home: str) -> Response:
    """On to the pages below `home` of the resident who holds a number; his name in the address is sealed."""

    async def show(visit: Visit) -> Response:
        number = str((await request.form()).get("number", "")).strip()[:_LONGEST]
        return await _chosen(request, visit, number, home)

    return await visited(request, (Role.PRIVACY,), show, form=True, interaction=Interaction.SEARCH)


def sealed_patient(request: Request) -> str | None:
    """The Patient that the address names to this session."""
    return unseal(request.query_params.get("s", ""), request.cookies.get(csrf.SESSION_COOKIE, "")) or None


async def _chosen(request: Request, visit: Visit, number: str, home: str) -> Response:
    try:
        found = await holder(visit, number)
    except Ambiguous:
        return asking(request, visit, home, mark("这个号码属于不止一份档案，请联系数据管理员。"))
    if found is None:
        return asking(request, visit, home, mark("没有找到持有这个号码的居民，请核对后重试。"))
    person, _ = found
    visit.note(patients=person, entity=person[0])
    secret = request.cookies.get(csrf.SESSION_COOKIE, "")
    return see_other(f"{home}?s={quote(seal(person[0], secret))}")


def asking(request: Request, visit: Visit, home: str, error: str | None) -> Response:
    """The page that asks for a number."""
    return page(
        request,
        "console/templates/resident_number.html",
        status=404 if error else 200,
        reader=visit.reader,
        back=home,
        home=home,
        error=error,
    )
