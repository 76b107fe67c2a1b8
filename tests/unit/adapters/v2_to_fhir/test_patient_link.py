"""adapters.v2_to_fhir.patient_link: the newest word on two Patients, whatever the order (lines 50 to 52)."""

from itertools import permutations
from typing import Any

from adapters.v2_to_fhir.patient_link import (
    REPLACED_BY,
    SEEALSO,
    PatientLink,
    fold,
    held,
    news,
    old,
    own,
    remember,
)

L, S = "Patient/l", "Patient/s"
PATIENT = {
    "resourceType": "Patient",
    "id": "s",
    "active": True,
    "identifier": [{"system": "u", "value": "S"}],
}


def said(time: int, holds: bool = True, type: str = REPLACED_BY) -> PatientLink:
    return PatientLink(type, L, S, f"2026-01-0{time}T00:00:00.000000Z", holds)


def remembered(*words: PatientLink) -> dict[str, Any]:
    memory: dict[str, Any] = {}
    for one in words:
        memory = remember(memory, one)
    return memory


def test_the_newest_word_wins_in_any_order() -> None:
    words = [said(1), said(2, holds=False), said(3), said(4, type=SEEALSO)]
    assert len({str(remembered(*order)) for order in permutations(words)}) == 1
    assert held(remembered(*words), REPLACED_BY) == held(remembered(*words), SEEALSO) == [S]
    assert held(remembered(said(2, holds=False), said(1)), REPLACED_BY) == []


def test_taking_back_wins_over_a_word_of_the_same_time() -> None:
    assert not news(remembered(said(1, holds=False)), said(1))
    assert news(remembered(said(1)), said(1, holds=False))
    assert not news(remembered(said(1)), said(1))


def test_a_merged_patient_is_inactive_until_it_is_taken_back() -> None:
    loser = PATIENT | {"id": "l", "identifier": [{"system": "u", "value": "L"}]}
    merged, memory = fold(loser, remembered(said(1)), [])
    assert merged == loser | {"active": False, "link": [{"other": {"reference": S}, "type": "replaced-by"}]}
    assert fold(merged, memory, []) == (merged, memory)
    assert fold(merged, remember(memory, said(2, holds=False)), [])[0] == loser


def test_the_survivor_has_the_old_numbers_behind_its_own_until_it_is_taken_back() -> None:
    numbers = [{"system": "u", "value": "S"}, {"use": "official", "system": "u", "value": "L"}] * 2
    told = remember({"lists": {"identifier": [["PID-3", 1, "t"]]}}, said(1).reverse)
    merged, memory = fold(PATIENT, told, numbers)
    assert merged["identifier"] == [
        {"system": "u", "value": "S"},
        {"use": "old", "system": "u", "value": "L"},
    ]
    assert own(merged, memory) == PATIENT["identifier"]
    assert fold(merged, remember(memory, said(2, holds=False).reverse), [])[0] == PATIENT


def test_a_deleted_record_stays_inactive_when_another_link_goes() -> None:
    inactive = PATIENT | {"active": False}
    assert fold(inactive, remembered(said(1, holds=False)), [])[0] == inactive


def test_the_links_of_others_stay() -> None:
    theirs = {"other": {"reference": "Patient/x"}, "type": "seealso"}
    merged, _ = fold(PATIENT | {"link": [theirs]}, remembered(said(1).reverse), [])
    assert merged["link"] == [theirs, {"other": {"reference": L}, "type": "replaces"}]
    assert fold(PATIENT | {"link": [theirs]}, {}, [])[0]["link"] == [theirs]


def test_old_numbers_come_once_and_not_beside_the_present_ones() -> None:
    assert old([{"value": "A"}, {"value": "A", "use": "usual"}], [{"value": "B"}]) == [
        {"use": "old", "value": "A"}
    ]
