"""Two records side by side: what each row says, over every pair of the specification of matching."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import tests.spec.matching
from fhir.matching.citizen_number import shaped
from fhir.matching.comparison import compare
from services.portal.console.persons.comparison import Row, name_slip, rows, told, twin, unnamed
from services.portal.console.persons.likeness import FEATURES, Agreement, Unnamed
from services.portal.console.persons.marks import Line
from services.portal.console.persons.record import Record
from tests.support.person import record

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(tests.spec.matching.__file__).parent / "pairs.yaml").read_text("utf-8")
)
WANG: dict[str, Any] = {"name": "王建国", "sex": "male", "birth": "1958-03-12"}
NUMBER, OTHER = "510104195803129013", "510104195803129021"


def kept(id: str, **told: Any) -> Record:
    return Record(record(id, **told), "芙蓉市第一人民医院", datetime(2026, 11, 26, tzinfo=UTC))


def compared(one: dict[str, Any], other: dict[str, Any], **levels: str) -> dict[str, Row]:
    a, b = kept("a", **one), kept("b", **other)
    found = compare(a.features, b.features).words | levels
    return {row.feature: row for row in rows(a, b, found)}


def text(cell: tuple[Line, ...]) -> str:
    return "/".join("".join(piece.text for piece in line) for line in cell)


def marked(row: Row) -> list[str]:
    return [piece.text for cell in row.cells for line in cell for piece in line if piece.apart]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_every_pair_has_all_rows_and_no_whole_number(case: dict[str, Any]) -> None:
    found = compared(case["one"], case["other"])
    assert list(found) == list(FEATURES.values())
    number = str(case["one"].get("number", ""))
    shown = text(found["身份证号"].cells[0]).replace(" ", "")
    assert not number or number not in shown
    if number and shaped(number) and number == str(case["other"].get("number")):
        assert found["身份证号"].verdict.agreement is Agreement.AGREES
        assert marked(found["身份证号"]) == []
    for feature in ("姓名", "性别"):
        assert found[feature].verdict.agreement is not Agreement.AGREES or text(found[feature].cells[0])


def test_a_similar_character_is_marked_and_named() -> None:
    row = compared(WANG | {"name": "张晴"}, WANG | {"name": "张睛"})["姓名"]
    assert marked(row) == ["晴", "睛"]
    assert row.verdict.text == "姓名有一个形近字不同"
    assert text(row.cells[0]) == "张晴/zhang qing"


def test_the_same_name_in_traditional_characters_has_no_mark() -> None:
    assert marked(compared(WANG | {"name": "王 建國"}, WANG)["姓名"]) == []


def test_turned_and_lunar_dates_say_so() -> None:
    turned = compared(WANG, WANG | {"birth": "1958-12-03"})["出生日期"]
    assert turned.verdict.text == "出生日期的月和日颠倒"
    lunar = compared(WANG, WANG | {"birth": "1958-04-30"})["出生日期"]
    assert text(lunar.cells[0]) == "1958-03-12/若这是农历，公历是 1958-04-30"
    assert text(lunar.cells[1]) == "1958-04-30"


def test_a_birth_date_may_come_from_the_number() -> None:
    row = compared({"name": "王建国", "number": NUMBER}, WANG)["出生日期"]
    assert text(row.cells[0]) == "1958-03-12（取自身份证号）"


def test_the_sex_is_marked_where_both_tell_another_one() -> None:
    assert marked(compared(WANG, WANG | {"sex": "female"})["性别"]) == ["男", "女"]
    assert marked(compared(WANG, WANG | {"sex": "unknown"})["性别"]) == []


def test_a_telephone_of_many_is_told_as_such() -> None:
    phone = {"phone": "15400000001"}
    row = compared(WANG | phone, WANG | phone, contact="different")["电话和住址"]
    assert text(row.cells[0]) == "154****0001/这个电话很多人共用"


def test_cards_are_masked() -> None:
    row = compared(WANG | {"card": "A12345678901"}, WANG | {"card": "A12345678902"})["健康卡号和档案号"]
    assert text(row.cells[0]) == "****01"
    assert marked(row) == ["****01", "****02"]


def test_old_numbers_of_fifteen_digits_are_compared_as_eighteen() -> None:
    row = compared({"number": "510104580312901"}, {"number": "510104195803129013"})["身份证号"]
    assert marked(row) == []


def test_twins_and_slips() -> None:
    assert twin(kept("a", twin=True)) == "双胞胎或多胞胎之一"
    assert twin(kept("a")) is None
    assert name_slip(kept("a", name="王建国"), kept("b", name="李芳")) is None


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("张三之女", "李佳"), Unnamed.NEWBORN),
        (("李佳", "李佳之子"), Unnamed.NEWBORN),
        (("无名氏", "李佳"), Unnamed.UNKNOWN),
        (("李佳", ""), Unnamed.UNKNOWN),
        (("李佳", "张三"), None),
    ],
)
def test_who_has_no_name_yet(names: tuple[str, str], expected: Unnamed | None) -> None:
    one, other = (kept(str(at), name=name) for at, name in enumerate(names))
    assert unnamed(one, other) is expected


def test_a_newborn_is_not_told_to_have_another_name() -> None:
    baby, child, grown = (kept(name, name=name) for name in ("张三之女", "李佳", "王建国"))
    assert told(baby, child, {"name": "different", "sex": "same"}) == {"name": "baby", "sex": "same"}
    assert told(child, grown, {"name": "different"}) == {"name": "different"}
    assert told(baby, child, {"sex": "same"}) == {"sex": "same"}
