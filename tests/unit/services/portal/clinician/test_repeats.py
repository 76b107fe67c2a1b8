import pytest

from fhir.summary.results import results
from services.portal.clinician.repeats import Done, done, intervals
from tests.support.people import HUAXI, NAMES, TODAY, health_file, observation, organizations, patient

HERE, THERE = "本院", NAMES[HUAXI]


def said(days: int, house: str | None = HERE, loinc: str = "4548-4", **more: object) -> Done | None:
    reading = observation(loinc, "x", "7", "%", days, **more)  # type: ignore[arg-type]
    (series,) = results(health_file([*organizations(), patient(), reading]), TODAY)
    return done(series, house, TODAY)


@pytest.mark.parametrize("days", [0, 9, 90])
def test_what_another_house_has_measured_lately_is_told(days: int) -> None:
    assert said(days) == Done(days, THERE, 90)


def test_what_is_old_ones_own_or_not_final_is_not() -> None:
    assert said(91) is None
    assert said(9, THERE) is None
    assert said(9, status="preliminary") is None


def test_what_changes_within_hours_is_never_told() -> None:
    assert said(0, loinc="2823-3") is None
    assert not {"2823-3", "8480-6", "2703-7", "1988-5"} & intervals().keys()


def test_nobody_is_told_not_to_repeat_what_is_not_normal_or_has_no_unit() -> None:
    assert said(9, low="4", high="8") == Done(9, THERE, 90)
    assert said(9, low="4", high="6") == Done(9, THERE, None)
    assert said(9, interpretation=[{"coding": [{"code": "LL"}]}]) == Done(9, THERE, None)
    bare = observation("4548-4", "x", "7", "", 9)
    del bare["valueQuantity"]["unit"]
    (series,) = results(health_file([*organizations(), patient(), bare]), TODAY)
    assert done(series, HERE, TODAY) == Done(9, THERE, None)
