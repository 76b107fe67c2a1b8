"""Bearer tokens: from the Authorization header to a Principal.

RFC 6750. Tokens are taken from the header alone, never from the query or a form; every reason to refuse
looks the same to the caller, except that a request without any token is told so, and one with two headers.
"""

import re
from collections.abc import Iterable, Sequence

from auth import secret
from auth.principal import Kind, Principal
from auth.roles import Role
from auth.smart.scope import parse_all
from auth.store.tokens import TokenRecord, Tokens
from fhir.outcome import Fault, Refusal

_BEARER = re.compile(r"bearer +(?P<token>[A-Za-z0-9._~+/-]{1,512}=*)", re.IGNORECASE)
_INVALID = "the access token is unknown, revoked or expired"


class Unauthenticated(Refusal):
    """401; `challenge` is the value of the WWW-Authenticate header."""

    def __init__(self, diagnostics: str, error: str | None = None) -> None:
        super().__init__(Fault.UNAUTHENTICATED, diagnostics)
        self.challenge = 'Bearer realm="furong"' + (f', error="{error}"' if error else "")


class SeveralCredentials(Refusal):
    """400: what stands before us and what stands behind it might each take another one for true."""

    challenge = 'Bearer realm="furong", error="invalid_request"'

    def __init__(self) -> None:
        super().__init__(Fault.PARAMETER, "more than one Authorization header")


def single(authorization: Sequence[str]) -> str:
    """The one Authorization header of a request, "" where it has none; several are refused, equal or not."""
    if len(authorization) > 1:
        raise SeveralCredentials
    return authorization[0] if authorization else ""


async def authenticate(tokens: Tokens, headers: Sequence[str], parameters: Iterable[str] = ()) -> Principal:
    """The Principal of all Authorization `headers`; `parameters` are the names in the query of the request.

    Raises Unauthenticated for a missing, unknown, revoked or expired token, and for one in the query;
    SeveralCredentials for more than one header.
    """
    authorization = single(headers)
    if "access_token" in parameters:
        raise Unauthenticated("an access token belongs in the Authorization header", "invalid_request")
    if not authorization:
        raise Unauthenticated("this request needs an access token")
    token = bearer(authorization)
    record = await tokens.find(token) if token else None
    if token is None or record is None:
        raise Unauthenticated(_INVALID, "invalid_token")
    return principal_of(record, secret.digest(token)[:32])


def bearer(authorization: str) -> str | None:
    """The token of an Authorization header, or None when it holds none."""
    match = _BEARER.fullmatch(authorization.strip())
    return match["token"] if match else None


def principal_of(record: TokenRecord, session: str) -> Principal:
    """Who acts with a token: a system for itself, or an app for a person."""
    person = record.account is not None
    return Principal(
        kind=Kind.PERSON if person else Kind.SYSTEM,
        id=record.account or record.client,
        name=record.name,
        role=Role(record.role) if record.role else None,
        client_id=record.client,
        organization=record.organization,
        regional=record.regional,
        scopes=parse_all(record.scope),
        practitioner=record.practitioner,
        patient=record.patient,
        launched=record.launched,
        linked=record.linked,
        amr=record.amr,
        session=session,
    )
