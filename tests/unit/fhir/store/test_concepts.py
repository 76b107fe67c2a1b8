from datetime import UTC, datetime, timedelta

import pytest

from fhir.store import Store
from fhir.store.concepts import Concepts, Row, release_of

NOW = datetime(2026, 7, 1, tzinfo=UTC)
OLD, NEW = release_of(NOW - timedelta(days=2)), release_of(NOW - timedelta(days=1))


def row(code: str, order: int, *words: str, above: tuple[str, ...] = ()) -> Row:
    return Row(code, order, {"code": code, "display": code}, above, words, digest=code.encode())


@pytest.fixture
async def concepts(store: Store) -> Concepts:
    found = Concepts(store.database)
    await found.insert(OLD, [row("A", 1, "cough")])
    await found.insert(
        NEW, [row("A", 1, "cough"), row("A.1", 2, "cough", "dry", above=("A",)), row("B", 3, "pain")]
    )
    return found


async def test_a_code_is_found_in_its_release(concepts: Concepts) -> None:
    assert set(await concepts.find(NEW, ["A", "B", "none"])) == {"A", "B"}
    assert set(await concepts.find(OLD, ["A", "B"])) == {"A"}


async def test_a_page_comes_in_the_order_of_the_file(concepts: Concepts) -> None:
    assert [each.code for each in await concepts.page(NEW, {}, offset=1, limit=1)] == ["A.1"]
    assert await concepts.count(NEW, {"a": "A"}) == 1
    assert await concepts.any(NEW, {"t": "pain"})
    assert not await concepts.any(OLD, {"t": "pain"})


async def test_what_shares_most_words_comes_first(concepts: Concepts) -> None:
    found = await concepts.alike(NEW, ["cough", "dry"], 5)
    assert [each.code for each in found] == ["A.1", "A"]


async def test_digests_tell_what_a_release_says(concepts: Concepts) -> None:
    assert {code: digest async for code, digest in concepts.digests(OLD)} == {"A": b"A"}


async def test_a_release_that_nothing_names_is_swept_away(concepts: Concepts) -> None:
    assert await concepts.sweep([NEW]) == 1
    assert await concepts.count(OLD, {}) == 0
    assert await concepts.count(NEW, {}) == 3
