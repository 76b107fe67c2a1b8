from fhir.resource import Resource
from fhir.summary.ips.recommended import device_part, immunization_part, procedure_part
from tests.support.documents import file_of
from tests.support.people import ago, concept, of, patient


def dose(text: str, status: str = "completed", **more: object) -> Resource:
    base = {"resourceType": "Immunization", "status": status, "vaccineCode": concept(text)}
    return base | {"patient": {"reference": "Patient/p1"}, "occurrenceDateTime": ago(9)} | more


def test_doses_that_were_given_and_refused() -> None:
    file = file_of(patient(), dose("甲", protocolApplied=[{"doseNumberPositiveInt": 2}], lotNumber="L1"),
                   dose("乙", "not-done"))  # fmt: skip
    cells = {line.cells for line in immunization_part(file).lines}
    assert cells == {("甲", "2", "L1"), ("乙", "未接种", "")}


def test_procedures_and_devices_have_a_line_each() -> None:
    done = of() | {"resourceType": "Procedure", "status": "completed", "code": concept("阑尾切除术")}
    used = of() | {"resourceType": "DeviceUseStatement", "status": "active", "device": {"display": "起搏器"}}
    file = file_of(patient(), done, used)
    assert [line.cells[0] for line in procedure_part(file).lines] == ["阑尾切除术"]
    assert [line.cells for line in device_part(file).lines] == [("起搏器", "", "在用")]
