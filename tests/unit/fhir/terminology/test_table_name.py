"""What a code table goes by."""

import pytest

from fhir.terminology.table_name import NAMES, is_version, names_of, plain

TABLE = {"version": "GB/T3304-1991", "identifier": [{"system": NAMES, "value": "GB/T3304"}, {"value": "x"}]}


def test_names_are_plain() -> None:
    assert list(names_of(TABLE)) == ["GB/T3304-1991", "GB/T3304"]
    assert plain(" gb/t ３３０４ ") == "GB/T3304"


@pytest.mark.parametrize(
    ("version", "means"),
    [
        ("GB/T3304-1991", True),
        ("GB/T 3304", True),
        ("gb/t 3304-1991", True),
        ("GB/T3304-2000", False),
        ("x", False),
    ],
)
def test_a_version_means_the_table(version: str, means: bool) -> None:
    assert is_version(TABLE, version) is means
