"""Each case of toc.md: the message converts to the FHIR that stands beside it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.conversion import Conversion, convert
from adapters.v2_to_fhir.merge import merge
from adapters.v2_to_fhir.source import Source
from fhir.resource import parse, serialize
from fhir.validation import validate
from tests.spec.v2_to_fhir.projection import ALWAYS, differences, resources
from tests.unit.adapters.v2_to_fhir.given import identify

FOLDER = Path(__file__).parent
CASES = re.findall(r"\(cases/([\w-]+)\.hl7\)", (FOLDER / "toc.md").read_text(encoding="utf-8"))
SOURCE = Source("HX", "Organization/hx")


def conversion(case: str) -> Conversion:
    text = (FOLDER / "cases" / f"{case}.hl7").read_text(encoding="utf-8")
    return convert(Message.parse(text), SOURCE, identify)


def expected(case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "cases" / f"{case}.json").read_text(encoding="utf-8"))
    return found


def test_the_table_of_contents_names_every_case() -> None:
    files = {path.stem for path in (FOLDER / "cases").iterdir()}
    assert files == set(CASES)
    assert len(CASES) == len(set(CASES))


@pytest.mark.parametrize("case", CASES)
def test_makes_the_expected_resources(case: str) -> None:
    made = resources(conversion(case))
    wanted = expected(case)
    types = {name for name in wanted if name[0].isupper()}
    assert set(made) - ALWAYS == types - ALWAYS
    assert differences({name: wanted[name] for name in types}, made) == []


@pytest.mark.parametrize("case", CASES)
def test_lists_what_it_did_not_map(case: str) -> None:
    found, wanted = conversion(case), expected(case)
    for name in ("unmapped", "warnings", "map"):
        if name in wanted:
            assert getattr(found, name) == wanted[name]


@pytest.mark.parametrize("case", CASES)
def test_is_valid_r4(case: str) -> None:
    for draft in conversion(case).drafts:
        resource = parse(serialize(merge(None, {}, draft)[0]))
        assert [issue for issue in validate(resource) if issue.severity in ("error", "fatal")] == []


@pytest.mark.parametrize("case", CASES)
def test_every_reference_resolves(case: str) -> None:
    drafts = conversion(case).drafts
    known = {draft.reference for draft in drafts} | {SOURCE.organization}
    text = b"".join(serialize(merge(None, {}, draft)[0]) for draft in drafts).decode()
    assert set(re.findall(r'"reference":"([^"]+)"', text)) <= known


@pytest.mark.parametrize("case", CASES)
def test_a_replay_changes_nothing(case: str) -> None:
    for first, second in zip(conversion(case).drafts, conversion(case).drafts, strict=True):
        resource, memory = merge(None, {}, first)
        again, remembered = merge(resource, memory, second)
        assert serialize(again) == serialize(resource)
        assert remembered == memory
