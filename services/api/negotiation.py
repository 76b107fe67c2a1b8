"""Content negotiation: which representation is asked for, which one was sent, what is preferred.

FHIR R4 3.1.0.1.11 (http.html#mime-type), 2.6.1 (versioning.html#mt-version) and RFC 9110 12.5.1. JSON of R4
is the one format of this server; a Binary has its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from fhir.outcome import Fault, Refusal

FHIR_JSON = "application/fhir+json"
JSON = frozenset({FHIR_JSON, "application/json", "json", "text/json", "application/json+fhir"})
_WRITTEN = frozenset({FHIR_JSON, "application/json", "application/json+fhir", "text/json"})
_VERSIONS = frozenset({"4.0", "4.0.1"})
_ANY = frozenset({"*/*", "application/*"})
_RETURN = frozenset({"minimal", "representation", "OperationOutcome"})


@dataclass(frozen=True, slots=True)
class Wish:
    """How the reply shall look: `pretty` JSON, what a write returns (None: not said), strict handling.

    `format` is what `_format` says; without it Accept counts.
    """

    pretty: bool = False
    returning: str | None = None
    strict: bool = False
    format: str | None = None


@dataclass(frozen=True, slots=True)
class MediaType:
    """One media type of a header, with its parameters."""

    name: str
    parameters: dict[str, str]

    @property
    def quality(self) -> float:
        """How much it is wanted, from 0 to 1."""
        try:
            return float(self.parameters.get("q", "1"))
        except ValueError:
            return 1.0

    @property
    def current(self) -> bool:
        """Is it of the FHIR version of this server, or of none?"""
        return self.parameters.get("fhirversion", "4.0") in _VERSIONS


def wish(request: Request, form: Sequence[tuple[str, str]] = (), *, any_format: bool = False) -> Wish:
    """What `_format`, `_pretty`, Accept and Prefer say; a Refusal (406) where JSON is not acceptable.

    `form` holds the parameters of a form in the body; with `any_format` the caller sees to the format.
    """
    given = [*request.query_params.multi_items(), *form]
    asked = next((value for name, value in given if name == "_format" and value), None)
    if not any_format:
        _check(asked, request.headers.get("accept", ""))
    preferences = _preferences(",".join(request.headers.getlist("prefer")))
    returning, handling = preferences.get("return"), preferences.get("handling")
    return Wish(
        ("_pretty", "true") in given,
        returning if returning in _RETURN else None,
        handling == "strict",
        asked,
    )


def _check(format: str | None, accept: str) -> None:
    text = f"this server speaks {FHIR_JSON} of FHIR 4.0 only"
    if format is not None:
        media = media_type(format.replace(" ", "+"))
        if media.name not in JSON or not media.current:
            raise Refusal(Fault.NOT_ACCEPTABLE, text, expression="_format")
    elif accept.strip() and not any(each.name in JSON | _ANY and each.current for each in wanted(accept)):
        raise Refusal(Fault.NOT_ACCEPTABLE, text, expression="http.Accept")


def wanted(accept: str) -> list[MediaType]:
    """The media types of an Accept header that are not ruled out (q=0), the most wanted first."""
    offers = [media_type(each) for each in accept.split(",") if each.strip()]
    ruled_out = {each.name for each in offers if each.quality <= 0}
    offers = [each for each in offers if each.name not in ruled_out]
    if JSON & ruled_out == {FHIR_JSON, "application/json"}:
        offers = [each for each in offers if each.name not in _ANY]
    return sorted(offers, key=lambda each: -each.quality)


def media_type(text: str) -> MediaType:
    """One media type, its name and parameters in small letters."""
    name, *parameters = text.split(";")
    pairs = (part.partition("=") for part in parameters)
    return MediaType(
        name.strip().lower(),
        {key.strip().lower(): value.strip().strip('"').lower() for key, _, value in pairs},
    )


def is_fhir(request: Request) -> bool:
    """Is the body of the request a FHIR resource, as its Content-Type says?"""
    return media_type(request.headers.get("content-type", "")).name in _WRITTEN


def check_fhir(request: Request) -> None:
    """Refuse (415) a body that is no FHIR JSON of this version."""
    check_content_type(request, *sorted(_WRITTEN))
    if not media_type(request.headers.get("content-type", "")).current:
        raise Refusal(Fault.MEDIA_TYPE, "this server takes FHIR 4.0 only", expression="http.Content-Type")


def check_content_type(request: Request, *types: str) -> None:
    """Refuse (415) a body of another type than `types`, or in another character set than UTF-8."""
    media = media_type(request.headers.get("content-type", ""))
    if media.name not in types or media.parameters.get("charset", "utf-8") not in ("utf-8", "utf8"):
        text = f"send {FHIR_JSON if FHIR_JSON in types else ' or '.join(types)} in UTF-8"
        raise Refusal(Fault.MEDIA_TYPE, text, expression="http.Content-Type")


def _preferences(text: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in text.replace(";", ",").split(","))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}
