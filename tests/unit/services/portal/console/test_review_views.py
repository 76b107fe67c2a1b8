"""Reviews and guarded files, as a privacy officer works with them; security-and-scale.md, lines 19 and 39."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from auth.audit.record import Agent, AuditRecord, Interaction
from auth.roles import Role
from auth.store import reviews
from services.portal.console import review_views
from tests.support.people import patient
from tests.unit.services.portal.console.conftest import Desk, body, platform

__all__ = ["platform"]
NUMBER = "510104195803129013"
DOCTOR = Agent("person", "a1", "HTEST Li", "clinician", organization="Organization/o")


@pytest.fixture
async def officer(desk: Desk) -> tuple[Desk, str]:
    """A privacy officer, and the id of a finding that waits."""
    record = AuditRecord(agent=DOCTOR, interaction=Interaction.VIEW, patients=("Patient/x1",))
    await desk.platform.recorder.record(record)
    await desk.log_in(Role.PRIVACY)
    database = desk.platform.database
    id = await reviews.found(database, "famous", "k", record.id, ["Patient/x1"], 1, True)
    assert id is not None
    return desk, id


async def test_a_finding_says_who_and_about_whom(officer: tuple[Desk, str]) -> None:
    desk, _ = officer
    await _put(desk, patient(id="x1"))
    text = body(await desk.get(review_views.reviews_page))
    for expected in ("HTEST Li", "医生", "王建国", "尾号 9013", "查看受保护的人", "需要马上核查"):
        assert expected in text
    assert (await desk.platform.archive.records(["Patient/x1"], None, 1))[0].agent.role == "privacy"


async def test_one_person_of_two_records_is_named_once(officer: tuple[Desk, str]) -> None:
    desk, _ = officer
    await _put(desk, patient(id="x1"), patient(id="x2"))
    record = AuditRecord(agent=DOCTOR, interaction=Interaction.VIEW, patients=("Patient/x1", "Patient/x2"))
    await desk.platform.recorder.record(record)
    await reviews.found(
        desk.platform.database, "many", "other", record.id, ["Patient/x1", "Patient/x2"], 2, False
    )
    text = body(await desk.get(review_views.reviews_page))
    line = text.partition("一小时内查看很多人")[2].partition("</section>")[0]
    assert line.count("王建国") == 1


async def test_it_is_reviewed_once_with_a_note_that_is_sealed(officer: tuple[Desk, str]) -> None:
    desk, id = officer
    assert (await desk.post(review_views.review, {"note": " "}, id=id)).status_code == 422
    assert (await desk.post(review_views.review, {"note": "HTEST asked him"}, id=id)).status_code == 303
    assert (await desk.post(review_views.review, {"note": "again"}, id=id)).status_code == 404
    text = body(await desk.get(review_views.reviews_page))
    assert "HTEST asked him" in text
    assert "已核查" in text
    row = await desk.platform.database["reviews"].find_one({})
    assert "asked" not in str(row)
    found = await desk.platform.archive.records(["Patient/x1"], None, 10)
    assert Interaction.REVIEW in {each.interaction for each in found}


async def test_a_file_is_guarded_and_is_not_any_more(officer: tuple[Desk, str]) -> None:
    desk, _ = officer
    database = desk.platform.database
    await _put(desk, patient(id="x9"))
    for typed in (NUMBER, "Patient/x9"):
        found = await desk.post(review_views.guard, {"number": typed})
        address = urlsplit(found.headers["location"])
        assert found.status_code == 303
        assert typed not in address.query
    assert await reviews.guarded(database) == [], "only found so far"
    shown = body(await desk.get(review_views.reviews_page, query=address.query))
    assert "王建国" in shown
    assert (await desk.post(review_views.guard, {"add": "1"}, query=address.query)).status_code == 303
    assert await reviews.guarded(database) == ["Patient/x9"]
    assert (await desk.post(review_views.guard, {"add": "1"})).status_code == 422, "nobody was found"
    assert (await desk.post(review_views.guard, {"patient": "Patient/x9", "end": "1"})).status_code == 303
    assert await reviews.guarded(database) == []
    changes = await desk.platform.archive.records(["Patient/x9"], None, 10)
    assert {(each.interaction, each.reason) for each in changes if each.outcome == "0"} == {
        (Interaction.CONFIGURE, "guarded"), (Interaction.CONFIGURE, "unguarded"),
        (Interaction.SEARCH, None),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("51010419850101901X", "没有找到持有这个号码的居民"),
        ("Patient/nobody", "没有这个编号的居民"),
        ("Patient/../x", "没有这个编号的居民"),
    ],
)
async def test_who_is_not_found_is_told_politely(officer: tuple[Desk, str], typed: str, told: str) -> None:
    desk, _ = officer
    reply = await desk.post(review_views.guard, {"number": typed})
    assert reply.status_code == 404
    assert told in body(reply)
    assert typed not in body(reply), "a number that was typed stands in no page"


async def _put(desk: Desk, *resources: dict[str, Any]) -> None:
    async def work(tx: Any) -> None:
        for resource in resources:
            tx.put(resource)

    await desk.platform.store.resources.transact(work)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR, Role.SECURITY])
async def test_others_are_refused(officer: tuple[Desk, str], role: Role) -> None:
    desk, id = officer
    await desk.log_in(role)
    reply = await desk.get(review_views.reviews_page)
    assert reply.status_code == 403
    assert "HTEST Li" not in body(reply)
    assert (await desk.post(review_views.review, {"note": "x"}, id=id)).status_code == 403
    assert (await desk.post(review_views.guard, {"patient": "x9"})).status_code == 403
    assert await reviews.guarded(desk.platform.database) == []
