"""AuditEvents through the FHIR API: read, and search by patient and date.

FHIR R4 AuditEvent (auditevent.html). They live in their own append-only collection (`auth.audit`); the same
decision says who may see them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from fhir.access import Action, Constraint
from fhir.bundle import searchset
from fhir.cursor import open_cursor, seal_cursor
from fhir.interactions.context import Context
from fhir.interactions.read import not_found
from fhir.interactions.search import CURSOR, PAGE
from fhir.outcome import Fault, Issue, Refusal
from fhir.search.types.interval import interval, moment
from services.api.negotiation import Wish
from services.api.reply import json_reply

_MOST = 1000
_SILENT = frozenset({"_format", "_pretty", CURSOR})


@dataclass(slots=True)
class _Asked:
    """What a search of AuditEvents asks for."""

    patients: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    count: int = PAGE


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
    """AuditEvents newest first, those about the residents that the reader may see."""
    constraint = await context.permit("AuditEvent", Action.SEARCH)
    asked, used, issues = _read(parameters, wish.strict)
    context.trail.query = f"AuditEvent?{urlencode(used)}"
    context.trail.touch(asked.patients or ())
    patients = await _visible(constraint, await _persons(context, asked.patients))
    bound = urlencode([pair for pair in used if pair[0] != "_count"])
    cursor = next((value for name, value in parameters if name == CURSOR), None)
    vault = context.store.vault
    after = str(open_cursor(cursor, context.reader, bound, vault)[0]) if cursor else None
    archive = request.app.state.platform.archive
    total = await archive.count(patients, asked.since, asked.until)
    found = await archive.search(patients, asked.since, asked.until, asked.count + 1, after)
    page, links = found[: asked.count], [("self", _url(context, used))]
    if len(found) > asked.count and page:
        place = seal_cursor([page[-1]["id"]], context.reader, bound, vault)
        links.append(("next", _url(context, [*used, (CURSOR, place)])))
    entries = [
        {"fullUrl": f"{context.base}/AuditEvent/{each['id']}", "resource": each, "search": {"mode": "match"}}
        for each in page
    ]
    return json_reply(searchset(entries, links, total=total, issues=issues), wish)


async def _persons(context: Context, patients: frozenset[str] | None) -> frozenset[str] | None:
    if patients is None:
        return None
    linked = await context.store.persons.linked(sorted(patients))
    return frozenset(member for members in linked.values() for member in members)


async def _visible(constraint: Constraint, patients: frozenset[str] | None) -> frozenset[str] | None:
    """`patients` as far as they are visible; None for everyone."""
    if constraint.unrestricted:
        return patients
    if patients is None:
        return await constraint.every(_MOST) or frozenset()
    return await constraint.among(patients)


def _url(context: Context, pairs: Sequence[tuple[str, str]]) -> str:
    return f"{context.base}/AuditEvent?{urlencode(pairs)}".rstrip("?")


def _read(
    parameters: Sequence[tuple[str, str]], strict: bool
) -> tuple[_Asked, list[tuple[str, str]], list[Issue]]:
    asked, used, issues = _Asked(), [], []
    for name, value in parameters:
        if name in _SILENT:
            continue
        if name not in ("patient", "date", "_count"):
            issues.append(_ignored(name, strict))
            continue
        used.append((name, value))
        _take(asked, name, value)
    return asked, used, issues


def _ignored(name: str, strict: bool) -> Issue:
    text = f"search parameter {name[:64]!r} is not supported for AuditEvent"
    if strict or ":" in name:
        raise Refusal(Fault.UNSUPPORTED_PARAMETER, text)
    return Issue("not-supported", f"{text} and was ignored", severity="warning")


def _take(asked: _Asked, name: str, value: str) -> None:
    if name == "patient":
        named = frozenset(f"Patient/{each.removeprefix('Patient/')}" for each in value.split(",") if each)
        asked.patients = named if asked.patients is None else asked.patients & named
    elif name == "date":
        _bound(asked, value)
    elif value.isascii() and value.isdigit() and int(value[:9]) > 0:
        asked.count = min(int(value[:9]), _MOST)
    else:
        raise Refusal(Fault.PARAMETER, "_count is a whole number above zero", expression="_count")


def _bound(asked: _Asked, value: str) -> None:
    prefix = value[:2] if value[:2].isalpha() else "eq"
    range = interval(value.removeprefix(prefix))
    if range is None or prefix not in ("eq", "ge", "gt", "le", "lt"):
        raise Refusal(
            Fault.PARAMETER, "date is a FHIR date after eq, ge, gt, le, lt or nothing", expression="date"
        )
    start, end = map(moment, range)
    if prefix in ("eq", "ge"):
        asked.since = max(asked.since or start, start)
    if prefix == "gt":
        asked.since = max(asked.since or end, end)
    if prefix in ("eq", "le"):
        asked.until = min(asked.until or end, end)
    if prefix == "lt":
        asked.until = min(asked.until or start, start)
