"""Verdict: what the sender is told of a message that the worker has processed, or has not yet.

HL7 v2 table 0357; checklist 22, 23 and 27. The words of the worker's reason stay here: a sender gets a code.
"""

from typing import Any

from adapters.hl7v2.error import Error, Location
from services.inbox import DONE, RECEIVED

_KEYS = {"the patient's number is known for somebody else": "duplicate"}
_HEADER, _PATIENT = Location("MSH", 1), Location("PID", 1, 3)


def verdict(state: str, reason: dict[str, Any] | None) -> list[Error]:
    """The errors of a row by its state and the reason that it is a dead letter for; none where it is FHIR."""
    if state == DONE:
        return []
    if state == RECEIVED:
        return [Error("pending", _HEADER)]
    text = str((reason or {}).get("text", ""))
    key = next((key for start, key in _KEYS.items() if text.startswith(start)), None)
    return [Error(key, _PATIENT) if key else Error("not-filed", _HEADER)]
