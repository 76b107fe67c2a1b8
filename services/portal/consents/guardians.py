"""Family and guardians whom a rule may name: each once, by name and relation, whoever has recorded them.

FHIR R4 RelatedPerson. Whoever is registered as a parent is one of them, and the only one who looks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auth.moment import now
from auth.store import proxies
from auth.store.proxies import Held
from fhir.resource import Resource, reference_of
from fhir.summary.coding import codings, many
from fhir.summary.patient import names_of
from fhir.summary.wording import Wording, named
from services.portal.visit import Visit

_RELATIONS = {
    "PRN": Wording("父母", "parent"),
    "MTH": Wording("母亲", "mother"),
    "FTH": Wording("父亲", "father"),
    "CHILD": Wording("子女", "child"),
    "CHD": Wording("子女", "child"),
    "SON": Wording("儿子", "son"),
    "DAU": Wording("女儿", "daughter"),
    "SPS": Wording("配偶", "spouse"),
    "SPO": Wording("配偶", "spouse"),
    "SIB": Wording("兄弟姐妹", "brother or sister"),
    "GRPRN": Wording("祖父母", "grandparent"),
    "GRD": Wording("监护人", "guardian"),
    "GUARD": Wording("监护人", "guardian"),
}
"""v3-RoleCode and HL7 table 0063, for what comes as a bare code."""
_NONE = Wording("")
_WIDER = {
    _RELATIONS[closer]: _RELATIONS[wider]
    for closer, wider in (("MTH", "PRN"), ("FTH", "PRN"), ("SON", "CHILD"), ("DAU", "CHILD"))
}
_NAMELESS, _LOOKS = Wording("姓名不明", "name unknown"), Wording("现在代看", "may look now")


@dataclass(frozen=True, slots=True)
class Guardian:
    """One of them: all references under which he is recorded, and the one as which he `looks` now."""

    name: Wording
    references: tuple[str, ...]
    looks: str = ""


async def guardians(visit: Visit, patient: str, people: Sequence[Resource]) -> dict[str, Guardian]:
    """Those of `people` by each of their references; who looks now stands first."""
    members = (await visit.platform.relations.persons([patient]))[patient]
    held = await proxies.of_patients(visit.platform.database, members)
    return among(people, [each for each in held if each.proxy.held(now())])


def among(people: Iterable[Resource], held: Iterable[Held]) -> dict[str, Guardian]:
    """The same, where these proxies last."""
    looking = {each.proxy.related: each.name for each in held if each.proxy.related}
    found: dict[tuple[str, Wording], list[str]] = {}
    for each in people:
        reference = reference_of(each)
        name = next(iter(names_of(each)), looking.get(reference, ""))
        found.setdefault((name, _relation(each)), []).append(reference)
    made = [_guardian(key, references, looking) for key, references in _merged(found).items()]
    made.sort(key=lambda each: not each.looks)
    return {reference: each for each in made for reference in each.references}


def _merged(found: Mapping[tuple[str, Wording], list[str]]) -> dict[tuple[str, Wording], list[str]]:
    """Of one name the relation that says less goes with the only one that says more."""
    merged = {key: list(references) for key, references in found.items()}
    for name, relation in sorted(found, key=lambda key: key[1] == _NONE):
        closer = [other for of, other in merged if of == name and _says_more(other, relation)]
        if name and len(closer) == 1:
            merged[name, closer[0]] += merged.pop((name, relation))
    return merged


def _says_more(one: Wording, other: Wording) -> bool:
    return one != other and (other == _NONE or _WIDER.get(one) == other)


def _guardian(key: tuple[str, Wording], references: list[str], looking: Mapping[str, str]) -> Guardian:
    looks = next((each for each in references if each in looking), "")
    name, relation = Wording(key[0]) if key[0] else _NAMELESS, key[1]
    more = [each for each in (relation, _LOOKS if looks else _NONE) if each]
    if more:
        english = ", ".join(each.english for each in more)
        name = Wording(f"{name}（{'，'.join(more)}）", f"{name.english} ({english})")
    return Guardian(name, tuple(references), looks)


def _relation(person: Resource) -> Wording:
    for concept in many(person.get("relationship")):
        code = next((each["code"] for each in codings(concept) if each.get("code") in _RELATIONS), "")
        if code:
            return _RELATIONS[code]
        if said := named(concept):
            return next((each for each in _RELATIONS.values() if each == said), said)
    return _NONE
