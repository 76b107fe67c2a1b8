"""./furong client: JSON out, one line for a wrong argument, and a client that works."""

import argparse
import base64
import json
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from auth.authorization_server import AuthorizationServer
from services.commands import client
from services.failure import Failure, WrongArgument
from services.platform import Platform
from tests.support.resources import put

H1 = "Organization/h1"


async def run(platform: Platform, *words: str) -> int:
    parser = argparse.ArgumentParser(exit_on_error=False)
    client.add_arguments(parser)
    return await client.run(parser.parse_args(words), platform)


@pytest.fixture
async def organization(platform: Platform) -> None:
    await put(platform.store, {"resourceType": "Organization", "id": "h1", "name": "HTEST"})


def token(platform: Platform, client_id: str, secret: str) -> tuple[int, Any]:
    header = "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    server = AuthorizationServer(platform.auth_database, "http://localhost:8080")
    form = "application/x-www-form-urlencoded"
    reply = server.token("POST", form, [header], "", b"grant_type=client_credentials")
    return reply.status, reply.body


@pytest.mark.parametrize("given", ["h1", H1])
async def test_add_and_use(
    platform: Platform, organization: None, capsys: pytest.CaptureFixture[str], given: str
) -> None:
    assert await run(platform, "add", "--name", "HTEST 诊所", "--organization", given) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["organization"], shown["regional"], shown["scope"]) == (H1, False, "system/*.rs")
    assert "诊所" in shown["name"]
    status, body = token(platform, shown["client_id"], shown["client_secret"])
    assert (status, body["scope"]) == (200, "system/*.rs")


async def test_disable(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    await run(platform, "add", "--name", "x", "--regional", "--scope", "system/Patient.read  system/*.s")
    shown = json.loads(capsys.readouterr().out)
    assert shown["scope"] == "system/Patient.read system/*.s"
    assert await run(platform, "disable", shown["client_id"]) == 0
    assert token(platform, shown["client_id"], shown["client_secret"])[0] == 401
    with pytest.raises(Failure, match="no such client"):
        await run(platform, "disable", "unknown")


async def test_keys(platform: Platform, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "jwks.json"
    key = ECKey.generate_key("P-384", {"kid": "1"})
    file.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    assert await run(platform, "add", "--name", "x", "--regional", "--jwks", str(file)) == 0
    shown = json.loads(capsys.readouterr().out)
    assert "client_secret" not in shown
    assert shown["token_endpoint_auth_method"] == "private_key_jwt"
    for text in ("", "[]", json.dumps({"keys": [key.as_dict(private=True)]})):
        file.write_text(text)
        with pytest.raises(WrongArgument, match="--jwks"):
            await run(platform, "add", "--name", "x", "--regional", "--jwks", str(file))
    with pytest.raises(WrongArgument, match="--jwks"):
        await run(platform, "add", "--name", "x", "--regional", "--jwks", str(tmp_path / "none"))


@pytest.mark.parametrize(
    "words",
    [
        ("--organization", "unknown"),
        ("--organization", "Practitioner/h1"),
        ("--organization", "../h1"),
        ("--organization", ""),
        ("--regional", "--scope", ""),
        ("--regional", "--scope", "user/*.rs"),
        ("--regional", "--scope", "system/*.sr"),
        ("--regional", "--scope", "system/*.rs openid"),
        ("--regional", "--name", " "),
    ],
)
async def test_wrong_arguments(platform: Platform, organization: None, words: tuple[str, ...]) -> None:
    with pytest.raises(WrongArgument) as caught:
        await run(platform, "add", "--name", "x", *words)
    assert caught.value.status == 2
    assert "\n" not in str(caught.value)
    assert await platform.database["clients"].count_documents({}) == 0


async def test_what_a_patient_means_to_a_client(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    await run(platform, "add", "--name", "x", "--regional", "--own-patients-only")
    shown = json.loads(capsys.readouterr().out)
    assert shown["own_patients_only"] is True
    for meaning, only in (("linked", False), ("own", True)):
        assert await run(platform, "patients", shown["client_id"], meaning) == 0
        capsys.readouterr()
        await run(platform, "list")
        (listed,) = json.loads(capsys.readouterr().out)
        assert listed["own_patients_only"] is only
    with pytest.raises(Failure, match="no such client"):
        await run(platform, "patients", "unknown", "own")
