"""Which words say that a drug is taken, and who has stopped it."""

from typing import Any

from fhir.summary.drug_word import Word
from fhir.summary.source import Sources
from fhir.summary.taking import in_use, interrupted
from tests.support.people import JINJIANG, TODAY, organizations, patient, request

SOURCES = Sources(
    [patient(), patient("p2", JINJIANG)], {f"Organization/{each['id']}": each for each in organizations()}
)


def word(days: int, house: str = "p1", **more: Any) -> Word:
    return Word.of(request("甲片", "1片", days, house, **more), {}, SOURCES)


def test_an_order_ends_with_its_own_house() -> None:
    taken, ended = word(20), word(5, "p2", status="stopped")
    assert in_use([taken, ended], TODAY) == [taken]
    assert in_use([taken, word(5, status="stopped")], TODAY) == []


def test_who_has_stopped_it_since_is_told_once() -> None:
    taken = word(20)
    ends = [
        word(5, "p2", status="stopped"),
        word(3, "p2", status="stopped"),
        word(40, "p2", status="stopped"),
    ]
    assert interrupted([taken, *ends], [taken]) == ((ends[1].origin,), ())
    assert interrupted([taken, ends[2]], [taken]) == ((), ())


def test_a_pause_is_told_as_a_pause() -> None:
    taken = word(20)
    stop, pause, forbidden = (
        word(5, "p2", status="stopped"),
        word(3, "p2", status="on-hold"),
        word(2, "p2", status="on-hold", doNotPerform=True),
    )
    assert interrupted([taken, stop, pause], [taken]) == ((), (pause.origin,)), "the newest word counts"
    assert interrupted([taken, stop, pause, forbidden], [taken]) == ((forbidden.origin,), ())
    same = word(5, "p2", status="on-hold")
    assert interrupted([taken, stop, same], [taken]) == ((stop.origin,), ()), "of one day the stop counts"


def test_a_pause_ends_the_orders_of_its_own_house_as_a_stop_does() -> None:
    assert in_use([word(20), word(5, status="on-hold")], TODAY) == []
