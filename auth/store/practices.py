"""Practices: until when a practitioner may practise, at all and at each house, as the directory says.

FHIR R4 practitioner.html (qualification.period, active), practitionerrole.html (period, active). Collection
`practices`: what one Practitioner or PractitionerRole says. A post of an account ends with it (`posts.Post`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from pymongo import ASCENDING, DeleteOne, IndexModel, ReplaceOne

from auth.roles import Role
from auth.store.database import Database, Row, Session, collection
from auth.store.posts import Post

_BATCH = 1000
_FOLLOWED = "practices"


@dataclass(frozen=True, slots=True)
class Practice:
    """What the resource `said_by` says: of `organization` (None: of every house), `until` when (None: on).

    A `licence` is for clinicians alone.
    """

    said_by: str
    practitioner: str
    organization: str | None
    until: datetime | None
    licence: bool = False

    @property
    def id(self) -> str:
        """Its row: a resource says one thing of each house."""
        return f"{self.said_by} {'licence' if self.licence else self.organization or ''}"


Known = Mapping[str, Sequence[Practice]]
"""By practitioner."""


async def keep(session: Session, database: Database, said: Iterable[Practice], unsaid: Iterable[str]) -> bool:
    """What is `said` from now on, and the ids of what is not any more; whether that changes anything."""
    writes: list[ReplaceOne[Row] | DeleteOne] = [
        ReplaceOne({"_id": each.id}, asdict(each), upsert=True) for each in said
    ]
    writes += [DeleteOne({"_id": each}) for each in unsaid]
    result = await collection(database, "practices").bulk_write(writes, session=session)
    return bool(result.upserted_count or result.modified_count or result.deleted_count)


async def of(
    database: Database, practitioners: Iterable[str | None], session: Session | None = None
) -> Known:
    """What is known of some practitioners."""
    wanted = sorted({each for each in practitioners if each})
    found: dict[str, list[Practice]] = {}
    for start in range(0, len(wanted), _BATCH):
        which = {"practitioner": {"$in": wanted[start : start + _BATCH]}}
        async for row in collection(database, "practices").find(which, {"_id": 0}, session=session):
            found.setdefault(row["practitioner"], []).append(Practice(**row))
    return found


async def bounded(database: Database, posts: Iterable[Post]) -> tuple[Post, ...]:
    """Posts with the end that the directory sets to each."""
    given = tuple(posts)
    known = await of(database, (post.practitioner for post in given))
    return tuple(bound(post, known) for post in given)


def bound(post: Post, known: Known) -> Post:
    """A post with the end that the directory sets to it; of several posts at one house the last counts."""
    said = known.get(post.practitioner or "", ())
    ends = [each.until for each in said if each.organization is None and _concerns(each, post)]
    here = [
        each.until
        for each in said
        if each.organization is not None and each.organization == post.organization
    ]
    ends.append(_last(here))
    return replace(post, lapses=min((each for each in ends if each is not None), default=None))


def _concerns(practice: Practice, post: Post) -> bool:
    return post.role is Role.CLINICIAN or not practice.licence


def _last(ends: Collection[datetime | None]) -> datetime | None:
    return None if None in ends else max((each for each in ends if each is not None), default=None)


async def followed(database: Database) -> bool:
    """Has all been read that an earlier version had stored?"""
    return await database["upgrades"].find_one({"_id": _FOLLOWED}) is not None


async def follow(database: Database) -> None:
    """It has."""
    await database["upgrades"].replace_one({"_id": _FOLLOWED}, {}, upsert=True)


async def ensure_indexes(database: Database) -> None:
    """By the practitioner."""
    await collection(database, "practices").create_indexes([IndexModel([("practitioner", ASCENDING)])])
