"""OperationOutcome: the one table of errors, and the caller's fault as an exception.

FHIR R4 OperationOutcome and the issue-type value set (operationoutcome.html, valueset-issue-type.html).
There are two roots: `Refusal` is the caller's fault and is shown; any other exception is ours, is logged
with a reference and never shown (`services.api.errors`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Fault(Enum):
    """What can be wrong with a request: the issue type it is reported as and its HTTP status."""

    MALFORMED = ("structure", 400)
    PARAMETER = ("invalid", 400)
    REQUIRED = ("required", 400)
    UNSUPPORTED_PARAMETER = ("not-supported", 400)
    TOO_COSTLY = ("too-costly", 400)
    UNKNOWN_DOMAIN = ("code-invalid", 400)
    UNAUTHENTICATED = ("login", 401)
    FORBIDDEN = ("forbidden", 403)
    UNKNOWN_TARGET = ("code-invalid", 403)
    NOT_FOUND = ("not-found", 404)
    UNKNOWN_TYPE = ("not-supported", 404)
    METHOD = ("not-supported", 405)
    NOT_ACCEPTABLE = ("not-supported", 406)
    CONFLICT = ("conflict", 409)
    GONE = ("deleted", 410)
    EXPIRED = ("expired", 410)
    STALE = ("conflict", 412)
    NO_MATCH = ("not-found", 412)
    MULTIPLE_MATCHES = ("multiple-matches", 412)
    TOO_LARGE = ("too-long", 413)
    ADDRESS_TOO_LONG = ("too-long", 414)
    MEDIA_TYPE = ("not-supported", 415)
    INVALID = ("invalid", 422)
    BUSINESS_RULE = ("business-rule", 422)
    UNPROCESSABLE = ("processing", 422)
    THROTTLED = ("throttled", 429)
    INTERNAL = ("exception", 500)
    UNAVAILABLE = ("transient", 503)

    @property
    def code(self) -> str:
        """The issue type (OperationOutcome.issue.code)."""
        return self.value[0]

    @property
    def status(self) -> int:
        """The HTTP status of a reply whose worst issue this is."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue: its type, what is wrong in words for the caller, and the FHIRPath of the element."""

    code: str
    diagnostics: str
    expression: str | None = None
    severity: str = "error"

    def as_json(self) -> dict[str, Any]:
        """OperationOutcome.issue."""
        issue = {"severity": self.severity, "code": self.code, "diagnostics": self.diagnostics}
        return issue | ({"expression": [self.expression]} if self.expression else {})


class Refusal(Exception):
    """The caller's fault, shown to the caller: a fault of the table and at least one issue."""

    def __init__(
        self,
        fault: Fault,
        diagnostics: str = "",
        *,
        expression: str | None = None,
        issues: Sequence[Issue] = (),
    ) -> None:
        self.fault = fault
        self.issues = tuple(issues) or (Issue(fault.code, diagnostics, expression),)
        super().__init__(self.issues[0].diagnostics)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.fault.status

    def as_outcome(self) -> dict[str, Any]:
        """The OperationOutcome that the caller receives."""
        return operation_outcome(self.issues)


def operation_outcome(issues: Sequence[Issue]) -> dict[str, Any]:
    """An OperationOutcome resource of `issues` (at least one)."""
    return {"resourceType": "OperationOutcome", "issue": [issue.as_json() for issue in issues]}
