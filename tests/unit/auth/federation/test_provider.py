"""The code flow with an outside provider, and every answer that must not be believed."""

from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwk

from auth.federation.provider import Provider, ProviderRefused, Registration, secure
from tests.support.openid_provider import OpenIDProvider
from tests.unit.auth.federation.conftest import BACK, visit


async def test_a_person_comes_back_with_his_subject(outside: OpenIDProvider, provider: Provider) -> None:
    begun = await provider.begin()
    for part in ("code_challenge_method=S256", "response_type=code", "scope=openid", f"nonce={begun.nonce}"):
        assert part in begun.url
    assert begun.verifier not in begun.url
    claims = await provider.finish(begun, await visit(begun))
    assert claims["sub"] == "person-1"


async def test_two_log_ins_share_nothing_that_is_secret(outside: OpenIDProvider, provider: Provider) -> None:
    one, two = await provider.begin(), await provider.begin()
    assert not {one.state, one.nonce, one.verifier} & {two.state, two.nonce, two.verifier}
    assert outside.fetched == ["about"]
    with pytest.raises(ProviderRefused, match="state"):
        await provider.finish(two, await visit(one))
    answer = await visit(one)
    with pytest.raises(ProviderRefused, match="code was not taken"):
        await provider.finish(replace(one, verifier=two.verifier), answer)


async def test_a_code_works_once(outside: OpenIDProvider, provider: Provider) -> None:
    begun = await provider.begin()
    answer = await visit(begun)
    await provider.finish(begun, answer)
    with pytest.raises(ProviderRefused, match="code was not taken"):
        await provider.finish(begun, answer)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://evil.example"}, "another issuer"),
        ({"aud": "another"}, "another audience"),
        ({"aud": ["furong", "another"]}, "another authorized party"),
        ({"azp": "another"}, "another authorized party"),
        ({"exp": 1}, "it is over"),
        ({"exp": None}, "it is over"),
        ({"exp": True}, "it is over"),
        ({"iat": 1}, "not issued just now"),
        ({"iat": 9_999_999_999}, "not issued just now"),
        ({"nonce": "x"}, "another nonce"),
        ({"nonce": None}, "another nonce"),
        ({"sub": None}, "no subject"),
        ({"sub": ""}, "no subject"),
        ({"sub": "x" * 256}, "no subject"),
        ({"sub": ["person-1"]}, "no subject"),
    ],
)
async def test_a_token_with_a_wrong_claim_is_not_believed(
    outside: OpenIDProvider, provider: Provider, claims: dict[str, Any], reason: str
) -> None:
    outside.token = claims
    begun = await provider.begin()
    with pytest.raises(ProviderRefused, match=reason):
        await provider.finish(begun, await visit(begun))


async def test_a_list_of_audiences_with_us_as_the_authorized_party_is_right(
    outside: OpenIDProvider, provider: Provider
) -> None:
    outside.token = {"aud": ["furong", "another"], "azp": "furong"}
    begun = await provider.begin()
    assert (await provider.finish(begun, await visit(begun)))["sub"] == "person-1"


@pytest.mark.parametrize("forger", ["another key", "a secret for a key"])
async def test_a_token_that_somebody_else_signed_is_not_believed(
    outside: OpenIDProvider, provider: Provider, forger: str
) -> None:
    if forger == "another key":
        outside.signs_with = jwk.RSAKey.generate_key(2048, {"kid": "one"})
    else:
        outside.algorithm = "HS256"
        outside.signs_with = jwk.OctKey.import_key("a secret of the provider's and longer", {"kid": "one"})
    begun = await provider.begin()
    with pytest.raises(ProviderRefused, match="can't be verified"):
        await provider.finish(begun, await visit(begun))


async def test_an_unsigned_token_is_not_believed(
    outside: OpenIDProvider, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = outside.id_token

    def unsigned(nonce: str) -> str:
        return "eyJhbGciOiJub25lIn0." + signed(nonce).split(".")[1] + "."

    monkeypatch.setattr(outside, "id_token", unsigned)
    begun = await provider.begin()
    with pytest.raises(ProviderRefused, match="can't be verified"):
        await provider.finish(begun, await visit(begun))


async def test_keys_that_have_changed_are_fetched_again(outside: OpenIDProvider, provider: Provider) -> None:
    begun = await provider.begin()
    await provider.finish(begun, await visit(begun))
    outside.key = jwk.RSAKey.generate_key(2048, {"kid": "two"})
    begun = await provider.begin()
    assert (await provider.finish(begun, await visit(begun)))["sub"] == "person-1"
    assert outside.fetched.count("keys") == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"iss": "https://evil.example"}, "another issuer's"),
        ({"error": "access_denied"}, "gave no code"),
        ({"code": ""}, "gave no code"),
        ({"code": "guessed"}, "code was not taken"),
        ({"state": ""}, "state"),
    ],
)
async def test_a_wrong_answer_is_refused(
    outside: OpenIDProvider, provider: Provider, answer: dict[str, str], reason: str
) -> None:
    outside.answer = answer
    begun = await provider.begin()
    with pytest.raises(ProviderRefused, match=reason):
        await provider.finish(begun, await visit(begun))


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
async def test_a_discovery_document_must_be_the_issuers_and_secure(
    outside: OpenIDProvider, provider: Provider, wrong: dict[str, Any]
) -> None:
    outside.discovery = wrong
    with pytest.raises(ProviderRefused, match="discovery document"):
        await provider.begin()


async def test_a_provider_that_is_not_there() -> None:
    with pytest.raises(ProviderRefused, match="can't be reached"):
        await Provider(Registration("http://localhost:9", "c", "s", BACK)).begin()


def test_secure_addresses() -> None:
    assert all(map(secure, ("https://a.example", "http://localhost:1/x", "http://127.0.0.1", "http://[::1]")))
    assert not any(
        map(secure, ("http://a.example", "ftp://localhost", "https://", "", "http://127.0.0.1.x.y"))
    )
