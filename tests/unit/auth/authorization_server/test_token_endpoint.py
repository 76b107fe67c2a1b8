"""Token endpoint: every answer is JSON of RFC 6749, whatever comes in."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth import secret
from auth.authorization_server import AuthorizationServer, Reply
from auth.store import clients
from auth.store.database import Database
from tests.unit.auth.authorization_server.conftest import FORM, Ask


def basic(client: str, password: str) -> list[str]:
    return ["Basic " + base64.b64encode(f"{client}:{password}".encode()).decode()]


@pytest.fixture
async def client(base: Database) -> tuple[str, str]:
    """(client_id, secret) of a regional client that may read."""
    record, plain = await clients.register(
        base, name="HTEST", scope="system/*.rs", organization=None, regional=True
    )
    assert plain is not None
    return record.id, plain


def error(reply: Reply) -> tuple[int, Any]:
    assert "access_token" not in reply.body
    json.dumps(dict(reply.body)).encode()
    return reply.status, reply.body["error"]


def test_basic(ask: Ask, client: tuple[str, str]) -> None:
    reply = ask(basic(*client))
    assert reply.status == 200
    assert reply.body["token_type"] == "Bearer"
    assert reply.body["expires_in"] == 3600
    assert reply.body["scope"] == "system/*.rs"
    assert "refresh_token" not in reply.body
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.client == client[0]


def test_post(ask: Ask, client: tuple[str, str]) -> None:
    assert (
        ask(client_id=client[0], client_secret=client[1], scope="system/Patient.r").body["scope"]
        == "system/Patient.r"
    )


def test_a_token_has_256_bits_and_only_its_hash_is_stored(
    ask: Ask, client: tuple[str, str], blocking_base: Any
) -> None:
    tokens = {ask(basic(*client)).body["access_token"] for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(base64.urlsafe_b64decode(token + "=")) == 32 for token in tokens)
    stored = list(blocking_base["tokens"].find())
    assert {row["_id"] for row in stored} == {secret.digest(token) for token in tokens}
    assert not any(token in str(stored) for token in tokens)


def test_the_secret_is_not_stored(client: tuple[str, str], blocking_base: Any) -> None:
    assert client[1] not in str(list(blocking_base["clients"].find()))


@pytest.mark.parametrize(
    "scope", ["openid", "system/*.cud", "user/*.rs", "foo", "system/Observation.sr", "系统"]
)
def test_nothing_allowed_is_invalid_scope(ask: Ask, client: tuple[str, str], scope: str) -> None:
    assert error(ask(basic(*client), scope=scope)) == (400, "invalid_scope")


def test_more_than_allowed_is_cut(ask: Ask, client: tuple[str, str]) -> None:
    assert ask(basic(*client), scope="system/*.cruds launch").body["scope"] == "system/*.rs"


@pytest.mark.parametrize(
    "headers",
    [
        ["Basic"],
        ["Basic "],
        ["Basic !!!"],
        ["Basic " + base64.b64encode(b"\xff\xfe\x00:\xff").decode()],
        ["Basic " + base64.b64encode(b"no colon").decode()],
        ["Basic " + base64.b64encode(b":").decode()],
        ["Basic " + base64.b64encode(b"%ff:%fe").decode()],
        ["Basic " + base64.b64encode("病人:密码".encode()).decode()],
        ["Basic \xe9\xe8"],
        ["Bearer abc"],
        ["Negotiate abc"],
        [""],
    ],
)
def test_odd_authorization_is_401(ask: Ask, client: tuple[str, str], headers: list[str]) -> None:
    reply = ask(headers)
    assert error(reply) == (401, "invalid_client")
    assert reply.headers["WWW-Authenticate"].startswith("Basic ")


def test_wrong_secret_unknown_client_and_missing_authentication_look_the_same(
    ask: Ask, client: tuple[str, str]
) -> None:
    replies = [
        ask(basic(client[0], "wrong")),
        ask(basic("unknown", client[1])),
        ask(basic(client[0], "")),
        ask(basic(client[0], client[1] + "x")),
    ]
    assert len({json.dumps([reply.status, dict(reply.body), dict(reply.headers)]) for reply in replies}) == 1
    assert error(replies[0]) == (401, "invalid_client")
    assert error(ask()) == (401, "invalid_client")
    assert error(ask(client_id=client[0])) == (401, "invalid_client")
    assert error(ask(client_secret=client[1])) == (401, "invalid_client")


def test_two_ways_of_authentication_are_one_too_many(ask: Ask, client: tuple[str, str]) -> None:
    assert error(ask(basic(*client), client_id=client[0], client_secret=client[1])) == (
        400,
        "invalid_request",
    )
    assert error(ask(basic(*client), client_assertion="x")) == (400, "invalid_request")
    assert error(ask(client_id=client[0], client_secret=client[1], client_assertion="x")) == (
        400,
        "invalid_request",
    )
    assert error(ask(basic(*client) * 2)) == (400, "invalid_request")


def test_client_id_may_repeat_the_header_but_not_differ(ask: Ask, client: tuple[str, str]) -> None:
    assert ask(basic(*client), client_id=client[0]).status == 200
    assert error(ask(basic(*client), client_id="other")) == (400, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "get", "TRACE"])
def test_only_post(server: AuthorizationServer, method: str) -> None:
    reply = server.token(method, FORM, [], "", b"grant_type=client_credentials")
    assert error(reply) == (405, "invalid_request")
    assert reply.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("content_type", "body", "query"),
    [
        ("application/json", b'{"grant_type":"client_credentials"}', ""),
        ("", b"grant_type=client_credentials", ""),
        ("multipart/form-data; boundary=x", b"--x--", ""),
        (FORM, b"", ""),
        (FORM, b"grant_type=", ""),
        (FORM, b"grant_type=client_credentials&grant_type=client_credentials", ""),
        (FORM, b"grant_type=client_credentials&scope=a&scope=b", ""),
        (FORM, b"grant_type=client_credentials&x=\xff\xfe", ""),
        (FORM, b"grant_type=client_credentials&x=%ff", ""),
        (FORM, b"&".join(b"p%d=1" % number for number in range(99)), ""),
        (FORM, b"grant_type=client_credentials&x=" + b"a" * 70_000, ""),
        (FORM, b"grant_type=client_credentials", "client_id=a&client_secret=b"),
    ],
)
def test_malformed_is_invalid_request(
    server: AuthorizationServer, content_type: str, body: bytes, query: str
) -> None:
    assert error(server.token("POST", content_type, [], query, body)) == (400, "invalid_request")


@pytest.mark.parametrize(
    "grant_type",
    [
        "password",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
        'a"b',
        "病人",
        "\\",
        "\x00",
        "x" * 9999,
    ],
)
def test_other_grants_are_not_offered(ask: Ask, client: tuple[str, str], grant_type: str) -> None:
    assert error(ask(basic(*client), grant_type=grant_type)) == (400, "unsupported_grant_type")


@pytest.mark.parametrize(
    "name", ["scope", "client_id", "client_secret", "client_assertion", "client_assertion_type"]
)
@pytest.mark.parametrize("value", ['"', "\\", "病人", "\x00", "\x7f", "{$ne: null}", " ", "𠮷"])
def test_hostile_values_never_make_a_fault_of_ours(
    ask: Ask, client: tuple[str, str], name: str, value: str
) -> None:
    assert ask(basic(*client), **{name: value}).status in (200, 400, 401)
    assert ask(**{name: value}).status in (400, 401)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.lists(st.text(max_size=60), max_size=2))
def test_any_bytes_get_an_answer(server: AuthorizationServer, body: bytes, headers: list[str]) -> None:
    assert server.token("POST", FORM, headers, "", b"grant_type=client_credentials&" + body).status in (
        400,
        401,
    )


async def test_a_disabled_client_gets_no_token_and_its_tokens_die(
    ask: Ask, client: tuple[str, str], base: Database
) -> None:
    assert ask(basic(*client)).status == 200
    assert await clients.disable(base, client[0])
    assert error(ask(basic(*client))) == (401, "invalid_client")
    assert await base["tokens"].count_documents({}) == 0
    assert not await clients.disable(base, "unknown")


async def test_a_client_disabled_while_its_token_is_made_gets_none(
    server: AuthorizationServer,
    ask: Ask,
    client: tuple[str, str],
    base: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find = clients.find
    calls: list[str] = []

    def disabled_later(database: Any, id: str) -> Any:
        found = find(database, id)
        if not calls:
            database["clients"].update_one({"_id": id}, {"$set": {"disabled": True}})
        calls.append(id)
        return found

    monkeypatch.setattr(clients, "find", disabled_later)
    assert error(ask(basic(*client))) == (401, "invalid_client")
    assert await base["tokens"].count_documents({}) == 0
    assert len(calls) == 2


@pytest.mark.parametrize("issuer", ["http://furong.example", "ftp://localhost", "furong.example", ""])
def test_the_issuer_must_be_https_or_this_machine(blocking_base: Any, issuer: str) -> None:
    if issuer == "ftp://localhost":
        AuthorizationServer(blocking_base, "http://localhost:8080")
        AuthorizationServer(blocking_base, "http://127.0.0.1:8080")
        return
    with pytest.raises(ValueError, match="https"):
        AuthorizationServer(blocking_base, issuer)


async def test_a_client_belongs_to_an_organisation_or_to_the_region(base: Database) -> None:
    for organization, regional in ((None, False), ("Organization/h", True)):
        with pytest.raises(ValueError, match="organisation"):
            await clients.register(
                base, name="x", scope="system/*.rs", organization=organization, regional=regional
            )
