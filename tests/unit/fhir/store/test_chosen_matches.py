"""The list of possible matches: which are chosen, in which order, page by page."""

from typing import Any

from fhir.store import Store
from fhir.store.possible_matches import Chosen, State
from services.worker.linking import link
from tests.support.person import record

HERE, THERE = "Organization/h1", "Organization/h2"
WANG: dict[str, Any] = {"name": "王建国", "sex": "male", "birth": "1958-03-12"}
BABY: dict[str, Any] = {"sex": "female", "birth": "2024-05-06", "phone": "15400000007"}
LEE: dict[str, Any] = {"name": "李秀英", "sex": "female", "birth": "1960-02-03"}


async def fill(store: Store) -> None:
    async def work(tx: Any) -> None:
        for house, patient in (
            (HERE, record("a", **WANG, number="510104195803129013")),
            (HERE, record("b", **WANG)),
            (HERE, record("c", **LEE, number="510104196002030026")),
            (THERE, record("d", **LEE)),
            (None, record("e", **BABY, name="张三之女")),
            (None, record("f", **BABY, name="李佳", mother="张三")),
        ):
            tx.put(patient, recorder=house)

    await store.resources.transact(work)
    await link(store)


async def ids(store: Store, chosen: Chosen, **more: Any) -> list[str]:
    found = await store.possible_matches.page(chosen, limit=more.pop("limit", 10), **more)
    return [each.id.replace("Patient/", "") for each in found]


async def test_of_a_house_are_the_pairs_that_it_has_recorded_both(store: Store) -> None:
    await fill(store)
    waiting = [State.OPEN]
    assert sorted(await ids(store, Chosen(waiting))) == ["a b", "c d", "e f"]
    assert await ids(store, Chosen(waiting, HERE)) == ["a b"]
    assert await ids(store, Chosen(waiting, THERE)) == []
    assert await store.possible_matches.count(Chosen(waiting, HERE)) == 1
    assert await store.possible_matches.count(State.OPEN) == 3


async def test_people_without_a_name_are_found_by_themselves(store: Store) -> None:
    await fill(store)
    assert await ids(store, Chosen([State.OPEN], unnamed=True)) == ["e f"]
    assert await ids(store, Chosen([State.OPEN], HERE, unnamed=True)) == []


async def test_the_most_alike_come_first_page_by_page(store: Store) -> None:
    await fill(store)
    whole = await store.possible_matches.page([State.OPEN], limit=10)
    weights = [each.weight for each in whole]
    assert weights == sorted(weights, reverse=True)
    one_by_one, after = [], None
    while found := await store.possible_matches.page([State.OPEN], limit=1, after=after):
        one_by_one += found
        after = found[0].weight, found[0].id
    assert one_by_one == whole
