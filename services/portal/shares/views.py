"""The resident's one-time shares: make one, show its QR code, end it, and those that were."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import segno
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit.record import Interaction
from auth.login.hats import RESIDENT, principal
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.smart import health_link
from auth.store.shares import Share
from fhir.identity import new_id
from fhir.interactions.read import not_found
from fhir.outcome import Refusal
from fhir.summary.reading import sources
from services.portal.clinician.about import Form
from services.portal.page import page, see_other
from services.portal.resident.own_patient import own_patient
from services.portal.shares.document import SECTIONS
from services.portal.shares.form import MINUTES, Asked, WrongShare, on_screen, usual
from services.portal.shares.passcode import Known, known_of
from services.portal.shares.reading import SHARING
from services.portal.shares.viewer import HOME as VIEWER
from services.portal.visit import Visit, context_of, visited

HOME = "/resident/shares"
PAPER = "/resident/paper"
_MOST = 50
_passwords = Passwords()


async def shares_page(request: Request) -> Response:
    """The form, those that last, and those that were."""

    async def show(visit: Visit) -> Response:
        return await _listed(request, visit)

    return await visited(request, (Role.RESIDENT,), show, type="Bundle", proxies=SHARING)


async def make(request: Request) -> Response:
    """Make one and go to its QR code."""

    async def show(visit: Visit) -> Response:
        form, own = await request.form(), own_patient(visit)
        try:
            asked = on_screen(form, *await betraying(visit, own))
        except WrongShare as wrong:
            visit.note(reason="invalid")
            return await _listed(request, visit, str(wrong), form)
        share = await made(visit, own, asked, Form.of(form))
        return see_other(f"{HOME}/{share.id}")

    interaction = Interaction.CONFIGURE
    return await visited(
        request, (Role.RESIDENT,), show, form=True, type="Bundle", interaction=interaction, proxies=SHARING
    )


async def made(visit: Visit, own: str, asked: Asked, form: Form, *, paper: bool = False) -> Share:
    """A new link to what is asked for, recorded ahead; the same one where the form was sent before."""
    shares, account, sent = visit.platform.shares, visit.session.account.id, asked.sent_as(form.name)
    before = await shares.by_form(account, sent)
    if before is not None:
        visit.note(patients=(own,), entity=own, interaction=Interaction.VIEW)
        return before
    visit.note(patients=(own,), entity=own, reason=f"share made: {','.join(asked.sections)}")
    await visit.record_ahead()
    return await shares.make(
        patient=own,
        account=account,
        sections=asked.sections,
        sensitive=asked.sensitive,
        life=asked.life or timedelta(),
        label=asked.label,
        passcode=await _passwords.hash(asked.passcode) if asked.passcode else None,
        paper=paper,
        hat=visit.session.hat.id,
        form=sent,
    )


async def betraying(visit: Visit, own: str) -> list[Known]:
    """What others know of the resident; and of a parent, as he reads it of himself."""
    found = [known_of(await sources(visit.context, own.removeprefix("Patient/")))]
    account = visit.session.account
    himself = next((each for each in visit.session.hats if each.id == RESIDENT), None)
    if visit.principal.proxy and himself and account.patient:
        context = context_of(visit.platform, principal(account, himself))
        with suppress(Refusal):
            found.append(known_of(await sources(context, account.patient.removeprefix("Patient/"))))
    return found


async def share_page(request: Request, id: str) -> Response:
    """One that lasts, with its QR code."""

    async def show(visit: Visit) -> Response:
        share = await own_share(visit, id)
        visit.note(patients=(share.patient,), entity=share.patient)
        if not share.lasts:
            return over_page(request, visit, share)
        if share.paper:
            return see_other(f"{PAPER}/{id}")
        link = link_of(visit, share)
        left = max(1, round((share.until - moment.now()).total_seconds() / 60))
        return page(
            request,
            "shares/templates/share.html",
            reader=visit.reader,
            share=share,
            link=link,
            code=code_of(link),
            left=left,
            sections=[SECTIONS[each][0] for each in share.sections],
        )

    return await visited(request, (Role.RESIDENT,), show, type="Bundle", proxies=SHARING)


async def revoke(request: Request, id: str) -> Response:
    """End one now."""

    async def show(visit: Visit) -> Response:
        own = own_patient(visit)
        visit.note(patients=(own,), entity=own, reason="share ended")
        await visit.record_ahead()
        await own_share(visit, id)
        await visit.platform.shares.revoke(id, await _members(visit))
        return see_other(HOME)

    interaction = Interaction.CONFIGURE
    return await visited(
        request, (Role.RESIDENT,), show, form=True, type="Bundle", interaction=interaction, proxies=SHARING
    )


async def own_share(visit: Visit, id: str) -> Share:
    """A link of the resident, whether or not it lasts; a Refusal (404)."""
    share = next((each for each in await _own(visit) if each.id == id), None)
    if share is None:
        raise not_found()
    return share


def over_page(request: Request, visit: Visit, share: Share) -> Response:
    """Why a link does not last, and the way back."""
    return page(request, "shares/templates/over.html", reader=visit.reader, share=share)


def link_of(visit: Visit, share: Share) -> str:
    """What stands in the QR code of a share."""
    viewer = f"{visit.platform.settings.address}{VIEWER}"
    url, secret = f"{viewer}/{share.token}", share.passcode is not None
    return health_link.link(url, share.key, share.until, share.label, passcode=secret, viewer=viewer)


def code_of(link: str) -> Markup:
    """The QR code as inline SVG; its colours are attributes, no style."""
    made = segno.make_qr(link, error="m")
    return Markup(made.svg_inline(omitsize=True, light="#fff", svgclass="qr", lineclass=None))  # noqa: S704


async def _listed(request: Request, visit: Visit, error: str = "", typed: FormData | None = None) -> Response:
    own, found = own_patient(visit), await _own(visit)
    visit.note(patients=(own,), entity=own)
    return page(
        request,
        "shares/templates/list.html",
        status=422 if error else 200,
        reader=visit.reader,
        back=HOME,
        lasting=[each for each in found if each.lasts],
        former=[each for each in found if not each.lasts],
        sections={name: text for name, (text, _) in SECTIONS.items()},
        lives=MINUTES,
        form=new_id(),
        error=error,
        typed=typed or usual(minutes="15"),
    )


async def _own(visit: Visit) -> list[Share]:
    """Those of the resident; of who acts for him, those that he has made."""
    theirs = visit.session.hat.id if visit.principal.proxy else None
    return await visit.platform.shares.of(await _members(visit), _MOST, theirs)


async def _members(visit: Visit) -> Sequence[str]:
    own = own_patient(visit)
    return sorted(await visit.context.store.persons.members(own))
