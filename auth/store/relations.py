"""Care relations: which organisation has which resident in its care, and until when.

Collection `relations`, one document per (patient, organisation, kind, practitioner). A relation to one
source Patient is a relation to the person, thus to all Patients linked to it today, unless it is `alone`.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from pymongo import ASCENDING, IndexModel

from auth import moment as clock
from auth.store.database import Database, Row, Session, collection
from auth.store.reach import Reach, Visible, opened
from auth.store.standing import Known, Relation, Standing
from fhir.store.changes import Changes

Linked = Callable[[Sequence[str]], Awaitable[Mapping[str, Sequence[str]]]]
"""`fhir.store` persons.linked: every given Patient with all Patients of its person, itself included."""

ARRIVAL = timedelta(hours=24)
"""How long a walk-in who showed a card or number is open: the visit and the paperwork of the day after."""

REGISTRATION = timedelta(days=365)
_KNOWN_LARGE = 60.0
_ROWS_EACH = 3
_OWN = ("encounter", "registration")
"""Kinds of relations that an organisation has because it recorded something itself."""
GIVEN = "consent"
"""Kind of what a Consent of the resident opens."""
GRANTED = "grant"
"""Kind of what a privacy officer has opened, for a reason and until a day."""
GUEST = "guest"
"""Kind of what opens nothing: a system of the organisation reports visits with another house's Patient."""
_AT_ONCE = 10_000
_SHOWN = {
    "_id": 0,
    "patient": 1,
    "kind": 1,
    "practitioner": 1,
    "alone": 1,
    "guest": 1,
    "since": 1,
    "until": 1,
}
_PARTS = ("patient", "organization", "kind", "practitioner")


class Relations:
    """The relations of one platform; `linked` is the store's persons.linked."""

    def __init__(self, database: Database, linked: Linked, changes: Changes) -> None:
        self._relations = collection(database, "relations")
        self._linked = linked
        self._reach = Reach(changes)
        self._standing = Standing(changes)
        self._large: dict[tuple[str, str | None], float] = {}
        self._supposed: Mapping[str, frozenset[str]] | None = None

    def supposing(self, granted: Mapping[str, frozenset[str]]) -> "Relations":
        """As it would be if of all Consents those alone opened a file that are `granted`: organisation to
        Patients. For a look ahead."""
        other = copy(self)
        other._supposed = granted
        return other

    async def encounter(
        self,
        session: Session | None,
        patient: str,
        organization: str,
        moment: datetime,
        source: str = "",
        *,
        first: datetime | None = None,
    ) -> None:
        """Care at `organization` (since `first`) until `moment`: related for twelve months from then.

        A later moment extends, an older one never shortens; a moment in the future counts as now.
        """
        last = min(clock.milliseconds(moment), clock.now())
        since = last if first is None else min(clock.milliseconds(first), last)
        key = _key(patient, organization, "encounter", None)
        alone = await self._registered_alone(session, patient, organization)
        guest = await self._has(session, patient, organization, GUEST)
        until = clock.a_year_after(last)
        await self._extend(session, key, since, until, "care", source, alone=alone, guest=guest)

    async def recount(
        self, session: Session | None, patient: str, organization: str, moments: Sequence[datetime]
    ) -> None:
        """A visit counts no more: the relation lasts as long as the others (`moments`) say, or ends."""
        key = {"_id": _name(_key(patient, organization, "encounter", None))}
        self._doubt(patient, organization)
        if not moments:
            await self._relations.delete_one(key, session=session)
            return
        last, first = (min(clock.milliseconds(each(moments)), clock.now()) for each in (max, min))
        change = {"since": first, "until": clock.a_year_after(last)}
        await self._relations.update_one(key, {"$set": change}, session=session)

    async def _registered_alone(self, session: Session | None, patient: str, organization: str) -> bool:
        """Does the organisation know this Patient only because it made it itself?

        Then its own visits open that Patient alone: else a known citizen number and two requests would open
        the file that others keep. An arrival or a grant opens the person.
        """
        return await self._has(session, patient, organization, "registration")

    async def _has(self, session: Session | None, patient: str, organization: str, *kinds: str) -> bool:
        """Is there a relation of one of these kinds, in force or not?"""
        keys = [_name(_key(patient, organization, kind, None)) for kind in kinds]
        return await self._relations.find_one({"_id": {"$in": keys}}, {"_id": 1}, session=session) is not None

    async def entrust(
        self,
        session: Session | None,
        patient: str,
        organization: str,
        kind: str,
        spans: Sequence[tuple[datetime, datetime]],
    ) -> None:
        """What all referrals (or contracts) of `patient` to `organization` say together; none ends it.

        With a Patient that a clinic made itself they open that one alone, as its visits do; what the resident
        gives opens the person.
        """
        key = _key(patient, organization, kind, None)
        self._doubt(patient, organization)
        if not spans:
            await self._relations.delete_one({"_id": _name(key)}, session=session)
            return
        made = {"patient": patient, "kind": "registration"}
        found = None if kind == GIVEN else await self._relations.find_one(made, {"_id": 1}, session=session)
        since = min(clock.milliseconds(begun) for begun, _ in spans)
        until = max(clock.milliseconds(ended) for _, ended in spans)
        change = {"since": since, "until": until, "alone": found is not None, "reason": kind, "source": ""}
        await self._relations.update_one(
            {"_id": _name(key)}, {"$set": key | change}, upsert=True, session=session
        )

    async def visit_as_guest(self, session: Session | None, patient: str, organization: str) -> None:
        """A system of `organization` is about to report a visit: where the Patient is another house's, the
        visit opens the file and does not make it the organisation's own, or one request would lift labels."""
        if await self._has(session, patient, organization, *_OWN):
            return
        now = clock.now()
        await self._extend(session, _key(patient, organization, GUEST, None), now, now, "visit", "")

    async def arrive(
        self, session: Session | None, patient: str, organization: str, reason: str, source: str = ""
    ) -> datetime:
        """A walk-in who showed a card or number: related for 24 hours; returns the end."""
        since = clock.now()
        until = since + ARRIVAL
        key = _key(patient, organization, "arrival", None)
        await self._extend(session, key, since, until, reason, source)
        return until

    async def register(
        self, session: Session | None, patient: str, organization: str, source: str = ""
    ) -> None:
        """`organization` has created `patient`: it works on that Patient, and on that one alone.

        Else whoever registers a person under a known number would be handed the file that others keep.
        """
        since = clock.now()
        key = _key(patient, organization, "registration", None)
        await self._extend(session, key, since, since + REGISTRATION, "registered", source, alone=True)

    async def grant(
        self,
        session: Session | None,
        patient: str,
        organization: str,
        until: datetime,
        reason: str,
        source: str = "",
        practitioner: str | None = None,
    ) -> None:
        """An explicit grant until `until`, to the organisation or to one practitioner at it.

        The last word holds: a grant given anew may also shorten (with `until` in the past it withdraws).
        """
        key = _key(patient, organization, GRANTED, practitioner)
        self._doubt(patient, organization)
        change = {"until": clock.milliseconds(until), "reason": reason, "source": source, "alone": False}
        await self._relations.update_one(
            {"_id": _name(key)},
            {"$set": key | change, "$min": {"since": clock.now()}},
            upsert=True,
            session=session,
        )

    async def _extend(
        self,
        session: Session | None,
        key: Row,
        since: datetime,
        until: datetime,
        reason: str,
        source: str,
        alone: bool = False,
        guest: bool = False,
    ) -> None:
        self._doubt(key["patient"], key["organization"])
        await self._relations.update_one(
            {"_id": _name(key)},
            {
                "$setOnInsert": key | {"alone": alone, "guest": guest, "reason": reason, "source": source},
                "$min": {"since": since},
                "$max": {"until": until},
            },
            upsert=True,
            session=session,
        )

    def _doubt(self, patient: str, organization: str) -> None:
        """A relation of the two is about to change: what is known of them is read anew for a while."""
        self._reach.doubt(organization)
        self._standing.doubt(organization, patient)

    async def persons(self, patients: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Every given Patient with all Patients of its person (itself included, whatever the links say)."""
        linked = await self._linked(patients) if patients else {}
        return {patient: tuple(dict.fromkeys([patient, *linked.get(patient, ())])) for patient in patients}

    async def every(self, organization: str, practitioner: str | None, limit: int) -> frozenset[str] | None:
        """All source Patients related to the organisation now, or None when there are more than `limit`."""
        if self._supposed is not None:
            return None
        if practitioner is None and (known := self._reach.of(organization)) is not None:
            return known.patients if len(known.patients) <= limit else None
        if self._large.get((organization, practitioner), 0.0) > monotonic():
            return None
        mark, most = self._reach.mark, _ROWS_EACH * limit
        rows = await self._find(organization, practitioner, most + 1)
        if len(rows) <= most:
            whole, alone = opened(rows)
            visible = alone.union(*(await self.persons(sorted(whole))).values())
            if len(visible) <= limit:
                if practitioner is None:
                    until = min((row["until"] for row in rows), default=None)
                    own = frozenset(
                        row["patient"] for row in rows if row["kind"] in _OWN and not row.get("guest")
                    )
                    self._reach.keep(organization, Visible(visible, own, until), mark)
                return visible
        # Not a shortcut in access: who is told "many" asks `among`, which looks at every single owner.
        self._large[(organization, practitioner)] = monotonic() + _KNOWN_LARGE
        return None

    async def among(
        self, organization: str, practitioner: str | None, owners: Iterable[str]
    ) -> frozenset[str]:
        """Those of `owners` that are related to the organisation now."""
        patients = sorted({owner for owner in owners if owner.startswith("Patient/")})
        every = self._reach.of(organization) if self._supposed is None else None
        if not patients or (every is not None and every.patients.issuperset(patients)):
            return frozenset(patients)
        persons = await self.persons(patients)
        members = {member for person in persons.values() for member in person}
        known = self._standing.known(organization, members)
        relations = known | await self._read(organization, members - known.keys())
        found = self._related(organization, practitioner, persons, relations)
        # Another process may have related them a moment ago: whoever is refused has been looked up just now.
        refused = {member for each in persons.keys() - found for member in persons[each]}
        if stale := refused & known.keys():
            relations |= await self._read(organization, stale)
            found = self._related(organization, practitioner, persons, relations)
        return found

    def _related(
        self,
        organization: str,
        practitioner: str | None,
        persons: Mapping[str, Sequence[str]],
        relations: Mapping[str, Known],
    ) -> frozenset[str]:
        """The Patients that these relations of theirs, or of others of their persons, open."""
        now, supposed = clock.now(), self._supposed
        whole: set[str] = set() if supposed is None else set(supposed.get(organization, ()))
        alone: set[str] = set()
        for patient, theirs in relations.items():
            for each in theirs:
                if each.holds(practitioner, now) and (supposed is None or each.kind != GIVEN):
                    (alone if each.alone else whole).add(patient)
        return frozenset(
            patient for patient in persons if patient in alone or not whole.isdisjoint(persons[patient])
        )

    async def _read(self, organization: str, patients: Collection[str]) -> dict[str, Known]:
        """All relations of the organisation to each of these Patients, in force or not."""
        if not patients:
            return {}
        mark = self._standing.mark
        found: dict[str, Known] = dict.fromkeys(patients, ())
        filter: Row = {"organization": organization, "patient": {"$in": sorted(patients)}}
        async for row in self._relations.find(filter, _SHOWN, batch_size=_AT_ONCE):
            found[row["patient"]] += (Relation.of(row),)
        self._standing.keep(organization, found, mark)
        return found

    async def own(self, organization: str, owners: Iterable[str]) -> frozenset[str]:
        """Those of `owners` under which the organisation itself has recorded: by visits, or as it made them.

        A Patient of another house that is the same person is not its own.
        """
        asked = frozenset(owner for owner in owners if owner.startswith("Patient/"))
        every = self._reach.of(organization)
        if not asked or (every is not None and every.patients >= asked):
            return asked if every is None else asked & every.own
        known = self._standing.known(organization, asked)
        relations = known | await self._read(organization, asked - known.keys())
        return frozenset(
            patient
            for patient, theirs in relations.items()
            if any(each.kind in _OWN and not each.guest for each in theirs)
        )

    async def granted(
        self, organization: str, practitioner: str | None, owners: Collection[str]
    ) -> frozenset[str]:
        """Those of `owners` whose persons' files an explicit grant opens to the house or to him now."""
        persons = await self.persons(sorted(owners))
        members = {member for person in persons.values() for member in person}
        known = self._standing.known(organization, members)
        relations = known | await self._read(organization, members - known.keys())
        now = clock.now()
        open = {
            patient
            for patient, theirs in relations.items()
            if any(each.kind == GRANTED and each.holds(practitioner, now) for each in theirs)
        }
        return frozenset(owner for owner in owners if not open.isdisjoint(persons[owner]))

    async def leave(self, session: Session | None, patients: Collection[str], organization: str) -> None:
        """`organization` is not the home of these Patients any more: its registration of them ends now."""
        now = clock.now()
        for patient in sorted(patients):
            self._doubt(patient, organization)
            key = {"_id": _name(_key(patient, organization, "registration", None)), "until": {"$gt": now}}
            await self._relations.update_one(key, {"$set": {"until": now}}, session=session)

    async def grounds(self, patients: Collection[str]) -> list[tuple[str, Relation]]:
        """What is known of houses and these Patients, in force or over: the house, and its relation."""
        filter: Row = {"patient": {"$in": sorted(patients)}}
        rows = await self._relations.find(filter, _SHOWN | {"organization": 1}).to_list()
        return [(row["organization"], Relation.of(row)) for row in rows]

    async def houses(self, patient: str) -> list[str]:
        """The organisations that the person of `patient` is related to now."""
        persons = await self.persons([patient])
        now = {"patient": {"$in": list(persons[patient])}, "until": {"$gt": clock.now()}}
        return sorted(await self._relations.distinct("organization", now))

    async def _find(self, organization: str, practitioner: str | None, most: int) -> list[Row]:
        """At most `most` of the relations in force now."""
        now = clock.now()
        filter: Row = {
            "organization": organization,
            "practitioner": {"$in": [None, practitioner]},
            "until": {"$gt": now},
            "since": {"$not": {"$gt": now}},
        }
        return await self._relations.find(filter, _SHOWN, batch_size=_AT_ONCE).limit(most).to_list()


def _key(patient: str, organization: str, kind: str, practitioner: str | None) -> dict[str, Any]:
    return dict(zip(_PARTS, (patient, organization, kind, practitioner), strict=True))


def _name(key: Row) -> str:
    """The unique key, spelled out as the _id: an upsert is then safe under a race, without a second index."""
    return " ".join(str(key[part] or "-") for part in _PARTS)


async def ensure_indexes(database: Database) -> None:
    """By organisation (a list of residents) and by patient (is this one related?)."""
    await collection(database, "relations").create_indexes(
        [
            IndexModel([("organization", ASCENDING), ("until", ASCENDING), ("patient", ASCENDING)]),
            IndexModel([("patient", ASCENDING), ("organization", ASCENDING)]),
        ]
    )
