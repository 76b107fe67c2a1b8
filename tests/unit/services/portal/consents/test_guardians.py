"""Each of the family once, however many houses have recorded them."""

from datetime import UTC, datetime
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


def held(related: str | None, name: str = "HTEST 李桂芳") -> Held:
    proxy = Proxy("p", Proxied.PARENT, "Patient/a", AT, None, "officer", related)
    return Held("account", "login", name, proxy)


def names(*people: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {str(each.name): each.references for each in among(people, []).values()}


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
    assert (str(child.name), child.name.english) == ("HTEST 陈晨（子女）", "HTEST 陈晨 (child)")


def test_who_looks_now_stands_first_by_the_name_of_his_account() -> None:
    people = person("a", "HTEST 陈晨", code="CHILD"), person("r", "", code="PRN")
    found = among(people, [held("RelatedPerson/r"), held(None)])
    assert list(found) == ["RelatedPerson/r", "RelatedPerson/a"]
    first = found["RelatedPerson/r"]
    assert (str(first.name), first.looks) == ("HTEST 李桂芳（父母，现在代看）", "RelatedPerson/r")
    assert found["RelatedPerson/a"].looks == ""


def test_the_one_as_which_he_looks_is_told_of_all_that_are_merged() -> None:
    people = person("a", relation="母亲"), person("r", "", code="PRN")
    found = among(people, [held("RelatedPerson/r")])
    assert found["RelatedPerson/a"] is found["RelatedPerson/r"]
    assert found["RelatedPerson/a"].looks == "RelatedPerson/r"
