from datetime import UTC, datetime, timedelta

from services.portal.console.presenters import (
    LEFT_TOO_LONG,
    TOO_MANY_DEAD,
    TOO_MANY_WAIT,
    WAITS_TOO_LONG,
    Feed,
    feed,
)

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def line(waiting: timedelta | None = None, dead: timedelta | None = None) -> Feed:
    def held(age: timedelta | None) -> tuple[int, datetime | None]:
        return (0, None) if age is None else (2, NOW - age)

    return feed("S", NOW, last=None, today=0, hour=0, waiting=held(waiting), dead=held(dead))


def test_nothing_held_is_no_alarm() -> None:
    assert not line().late
    assert not line().neglected


def test_line_63_age_raises_the_alarm() -> None:
    second = timedelta(seconds=1)
    assert [line(waiting=WAITS_TOO_LONG + one).late for one in (-second, second)] == [False, True]
    assert [line(dead=LEFT_TOO_LONG + one).neglected for one in (-second, second)] == [False, True]


def test_line_63_size_raises_the_alarm() -> None:
    def held(waiting: int, dead: int) -> Feed:
        return feed("S", NOW, last=None, today=0, hour=0, waiting=(waiting, NOW), dead=(dead, NOW))

    quiet, full = held(TOO_MANY_WAIT, TOO_MANY_DEAD), held(TOO_MANY_WAIT + 1, TOO_MANY_DEAD + 1)
    assert (quiet.crowded, quiet.piled) == (False, False)
    assert (full.crowded, full.piled) == (True, True)
