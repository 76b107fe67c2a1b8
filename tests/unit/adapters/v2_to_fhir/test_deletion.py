"""adapters.v2_to_fhir.deletion: `""` in single components."""

from itertools import permutations
from typing import Any

import pytest

from adapters.v2_to_fhir.deletion import cut, deletion, since
from adapters.v2_to_fhir.merge import merge
from tests.unit.adapters.v2_to_fhir.given import context, converted, drafts, repetition

WHOLE = "PID|||P1||张三||||||书院街1号^^成都市^四川省~临江村^^眉山市||1^PRN^PH~2^WPN^PH"


def merged(*messages: tuple[int, str]) -> dict[str, Any]:
    """The Patient after PIDs sent at some hours, in the order of the call."""
    resource, memory = None, {}
    for hour, pid in messages:
        (draft,) = drafts(converted(pid, sent=f"20260105{hour:02}0000"), "Patient")
        resource, memory = merge(resource, memory, draft)
    assert resource is not None
    return resource


def test_only_what_is_null_is_deleted() -> None:
    found = deletion("XAD", repetition('^^""^^^^H'), 1, context())
    assert found == {"datatype": "XAD", "gone": [3], "nth": 1, "of": {"use": "home"}}
    assert deletion("XAD", repetition("^^"), 0, context()) is None
    assert deletion("CWE", repetition('""^'), 0, context()) is None


def test_what_agrees_is_meant_else_what_stands_in_the_same_place() -> None:
    held = [
        {"system": "phone", "value": "1", "use": "home"},
        {"system": "phone", "value": "2", "use": "work"},
    ]
    gone: dict[str, Any] = {"datatype": "XTN", "gone": [1], "nth": 0, "of": {}}
    assert cut(held, [gone]) == held[1:]
    assert cut(held, [gone | {"of": {"use": "work"}}]) == held[:1]
    assert cut(held, [gone | {"of": {"use": "mobile"}}]) == held
    numbers = [
        {"value": "1", "type": {"coding": [{"code": "MR"}]}, "assigner": {"display": "HIS"}},
        {"value": "2"},
    ]
    named = {"datatype": "CX", "gone": [1], "nth": 0, "of": {"type": "MR", "assigner": "HIS"}}
    assert cut(numbers, [named]) == numbers[1:]


def test_later_ones_in_their_order() -> None:
    rows = [
        ["PID-11", "3", {"nth": 3}],
        ["PID-11", "1", {"nth": 1}],
        ["PID-11", "2", {"nth": 2}],
        ["PID-5", "9", {}],
    ]
    assert since(rows, "PID-11", "1") == [{"nth": 2}, {"nth": 3}]


def test_a_part_is_deleted_and_the_rest_stays() -> None:
    found = merged((8, WHOLE), (9, 'PID|||P1||||||||^^""~^^""||""^WPN'))
    assert [one["text"] for one in found["address"]] == ["四川省书院街1号", "临江村"]
    assert [one["value"] for one in found["telecom"]] == ["1"]


def test_a_list_with_a_value_is_whole() -> None:
    found = merged((8, WHOLE), (9, 'PID|||P1||||||||新街2号^^""||""^WPN~3'))
    assert [one["text"] for one in found["address"]] == ["新街2号"]
    assert [one["value"] for one in found["telecom"]] == ["3"]


def test_what_only_deletes_is_not_listed_as_unmapped() -> None:
    assert converted('PID|||P1~""^^^^NI||^^^^""||||||^^""||""^WPN').unmapped == []


def test_nothing_to_delete_deletes_nothing() -> None:
    assert merged((9, 'PID|||P1||||||||^^""'), (8, "PID|||P1||张三"))["name"]
    assert "address" not in merged((9, 'PID|||P1||||||||^^""'))


@pytest.mark.parametrize("again", range(4))
def test_any_order_ends_the_same_and_nothing_is_deleted_twice(again: int) -> None:
    messages = [
        (8, WHOLE),
        (9, 'PID|||P1||||||||^^""'),
        (10, WHOLE.replace("书院街", "锦里").replace("1^PRN^PH~2", "3^PRN^PH~4")),
        (11, 'PID|||P1||||||||^^^""||""^PRN'),
    ]
    expected = merged(*messages)
    assert [one["text"] for one in expected["address"]] == ["成都市锦里1号", "眉山市临江村"]
    assert [one["value"] for one in expected["telecom"]] == ["4"]
    for order in permutations(messages):
        assert merged(*order) == expected
        assert merged(*order, messages[again]) == expected


def test_a_laboratory_deletes_nothing_of_an_admission() -> None:
    (told,) = drafts(converted(WHOLE), "Patient")
    (lab,) = drafts(
        converted('PID|||P1||||||||^^""', "OBR|1||F1|X", kind="ORU^R01", sent="20260106100000"), "Patient"
    )
    resource, memory = merge(None, {}, told)
    assert merge(resource, memory, lab)[0] == resource
