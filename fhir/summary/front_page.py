"""Front page of a health file (健康档案首页): flags, basic facts, the trail of services.

国卫办基层发〔2024〕15号; screens.md, section 1. Collected from care and typed by nobody; each line names its
source.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum

from fhir.resource import Resource
from fhir.summary.allergies import allergies
from fhir.summary.code_name import place_name
from fhir.summary.coding import many
from fhir.summary.controlled import controlled
from fhir.summary.documents import documents
from fhir.summary.file import HealthFile
from fhir.summary.flags import Warning, Warns, flags
from fhir.summary.home import Home, home
from fhir.summary.moment import first_moment, moment, stamp
from fhir.summary.patient import Banner, banner
from fhir.summary.problems import Problem, problems
from fhir.summary.results import Reading, Series, results
from fhir.summary.source import Origin
from fhir.summary.vaccinations import vaccinations
from fhir.summary.visits import visits
from fhir.summary.wording import Wording, named

_CHILD, _OLD = 7, 65
"""Years: children up to 6 and people from 65 on have services of their own."""
_BMI, _WEIGHT, _HEIGHT = "39156-5", "29463-7", "8302-2"
_GROWN = 18
_ETHNIC = "urn:furong:extension:ethnic-group"
_NO_ALLERGIES = Wording("已询问：无已知过敏", "Asked: no known allergies")
MOST = 40


class Mark(Enum):
    """What a flag is about."""

    CHILD = "child"
    PREGNANCY = "pregnancy"
    OLD = "old"
    CHRONIC = "chronic"
    INFECTION = "infection"
    WEIGHT = "weight"
    BLOOD = "blood"
    BLOOD_DIFFERS = "blood-differs"


class Weight(Enum):
    """The state of a grown person's weight by body mass index (WS/T 428-2013): under 18.5, 24, 28 kg/m²."""

    UNDER = "under"
    NORMAL = "normal"
    OVER = "over"
    OBESE = "obese"


class Service(Enum):
    """A service of the trail."""

    VISIT = "visit"
    VACCINATION = "vaccination"
    DOCUMENT = "document"


class About(Enum):
    """What a basic fact is about."""

    ADDRESS = "address"
    MARITAL = "marital"
    ETHNIC = "ethnic"
    ALLERGY = "allergy"
    INSURANCE = "insurance"
    OCCUPATION = "occupation"
    SCHOOLING = "schooling"


SOCIOECONOMIC = (About.INSURANCE, About.OCCUPATION, About.SCHOOLING)
"""What few sources tell of: the page says which of it nobody has."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: about what, in the source's words, from whom (nobody, where the birth date says it)."""

    about: Mark
    text: str = ""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One basic fact and who told it."""

    about: About
    text: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Step:
    """One service: when, what kind, what, from whom."""

    kind: Service
    texts: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The three blocks; `earlier` steps of the trail are not listed, `untold` facts nobody has sent."""

    banner: Banner
    home: Home | None
    flags: list[Flag]
    facts: list[Fact]
    trail: list[Step]
    earlier: int
    untold: list[About]


def front_page(file: HealthFile, today: date) -> FrontPage:
    """The front page of a file as of `today`."""
    head, series = banner(file.patients, today), results(file, today)
    diagnoses = problems(file, today).current
    trail = sorted(_trail(file), key=lambda step: stamp(step.origin.when), reverse=True)
    found = [*_ages(head), *_warned(flags(file, diagnoses, series, today)), *_chronic(diagnoses)]
    weight, facts = _weight(head, series), [*_facts(file), *_insured(file, today), *_social(series)]
    return FrontPage(
        banner=head,
        home=home(file),
        flags=[*found, *([weight] if weight else [])],
        facts=facts,
        trail=trail[:MOST],
        earlier=max(0, len(trail) - MOST),
        untold=[each for each in SOCIOECONOMIC if each not in {fact.about for fact in facts}],
    )


def _ages(head: Banner) -> Iterator[Flag]:
    if head.age is not None and not head.deceased:
        if head.age.years < _CHILD:
            yield Flag(Mark.CHILD)
        if head.age.years >= _OLD:
            yield Flag(Mark.OLD)


_WARNED = {
    Warns.PREGNANCY: Mark.PREGNANCY,
    Warns.INFECTION: Mark.INFECTION,
    Warns.BLOOD: Mark.BLOOD,
    Warns.BLOOD_DIFFERS: Mark.BLOOD_DIFFERS,
}


def _warned(warnings: list[Warning]) -> Iterator[Flag]:
    for each in warnings:
        if each.about in _WARNED:
            yield Flag(_WARNED[each.about], each.text, each.origin)


def _chronic(diagnoses: list[Problem]) -> Iterator[Flag]:
    for each in diagnoses:
        if each.chronic and not each.provisional:
            yield Flag(Mark.CHRONIC, each.name, each.origins[0])


def _weight(head: Banner, series: list[Series]) -> Flag | None:
    """By the index that was told or by weight and height, whichever is newer."""
    if head.age is None or head.age.years < _GROWN:
        return None
    measured = [each for each in series if each.latest.number]
    weight = _newest(measured, (_WEIGHT,), ("kg",))
    found = [
        (each.number, each.origin)
        for each in (_newest(measured, (_BMI,)), _index(weight, _newest(measured, (_HEIGHT,), ("cm", "m"))))
        if each is not None and each.number is not None
    ]
    newest = max(found, key=lambda each: stamp(each[1].when), default=None)
    return Flag(Mark.WEIGHT, state(newest[0]).value, newest[1]) if newest else None


def _index(weight: Reading | None, height: Reading | None) -> Reading | None:
    """The body mass index as of the day of the weight."""
    if weight is None or height is None or not weight.number or not height.number:
        return None
    metres = height.number / (100 if height.unit == "cm" else 1)
    return replace(weight, number=weight.number / metres**2)


def _newest(series: list[Series], loinc: Sequence[str], units: Sequence[str] | None = None) -> Reading | None:
    """The newest reading of some tests, in some units."""
    found = (
        each.latest for each in series if each.loinc in loinc and (units is None or each.latest.unit in units)
    )
    return max(found, key=lambda each: stamp(each.origin.when), default=None)


def state(index: Decimal) -> Weight:
    """The state of weight of a body mass index in kg/m²."""
    limits = ((Decimal("18.5"), Weight.UNDER), (Decimal(24), Weight.NORMAL), (Decimal(28), Weight.OVER))
    return next((kind for below, kind in limits if index < below), Weight.OBESE)


def _facts(file: HealthFile) -> Iterator[Fact]:
    """The newest word on each; of allergies all that is current, or that there are none known."""
    newest = sorted(file.patients, key=_updated, reverse=True)
    for about, told in ((About.ADDRESS, _address), (About.MARITAL, _marital), (About.ETHNIC, _ethnic)):
        found = ((told(patient), patient) for patient in newest)
        text, patient = next(((text, patient) for text, patient in found if text), ("", None))
        if patient is not None:
            yield Fact(about, text, file.sources.origin(patient, moment(_updated(patient))))
    known = allergies(file)
    for allergy in known.current:
        yield Fact(About.ALLERGY, allergy.substance, allergy.origins[0])
    for origin in known.denied[:1]:
        yield Fact(About.ALLERGY, _NO_ALLERGIES, origin)
    for denial in known.partly:
        yield Fact(About.ALLERGY, denial.text, denial.origin)


_SOCIAL = {
    About.OCCUPATION: ("85658-3", "11341-5"),
    About.SCHOOLING: ("82589-3",),
}
"""LOINC: occupation type, history of occupation; highest level of education."""


def _insured(file: HealthFile, today: date) -> Iterator[Fact]:
    """Each insurance that is in force, by its kind, else by who pays."""
    for each in file.of("Coverage"):
        when, end = first_moment(each.get("period")), moment((each.get("period") or {}).get("end"))
        if each.get("status") != "active" or (end is not None and end.day < today):
            continue
        payors = [str(payor.get("display") or "") for payor in many(each.get("payor"))]
        text = controlled("facts", named(each.get("type"))) or next(filter(None, payors), "")
        if text:
            yield Fact(About.INSURANCE, text, file.sources.origin(each, when))


def _social(series: list[Series]) -> Iterator[Fact]:
    """The newest word on occupation and schooling."""
    for about, codes in _SOCIAL.items():
        told = _newest(series, codes)
        if told is not None and told.value:
            yield Fact(about, controlled("facts", told.value), told.origin)


def _updated(patient: Resource) -> str:
    return str((patient.get("meta") or {}).get("lastUpdated", ""))


def _address(patient: Resource) -> str:
    """Down to the district: the front page is shown at many desks."""
    for each in many(patient.get("address")):
        district = "".join(str(each.get(part) or "") for part in ("state", "city", "district"))
        if district:
            return Wording(district, place_name(district))
    return ""


def _marital(patient: Resource) -> str:
    return named(patient.get("maritalStatus"))


def _ethnic(patient: Resource) -> str:
    told = (each for each in many(patient.get("extension")) if each.get("url") == _ETHNIC)
    return named(*(each.get("valueCodeableConcept") for each in told))


def _trail(file: HealthFile) -> Iterator[Step]:
    for visit in visits(file):
        yield Step(Service.VISIT, visit.reasons[:2] or (visit.department,), visit.origin)
    for dose in vaccinations(file):
        if dose.given:
            yield Step(Service.VACCINATION, (dose.name,), dose.origin)
    for document in documents(file):
        yield Step(Service.DOCUMENT, (document.title,), document.origin)
