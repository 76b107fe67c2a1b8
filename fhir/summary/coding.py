"""CodeableConcept: what a line is called, and when two lines are called the same.

FHIR R4 2.24.0.9 (datatypes.html#CodeableConcept).
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10 = (
    "http://hl7.org/fhir/sid/icd-10-cn",
    "http://hl7.org/fhir/sid/icd-10",
    "urn:oid:2.16.156.10011.2.3.3.11.3",
    "urn:oid:2.16.156.10011.2.3.3.11",
)
ICD9_CM3 = ("urn:oid:2.16.156.10011.2.3.3.12", "http://hl7.org/fhir/sid/icd-9-cm")
"""Procedures."""
_STANDARD = (
    LOINC, SNOMED, "http://hl7.org/", "http://terminology.hl7.org/", "urn:oid:2.16.156.10011.",
    "urn:furong:table:", "http://www.nlm.nih.gov/research/umls/rxnorm", "http://www.whocc.no/atc", "http://fdasis.nlm.nih.gov",
)  # fmt: skip
"""The beginnings of systems whose code means one thing, whoever sends it."""
_MORPHOLOGY = re.compile(r".*/|M[89]\d{4}$")
"""ICD-O, also as it is sent without its slash (M8140/0 as M81400)."""

Concept = dict[str, Any]


def many(value: Any) -> list[Any]:
    """An element as a list, whether it is absent, single or repeated."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def codings(concept: Concept | None) -> list[Concept]:
    """The codings of a concept."""
    found = concept.get("coding") if concept else None
    return [coding for coding in many(found) if isinstance(coding, dict)] if found else []


def code_of(concept: Concept | None, systems: str | Iterable[str]) -> str | None:
    """The first code of a concept in one of `systems`."""
    wanted = (systems,) if isinstance(systems, str) else tuple(systems)
    return next((c["code"] for c in codings(concept) if c.get("system") in wanted and c.get("code")), None)


def codes(concept: Concept | None) -> set[str]:
    """All codes of a concept, whatever their systems; right only for small closed value sets."""
    return {coding["code"] for coding in codings(concept) if coding.get("code")}


def icd10_of(concept: Concept | None) -> str | None:
    """The ICD-10 code, Chinese extension included; none of morphology (M81400/3 is no M81)."""
    found = [c for c in codings(concept) if _is_icd10(str(c.get("system", ""))) and c.get("code")]
    first = sorted(found, key=lambda c: c["system"] not in ICD10)
    return next((c["code"] for c in first if not _MORPHOLOGY.match(c["code"].upper())), None)


def text_of(concept: Concept | None) -> str:
    """What the source called it: its text, else a display, else a code; "" if it says nothing."""
    if not concept:
        return ""
    if text := concept.get("text"):
        return str(text)
    listed = codings(concept)
    return next((str(c[part]) for part in ("display", "code") for c in listed if c.get(part)), "")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A text for comparison: width, case and spaces made equal. (A file repeats its texts.)"""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def keys_of(concept: Concept | None) -> frozenset[str]:
    """What makes two concepts the same: a shared code, or the same text.

    A code of a house's own table only with its text: under its code for all others stands now this, now that.
    """
    text = folded(text_of(concept))
    coded = ((c.get("system"), c.get("code")) for c in codings(concept))
    named = {
        f"{system}|{code}" if _is_standard(system) else f"{system}|{code}|{text}"
        for system, code in coded
        if system and code and not is_null_flavor(system)
    }
    return frozenset(named | ({f"text|{text}"} if text else set()))


def contradict(concepts: Iterable[Concept | None]) -> bool:
    """Do they have codes of one system of which none only says more than the other? (K75.9 and B16.9)"""
    said: dict[str, set[str]] = {}
    for concept in concepts:
        for coding in codings(concept):
            if coding.get("system") and coding.get("code"):
                system = str(coding["system"])
                family = "icd-10" if _is_icd10(system) else system
                said.setdefault(family, set()).add(str(coding["code"]).upper())
    return any(not _refining(found) for found in said.values())


def _refining(found: set[str]) -> bool:
    return all(more.startswith(less) for less, more in pairwise(sorted(found, key=len)))


def is_null_flavor(system: str) -> bool:
    """Does a code of this system only say why there is none? (HL7 v3 NullFlavor, by any of its addresses)"""
    return system.endswith("NullFlavor")


@lru_cache(maxsize=1024)
def _is_standard(system: str) -> bool:
    return system.startswith(_STANDARD) or _is_icd10(system)


def _is_icd10(system: str) -> bool:
    return system in ICD10 or "icd-10" in system.lower()
