"""Person: the records that are one person's today, and why each is linked with which.

IHE PIXm; issue 6. A link is there for an equal citizen number, a hospital's merge, record linkage with its
evidence, or a steward's word.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fhir.matching.judgement import Outcome, Rule
from fhir.store.persons import By
from services.portal.catalogue import mark
from services.portal.console.persons.comparison import name_slip, told, unnamed
from services.portal.console.persons.likeness import reason, sentence
from services.portal.console.persons.pair import address
from services.portal.console.persons.record import Record, records
from services.portal.visit import Visit

_NUMBER = mark("身份证号相同，姓名或出生日期也对得上")
_BY = {
    By.FEED: mark("医院的合并消息"),
    By.MATCHER: mark("系统比对"),
    By.MERGE: mark("业务系统的合并（$merge）"),
    By.CLERK: mark("数据管理员的决定"),
}


@dataclass(frozen=True, slots=True)
class Bond:
    """Records that are linked, and why: a msgid, with the sentence of record linkage where it was that."""

    records: Sequence[Record]
    why: str
    phrases: Sequence[str] = ()
    reason: str = ""

    @property
    def address(self) -> str:
        """The page of the two; none of more than two that bear one number."""
        return address(*(each.reference for each in self.records)) if len(self.records) == 2 else ""


@dataclass(frozen=True, slots=True)
class Person:
    """The records that a steward may see of one person, the one that he came for first."""

    records: list[Record]
    bonds: list[Bond]

    @property
    def others(self) -> list[Record]:
        """All but the first."""
        return self.records[1:]


async def person_of(visit: Visit, record: Record) -> Person:
    """The person of one record."""
    return (await persons_of(visit, [record]))[0]


async def persons_of(visit: Visit, found: Iterable[Record]) -> list[Person]:
    """The persons of some records, each once, in their order."""
    known = {each.reference: each for each in found}
    persons = visit.platform.store.persons
    linked = await persons.linked(known)
    members = {member for some in linked.values() for member in some}
    seen = known | await records(visit.context, sorted(members - known.keys()))
    made: dict[frozenset[str], Person] = {}
    for reference in known:
        whole = frozenset(linked[reference])
        if whole not in made:
            own = [seen[each] for each in (reference, *sorted(whole - {reference})) if each in seen]
            made[whole] = Person(own, _bonds(await persons.connected([reference]), seen))
    return list(made.values())


def _bonds(rows: Iterable[dict[str, Any]], seen: Mapping[str, Record]) -> list[Bond]:
    """Every link between records that may be seen."""
    found = (([seen[each] for each in sorted(row["members"]) if each in seen], row) for row in rows)
    return [bond for linked, row in found if len(linked) > 1 for bond in _of_row(row, linked)]


def _of_row(row: dict[str, Any], linked: Sequence[Record]) -> Iterable[Bond]:
    if "link" not in row:
        yield Bond(linked, _NUMBER)
        return
    evidence = row.get("evidence") or {}
    for by in row.get("by", [By.FEED.value]):
        if by == By.MATCHER.value and evidence:
            yield _evident(linked[0], linked[1], evidence)
        else:
            yield Bond(linked, _BY[By(by)])


def _evident(one: Record, other: Record, evidence: Mapping[str, Any]) -> Bond:
    """A link of record linkage, with what it went by."""
    phrases = sentence(told(one, other, evidence["levels"]), name_slip(one, other))
    why = reason(Rule(evidence["rule"]), Outcome.LINK, unnamed(one, other))
    return Bond((one, other), _BY[By.MATCHER], phrases, why)
