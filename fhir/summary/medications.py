"""Medications: the same drug from several sources is one line that keeps every source's own words.

FHIR R4 MedicationRequest, MedicationStatement, MedicationDispense. A feed seldom ends a prescription. A long
one holds twelve weeks at most, so what was not renewed in 120 days is earlier, never hidden.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from fhir.resource import Resource
from fhir.summary.coding import codes, folded, keys_of, many, text_of
from fhir.summary.dosage import dosage_text
from fhir.summary.file import HealthFile
from fhir.summary.grouping import grouped
from fhir.summary.moment import Moment, first_moment, latest, moment, stamp
from fhir.summary.section import Section
from fhir.summary.source import Origin, Sources, target
from fhir.summary.wording import Wording, named

NONE_KNOWN = {"787481004", "no-known-medications"}
NO_INFORMATION = {"no-medication-info", "1287211007"}
_TYPES = ("MedicationRequest", "MedicationStatement", "MedicationDispense")
UNRENEWED = 120
"""Days: twelve weeks, the longest prescription, and a month of grace."""

_OVER = {"stopped", "cancelled", "completed", "not-taken", "declined"}
_UNSHOWN = {"entered-in-error", "draft"}
_STRENGTH = re.compile(
    r"\d+(?:\.\d+)?(?:mg|g|ug|μg|ml|iu|万?单位|%|:|/|x|\*|×|[片粒支盒袋丸])+|[(\[【].*?[)\]】]"
)
_SALT = re.compile(r"^(?:盐酸|硫酸|磷酸|马来酸|苯磺酸|琥珀酸|富马酸|酒石酸|枸橼酸|甲磺酸|门冬氨酸)")
_FORM = re.compile(r"(?:片|胶囊|颗粒|注射液|口服液|丸|滴眼液|软膏|乳膏)+$")


@dataclass(frozen=True, slots=True)
class Source:
    """One source's own words about a drug."""

    name: Wording
    dose: str
    origin: Origin
    dispensed: bool


@dataclass(frozen=True, slots=True)
class Medication:
    """One drug: the newest words for it, when last dispensed, and every source."""

    name: Wording
    dose: str
    since: Moment | None
    dispensed: Moment | None
    doses_differ: bool
    sources: tuple[Source, ...]
    originals: tuple[Resource, ...] = field(default=(), compare=False, repr=False)


def medications(file: HealthFile, today: date) -> Section[Medication]:
    """The drugs of a file, the newest first."""
    sources = file.sources
    stated = [r for r in file.of(*_TYPES) if r.get("status") not in _UNSHOWN]
    denied = [r for r in stated if codes(_concept(r, file)) & NONE_KNOWN]
    real = [r for r in stated if not codes(_concept(r, file)) & (NONE_KNOWN | NO_INFORMATION)]
    current: list[Medication] = []
    earlier: list[Medication] = []
    for group in grouped(real, lambda r: _keys(r, file)):
        now = [r for r in group if _current(r, today)]
        line = _line(now or group, group, file, sources)
        (current if now else earlier).append(line)
    return Section(
        _newest_first(current), _newest_first(earlier), [sources.origin(r, _when(r)) for r in denied], denied
    )


def ingredient(name: str) -> str:
    """A drug name without strength, salt and plain form; a release form (缓释, 控释, 肠溶) stays."""
    bare = _STRENGTH.sub("", folded(name))
    return _SALT.sub("", _FORM.sub("", bare)) or folded(name)


def _concept(resource: Resource, file: HealthFile) -> Resource:
    concept = resource.get("medicationCodeableConcept")
    if concept:
        return dict(concept)
    reference = resource.get("medicationReference") or {}
    wanted = target(reference)
    inside = (c for c in many(resource.get("contained")) if f"#{c.get('id')}" == wanted)
    stored = (m for m in file.of("Medication") if f"Medication/{m.get('id')}" == wanted)
    found = next(inside, None) or next(stored, None) or {}
    return dict(found.get("code") or {"text": reference.get("display", "")})


def _keys(resource: Resource, file: HealthFile) -> Iterable[str]:
    concept = _concept(resource, file)
    name = ingredient(text_of(concept))
    return keys_of(concept) | ({f"ingredient|{name}"} if name else {f"lone|{id(resource)}"})


def _when(resource: Resource) -> Moment | None:
    return first_moment(
        resource.get("authoredOn"),
        resource.get("whenHandedOver"),
        resource.get("whenPrepared"),
        resource.get("effectiveDateTime"),
        resource.get("effectivePeriod"),
        resource.get("dateAsserted"),
    )


def _current(resource: Resource, today: date) -> bool:
    when = _when(resource)
    if resource["resourceType"] == "MedicationDispense":
        return resource.get("status") not in _OVER - {"completed"} and _within(when, today, UNRENEWED)
    if resource.get("status") in _OVER or _ended(resource, today):
        return False
    return when is None or _within(when, today, UNRENEWED)


def _within(when: Moment | None, today: date, days: int) -> bool:
    return when is not None and today - when.day <= timedelta(days=days)


def _ended(resource: Resource, today: date) -> bool:
    period = (
        (resource.get("dispenseRequest") or {}).get("validityPeriod") or resource.get("effectivePeriod") or {}
    )
    end = moment(period.get("end"))
    return end is not None and end.day < today


def _line(shown: list[Resource], group: list[Resource], file: HealthFile, sources: Sources) -> Medication:
    newest = sorted(shown, key=lambda r: stamp(_when(r)), reverse=True)
    said = [_source(resource, file, sources) for resource in newest]
    lines = _newest_of_each(said)
    doses = {folded(line.dose) for line in lines if line.dose}
    dispensed = [_when(r) for r in group if r["resourceType"] == "MedicationDispense"]
    return Medication(
        name=_name(said),
        dose=next((line.dose for line in lines if line.dose), ""),
        since=min((when for r in group if (when := _when(r))), default=None),
        dispensed=latest(dispensed),
        doses_differ=len(doses) > 1,
        sources=tuple(lines),
        originals=tuple(newest),
    )


def _newest_of_each(lines: list[Source]) -> list[Source]:
    """An institution's newest words stand for it; lines of unknown institutions stay apart."""
    newest: dict[object, Source] = {}
    for line in lines:
        newest.setdefault(line.origin.organization or line, line)
    return list(newest.values())


def _name(lines: list[Source]) -> Wording:
    """The newest name, with an English one from any source."""
    newest = next((line.name for line in lines if line.name), Wording(""))
    others = (line.name.english for line in lines if line.name.english != line.name)
    return Wording(newest, newest.english if newest.english != newest else next(others, ""))


def _source(resource: Resource, file: HealthFile, sources: Sources) -> Source:
    instructions = resource.get("dosageInstruction") or resource.get("dosage")
    return Source(
        named(_concept(resource, file)),
        dosage_text(instructions),
        sources.origin(resource, _when(resource)),
        resource["resourceType"] == "MedicationDispense",
    )


def _newest_first(lines: list[Medication]) -> list[Medication]:
    return sorted(lines, key=lambda line: stamp(line.sources[0].origin.when), reverse=True)
