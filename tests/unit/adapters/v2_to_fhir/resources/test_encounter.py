"""adapters.v2_to_fhir.resources.encounter: what PV1 says of a visit."""

from typing import Any

import pytest

from adapters.v2_to_fhir.encounter import Event
from tests.unit.adapters.v2_to_fhir.given import converted, drafts, resources


def pv1(**fields: str) -> str:
    row = [""] * 50
    for name, value in fields.items():
        row[int(name[1:]) - 1] = value
    return "PV1|" + "|".join(row)


def ids(*segments: str, **more: Any) -> list[str]:
    return [draft.id for draft in drafts(converted("PID|||P1", *segments, **more), "Encounter")]


def test_a_visit_is_known_by_its_number() -> None:
    assert ids(pv1(p19="V1")) == ids(pv1(p19="V1", p2="I"), kind="ORU^R01")
    assert ids(pv1(p19="V1")) != ids(pv1(p19="V2"))
    assert ids(pv1(p50="V1")) == ids(pv1(p19="V1"))


def test_else_by_account_or_by_patient_and_admission() -> None:
    account = converted("PID|||P1|||||||||||||||A1", pv1(p2="I", p3="W"))
    (draft,) = drafts(account, "Encounter")
    assert draft.elements["identifier"][0]["value"] == "A1"
    assert "PID[1]-18" not in account.unmapped
    admitted = pv1(p2="I", p44="20260105")
    assert ids(admitted) == ids(admitted, kind="ORU^R01")


def test_a_laboratory_message_without_a_number_makes_no_visit() -> None:
    made = converted("PID|||P1", pv1(p2="I", p3="W"), kind="ORU^R01")
    assert drafts(made, "Encounter") == []
    assert {"PV1[1]-2", "PV1[1]-3"} <= set(made.unmapped)


@pytest.mark.parametrize("kind", ["ADT^A08", "ADT^A28", "ADT^A31", "ORU^R01"])
def test_a_class_alone_is_no_visit(kind: str) -> None:
    made = converted("PID|||P1", "PV1|1|N", kind=kind)
    assert drafts(made, "Encounter") == []
    assert made.unmapped == ["PV1[1]-2"]


def test_the_event_goes_along() -> None:
    segments = (
        "EVN|A02|20260105093000",
        "PID|||P1",
        pv1(p2="I", p3="W^2", p6="W^1", p19="V1", p44="20260104"),
    )
    (draft,) = drafts(converted(*segments, kind="ADT^A02"), "Encounter")
    assert isinstance(draft.event, Event)
    assert (draft.event.trigger, draft.event.start) == ("A02", "2026-01-04")
    assert draft.event.time == "2026-01-05T01:30:00.000000Z"
    assert draft.event.location != draft.event.prior != ""
    (thin,) = drafts(converted("PID|||P1", pv1(p19="V1"), kind="ORU^R01"), "Encounter")
    assert thin.event is not None
    assert thin.event.trigger == ""


def test_a_cancel_says_what_it_undoes() -> None:
    segments = ("EVN|A12|20260105093000||||20260105080000", "PID|||P1", pv1(p2="I", p19="V1"))
    (draft,) = drafts(converted(*segments, kind="ADT^A12"), "Encounter")
    assert draft.event is not None
    assert draft.event.occurred == "2026-01-05T00:00:00.000000Z"
    assert draft.event.time == "2026-01-05T01:30:00.000000Z"


def test_a_class_that_is_missing_or_unknown() -> None:
    (missing,) = drafts(converted("PID|||P1", pv1(p19="V1")), "Encounter")
    (own,) = drafts(converted("PID|||P1", pv1(p2="日间", p19="V1")), "Encounter")
    assert missing.defaults["class"]["code"] == "UNK"
    assert own.elements["class"]["code"] == "日间"


@pytest.mark.parametrize(
    ("word", "code", "status"),
    [
        ("门诊", "AMB", "arrived"),
        ("急诊", "EMER", "in-progress"),
        ("住院", "IMP", "in-progress"),
        ("O", "AMB", "arrived"),
        ("P", "PRENC", "planned"),
    ],
)
def test_a_class_in_words(word: str, code: str, status: str) -> None:
    pv1 = f"PV1|1|{word}" + "|" * 17 + "V1"
    (made,) = resources(converted("PID|||P1", pv1, kind="ADT^A04"), "Encounter")
    assert (made["class"]["code"], made["status"]) == (code, status)
