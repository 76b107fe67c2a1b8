"""The sections of a summary in their order: what is dangerous first.

IPS 2.0 "Structure of the International Patient Summary".
"""

from dataclasses import replace
from datetime import date

from fhir.summary.file import HealthFile
from fhir.summary.ips.observations import observation_parts
from fhir.summary.ips.optional import alert_part, past_illness_part, plan_part
from fhir.summary.ips.part import Need, Part
from fhir.summary.ips.recommended import device_part, immunization_part, procedure_part
from fhir.summary.ips.required import allergy_part, medication_part, problem_part
from fhir.summary.problems import problems


def sections(file: HealthFile, today: date) -> list[Part]:
    """All sections of a file but the optional ones of which there is nothing."""
    results, *others = observation_parts(file, today)
    diagnoses = problems(file, today)
    parts = [
        allergy_part(file),
        alert_part(file),
        problem_part(diagnoses),
        medication_part(file, today),
        results,
        *others[:2],
        immunization_part(file),
        procedure_part(file),
        device_part(file),
        past_illness_part(diagnoses),
        *others[2:],
        plan_part(file),
    ]
    shown = [each for each in parts if each.lines or each.heading.need is not Need.OPTIONAL]
    return [replace(each, withheld=_withheld(each, file)) for each in shown]


def _withheld(part: Part, file: HealthFile) -> tuple[str, ...]:
    return tuple(type for type in part.heading.types if type in file.withheld)
