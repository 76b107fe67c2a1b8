"""404 after whole steps of time; security-and-scale.md, line 13."""

import time
from typing import Any

import pytest
from starlette.datastructures import State
from starlette.types import Message, Receive, Scope, Send

from services.api import even_time
from services.api.even_time import Even, partly


async def took(status: int, state: dict[str, Any]) -> float:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        assert message["status"] == status

    started = time.monotonic()
    await Even(app)({"type": "http", "state": state}, receive, send)
    return time.monotonic() - started


async def test_only_what_is_not_found_waits_and_not_for_the_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(even_time, "STEP", 0.2)
    assert await took(404, {}) >= 0.2
    assert await took(200, {"unfound": True}) >= 0.2
    monkeypatch.setattr(even_time, "STEP", 3600.0)  # whoever waits now does not come back
    for status, state in ((200, {}), (410, {}), (404, {"regional": True}), (200, {"unfound": False})):
        await took(status, state)


@pytest.mark.parametrize(
    ("statuses", "found"), [([], True), (["200 OK", "410 Gone"], True), (["200 OK", "404 Not Found"], False)]
)
def test_a_batch_waits_for_one_entry_that_is_not_found(statuses: list[str], found: bool) -> None:
    state = State()
    partly(state, {"resourceType": "Bundle", "entry": [{"response": {"status": each}} for each in statuses]})
    assert state.unfound is not found
