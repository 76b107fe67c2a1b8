"""The body of a PATCH: a JSON Patch or a FHIRPath Patch, as its media type says.

FHIR R4 3.1.0.6 (http.html#patch). RFC 5789 2.2: another type is 415, and Accept-Patch names those that work.
"""

from starlette.requests import Request

from fhir.interactions.writes.acceptance import check_valid
from fhir.outcome import Fault, Refusal
from fhir.patch import Patch
from fhir.patch.fhirpath_patch import read_fhirpath_patch
from fhir.patch.json_patch import MEDIA_TYPE, read_json_patch
from fhir.resource import parse
from services.api.body import read_body
from services.api.negotiation import FHIR_JSON, check_content_type, check_fhir, is_fhir, media_type

PATCHES = (MEDIA_TYPE, FHIR_JSON)


async def read_patch(request: Request) -> Patch:
    """The patch in the body."""
    if media_type(request.headers.get("content-type", "")).name == MEDIA_TYPE:
        check_content_type(request, MEDIA_TYPE)
        return read_json_patch(await read_body(request))
    if not is_fhir(request):
        text = f"a patch is {MEDIA_TYPE}, or a Parameters resource in {FHIR_JSON}"
        raise Refusal(Fault.MEDIA_TYPE, text, expression="http.Content-Type")
    check_fhir(request)
    parameters = parse(await read_body(request))
    check_valid(parameters, "Parameters")
    return read_fhirpath_patch(parameters)
