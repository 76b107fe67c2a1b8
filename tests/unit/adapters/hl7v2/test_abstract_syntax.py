"""adapters.hl7v2.abstract_syntax."""

import pytest

from adapters.hl7v2.abstract_syntax import FAULTS, Node, check_order

ORDER = Node("ORDER", 1, -1, (Node("ORC", 0, 1, ()), Node("OBR", 1, 1, ()), Node("OBX", 0, -1, ())))
NODES = (Node("MSH", 1, 1, ()), Node("PID", 1, 1, ()), Node("PV1", 0, 1, ()), ORDER)


@pytest.mark.parametrize(
    ("names", "findings"),
    [
        ("MSH PID OBR", []),
        ("MSH PID PV1 ORC OBR OBX OBX OBR", []),
        ("MSH ZPI PID ZZZ OBR ZRS OBX ZRS OBX", []),
        ("MSH OBR", ["segment-missing PID"]),
        ("MSH PID", ["segment-missing OBR"]),
        ("MSH PID ORC OBX", ["segment-missing OBR"]),
        ("MSH PID OBR PV1", ["segment-unexpected PV1"]),
        ("MSH PID OBX OBR", ["segment-unexpected OBX"]),
        ("MSH PID PID OBR", ["segment-unexpected PID(2)"]),
        ("MSH PID QQQ OBR", ["segment-unexpected QQQ"]),
    ],
)
def test_says_what_stands_wrong(names: str, findings: list[str]) -> None:
    found = check_order(NODES, names.split())
    assert [f"{error.text_key} {error.location}" for error in found] == findings


def test_of_a_choice_one_is_enough() -> None:
    choice = Node("CHOICE", 1, 1, (Node("OBR", 1, 1, ()), Node("RXO", 1, 1, ())), choice=True)
    nodes = (Node("ORC", 1, 1, ()), choice)
    assert check_order(nodes, ["ORC", "OBR"]) == check_order(nodes, ["ORC", "RXO"]) == []
    assert [error.text_key for error in check_order(nodes, ["ORC"])] == ["segment-missing"]


def test_another_structure_altogether_is_not_told_without_end() -> None:
    assert len(check_order(NODES, ["PV1"] * 100)) == FAULTS
