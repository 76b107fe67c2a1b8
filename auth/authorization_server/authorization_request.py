"""Authorization request: what an app sends a person's browser with, checked in the order of the standards.

RFC 6749 section 4.1.1, RFC 9700, SMART App Launch 2.2 ("Obtain authorization code"), OpenID Connect Core
3.1.2.1.
Until client and redirect URI are known to be right nothing is sent to the redirect URI.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.rfc6749.errors import InvalidRequestError, InvalidScopeError
from authlib.oauth2.rfc6749.requests import OAuth2Payload, OAuth2Request

from auth.smart.granting import has_access, of_person

PROMPTS = frozenset({"none", "login", "consent", "select_account"})
LARGEST = 32_768
_MOST_PARAMETERS = 60
_WHOLE = re.compile(r"\d{1,9}")


class UnsupportedObjectError(OAuth2Error):  # type: ignore[misc]
    """OpenID Connect Core 3.1.2.6: a request by value or by reference is not taken."""

    error = "request_not_supported"


class Payload(OAuth2Payload):  # type: ignore[misc]
    """The parameters; `datalist` has all values of each."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._all: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            self._all[name].append(value)

    @property
    def data(self) -> dict[str, str]:
        """Parameter by name; one without a value counts as absent, but for `state`."""
        return {name: found[0] for name, found in self._all.items() if found[0] or name == "state"}

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        """All values by name."""
        return self._all


class AuthorizationRequest(OAuth2Request):  # type: ignore[misc]
    """One request to the authorization endpoint; its URI is made of the issuer, never of the Host header."""

    def __init__(self, uri: str, pairs: Iterable[tuple[str, str]]) -> None:
        super().__init__("GET", uri)
        self.payload = Payload(pairs)

    @property
    def args(self) -> dict[str, str]:
        """The parameters."""
        return self.parameters

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters."""
        data: dict[str, str] = self.payload.data
        return data


def parse(text: str | bytes) -> list[tuple[str, str]]:
    """The parameters of a query or a form body. InvalidRequestError when it is no form of UTF-8."""
    if len(text) > LARGEST:
        raise InvalidRequestError("the request is too large")
    try:
        read = text.decode("ascii") if isinstance(text, bytes) else text
        return parse_qsl(read, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise InvalidRequestError("the request is not a UTF-8 form") from None


class SmartChecks:
    """What SMART and OpenID Connect ask of a request beyond OAuth: extension of the code grant.

    The refusals go back to the app: client and redirect URI are right by then.
    """

    def __init__(self, audience: str) -> None:
        self._audience = audience

    def __call__(self, grant: Any) -> None:
        """Register the checks."""
        grant.register_hook("after_validate_authorization_request_payload", self.check)

    def check(self, grant: Any, redirect_uri: str) -> None:
        """All of them."""
        data: Mapping[str, str] = grant.request.parameters
        for name in ("request", "request_uri", "registration"):
            if name in data:
                raise UnsupportedObjectError(f"{name} is not supported")
        if data.get("response_mode", "query") != "query":
            raise InvalidRequestError("response_mode must be query")
        if data.get("aud", "").removesuffix("/") != self._audience:
            raise InvalidRequestError("aud must be the FHIR base of this server")
        prompts = set(data.get("prompt", "").split())
        if prompts - PROMPTS or ("none" in prompts and len(prompts) > 1):
            raise InvalidRequestError("prompt is none, login, consent or select_account")
        if not _WHOLE.fullmatch(data.get("max_age", "0")):
            raise InvalidRequestError("max_age is a number of seconds")
        if "scope" not in data or not has_access(of_person(grant.request.scope)):
            raise InvalidScopeError("none of the requested scopes is allowed to this app")
