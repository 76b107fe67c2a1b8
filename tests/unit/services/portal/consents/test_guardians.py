"""Each of the family once, however many houses have recorded them."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from auth.principal import Proxied
from auth.store.proxies import Held, Proxy
from services.portal.consents.guardians import among

V3 = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
AT = datetime(2026, 11, 1, tzinfo=UTC)


def person(id: str, name: str = "HTEST 李桂芳", relation: str = "", code: str = "") -> dict[str, Any]:
    coded = {"coding": [{"system": V3, "code": code}]} if code else {"text": relation}
    return {
        "resourceType": "RelatedPerson",
        "id": id,
        "patient": {"reference": f"Patient/{id}"},
        "name": [{"text": name}] if name else [],
        "relationship": [coded] if relation or code else [],
    }


def held(related: str | None, name: str = "HTEST 李桂芳", login: str = "li") -> Held:
    proxy = Proxy("p", Proxied.PARENT, "Patient/a", AT, None, "officer", related)
    return Held(f"account-{login}", login, name, proxy)


def names(*people: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {str(each.called("")): each.references for each in among(people, []).values()}


def test_what_three_houses_have_recorded_is_one_person() -> None:
    same = [
        person("a", relation="母亲"),
        person("b", code="MTH"),
        person("c", code="PRN"),
        person("d"),
    ]
    assert names(*same) == {
        "HTEST 李桂芳（母亲）": ("RelatedPerson/a", "RelatedPerson/b", "RelatedPerson/c", "RelatedPerson/d")
    }


def test_whose_relation_nobody_knows_is_one_with_the_others_in_whatever_order_they_come() -> None:
    people = [person("d"), person("c", code="PRN"), person("a", code="MTH")]
    for same in permutations(people):
        assert list(names(*same)) == ["HTEST 李桂芳（母亲）"]


@pytest.mark.parametrize(
    "people",
    [
        (person("a", relation="母亲"), person("b", relation="姑姑")),
        (person("a", relation="母亲"), person("b", "HTEST 李桂芬", "母亲")),
        (person("a", ""), person("b", "", "母亲")),
    ],
)
def test_others_are_told_apart(people: tuple[dict[str, Any], ...]) -> None:
    assert len(names(*people)) == 2


def test_one_of_whom_it_is_not_known_whose_relation_is_meant_stays_apart() -> None:
    people = person("a", relation="母亲"), person("b", relation="姑姑"), person("c")
    assert len(names(*people)) == 3


def test_a_child_is_called_a_child_in_both_languages() -> None:
    (child,) = among([person("a", "HTEST 陈晨", code="CHILD")], []).values()
    called = child.called("")
    assert (str(called), called.english) == ("HTEST 陈晨（子女）", "HTEST 陈晨 (child)")


@pytest.mark.parametrize(
    ("code", "told"),
    [("GRPRN", "祖父母或外祖父母"), ("GRD", "监护人"), ("GUARD", "监护人"), ("SPO", "配偶")],
)
def test_a_relation_is_called_as_on_every_page(code: str, told: str) -> None:
    (found,) = among([person("a", code=code)], []).values()
    assert found.called("") == f"HTEST 李桂芳（{told}）"


def test_who_looks_now_stands_first_by_the_name_of_his_account() -> None:
    people = person("a", "HTEST 陈晨", code="CHILD"), person("r", "", code="PRN")
    found = among(people, [held("RelatedPerson/r"), held(None)])
    assert list(found) == ["RelatedPerson/r", "RelatedPerson/a"]
    first = found["RelatedPerson/r"]
    assert first.called(first.reference) == "HTEST 李桂芳（父母，现在代看）"
    assert first.reference == "RelatedPerson/r"
    assert first.looks == ("RelatedPerson/r",)
    assert found["RelatedPerson/a"].looks == ()


def test_who_looks_is_one_with_what_else_is_recorded_of_him_and_named_as_which_he_looks() -> None:
    people = person("a", relation="母亲"), person("r", "", code="PRN")
    found = among(people, [held("RelatedPerson/r")])
    mother = found["RelatedPerson/a"]
    assert mother is found["RelatedPerson/r"]
    assert mother.reference == "RelatedPerson/r"
    assert mother.looks == ("RelatedPerson/r",)
    assert mother.called("RelatedPerson/r") == "HTEST 李桂芳（母亲，现在代看）"
    assert mother.called("RelatedPerson/a") == "HTEST 李桂芳（母亲）"


def test_the_nameless_are_each_by_themselves_told_by_house() -> None:
    people = person("a", "", code="PRN"), person("b", "", code="PRN")
    found = among(people, [], {"Patient/a": "HTEST 一院", "Patient/b": "HTEST 二院"})
    assert [str(each.called("")) for each in found.values()] == [
        "姓名不明（父母，HTEST 一院）",
        "姓名不明（父母，HTEST 二院）",
    ]
    assert [each.references for each in found.values()] == [("RelatedPerson/a",), ("RelatedPerson/b",)]


def test_two_accounts_that_look_are_two_whatever_they_are_called() -> None:
    people = [person(each, "HTEST 王伟", code="PRN") for each in ("a", "r", "s")]
    found = among(people, [held("RelatedPerson/r"), held("RelatedPerson/s", login="wei")])
    assert [each.references for each in found.values()] == [
        ("RelatedPerson/r",),
        ("RelatedPerson/s",),
        ("RelatedPerson/a",),
    ]
    assert [str(each.called(each.reference)) for each in found.values()] == [
        "HTEST 王伟（父母，账号 li，现在代看）",
        "HTEST 王伟（父母，账号 wei，现在代看）",
        "HTEST 王伟（父母）",
    ]


def test_whose_relation_says_less_stays_a_parent_beside_another_of_the_name() -> None:
    people = person("r", "HTEST 王伟", code="PRN"), person("s", "HTEST 王伟", code="FTH")
    found = among(people, [held("RelatedPerson/r"), held("RelatedPerson/s", login="wei")])
    assert str(found["RelatedPerson/r"].called("")) == "HTEST 王伟（父母）"
    assert str(found["RelatedPerson/s"].called("")) == "HTEST 王伟（父亲）"


def test_an_account_that_looks_as_two_records_is_one_person() -> None:
    twice = held("RelatedPerson/r"), held("RelatedPerson/s")
    people = person("r", code="PRN"), person("a", code="MTH"), person("s", code="PRN")
    (mother,) = set(among(people, twice).values())
    assert set(mother.references) == {"RelatedPerson/r", "RelatedPerson/a", "RelatedPerson/s"}
    assert mother.looks == ("RelatedPerson/r", "RelatedPerson/s")
    assert [str(mother.called(each)) for each in ("RelatedPerson/s", "RelatedPerson/a")] == [
        "HTEST 李桂芳（母亲，现在代看）",
        "HTEST 李桂芳（母亲）",
    ]


def test_an_account_under_two_names_is_one_person_by_the_relation_that_says_more() -> None:
    twice = held("RelatedPerson/r"), held("RelatedPerson/s")
    (one,) = set(
        among([person("r", "HTEST A", code="PRN"), person("s", "HTEST B", code="FTH")], twice).values()
    )
    assert str(one.called("")) == "HTEST A（父亲）"


def test_who_looks_as_a_record_that_is_gone_is_told_by_his_account() -> None:
    found = among([], [held("RelatedPerson/gone"), held(None)])
    assert {reference: str(each.called(reference)) for reference, each in found.items()} == {
        "RelatedPerson/gone": "HTEST 李桂芳（父母，现在代看）"
    }
