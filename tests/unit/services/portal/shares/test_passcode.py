"""Which passcodes others would try among the first."""

from datetime import date

import pytest

from fhir.summary.patient import CITIZEN_NUMBER
from services.portal.shares.passcode import Known, guessable, known_of, typed

NUMBER, CARD, PHONE = "51010419580312901X", "SB51007788", "+86 139-0000-4217"
PERSON = {
    "resourceType": "Patient",
    "name": [{"text": "李德富"}],
    "birthDate": "1958-03-12",
    "identifier": [
        {"system": CITIZEN_NUMBER, "value": NUMBER},
        {"system": "urn:htest:card", "value": CARD},
        {"value": "402"},
    ],
    "telecom": [{"system": "phone", "value": PHONE}],
    "contact": [{"telecom": [{"system": "phone", "value": "028-85550199"}]}],
}
KNOWN = known_of([PERSON])


@pytest.mark.parametrize(
    "passcode",
    [
        "19580312", "1958-03-12", "1958/3/12", "58.3.12", "580312", "12031958", "03121958", "120358",
        "031258", "195803", "1958312", "1958-3-12", "1958年3月12日", "1958年3月12号", "5８年3月12日",
        "１９５８０３１２", "一九五八年三月十二日", "五八年三月十二",
        "12 Mar 1958", "March 12, 1958", "12MAR58", "生日19580312",
        "a580312",
    ],
)  # fmt: skip
def test_the_birthday_is_none_however_it_is_written(passcode: str) -> None:
    assert guessable(typed(passcode), KNOWN)
    assert guessable(typed(passcode), Known((date(1958, 3, 12),))), "of the birthday alone"


@pytest.mark.parametrize(
    ("birth", "passcode"),
    [
        (date(2000, 10, 20), "二〇〇〇年十月二十日"),
        (date(2000, 10, 20), "二零零零年十月二十日"),
        (date(2016, 1, 31), "一六年一月三十一日"),
        (date(2016, 1, 31), "16年1月31日"),
    ],
)
def test_nor_in_chinese_numerals(birth: date, passcode: str) -> None:
    assert guessable(typed(passcode), Known((birth,)))


@pytest.mark.parametrize(
    "passcode",
    [
        NUMBER, "12901X", "510104", "510104195803", "03129 01x", CARD, "51007788", PHONE, "13900004217",
        "004217", "139-0000-4217", "85550199", "02885550199",
    ],
)  # fmt: skip
def test_no_number_or_part_of_one(passcode: str) -> None:
    assert guessable(typed(passcode), KNOWN)


@pytest.mark.parametrize(
    "passcode", ["123456", "987654", "888888", "aaaaaa", "ababab", "１２３４５６", "------"]
)
def test_nor_what_anybody_tries(passcode: str) -> None:
    assert guessable(typed(passcode), Known())


@pytest.mark.parametrize("passcode", ["李德富李德富", "我是 李德富 2"])
def test_nor_a_name(passcode: str) -> None:
    assert guessable(typed(passcode), KNOWN)


@pytest.mark.parametrize(
    "passcode", ["莲花开在雨里", "lotus 1958", "402917", "19580313x", "850704", "1390000 五瓣"]
)
def test_others_are(passcode: str) -> None:
    assert not guessable(typed(passcode), KNOWN)


def test_a_passcode_is_the_same_by_every_input_method() -> None:
    assert typed(" ＡＢ１２ ３４ ") == typed("ab1234") == "ab1234"
    assert typed(None) == ""


def test_of_a_person_of_whom_nothing_is_known_nothing_betrays() -> None:
    assert known_of([{"resourceType": "Patient"}, {"resourceType": "Patient", "birthDate": "?"}]) == Known()
