"""Notices by choice: what a resident wants to be told of, and that he has read what he was told."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit.record import Interaction
from auth.roles import Role
from auth.store import notice_choices
from auth.store.notice_choices import Kind
from fhir.outcome import Fault, Refusal
from services.portal.page import page, see_other
from services.portal.resident.access_views import PROXIES
from services.portal.resident.news import KINDS
from services.portal.resident.own_patient import own_patient
from services.portal.visit import Visit, visited

HOME = "/resident/notices"


async def notices_page(request: Request) -> Response:
    """What is told, to be chosen."""

    async def show(visit: Visit) -> Response:
        account = visit.session.account.id
        choice = await notice_choices.of(visit.platform.database, account, own_patient(visit))
        return page(
            request, "resident/templates/notices.html", reader=visit.reader, kinds=KINDS,
            chosen=choice.kinds, kept=request.query_params.get("kept") == "1",
        )  # fmt: skip

    return await visited(request, (Role.RESIDENT,), show, type=None, proxies=PROXIES)


async def act(request: Request) -> Response:
    """Keep what was chosen, or that what was told has been read."""

    async def show(visit: Visit) -> Response:
        form, database = await request.form(), visit.platform.database
        account, own, what = visit.session.account.id, own_patient(visit), str(form.get("act", ""))
        visit.note(reason=f"notices: {what if what in ('choose', 'read') else 'unknown'}")
        if what == "choose":
            kinds = [each for each in Kind if each.value in form.getlist("kinds")]
            await notice_choices.choose(database, account, own, kinds)
            return see_other(f"{HOME}?kept=1")
        if what != "read":
            raise Refusal(Fault.INVALID, "no such action")
        await notice_choices.confirm(database, account, own, _moment(str(form.get("until", ""))))
        return see_other("/resident")

    interaction = Interaction.CONFIGURE
    return await visited(
        request, (Role.RESIDENT,), show, form=True, type=None, interaction=interaction, proxies=PROXIES
    )


def _moment(given: str) -> datetime:
    """When the page with the notices was made: what came later has not been read."""
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        return moment.now()
    return found if found.tzinfo is not None else moment.now()
