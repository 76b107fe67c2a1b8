"""Since when a file is new to a doctor."""

from datetime import datetime

import pytest

from fhir.resource import Resource
from fhir.summary.moment import CHENGDU, Moment, Precision
from fhir.summary.source import Origin
from services.portal.clinician.news import News, _met, own
from tests.support.people import TODAY, encounter, health_file, patient

SINCE = Moment(datetime(2026, 11, 20, 9, tzinfo=CHENGDU), Precision.MINUTE)
BEFORE, AFTER = (Moment(datetime(2026, 11, day, tzinfo=CHENGDU)) for day in (19, 21))
MIDNIGHT = datetime(2026, 11, 23, tzinfo=CHENGDU)
ME = {"participant": [{"individual": {"reference": "Practitioner/zhou"}}]}


def test_after_a_look_it_counts_when_something_came() -> None:
    late, known = Origin("x", BEFORE, "2026-11-20T02:00:00.000Z"), Origin("x", AFTER, "2026-11-20T00:00:00Z")
    assert News(SINCE, looked=True).covers(late)
    assert not News(SINCE, looked=True).covers(known)
    assert not News(SINCE, looked=True).covers(Origin("x", AFTER))


def test_after_a_visit_it_counts_when_something_was() -> None:
    assert News(SINCE, looked=False).count([Origin("x", BEFORE), Origin("x", AFTER), Origin("x", None)]) == 1


def test_the_last_visit_of_an_earlier_day_with_him() -> None:
    visits = [encounter("AMB", days, "x", **ME) for days in (40, 3, 0)] + [encounter("AMB", 1, "x")]
    met = _met(health_file([patient(), *visits]), "Practitioner/zhou", MIDNIGHT)
    assert met is not None
    assert (TODAY - met.day).days == 3
    assert _met(health_file([patient(), *visits]), "Practitioner/other", MIDNIGHT) is None


@pytest.mark.parametrize("status", ["cancelled", "planned", "entered-in-error"])
def test_a_visit_that_was_none_is_not_the_last_one(status: str) -> None:
    visits = [encounter("AMB", 9, "x", **ME), encounter("AMB", 1, "x", **ME, status=status)]
    met = _met(health_file([patient(), *visits]), "Practitioner/zhou", MIDNIGHT)
    assert met is not None
    assert (TODAY - met.day).days == 9


@pytest.mark.parametrize(
    ("role", "took_part"),
    [("ATND", True), ("ADM", True), ("DIS", True), ("PPRF", True), ("SPRF", True), ("CON", True),
     ("REF", False), ("CALLBCK", False)],
)  # fmt: skip
def test_who_took_part_in_a_visit_has_met_the_resident_and_knows_it(role: str, took_part: bool) -> None:
    present = {"type": [{"coding": [{"code": role}]}], "individual": {"reference": "Practitioner/zhou"}}
    visit = encounter("AMB", 3, "x", participant=[present]) | {"id": "v"}
    file = health_file([patient(), visit])
    assert (_met(file, "Practitioner/zhou", MIDNIGHT) is not None) is took_part
    assert own(file, "Practitioner/zhou") == ({"Encounter/v"} if took_part else frozenset())


def test_when_something_came_makes_no_second_origin() -> None:
    assert Origin("x", BEFORE, "a") == Origin("x", BEFORE, "b")


def test_what_came_in_the_second_of_the_look_is_new() -> None:
    since = Moment(datetime(2026, 11, 20, 9, 0, 0, 200_000, tzinfo=CHENGDU), Precision.MINUTE)
    assert News(since, looked=True).covers(Origin("x", None, "2026-11-20T01:00:00.700Z"))
    assert not News(since, looked=True).covers(Origin("x", None, "2026-11-20T01:00:00.100Z"))


def test_what_others_asked_of_him_or_did_with_what_he_began_is_news() -> None:
    me, other = {"reference": "Practitioner/zhou"}, {"reference": "Practitioner/other"}
    referred = {"type": [{"coding": [{"code": "REF"}]}], "individual": me}
    about = {"subject": {"reference": "Patient/p1"}}
    file = health_file(
        [
            patient(),
            encounter("AMB", 1, "x", participant=[referred]) | {"id": "e"},
            {"resourceType": "ServiceRequest", "id": "r", "requester": other, "performer": [me]} | about,
            {"resourceType": "MedicationRequest", "id": "m", "requester": me, "status": "stopped"} | about,
        ]
    )
    assert own(file, "Practitioner/zhou") == frozenset()


_ABOUT = {"subject": {"reference": "Patient/p1"}, "recorder": {"reference": "Practitioner/zhou"}}


def _stated(**codes: str) -> Resource:
    """Elements of one code each."""
    return {element: {"coding": [{"code": code}]} for element, code in codes.items()}


@pytest.mark.parametrize(
    ("type", "before", "after"),
    [
        *(
            ("MedicationRequest", {"status": "active"}, {"status": after})
            for after in ("stopped", "cancelled", "on-hold", "entered-in-error")
        ),
        ("ServiceRequest", {"status": "active"}, {"status": "revoked"}),
        ("Flag", {"status": "active"}, {"status": "inactive"}),
        *(("DiagnosticReport", {"status": "final"}, {"status": after}) for after in ("amended", "corrected")),
        *(
            ("Condition", _stated(clinicalStatus="active", verificationStatus="confirmed"), after)
            for after in (
                _stated(clinicalStatus="inactive"),
                _stated(clinicalStatus="remission"),
                _stated(clinicalStatus="resolved", verificationStatus="confirmed"),
                _stated(clinicalStatus="relapse"),
                _stated(clinicalStatus="recurrence"),
                _stated(verificationStatus="refuted"),
                _stated(verificationStatus="entered-in-error"),
            )
        ),
        *(
            ("AllergyIntolerance", _stated(clinicalStatus="active", verificationStatus="unconfirmed"), after)
            for after in (_stated(verificationStatus="refuted"), _stated(clinicalStatus="resolved"))
        ),
    ],
)
def test_what_became_of_what_he_began_is_news(type: str, before: Resource, after: Resource) -> None:
    begun = {"resourceType": type, "id": "x"} | _ABOUT
    assert own(health_file([patient(), begun | before]), "Practitioner/zhou") == {f"{type}/x"}
    assert own(health_file([patient(), begun | after]), "Practitioner/zhou") == frozenset()


def test_what_he_wrote_or_did_himself_is_no_news() -> None:
    me = "Practitioner/zhou"
    note = {"resourceType": "DocumentReference", "id": "n", "author": [{"reference": me}]}
    done = {"resourceType": "Procedure", "id": "d", "performer": [{"actor": {"reference": me}}]}
    visit = encounter("AMB", 0, "x", **ME) | {"id": "v"}
    theirs = {"resourceType": "DocumentReference", "id": "t", "author": [{"reference": "Practitioner/other"}]}
    about = {"subject": {"reference": "Patient/p1"}}
    file = health_file([patient(), *(each | about for each in (note, done, visit, theirs))])
    mine = own(file, me)
    assert mine == {"DocumentReference/n", "Procedure/d", "Encounter/v"}
    for looked in (True, False):
        known = News(SINCE, looked=looked, own=mine)
        came = "2026-11-21T00:00:00.000Z"
        assert not known.covers(Origin("x", AFTER, came, "DocumentReference/n"))
        assert known.covers(Origin("x", AFTER, came, "DocumentReference/t"))
