"""Client assertion: a client proves itself with a signed JWT (private_key_jwt).

RFC 7523 section 3; SMART App Launch 2.2, "Asymmetric (public key) client authentication". Authlib's class
takes neither RS384 nor ES384, and takes expired, long-lived and list-valued claims: its checks are replaced.
"""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jws, jwt
from joserfc.errors import JoseError

from auth.authorization_server import jwks
from auth.authorization_server.client import Client
from auth.authorization_server.key_fetch import KeyFetcher
from auth.authorization_server.request import TokenRequest
from auth.store.clients import ClientRecord

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = tuple(sorted(jwks.ALGORITHMS.values()))
_LONGEST_LIFE = 300
_SKEW = 10
_LONGEST_JTI = 512
_LATEST = 10**11

Claim = Callable[[str, str, datetime], bool]
"""(client, jti, expires) -> False when that jti was used before."""


class ClientAssertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """private_key_jwt, the SMART way."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, audiences: tuple[str, ...], claim: Claim, fetcher: KeyFetcher) -> None:
        super().__init__()
        self._audiences = audiences
        self._claim = claim
        self._fetcher = fetcher

    def get_audiences(self) -> list[str]:
        """The token URL and the issuer."""
        return list(self._audiences)

    def __call__(self, query_client: Callable[[str], Client | None], request: TokenRequest) -> Client | None:
        """The client of the request's assertion, None without one, InvalidClientError for a bad one."""
        form = request.form
        if "client_assertion" not in form:
            return None
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise InvalidClientError("unknown client_assertion_type", status_code=401)
        client = self._verify(query_client, form["client_assertion"])
        if client is None or form.get("client_id", client.record.id) != client.record.id:
            raise InvalidClientError("the client assertion is not valid", status_code=401)
        return client

    def _verify(self, query_client: Callable[[str], Client | None], assertion: str) -> Client | None:
        try:
            unverified = jws.extract_compact(assertion.encode())
            header = unverified.headers()
            kid, algorithm = header.get("kid"), header.get("alg")
            issuer = json.loads(unverified.payload).get("iss")
            if not (isinstance(kid, str) and algorithm in ALGORITHMS and isinstance(issuer, str)):
                return None
            client = query_client(issuer)
            if client is None or header.get("jku", client.record.jwks_uri) != client.record.jwks_uri:
                return None
            key = jwks.find(self._key_set(client.record, kid), kid, str(algorithm))
            if key is None:
                return None
            claims = jwt.decode(assertion, key, algorithms=list(ALGORITHMS)).claims
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
            return None
        return client if self._acceptable(client.record.id, claims) else None

    def _key_set(self, record: ClientRecord, kid: str) -> dict[str, Any] | None:
        """What was registered: the keys, or where they are (NotFetched)."""
        return self._fetcher.keys(record.jwks_uri, kid) if record.jwks_uri else record.jwks

    def _acceptable(self, client_id: str, claims: Mapping[str, Any]) -> bool:
        """The claims say what they must; the jti is used up last, when everything else is right."""
        expires, jti, now = claims.get("exp"), claims.get("jti"), time.time()
        if claims.get("iss") != client_id or claims.get("sub") != client_id:
            return False
        if not isinstance(claims.get("aud"), str) or claims["aud"] not in self._audiences:
            return False
        if not isinstance(expires, int | float) or not _is_time(expires):
            return False
        if not now < expires <= now + _LONGEST_LIFE + _SKEW or not _past(claims, now + _SKEW):
            return False
        if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI:
            return False
        return self._claim(client_id, jti, datetime.fromtimestamp(expires, UTC))


def _past(claims: Mapping[str, Any], latest: float) -> bool:
    moments = [claims[name] for name in ("iat", "nbf") if name in claims]
    return all(_is_time(moment) and moment <= latest for moment in moments)


def _is_time(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LATEST
