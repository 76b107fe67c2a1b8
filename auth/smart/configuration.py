"""SMART configuration: the discovery document of SMART App Launch.

SMART App Launch 2.2, "Conformance" (`[base]/.well-known/smart-configuration`).
"""

from typing import Any

from auth.authorization_server.metadata import metadata

CAPABILITIES = (
    "client-confidential-symmetric",
    "client-confidential-asymmetric",
    "permission-v1",
    "permission-v2",
)
_SHARED = (
    "token_endpoint",
    "grant_types_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "scopes_supported",
)


def smart_configuration(issuer: str) -> dict[str, Any]:
    """What apps and systems can do here; PKCE stands there because the guide demands the member."""
    offered = metadata(issuer)
    return {name: offered[name] for name in _SHARED} | {
        "code_challenge_methods_supported": ["S256"],
        "capabilities": list(CAPABILITIES),
    }
