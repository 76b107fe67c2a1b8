"""Who and what an appointment needs."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

PID = "PID|||P1||张三HTEST"


def test_each_of_its_kind() -> None:
    segments = ("AIP|1||D1^王^医生", "AIP|2||D2^李^医生", "AIL|1||超声科", "AIG|1||US1^超声仪")
    (found,) = resources(converted("SCH|A1", PID, *segments, kind="SIU^S15"), "Appointment")
    assert [one["actor"]["display"] for one in found["participant"][:4]] == [
        "超声仪",
        "超声科",
        "王医生",
        "李医生",
    ]


def test_what_its_action_deletes_is_left_out() -> None:
    (found,) = resources(converted("SCH|A1", PID, "AIP|1|D|D1^王^医生", kind="SIU^S15"), "Appointment")
    assert len(found["participant"]) == 1


def test_nobody_named_is_somebody_unknown() -> None:
    (found,) = resources(converted("SCH|A1", kind="SIU^S15"), "Appointment")
    assert found["participant"] == [{"actor": {"display": "unknown"}, "status": "accepted"}]
