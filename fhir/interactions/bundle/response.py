"""Responses: what the entry of a batch-response or transaction-response says.

FHIR R4 bundle.html (Bundle.entry.response), 3.1.0.11.3 (http.html#transaction-response).
"""

from fhir.bundle import response_entry
from fhir.interactions.writes.writing import Written
from fhir.outcome import Issue, Refusal, operation_outcome
from fhir.resource import Resource, fragment

_REASONS = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    409: "Conflict", 410: "Gone", 412: "Precondition Failed", 413: "Content Too Large",
    415: "Unsupported Media Type", 422: "Unprocessable Content", 429: "Too Many Requests",
    500: "Internal Server Error", 503: "Service Unavailable",
}  # fmt: skip


def failed(refusal: Refusal) -> Resource:
    """The entry of a response that says why nothing was done."""
    status = refusal.status
    return response_entry(f"{status} {_REASONS.get(status, 'Error')}", outcome=refusal.as_outcome())


def written_answer(method: str, written: Written | None, returning: str | None) -> Resource:
    """The entry of a response that tells of a write, with the body that Prefer asks for."""
    if written is None or method == "DELETE":
        return response_entry("204 No Content")
    status = "201 Created" if written.created else "200 OK"
    if returning == "representation":
        return response_entry(status, written.stored, resource=fragment(written.stored.body))
    if returning == "OperationOutcome":
        done = operation_outcome([Issue("informational", "stored", severity="information")])
        return response_entry(status, written.stored, outcome=done)
    return response_entry(status, written.stored)
