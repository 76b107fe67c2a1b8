from dataclasses import replace

from fhir.summary.results import results
from services.portal.clinician.series.key import key
from tests.support.people import TODAY, five_diseases, health_file, observation, patient

SERIES = results(five_diseases(), TODAY)


def test_each_series_has_a_name_of_its_own_that_another_session_can_not_tell() -> None:
    names = {key(each, "secret") for each in SERIES}
    assert len(names) == len(SERIES)
    assert key(SERIES[0], "other") not in names
    assert all(name.isalnum() and len(name) == 20 for name in names)


def test_a_new_reading_does_not_change_it() -> None:
    longer = replace(SERIES[0], readings=tuple(SERIES[0].readings) * 2)
    assert key(longer, "s") == key(SERIES[0], "s")


def test_two_local_tests_of_one_name_have_two_keys() -> None:
    tests = [{"text": "GLU", "coding": [{"system": "urn:a", "code": code}]} for code in ("1", "2")]
    found = [observation("", "GLU", "7", "U", 5, code=code) for code in tests]
    blood, urine = results(health_file([patient(), *found]), TODAY)
    assert key(blood, "s") != key(urine, "s")
