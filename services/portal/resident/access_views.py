"""Who looked at my record: the newest looks on the first page, and the whole log.

Screens, section 2: filters by date, person and organisation; twelve months unless all is asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.audit import access_log
from auth.audit.access_log import AccessEntry
from auth.audit.record import Interaction
from auth.principal import Proxied
from auth.roles import Role
from auth.store.cases import Case, Kind
from fhir.access import Action
from fhir.interactions.search import search as find
from fhir.resource import Resource
from fhir.summary.moment import CHENGDU
from fhir.summary.reading import organizations_of
from services.portal import csrf
from services.portal.cases.texts import VERDICTS
from services.portal.catalogue import mark
from services.portal.page import page, see_other
from services.portal.resident.access import Look, looks
from services.portal.resident.app import App, apps_of, caller
from services.portal.resident.named import named
from services.portal.resident.own_patient import own_patient
from services.portal.sealing import seal, unseal
from services.portal.visit import Visit, visited

HOME = "/resident/access"
PROXIES = (Proxied.PARENT, Proxied.ADULT)
STEP, MOST = 15, 1000
"""How many lines a page shows at most, and how many of the newest looks there are to be read."""
_LOOKS = 60
"""How many looks stand in the lines of a page at most."""
NEWEST, _BEFORE_FOLDING = 4, 40
YEAR = timedelta(days=366)
OTHERS = "-"
"""The choice of everybody but the resident himself."""
_LONGEST, _CHOICES = 200, 40
_CONSENTS = "500"
_REVERSED = mark("“从哪天”比“到哪天”晚。请换一下，再查找。")
_LAST = 9999
"""The last year of the calendar: until then is until always."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks for; without anything the last twelve months. `fault` where it can't be read."""

    since: str = ""
    until: str = ""
    who: str = ""
    house: str = ""
    whole: bool = False
    fault: str = ""

    @property
    def narrows(self) -> bool:
        """Is there less than everybody and every day of the period?"""
        return bool(self.since or self.until or self.who or self.house)

    @property
    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """since <= moment < until, in Chengdu's days."""
        since, until = _midnight(self.since), _midnight(self.until)
        if since is None and until is None and not self.whole:
            since = moment.now() - YEAR
        return since, until + timedelta(days=1) if until and until.year < _LAST else None

    def fits(self, entry: AccessEntry, name: str) -> bool:
        """Is it by this person or app, who is called so, from this house?"""
        theirs = not entry.own if self.who == OTHERS else self.who in ("", name)
        return theirs and self.house in ("", entry.organization)


@dataclass(frozen=True, slots=True)
class Pages:
    """The looks behind which the newer part and the older one begin: "" for the first part, None where there
    is none."""

    newer: str | None
    older: str | None


def part(
    found: Sequence[AccessEntry], before: str, folded: Mapping[str, int]
) -> tuple[Sequence[AccessEntry], Pages]:
    """The looks of one page, those behind the look `before`; the newest where there is no such look.

    `folded` says by the id of each as the how manieth line it is shown.
    """
    start = next((place for place, each in enumerate(found, 1) if each.id == before), 0)
    end = start + _room(found[start:], folded)
    back = start - _room(found[:start][::-1], folded)
    newer = (found[back - 1].id if back else "") if start else None
    return found[start:end], Pages(newer, found[end - 1].id if len(found) > end else None)


def _room(found: Sequence[AccessEntry], folded: Mapping[str, int]) -> int:
    """How many of these, in their order, a page has room for."""
    lines: set[int] = set()
    for place, each in enumerate(found[:_LOOKS]):
        lines.add(folded[each.id])
        if len(lines) > STEP:
            return place
    return min(len(found), _LOOKS)


async def access_page(request: Request) -> Response:
    """The log, the newest first."""

    async def show(visit: Visit) -> Response:
        patients = await own_log(visit)
        asked = _asked(request)
        since, until = asked.bounds
        entries = await access_log.for_patients(visit.platform.archive, patients, since, MOST, until=until)
        houses = await _houses(visit, entries)
        apps = await _apps(visit, entries)
        found = [each for each in entries if asked.fits(each, caller(each, apps))]
        lines = enumerate(looks(found, houses, apps=apps))
        folded = {id: number for number, look in lines for id in look.ids}
        shown, pages = part(found, request.query_params.get("before", ""), folded)
        visit.note(patients=tuple(patients), entity=visit.principal.patient)
        told_of = await told(visit, patients, shown, houses)
        asked_about = await complaints(visit, patients)
        return page(
            request,
            "resident/templates/access.html",
            status=422 if asked.fault else 200,
            reader=visit.reader,
            asked=asked,
            looks=told_of,
            asked_about={each.id: case for each in told_of if (case := about(each, asked_about))},
            verdicts=VERDICTS,
            newer=_address(request, pages.newer),
            older=_address(request, pages.older),
            cut=len(entries) == MOST,
            people=_people(entries, apps, asked.who),
            houses={reference: str(each.get("name", "")) for reference, each in sorted(houses.items())},
            asks=visit.principal.proxy in (None, *PROXIES),
        )

    return await visited(
        request,
        (Role.RESIDENT,),
        show,
        type="AuditEvent",
        interaction=Interaction.SEARCH,
        proxies=PROXIES,
    )


async def search(request: Request) -> Response:
    """Seal what was chosen into the address, so that it says nothing, and go there."""

    async def show(visit: Visit) -> Response:
        form = await request.form()
        names = ("since", "until", "who", "house", "whole")
        given = {name: str(form.get(name, ""))[:_LONGEST] for name in names}
        text = urlencode({name: value for name, value in given.items() if value})
        sealed = seal(text, request.cookies.get(csrf.SESSION_COOKIE, ""))
        return see_other(f"{HOME}?s={sealed}" if text else HOME)

    return await visited(request, (Role.RESIDENT,), show, form=True, type="AuditEvent", proxies=PROXIES)


async def own_log(visit: Visit) -> frozenset[str]:
    """The Patients whose looks the reader may see: all that he is, or whose resident he acts for."""
    own = own_patient(visit)
    constraint = await visit.context.permit("AuditEvent", Action.SEARCH)
    return frozenset(await constraint.among(await visit.context.store.persons.members(own)))


async def told(
    visit: Visit,
    patients: frozenset[str],
    entries: Sequence[AccessEntry],
    houses: Mapping[str, Resource] | None = None,
) -> list[Look]:
    """Some looks with all that the reader may know of them."""
    known = await _houses(visit, entries) if houses is None else houses
    return await _looks(visit, patients, entries, known, await _consents(visit))


async def newest(visit: Visit) -> list[Look]:
    """The newest looks of others in twelve months, refused ones too."""
    patients, since = await own_log(visit), moment.now() - YEAR
    archive = visit.platform.archive
    entries = await access_log.for_patients(archive, patients, since, _BEFORE_FOLDING, others=True)
    return (await _looks(visit, patients, entries, await _houses(visit, entries)))[:NEWEST]


async def _looks(
    visit: Visit,
    patients: frozenset[str],
    entries: Sequence[AccessEntry],
    houses: Mapping[str, Resource],
    consents: list[Resource] | None = None,
) -> list[Look]:
    grounds = await visit.platform.relations.grounds(patients)
    names = await named(visit.context, patients, entries)
    apps = await _apps(visit, entries)
    return looks(entries, houses, grounds, consents, names, visit.principal.id, apps)


async def _apps(visit: Visit, entries: Iterable[AccessEntry]) -> dict[str, App]:
    return await apps_of(visit.platform.database, entries, named=visit.principal.proxy is None)


def _people(entries: Iterable[AccessEntry], apps: Mapping[str, App], chosen: str) -> list[str]:
    """Who can be chosen: whoever looked last, and who is chosen now."""
    names = dict.fromkeys(caller(each, apps) for each in entries if not each.own)
    newest = [each for each in names if each][:_CHOICES]
    return sorted({*newest, chosen} - {"", OTHERS})


def _address(request: Request, before: str | None) -> str | None:
    """The page behind a look, with the same choice."""
    if before is None:
        return None
    given = {"s": request.query_params.get("s", ""), "before": before}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{HOME}?{query}" if query else HOME


async def _consents(visit: Visit) -> list[Resource] | None:
    """The resident's, where he himself reads: to another they would tell what is hidden from that one."""
    if visit.principal.proxy is not None:
        return None
    asked = [("patient", own_patient(visit)), ("_count", _CONSENTS)]
    found = await find(visit.context, "Consent", asked)
    visit.context.trail.query = None
    return [each.resource() for each in found.matches]


def about(look: Look, cases: Mapping[str, Case]) -> Case | None:
    """The complaint about a look, or about one that is folded into it."""
    return next((cases[each] for each in look.ids if each in cases), None)


async def complaints(visit: Visit, patients: frozenset[str]) -> dict[str, Case]:
    """The newest complaint about each look, by the id of that; a proxy's own."""
    cases = await visit.platform.cases.of(patients, MOST)
    account = None if visit.principal.proxy is None else visit.session.account.id
    return {
        each.about: each
        for each in reversed(cases)
        if each.kind is Kind.COMPLAINT and account in (None, each.by)
    }


async def house_names(visit: Visit, references: Iterable[str]) -> dict[str, str]:
    """What some houses are called."""
    found = await organizations_of(visit.context, [{"reference": each} for each in references])
    visit.context.trail.query = None
    return {reference: str(each.get("name") or reference) for reference, each in found.items()}


async def _houses(visit: Visit, entries: Iterable[AccessEntry]) -> dict[str, dict[str, object]]:
    named = [{"reference": each.organization} for each in entries if each.organization]
    found = await organizations_of(visit.context, named)
    visit.context.trail.query = None
    return found


def _asked(request: Request) -> Asked:
    text = unseal(request.query_params.get("s", ""), request.cookies.get(csrf.SESSION_COOKIE, ""))
    given = dict(parse_qsl(text or ""))
    days = {name: given.get(name, "") for name in ("since", "until")}
    try:
        for day in filter(None, days.values()):
            date.fromisoformat(day)
    except ValueError:
        return Asked(fault=mark("日期要写成 2026-11-26 这样。"))
    reversed_days = days["since"] and days["until"] and days["since"] > days["until"]
    return Asked(
        **days,
        who=given.get("who", ""),
        house=given.get("house", ""),
        whole="whole" in given,
        fault=_REVERSED if reversed_days else "",
    )


def _midnight(day: str) -> datetime | None:
    return datetime.combine(date.fromisoformat(day), time(), CHENGDU) if day else None
