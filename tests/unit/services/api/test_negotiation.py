import pytest
from starlette.requests import Request

from fhir.outcome import Fault, Refusal
from services.api.negotiation import FHIR_JSON, Wish, check_content_type, wish


def request(query: str = "", **headers: str) -> Request:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": sent, "query_string": query.encode()})


@pytest.mark.parametrize(
    "accept",
    [
        "*/*", "", "application/fhir+json", "application/json;q=0.5", "text/html, application/fhir+json",
        "application/*", "APPLICATION/FHIR+JSON; fhirVersion=4.0",
    ],
)  # fmt: skip
def test_json_is_acceptable(accept: str) -> None:
    assert wish(request(accept=accept)) == Wish()


@pytest.mark.parametrize("accept", [
        "text/html", "application/fhir+xml", "application/json;q=0", "application/fhir+json; fhirVersion=3.0",
        "application/fhir+json;q=0, application/json;q=0, */*",
    ],
)  # fmt: skip
def test_what_this_server_does_not_speak(accept: str) -> None:
    with pytest.raises(Refusal) as refusal:
        wish(request(accept=accept))
    assert refusal.value.fault is Fault.NOT_ACCEPTABLE


@pytest.mark.parametrize("format", ["json", "application/fhir%2Bjson", "application/fhir+json", "text/json"])
def test_the_format_of_the_address_goes_before_accept(format: str) -> None:
    assert wish(request(f"_format={format}", accept="text/html"))
    with pytest.raises(Refusal):
        wish(request("_format=xml", accept="*/*"))


def test_an_empty_format_says_nothing() -> None:
    assert wish(request("_format=", accept="*/*")) == Wish()
    with pytest.raises(Refusal):
        wish(request("_format=", accept="application/fhir+xml"))


@pytest.mark.parametrize(
    ("prefer", "returning", "strict"),
    [
        ("return=minimal", "minimal", False),
        ('return="OperationOutcome"; handling=strict', "OperationOutcome", True),
        ("handling=lenient, return=minimal", "minimal", False),
        ("nonsense", None, False),
    ],
)
def test_preferences(prefer: str, returning: str | None, strict: bool) -> None:
    assert wish(request("_pretty=true", prefer=prefer)) == Wish(True, returning, strict)


@pytest.mark.parametrize("given", [FHIR_JSON, f"{FHIR_JSON}; charset=UTF-8", f'{FHIR_JSON};charset="utf-8"'])
def test_a_body_of_the_type(given: str) -> None:
    check_content_type(request(content_type=given), FHIR_JSON)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content_type": "text/plain"},
        {"content_type": f"{FHIR_JSON}; charset=gb18030"},
    ],
)
def test_a_body_of_another_type(headers: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refusal:
        check_content_type(request(**headers), FHIR_JSON)
    assert refusal.value.fault is Fault.MEDIA_TYPE
