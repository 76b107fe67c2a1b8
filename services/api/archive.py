"""AuditEvents through the FHIR API: read and search.

FHIR R4 AuditEvent (auditevent.html). They live in their own append-only collection (`auth.audit`); the same
decision says who may see them.
"""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.archive import Span
from fhir.access import Action, Constraint
from fhir.bundle import searchset
from fhir.cursor import CURSOR, open_cursor, seal_cursor
from fhir.interactions.context import Context
from fhir.interactions.read import not_found
from fhir.resource import Resource
from services.api.audit_query import MOST, AuditQuery, audit_query
from services.api.negotiation import Wish
from services.api.reply import json_reply

_SILENT = frozenset({"_format", "_pretty", CURSOR})


async def read_audit_event(request: Request, context: Context, id: str, wish: Wish) -> Response:
    """One AuditEvent."""
    constraint = await context.permit("AuditEvent", Action.READ)
    context.trail.entity = f"AuditEvent/{id}"
    event = await request.app.state.platform.archive.read(id, await _visible(constraint, None))
    if event is None:
        raise not_found()
    return json_reply(event, wish)


async def search_audit_events(
    request: Request, context: Context, parameters: Sequence[tuple[str, str]], wish: Wish
) -> Response:
    """AuditEvents newest first, those about the residents that the reader may see.

    The total is told unless criteria within the sealed bodies sift the records; a page of those may be short.
    """
    constraint = await context.permit("AuditEvent", Action.SEARCH)
    asked = audit_query(parameters, _SILENT, wish.strict)
    context.trail.query = f"AuditEvent?{urlencode(asked.used)}"
    context.trail.touch(asked.patients or ())
    patients = await _visible(constraint, await _persons(context, asked.patients))
    bound = urlencode([pair for pair in asked.used if pair[0] != "_count"])
    cursor = next((value for name, value in parameters if name == CURSOR), None)
    vault = context.store.vault
    after = str(open_cursor(cursor, context.reader, bound, vault)[0]) if cursor else None
    archive = request.app.state.platform.archive
    span = Span(patients, asked.since, asked.until, asked.by)
    links = [("self", _url(context, asked.used))]
    if not asked.count:
        total = await archive.count(patients, asked.since, asked.until)
        return json_reply(searchset([], links, total=total, issues=asked.issues), wish)
    page = await archive.sift(span, asked.count, after, _test(asked, context) if asked.sieve else None)
    total = None if asked.sieve else await archive.count(patients, asked.since, asked.until)
    if page.rest is not None:
        place = seal_cursor([page.rest], context.reader, bound, vault)
        links.append(("next", _url(context, [*asked.used, (CURSOR, place)])))
    entries = [
        {"fullUrl": f"{context.base}/AuditEvent/{each['id']}", "resource": each, "search": {"mode": "match"}}
        for each in page.events
    ]
    return json_reply(searchset(entries, links, total=total, issues=asked.issues), wish)


def _test(asked: AuditQuery, context: Context) -> Callable[[Resource], bool]:
    keyed = context.store.keyed
    return lambda event: asked.passes(event, keyed)


async def _persons(context: Context, patients: frozenset[str] | None) -> frozenset[str] | None:
    if patients is None:
        return None
    linked = await context.persons(sorted(patients))
    return frozenset(member for members in linked.values() for member in members)


async def _visible(constraint: Constraint, patients: frozenset[str] | None) -> frozenset[str] | None:
    """`patients` as far as they are visible; None for everyone."""
    if constraint.unrestricted:
        return patients
    if patients is None:
        return await constraint.every(MOST) or frozenset()
    return await constraint.among(patients)


def _url(context: Context, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{context.base}/AuditEvent?{urlencode(pairs)}".rstrip("?")
