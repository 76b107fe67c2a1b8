from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from fhir.outcome import Fault
from services.api.patch_body import read_patch
from tests.support.refusal import refused

JSON_PATCH = "application/json-patch+json"
FHIR = "application/fhir+json"


def request(body: bytes, type: str) -> Request:
    settings = SimpleNamespace(max_body_bytes=1000)
    app = SimpleNamespace(state=SimpleNamespace(platform=SimpleNamespace(settings=settings)))

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "headers": [(b"content-type", type.encode())], "app": app}, receive)


@pytest.mark.parametrize(
    ("body", "type"),
    [
        (b'[{"op":"remove","path":"/gender"}]', JSON_PATCH),
        (
            b'{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":'
            b'"delete"},{"name":"path","valueString":"Patient.gender"}]}]}',
            FHIR,
        ),
    ],
)
async def test_the_media_type_says_which_patch_it_is(body: bytes, type: str) -> None:
    """Checklist lines 22 and 23."""
    patch = await read_patch(request(body, type))
    assert patch({"resourceType": "Patient", "gender": "male"}) == {"resourceType": "Patient"}


@pytest.mark.parametrize(
    ("body", "type", "fault"),
    [
        (b"[]", "application/merge-patch+json", Fault.MEDIA_TYPE),
        (b"[]", f"{JSON_PATCH}; charset=gb18030", Fault.MEDIA_TYPE),
        (b"{}", f"{FHIR}; fhirVersion=5.0", Fault.MEDIA_TYPE),
        (b"[]", FHIR, Fault.MALFORMED),
        (b'{"resourceType":"Patient"}', FHIR, Fault.MALFORMED),
        (b'{"resourceType":"Parameters","parameter":[{"x":1}]}', FHIR, Fault.INVALID),
        (b"{}", JSON_PATCH, Fault.MALFORMED),
    ],
)
async def test_what_is_no_patch(body: bytes, type: str, fault: Fault) -> None:
    """Checklist line 23."""
    await refused(read_patch(request(body, type)), fault)
