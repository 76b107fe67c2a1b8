"""Repetitions, components, sub-components at any depth (line 15 of the feed's checklist)."""

import pytest

from adapters.hl7v2.delimiters import NONE, USUAL
from adapters.hl7v2.field import Component, Element, Field, Repetition


def test_every_depth_is_reached_by_position() -> None:
    field = Field("a^b&c~d^^e&f\\T\\g", USUAL)
    assert [str(part) for part in field.repetitions[1].components] == ["d", "", "e&f&g"]
    assert str(field[2][2]) == "c"
    assert str(field.repetitions[1][3][2]) == "f&g"
    assert [str(leaf) for leaf in field[2]] == ["b", "c"]
    assert [str(repetition) for repetition in field] == ["a^b&c", "d^^e&f&g"]


def test_text_of_a_field_is_its_whole_first_repetition() -> None:
    field = Field("Smith \\T\\ Co^x&y~other", USUAL)
    assert str(field) == "Smith & Co^x&y"
    assert field.value == "Smith & Co"
    assert Field("x&y^z", USUAL).value == "x"


@pytest.mark.parametrize("kind", [Field, Repetition, Component])
def test_missing_positions_are_empty_objects(kind: type[Field | Repetition | Component]) -> None:
    missing = kind("", USUAL)[7]
    assert not missing
    assert str(missing) == missing.value == missing.raw == ""
    assert not missing.null
    assert list(kind("", USUAL)) == []


@pytest.mark.parametrize("kind", [Field, Repetition, Component])
def test_positions_below_one_are_a_programming_error(kind: type[Field | Repetition | Component]) -> None:
    with pytest.raises(IndexError):
        kind("a", USUAL)[0]


@pytest.mark.parametrize("raw", ["", " ", "\t", "　", "^^", "~", "^&~ ^"])
def test_white_space_and_bare_delimiters_are_empty(raw: str) -> None:
    assert not Field(raw, USUAL)
    assert not Field(raw, USUAL).null


def test_null_is_neither_empty_nor_a_value() -> None:
    field = Field('""', USUAL)
    assert field.null
    assert not field
    assert str(field) == field.value == ""
    composite = Field('""^x', USUAL)
    assert composite
    assert not composite.null
    assert composite[1].null
    assert str(composite[2]) == "x"


def test_repetitions_keep_their_place() -> None:
    assert [bool(repetition) for repetition in Field("~a~", USUAL).repetitions] == [False, True, False]


def test_shows_no_content_in_its_representation() -> None:
    assert "HTEST" not in repr(Element("HTEST 510101", USUAL))


def test_literal_fields_are_never_split() -> None:
    assert str(Field("^~\\&", NONE)) == "^~\\&"
    assert len(Field("^~\\&", NONE).repetitions) == 1
