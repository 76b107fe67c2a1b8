"""The table of columns holds together: whoever reads one part of it finds the others."""

import pytest

from services.directory.columns import COLUMNS, NEEDED, OF_TYPE, REFERENCES, TYPES


def test_each_type_has_its_columns() -> None:
    assert set(OF_TYPE) == set(NEEDED) == set(TYPES)


@pytest.mark.parametrize("type", TYPES)
def test_a_type_needs_only_what_it_may_fill(type: str) -> None:
    assert set(NEEDED[type]) <= OF_TYPE[type] <= set(COLUMNS)


def test_every_column_is_of_some_type() -> None:
    assert set().union(*OF_TYPE.values()) == set(COLUMNS)
    assert set(REFERENCES) <= set(COLUMNS)


def test_names_in_either_language_mean_one_column() -> None:
    for names in (COLUMNS, TYPES):
        assert len(set(names) | set(names.values())) == 2 * len(names)
