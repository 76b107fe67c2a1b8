"""Request headers of the RESTful interactions: preconditions, If-None-Exist, X-Provenance.

FHIR R4 3.1.0.1 (http.html#general).
"""

from starlette.requests import Request

from fhir.interactions.writes.precondition import Preconditions, http_date, preconditions
from fhir.interactions.writes.provenance import HEADER, read_provenance
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from services.api.body import query_text


def read_preconditions(request: Request) -> Preconditions:
    """If-None-Match and If-Modified-Since of a read."""
    headers = request.headers
    return preconditions(
        None, ",".join(headers.getlist("if-none-match")), http_date(headers.get("if-modified-since"))
    )


def write_preconditions(request: Request) -> Preconditions:
    """If-Match and If-None-Match of a write."""
    headers = request.headers
    return preconditions(headers.get("if-match"), ",".join(headers.getlist("if-none-match")))


def if_none_exist(request: Request) -> str | None:
    """The criteria of a conditional create, as they came."""
    return request.headers.get("if-none-exist")


def provenance(request: Request) -> Resource | None:
    """The Provenance that comes with a write. HTTP headers are bytes; this one is UTF-8."""
    text = request.headers.get(HEADER)
    if text is None:
        return None
    try:
        return read_provenance(text.encode("latin-1").decode("utf-8"))
    except UnicodeError:
        raise Refusal(Fault.MALFORMED, f"{HEADER} is not UTF-8") from None


def no_provenance(request: Request) -> None:
    """Refuse a Provenance with what leaves no version to be about."""
    if HEADER in request.headers:
        raise Refusal(
            Fault.UNSUPPORTED_PARAMETER, f"{HEADER} goes with a create, update, patch or transaction"
        )


def criteria(request: Request) -> str:
    """The criteria in the URL of a conditional update, patch or delete: all but what shapes the reply."""
    parts = query_text(request).split("&")
    shaping = ("_format", "_pretty")
    return "&".join(part for part in parts if part.partition("=")[0] not in shaping)
