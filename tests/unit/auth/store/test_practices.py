"""Practices: which end the directory sets to a post."""

from datetime import UTC, datetime

import pytest

from auth.roles import Role
from auth.store import posts
from auth.store.practices import Practice, bound

MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7))
WHO, H1, H2 = "Practitioner/p", "Organization/h1", "Organization/h2"


def role(id: str, house: str, until: datetime | None) -> Practice:
    return Practice(f"PractitionerRole/{id}", WHO, house, until)


def licence(until: datetime | None) -> Practice:
    return Practice(WHO, WHO, None, until, licence=True)


GONE = Practice(WHO, WHO, None, MAY)


@pytest.mark.parametrize(
    ("said", "of", "expected"),
    [
        ([], Role.CLINICIAN, None),
        ([licence(JUNE)], Role.CLINICIAN, JUNE),
        ([licence(JUNE)], Role.STEWARD, None),
        ([licence(JUNE), GONE], Role.STEWARD, MAY),
        ([role("a", H1, JUNE)], Role.STEWARD, JUNE),
        ([role("a", H1, JUNE), role("b", H1, JULY)], Role.CLINICIAN, JULY),
        ([role("a", H1, JUNE), role("b", H1, None)], Role.CLINICIAN, None),
        ([role("a", H2, JUNE)], Role.CLINICIAN, None),
        ([role("a", H1, JULY), licence(JUNE)], Role.CLINICIAN, JUNE),
    ],
)
def test_bound(said: list[Practice], of: Role, expected: datetime | None) -> None:
    post = posts.fresh(of, H1, WHO, ends=None)
    assert bound(post, {WHO: said}).lapses == expected
    assert bound(post, {"Practitioner/other": said}).lapses is None


def test_of_two_ends_the_earlier_one_counts() -> None:
    for ends, lapses, until in ((MAY, JUNE, MAY), (JULY, JUNE, JUNE), (None, JUNE, JUNE), (MAY, None, MAY)):
        post = posts.Post("p", Role.CLINICIAN, H1, WHO, MAY, ends, lapses=lapses)
        assert post.until == until
        assert post.over(until)
        assert posts.stored(posts.rows([post])) == (post,)
    assert "lapses" not in posts.rows([posts.fresh(Role.AUDITOR)])[0]
