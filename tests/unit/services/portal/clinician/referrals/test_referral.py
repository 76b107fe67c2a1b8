"""A referral as resources and as a line."""

from datetime import UTC, datetime

import pytest

from auth.principal import Kind, Principal
from fhir.resource import Resource
from fhir.validation import errors
from services.portal.clinician.referrals.referral import answered, made, referral
from tests.support.people import HUAXI, JINJIANG, NAMES

WHO = Principal(Kind.PERSON, "a", "周敏", organization=HUAXI, practitioner="Practitioner/zhou")
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
HOUSE = {"reference": JINJIANG, "display": NAMES[JINJIANG]}
REQUEST, ASKED = made(WHO, "Patient/p1", HOUSE, NAMES[HUAXI], "请会诊", True, NOW)
TASK = ASKED | {"focus": {"reference": "ServiceRequest/s"}}


def test_what_is_made_is_valid_and_says_all() -> None:
    assert errors(REQUEST | {"id": "s"}) == errors(TASK | {"id": "t"}) == []
    line = referral(REQUEST | {"id": "s"}, TASK)
    assert (line.id, line.patient, line.sender, line.doctor) == ("s", "Patient/p1", NAMES[HUAXI], "周敏")
    assert (line.to, line.house, line.reason, line.urgent) == (JINJIANG, NAMES[JINJIANG], "请会诊", True)
    assert (line.state, line.open, line.read, line.answer) == ("requested", True, False, "")


@pytest.mark.parametrize(
    ("state", "text", "answer", "open"),
    [("accepted", "", "", True), ("rejected", "没有床位", "没有床位", False),
     ("completed", "已复查", "已复查", False)],
)  # fmt: skip
def test_answers(state: str, text: str, answer: str, open: bool) -> None:
    after = answered(TASK | {"id": "t"}, state, text, "林芳", NOW)
    line = referral(REQUEST | {"id": "s"}, after)
    assert (line.state, line.answer, line.open) == (state, answer, open)
    assert errors(after) == []


@pytest.mark.parametrize(
    ("status", "state"), [("active", "requested"), ("revoked", "cancelled"), ("completed", "completed")]
)
def test_a_feeds_referral_has_no_task_and_the_state_of_its_request(status: str, state: str) -> None:
    fed: Resource = {
        "id": "f", "resourceType": "ServiceRequest", "status": status, "subject": {"reference": "Patient/p1"},
        "performer": [{"display": "李医生"}, HOUSE], "requester": {"display": "罗医生"},
    }  # fmt: skip
    line = referral(fed, None)
    assert (line.id, line.state, line.to, line.doctor, line.sender) == ("f", state, JINJIANG, "罗医生", "")


def test_of_a_referral_that_can_not_be_read_its_task_still_tells() -> None:
    line = referral(None, TASK | {"status": "rejected", "statusReason": {"text": "满"}})
    assert (line.id, line.patient, line.answer) == ("s", "Patient/p1", "满")
