from datetime import UTC, datetime, timedelta

from auth.store.notice_choices import Kind
from services.portal.resident.news import KINDS, News, new_houses, results
from tests.support import people

SINCE = datetime(2026, 11, 20, tzinfo=UTC)


def test_a_house_is_new_that_had_not_looked_before() -> None:
    before, after = SINCE - timedelta(days=30), SINCE + timedelta(days=1)
    looks = [
        people.entry(organization=people.HUAXI, moment=after),
        people.entry(organization=people.JINJIANG, moment=after),
        people.entry(organization=None, moment=after),
        people.entry(organization=people.HUAXI, moment=before),
    ]
    assert new_houses(looks, SINCE) == [people.JINJIANG]


def test_a_result_counts_from_the_moment_when_it_came() -> None:
    file = people.health_file([people.patient(), people.observation("1", "血糖", "7", "mmol/L", 300)])
    came = datetime.fromisoformat("2026-11-22T01:30:00.000Z")
    assert results(file, came - timedelta(seconds=1), people.TODAY).count == 1
    assert results(file, came, people.TODAY).count == 0


def test_a_test_counts_once_and_a_report_only_where_no_result_of_it_came() -> None:
    critical = [{"coding": [{"code": "LL"}]}]
    low = people.observation("718-7", "血红蛋白", "52", "g/L", 1, interpretation=critical) | {"id": "o1"}
    again = people.observation("718-7", "血红蛋白", "55", "g/L", 2, interpretation=critical) | {"id": "o2"}
    potassium = people.observation("2823-3", "钾", "4.2", "mmol/L", 1) | {"id": "o3"}
    named = {"resourceType": "DiagnosticReport", "result": [{"reference": "Observation/o1"}]} | people.of()
    picture = {"resourceType": "DiagnosticReport", "code": {"text": "胸片"}} | people.of()
    file = people.health_file([people.patient(), low, again, potassium, named, picture])
    found = results(file, SINCE, people.TODAY)
    assert (found.count, found.critical) == (3, 1)


def test_what_a_later_result_calms_is_not_told_as_critical() -> None:
    critical = [{"coding": [{"code": "LL"}]}]
    low = people.observation("718-7", "血红蛋白", "52", "g/L", 9, interpretation=critical)
    better = people.observation("718-7", "血红蛋白", "131", "g/L", 1, "130", "175")
    found = results(people.health_file([people.patient(), low, better]), SINCE, people.TODAY)
    assert (found.count, found.critical) == (1, 0)


def test_every_kind_has_words_and_a_place() -> None:
    assert KINDS.keys() == set(Kind)
    for kind in Kind:
        assert News(kind, 1).place.startswith("/resident/")
        assert News(kind, 1).text


def test_what_was_withdrawn_is_no_result() -> None:
    wrong = people.observation("718-7", "血红蛋白", "1", "g/L", 1, status="entered-in-error")
    assert results(people.health_file([people.patient(), wrong]), SINCE, people.TODAY).count == 0
