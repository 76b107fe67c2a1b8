"""The records of a person, and why each is linked."""

from typing import Any

from starlette.responses import Response

from auth.roles import Role
from fhir.store.persons import By
from services.portal.console.persons.person import Person, persons_of
from services.portal.console.persons.record import Record, records
from services.portal.page import see_other
from services.portal.visit import Visit, visited
from tests.support.person import record
from tests.unit.services.portal.console.conftest import Desk, desk, platform
from tests.unit.services.portal.console.persons.test_pair_views import NUMBER, WANG, put
from tests.unit.services.portal.test_visit import request

__all__ = ["desk", "platform"]
PHONE = {"phone": "15400000001"}


async def persons(desk: Desk, *ids: str) -> list[Person]:
    """As a page finds them."""
    found: list[Person] = []

    async def show(visit: Visit) -> Response:
        visit.compare()
        seen = await records(visit.context, [f"Patient/{id}" for id in ids])
        found.extend(await persons_of(visit, [seen[f"Patient/{id}"] for id in ids]))
        return see_other("/")

    await visited(request(desk.platform, desk.session), (Role.STEWARD,), show)
    return found


async def test_a_number_and_linkage_say_why(desk: Desk) -> None:
    await put(
        desk,
        record("a", **WANG, **PHONE, number=NUMBER),
        record("b", **WANG, number=NUMBER),
        record("c", **WANG, **PHONE),
    )
    (person,) = await persons(desk, "b", "a")
    assert [each.reference for each in person.records] == ["Patient/b", "Patient/a", "Patient/c"]
    why = {bond.why: ([each.reference for each in bond.records], bond.phrases) for bond in person.bonds}
    assert why["身份证号相同，姓名或出生日期也对得上"] == (["Patient/a", "Patient/b"], ())
    assert "姓名相同" in why["系统比对"][1]
    assert all(bond.reason for bond in person.bonds if bond.why == "系统比对")


async def test_a_hospital_and_a_steward_are_named(desk: Desk) -> None:
    await put(desk, record("a", name="王甲"), record("b", name="李乙"))
    store = desk.platform.store

    async def say(tx: Any) -> None:
        await store.persons.join(tx.session, "Patient/a", "Patient/b", By.FEED)

    await store.resources.transact(say)
    await store.clerical_review.link("Patient/a", "Patient/b", "x", "")
    (person,) = await persons(desk, "a")
    assert [bond.why for bond in person.bonds] == ["医院的合并消息", "数据管理员的决定"]
    assert {bond.address for bond in person.bonds} == {"/console/persons/a~20b"}


async def test_who_is_alone_has_no_bond(desk: Desk) -> None:
    await put(desk, record("a", name="王甲"), record("b", name="李乙"))
    found = await persons(desk, "a", "b")
    assert [(len(each.records), each.bonds, each.others) for each in found] == [(1, [], []), (1, [], [])]
    assert isinstance(found[0].records[0], Record)


async def test_a_number_of_many_is_one_line(desk: Desk) -> None:
    await put(desk, *(record(id, **WANG, number=NUMBER) for id in "abcd"))
    (person,) = await persons(desk, "a")
    assert [(len(bond.records), bond.address) for bond in person.bonds] == [(4, "")]
