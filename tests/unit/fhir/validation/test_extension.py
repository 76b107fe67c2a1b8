from collections.abc import Mapping
from typing import Any

import pytest

from fhir.validation.extension import absolute
from fhir.validation.finding import Findings, fault


def whole(value: Any, parent: Mapping[str, Any], contained: Mapping[str, str]) -> Findings:
    return None if "url" in value else fault("required", "url is required", ".url")


@pytest.mark.parametrize("url", ["http://example.org/x", "urn:oid:1.2.3", "https://a"])
def test_an_absolute_url(url: str) -> None:
    assert absolute(whole)({"url": url}, {}, {}) is None


@pytest.mark.parametrize("url", ["race", "StructureDefinition/race", "#a", "http"])
def test_a_relative_url(url: str) -> None:
    found = absolute(whole)({"url": url}, {}, {})
    assert [(one.path, one.code) for one in found or []] == [(".url", "value")]


def test_what_is_wrong_anyway_comes_first() -> None:
    assert [one.code for one in absolute(whole)({}, {}, {}) or []] == ["required"]
