"""adapters.v2_to_fhir.resources.patient: by which number a patient is known."""

from typing import Any

import pytest

from adapters.v2_to_fhir.draft import FIRST_HAND, SECOND_HAND
from adapters.v2_to_fhir.source import Source
from tests.unit.adapters.v2_to_fhir.given import SOURCE, converted, drafts, resources

CITIZEN = "510104195803129013"


def patient_id(pid: str, source: Source = SOURCE, **more: Any) -> str:
    made = converted(pid, source=source, **more)
    return drafts(made, "Patient")[0].id


def test_the_hospital_s_own_number_comes_before_a_national_one() -> None:
    own = patient_id("PID|||P1^^^HIS^MR")
    assert patient_id(f"PID|||{CITIZEN}^^^^NI~P1^^^HIS^MR||张三") == own
    assert patient_id(f"PID|||P1^^^HIS^MR||||||||||||||||{CITIZEN}") == own
    assert patient_id("PID|||V9^^^HIS^VN~P1^^^HIS^MR") == own


def test_messages_of_all_kinds_mean_the_same_patient() -> None:
    assert patient_id("PID|||P1^^^HIS^MR", kind="ORU^R01") == patient_id("PID|||P1^^^HIS^MR||张三")


@pytest.mark.parametrize("kind", ["ADT^A08", "ORU^R01"])
@pytest.mark.parametrize("type_", ["", "MR", "PI", "pi", "PT", "PN", "XQ", "患者ID"])
@pytest.mark.parametrize("authority", ["", "HX", "HTEST"])
def test_a_hospital_number_is_one_patient_whatever_its_type(kind: str, type_: str, authority: str) -> None:
    assert patient_id(f"PID|||S500^^^{authority}^{type_}", kind=kind) == patient_id("PID|||S500")


@pytest.mark.parametrize(
    "other",
    [
        "S500^^^^PPN",
        "S500^^^^JHN",
        "S500^^^^SS",
        "S500^^^^DL",
        "S500^^^^VN",
        "S500^^^^AN",
        "S500^^^^医保卡",
        "S500^^^^门诊号",
        "S500^^^^住院号",
        "S500^^^OTHER^PI",
        "S500^^^&1.2.3&ISO^PI",
    ],
)
def test_a_number_of_another_kind_or_authority_is_another_patient(other: str) -> None:
    assert patient_id(f"PID|||{other}") != patient_id("PID|||S500")


@pytest.mark.parametrize(
    "other",
    ["PID|||P2^^^HIS^MR", "PID|||P1^^^LIS^MR", "PID|||P1^^^HIS&1.2.3&ISO^MR", "PID||P1^^^HIS^MR|P3^^^HIS^MR"],
)
def test_another_number_or_authority_is_another_patient(other: str) -> None:
    assert patient_id(other) != patient_id("PID|||P1^^^HIS^MR")


def test_two_hospitals_never_share_a_patient_by_a_bare_or_a_national_number() -> None:
    other = Source("HY", "Organization/hy")
    for pid in (
        "PID|||P1",
        "PID|||P1^^^HIS^MR",
        f"PID|||{CITIZEN}^^^^NI",
        f"PID|||||||||||||||||||{CITIZEN}",
    ):
        assert patient_id(pid) != patient_id(pid, other)


def test_two_systems_of_one_hospital_share_its_patients() -> None:
    systems = [Source(code, "Organization/h", authority="urn:oid:1.2") for code in ("HIS", "LIS")]
    assert patient_id("PID|||P1^^^X^MR", systems[0]) == patient_id("PID|||P1^^^X^MR", systems[1])


def test_without_a_number_by_content_and_position() -> None:
    assert patient_id("PID|||||张三") == patient_id("PID|||||张三", sent="20270101")
    assert patient_id("PID|||||张三") != patient_id("PID|||||李四")


def test_standing_and_birth_time() -> None:
    (first,) = drafts(converted("PID|||P1||||198001010830"), "Patient")
    (second,) = drafts(converted("PID|||P1", kind="ORU^R01"), "Patient")
    assert (first.standing, second.standing) == (FIRST_HAND, SECOND_HAND)
    assert first.elements["birthDate"] == "1980-01-01"
    assert first.elements["_birthDate"]["extension"][0]["valueDateTime"] == "1980-01-01T08:30:00+08:00"


def test_a_death() -> None:
    pid = "PID|||P1" + "|" * 26 + "{}|Y"
    (known,) = resources(converted(pid.format("20260101")), "Patient")
    (bare,) = resources(converted(pid.format("")), "Patient")
    assert (known["deceasedDateTime"], bare["deceasedBoolean"]) == ("2026-01-01", True)
    assert "deceasedBoolean" not in known
