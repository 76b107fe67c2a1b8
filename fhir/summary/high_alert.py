"""High alert: drugs that whoever treats a person must know of first.

By the ATC code, or an ingredient in a name; the classes are data, high_alert.yaml.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from fhir.resource import Resource
from fhir.summary.coding import codings, folded
from fhir.summary.drug_word import drug_of, medication_of
from fhir.summary.file import HealthFile
from fhir.summary.form import Way, way_of
from fhir.summary.medications import Medication
from fhir.summary.wording import texts_of

_ATC = ("whocc.no/atc", "2.16.840.1.113883.6.73")
_LOCAL = {Way.EYE, Way.EAR, Way.NOSE, Way.AIRWAYS, Way.SKIN}


@dataclass(frozen=True, slots=True)
class _Class:
    codes: tuple[str, ...]
    words: tuple[str, ...]
    local: bool


def high_alert_first(file: HealthFile, lines: Iterable[Medication]) -> list[Medication]:
    """The lines with those of a high-alert class before all others, else in the order that they had."""
    drugs = {f"Medication/{each.get('id')}": each for each in file.of("Medication")}
    return sorted(lines, key=lambda line: not any(_alerts(each, drugs) for each in line.originals))


def _alerts(resource: Resource, drugs: dict[str, Resource]) -> bool:
    """Is the drug that a resource speaks of in one of the classes?"""
    drug = drug_of(resource, drugs)
    said = folded(" ".join(texts_of(drug)))
    atc = [str(each["code"]).upper() for each in codings(drug) if _is_atc(each) and each.get("code")]
    local = way_of(resource, drug, medication_of(resource, drugs).get("form")) in _LOCAL
    return any(
        any(code.startswith(each.codes) for code in atc)
        or (any(word in said for word in each.words) and (each.local or not local))
        for each in _classes()
    )


def _is_atc(coding: Resource) -> bool:
    return str(coding.get("system") or "").lower().rstrip("/").endswith(_ATC)


@cache
def _classes() -> list[_Class]:
    told = yaml.safe_load(Path(__file__).with_name("high_alert.yaml").read_text("utf-8"))
    return [
        _Class(
            tuple(each["atc"]),
            tuple(folded(word) for pair in each["ingredients"].items() for word in pair),
            each.get("local", True),
        )
        for each in told.values()
    ]
