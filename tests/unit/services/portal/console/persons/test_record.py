"""A record as it is compared: its house, and what hangs on it by itself."""

from auth import moment
from auth.principal import Kind, Principal
from auth.roles import Role
from fhir.interactions.context import Context
from services.portal.console.persons.record import Holdings, holdings, records
from services.portal.visit import context_of
from tests.functional.api.exchange import observation
from tests.support.person import record
from tests.unit.services.portal.console.conftest import Desk, desk, platform
from tests.unit.services.portal.console.persons.test_pair_views import NUMBER, WANG, put

__all__ = ["desk", "platform"]
HOUSE = {"resourceType": "Organization", "id": "h1", "name": "HTEST clinic"}


def context(desk: Desk, house: str | None = None) -> Context:
    who = Principal(Kind.PERSON, "s", "s", Role.STEWARD, organization=house, compares=True)
    return context_of(desk.platform, who)


async def test_a_record_tells_its_house(desk: Desk) -> None:
    await put(desk, HOUSE)
    await put(desk, record("a", **WANG), house="Organization/h1")
    await put(desk, record("b", **WANG) | {"managingOrganization": {"reference": "Organization/h1"}})
    await put(desk, record("c"))
    found = await records(context(desk), ["Patient/a", "Patient/b", "Patient/c", "Patient/nobody"])
    assert [(each.name, each.house) for _, each in sorted(found.items())] == [
        ("王建国", "HTEST clinic"), ("王建国", "HTEST clinic"), ("", ""),
    ]  # fmt: skip
    assert list(await records(context(desk, "Organization/h1"), found)) == ["Patient/a"]


async def test_what_hangs_on_a_record_is_not_what_hangs_on_the_person(desk: Desk) -> None:
    visit = {"resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"}}
    days = ("2026-03-01T08:00:00+08:00", "2026-05-02T09:30:00+08:00")
    await put(
        desk, *(record(id, **WANG, number=NUMBER) for id in "ab"),
        *(visit | {"id": f"e{at}", "subject": {"reference": "Patient/a"}, "period": {"start": day}}
          for at, day in enumerate(days)),
        observation("Patient/a", id="o1"), observation("Patient/b", id="o2"),
    )  # fmt: skip
    asking = context(desk)
    found = await holdings(asking, "Patient/a")
    assert (found.visits, found.results) == (2, 1)
    assert found.last is not None
    assert found.last < moment.now()
    assert found.last.isoformat().startswith("2026-05-02T01:30")
    assert await holdings(asking, "Patient/b") == Holdings(0, 1, None)
    assert asking.trail.patients == {"Patient/a", "Patient/b"}
    assert await holdings(context(desk, "Organization/h9"), "Patient/a") == Holdings(0, 0, None)
