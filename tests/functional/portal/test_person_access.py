"""Access follows a steward's word at once: what a clinic sees after a link, and after it is taken back.

Issue 6; china.md, "Matching persons" rule 6: after a merge the stricter consent wins.
"""

from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from auth import moment
from auth.login import accounts, sessions
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
from services.portal import csrf
from services.worker.linking import link
from tests.functional.api.exchange import observation
from tests.functional.api.hiding import LAB, TYPES, consent
from tests.support.http_client import http_client
from tests.support.person import record
from tests.support.web import Web, web

__all__ = ["web"]
HOUSE, ELSEWHERE, DOCTOR = "Organization/h1", "Organization/h2", "Practitioner/d"
PAIR = "/console/persons/pa~20pb"
WANG: dict[str, Any] = {"name": "王建国", "sex": "male", "birth": "1958-03-12"}
VALUE = {
    "category": [LAB],
    "effectiveDateTime": "2026-03-01",
    "valueQuantity": {"value": 7, "unit": "mmol/L"},
}
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
OWN, OTHERS = "HTEST-FIRST", "HTEST-SECOND"


class Region:
    """Two records of one man: the house treats the first, the second lies elsewhere; a steward, a doctor."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.tokens = dict[str, str]()
        self.opened = list[httpx.AsyncClient]()

    async def fill(self) -> None:
        houses = [
            {"resourceType": "Organization", "id": each.split("/")[1], "name": each}
            for each in (HOUSE, ELSEWHERE)
        ]
        await self.web.put(
            *houses, {"resourceType": "Practitioner", "id": "d"},
            record("pa", **WANG, number="510104195803129013"), record("pb", **WANG),
            observation("Patient/pa", id="oa", code={"text": OWN}, **VALUE),
            observation("Patient/pb", id="ob", code={"text": OTHERS}, **VALUE),
        )  # fmt: skip
        await link(self.web.platform.store)
        relations = self.web.platform.relations
        await relations.encounter(None, "Patient/pa", HOUSE, moment.now())
        await relations.encounter(None, "Patient/pb", ELSEWHERE, moment.now())

    async def person(self, role: Role, **more: Any) -> httpx.AsyncClient:
        database = self.web.platform.database
        await accounts.create_demonstration(
            database, QUICK, self.web.platform.store.vault, login=f"htest-{role}", name="HTEST",
            roles=(role,), password="a long password of the house", totp_secret=None, **more,
        )  # fmt: skip
        account = await stored.by_login(database, f"htest-{role}")
        assert account is not None
        token = self.tokens[role.value] = await sessions.start(database, account)
        client = http_client(base_url=self.web.address, cookies={csrf.SESSION_COOKIE: token})
        self.opened.append(client)
        return client


@pytest.fixture
async def region(web: Web) -> Any:
    made = Region(web)
    await made.fill()
    yield made
    for each in made.opened:
        await each.aclose()


async def decide(region: Region, steward: httpx.AsyncClient, act: str, said: int) -> None:
    """As the page's form does it, after its confirmation."""
    form = {"csrf": csrf.token(region.tokens["steward"]), "act": act, "reason": "HTEST", "seen": str(said)}
    reply = await steward.post(PAIR, data=form | {"confirmed": "1"})
    assert reply.status_code == 303, reply.text


async def results(client: httpx.AsyncClient, query: str = "patient=pa") -> set[str]:
    bundle = (await client.get(f"/Observation?{query}")).json()
    return {each["resource"]["id"] for each in bundle.get("entry", ())}


async def statuses(client: httpx.AsyncClient) -> list[int]:
    return [(await client.get(path)).status_code for path in ("/Observation/ob", "/Patient/pb")]


async def test_a_clinic_sees_the_other_record_from_the_link_to_its_end(region: Region) -> None:
    clinic = await region.web.client("system/*.rs", HOUSE)
    steward = await region.person(Role.STEWARD)
    doctor = await region.person(Role.CLINICIAN, organization=HOUSE, practitioner=DOCTOR)
    assert (await results(clinic), await statuses(clinic)) == ({"oa"}, [404, 404])
    assert OTHERS not in (await doctor.get("/clinician/patients/pa")).text
    await decide(region, steward, "link", 0)
    assert (await results(clinic), await statuses(clinic)) == ({"oa", "ob"}, [200, 200])
    assert await results(clinic, "patient=pb") == {"oa", "ob"}
    shown = (await doctor.get("/clinician/patients/pa")).text
    assert OWN in shown
    assert OTHERS in shown
    await decide(region, steward, "reopen", 1)
    assert (await results(clinic), await statuses(clinic)) == ({"oa"}, [404, 404])
    assert OTHERS not in (await doctor.get("/clinician/patients/pa")).text
    assert (await doctor.get("/clinician/patients/pb")).status_code == 404


async def test_the_stricter_consent_of_either_wins_as_long_as_they_are_one(region: Region) -> None:
    await region.web.put(
        consent(
            "Patient/pa",
            **{"class": [{"system": TYPES, "code": "Observation"}]},
        )
    )
    here = await region.web.client("system/*.rs", HOUSE)
    there = await region.web.client("system/*.rs", ELSEWHERE)
    steward = await region.person(Role.STEWARD)
    doctor = await region.person(Role.CLINICIAN, organization=ELSEWHERE, practitioner=DOCTOR)
    assert await results(here) == set()
    assert await results(there, "patient=pb") == {"ob"}
    assert OTHERS in (await doctor.get("/clinician/patients/pb")).text
    await decide(region, steward, "link", 0)
    assert await results(here) == set(), "a rule of the first hides what lies under the second"
    assert await results(there, "patient=pb") == set()
    assert OTHERS not in (await doctor.get("/clinician/patients/pb")).text
    await decide(region, steward, "reopen", 1)
    assert await results(there, "patient=pb") == {"ob"}, "and after the un-merge it does not"
    assert OTHERS in (await doctor.get("/clinician/patients/pb")).text


async def test_a_linked_pair_that_is_separated_is_two_again(region: Region) -> None:
    clinic = await region.web.client("system/*.rs", HOUSE)
    steward = await region.person(Role.STEWARD)
    await decide(region, steward, "link", 0)
    assert await results(clinic) == {"oa", "ob"}
    await decide(region, steward, "reopen", 1)
    await decide(region, steward, "separate", 2)
    assert await results(clinic) == {"oa"}


async def test_a_steward_reads_no_file_by_what_he_compares(region: Region) -> None:
    steward = await region.person(Role.STEWARD)
    for path in (PAIR, "/console/persons"):
        shown = (await steward.get(path)).text
        assert "王建国" in shown
        assert OWN not in shown
        assert OTHERS not in shown
    assert "1 项结果" in (await steward.get(PAIR)).text
    assert (await steward.get("/clinician/patients/pa")).status_code == 403
    assert (await steward.get("/fhir/Patient/pa")).status_code == 401
