"""New results: reports of my patients that came since I last opened their files.

FHIR R4 DiagnosticReport (date, issued); made or issued at most DAYS back, and nothing that is of long ago
and was only sent again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fhir.interactions.context import Context
from fhir.resource import Resource, reference_of
from fhir.summary.coding import many
from fhir.summary.holding import holds
from fhir.summary.moment import first_moment, stamp
from fhir.summary.reading import organizations_of
from fhir.summary.results import parts, verdict
from fhir.summary.source import Origin, Sources, owner_of, target
from fhir.summary.wording import Wording, named
from services.portal.clinician.finding import found
from services.portal.clinician.worklist.mine import Mine

DAYS, MOST, OF_EACH = 14, 200, 3
_DATES = ("effectiveDateTime", "effectivePeriod", "issued")


@dataclass(frozen=True, slots=True)
class News:
    """What came for one person: how many reports, the newest by name, how much in them is not normal."""

    patient: str
    reports: tuple[tuple[Wording, Origin], ...]
    count: int
    critical: int = 0
    notable: int = 0


async def arrived(context: Context, mine: Mine, looked: Mapping[str, datetime], now: datetime) -> list[News]:
    """The news of my patients, what is critical first, then the newest.

    `looked`: when the file of a person was opened, or a report, by reference.
    """
    if not mine.person:
        return []
    by_person: dict[str, list[Resource]] = {}
    for each in await _reports(context, mine, now - timedelta(days=DAYS)):
        person = mine.person.get(owner_of(each))
        looks = filter(None, (looked.get(person or ""), looked.get(reference_of(each))))
        if person and holds(each) and _new(each, max(looks, default=None)):
            by_person.setdefault(person, []).append(each)
    return await _lines(context, by_person)


async def _reports(context: Context, mine: Mine, since: datetime) -> list[Resource]:
    """What was made or issued since, and came since; the newest first."""
    reports: dict[str, Resource] = {}
    for by in ("date", "issued"):
        asked = [
            ("patient", mine.patients),
            ("_lastUpdated", f"gt{since.isoformat(timespec='seconds')}"),
            (by, f"ge{since.date()}"),
            ("_sort", f"-{by}"),
        ]
        some, _ = await found(context, "DiagnosticReport", asked, MOST)
        reports |= {str(each["id"]): each for each in some}
    return sorted(reports.values(), key=_newest, reverse=True)


def _newest(report: Resource) -> float:
    return max(stamp(first_moment(report.get(name))) for name in _DATES)


def _new(report: Resource, looked: datetime | None) -> bool:
    """To the millisecond: what came in the second of the look was not seen."""
    came = (report.get("meta") or {}).get("lastUpdated")
    return looked is None or (came is not None and datetime.fromisoformat(str(came)) > looked)


async def _lines(context: Context, by_person: Mapping[str, Sequence[Resource]]) -> list[News]:
    shown = [each for theirs in by_person.values() for each in theirs]
    ids = ",".join(sorted({owner_of(each).removeprefix("Patient/") for each in shown}))
    patients = (await found(context, "Patient", [("_id", ids)]))[0] if ids else []
    sources = Sources(patients, await organizations_of(context, [*patients, *shown]))
    names = sorted({target(result) for each in shown for result in many(each.get("result"))} - {""})
    ids = ",".join(each.removeprefix("Observation/") for each in names[:500])
    results = (await found(context, "Observation", [("_id", ids)]))[0] if ids else []
    verdicts = {f"Observation/{each['id']}": _verdicts(each) for each in results}
    lines = [_line(person, theirs, sources, verdicts) for person, theirs in by_person.items()]
    return sorted(lines, key=lambda line: (-line.critical, -_stamp(line)))


def _line(
    person: str, reports: Sequence[Resource], sources: Sources, verdicts: Mapping[str, tuple[int, int]]
) -> News:
    counted = [verdicts.get(target(r), (0, 0)) for each in reports for r in many(each.get("result"))]
    named_ = tuple(
        (named(each.get("code")), sources.origin(each, first_moment(*(each.get(name) for name in _DATES))))
        for each in reports[:OF_EACH]
    )
    critical, notable = (sum(each[part] for each in counted) for part in (0, 1))
    return News(person, named_, len(reports), critical, notable)


def _verdicts(observation: Resource) -> tuple[int, int]:
    """How many of its values are critical, and how many else are not normal."""
    found = [verdict(part) for part in parts(observation)]
    critical = sum(each.critical for each in found)
    return critical, sum(each.notable for each in found) - critical


def _stamp(line: News) -> float:
    return stamp(line.reports[0][1].when)
