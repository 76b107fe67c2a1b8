from datetime import UTC, date, datetime, timedelta

import pytest

from auth.roles import Role
from auth.store.posts import Post, end_of, first_moment, fresh

BEGAN = datetime(2026, 7, 1, tzinfo=UTC)


def post(ends: datetime | None = None, lapses: datetime | None = None) -> Post:
    return Post("p", Role.CLINICIAN, "Organization/1", None, BEGAN, ends, lapses=lapses)


def test_a_post_is_held_from_its_beginning_until_its_end() -> None:
    day = timedelta(days=1)
    found = post(ends=BEGAN + day)
    assert [found.held(BEGAN + each) for each in (-day, timedelta(), day / 2, day)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("ends", "lapses", "until"), [(None, None, None), (2, None, 2), (None, 1, 1), (2, 1, 1), (1, 2, 1)]
)
def test_whoever_ends_it_first(ends: int | None, lapses: int | None, until: int | None) -> None:
    moments = [None if each is None else BEGAN + timedelta(days=each) for each in (ends, lapses, until)]
    assert post(moments[0], moments[1]).until == moments[2]


def test_days_are_those_of_the_people_here() -> None:
    assert first_moment(date(2026, 7, 1)) == datetime(2026, 6, 30, 16, tzinfo=UTC)
    assert end_of(date(2026, 7, 1)) == first_moment(date(2026, 7, 2))


def test_a_new_post_begins_now() -> None:
    one, other = fresh(Role.CLINICIAN), fresh(Role.CLINICIAN)
    assert one.id != other.id
    assert one.held(datetime.now(UTC) + timedelta(seconds=1))
