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
    assert results(file, came - timedelta(seconds=1)).count == 1
    assert results(file, came).count == 0


def test_every_kind_has_words_and_a_place() -> None:
    assert KINDS.keys() == set(Kind)
    for kind in Kind:
        assert News(kind, 1).place.startswith("/resident/")
        assert News(kind, 1).text


def test_what_was_withdrawn_is_no_result() -> None:
    wrong = people.observation("718-7", "血红蛋白", "1", "g/L", 1, status="entered-in-error")
    assert results(people.health_file([people.patient(), wrong]), SINCE).count == 0
