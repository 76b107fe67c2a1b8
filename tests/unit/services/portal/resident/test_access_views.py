from datetime import UTC, datetime

import time_machine

from services.portal.resident.access_views import OTHERS, Asked
from tests.support.people import HUAXI, entry


def test_without_a_day_it_is_twelve_months_and_on_request_all() -> None:
    with time_machine.travel(datetime(2026, 11, 26, tzinfo=UTC), tick=False):
        assert Asked().bounds == (datetime(2025, 11, 25, tzinfo=UTC), None)
    assert Asked(whole=True).bounds == (None, None)


def test_a_day_is_chengdus_and_the_last_one_is_whole() -> None:
    since, until = Asked("2026-11-01", "2026-11-02").bounds
    assert since == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert until == datetime(2026, 11, 2, 16, tzinfo=UTC)


def test_a_person_and_a_house_narrow_it() -> None:
    assert Asked().fits(entry(), "周敏")
    assert Asked(who="周敏", house=HUAXI).fits(entry(), "周敏")
    assert not Asked(who="李明").fits(entry(), "周敏")
    assert Asked(who=OTHERS).fits(entry(), "周敏")
    assert not Asked(who=OTHERS).fits(entry(own=True), "周敏")
    assert not Asked(house="Organization/other").fits(entry(), "周敏")
