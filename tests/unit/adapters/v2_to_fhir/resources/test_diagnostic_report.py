"""adapters.v2_to_fhir.resources.diagnostic_report: what an OBR says, and how it is known again."""

import pytest

from tests.unit.adapters.v2_to_fhir.given import converted, drafts, resources, time


def ids(*segments: str) -> list[str]:
    return [
        draft.id for draft in drafts(converted("PID|||P1", *segments, kind="ORU^R01"), "DiagnosticReport")
    ]


def test_a_report_is_known_by_filler_and_service() -> None:
    (one,) = ids("OBR|1|A|F1|X")
    assert ids("OBR|9|B|F1|X^名") == [one]
    assert ids("ORC|RE||F1", "OBR|1|||X") == [one]
    assert one not in ids("OBR|1|A|F2|X", "OBR|2|A|F1|Y", "OBR|3|F1||Z")


def test_two_equal_requests_of_one_message_stay_two() -> None:
    assert len(set(ids("OBR|1|A||X", "OBR|2|A||X"))) == 2


def test_without_a_number_by_content_and_position() -> None:
    made = converted("PID|||P1", "OBR|1|||X", kind="ORU^R01")
    assert "OBR[1]-3: a report without a number" in made.warnings


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("O", "registered"),
        ("P", "preliminary"),
        ("R", "partial"),
        ("A", "partial"),
        ("M", "preliminary"),
        ("N", "registered"),
        ("C", "corrected"),
        ("F", "final"),
        ("X", "cancelled"),
        ("Y", "final"),
        ("", "final"),
    ],
)
def test_status(state: str, status: str) -> None:
    obr = f"OBR|1||F1|X{'|' * 21}{state}"
    (made,) = resources(
        converted("PID|||P1", obr, "OBX|1|NM|A||1||||||F", kind="ORU^R01"), "DiagnosticReport"
    )
    assert made["status"] == status


def test_times() -> None:
    obr = "OBR|1||F1|X|||202601050800|202601050900" + "|" * 14 + "202601051800"
    (draft,) = drafts(converted("PID|||P1", obr, kind="ORU^R01"), "DiagnosticReport")
    assert draft.elements["effectivePeriod"] == {
        "start": "2026-01-05T08:00:00+08:00",
        "end": "2026-01-05T09:00:00+08:00",
    }
    assert draft.elements["issued"] == "2026-01-05T18:00:00+08:00"
    assert draft.event_time == time(10)


def test_an_order_alone_is_no_report() -> None:
    assert ids("ORC|RE|A|F1") == []


def test_a_request_without_a_service_is_still_a_report() -> None:
    (made,) = resources(converted("PID|||P1", "OBR|1||F1", kind="ORU^R01"), "DiagnosticReport")
    assert made["code"] == {"text": "-"}
