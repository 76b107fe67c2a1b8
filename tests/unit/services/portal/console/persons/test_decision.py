"""Decisions: a reason is kept sealed, and told with the name of who decided."""

from datetime import UTC, datetime

from fhir.store.possible_matches import State, Word
from services.portal.console.persons.decision import SAID, STATES, said, sealed
from tests.unit.services.portal.console.conftest import Desk, desk, platform

__all__ = ["desk", "platform"]
NOW = datetime(2026, 11, 26, tzinfo=UTC)


def test_every_state_has_its_words() -> None:
    assert set(STATES) == set(State)
    assert set(SAID) == set(State) - {State.SETTLED}, "nobody says that"


async def test_the_newest_word_comes_first_by_name_and_opened(desk: Desk) -> None:
    account = await desk.platform.database["accounts"].find_one({"login": "htest-steward"})
    assert account is not None
    kept = await sealed(desk.platform.store.vault, "她姐姐来过")
    assert "姐" not in kept
    words = [
        Word(State.LINKED, account["_id"], NOW, kept),
        Word(State.OPEN, "gone", NOW, "what the platform says"),
    ]
    first, second = await said(desk.platform, words)
    assert (first.what, first.by, first.reason) == ("撤回了决定", "gone", "what the platform says")
    assert (second.what, second.by, second.reason) == ("合并", "演示", "她姐姐来过")
