"""Finding a person by number or name: all records that are linked, why, and which two to look at.

IHE PDQm. What was typed stands in no address; a look-up of a number is counted like all others.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from fhir.resource import ID
from services.portal import csrf
from services.portal.catalogue import mark
from services.portal.clinician.search import matching
from services.portal.console.persons.pair import HOME, address
from services.portal.console.persons.person import persons_of
from services.portal.console.persons.queue_views import STEWARD
from services.portal.console.persons.record import records
from services.portal.page import page, see_other
from services.portal.sealing import seal, unseal
from services.portal.visit import Visit, visited

_FIND = f"{HOME}/find"
_LONGEST = 100
NOT_TWO = mark("请正好选两份记录。")


async def find_page(request: Request) -> Response:
    """The form, and whom the sealed query finds."""

    async def show(visit: Visit) -> Response:
        return await _found(request, visit, None)

    return await visited(request, STEWARD, show, interaction=Interaction.SEARCH)


async def find(request: Request) -> Response:
    """What was typed, sealed into the address of the result; or the page of the two that were chosen."""

    async def show(visit: Visit) -> Response:
        form = await request.form()
        chosen = [str(each) for each in form.getlist("record")]
        if "query" in form:
            query = str(form.get("query", "")).strip()[:_LONGEST]
            return see_other(f"{_FIND}?s={seal(query, _secret(request))}" if query else _FIND)
        if len(set(chosen)) != 2 or not all(map(ID.fullmatch, chosen)):
            return await _found(request, visit, NOT_TWO)
        return see_other(address(*(f"Patient/{each}" for each in chosen)))

    return await visited(request, STEWARD, show, form=True, interaction=Interaction.SEARCH)


async def _found(request: Request, visit: Visit, error: str | None) -> Response:
    visit.compare()
    visit.note(reason="compare")
    sealed = request.query_params.get("s", "")
    query = (unseal(sealed, _secret(request)) or "") if sealed else ""
    model: dict[str, Any] = {"query": query, "sealed": sealed, "people": None, "more": False, "error": error}
    if query:
        patients, model["more"] = await matching(visit.context, query)
        seen = await records(visit.context, [f"Patient/{each['id']}" for each in patients])
        model["people"] = await persons_of(visit, seen.values())
    template = "console/persons/templates/find.html"
    return page(request, template, status=422 if error else 200, reader=visit.reader, back=_FIND, **model)


def _secret(request: Request) -> str:
    return request.cookies.get(csrf.SESSION_COOKIE, "")
