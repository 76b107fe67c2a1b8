"""Authorization server metadata: what is offered, and nothing that is not.

RFC 8414; OpenID Connect Discovery 1.0; RFC 9207.
"""

from typing import Any

from auth.authorization_server import pkce, signing_keys
from auth.authorization_server.assertion import ALGORITHMS
from auth.authorization_server.client_credentials import METHODS as PROVED
from auth.authorization_server.issuing import METHODS
from auth.smart.granting import IDENTITY, LAUNCH, REFRESHING

SCOPES = (*IDENTITY, *LAUNCH, *REFRESHING, "patient/*.rs", "user/*.rs", "system/*.rs", "system/*.cruds")
GRANTS = ("authorization_code", "refresh_token", "client_credentials")


def metadata(issuer: str) -> dict[str, Any]:
    """The document at `/.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "jwks_uri": f"{issuer}/oauth/jwks",
        "userinfo_endpoint": f"{issuer}/oauth/userinfo",
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "registration_endpoint": f"{issuer}/oauth/register",
        "grant_types_supported": list(GRANTS),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": list(pkce.METHODS),
        "token_endpoint_auth_methods_supported": list(METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": list(PROVED),
        "introspection_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": list(METHODS),
        "revocation_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": list(SCOPES),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [signing_keys.ALGORITHM],
        "claims_supported": [
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "amr",
            "nonce",
            "name",
            "fhirUser",
        ],
        "prompt_values_supported": ["none", "login", "consent"],
        "ui_locales_supported": ["zh-CN", "en"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
