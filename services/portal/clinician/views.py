"""The doctor's pages: the worklist, find a resident, register an arrival, open the summary.

What was searched for stands in no address: the form is answered by a redirect to a sealed query.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit.record import WORKLIST, Interaction, Outcome
from auth.roles import Role
from auth.store.clients import launched
from fhir.outcome import Fault, Refusal
from fhir.summary.moment import local_day
from fhir.summary.patient import banner
from fhir.summary.reading import health_file, organizations_of, sources
from services.portal.catalogue import mark
from services.portal.clinician.arrival import Ambiguous, arrive
from services.portal.clinician.looks import NUMBER
from services.portal.clinician.news import news
from services.portal.clinician.notes import drafts
from services.portal.clinician.notes.note import drafted
from services.portal.clinician.presenters import notes, numbers, summary
from services.portal.clinician.referrals.reading import of as referred
from services.portal.clinician.search import people
from services.portal.clinician.sought import secret_of, sought
from services.portal.clinician.worklist.board import Board, board
from services.portal.downloads import FHIR_NAME, PDF_NAME, fhir_file, pdf_file
from services.portal.emergency import REASONS, left
from services.portal.notices import KINDS, OTHER, notices
from services.portal.page import page, see_other
from services.portal.sealing import seal, unseal
from services.portal.visit import Visit, visited
from services.portal.watermark import PURPOSES, mark_of

_SEARCH = "clinician/templates/search.html"
_LONGEST, _NOTES = 100, 2
_SEVERAL = mark("这个号码属于不止一份档案，请联系数据管理员。")
_NOBODY = mark("没有找到持有这个号码的居民，请核对后重试。")
_PAPER = 9
"""Points: the size of the type of a doctor's PDF."""
_CODES = {"REFERRAL": "TREAT"}
"""The purposes of a print that are no codes of v3-ActReason, as such."""


async def search_page(request: Request) -> Response:
    """The search form, and what the sealed query finds."""
    sealed = request.query_params.get("s", "")
    query = (unseal(sealed, secret_of(request)) or "") if sealed else ""

    async def show(visit: Visit) -> Response:
        return await _results(request, visit, query)

    return await visited(request, (Role.CLINICIAN,), show, interaction=Interaction.SEARCH)


async def search(request: Request) -> Response:
    """What was typed, sealed into the address of the result page."""

    async def show(visit: Visit) -> Response:
        query = str((await request.form()).get("query", "")).strip()[:_LONGEST]
        return see_other(f"/clinician?s={seal(query, secret_of(request))}" if query else "/clinician")

    return await visited(request, (Role.CLINICIAN,), show, form=True, interaction=Interaction.SEARCH)


async def arrival(request: Request) -> Response:
    """A resident who showed a card or number: a relation for a day, recorded, then the summary."""

    async def show(visit: Visit) -> Response:
        visit.note(reason="arrival")
        typed = str((await request.form()).get("number", ""))
        try:
            patient = await arrive(visit, typed)
        except Ambiguous:
            return await _not_arrived(request, visit, typed, _SEVERAL)
        if patient is None:
            return await _not_arrived(request, visit, typed, _NOBODY)
        return see_other(f"/clinician/patients/{patient.removeprefix('Patient/')}")

    return await visited(request, (Role.CLINICIAN,), show, form=True, interaction=Interaction.OPERATION)


async def summary_page(request: Request, id: str) -> Response:
    """The summary of one resident."""

    async def show(visit: Visit) -> Response:
        return await _summary(request, visit, id, PURPOSES["TREAT"])

    return await visited(request, (Role.CLINICIAN,), show)


async def print_page(request: Request, id: str) -> Response:
    """The same to be printed: recorded by itself, with what it is printed for."""

    async def show(visit: Visit) -> Response:
        purpose = await _stated(request, visit, "print")
        return await _summary(request, visit, id, purpose, printing=True)

    return await visited(request, (Role.CLINICIAN,), show, form=True)


async def fhir_download(request: Request, id: str) -> Response:
    """The International Patient Summary as a file."""

    async def show(visit: Visit) -> Response:
        await _stated(request, visit, f"download {FHIR_NAME}")
        visit.note(entity=f"Patient/{id}")
        with sought(visit, id):
            return await fhir_file(request, visit, id)

    return await visited(request, (Role.CLINICIAN,), show, form=True)


async def pdf_download(request: Request, id: str) -> Response:
    """The summary as a PDF; the page to be printed where there is no font for one."""

    async def show(visit: Visit) -> Response:
        purpose = await _stated(request, visit, f"download {PDF_NAME}")
        visit.note(entity=f"Patient/{id}")
        with sought(visit, id):
            made = await pdf_file(request, visit, id, purpose, _PAPER)
        return made or await _summary(request, visit, id, purpose, printing=True, fontless=True)

    return await visited(request, (Role.CLINICIAN,), show, form=True)


async def _stated(request: Request, visit: Visit, deed: str) -> str:
    """What a sheet or a file is for, which the record keeps with the deed."""
    purpose = str((await request.form()).get("purpose", ""))
    if purpose not in PURPOSES:
        raise Refusal(Fault.PARAMETER, "a print names one of the purposes that the page offers")
    visit.note(reason=f"{deed}: {purpose}", purpose=_CODES.get(purpose, purpose))
    return PURPOSES[purpose]


async def number_page(request: Request, id: str) -> Response:
    """The whole citizen number and telephones, which every other page masks; recorded by itself."""

    async def show(visit: Visit) -> Response:
        visit.note(entity=f"Patient/{id}", reason=NUMBER)
        with sought(visit, id):
            patients = await sources(visit.context, id)
        houses = await organizations_of(visit.context, patients)
        visit.context.trail.query = None
        model: dict[str, Any] = {"banner": banner(patients, local_day()), "id": id}
        model["lines"] = numbers(patients, houses)
        template = "clinician/templates/number.html"
        return page(request, template, reader=visit.reader, back=f"/clinician/patients/{id}", **model)

    return await visited(request, (Role.CLINICIAN,), show, form=True)


async def _summary(
    request: Request, visit: Visit, id: str, purpose: str, *, printing: bool = False, fontless: bool = False
) -> Response:
    visit.note(entity=f"Patient/{id}")
    mark = await mark_of(visit, purpose)
    with sought(visit, id):
        file, incomplete = await health_file(visit.context, id)
    since = None if printing else await news(visit, file)
    who, persons = visit.principal, [f"Patient/{patient['id']}" for patient in file.patients]
    begun = (
        [] if printing else [drafted(each, who, mark.house or "") for each in await drafts.of(visit, persons)]
    )
    opening = await visit.platform.grounds.emergencies.current(who.id, who.organization, persons)
    return page(
        request,
        "clinician/templates/summary.html",
        reader=visit.reader,
        back=f"/clinician/patients/{id}",
        mark=mark,
        printing=printing,
        fontless=fontless,
        purposes=PURPOSES,
        summary=summary(file, local_day(), mark.house, secret_of(request)),
        incomplete=incomplete,
        news=since,
        notes=[*begun, *[each for each in notes(file) if each.listed_to(who)][:_NOTES]],
        referrals=[] if printing else await referred(visit.context, persons),
        apps=[] if printing else await launched(visit.platform.database),
        id=id,
        house=who.organization,
        emergency=opening,
        reasons=REASONS,
        left=left(opening.until, moment.now()) if opening else None,
    )


async def _results(request: Request, visit: Visit, query: str, status: int = 200, **arrival: str) -> Response:
    lines, more = await people(visit.context, query)
    model: dict[str, Any] = {"query": query, "people": lines, "more": more}
    model |= {"arrival_error": None, "typed": ""} | arrival
    model["board"] = None if query else await _board(visit)
    model |= {"waiting": await notices(visit), "kinds": KINDS, "other": OTHER}
    return page(request, _SEARCH, status=status, reader=visit.reader, back="/clinician", **model)


async def _board(visit: Visit) -> Board | None:
    """The worklist, recorded as such: it shows more than a search does."""
    visit.note(reason=WORKLIST)
    return await board(visit)


async def _not_arrived(request: Request, visit: Visit, typed: str, text: str) -> Response:
    """The worklist with what went wrong; the arrival that failed and the look at the list are two records."""
    visit.note(outcome=Outcome.REFUSED)
    await visit.record_ahead()
    visit.note(interaction=Interaction.SEARCH, entity=None, patients=())
    reply = await _results(request, visit, "", 404, arrival_error=text, typed=typed[:_LONGEST])
    await visit.record_end(Outcome.SUCCESS)
    return reply
