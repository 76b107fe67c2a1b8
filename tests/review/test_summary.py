"""Faults of news, referrals and shares: each test fails as the code stands."""

from fhir.resource import Resource
from fhir.summary.file import health_file
from services.portal.clinician.news import News
from services.portal.clinician.referrals.reading import _joined
from services.portal.shares.document import chosen
from tests.support.people import observation, organizations, patient


def file_of(*resources: Resource):
    return health_file([*organizations(), patient(), *resources])


def test_what_came_in_the_second_of_the_look_is_new() -> None:
    from datetime import datetime

    from fhir.summary.moment import CHENGDU, Moment, Precision
    from fhir.summary.source import Origin

    since = Moment(datetime(2026, 11, 20, 9, 0, 0, 200_000, tzinfo=CHENGDU), Precision.MINUTE)
    assert News(since, looked=True).covers(Origin("x", None, "2026-11-20T01:00:00.700Z"))


def test_another_task_about_a_referral_answers_it_not() -> None:
    asked = {
        "resourceType": "ServiceRequest",
        "id": "s",
        "status": "active",
        "subject": {"reference": "Patient/p1"},
    }
    focus = {"focus": {"reference": "ServiceRequest/s"}, "for": {"reference": "Patient/p1"}}
    ours = {"resourceType": "Task", "status": "requested", "code": {"coding": [{"code": "fulfill"}]}} | focus
    bed = {"resourceType": "Task", "status": "completed", "code": {"text": "预订床位"}} | focus
    (line,) = _joined([asked], [ours, bed])
    assert line.open


def test_a_share_holds_no_citizen_number() -> None:
    number = {"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}
    result = observation("718-7", "血红蛋白", "1", "g/L", 1, id="o")
    result["subject"] |= {"identifier": number}
    assert "510104195803129013" not in str(chosen(file_of(result), ["results"]))
