import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest
from starlette.types import Message, Receive, Scope, Send

from services.garbage import IN_AN_ANSWER, YOUNG, Tidied, between_answers, tidy


class Held:
    """What a cycle holds; it has to be gone when the cycle is."""


@pytest.fixture(autouse=True)
def _by_hand() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def _cycle(size: int) -> "weakref.ref[Held]":
    held = Held()
    members: list[object] = [held, *([] for _ in range(size))]
    members.append(members)
    return weakref.ref(held)


def test_a_large_cycle_goes_and_a_small_one_waits() -> None:
    small = _cycle(3)
    tidy()
    assert small() is not None
    large = _cycle(YOUNG)
    tidy()
    assert large() is None
    assert small() is None


async def test_what_an_answer_leaves_goes_after_it() -> None:
    left: list[weakref.ref[Held]] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        left.append(_cycle(YOUNG))
        await send({"type": "http.response.body"})

    async def send(message: Message) -> None:
        assert left[0]() is not None

    async def receive() -> Message:
        return {"type": "http.request"}

    await Tidied(page)({"type": "http"}, receive, send)
    assert left[0]() is not None
    await asyncio.sleep(0)
    assert left[0]() is None


async def test_what_a_small_answer_leaves_waits_for_the_large_one_beside_it() -> None:
    left: list[weakref.ref[Held]] = []
    made = asyncio.Event()

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        left.append(_cycle(YOUNG))
        if scope["path"] == "/large":
            await made.wait()

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        raise AssertionError

    tidied = Tidied(page)
    large = asyncio.create_task(tidied({"type": "http", "path": "/large"}, receive, send))
    await asyncio.sleep(0)
    await tidied({"type": "http", "path": "/small"}, receive, send)
    await asyncio.sleep(0)
    assert [each() is None for each in left] == [False, False]
    made.set()
    await large
    await asyncio.sleep(0)
    assert [each() is None for each in left] == [True, True]


async def test_what_a_failed_answer_leaves_goes_too() -> None:
    left: list[weakref.ref[Held]] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        left.append(_cycle(YOUNG))
        raise OSError("lost")

    async def nothing() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        raise AssertionError

    with pytest.raises(OSError, match="lost"):
        await Tidied(page)({"type": "http"}, nothing, send)
    await asyncio.sleep(0)
    assert left[0]() is None


async def test_no_look_in_the_middle_of_an_answer_as_long_as_it_serves() -> None:
    before = gc.get_threshold()
    async with between_answers():
        assert gc.get_threshold()[0] == IN_AN_ANSWER
    assert gc.get_threshold() == before
