"""What a person wants to be told of."""

from datetime import timedelta

import time_machine

from auth import moment
from auth.store.database import Database
from auth.store.notice_choices import Kind, choose, confirm, of


async def test_before_any_choice_it_is_everything_of_thirty_days(base: Database) -> None:
    with time_machine.travel(moment.now(), tick=False):
        choice = await of(base, "a", "Patient/a")
        assert (choice.kinds, moment.now() - choice.since) == (frozenset(Kind), timedelta(days=30))


async def test_a_choice_and_what_was_read_are_kept_apart_and_by_file(base: Database) -> None:
    await choose(base, "a", "Patient/a", [Kind.RESULT])
    read = moment.now() - timedelta(minutes=5)
    await confirm(base, "a", "Patient/a", read)
    choice = await of(base, "a", "Patient/a")
    assert choice.kinds == {Kind.RESULT}
    assert abs(choice.since - read) < timedelta(milliseconds=2)
    assert (await of(base, "a", "Patient/other")).kinds == frozenset(Kind)
    await choose(base, "a", "Patient/a", [])
    assert (await of(base, "a", "Patient/a")).kinds == frozenset()


async def test_nobody_confirms_what_is_still_to_come(base: Database) -> None:
    await confirm(base, "a", "Patient/a", moment.now() + timedelta(days=9))
    assert (await of(base, "a", "Patient/a")).since <= moment.now()
