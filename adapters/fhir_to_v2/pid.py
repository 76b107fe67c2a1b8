"""PID: one person as an answer shows him, of the Patients that he is at several hospitals.

HL7 v2 chapter 3.4.2; IHE ITI TF-2 3.9.4.2.2.5 and 3.21.4.2.2.5. What a look-up needs and no more: numbers,
names, birth date, sex, addresses, telephones.
"""

from collections.abc import Sequence
from typing import Any

from adapters.fhir_to_v2 import demographics
from adapters.hl7v2.delimiters import Delimiters
from adapters.hl7v2.encoding import Repetition, segment

_UNNAMED: Sequence[Repetition] = ("", ("", "", "", "", "", "", "S"))
"""A PIX Query is answered without a name, and says so (XPN.7 S)."""


def corresponding(numbers: Sequence[Repetition], delimiters: Delimiters) -> str:
    """PID of the answer to a PIX Query: numbers alone."""
    return segment("PID", {3: numbers, 5: _UNNAMED}, delimiters)


def pid(
    number: int, patients: Sequence[dict[str, Any]], numbers: Sequence[Repetition], delimiters: Delimiters
) -> str:
    """PID of the person that `patients` are; of each element the first of them that has it says it."""
    telecom = _first(patients, "telecom") or []
    fields = {
        1: str(number),
        3: numbers,
        5: demographics.names(_first(patients, "name") or []),
        7: demographics.day(_first(patients, "birthDate") or ""),
        8: demographics.sex(_first(patients, "gender") or ""),
        11: demographics.addresses(_first(patients, "address") or []),
        13: demographics.phones(telecom, work=False),
        14: demographics.phones(telecom, work=True),
    }
    return segment("PID", fields, delimiters)


def _first(patients: Sequence[dict[str, Any]], element: str) -> Any:
    return next((patient[element] for patient in patients if patient.get(element)), None)


def qri(reasons: Sequence[str], certainty: float | None, delimiters: Delimiters) -> str:
    """QRI: why a candidate was found (table 0392), and how certain it is that he is meant, from 0 to 1."""
    weight = "" if certainty is None else f"{certainty:.3f}".rstrip("0").rstrip(".")
    return segment("QRI", {1: weight, 2: list(reasons)}, delimiters)
