"""Reasons: why a message is a dead letter, each with a code that programs may read.

hl7v2.md, checklist 63. A reason is told in words as well, and with the places of the message; neither holds
anything of a patient.
"""

from collections.abc import Mapping
from typing import Any

OTHER, INVALID = "other", "invalid-resource"
_BEGINNINGS: Mapping[str, str] = {
    "the source is not registered any more": "source-unregistered",
    "the overlay of the source does not go": "overlay-unfit",
    "the message can't be mapped": "not-mappable",
    "there is no map for this kind of message yet": "no-map",
    "a segment would be lost": "segment-lost",
    "a resource can't be stored": "not-storable",
    "the patient's number is known for somebody else": "person-differs",
    "the number is that of another patient": "number-of-another",
    "a steward has moved it": "moved-by-steward",
    "the visit or account is that of another patient": "visit-of-another",
    "the patient is not known": "unknown-patient",
    "a record cannot be": "same-record",
    "the two numbers are of different assigning authorities": "authorities-differ",
    "the number that it has now is missing": "number-missing",
    "the patient that remains has been merged": "merge-cycle",
    "the two patients differ": "people-differ",
    "the patients of one person carry": "citizen-numbers-differ",
    "a clerk keeps the two patients apart": "kept-apart",
    "the application acknowledgement was not taken": "reply-undelivered",
    "this failed on our side": "fault-of-ours",
    "this held up its patient": "held-up",
}
"""How the words of each reason begin."""
CODES = frozenset((*_BEGINNINGS.values(), INVALID, OTHER))


def code(text: str) -> str:
    """The code of a reason by its words."""
    if text.partition(" (")[0].endswith("would not be valid FHIR"):
        return INVALID
    return next((known for start, known in _BEGINNINGS.items() if text.startswith(start)), OTHER)


def reason(text: str, issues: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A reason as the row of the inbox keeps it."""
    return {"code": code(text), "text": text, "issues": issues or []}
