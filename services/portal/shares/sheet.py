"""Sheet: what stands on the one page that a resident carries or hangs up.

No number, telephone or address: whoever finds it learns what a doctor needs and nothing more.
"""

from dataclasses import dataclass
from datetime import date

from fhir.summary.allergies import Allergy, allergies
from fhir.summary.file import HealthFile
from fhir.summary.flags import Warning, flags
from fhir.summary.high_alert import high_alert_first
from fhir.summary.home import Home, home
from fhir.summary.medications import taken
from fhir.summary.patient import Banner, banner
from fhir.summary.problems import problems
from fhir.summary.results import results
from fhir.summary.section import Section
from fhir.summary.terms import diagnosis, drug
from services.portal.resident.presenters import PlainMedication, PlainProblem

MOST_PROBLEMS, MOST_MEDICATIONS = 8, 12


@dataclass(frozen=True, slots=True)
class Sheet:
    """One A4 page; of long lists the first lines, and how many are left out. Drugs that do harm where nobody
    knows of them stand first."""

    banner: Banner
    allergies: Section[Allergy]
    warnings: list[Warning]
    problems: list[PlainProblem]
    more_problems: int
    medications: list[PlainMedication]
    more_medications: int
    home: Home | None


def sheet(file: HealthFile, today: date) -> Sheet:
    """The page about a file as of `today`."""
    diagnoses = problems(file, today).current
    drugs = high_alert_first(file, taken(file, today).current)
    return Sheet(
        banner(file.patients, today),
        allergies(file),
        flags(file, diagnoses, results(file, today), today),
        [PlainProblem(each, diagnosis(each.code)) for each in diagnoses[:MOST_PROBLEMS]],
        max(0, len(diagnoses) - MOST_PROBLEMS),
        [PlainMedication(each, drug(each.name)) for each in drugs[:MOST_MEDICATIONS]],
        max(0, len(drugs) - MOST_MEDICATIONS),
        home(file),
    )
