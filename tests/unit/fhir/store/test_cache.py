"""Cache: what it may answer, and what it must never answer again."""

import string
from dataclasses import dataclass
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.store.cache import Cache
from fhir.store.changes import Changes


@dataclass
class Following:
    """A change stream that is, or is not, up to date."""

    followed: bool = True


def cache(size: int = 3, lifetime: float = 60, stream: Following | None = None) -> Cache[int]:
    return Cache(cast(Changes, stream or Following()), size, lifetime)


def test_what_was_put_is_there_until_it_is_taken_back() -> None:
    copies = cache()
    copies.put("a", 1, copies.mark)
    assert copies.get("a") == 1
    copies.forget(["a"])
    assert copies.get("a") is None


def test_what_was_being_read_while_something_was_taken_back_is_not_kept() -> None:
    copies = cache()
    mark = copies.mark
    copies.forget(["b"])
    copies.put("a", 1, mark)
    assert copies.get("a") is None


def test_no_more_than_its_size_and_the_oldest_goes_first() -> None:
    copies = cache(size=3)
    for number, key in enumerate("abcad"):
        copies.put(key, number, copies.mark)
    assert len(copies) == 3
    assert [copies.get(key) for key in "abcd"] == [3, None, 2, 4]


def test_nothing_is_older_than_its_lifetime(monkeypatch: pytest.MonkeyPatch) -> None:
    present = 100.0
    monkeypatch.setattr("fhir.store.cache.monotonic", lambda: present)
    copies = cache(lifetime=10)
    copies.put("a", 1, copies.mark)
    present = 109.0
    assert copies.get("a") == 1
    present = 111.0
    assert copies.get("a") is None
    copies.put("b", 2, copies.mark)
    assert len(copies) == 1


def test_while_the_stream_is_not_followed_nothing_is_kept_or_answered() -> None:
    stream = Following()
    copies = cache(stream=stream)
    copies.put("a", 1, copies.mark)
    stream.followed = False
    assert copies.get("a") is None
    copies.put("b", 2, copies.mark)
    stream.followed = True
    assert (copies.get("a"), copies.get("b")) == (1, None)


def test_what_this_process_changes_is_not_kept_until_the_stream_has_surely_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present = 100.0
    monkeypatch.setattr("fhir.store.cache.monotonic", lambda: present)
    copies = cache()
    copies.put("a", 1, copies.mark)
    mark = copies.mark
    copies.doubt(["a"])
    for each in (mark, copies.mark):
        copies.put("a", 2, each)
        assert copies.get("a") is None
    present = 106.0
    copies.put("a", 3, copies.mark)
    assert copies.get("a") == 3
    assert copies._doubted == {}


@given(st.lists(st.tuples(st.sampled_from(["read", "arrive", "change"]), st.sampled_from("abcd"))))
def test_an_answer_is_never_older_than_the_last_change_that_was_told(steps: list[tuple[str, str]]) -> None:
    """Reads overlap changes in any order; each change is told after it was made."""
    copies, truth, reading = cache(size=2), dict.fromkeys(string.ascii_lowercase, 0), {}
    for step, key in steps:
        if step == "read":
            reading[key] = truth[key], copies.mark
        elif step == "arrive" and key in reading:
            value, mark = reading.pop(key)
            copies.put(key, value, mark)
        elif step == "change":
            truth[key] += 1
            copies.forget([key])
        for each in "abcd":
            assert copies.get(each) in (None, truth[each])
        assert len(copies) <= 2
