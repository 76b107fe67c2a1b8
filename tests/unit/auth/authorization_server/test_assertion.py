"""private_key_jwt: what SMART demands, and every assertion that must not open the door."""

import base64
import json
import math
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from auth.authorization_server import Reply
from auth.store import clients
from auth.store.database import Database
from tests.unit.auth.authorization_server.conftest import (
    ASSERTION_TYPE,
    EC,
    ISSUER,
    JWKS,
    RSA,
    TOKEN_URL,
    Ask,
    claims,
    signed,
)


@pytest.fixture
async def client(base: Database) -> str:
    record, plain = await clients.register(
        base, name="HTEST", scope="system/*.rs", organization="Organization/h", regional=False, jwks=JWKS
    )
    assert plain is None
    return record.id


def present(ask: Ask, assertion: str, **also: str) -> Reply:
    return ask(client_assertion_type=ASSERTION_TYPE, client_assertion=assertion, **also)


def refused(reply: Reply) -> None:
    assert (reply.status, reply.body["error"]) == (401, "invalid_client")
    assert "access_token" not in reply.body


@pytest.mark.parametrize(("key", "alg"), [(EC, "ES384"), (RSA, "RS384")])
def test_both_algorithms_of_smart(ask: Ask, client: str, key: Any, alg: str) -> None:
    reply = present(ask, signed(claims(client), key, alg))
    assert reply.status == 200
    assert reply.body["expires_in"] == 300
    assert reply.client == client


@pytest.mark.parametrize("audience", [TOKEN_URL, ISSUER])
def test_audience_is_the_token_url_or_the_issuer(ask: Ask, client: str, audience: str) -> None:
    assert present(ask, signed(claims(client, aud=audience))).status == 200


def test_client_id_may_stand_beside_it_when_it_is_the_same(ask: Ask, client: str) -> None:
    assert present(ask, signed(claims(client)), client_id=client).status == 200
    refused(present(ask, signed(claims(client)), client_id="other"))


NOW = time.time


@pytest.mark.parametrize(
    "change",
    [
        {"aud": None},
        {"aud": [TOKEN_URL]},
        {"aud": [TOKEN_URL, "https://elsewhere.example"]},
        {"aud": "https://elsewhere.example"},
        {"aud": TOKEN_URL + "/"},
        {"aud": TOKEN_URL.upper()},
        {"aud": ""},
        {"aud": {"x": TOKEN_URL}},
        {"iss": None},
        {"iss": "other"},
        {"iss": ["x"]},
        {"sub": None},
        {"sub": "other"},
        {"sub": 1},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": -1},
        {"exp": math.inf},
        {"exp": math.nan},
        {"exp": 10**400},
        {"exp": lambda: int(NOW()) - 1},
        {"exp": lambda: int(NOW()) + 320},
        {"exp": lambda: int(NOW()) + 10 * 365 * 86400},
        {"iat": lambda: int(NOW()) + 60},
        {"nbf": lambda: int(NOW()) + 60},
        {"nbf": "now"},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 600},
    ],
)
def test_claims_that_are_refused(ask: Ask, client: str, change: dict[str, Any]) -> None:
    changed = {name: value() if callable(value) else value for name, value in change.items()}
    refused(present(ask, signed(claims(client, **changed))))


def test_a_little_skew_is_taken(ask: Ask, client: str) -> None:
    assert (
        present(ask, signed(claims(client, iat=int(time.time()) + 8, nbf=int(time.time()) + 8))).status == 200
    )


def test_a_jti_works_once(ask: Ask, client: str) -> None:
    assertion = signed(claims(client))
    assert present(ask, assertion).status == 200
    refused(present(ask, assertion))
    again = claims(client)
    assert present(ask, signed(again)).status == 200
    refused(present(ask, signed(again | {"exp": again["exp"] + 1})))


def test_of_twenty_simultaneous_uses_one_wins(ask: Ask, client: str) -> None:
    assertion = signed(claims(client))
    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(reply.status for reply in pool.map(lambda _: present(ask, assertion), range(20)))
    assert statuses == [200] + [401] * 19


def test_a_refused_assertion_does_not_use_up_its_jti(ask: Ask, client: str) -> None:
    payload = claims(client)
    refused(present(ask, signed(payload | {"aud": "https://elsewhere.example"})))
    refused(present(ask, signed(payload, ECKey.generate_key("P-384", {"kid": "ec"}), "ES384", kid="ec")))
    assert present(ask, signed(payload)).status == 200


@pytest.mark.parametrize(
    "header",
    [{"kid": None}, {"kid": "unknown"}, {"kid": "rsa"}, {"kid": 7}, {"kid": ""}, {"crit": ["x"], "x": 1}],
    ids=str,
)
def test_headers_that_are_refused(ask: Ask, client: str, header: dict[str, Any]) -> None:
    try:
        assertion = signed(claims(client), **header)
    except Exception:
        head, payload, signature = signed(claims(client)).split(".")
        forged = json.loads(base64.urlsafe_b64decode(head + "==")) | header
        assertion = f"{encoded(forged)}.{payload}.{signature}"
    refused(present(ask, assertion))


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_unsigned_is_refused(ask: Ask, client: str, alg: str) -> None:
    refused(present(ask, f"{encoded({'alg': alg, 'kid': 'ec'})}.{encoded(claims(client))}."))


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_a_public_key_is_no_shared_secret(ask: Ask, client: str, alg: str) -> None:
    pem = RSA.as_pem(private=False)
    key = OctKey.import_key(base64.urlsafe_b64encode(pem).decode(), {"kid": "rsa"})
    refused(present(ask, jwt.encode({"alg": alg, "kid": "rsa"}, claims(client), key, algorithms=[alg])))


@pytest.mark.parametrize("alg", ["RS256", "RS512", "PS256", "PS384"])
def test_other_algorithms_of_the_same_key_are_refused(ask: Ask, client: str, alg: str) -> None:
    # The copy of the key carries no `alg`, else joserfc would not sign with it.
    from joserfc.jwk import RSAKey

    free = RSAKey.import_key(
        {name: value for name, value in RSA.as_dict(private=True).items() if name != "alg"}
    )
    refused(present(ask, jwt.encode({"alg": alg, "kid": "rsa"}, claims(client), free, algorithms=[alg])))


def test_a_key_in_the_header_is_ignored(ask: Ask, client: str) -> None:
    own = ECKey.generate_key("P-384", {"kid": "ec"})
    refused(present(ask, signed(claims(client), own, "ES384", kid="ec", jwk=own.as_dict(private=False))))
    refused(present(ask, signed(claims(client), own, "ES384", kid="ec", jku="https://evil.example/jwks")))


@pytest.mark.parametrize(
    "text", ["", "x", "a.b", "a.b.c", "....", "é.é.é", "e30.e30.e30", "{}", "\x00", "[" * 5000]
)
def test_what_is_no_assertion_is_refused(ask: Ask, client: str, text: str) -> None:
    refused(present(ask, text))


@pytest.mark.parametrize("payload", [[], 7, "x", None, {"iss": {}}, {"iss": None}])
def test_payloads_of_other_shapes_are_refused(ask: Ask, client: str, payload: Any) -> None:
    refused(present(ask, f"{encoded({'alg': 'ES384', 'kid': 'ec'})}.{encoded(payload)}.AAAA"))


def test_the_wrong_assertion_type_is_refused(ask: Ask, client: str) -> None:
    refused(ask(client_assertion_type="urn:other", client_assertion=signed(claims(client))))
    refused(ask(client_assertion=signed(claims(client))))


async def test_a_client_with_keys_cannot_fall_back_to_a_secret(ask: Ask, client: str, base: Database) -> None:
    refused(ask(client_id=client, client_secret="None"))
    refused(ask(client_id=client, client_secret=""))


async def test_a_client_with_a_secret_cannot_be_entered_by_an_assertion(
    ask: Ask, client: str, base: Database
) -> None:
    other, _ = await clients.register(base, name="x", scope="system/*.rs", organization=None, regional=True)
    refused(present(ask, signed(claims(other.id))))


async def test_one_clients_key_does_not_open_another(ask: Ask, client: str, base: Database) -> None:
    theirs = ECKey.generate_key("P-384", {"kid": "ec"})
    other, _ = await clients.register(
        base,
        name="x",
        scope="system/*.rs",
        organization=None,
        regional=True,
        jwks={"keys": [theirs.as_dict(private=False)]},
    )
    refused(present(ask, signed(claims(other.id))))
    refused(present(ask, signed(claims(other.id, iss=client))))
    refused(present(ask, signed(claims(client, sub=other.id))))
