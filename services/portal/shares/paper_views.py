"""One page for the purse or the wall: what is chosen for it, and the sheet, with a QR code or without.

What the code opens and what is printed is read alike: what is sensitive only where that was ticked (ADR 25).
"""

from dataclasses import replace

from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from auth.store.shares import Share
from fhir.identity import new_id
from fhir.interactions.read import not_found
from fhir.summary.moment import local_day
from fhir.summary.reading import health_file
from services.portal.catalogue import mark, translations
from services.portal.clinician.about import Form
from services.portal.page import page, see_other
from services.portal.preferences import preferences
from services.portal.resident.deed import SHEET_FORM
from services.portal.resident.own_patient import own_patient
from services.portal.shares.document import SECTIONS
from services.portal.shares.form import DAYS, WrongShare, on_paper, usual
from services.portal.shares.reading import SHARING, shown
from services.portal.shares.sheet import sheet
from services.portal.shares.views import PAPER as HOME
from services.portal.shares.views import betraying, code_of, link_of, made, over_page, own_share
from services.portal.visit import Visit, visited
from services.portal.watermark import OWN, mark_of

LABEL = mark("纸上")
"""Short: it stands in the code, and a dense code is hard to scan."""
_RESIDENT, _PRINT = (Role.RESIDENT,), "print: PATRQT"


async def form_page(request: Request) -> Response:
    """What is to stand on it, and for how long its code is to open."""

    async def show(visit: Visit) -> Response:
        visit.note(reason=SHEET_FORM)
        return _form(request, visit)

    return await visited(request, _RESIDENT, show, type="Bundle", proxies=SHARING)


async def make(request: Request) -> Response:
    """The sheet without a code; or make a link and go to the sheet with it."""

    async def show(visit: Visit) -> Response:
        form, own = await request.form(), own_patient(visit)
        try:
            asked = on_paper(form, *await betraying(visit, own))
        except WrongShare as wrong:
            visit.note(reason="invalid")
            return _form(request, visit, str(wrong), form)
        if asked.life is None:
            visit.note(reason=_PRINT, type="Patient", interaction=Interaction.VIEW)
            return await _sheet(request, visit, asked.sensitive)
        label = translations(preferences(request).language).gettext(LABEL)
        share = await made(visit, own, replace(asked, label=label), Form.of(form), paper=True)
        return see_other(f"{HOME}/{share.id}")

    interaction = Interaction.CONFIGURE
    return await visited(
        request, _RESIDENT, show, form=True, type="Bundle", interaction=interaction, proxies=SHARING
    )


async def sheet_page(request: Request, id: str) -> Response:
    """The sheet with the code of a link that lasts."""

    async def show(visit: Visit) -> Response:
        share = await own_share(visit, id)
        if not share.paper:
            raise not_found()
        if not share.lasts:
            visit.note(patients=(share.patient,), entity=share.patient)
            return over_page(request, visit, share)
        visit.note(reason=_PRINT)
        return await _sheet(request, visit, share.sensitive, share, code_of(link_of(visit, share)))

    return await visited(request, _RESIDENT, show, proxies=SHARING)


async def _sheet(
    request: Request, visit: Visit, sensitive: bool, share: Share | None = None, code: Markup | None = None
) -> Response:
    stamp = await mark_of(visit, OWN)
    own = own_patient(visit).removeprefix("Patient/")
    context = shown(visit.platform, visit.principal, sensitive=sensitive)
    file, incomplete = await health_file(replace(context, trail=visit.context.trail), own)
    return page(
        request,
        "shares/templates/sheet.html",
        reader=visit.reader,
        back=HOME,
        mark=stamp,
        sheet=sheet(file, local_day()),
        sensitive=sensitive,
        incomplete=incomplete,
        share=share,
        code=code,
    )


def _form(request: Request, visit: Visit, error: str = "", typed: FormData | None = None) -> Response:
    own = own_patient(visit)
    visit.note(patients=(own,), entity=own)
    return page(
        request,
        "shares/templates/paper.html",
        status=422 if error else 200,
        reader=visit.reader,
        back=HOME,
        sections={name: text for name, (text, _) in SECTIONS.items()},
        days=DAYS,
        form=new_id(),
        error=error,
        typed=typed or usual(days="1"),
    )
