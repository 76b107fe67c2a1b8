import pytest

from adapters.hl7v2.check import check
from adapters.hl7v2.message import Message
from tests.performance.messages import adt_a01, control_id, filler, hospital, oru_r01, visit


@pytest.mark.parametrize("block", [adt_a01(3, 7), oru_r01(3, 7, 10)])
def test_a_message_passes_the_listener_checks(block: bytes) -> None:
    assert list(check(Message.parse(block.decode()), processing_ids=("P",))) == []


def test_an_admission_names_its_visit_patient_and_hospital() -> None:
    block = adt_a01(3, 7)
    message = Message.parse(block.decode())
    assert str(message.get("PV1-19.1")) == visit(3)
    assert str(message.get("PID-3.1")) == "P7"
    assert str(message.get("MSH-4.1")) == hospital(7)
    assert control_id(block) == b"A3"


def test_a_report_has_as_many_results_as_asked_for_all_different() -> None:
    message = Message.parse(oru_r01(3, 7, 40).decode())
    assert len({str(obx[3][1]) for obx in message.all("OBX")}) == 40
    assert str(message.get("OBR-3.1")) == filler(3)
