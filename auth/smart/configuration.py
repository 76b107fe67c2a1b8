"""SMART configuration: the discovery document of SMART App Launch.

SMART App Launch 2.2, "Conformance" (`[base]/.well-known/smart-configuration`).
"""

from typing import Any

from auth.authorization_server.metadata import metadata

CAPABILITIES = (
    "launch-ehr",
    "launch-standalone",
    "authorize-post",
    "client-public",
    "client-confidential-symmetric",
    "client-confidential-asymmetric",
    "sso-openid-connect",
    "context-banner",
    "context-style",
    "context-ehr-patient",
    "context-ehr-encounter",
    "context-standalone-patient",
    "permission-offline",
    "permission-online",
    "permission-patient",
    "permission-user",
    "permission-v1",
    "permission-v2",
)
_SHARED = (
    "issuer",
    "jwks_uri",
    "authorization_endpoint",
    "token_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "registration_endpoint",
    "grant_types_supported",
    "response_types_supported",
    "code_challenge_methods_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "scopes_supported",
)


def smart_configuration(issuer: str) -> dict[str, Any]:
    """What apps and systems can do here."""
    offered = metadata(issuer)
    return {name: offered[name] for name in _SHARED} | {
        "management_endpoint": f"{issuer}/resident/apps",
        "capabilities": list(CAPABILITIES),
        "user_access_brand_bundle": f"{issuer}/.well-known/smart-brands",
        "user_access_brand_identifier": {"system": "urn:ietf:rfc:3986", "value": issuer},
    }
