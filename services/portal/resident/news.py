"""News: what has happened since the resident last confirmed, of the kinds that he wants to be told of."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from auth.audit import access_log
from auth.audit.access_log import AccessEntry
from auth.audit.archive import Span
from auth.audit.record import Outcome
from auth.store import notice_choices
from auth.store.notice_choices import Kind
from fhir.resource import Resource
from fhir.summary.coding import many
from fhir.summary.file import HealthFile
from fhir.summary.moment import local_day
from fhir.summary.results import results as series
from fhir.summary.source import target
from services.portal.catalogue import mark
from services.portal.resident.access_views import YEAR, house_names, own_log
from services.portal.resident.own_patient import own_patient
from services.portal.visit import Visit

KINDS = {
    Kind.HOUSE: mark("有新的单位看过或想看我的档案"),
    Kind.EMERGENCY: mark("我的档案被紧急打开"),
    Kind.RESULT: mark("有新的检查结果"),
    Kind.ANSWER: mark("我的请求有了答复"),
}
_PLACES = {
    Kind.HOUSE: "/resident/access",
    Kind.EMERGENCY: "/resident/access",
    Kind.RESULT: "/resident/results",
    Kind.ANSWER: "/resident/cases",
}
_MOST = 300


@dataclass(frozen=True, slots=True)
class News:
    """One notice: of what kind, how many or who, and where to read on."""

    kind: Kind
    count: int
    names: tuple[str, ...] = ()
    critical: int = 0
    """How many of the results somebody has to act on now."""

    @property
    def text(self) -> str:
        """The words for it, a msgid."""
        return KINDS[self.kind]

    @property
    def place(self) -> str:
        """Where to read on."""
        return _PLACES[self.kind]


async def news(visit: Visit, file: HealthFile) -> list[News] | None:
    """What to tell; nothing of a kind that was not chosen; None for whom nothing is new, since he has never
    looked before."""
    account, own = visit.session.account.id, own_patient(visit)
    choice = await notice_choices.of(visit.platform.database, account, own)
    if not choice.ever:
        looked = await _first_look(visit, choice.since)
        if looked is None:
            return None
        choice = replace(choice, since=looked)
    found = [
        await _houses(visit, choice.since) if Kind.HOUSE in choice.kinds else None,
        await _emergencies(visit, file, choice.since) if Kind.EMERGENCY in choice.kinds else None,
        results(file, choice.since, local_day()) if Kind.RESULT in choice.kinds else None,
        await _answers(visit, file, choice.since) if Kind.ANSWER in choice.kinds else None,
    ]
    return [each for each in found if each is not None and each.count]


async def _first_look(visit: Visit, since: datetime) -> datetime | None:
    """When the reader first looked at this file, as far back as notices go."""
    account = visit.principal.id
    span = Span(await own_log(visit), since, None, frozenset({account}))
    found, _ = await visit.platform.archive.look_through(
        span, _MOST, None, lambda each: each.agent.id == account and each.outcome is Outcome.SUCCESS
    )
    return found[-1].moment if found else None


def results(file: HealthFile, since: datetime, today: date) -> News:
    """How many tests have a result that came since a moment, reports of which none did beside them."""
    observations = _since(file, "Observation", since)
    fresh = HealthFile(file.patients, {"Observation": observations}, file.organizations)
    came = {f"Observation/{each.get('id')}" for each in observations}
    alone = [
        report
        for report in _since(file, "DiagnosticReport", since)
        if came.isdisjoint(map(target, many(report.get("result"))))
    ]
    urgent = (each for each in series(file, today) if each.urgency(today) == 3)
    critical = sum(any(each.latest.original is one for one in observations) for each in urgent)
    return News(Kind.RESULT, len(series(fresh, today)) + len(alone), critical=critical)


def _since(file: HealthFile, type: str, since: datetime) -> list[Resource]:
    stamped = ((str((each.get("meta") or {}).get("lastUpdated") or ""), each) for each in file.holding(type))
    return [each for stamp, each in stamped if stamp and datetime.fromisoformat(stamp) > since]


def new_houses(entries: Iterable[AccessEntry], since: datetime) -> list[str]:
    """The houses of looks since a moment that had never looked in the year before it."""
    known: set[str] = set()
    fresh: dict[str, None] = {}
    for each in entries:
        if each.organization and each.moment >= since:
            fresh[each.organization] = None
        elif each.organization:
            known.add(each.organization)
    return [each for each in fresh if each not in known]


async def _houses(visit: Visit, since: datetime) -> News:
    patients, archive = await own_log(visit), visit.platform.archive
    late = await access_log.for_patients(archive, patients, since, _MOST, others=True)
    entries = late
    if any(each.organization for each in late):
        entries = late + await access_log.for_patients(
            archive, patients, since - YEAR, _MOST, until=since, others=True
        )
    fresh = new_houses(entries, since)
    names = await house_names(visit, fresh)
    return News(Kind.HOUSE, len(fresh), tuple(names.get(each, each) for each in fresh))


async def _emergencies(visit: Visit, file: HealthFile, since: datetime) -> News:
    opened = await visit.platform.grounds.emergencies.told(_members(file), since, _MOST)
    return News(
        Kind.EMERGENCY, len(opened), tuple(dict.fromkeys(each.house for each in opened if each.house))
    )


async def _answers(visit: Visit, file: HealthFile, since: datetime) -> News:
    answered = await visit.platform.cases.answered(_members(file), since, _MOST)
    told = visit.principal.proxy is None
    return News(Kind.ANSWER, sum(told or each.by == visit.session.account.id for each in answered))


def _members(file: HealthFile) -> list[str]:
    return [f"Patient/{patient['id']}" for patient in file.patients]
