"""Patient summary: the view model of the doctor's one page.

Screens, section 1: red bar, problems, medications, latest results with trend, visits in twelve months, and
when data last came from each institution.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fhir.resource import Resource
from fhir.summary.allergies import Allergy, allergies
from fhir.summary.file import HealthFile
from fhir.summary.flags import Warning, Warns, flags
from fhir.summary.home import Home, home
from fhir.summary.medications import Medication, medications
from fhir.summary.patient import Banner, banner, citizen_number, phones
from fhir.summary.problems import Problem, problems
from fhir.summary.results import Series, results
from fhir.summary.section import Section
from fhir.summary.source import Freshness, Origin
from fhir.summary.trend import Trend, trend
from fhir.summary.visits import Visit, visits, within_year
from services.portal.clinician.notes.note import Note, note
from services.portal.clinician.repeats import Done, done
from services.portal.clinician.series.key import key
from services.portal.runs import runs

CHARTED, LISTED, MEDICATIONS = 7, 20, 12


@dataclass(frozen=True, slots=True)
class Row:
    """One series with its picture, the name of its page, and whether another house has measured it lately."""

    series: Series
    trend: Trend | None
    key: str = ""
    done: Done | None = None

    @property
    def origin(self) -> Origin:
        """Where its newest reading comes from."""
        return self.series.latest.origin


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that the doctor's page shows."""

    banner: Banner
    allergies: Section[Allergy]
    flags: list[Warning]
    problems: Section[Problem]
    medications: Section[Medication]
    charted: list[Row]
    listed: list[Row]
    unlisted: int
    visits: list[Visit]
    older_visits: int
    freshness: list[Freshness]
    home: Home | None = None

    def crowded(self, referrals: int) -> bool:
        """Do the medications fill their column more than results and `referrals` do? (About, in lines.)"""
        mine = sum(
            1.5 * len(run.lines) + sum(3 for line in run.lines if line.doses_differ) + 1
            for run in runs(self.medications.current[:MEDICATIONS])
        )
        return mine > 2.2 * len(self.charted) + 2 * min(referrals, 2)

    @property
    def bloodless(self) -> bool:
        """Does no source tell the blood group?"""
        return not {each.about for each in self.flags} & {Warns.BLOOD, Warns.BLOOD_DIFFERS}


@dataclass(frozen=True, slots=True)
class Numbers:
    """What one institution knows of a person's numbers, whole."""

    organization: str | None
    number: str | None
    phones: tuple[str, ...]


def numbers(patients: Sequence[Resource], organizations: Mapping[str, Resource]) -> list[Numbers]:
    """The whole numbers of a person, by source."""
    return [
        Numbers(
            organizations.get(_house(patient), {}).get("name"),
            citizen_number(patient),
            tuple(phones(patient)),
        )
        for patient in patients
    ]


def _house(patient: Resource) -> str:
    return str((patient.get("managingOrganization") or {}).get("reference", ""))


def summary(file: HealthFile, today: date, house: str | None = None, secret: str = "") -> Summary:
    """The summary of a file as of `today`, for a doctor of `house`; `secret` is that of his session."""
    diagnoses, series = problems(file, today), results(file, today)
    all_visits = visits(file)
    recent = within_year(all_visits, today)
    return Summary(
        banner=banner(file.patients, today),
        allergies=allergies(file),
        flags=flags(file, diagnoses.current, series, today),
        problems=diagnoses,
        medications=medications(file, today),
        charted=[
            Row(each, trend(each.readings), key(each, secret), done(each, house, today))
            for each in series[:CHARTED]
        ],
        listed=[
            Row(each, None, key(each, secret), done(each, house, today))
            for each in series[CHARTED : CHARTED + LISTED]
        ],
        unlisted=max(0, len(series) - CHARTED - LISTED),
        visits=recent,
        older_visits=len(all_visits) - len(recent),
        freshness=file.sources.freshness(file.everything()),
        home=home(file),
    )


def notes(file: HealthFile) -> tuple[Note, ...]:
    """The notes that were written here, the newest first."""
    written = filter(None, map(note, file.holding("DocumentReference")))
    return tuple(
        sorted(written, key=lambda each: each.when.start.timestamp() if each.when else 0.0, reverse=True)
    )


def found(patients: Sequence[Resource], linked: Mapping[str, Sequence[str]], today: date) -> list[Banner]:
    """The lines of a search result: one per person, however many institutions know that person."""
    people: dict[str, list[Resource]] = {}
    for patient in patients:
        reference = f"Patient/{patient['id']}"
        people.setdefault(min(linked.get(reference) or (reference,)), []).append(patient)
    return [banner(sources, today) for sources in people.values()]
