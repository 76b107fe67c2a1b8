"""Break-glass on a real database: opening, record, alarm and notice are all there, or nothing is open."""

import asyncio
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from starlette.responses import Response

from auth import moment
from auth.audit.record import Interaction, Outcome
from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
from auth.store.emergencies import Emergency
from fhir.summary.moment import CHENGDU
from services.platform import Platform
from services.portal.clinician import emergency_views as views
from services.portal.clinician.arrival import HEALTH_CARD
from services.portal.clinician.views import summary_page
from tests.support.people import HUAXI, JINJIANG, organizations, patient
from tests.unit.services.portal.console.conftest import Desk, body
from tests.unit.services.portal.test_visit import platform

__all__ = ["platform"]
NUMBER, STRANGER = "510104195803129013", "Patient/p1"
CARD, BORN, TWINS = "CARD12345", "1958-03-12", {"a": "HTEST 甲", "b": "HTEST 乙"}
FORM = {
    "number": NUMBER, "said": "王建国", "code": "unconscious", "reason": "车祸送来，昏迷，家属不在场",
    "hours": "4", "form": "form-1",
}  # fmt: skip


class Ward(Desk):
    """The platform as a doctor of one house uses it, to whom nobody is related."""

    async def enter(self, *, amr: tuple[str, ...] = ("pwd", "otp")) -> None:
        account = await stored.by_login(self.platform.database, "htest-doctor")
        assert account is not None
        self.session = await sessions.start(self.platform.database, account, amr=amr)

    async def ask(self, **more: str) -> Response:
        return await self.post(views.open_page, FORM | more)

    async def look(self) -> int:
        return (await self.get(summary_page, id="p1")).status_code

    async def openings(self) -> int:
        return int(await self.platform.database["emergencies"].count_documents({}))

    async def told(self) -> Emergency:
        """The one opening."""
        since = moment.now() - timedelta(days=1)
        (opening,) = await self.platform.grounds.emergencies.told([STRANGER], since, 9)
        return opening

    async def records(self, patient: str = STRANGER) -> list[Any]:
        return await self.platform.archive.records([patient], None, 50)

    async def put(self, *resources: dict[str, Any]) -> None:
        async def work(tx: Any) -> None:
            for resource in resources:
                tx.put(resource)

        await self.platform.store.resources.transact(work)

    async def hide(self, *patients: str) -> None:
        """They deny everybody everything, in an emergency too."""
        await self.put(*(denial(each) for each in patients))


def denial(patient: str) -> dict[str, Any]:
    return {
        "resourceType": "Consent", "id": f"no-{patient}", "status": "active",
        "scope": {"coding": [{"code": "patient-privacy"}]}, "dateTime": "2026",
        "patient": {"reference": f"Patient/{patient}"}, "provision": {"type": "deny"},
    }  # fmt: skip


def twins() -> list[dict[str, Any]]:
    """Two persons with one card."""
    card = {"system": HEALTH_CARD, "value": CARD}
    return [patient(id, identifier=[card], name=[{"text": name}]) for id, name in TWINS.items()]


@pytest.fixture
async def ward(platform: Platform) -> Ward:
    async def work(tx: Any) -> None:
        for resource in [*organizations(), patient(), patient("p2", JINJIANG)]:
            tx.put(resource)

    await platform.store.resources.transact(work)
    await accounts.create_demonstration(
        platform.database, Passwords(), platform.store.vault, login="htest-doctor", name="周敏",
        roles=(Role.CLINICIAN,), password="a long password of the house", totp_secret="JBSWY3DPEHPK3PXP",
        patient=None, organization=HUAXI, practitioner="Practitioner/zhou",
    )  # fmt: skip
    ward = Ward(platform, None)  # type: ignore[arg-type]
    await ward.enter()
    return ward


async def test_it_opens_tells_and_ends_by_the_clock(ward: Ward) -> None:
    assert await ward.look() == 404
    reply = await ward.ask()
    assert (reply.status_code, reply.headers["location"]) == (303, "/clinician/patients/p1")
    text = body(await ward.get(summary_page, id="p1"))
    for expected in ("紧急查看中", "昏迷或无法表达", "车祸送来", "4 小时", "现在关闭"):
        assert expected in text
    looked, opened, refused = await ward.records()
    assert (opened.interaction, opened.outcome, opened.purpose) == (
        Interaction.EMERGENCY,
        Outcome.SUCCESS,
        "BTG",
    )
    assert (opened.reason, set(opened.patients)) == ("ETREAT unconscious", {"Patient/p1", "Patient/p2"})
    assert (looked.interaction, looked.purpose) == (Interaction.VIEW, "BTG")
    assert (refused.outcome, refused.purpose) == (Outcome.REFUSED, "TREAT")
    (told,) = await ward.platform.grounds.emergencies.told(
        ["Patient/p1"], moment.now() - timedelta(days=1), 9
    )
    assert (told.name, told.house, told.reason) == ("周敏", "芙蓉市第一人民医院", FORM["reason"])
    (alarm,) = await ward.platform.alarms.newest()
    assert (alarm.kind, alarm.facts["house"]) == ("emergency access", HUAXI)
    assert not {"王建国", "p1", "昏迷"} & set(re.findall(r"\w+", str(alarm)))
    for seconds, status in ((-1, 200), (0, 404), (1, 404)):
        with time_machine.travel(told.until + timedelta(seconds=seconds), tick=False):
            await ward.enter()
            assert await ward.look() == status


async def test_it_is_closed_before_its_time(ward: Ward) -> None:
    await ward.ask()
    assert await ward.look() == 200
    assert (await ward.post(views.close, {"patient": "p2"})).status_code == 303
    assert await ward.look() == 404
    _, closed, *_ = await ward.records()
    assert (closed.interaction, closed.purpose) == (Interaction.EMERGENCY_END, "BTG")
    before = len(await ward.records())
    assert (await ward.post(views.close, {"patient": "p1"})).status_code == 303
    assert len(await ward.records()) == before
    assert (await ward.post(views.close, {"patient": "../x"})).status_code == 404


@pytest.mark.parametrize(
    "more",
    [{"said": "李四"}, {"said": "1958-03-13"}, {"number": "510104195803129021"},
     {"number": "9013"}, {"patient": "p1"}, {"patient": "nobody"}],
)  # fmt: skip
async def test_who_does_not_know_both_is_answered_as_for_nobody(ward: Ward, more: dict[str, str]) -> None:
    reply = await ward.ask(**more)
    assert reply.status_code == 404
    assert "没有找到号码" in body(reply)
    assert (await ward.openings(), await ward.look()) == (0, 404)
    assert await ward.platform.alarms.newest() == []


@pytest.mark.parametrize("more", [{"said": ""}, {"number": "", "said": ""}, {"number": "9013", "said": ""}])
async def test_who_does_not_say_both_is_asked_for_them_whomever_he_means(
    ward: Ward, more: dict[str, str]
) -> None:
    reply = await ward.ask(**more)
    assert reply.status_code == 422
    assert 'id="said-fault"' in body(reply)
    assert (await ward.openings(), await ward.look()) == (0, 404)


async def test_the_same_form_twice_and_at_once_opens_once(ward: Ward) -> None:
    replies = await asyncio.gather(*(ward.ask() for _ in range(4)))
    assert [reply.status_code for reply in replies] == [303] * 4
    assert await ward.openings() == 1
    opened = [each for each in await ward.records() if each.interaction is Interaction.EMERGENCY]
    assert len(opened) == 1
    assert (await ward.ask(form="form-2")).status_code == 303
    assert await ward.openings() == 1


async def test_of_different_forms_at_once_one_opens_and_the_others_are_told_which(ward: Ward) -> None:
    replies = await asyncio.gather(*(ward.ask(form=f"f{n}", reason=f"{FORM['reason']}{n}") for n in range(5)))
    assert Counter(reply.status_code for reply in replies) == {303: 1, 409: 4}
    won = next(n for n, reply in enumerate(replies) if reply.status_code == 303)
    assert all(
        f"<bdi>{FORM['reason']}{won}</bdi>" in body(each) for each in replies if each.status_code == 409
    )
    assert await ward.openings() == len(await ward.platform.alarms.newest()) == 1
    found = Counter((each.interaction, each.outcome, each.purpose) for each in await ward.records())
    assert found == {
        (Interaction.EMERGENCY, Outcome.SUCCESS, "BTG"): 1,
        (Interaction.OPERATION, Outcome.REFUSED, "BTG"): 4,
    }


@pytest.mark.parametrize("more", [{"code": "other"}, {"reason": "病人突然抽搐，要看用药"}, {"hours": "12"}])
async def test_what_is_open_is_told_where_something_else_is_asked_for(
    ward: Ward, more: dict[str, str]
) -> None:
    await ward.ask(hours="1")
    until = (await ward.told()).until
    assert (await ward.ask(hours="1", form="form-2")).status_code == 303
    reply = await ward.ask(**{"hours": "1", "form": "form-3"} | more)
    assert reply.status_code == 409
    told = body(reply).partition('id="form-fault"')[2].partition('href="/clinician/patients/p1"')[0]
    for expected in ("没有保存", "昏迷或无法表达", FORM["reason"], f"{until.astimezone(CHENGDU):%H:%M}"):
        assert expected in told
    assert (await ward.told()).until == until
    assert [(each.reason, each.outcome) for each in (await ward.records())[:2]] == [
        ("open already", Outcome.REFUSED),
        ("open already", Outcome.SUCCESS),
    ]


async def test_the_same_hours_again_are_others_once_some_of_them_are_over(ward: Ward) -> None:
    await ward.ask(hours="1")
    began = (await ward.told()).began
    for minutes, status in ((4, 303), (50, 409)):
        with time_machine.travel(began + timedelta(minutes=minutes)):
            await ward.enter()
            assert (await ward.ask(hours="1", form=f"form-{minutes}")).status_code == status
    assert await ward.openings() == 1


async def test_what_another_process_has_just_opened_is_recorded_as_an_emergency(ward: Ward) -> None:
    await ward.ask()
    grounds = ward.platform.grounds
    unheard = replace(grounds, emergencies=grounds.emergencies.supposing(frozenset()))
    ward.platform = replace(ward.platform, grounds=unheard)
    assert (await ward.ask(form="form-2")).status_code == 303
    last = (await ward.records())[0]
    assert (last.reason, last.purpose) == ("open already", "BTG")


async def test_a_form_from_the_browsers_memory_opens_nothing_again(ward: Ward) -> None:
    await ward.ask()
    await ward.post(views.close, {"patient": "p1"})
    reply = await ward.ask()
    assert reply.status_code == 409
    assert "这张表单已经用过" in body(reply)
    assert (await ward.openings(), await ward.look()) == (1, 404)


@pytest.mark.parametrize("part", ["audit", "alarms", "emergencies"])
async def test_where_any_part_is_refused_nothing_opens(ward: Ward, part: str) -> None:
    database = ward.platform.database
    if part not in await database.list_collection_names():
        await database.create_collection(part)
    await database.command("collMod", part, validator={"never": {"$exists": True}})
    reply = await ward.ask()
    assert reply.status_code == (503 if part == "audit" else 500)
    assert "王建国" not in body(reply)
    assert await ward.openings() == 0
    await database.command("collMod", part, validator={})
    assert await ward.look() == 404
    last = [each.interaction for each in await ward.records() if each.outcome is Outcome.FAILED]
    assert last == ([] if part == "audit" else [Interaction.EMERGENCY])
    assert (await ward.ask()).status_code == 303
    assert await ward.look() == 200


@pytest.mark.parametrize("amr", [("pwd",), ()])
async def test_without_a_second_factor_nothing_opens(ward: Ward, amr: tuple[str, ...]) -> None:
    await ward.enter(amr=amr)
    for reply in (await ward.get(views.emergency_page), await ward.ask()):
        assert reply.status_code == 303
        assert reply.headers["location"] == "/login/again?next=%2Fclinician%2Femergency"
    assert await ward.openings() == 0


async def test_an_old_second_factor_is_asked_for_again(ward: Ward) -> None:
    assert (await ward.get(views.emergency_page)).status_code == 200
    rows = ward.platform.database["sessions"]
    for age, page, sent in ((views.FRESH, 303, 404), (views.FILLED, 303, 303)):
        await rows.update_many({}, {"$set": {"proved": moment.now() - age}})
        assert (await ward.get(views.emergency_page)).status_code == page
        assert (await ward.ask(said="nobody")).status_code == sent


async def test_what_is_denied_outright_is_nobodys_where_that_binds(ward: Ward) -> None:
    await ward.hide("p2")
    unknown = await ward.ask(number="510104195803129021")
    denied = await ward.ask()
    assert (denied.status_code, unknown.status_code) == (404, 404)
    assert _same(body(denied)) == _same(body(unknown))
    assert (await ward.openings(), await ward.look()) == (0, 404)
    assert [each.outcome for each in await ward.records()] == [Outcome.REFUSED] * 2


@pytest.mark.parametrize(
    ("hidden", "said", "opened"),
    [
        ("a b", TWINS["a"], ""),
        ("a", TWINS["a"], ""),
        ("a", TWINS["b"], "b"),
        ("b", TWINS["a"], "a"),
        ("", TWINS["a"], "a"),
        ("a", BORN, "b"),
        ("", "HTEST 丙", ""),
    ],
)
async def test_of_several_with_one_card_who_is_named_and_may_be_opened_is_meant(
    ward: Ward, hidden: str, said: str, opened: str
) -> None:
    await ward.put(*twins())
    await ward.hide(*hidden.split())
    unknown = await ward.ask(number="CARD99999")
    reply = await ward.ask(number=CARD, said=said)
    assert reply.headers.get("location") == (f"/clinician/patients/{opened}" if opened else None)
    assert opened or _same(body(reply)) == _same(body(unknown))
    for each in TWINS:
        expected = Outcome.SUCCESS if each == opened else Outcome.REFUSED
        found = [(record.outcome, record.entity) for record in await ward.records(f"Patient/{each}")]
        assert [outcome for outcome, _ in found] == [expected]
        assert not {entity for _, entity in found} - {None, f"Patient/{each}"}


async def test_where_two_who_may_be_opened_agree_neither_is(ward: Ward) -> None:
    await ward.put(*twins())
    reply = await ward.ask(number=CARD, said=BORN)
    assert (reply.status_code, await ward.openings()) == (404, 0)
    assert "不止一份档案" in body(reply)
    for each in TWINS:
        assert [record.outcome for record in await ward.records(f"Patient/{each}")] == [Outcome.REFUSED]


def _same(text: str) -> str:
    """A page without what was typed and what is new each time."""
    return re.sub(r'value="[^"]*"', "", text)


async def test_the_summary_offers_it_for_one_whom_the_doctor_treats(ward: Ward) -> None:
    await ward.platform.relations.encounter(None, STRANGER, HUAXI, moment.now())
    assert "/clinician/emergency?patient=p1" in body(await ward.get(summary_page, id="p1"))
    reply = await ward.ask(number="", said="", patient="p1")
    assert reply.status_code == 303
    text = body(await ward.get(summary_page, id="p1"))
    assert "紧急查看中" in text
    assert "/clinician/emergency?patient=p1" not in text
