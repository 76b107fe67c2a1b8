"""adapters.v2_to_fhir.datatypes.xad: addresses."""

from typing import Any

import pytest

from adapters.v2_to_fhir.datatypes import xad
from tests.unit.adapters.v2_to_fhir.given import context, repetition


def test_a_whole_chinese_address() -> None:
    assert xad.address(repetition("四川省成都市锦江区书院街1号"), context()) == {
        "text": "四川省成都市锦江区书院街1号",
        "line": ["四川省成都市锦江区书院街1号"],
    }


def test_a_chinese_address_in_parts_reads_from_large_to_small() -> None:
    found = xad.address(repetition("书院街1号^2单元^成都市^四川省^610000^CHN^H^^锦江区"), context())
    assert found == {
        "use": "home",
        "text": "四川省成都市锦江区书院街1号2单元",
        "line": ["书院街1号", "2单元"],
        "city": "成都市",
        "district": "锦江区",
        "state": "四川省",
        "postalCode": "610000",
        "country": "CHN",
    }


def test_a_western_address_and_its_validity() -> None:
    found = xad.address(repetition("1 Main St^^Town^KY^42010^US^M^^^^^^20200101^20210101"), context())
    assert found is not None
    assert found["text"] == "1 Main St, Town, KY, 42010, US"
    assert found["type"] == "postal"
    assert found["period"] == {"start": "2020-01-01", "end": "2021-01-01"}


def test_no_part_is_no_address() -> None:
    assert xad.address(repetition("^^^^^^H"), context()) is None


@pytest.mark.parametrize(
    ("gone", "left"),
    [
        (
            {3},
            {
                "use": "home",
                "text": "四川省锦江区书院街1号2单元",
                "line": ["书院街1号", "2单元"],
                "city": None,
            },
        ),
        ({1}, {"text": "四川省成都市锦江区2单元", "line": ["2单元"]}),
        ({2, 5, 7}, {"text": "四川省成都市锦江区书院街1号", "postalCode": None, "use": None}),
        ({1, 2, 3, 4, 5}, {"text": "锦江区", "line": None}),
    ],
)
def test_without_some_components(gone: set[int], left: dict[str, Any]) -> None:
    whole = xad.address(repetition("书院街1号^2单元^成都市^四川省^610000^^H^^锦江区"), context())
    assert whole is not None
    found = xad.without(whole, frozenset(gone))
    assert found is not None
    assert {name: found.get(name) for name in left} == left


def test_nothing_is_left_of_an_address() -> None:
    assert xad.without({"text": "成都市", "city": "成都市"}, frozenset({3})) is None
    assert xad.meant(repetition('""^^^^^^H'), context()) == {"use": "home"}


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("书院街1号&书院街&1号", "书院街1号"),
        ("&书院街&1号", "书院街1号"),
        ("111&Duck St^", "111 Duck St"),
        ("1 Main St&Main St&1", "1 Main St"),
    ],
)
def test_the_name_of_the_street_and_the_number(raw: str, line: str) -> None:
    found = xad.address(repetition(raw), context())
    assert found is not None
    assert found["line"] == [line]
