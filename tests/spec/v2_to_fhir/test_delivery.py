"""A visit told by several messages: any order of delivery and any replay end in the same health file."""

from itertools import permutations
from typing import Any

import pytest

from adapters.v2_to_fhir.merge import merge
from fhir.resource import Resource
from tests.unit.adapters.v2_to_fhir.given import converted

Store = dict[str, tuple[Resource, dict[str, Any]]]


def pv1(**fields: str) -> str:
    row = [""] * 45
    for name, value in fields.items():
        row[int(name[1:]) - 1] = value
    return "PV1|" + "|".join(row)


def adt(trigger: str, hour: int, pid: str, visit: str, *more: str) -> tuple[str, tuple[str, ...]]:
    return f"ADT^{trigger}", (f"EVN|{trigger}|20260105{hour:02}0000", pid, visit, *more)


ADMITTED = pv1(p2="I", p3="内科^1^1", p7="D1^王^医生", p19="V1", p44="20260105080000")
MESSAGES = [
    adt("A01", 8, "PID|||P1||张三||19580312|1|||旧址||1~2", ADMITTED, "DG1|1||I10^高血压^I10|||A"),
    adt("A02", 9, "PID|||P1||张三||19580312|1", pv1(p2="I", p3="外科^2^2", p6="内科^1^1", p19="V1")),
    adt("A08", 10, 'PID|||P1||张三丰||19580312|1|||新址||3|""', pv1(p2="I", p3="外科^2^3", p19="V1")),
    adt("A03", 11, "PID|||P1", pv1(p2="I", p3="外科^2^3", p19="V1", p36="1", p45="20260105105500")),
    ("ORU^R01", ("PID|||P1||张三旧|||2", pv1(p2="O", p19="V1"), "OBR|1||F1|X", "OBX|1|NM|A||5||||||P")),
]


def delivered(order: Any) -> Store:
    store: Store = {}
    for kind, segments in order:
        for draft in converted(*segments, kind=kind).drafts:
            resource, memory = store.get(draft.reference, (None, {}))
            store[draft.reference] = merge(resource, memory, draft)
    return store


def test_every_order_ends_in_the_same_file() -> None:
    expected = delivered(MESSAGES)
    assert all(delivered(order) == expected for order in permutations(MESSAGES))


def test_the_file_is_right() -> None:
    store = delivered(MESSAGES)
    (patient,) = [one for one, _ in store.values() if one["resourceType"] == "Patient"]
    (visit,) = [one for one, _ in store.values() if one["resourceType"] == "Encounter"]
    assert (patient["name"][0]["text"], patient["gender"], patient["address"][0]["text"]) == (
        "张三丰",
        "male",
        "新址",
    )
    assert [one["value"] for one in patient["telecom"]] == ["3"]
    assert (visit["status"], visit["class"]["code"]) == ("finished", "IMP")
    assert visit["period"] == {"start": "2026-01-05T08:00:00+08:00", "end": "2026-01-05T10:55:00+08:00"}
    assert [stay["period"]["start"] for stay in visit["location"]] == [
        "2026-01-05T08:00:00+08:00",
        "2026-01-05T09:00:00+08:00",
    ]
    assert len(visit["diagnosis"]) == 1


@pytest.mark.parametrize("again", range(len(MESSAGES)))
def test_a_replay_of_one_message_changes_nothing(again: int) -> None:
    assert delivered([*MESSAGES, MESSAGES[again]]) == delivered(MESSAGES)


@pytest.mark.parametrize("typed", ["S500^^^HTEST^PI", "S500^^^HX^MR", "S500^^^^PT", "S500^^^^自编号"])
def test_one_number_is_one_patient_with_and_without_its_type(typed: str) -> None:
    admitted = adt("A01", 8, f"PID|||{typed}||张三", ADMITTED, "AL1|1|DA|^青霉素")
    result = ("ORU^R01", ("PID|||S500", "OBR|1||F1|X", "OBX|1|NM|A||5||||||F"))
    for order in ([admitted, result], [result, admitted]):
        store = [one for one, _ in delivered(order).values()]
        (patient,) = [one for one in store if one["resourceType"] == "Patient"]
        who = {"reference": f"Patient/{patient['id']}"}
        assert all(one["subject"] == who for one in store if one["resourceType"] == "Observation")
        assert all(one["patient"] == who for one in store if one["resourceType"] == "AllergyIntolerance")
        assert patient["name"][0]["text"] == "张三"


def test_a_discharge_diagnosis_leaves_that_of_admission() -> None:
    visit = pv1(p2="I", p19="V1")
    messages = [
        adt("A01", 8, "PID|||P1", visit, "DG1|1||I10^高血压^I10|||A"),
        adt("A08", 9, "PID|||P1", visit, "DG1|1||J18.9^肺炎^I10|||A", "DG1|2||I10^高血压^I10|||W"),
        adt("A03", 11, "PID|||P1", visit, "DG1|1||I10^高血压^I10|||F"),
    ]
    expected = delivered(messages)
    assert all(delivered(order) == expected for order in permutations(messages))
    resources = [one for one, _ in expected.values()]
    (found,) = [one for one in resources if one["resourceType"] == "Encounter"]
    uses = [one["use"]["coding"][0]["code"] for one in found["diagnosis"]]
    codes = {f"Condition/{one['id']}": one["code"] for one in resources if one["resourceType"] == "Condition"}
    names = [codes[one["condition"]["reference"]]["coding"][0]["code"] for one in found["diagnosis"]]
    assert list(zip(uses, names, strict=True)) == [("AD", "J18.9"), ("DD", "I10"), ("W", "I10")]
    (pressure,) = [
        one for one in resources if one["resourceType"] == "Condition" and one["code"]["text"] == "高血压"
    ]
    assert pressure["recordedDate"] == "2026-01-05T08:00:00+08:00"


def test_a_cancelled_discharge_reopens_the_visit_in_any_order() -> None:
    cancel = adt("A13", 12, "PID|||P1", pv1(p2="I", p3="外科^2^3", p19="V1"))
    for order in ([*MESSAGES, cancel], [cancel, *MESSAGES], [*MESSAGES[:2], cancel, *MESSAGES[2:]]):
        (visit,) = [one for one, _ in delivered(order).values() if one["resourceType"] == "Encounter"]
        assert visit["status"] == "in-progress"
        assert "end" not in visit["period"]
