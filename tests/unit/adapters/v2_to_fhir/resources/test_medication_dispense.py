"""Dispenses of RXD."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


def test_an_amount_that_is_no_number_is_listed() -> None:
    made = converted(PID, "ORC|RE|R1", "RXD|1|^阿司匹林|20260105|若干", kind="RDS^O13")
    assert len(resources(made, "MedicationDispense")) == 1
    assert "RXD[1]-4" in made.unmapped


def test_without_a_medication_it_is_listed() -> None:
    assert "RXD[1]" in converted(PID, "RXD|1||20260105", kind="RDS^O13").unmapped


def test_the_route_behind_a_dispense_is_its_own_and_a_second_one_is_listed() -> None:
    made = converted(
        PID,
        "ORC|RE|R1",
        "RXE||A^甲|5||mg",
        "RXR|IV^静脉",
        "RXD|1|A^甲|20260105|28",
        "RXR|PO^口服|OS^左眼|泵",
        "RXR|IM^肌内",
        "RXD|2|B^乙|20260105|2",
        kind="RDS^O13",
    )
    first, second = resources(made, "MedicationDispense")
    (dosage,) = first["dosageInstruction"]
    assert (dosage["route"]["text"], dosage["site"]["text"]) == ("口服", "左眼")
    assert "dosageInstruction" not in second
    (order,) = resources(made, "MedicationRequest")
    assert order["dosageInstruction"][0]["route"]["text"] == "静脉"
    assert {"RXR[2]-3", "RXR[3]"} <= set(made.unmapped)
