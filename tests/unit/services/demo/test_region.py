from collections import Counter
from datetime import date, timedelta
from hashlib import sha256

import pytest

from services.demo.claim import SEED
from services.demo.region import STORIES, Region, build
from services.demo.timeline import DAYS


def digest(region: Region) -> str:
    return sha256(b"".join(message.content for message in region.messages)).hexdigest()


def test_the_same_seed_and_day_give_the_same_bytes(region: Region) -> None:
    assert digest(build(region.seed, region.until)) == digest(region)


def test_another_seed_gives_another_region(region: Region) -> None:
    other = build(region.seed + 1, region.until)
    assert digest(other) != digest(region)
    assert {each.number for each in other.residents} != {each.number for each in region.residents}


def test_two_hundred_residents_live_every_story(region: Region) -> None:
    assert len(region.residents) == 200
    assert {each.story for each in region.residents} == set(STORIES)


def test_the_size_that_loads_within_a_minute(region: Region) -> None:
    assert 2500 <= len(region.messages) <= 3300


def test_nothing_lies_outside_the_two_years(region: Region) -> None:
    first = region.until - timedelta(days=DAYS)
    assert all(first <= event.time.date() <= region.until for event in region.events)


def test_events_come_in_order_of_time(region: Region) -> None:
    times = [event.time for event in region.events]
    assert times == sorted(times)


@pytest.mark.parametrize(
    "until", [date(2024, 2, 29), date(2026, 9, 14), date(2027, 1, 1), date(2028, 11, 30)]
)
def test_it_can_end_on_any_day(until: date) -> None:
    later = build(SEED, until)
    assert 2500 <= len(later.messages) <= 3300
    for code, key in (("JJZH", "diabetic"), ("QYFY", "mother"), ("CHSQ", "old_man")):
        index = later.character(key).index
        seen = [event for event in later.events if event.house.code == code and event.resident.index == index]
        assert until - max(event.time.date() for event in seen) < timedelta(days=330)


def test_every_trigger_occurs(region: Region) -> None:
    expected = {"A01", "A02", "A03", "A04", "A08", "A11", "A13", "A28", "A31", "R01", "O11", "V04"}
    assert {event.trigger for event in region.events} == expected


def test_every_house_sends_more_than_a_hundred_messages(region: Region) -> None:
    counts = Counter(message.house.code for message in region.messages)
    assert set(counts) == {house.code for house in region.houses}
    assert min(counts.values()) > 100


def test_control_ids_are_unique(region: Region) -> None:
    assert len({message.control_id for message in region.messages}) == len(region.messages)


def test_residents_are_known_to_one_to_three_houses(region: Region) -> None:
    known = {(event.resident.index, event.house.code) for event in region.events}
    counts = Counter(index for index, _ in known)
    assert set(counts.values()) == {1, 2, 3}
    assert sum(count > 1 for count in counts.values()) >= 60


def test_a_resident_has_one_number_in_each_house_and_shares_it_with_nobody(region: Region) -> None:
    for house in region.houses:
        numbers = [resident.hospital_number(house) for resident in region.residents]
        assert len(set(numbers)) == len(numbers)
