"""My health file: the view model of the resident's page, in plain words beside the standard terms.

Screens, section 3: short sentences; the standard term stands beside.
"""

from dataclasses import dataclass
from datetime import date

from fhir.summary.allergies import Allergy, allergies
from fhir.summary.documents import Document, documents
from fhir.summary.file import HealthFile
from fhir.summary.home import Home, home
from fhir.summary.medications import Medication, medications
from fhir.summary.moment import stamp
from fhir.summary.patient import Banner, banner
from fhir.summary.problems import Problem, problems
from fhir.summary.results import Series, results
from fhir.summary.section import Section
from fhir.summary.source import Freshness
from fhir.summary.terms import Term, diagnosis, drug, result
from fhir.summary.trend import Trend, trend
from fhir.summary.vaccinations import Vaccination, vaccinations
from fhir.summary.visits import Visit, visits

MOST_RESULTS = 8


@dataclass(frozen=True, slots=True)
class PlainResult:
    """One series with the words for it and its picture."""

    series: Series
    term: Term | None
    trend: Trend | None
    urgent: bool
    """Critical, and of late: somebody has to act on it now."""
    foremost: bool = False
    """Does it want attention?"""
    course: str = ""
    """Against the reading before: `up`, `down`, `same`; "" where they can't be compared."""


@dataclass(frozen=True, slots=True)
class PlainProblem:
    """One diagnosis with the words for it."""

    problem: Problem
    term: Term | None


@dataclass(frozen=True, slots=True)
class PlainMedication:
    """One drug with what it is for."""

    medication: Medication
    term: Term | None


@dataclass(frozen=True, slots=True)
class MyFile:
    """Everything that the resident's page shows."""

    banner: Banner
    allergies: Section[Allergy]
    problems: Section[Problem]
    plain_problems: list[PlainProblem]
    medications: Section[Medication]
    plain_medications: list[PlainMedication]
    results: list[PlainResult]
    more_results: list[Series]
    vaccinations: list[Vaccination]
    visits: list[Visit]
    documents: list[Document]
    freshness: list[Freshness]
    home: Home | None = None

    @property
    def critical(self) -> list[PlainResult]:
        """The results on which somebody has to act now."""
        return [each for each in self.results if each.urgent]

    @property
    def foremost(self) -> list[PlainResult]:
        """The results for the first page: those that want attention, else the newest."""
        wanting = [each for each in self.results if each.foremost]
        return wanting or sorted(self.results, key=lambda each: -stamp(each.series.latest.origin.when))


def my_file(file: HealthFile, today: date, *, every: bool = False) -> MyFile:
    """A resident's own file as of `today`; `every` series as a result with words and picture."""
    diagnoses, drugs, series = problems(file, today), medications(file, today), results(file, today)
    urgent = sum(each.urgency(today) == 3 for each in series)
    most = len(series) if every else max(MOST_RESULTS, urgent)
    return MyFile(
        banner=banner(file.patients, today),
        allergies=allergies(file),
        problems=diagnoses,
        plain_problems=[PlainProblem(p, diagnosis(p.code)) for p in diagnoses.current],
        medications=drugs,
        plain_medications=[PlainMedication(m, drug(m.name)) for m in drugs.current],
        results=[_plain(each, today) for each in series[:most]],
        more_results=series[most:],
        vaccinations=vaccinations(file),
        visits=visits(file),
        documents=documents(file),
        freshness=file.sources.freshness(file.everything()),
        home=home(file),
    )


def _plain(series: Series, today: date) -> PlainResult:
    urgency = series.urgency(today)
    term, drawn = result(series.loinc), trend(series.readings)
    return PlainResult(series, term, drawn, urgency == 3, urgency > 1, _course(series))


def _course(series: Series) -> str:
    """Between two values: how a limit (`< 5`) stands to a value can't be told."""
    numbers = [None if reading.censored else reading.number for reading in series.readings[:2]]
    if len(numbers) < 2 or numbers[0] is None or numbers[1] is None:
        return ""
    return "same" if numbers[0] == numbers[1] else "up" if numbers[0] > numbers[1] else "down"
