"""Replies: what an interaction gave, as an HTTP response.

FHIR R4 3.1.0.1.2 (http.html#versioning): ETag is the version, Last-Modified its instant.
"""

from datetime import UTC
from email.utils import format_datetime

from starlette.responses import Response

from fhir.bundle import etag
from fhir.interactions.view import WHOLE, View
from fhir.interactions.writes.precondition import Preconditions
from fhir.interactions.writes.writing import Written
from fhir.outcome import Issue, operation_outcome
from fhir.resource import Resource, parse, serialize
from fhir.store import Stored
from services.api.negotiation import FHIR_JSON, Wish

MEDIA_TYPE = f"{FHIR_JSON}; charset=utf-8"


def resource_reply(
    stored: Stored, wish: Wish, seen: Preconditions | None = None, view: View = WHOLE
) -> Response:
    """The stored bytes of one version, or 304 where the client has seen it."""
    if seen is not None and seen.unchanged(stored):
        return Response(b"", 304, headers=version_headers(stored))
    return Response(shown(view.of(stored).body, wish), media_type=MEDIA_TYPE, headers=version_headers(stored))


def json_reply(resource: Resource, wish: Wish | None = None, status: int = 200) -> Response:
    """A resource made for this reply (a Bundle, an OperationOutcome)."""
    body = serialize(resource)
    if wish is not None:
        body = shown(body, wish)
    return Response(body, status, media_type=MEDIA_TYPE, headers={"Cache-Control": "private, no-store"})


def shown(body: bytes, wish: Wish) -> bytes:
    """`body` as the client wants to see it."""
    return serialize(parse(body), pretty=True) if wish.pretty else body


def written_reply(written: Written, base: str, wish: Wish) -> Response:
    """201 or 200 after a write, with the body that Prefer asks for."""
    stored, status = written.stored, 201 if written.created else 200
    headers = version_headers(stored)
    headers["Location"] = f"{base}/{stored.reference}/_history/{stored.version}"
    if wish.returning == "minimal":
        return Response(b"", status, headers=headers)
    if wish.returning == "OperationOutcome":
        done = Issue("informational", "stored", severity="information")
        return Response(shown(serialize(operation_outcome([done])), wish), status, headers, MEDIA_TYPE)
    return Response(shown(stored.body, wish), status, headers, MEDIA_TYPE)


def deleted_reply(wish: Wish) -> Response:
    """204 after a deletion, or 200 with the outcome that Prefer asks for."""
    if wish.returning == "OperationOutcome":
        done = Issue("informational", "deleted", severity="information")
        return json_reply(operation_outcome([done]), wish)
    return Response(status_code=204, headers={"Cache-Control": "private, no-store"})


def version_headers(stored: Stored) -> dict[str, str]:
    """ETag, Last-Modified and Cache-Control of a version."""
    return {
        "ETag": etag(stored),
        "Last-Modified": format_datetime(stored.updated.astimezone(UTC), usegmt=True),
        "Cache-Control": "private, no-cache",
    }
