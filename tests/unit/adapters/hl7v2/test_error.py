import pytest

from adapters.hl7v2.error import CONDITIONS, TEXTS, TRANSIENT, Error, Location


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_has_a_condition_and_two_languages(key: str) -> None:
    text = TEXTS[key]
    assert text.code in CONDITIONS
    assert text.english.isascii()
    assert any("\u4e00" <= character <= "\u9fff" for character in text.chinese)


def test_the_conditions_are_those_of_table_0357() -> None:
    assert set(CONDITIONS) == {"0", *map(str, range(100, 105)), *map(str, range(200, 208))}


def test_passing_faults_are_ours() -> None:
    assert {key for key in TEXTS if Error(key).transient} == TRANSIENT
    assert all(TEXTS[key].code in ("206", "207") for key in TRANSIENT)


@pytest.mark.parametrize(
    ("location", "text"),
    [
        (Location(), ""),
        (Location("PID"), "PID"),
        (Location("PID", 1, 3), "PID-3"),
        (Location("OBX", 2, 5, 1, 1), "OBX(2)-5.1"),
        (Location("PID", 1, 3, 2, 4, 2), "PID-3(2).4.2"),
    ],
)
def test_a_location_is_a_path(location: Location, text: str) -> None:
    assert str(location) == text
