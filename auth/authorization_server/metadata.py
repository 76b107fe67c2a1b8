"""Authorization server metadata: what is offered, and nothing that is not.

RFC 8414; OpenID Connect Discovery 1.0 for its address. No key signs anything yet, so the key set is empty.
"""

from typing import Any

from auth.authorization_server.assertion import ALGORITHMS
from auth.authorization_server.client_credentials import METHODS


def metadata(issuer: str) -> dict[str, Any]:
    """The document at `/.well-known/openid-configuration`."""
    return {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/oauth/token",
        "jwks_uri": f"{issuer}/oauth/jwks",
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": list(METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": ["system/*.cruds", "system/*.rs"],
    }


def key_set() -> dict[str, Any]:
    """The document at `/oauth/jwks`."""
    return {"keys": []}
