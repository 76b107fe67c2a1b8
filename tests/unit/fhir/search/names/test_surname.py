from fhir.search.names.surname import COMPOUND, READINGS


def test_single_surnames_are_one_character_with_plain_readings() -> None:
    for surname, found in READINGS.items():
        assert len(surname) == 1
        assert found
        assert all(reading.isascii() and reading.islower() and reading.isalpha() for reading in found), (
            surname
        )


def test_compound_surnames_have_a_syllable_for_each_character() -> None:
    for surname, found in COMPOUND.items():
        assert len(surname) == 2
        assert all(len(reading.split("-")) == 2 for reading in found), surname
