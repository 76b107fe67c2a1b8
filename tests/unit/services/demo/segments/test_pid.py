import pytest

from services.demo.house import house
from services.demo.region import Region
from services.demo.segments.pid import name, nk1, pid


@pytest.mark.parametrize(
    ("code", "family", "given", "written"),
    [
        ("JJZH", "尉迟", "国强", "尉迟^国强^^^^^L"),
        ("SLSQ", "尉迟", "国强", "尉迟国强"),
        ("JJZH", "", "扎西·多吉", "扎西·多吉"),
    ],
)
def test_a_name_is_written_as_the_house_writes_names(
    code: str, family: str, given: str, written: str
) -> None:
    assert name(house(code), family, given) == written


@pytest.mark.parametrize(("code", "place"), [("WHZX", 19), ("CHZXY", 4)])
def test_the_citizen_number_stands_outside_pid_3(region: Region, code: str, place: int) -> None:
    fields = pid(house(code), region.character("diabetic")).split("|")
    assert fields[place] == region.character("diabetic").number
    assert region.character("diabetic").number not in fields[3]


@pytest.mark.parametrize(("code", "kind"), [("JJZH", "NNCHN"), ("SLRM", "01")])
def test_the_citizen_number_stands_in_pid_3_under_its_kind(region: Region, code: str, kind: str) -> None:
    number = region.character("diabetic").number
    last = pid(house(code), region.character("diabetic")).split("|")[3].split("~")[1]
    assert last == f"{number}^^^PRC&2.16.156.10011.1.3&ISO^{kind}"


def test_who_has_no_number_sends_none(region: Region) -> None:
    child = region.character("mother_child")
    assert "~" not in pid(house("QYFY"), child).split("|")[3]


def test_the_next_of_kin_of_a_child_is_the_mother(region: Region) -> None:
    child = region.character("mother_child")
    assert nk1(house("QYFY"), child) == f"NK1|1|陈^㛃^^^^^L|MTH^母亲^HL70063||{child.kin.phone}^PRN^CP"
