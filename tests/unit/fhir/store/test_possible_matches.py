from datetime import timedelta
from typing import Any

from fhir.store import Store
from fhir.store.document import now
from fhir.store.possible_matches import PossibleMatch, State, Word, name_of
from fhir.store.transaction import Transaction

EVIDENCE = {"levels": {"name": "same"}, "rule": "weight", "weight": 5.0, "model": "test"}


async def within(store: Store, work: Any) -> None:
    async def run(tx: Transaction) -> None:
        await work(tx.session)

    await store.resources.transact(run)


async def opened(store: Store, *pairs: tuple[str, str, float]) -> None:
    for one, other, weight in pairs:
        told = {(one, other): EVIDENCE | {"weight": weight}}
        await within(store, lambda session, told=told: store.possible_matches.open(session, told))


async def said(store: Store, id: str, state: State, **more: Any) -> None:
    word = Word(state, "clerk", now(), "because")
    await within(store, lambda session: store.possible_matches.say(session, id, word, **more))


async def found(store: Store, *states: State) -> list[PossibleMatch]:
    return await store.possible_matches.page(states, limit=10)


async def test_the_most_alike_come_first_page_by_page(store: Store) -> None:
    await opened(store, ("a", "b", 3.0), ("c", "d", 9.0), ("e", "f", 9.0))
    first = await store.possible_matches.page([State.OPEN], limit=2)
    assert [each.id for each in first] == ["c d", "e f"]
    rest = await store.possible_matches.page([State.OPEN], limit=2, after=(first[1].weight, first[1].id))
    assert [each.id for each in rest] == ["a b"]
    assert await store.possible_matches.count(State.OPEN) == 3


async def test_the_name_of_a_pair_has_one_order() -> None:
    assert name_of("b", "a") == name_of("a", "b") == "a b"


async def test_what_was_decided_stays_decided(store: Store) -> None:
    await opened(store, ("a", "b", 3.0))
    await said(store, "a b", State.SEPARATE)
    await opened(store, ("b", "a", 9.0))
    (match,) = await found(store, State.SEPARATE)
    assert (match.weight, [word.reason for word in match.words]) == (3.0, ["because"])


async def test_what_waits_is_told_anew_why(store: Store) -> None:
    await opened(store, ("a", "b", 3.0), ("a", "b", 4.0))
    assert [each.weight for each in await found(store, State.OPEN)] == [4.0]


async def test_what_is_not_possible_any_more_is_withdrawn(store: Store) -> None:
    await opened(store, ("a", "b", 3.0), ("a", "c", 3.0), ("x", "y", 3.0))
    await said(store, "a c", State.SEPARATE)
    await opened(store, ("a", "d", 3.0))
    await within(store, lambda session: store.possible_matches.withdraw(session, "a", ["d"]))
    assert {each.id for each in await found(store, *State)} == {"a c", "a d", "x y"}


async def test_what_somebody_spoke_about_keeps_its_history(store: Store) -> None:
    await opened(store, ("a", "b", 3.0))
    await said(store, "a b", State.LINKED)
    await said(store, "a b", State.OPEN)
    await within(store, lambda session: store.possible_matches.withdraw(session, "a", []))
    (match,) = await found(store, State.SETTLED)
    assert len(match.words) == 2
    await opened(store, ("a", "b", 5.0))
    assert [each.weight for each in await found(store, State.OPEN)] == [5.0]


async def test_what_was_postponed_comes_back(store: Store) -> None:
    await opened(store, ("a", "b", 3.0), ("c", "d", 3.0))
    await said(store, "a b", State.POSTPONED, until=now() - timedelta(minutes=1))
    await said(store, "c d", State.POSTPONED, until=now() + timedelta(days=1))
    assert await store.possible_matches.resume() == 1
    assert [each.id for each in await found(store, State.OPEN)] == ["a b"]
    assert [each.id for each in await found(store, State.POSTPONED)] == ["c d"]


async def test_all_that_concerns_somebody(store: Store) -> None:
    await opened(store, ("a", "b", 3.0), ("b", "c", 3.0), ("x", "y", 3.0))
    assert {each.id for each in await store.possible_matches.of(["b"])} == {"a b", "b c"}
