"""Where a file is kept and by whom, as the pages say it."""

from typing import Any

import pytest

from fhir.summary.file import HealthFile
from fhir.summary.home import CODE, SYSTEM, Home, home

HOUSES = {"Organization/h1": {"name": "HTEST centre"}, "Organization/h2": {"name": "HTEST hospital"}}
DOCTORS = {"Practitioner/d1": {"resourceType": "Practitioner", "id": "d1", "name": [{"text": "周敏"}]}}


def kept(house: str = "h1", status: str = "active", start: str = "2026", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "EpisodeOfCare", "status": status, "period": {"start": start},
        "type": [{"coding": [{"system": SYSTEM, "code": CODE}]}],
        "managingOrganization": {"reference": f"Organization/{house}"},
    } | more  # fmt: skip


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("", ""),
        ("028-8555 0101", "02885550101"),
        ("(028) 85550101 转 801", "02885550101"),
        ("+86 28 85550101", "+862885550101"),
        ("请问前台 8801", ""),
    ],
)
def test_a_telephone_is_dialled_up_to_its_extension(phone: str, dialled: str) -> None:
    assert Home("HTEST centre", None, phone=phone).dialled == dialled


@pytest.mark.parametrize(
    ("episodes", "expected"),
    [
        ([], None),
        ([kept(status="finished")], None),
        ([kept(type=[{"text": "contract"}])], None),
        ([kept()], Home("HTEST centre", None)),
        ([kept("h1", "finished"), kept("h2", start="2027")], Home("HTEST hospital", None)),
        ([kept(careManager={"reference": "Practitioner/d1"})], Home("HTEST centre", "周敏")),
        ([kept("h9", careManager={"display": "HTEST Zhou"})], Home(None, "HTEST Zhou")),
        ([kept(status="onhold")], Home("HTEST centre", None, True)),
    ],
)
def test_home(episodes: list[dict[str, Any]], expected: Home | None) -> None:
    assert home(HealthFile([], {"EpisodeOfCare": episodes}, HOUSES, DOCTORS)) == expected
