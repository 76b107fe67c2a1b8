"""Post: that a person works in a role, at an organisation, from a moment to a moment.

FHIR R4 PractitionerRole (practitioner, organization, code, period). A post is part of the row of its account.
"""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from auth import moment
from auth.roles import Role
from auth.store.database import Row


@dataclass(frozen=True, slots=True)
class Post:
    """One post; references are relative, `ends` is the first moment at which it is over.

    An `administrator` also keeps the accounts of the clinicians of its organisation. `lapses` is when the
    directory ends it (`auth.store.practices`), which a licence that is renewed moves.
    """

    id: str
    role: Role
    organization: str | None
    practitioner: str | None
    begins: datetime
    ends: datetime | None = None
    administrator: bool = False
    lapses: datetime | None = None

    @property
    def until(self) -> datetime | None:
        """The first moment at which it is over, whoever has said so."""
        return min((each for each in (self.ends, self.lapses) if each), default=None)

    def held(self, at: datetime) -> bool:
        """Has it begun, and is it not over?"""
        return self.begins <= at and not self.over(at)

    def over(self, at: datetime) -> bool:
        """Has it ended?"""
        return self.until is not None and self.until <= at


def fresh(
    role: Role,
    organization: str | None = None,
    practitioner: str | None = None,
    *,
    begins: datetime | None = None,
    ends: datetime | None = None,
    administrator: bool = False,
) -> Post:
    """A new post; it begins now where nothing else is said."""
    start = begins or moment.now()
    return Post(f"post-{secrets.token_hex(8)}", role, organization, practitioner, start, ends, administrator)


def first_moment(day: date) -> datetime:
    """The moment at which `day` begins where the platform's people live."""
    return moment.milliseconds(datetime.combine(day, time.min, moment.LOCAL))


def end_of(day: date) -> datetime:
    """The moment at which `day`, the last of a post, is over."""
    return first_moment(day + timedelta(days=1))


def rows(posts: Iterable[Post]) -> list[Row]:
    """As they are stored."""
    return [_row(post) for post in posts]


def _row(post: Post) -> Row:
    row = asdict(post) | {"role": post.role.value}
    if post.lapses is None:
        del row["lapses"]
    return row


def stored(rows: Iterable[Row]) -> tuple[Post, ...]:
    """As they were stored."""
    return tuple(Post(**row | {"role": Role(row["role"])}) for row in rows)
