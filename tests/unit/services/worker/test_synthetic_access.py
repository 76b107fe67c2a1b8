"""Synthetic access over a real web process; security-and-scale.md, line 27."""

import pytest
from prometheus_client import REGISTRY

from auth.audit.record import AuditRecord
from services.worker.synthetic_access import MISSING, SEEN, UNREAD, access, look
from tests.support.web import Web


def counted(result: str) -> float:
    return REGISTRY.get_sample_value("furong_synthetic_access_total", {"result": result}) or 0.0


async def test_line_27_the_look_is_in_the_audit(web: Web) -> None:
    before = counted(SEEN)
    assert await access(web.platform) == SEEN
    assert counted(SEEN) == before + 1
    assert await web.platform.alarms.newest() == []
    assert await web.platform.database["tokens"].count_documents({"client": "furong-synthetic-access"}) == 0
    events = await web.platform.archive.search(None, limit=5)
    assert any("Furong synthetic access" in str(event) for event in events)


async def test_what_is_not_recorded_sounds_an_alarm(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    async def forgotten(record: AuditRecord) -> None:
        return

    monkeypatch.setattr(web.platform.recorder, "_recorded", forgotten, raising=False)
    assert await access(web.platform, patience=0.3) == MISSING
    (alarm,) = await web.platform.alarms.newest()
    assert (alarm.kind, alarm.facts) == ("audit incomplete", {"result": "missing"})


async def test_an_api_that_does_not_answer_sounds_one_too(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.worker import synthetic_access

    monkeypatch.setattr(synthetic_access, "_addresses", lambda settings: ["http://127.0.0.1:9"])
    assert await access(web.platform, patience=0.3) == UNREAD
    (alarm,) = await web.platform.alarms.newest()
    assert alarm.facts == {"result": "unread"}


async def test_it_opens_that_one_file_and_no_other(web: Web) -> None:
    await access(web.platform)
    rows = await web.platform.database["relations"].find().to_list()
    assert [row["organization"] for row in rows] == ["Organization/furong-synthetic-access"]
    assert [row["alone"] for row in rows] == [True]


async def test_it_is_made_once_in_five_minutes(web: Web) -> None:
    before = counted(SEEN)
    await look(web.platform)
    await look(web.platform)
    assert counted(SEEN) == before + 1
