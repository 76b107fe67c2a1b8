from datetime import UTC, datetime

from services.portal.console.quality import NOTHING, quality
from services.tallies import FLAWS, Tally

HOUR = datetime(2026, 11, 26, 12, tzinfo=UTC)


def tally(messages: int, flawed: int = 0, **flaws: int) -> Tally:
    return Tally(HOUR, "S", "AA", messages, flawed, flaws)


def test_nothing_came_is_no_score() -> None:
    assert quality([]) == NOTHING


def test_line_66_the_score_is_the_share_without_a_flaw_and_says_why() -> None:
    found = quality([tally(3, 1, unmapped=1), tally(1, 1, unmapped=1, missing=1)])
    assert (found.score, found.messages) == (50, 4)
    assert [count for _, count in found.reasons] == [2, 1]


def test_line_66_each_flaw_has_its_words() -> None:
    found = quality([tally(9, 9, **dict.fromkeys(FLAWS, 9))])
    assert (found.score, len({text for text, _ in found.reasons})) == (0, len(FLAWS))
