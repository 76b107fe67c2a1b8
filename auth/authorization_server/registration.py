"""Dynamic client registration: the maker of an app, invited by a security officer, says what it is.

RFC 7591. What is registered waits for approval and gets no token before; a client chooses neither its id nor
more scopes than apps may have.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from auth.authorization_server import jwks, redirect_uri
from auth.smart.granting import grant
from auth.store import clients, registrations
from auth.store.clients import ClientRecord
from auth.store.database import Database
from auth.tokens import SeveralCredentials, bearer, single

APP_SCOPE = (
    "openid fhirUser profile launch launch/patient launch/encounter offline_access online_access "
    "patient/*.rs user/*.rs"
)
"""Everything that an app may ask a person for, unless less is registered."""
LARGEST = 65_536
_METHODS = ("none", "client_secret_basic", "client_secret_post", "private_key_jwt")
_GRANTS = {"authorization_code", "refresh_token"}
_LONGEST_NAME = 100
OWN_PATIENTS = "own_patients_only"
"""A metadata member of ours: a Patient that the app names does not stand for those linked with it."""


class Unregistered(Exception):
    """The app is not registered: the error of RFC 7591 section 3.2.2, and the status."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.status = status


async def register(
    database: Database, authorization: Sequence[str], body: bytes
) -> tuple[ClientRecord, str | None]:
    """Register the app of a client metadata document; the client and, where it has one, its secret.

    `authorization` are all Authorization headers of the request.
    """
    try:
        token = bearer(single(authorization))
    except SeveralCredentials as refusal:
        raise Unregistered("invalid_request", str(refusal)) from None
    invitation = await registrations.claim(database, token) if token else None
    if token is None or invitation is None:
        raise Unregistered("invalid_token", "an initial access token of this platform is needed", 401)
    try:
        metadata = read(body)
    except Unregistered:
        await registrations.release(database, token)
        raise
    return await clients.register(database, pending=True, **metadata)


def read(body: bytes) -> dict[str, Any]:
    """A client metadata document as `clients.register` takes it. Unregistered says what is wrong."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if len(body) > LARGEST or not isinstance(document, dict):
        raise Unregistered("invalid_client_metadata", "the body is a JSON object")
    method = document.get("token_endpoint_auth_method", "client_secret_basic")
    if method not in _METHODS:
        raise Unregistered("invalid_client_metadata", "token_endpoint_auth_method is not supported")
    kinds = document.get("grant_types", ["authorization_code"]), document.get("response_types", ["code"])
    if not all(isinstance(kind, list) for kind in kinds) or not (
        set(map(str, kinds[0])) <= _GRANTS and kinds[1] == ["code"]
    ):
        raise Unregistered("invalid_client_metadata", "an app has the authorization code grant alone")
    return {
        "name": _name(document),
        "redirect_uris": _redirect_uris(document),
        "scope": _scope(document),
        "public": method == "none",
        "launch_url": _web(document, "launch_url"),
        "linked": not _flag(document, OWN_PATIENTS),
        **_keys(document, method),
    }


def described(client: ClientRecord) -> dict[str, Any]:
    """What was registered, as RFC 7591 section 3.2.1 tells it (but for the secret)."""
    keys = {"jwks": client.jwks, "jwks_uri": client.jwks_uri, "launch_url": client.launch_url}
    method = "client_secret_basic" if client.method == clients.SECRET else client.method
    return {
        "client_id": client.id,
        "client_id_issued_at": int(client.created.timestamp()),
        "client_name": client.name,
        "redirect_uris": list(client.redirect_uris),
        "token_endpoint_auth_method": method,
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": client.scope,
        OWN_PATIENTS: not client.linked,
        **{name: value for name, value in keys.items() if value is not None},
    }


def _name(document: Mapping[str, Any]) -> str:
    name = document.get("client_name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= _LONGEST_NAME or not name.isprintable():
        raise Unregistered("invalid_client_metadata", "client_name is 1 to 100 printable characters")
    return name.strip()


def _redirect_uris(document: Mapping[str, Any]) -> tuple[str, ...]:
    uris = document.get("redirect_uris")
    if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris):
        raise Unregistered("invalid_redirect_uri", "redirect_uris is a list of addresses")
    try:
        return redirect_uri.check(uris)
    except redirect_uri.UnfitAddress as error:
        raise Unregistered("invalid_redirect_uri", str(error)) from None


def _scope(document: Mapping[str, Any]) -> str:
    scope = document.get("scope", APP_SCOPE)
    granted = grant(scope, APP_SCOPE) if isinstance(scope, str) else ""
    if not granted:
        raise Unregistered("invalid_client_metadata", "scope names nothing that an app may have")
    return granted


def _flag(document: Mapping[str, Any], name: str) -> bool:
    value = document.get(name, False)
    if not isinstance(value, bool):
        raise Unregistered("invalid_client_metadata", f"{name} is true or false")
    return value


def _web(document: Mapping[str, Any], name: str) -> str | None:
    value = document.get(name)
    if value is None:
        return None
    try:
        return redirect_uri.check_web(value if isinstance(value, str) else "")
    except redirect_uri.UnfitAddress:
        raise Unregistered("invalid_client_metadata", f"{name} is an https address") from None


def _keys(document: Mapping[str, Any], method: str) -> dict[str, Any]:
    keys, address = document.get("jwks"), _web(document, "jwks_uri")
    if method != "private_key_jwt":
        return {}
    if (keys is None) == (address is None):
        raise Unregistered("invalid_client_metadata", "private_key_jwt needs jwks or jwks_uri")
    try:
        return {"jwks": jwks.check(keys) if keys is not None else None, "jwks_uri": address}
    except jwks.UnfitKeys as error:
        raise Unregistered("invalid_client_metadata", str(error)) from None
