"""The page of feeds over a real store: what it counts, and who may see it."""

from datetime import UTC, datetime, timedelta

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
        platform.database, Passwords(), platform.store.vault, login=f"htest-{role}", name="演示",
        roles=(role,), password=CHIEF, totp_secret=None,
        patient="Patient/p1" if role is Role.RESIDENT else None,
        **(_CLINIC if role is Role.CLINICIAN else {}),
    )  # fmt: skip
    account = await stored.by_login(platform.database, f"htest-{role}")
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
    assert text.count('收到">3</td>') == 2
    assert 'data-label="等待处理">2 <span' in text
    assert 'data-label="死信">1 <span' in text
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


async def test_line_66_the_number_of_queries_does_not_grow_with_the_sources(platform: Platform) -> None:
    await sent(platform, RECEIVED, DEAD)
    database, counts = platform.database, []
    for sources in (1, 40):
        for number in range(sources):
            await register(database, Source(f"HTEST{number}", "Organization/o"))
        await database.command("profile", 2)
        await looked(platform, Role.STEWARD if sources == 1 else Role.OPERATOR)
        await database.command("profile", 0)
        asked = {"ns": {"$in": [f"{database.name}.{name}" for name in ("inbox", "sources", "tallies")]}}
        counts.append(await database["system.profile"].count_documents(asked))
        await database["system.profile"].drop()
    assert counts[0] == counts[1]
    assert 3 <= counts[0] <= 7


async def test_line_63_and_66_alarms_come_first(platform: Platform) -> None:
    await sent(platform, RECEIVED)
    for code in ("AAA", "ZZZ"):
        await register(platform.database, Source(code, "Organization/o"))
    inbox = await inbox_of(platform.store)
    await inbox.add(Arrival(b"MSH", b"AA", DEAD, "p", "ZZZ", "C"))
    old = {"$set": {"received": datetime.now(UTC) - timedelta(days=2)}}
    await inbox.collection.update_one({"source": "ZZZ"}, old)
    await inbox.close()
    text = bytes((await looked(platform, Role.STEWARD)).body).decode()
    assert text.index(">ZZZ<") < text.index(">AAA<") < text.index(">HTEST<")
    assert "1 个来源有警报" in text
    assert "死信超过一天未处理" in text
