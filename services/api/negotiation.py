"""Content negotiation: which representation is asked for, which one was sent, what is preferred.

FHIR R4 3.1.0.1.11 (http.html#mime-type) and RFC 9110 12.5.1. JSON is the one format of this server.
"""

from dataclasses import dataclass

from starlette.requests import Request

from fhir.outcome import Fault, Refusal

FHIR_JSON = "application/fhir+json"
_JSON = frozenset({FHIR_JSON, "application/json", "json", "text/json", "application/json+fhir"})
_ANY = frozenset({"*/*", "application/*"})


@dataclass(frozen=True, slots=True)
class Wish:
    """How the reply shall look: `pretty` JSON, and what a write returns (minimal, representation, …)."""

    pretty: bool
    returning: str
    strict: bool


def wish(request: Request) -> Wish:
    """What `_format`, `_pretty`, Accept and Prefer say; a Refusal (406) where JSON is not acceptable."""
    asked = request.query_params.get("_format")
    if asked is not None and _media(asked.replace(" ", "+")) not in _JSON:
        raise Refusal(Fault.NOT_ACCEPTABLE, f"this server speaks {FHIR_JSON} only", expression="_format")
    if asked is None and not _acceptable(request.headers.get("accept", "*/*")):
        raise Refusal(Fault.NOT_ACCEPTABLE, f"this server speaks {FHIR_JSON} only", expression="http.Accept")
    preferences = _preferences(request.headers.get("prefer", ""))
    return Wish(
        request.query_params.get("_pretty") == "true",
        preferences.get("return", "representation"),
        preferences.get("handling") == "strict",
    )


def check_content_type(request: Request, *types: str) -> None:
    """Refuse (415) a body of another type than `types`, or in another character set than UTF-8."""
    given = request.headers.get("content-type", "")
    parameters = [part.strip().lower() for part in given.split(";")[1:]]
    charset = next((part[8:].strip('"') for part in parameters if part.startswith("charset=")), "utf-8")
    if _media(given) not in types or charset not in ("utf-8", "utf8"):
        wanted = " or ".join(types)
        raise Refusal(Fault.MEDIA_TYPE, f"send {wanted} in UTF-8", expression="http.Content-Type")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refusal(Fault.MEDIA_TYPE, "send the body as it is", expression="http.Content-Encoding")


def _media(text: str) -> str:
    return text.split(";")[0].strip().lower()


def _acceptable(accept: str) -> bool:
    offers = [offer for offer in accept.split(",") if "q=0" not in offer.replace(" ", "").split(";")[1:]]
    return any(_media(offer) in _JSON | _ANY for offer in offers) or not accept.strip()


def _preferences(text: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in text.replace(";", ",").split(","))
    return {name.lower(): value.strip('"') for name, _, value in pairs}
