"""Records of the pages of persons (HTEST): pairs of every kind, put under a recorder and compared."""

from typing import Any

from fhir.matching.citizen_number import check_digit
from services.platform import Platform
from services.worker.linking import link
from tests.functional.portal.region import CENTRE, ELSEWHERE, HOSPITAL
from tests.support.person import record

NUMBER, OTHER = "510104196107154113", "51010419900701123" + check_digit("51010419900701123")
PHONE, HOUSE = "15400000001", "武侯区演示东路1号2栋301室"
CHEN: dict[str, Any] = {"name": "陈伟国", "sex": "male", "birth": "1961-07-15"}
BABY: dict[str, Any] = {"sex": "female", "birth": "2024-05-06", "phone": "15400000022",
                        "address": "锦江区演示西路3号5栋"}  # fmt: skip
PEOPLE: tuple[tuple[str, dict[str, Any]], ...] = (
    (HOSPITAL, record("chen-a", **CHEN, number=NUMBER, phone=PHONE, address=HOUSE)),
    (HOSPITAL, record("chen-b", **CHEN | {"name": "陈卫国"}, address=HOUSE.replace("301", "302"))),
    (HOSPITAL, record("liu-a", name="刘洋", sex="male", birth="1990-07-01", number=OTHER)),
    (ELSEWHERE, record("liu-b", name="赵敏", sex="female", birth="1985-02-03", number=OTHER)),
    (CENTRE, record("sun-a", name="孙小雨", mother="孙丽", **BABY)),
    (CENTRE, record("sun-b", name="孙丽之女", **BABY)),
)  # fmt: skip


async def fill(platform: Platform, *more: tuple[str | None, dict[str, Any]]) -> None:
    """Put them, each under its recorder, and let record linkage compare them."""

    async def work(tx: Any) -> None:
        for house, patient in (*PEOPLE, *more):
            tx.put(patient, recorder=house)

    await platform.store.resources.transact(work)
    await link(platform.store)
