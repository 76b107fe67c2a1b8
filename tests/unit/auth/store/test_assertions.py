from datetime import timedelta

from auth import moment
from auth.store.assertions import claim
from auth.store.database import SyncDatabase


def test_an_assertion_is_used_once_by_each_client(blocking_base: SyncDatabase) -> None:
    until = moment.now() + timedelta(minutes=5)
    assert claim(blocking_base, "c1", "j", until)
    assert not claim(blocking_base, "c1", "j", until)
    assert claim(blocking_base, "c2", "j", until)
