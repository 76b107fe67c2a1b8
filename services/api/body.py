"""Request bodies, read up to the limit and no further."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from fhir.outcome import Fault, Refusal
from fhir.resource import Resource, parse
from services.api.negotiation import FHIR_JSON, check_content_type

FORM = "application/x-www-form-urlencoded"
_MOST_PARAMETERS = 1000
_LONGEST_QUERY = 65_536


async def read_body(request: Request) -> bytes:
    """All bytes of the body; a Refusal (413) as soon as there are too many."""
    limit = request.app.state.platform.settings.max_body_bytes
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise Refusal(Fault.TOO_LARGE, f"the body is larger than {limit} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


async def read_resource(request: Request) -> Resource:
    """The resource in the body."""
    check_content_type(request, FHIR_JSON, "application/json")
    return parse(await read_body(request))


async def read_optional_resource(request: Request) -> Resource | None:
    """The resource in the body; None where there is no body."""
    body = await read_body(request)
    if not body:
        return None
    check_content_type(request, FHIR_JSON, "application/json")
    return parse(body)


def query_parameters(request: Request) -> list[tuple[str, str]]:
    """The parameters of the URL, in their order."""
    return _pairs(request.scope["query_string"].decode("latin-1"))


async def form_parameters(request: Request) -> list[tuple[str, str]]:
    """The parameters of a form body (_search)."""
    check_content_type(request, FORM)
    body = await read_body(request)
    try:
        return _pairs(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Refusal(Fault.PARAMETER, "the form is not UTF-8") from None


def _pairs(text: str) -> list[tuple[str, str]]:
    if len(text) > _LONGEST_QUERY:
        raise Refusal(Fault.TOO_LARGE, f"the query is longer than {_LONGEST_QUERY} characters")
    try:
        return parse_qsl(
            text, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS, encoding="utf-8", errors="strict"
        )
    except UnicodeDecodeError:
        raise Refusal(Fault.PARAMETER, "the query is not UTF-8") from None
    except ValueError:
        raise Refusal(Fault.TOO_LARGE, f"the query has more than {_MOST_PARAMETERS} parameters") from None
