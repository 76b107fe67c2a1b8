"""Discovery documents agree with each other and promise only what works."""

from urllib.parse import urlsplit

from auth.authorization_server.metadata import metadata
from auth.smart.configuration import smart_configuration
from auth.smart.granting import WORDS
from auth.smart.scope import parse

ISSUER = "https://furong.example"


def test_the_two_documents_agree() -> None:
    smart, oauth = smart_configuration(ISSUER), metadata(ISSUER)
    assert all(smart[name] == oauth[name] for name in smart.keys() & oauth.keys())
    assert smart["token_endpoint"] == f"{ISSUER}/oauth/token"


def test_every_address_is_absolute() -> None:
    for document in (smart_configuration(ISSUER), metadata(ISSUER)):
        for name, value in document.items():
            if name.endswith(("_endpoint", "_uri")):
                assert urlsplit(value).netloc == "furong.example", name


def test_no_plain_pkce_and_every_scope_is_known() -> None:
    document = smart_configuration(ISSUER)
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert all(isinstance(capability, str) for capability in document["capabilities"])
    assert all(parse(scope) or scope in WORDS for scope in document["scopes_supported"])
