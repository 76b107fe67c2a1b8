"""Replies: what an interaction gave, as an HTTP response.

FHIR R4 3.1.0.1.2 (http.html#versioning): ETag is the version, Last-Modified its instant.
"""

from datetime import UTC
from email.utils import format_datetime

from starlette.responses import Response

from fhir.bundle import etag
from fhir.outcome import Issue, operation_outcome
from fhir.resource import Resource, parse, serialize
from fhir.store import Stored
from services.api.negotiation import FHIR_JSON, Wish

MEDIA_TYPE = f"{FHIR_JSON}; charset=utf-8"


def resource_reply(stored: Stored, wish: Wish) -> Response:
    """The stored bytes of one version."""
    body = serialize(parse(stored.body), pretty=True) if wish.pretty else stored.body
    return Response(body, media_type=MEDIA_TYPE, headers=_headers(stored))


def json_reply(resource: Resource, wish: Wish | None = None, status: int = 200) -> Response:
    """A resource made for this reply (a Bundle, an OperationOutcome)."""
    body = serialize(resource)
    if wish is not None and wish.pretty:
        body = serialize(parse(body), pretty=True)
    return Response(body, status, media_type=MEDIA_TYPE, headers={"Cache-Control": "private, no-store"})


def written_reply(stored: Stored, created: bool, base: str, wish: Wish) -> Response:
    """201 or 200 after a write, with the body that Prefer asks for."""
    headers = _headers(stored)
    headers["Location"] = f"{base}/{stored.reference}/_history/{stored.version}"
    status = 201 if created else 200
    if wish.returning == "minimal":
        return Response(b"", status, headers=headers)
    if wish.returning == "OperationOutcome":
        done = Issue("informational", "stored", severity="information")
        return Response(serialize(operation_outcome([done])), status, headers, MEDIA_TYPE)
    return Response(stored.body, status, headers, MEDIA_TYPE)


def not_modified(stored: Stored) -> Response:
    """304: the client has this version."""
    return Response(b"", 304, headers=_headers(stored))


def _headers(stored: Stored) -> dict[str, str]:
    return {
        "ETag": etag(stored),
        "Last-Modified": format_datetime(stored.updated.astimezone(UTC), usegmt=True),
        "Cache-Control": "private, no-cache",
    }
