"""Key sets that a client may register."""

from typing import Any

import pytest
from joserfc.jwk import ECKey

from auth.authorization_server import jwks
from tests.unit.auth.authorization_server.conftest import EC, JWKS, RSA

EC_PUBLIC: dict[str, Any] = dict(EC.as_dict(private=False))


def test_good_keys() -> None:
    assert jwks.check(JWKS) == JWKS
    assert jwks.check(JWKS | {"other": 1}) == JWKS


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"keys": []},
        {"keys": {}},
        {"keys": [7]},
        {"keys": [EC_PUBLIC] * 2},
        {"keys": [EC.as_dict(private=True)]},
        {"keys": [RSA.as_dict(private=True)]},
        {"keys": [{"kty": "oct", "k": "AAAA", "kid": "x"}]},
        {"keys": [EC_PUBLIC | {"kid": ""}]},
        {"keys": [EC_PUBLIC | {"kid": 1}]},
        {"keys": [{name: value for name, value in EC_PUBLIC.items() if name != "kid"}]},
        {"keys": [EC_PUBLIC | {"x": "AAAA"}]},
        {"keys": [EC_PUBLIC | {"alg": "ES256"}]},
        {"keys": [EC_PUBLIC | {"use": "enc"}]},
        {"keys": [{"kty": "RSA", "kid": "x"}]},
        {"keys": [ECKey.generate_key("P-256", {"kid": "x"}).as_dict(private=False)]},
        {"keys": [{"kty": "RSA", "kid": "x", "e": "AQAB", "n": "u" * 171}]},
        {"keys": [EC_PUBLIC | {"kid": str(number)} for number in range(21)]},
    ],
)
def test_unfit_keys(document: Any) -> None:
    with pytest.raises(jwks.UnfitKeys):
        jwks.check(document)


def test_a_key_is_found_by_its_name_and_algorithm() -> None:
    assert jwks.find(JWKS, "ec", "ES384") is not None
    assert jwks.find(JWKS, "ec", "RS384") is None
    assert jwks.find(JWKS, "other", "ES384") is None
    assert jwks.find(None, "ec", "ES384") is None
