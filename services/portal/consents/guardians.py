"""Family and guardians whom a rule may name: each once, by name and relation, whoever has recorded them.

FHIR R4 RelatedPerson. Whoever is registered as a parent is one of them, and the only one who looks. A rule
names one reference by which he looks, and reaches the account.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType

from auth.moment import now
from auth.store import proxies
from auth.store.proxies import Held
from fhir.resource import Resource, reference_of
from fhir.summary.code_name import code_names
from fhir.summary.coding import codings, many
from fhir.summary.patient import names_of
from fhir.summary.source import owner_of
from fhir.summary.wording import Wording, named
from services.portal.visit import Visit

_RELATIONS = {
    code: Wording(chinese, english[:1].lower() + english[1:])
    for code, (chinese, english) in code_names("http://terminology.hl7.org/CodeSystem/v3-RoleCode").items()
}
_FORMER = {"CHD": "CHILD", "SPO": "SPS", "GRD": "GUARD"}
"""HL7 table 0063, for what comes as a bare code."""
_NONE = Wording("")
_WIDER = {
    _RELATIONS[closer]: _RELATIONS[wider]
    for closer, wider in (("MTH", "PRN"), ("FTH", "PRN"), ("SON", "CHILD"), ("DAU", "CHILD"))
}
_NAMELESS, _LOOKS = Wording("姓名不明", "name unknown"), Wording("现在代看", "may look now")


@dataclass(frozen=True, slots=True)
class Guardian:
    """One of them: all references under which he is recorded, and those by which he `looks` now (a rule on
    any of them reaches him); `more` is what else is told of him."""

    name: Wording
    references: tuple[str, ...]
    looks: tuple[str, ...] = ()
    more: tuple[Wording, ...] = ()

    @property
    def reference(self) -> str:
        """The one by which a rule names him."""
        return (self.looks or self.references)[0]

    def called(self, reference: str) -> Wording:
        """What he is called where one of his references is named: that he looks is told of those alone
        by which he does."""
        more = [*self.more, *([_LOOKS] if reference in self.looks else [])]
        if not more:
            return self.name
        english = ", ".join(each.english for each in more)
        return Wording(f"{self.name}（{'，'.join(more)}）", f"{self.name.english} ({english})")


@dataclass(frozen=True, slots=True)
class _Record:
    """One RelatedPerson, and the login of the account that looks as him."""

    reference: str
    name: str
    relation: Wording
    house: str
    login: str


async def guardians(
    visit: Visit, patient: str, people: Sequence[Resource], homes: Mapping[str, str]
) -> dict[str, Guardian]:
    """Those of `people` by each of their references, who looks now first; `homes` are houses by Patient."""
    members = (await visit.platform.relations.persons([patient]))[patient]
    held = await proxies.of_patients(visit.platform.database, members)
    return among(people, [each for each in held if each.proxy.held(now())], homes)


def among(
    people: Iterable[Resource], held: Iterable[Held], homes: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Guardian]:
    """The same, where these proxies last."""
    looking = {each.proxy.related: each for each in held if each.proxy.related}
    records = [
        _record(each, looking.pop(reference_of(each), None), homes.get(owner_of(each), "")) for each in people
    ]
    lost = [_Record(gone, each.name, _RELATIONS["PRN"], "", each.login) for gone, each in looking.items()]
    groups = _united(part for group in _alike([*records, *lost]) for part in _apart(group))
    made = sorted(map(_guardian, groups), key=lambda each: not each.looks)
    logins = {each.reference: each.login for each in (*records, *lost)}
    told = [_told_apart(each, made, logins) for each in made]
    return {reference: each for each in told for reference in each.references}


def _record(person: Resource, held: Held | None, house: str) -> _Record:
    name = next(iter(names_of(person)), held.name if held else "")
    login = held.login if held else ""
    return _Record(reference_of(person), name, _relation(person), house, login)


def _alike(records: Iterable[_Record]) -> Iterator[list[_Record]]:
    """Those of one name whose relations may be one; of whom no name is known, each alone."""
    for name, group in groupby(sorted(records, key=lambda each: each.name), key=lambda each: each.name):
        if name:
            yield from _merged(list(group))
        else:
            yield from ([each] for each in group)


def _merged(records: Sequence[_Record]) -> list[list[_Record]]:
    """The relation that says less goes with the only one that says more."""
    found: dict[Wording, list[_Record]] = {}
    for each in records:
        found.setdefault(each.relation, []).append(each)
    for relation in sorted(found, key=lambda each: each == _NONE):
        closer = [each for each in found if _says_more(each, relation)]
        if len(closer) == 1:
            found[closer[0]] += found.pop(relation)
    return list(found.values())


def _says_more(one: Wording, other: Wording) -> bool:
    return one != other and (other == _NONE or _WIDER.get(one) == other)


def _apart(group: list[_Record]) -> list[list[_Record]]:
    """Several who look are several, and nobody knows of which of them the others speak."""
    logins = dict.fromkeys(each.login for each in group if each.login)
    if len(logins) < 2:
        return [group]
    parts = ([each for each in group if each.login == login] for login in (*logins, ""))
    return [part for part in parts if part]


def _united(groups: Iterable[list[_Record]]) -> list[list[_Record]]:
    """One account is one person, whatever its records are called."""
    found: dict[str, list[_Record]] = {}
    for group in groups:
        login = next((each.login for each in group if each.login), "")
        found.setdefault(login or group[0].reference, []).extend(group)
    return list(found.values())


def _guardian(group: Sequence[_Record]) -> Guardian:
    first, looks = group[0], tuple(each.reference for each in group if each.login)
    relation = max((each.relation for each in group), key=lambda each: bool(each) + (each in _WIDER))
    house = Wording("" if first.name else first.house)
    more = tuple(each for each in (relation, house) if each)
    references = tuple(each.reference for each in group)
    return Guardian(Wording(first.name) if first.name else _NAMELESS, references, looks, more)


def _told_apart(guardian: Guardian, others: Iterable[Guardian], logins: Mapping[str, str]) -> Guardian:
    """With the login by which he looks, where another who looks is called the same."""
    name = guardian.called(guardian.reference)
    alike = [each for each in others if each.looks and each.called(each.reference) == name]
    if not guardian.looks or len(alike) < 2:
        return guardian
    login = logins[guardian.reference]
    return replace(guardian, more=(*guardian.more, Wording(f"账号 {login}", f"user name {login}")))


def _relation(person: Resource) -> Wording:
    for concept in many(person.get("relationship")):
        said = [_FORMER.get(each["code"], each["code"]) for each in codings(concept) if each.get("code")]
        if code := next((each for each in said if each in _RELATIONS), ""):
            return _RELATIONS[code]
        if name := named(concept):
            return next((each for each in _RELATIONS.values() if each == name), name)
    return _NONE
