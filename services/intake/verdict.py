"""Verdict: what the sender is told of a message that the worker has processed, or has not yet.

HL7 v2 table 0357; checklist 22, 23 and 27. The words of the worker's reason stay here: a sender gets a code.
"""

import re
from typing import Any

from adapters.hl7v2.error import Error, Location
from services.inbox import DONE, RECEIVED
from services.reasons import code

LOCKED = "locked"
"""Of a row that still waits: an earlier message of the same patient or visit is not done yet."""
_KEYS = {
    "person-differs": "duplicate",
    "number-of-another": "another-patients",
    "visit-of-another": "another-patients",
    "unknown-patient": "unknown-patient",
    "merge-cycle": "merge-refused",
    "people-differ": "merge-refused",
    "citizen-numbers-differ": "merge-refused",
}
"""The reasons that the sender can do something about."""
_HEADER, _PATIENT = Location("MSH", 1), Location("PID", 1, 3)
_PLACE = re.compile(r"([A-Z][A-Z0-9]{2})\[(\d+)\]-(\d+)")


def verdict(state: str, reason: dict[str, Any] | None) -> list[Error]:
    """The errors of a row by its state and the reason that it is a dead letter for; none where it is FHIR."""
    if state == DONE:
        return []
    if state in (RECEIVED, LOCKED):
        return [Error("pending" if state == RECEIVED else "locked", _HEADER)]
    key = _KEYS.get(code(str((reason or {}).get("text", ""))))
    return [Error(key, _place(reason or {})) if key else Error("not-filed", _HEADER)]


def _place(reason: dict[str, Any]) -> Location:
    """Where the message says what can't be: the first place of the reason, else the patient's number."""
    for issue in reason.get("issues", ()):
        if match := _PLACE.match(str(issue.get("path", ""))):
            return Location(match[1], int(match[2]), int(match[3]))
    return _PATIENT
