"""Metadata: what it promises is what the server does."""

from auth.authorization_server.metadata import metadata
from auth.authorization_server.server import AuthorizationServer
from tests.unit.auth.authorization_server.conftest import ISSUER


def test_every_grant_that_is_offered_exists(server: AuthorizationServer) -> None:
    offered = metadata(ISSUER)
    assert {grant.GRANT_TYPE for grant, _ in server._token_grants} == set(offered["grant_types_supported"])
    ways = set(server._client_auth._methods)
    assert set(offered["token_endpoint_auth_methods_supported"]) <= ways


def test_nothing_that_is_not_offered() -> None:
    offered = metadata(ISSUER)
    assert offered["response_types_supported"] == ["code"]
    assert "none" not in offered["introspection_endpoint_auth_methods_supported"]
    assert offered["request_uri_parameter_supported"] is False
