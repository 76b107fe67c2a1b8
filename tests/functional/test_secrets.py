"""Keys and passwords are in no file of the checkout, no log and, as they are, in no row; line 32."""

import re
from pathlib import Path
from typing import Any

from bson import encode

from auth.login import accounts
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import clients
from services.platform import Platform
from tests.support.http_client import http_client
from tests.support.web_process import web_child
from tests.unit.services.portal.test_visit import CHIEF, platform
from tests.unit.test_repository import texts

__all__ = ["platform"]
KEY = "30" * 32
PRIVATE = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16}")


def test_line_32_no_file_of_the_checkout_holds_a_private_key() -> None:
    assert [name for name, text in texts().items() if PRIVATE.search(text)] == []


async def test_line_32_what_is_secret_is_in_no_log_and_no_row(
    platform: Platform, database: tuple[str, str], tmp_path: Path
) -> None:
    client, secret = await clients.register(
        platform.database, name="HTEST", scope="system/*.rs", regional=True
    )
    assert secret is not None
    await accounts.create_demonstration(
        platform.database, Passwords(), platform.store.vault, login="wang", name="HTEST",
        roles=(Role.RESIDENT,), password=CHIEF, totp_secret=None, patient="Patient/a",
    )  # fmt: skip
    log = tmp_path / "log"
    more = {"FURONG_MASTER_KEY": KEY, "FURONG_LOG_LEVEL": "DEBUG"}
    async with (
        web_child(*database, tmp_path / "data", log=log, **more) as (address, _),
        http_client(base_url=address) as http,
    ):
        form = {"grant_type": "client_credentials", "scope": "system/*.rs"}
        granted = await http.post("/oauth/token", data=form, auth=(client.id, secret))
        token = granted.json()["access_token"]
        await http.get("/fhir/Patient?name=x", headers={"Authorization": f"Bearer {token}"})
        page = await http.get("/login")
        csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert csrf
        await http.post("/login", data={"login": "wang", "password": CHIEF, "csrf": csrf[1]})
        session = http.cookies["furong_session"]
        await http.get("/fhir/nothing-of-the-kind", headers={"Authorization": f"Bearer {token}x"})
    secrets = [KEY, bytes.fromhex(KEY), secret, token, CHIEF, session, platform.settings.mongodb_uri]
    plain = [each if isinstance(each, bytes) else _text(each).encode() for each in secrets]
    assert b'"request"' in _bytes(log)
    assert [each for each in plain if each in _bytes(log)] == []
    for name in await platform.database.list_collection_names():
        async for row in platform.database[name].find():
            kept = encode(row)
            assert [each for each in plain if each in kept] == [], name


def _text(given: Any) -> str:
    return str(given.get_secret_value() if hasattr(given, "get_secret_value") else given)


def _bytes(file: Path) -> bytes:
    return file.read_bytes()
