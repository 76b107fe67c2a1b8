"""The page of feeds over a real store: what it counts, and who may see it."""

import pytest
from starlette.responses import Response

from adapters.v2_to_fhir.source import Source
from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
from services.inbox import DEAD, RECEIVED, Arrival, inbox_of
from services.platform import Platform
from services.portal.console.views import feeds_page
from services.sources import register
from tests.unit.services.portal.test_visit import CHIEF, platform, request

__all__ = ["platform"]


_CLINIC = {"organization": "Organization/o", "practitioner": "Practitioner/p"}


async def looked(platform: Platform, role: Role) -> Response:
    await accounts.create_demonstration(
        platform.database, Passwords(), platform.store.vault, login="htest", name="演示", roles=(role,),
        password=CHIEF, totp_secret=None, patient="Patient/p1" if role is Role.RESIDENT else None,
        **(_CLINIC if role is Role.CLINICIAN else {}),
    )  # fmt: skip
    account = await stored.by_login(platform.database, "htest")
    assert account is not None
    return await feeds_page(request(platform, await sessions.start(platform.database, account)))


async def sent(platform: Platform, *states: str) -> None:
    await register(platform.database, Source("HTEST", "Organization/o"))
    inbox = await inbox_of(platform.store)
    for number, state in enumerate(states):
        await inbox.add(Arrival(b"MSH|SECRET", b"AA", state, "p", "HTEST", f"CONTROL{number}"))
    await inbox.close()


@pytest.mark.parametrize("role", [Role.STEWARD, Role.OPERATOR])
async def test_line_66_counts_and_nothing_of_a_message(platform: Platform, role: Role) -> None:
    await sent(platform, RECEIVED, RECEIVED, DEAD)
    reply = await looked(platform, role)
    text = bytes(reply.body).decode()
    assert reply.status_code == 200
    assert text.count('<dd class="number">3</dd>') == 2
    assert "<dd>2 · " in text
    assert "<dd>1 · " in text
    assert "SECRET" not in text
    assert "CONTROL" not in text
    assert len(text) < 50_000
    assert await platform.database["audit"].count_documents({}) >= 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.STEWARD, Role.OPERATOR}))
async def test_other_roles_are_refused(platform: Platform, role: Role) -> None:
    await sent(platform, DEAD)
    reply = await looked(platform, role)
    assert reply.status_code == 403
    assert b"HTEST" not in bytes(reply.body)
