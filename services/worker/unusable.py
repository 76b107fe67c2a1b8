"""Unusable: why a message can't become FHIR."""

from collections.abc import Sequence

from fhir.outcome import Issue
from services import reasons


class Unusable(Exception):
    """The message can't become FHIR; the reason holds no patient data, `place` says where (`MRG[1]-1`)."""

    def __init__(self, reason: str, issues: Sequence[Issue] = (), place: str = "") -> None:
        super().__init__(reason)
        told = [{"code": each.code, "path": each.expression, "text": each.diagnostics} for each in issues]
        if place:
            told.append({"code": "business-rule", "path": place, "text": reason})
        self.reason = reasons.reason(f"{reason} ({place})" if place else reason, told)
