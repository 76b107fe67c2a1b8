"""The receipt of one access: a file that a resident keeps, and anyone can check without the platform."""

import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from auth.audit import access_log, receipt
from auth.audit.record import Interaction
from auth.roles import Role
from fhir.access import Action
from fhir.interactions.read import not_found
from fhir.outcome import Fault, Refusal
from fhir.summary.moment import CHENGDU
from fhir.summary.reading import organizations_of
from services.portal.catalogue import LANGUAGES, mark, translations
from services.portal.page import HEADERS, page
from services.portal.resident.access import Look, looks
from services.portal.resident.app import App, apps_of
from services.portal.visit import Visit, visited

_APP, _GONE = mark("应用 %(name)s"), mark("一个已删除的应用")


async def receipt_file(request: Request, id: str) -> Response:
    """The receipt as a file; a page where the day of the access has no root yet."""

    async def show(visit: Visit) -> Response:
        own = visit.principal.patient
        if own is None:
            raise Refusal(Fault.FORBIDDEN, "the account names no patient")
        visit.note(entity=f"AuditEvent/{id}")
        constraint = await visit.context.permit("AuditEvent", Action.READ)
        patients = await constraint.among(await visit.context.store.persons.members(own))
        found = await visit.platform.archive.one(id, patients)
        if found is None:
            raise not_found()
        row, record = found
        patient = min(frozenset(record.patients) & patients)
        visit.note(patients=(patient,))
        entry = access_log.entry(record, patients)
        named = await organizations_of(
            visit.context, [{"reference": entry.organization}] * bool(entry.organization)
        )
        visit.context.trail.query = None
        (look,) = looks([entry], named, apps=await apps_of(visit.platform.database, [entry]))
        made = await receipt.made(
            visit.platform.anchoring, row, record, patient, visit.platform.store.vault, _texts(look)
        )
        if made is None:
            return page(request, "resident/templates/receipt.html", reader=visit.reader, look=look)
        name = f"furong-receipt-{id}.json"
        more = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(json.dumps(made, indent=1), 200, HEADERS | more, "application/json")

    return await visited(request, (Role.RESIDENT,), show, type="AuditEvent", interaction=Interaction.READ)


def _app(app: App | None, say: Callable[[str], str]) -> str:
    if app is None:
        return ""
    return say(_APP) % {"name": app.name} if app.name else f"{say(_GONE)} ({app.id})"


def _texts(look: Look) -> list[str]:
    """What happened in one line, in each language."""
    when = look.when.astimezone(CHENGDU).strftime("%Y-%m-%d %H:%M:%S")
    lines = []
    for language in LANGUAGES:
        say = translations(language).gettext
        what = ", ".join(say(each) for each in look.what)
        app = _app(look.app, say)
        parts = (
            when,
            look.who or app,
            look.organization,
            say(look.role),
            say(look.why),
            f"{say(look.action) % {'app': app}} {what}",
            app if look.app and not look.by_app and "%(app)s" not in look.action else "",
        )
        lines.append(" · ".join(part.strip() for part in parts if part))
    return lines
