"""A population of a few hundred, linked as a region's is."""

from collections import Counter
from itertools import combinations

from fhir.matching.features import Features, features
from fhir.matching.linkage import Linkage, Records, link
from fhir.matching.model import shipped
from tests.support.person import record
from tests.support.population.person import Population
from tests.support.population.record import Records as Drawn


def population(count: int) -> tuple[list[int], list[Features]]:
    drawn = Drawn(5)
    rows = [
        (person.id, features(each)) for person in Population(4).people(count) for each in drawn.of(person)
    ]
    return [id for id, _ in rows], [each for _, each in rows]


def pairs(groups: list[list[int]]) -> set[tuple[int, int]]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def linked(count: int, processes: int) -> tuple[list[int], Linkage]:
    who, records = population(count)
    return who, link(Records(records, shipped(), population=100_000), processes)


def test_people_are_found_and_none_are_mixed() -> None:
    who, found = linked(600, processes=1)
    people: dict[int, list[int]] = {}
    for at, person in enumerate(who):
        people.setdefault(person, []).append(at)
    true, joined = pairs(list(people.values())), pairs(found.groups)
    assert joined <= true
    assert len(joined) > 0.92 * len(true)


def test_two_processes_find_what_one_finds() -> None:
    (_, one), (_, two) = linked(200, processes=1), linked(200, processes=2)
    assert sorted(map(sorted, one.groups)) == sorted(map(sorted, two.groups))
    assert {pair[:2] for pair in one.reviews} == {pair[:2] for pair in two.reviews}


def test_a_telephone_of_many_links_nobody() -> None:
    village = [
        record(str(at), name=f"王{name}", birth=f"19{50 + at}-02-03", phone="15400000001")
        for at, name in enumerate("甲乙丙丁戊己庚辛壬癸")
    ]
    records = Records([features(each) for each in village], shipped(), population=1000)
    assert records.busy == {"15400000001"}


def test_what_waits_for_a_clerk_is_not_linked() -> None:
    _, found = linked(300, processes=1)
    group = {at: place for place, members in enumerate(found.groups) for at in members}
    outcomes = Counter(
        pair.judgement.outcome.value for pair in found.reviews if group[pair.one] != group[pair.other]
    )
    assert outcomes
