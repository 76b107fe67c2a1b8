"""AllergyIntolerance: one line per substance, with every source, and who said that there is none.

FHIR R4 AllergyIntolerance; "no known" codes of SNOMED CT and of the IPS absent-unknown code system.
"""

from dataclasses import dataclass, field

from fhir.resource import Resource
from fhir.summary.aspect import keys_with_aspect
from fhir.summary.coding import codes, many
from fhir.summary.controlled import controlled
from fhir.summary.file import HealthFile
from fhir.summary.grouping import grouped
from fhir.summary.moment import Moment, first_moment, stamp
from fhir.summary.section import Section, standing
from fhir.summary.source import Origin, Sources
from fhir.summary.wording import Wording, named

NONE_KNOWN = {"716186003", "no-known-allergies"}
NO_INFORMATION = {"no-allergy-info", "1287211007"}
_DRUGS = Wording("已询问：无已知药物过敏", "Asked: no known drug allergies")
_FOOD = Wording("已询问：无已知食物过敏", "Asked: no known food allergies")
_SURROUNDINGS = Wording("已询问：无已知环境过敏", "Asked: no known environmental allergies")
_NONE_OF_A_KIND = {
    "409137002": _DRUGS,
    "no-known-medication-allergies": _DRUGS,
    "429625007": _FOOD,
    "no-known-food-allergies": _FOOD,
    "428607008": _SURROUNDINGS,
    "no-known-environmental-allergies": _SURROUNDINGS,
}
"""That there is none of one kind is no allergy, and does not deny those of other kinds."""


@dataclass(frozen=True, slots=True)
class Allergy:
    """One substance: how bad, what happened, how sure, from whom."""

    substance: Wording
    severe: bool
    confirmed: bool
    refuted: bool
    reactions: tuple[Wording, ...]
    origins: tuple[Origin, ...]
    originals: tuple[Resource, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Denial:
    """That there is no allergy of one kind: in words, from whom, in which resource."""

    text: Wording
    origin: Origin
    original: Resource = field(compare=False, repr=False)


@dataclass(frozen=True)
class Allergies(Section[Allergy]):
    """The allergies, and of which kinds it was said that there is none."""

    partly: list[Denial] = field(default_factory=list)


def allergies(file: HealthFile) -> Allergies:
    """The allergies of a file, the severe first; "none known" stands beside them where a source says so."""
    sources = file.sources
    stated = file.holding("AllergyIntolerance")
    unsubstantial = NONE_KNOWN | NO_INFORMATION | _NONE_OF_A_KIND.keys()
    substances = [a for a in stated if not codes(a.get("code")) & unsubstantial]
    denied = [a for a in stated if codes(a.get("code")) & NONE_KNOWN and not _past(a)]
    none_known = standing(denied, _when, map(_when, substances))
    of_a_kind = [a for a in stated if codes(a.get("code")) & _NONE_OF_A_KIND.keys() and not _past(a)]
    current = [a for a in substances if not _past(a)]
    lines = [_line(group, sources) for group in grouped(current, _keys)]
    past = grouped([a for a in substances if _past(a)], _keys)
    return Allergies(
        current=sorted(lines, key=lambda line: not line.severe),
        earlier=[_line(group, sources) for group in past],
        denied=[_origin(a, sources) for a in none_known],
        denials=none_known,
        partly=[_denial(a, sources) for a in standing(of_a_kind, _when, map(_when, substances))],
    )


def _denial(allergy: Resource, sources: Sources) -> Denial:
    known = (_NONE_OF_A_KIND.get(code) for code in sorted(codes(allergy.get("code"))))
    return Denial(next(filter(None, known)), _origin(allergy, sources), allergy)


def _keys(allergy: Resource) -> frozenset[str]:
    return keys_with_aspect(allergy.get("code"))


def _past(allergy: Resource) -> bool:
    ended = codes(allergy.get("clinicalStatus")) & {"inactive", "resolved"}
    return bool(ended) or "refuted" in codes(allergy.get("verificationStatus"))


def _when(allergy: Resource) -> Moment | None:
    return first_moment(
        allergy.get("recordedDate"), allergy.get("onsetDateTime"), allergy.get("lastOccurrence")
    )


def _origin(allergy: Resource, sources: Sources) -> Origin:
    return sources.origin(allergy, _when(allergy))


def _line(found: list[Resource], sources: Sources) -> Allergy:
    group = sorted(found, key=lambda allergy: stamp(_when(allergy)), reverse=True)
    reactions = [reaction for allergy in group for reaction in many(allergy.get("reaction"))]
    felt = [named(m) for reaction in reactions for m in many(reaction.get("manifestation"))]
    return Allergy(
        substance=controlled("allergens", named(*(allergy.get("code") for allergy in group))),
        severe=any(allergy.get("criticality") == "high" for allergy in group)
        or any(reaction.get("severity") == "severe" for reaction in reactions),
        refuted=all("refuted" in codes(allergy.get("verificationStatus")) for allergy in group),
        confirmed=not all("unconfirmed" in codes(allergy.get("verificationStatus")) for allergy in group),
        reactions=tuple(dict.fromkeys(controlled("reactions", text) for text in felt if text)),
        origins=tuple(dict.fromkeys(_origin(allergy, sources) for allergy in group)),
        originals=tuple(group),
    )
