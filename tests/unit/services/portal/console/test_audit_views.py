"""The auditor's page over a real store: what it finds, who may see it, and that the look is recorded."""

from datetime import UTC, datetime

import pytest

from auth.audit.record import Agent, AuditRecord, Interaction, Outcome
from auth.roles import Role
from services.platform import Platform
from services.portal.console import audit_views
from tests.unit.services.portal.console.conftest import Desk, body, platform

__all__ = ["platform"]
LI = Agent(
    "person", "a1", "HTEST Li", "clinician", practitioner="Practitioner/p1", organization="Organization/o"
)
HAN = Agent("person", "a2", "HTEST Han", "clinician", practitioner="Practitioner/p2")


async def looked(platform: Platform, agent: Agent, patient: str, **more: object) -> None:
    record = {"agent": agent, "interaction": Interaction.READ, "type": "Observation", "patients": (patient,)}
    await platform.recorder.record(AuditRecord(**(record | more)))  # type: ignore[arg-type]


@pytest.fixture
async def auditor(desk: Desk) -> Desk:
    await looked(desk.platform, LI, "Patient/x1")
    await looked(desk.platform, LI, "Patient/x2", outcome=Outcome.REFUSED, reason="not_found")
    await looked(desk.platform, HAN, "Patient/x2", moment=datetime(2026, 3, 1, 4, tzinfo=UTC))
    await desk.log_in(Role.AUDITOR)
    return desk


async def test_the_newest_first_and_who_what_whom(auditor: Desk) -> None:
    text = body(await auditor.get(audit_views.audit_page))
    assert text.index("Patient/x2") < text.index("Patient/x1")
    for expected in ("HTEST Li", "HTEST Han", "Practitioner/p1", "not_found", "读取 · 检查检验", "医生"):
        assert expected in text


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ({"who": "HTEST Li"}, 2),
        ({"who": "Practitioner/p2"}, 1),
        ({"who": "a1"}, 2),
        ({"who": "nobody"}, 0),
        ({"patient": "x2"}, 2),
        ({"patient": "Patient/x2", "who": "HTEST Li"}, 1),
        ({"day": "2026-03-01"}, 1),
        ({"day": "2026-03-02"}, 0),
        ({"outcome": "4"}, 1),
        ({"outcome": "'; drop"}, 3),
    ],
    ids=str,
)
async def test_the_filters(auditor: Desk, form: dict[str, str], found: int) -> None:
    reply = await auditor.post(audit_views.search, form)
    assert (reply.status_code, body(reply).count("读取 · 检查检验")) == (200, found)


async def test_a_day_that_is_none_is_told(auditor: Desk) -> None:
    reply = await auditor.post(audit_views.search, {"day": "yesterday"})
    assert reply.status_code == 422
    assert "日期" in body(reply)


async def test_an_account_is_found_by_its_login(auditor: Desk) -> None:
    await auditor.get(audit_views.audit_page)
    text = body(await auditor.post(audit_views.search, {"who": "htest-auditor"}))
    assert "查找 · 查看记录页面" in text


async def test_pages_go_on_behind_the_last_record(auditor: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_views, "_MOST", 1)
    seen, after = list[str](), ""
    for _ in range(4):
        text = body(await auditor.post(audit_views.search, {"type": "", "patient": "x2", "after": after}))
        seen += [name for name in ("HTEST Li", "HTEST Han") if f"<bdi>{name}" in text or name in text]
        if 'name="after"' not in text:
            break
        after = text.split('name="after" value="')[1].split('"')[0]
    assert seen[-2:] == ["HTEST Li", "HTEST Han"]


async def test_the_look_of_the_auditor_is_recorded_with_his_query(auditor: Desk) -> None:
    """Line 9: he reads and can't write; what he asked stands in the audit, too."""
    await auditor.post(audit_views.search, {"patient": "x1", "who": "HTEST Li"})
    (newest,) = await auditor.platform.archive.search(None, limit=1)
    record = (await auditor.platform.archive.records(["Patient/x1"], None, 1))[0]
    assert (record.agent.role, record.type, record.query) == (
        "auditor", "AuditEvent", "AuditEvent?agent=HTEST Li&patient=x1",
    )  # fmt: skip
    assert newest["agent"][2]["role"] == [{"text": "auditor"}]


@pytest.mark.parametrize("role", [Role.PRIVACY, Role.OPERATOR, Role.SECURITY])
async def test_other_roles_are_refused(auditor: Desk, role: Role) -> None:
    await auditor.log_in(role)
    reply = await auditor.get(audit_views.audit_page)
    assert reply.status_code == 403
    assert "Patient/x1" not in body(reply)
