"""What is asked of a code system whose concepts lie in the store."""

from pathlib import Path
from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.operations import expand, subsumes, translate, validate_code
from fhir.operations.operation import Call, Parameter
from fhir.outcome import Fault
from fhir.resource import Resource
from fhir.store import Store
from fhir.terminology import expansion, related, released
from tests.support.access import Granted
from tests.support.code_files import ICD10, LOINC, loaded
from tests.support.refusal import refused
from tests.support.resources import put

ICD, LN = "urn:oid:2.16.156.10011.2.3.3.11.3", "http://loinc.org"
ALL = "urn:furong:value-set:icd10-clinical"
DIABETES = ["E11.000", "E11.000x001", "E11.900"]


@pytest.fixture
async def context(store: Store, tmp_path: Path) -> Context:
    await loaded(store, tmp_path, "icd10-clinical", ICD10, "2.0")
    await loaded(store, tmp_path, "loinc", LOINC)
    return Context(store, Granted(), "https://x.example/fhir", "r")


def call(type: str, **given: Any) -> Call:
    return Call(type, parameters=tuple(Parameter(name, value) for name, value in given.items()))


def some(system: str, *filters: tuple[str, str, str], **more: Any) -> Resource:
    listed = [{"property": property, "op": op, "value": value} for property, op, value in filters]
    include = {"system": system} | ({"filter": listed} if listed else {}) | more
    base = {"resourceType": "ValueSet", "id": "x", "url": "http://a.example/x", "status": "active"}
    return base | {"compose": {"include": [include]}}


async def codes(context: Context, value_set: Resource | str, **given: Any) -> list[str]:
    named = {"url": value_set} if isinstance(value_set, str) else {"valueSet": value_set}
    found = await expand.run(context, call("ValueSet", **named, **given))
    return [each["code"] for each in found["expansion"].get("contains", ())]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("二型糖尿病", DIABETES), ("E11", DIABETES), ("gxy", []), ("高血压", ["I10.x00", "I10.x00x002"]),
        ("HTEST 昏迷", DIABETES[:2]), ("病", [*DIABETES, "E10.900", "I10.x00x002"]), ("没有", []),
    ],
)  # fmt: skip
async def test_a_text_filters_the_expansion(context: Context, text: str, found: list[str]) -> None:
    assert await codes(context, ALL, filter=text) == found


async def test_pages_are_cut_in_order_and_know_the_whole(context: Context) -> None:
    result = await expand.run(context, call("ValueSet", url=ALL, offset=2, count=2))
    expansion = result["expansion"]
    assert (expansion["total"], expansion["offset"]) == (7, 2)
    assert [each["code"] for each in expansion["contains"]] == ["E11.900", "E10.900"]
    assert {"name": "version", "valueUri": f"{ICD}|2.0"} in expansion["parameter"]


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        (("concept", "is-a", "E11"), DIABETES),
        (("concept", "is-a", "E11.000"), DIABETES[:2]),
        (("concept", "descendent-of", "E11.000"), ["E11.000x001"]),
        (("code", "in", "E11.000, I10.x00"), ["E11.000", "I10.x00"]),
        (("additional", "=", "G01*"), ["A17.000+"]),
    ],
)
async def test_filters_of_a_value_set(
    context: Context, filter: tuple[str, str, str], found: list[str]
) -> None:
    value_set = some(ICD, filter)
    assert await codes(context, value_set) == found
    await put(context.store, value_set)
    assert await expansion(context, "http://a.example/x") == {(ICD, code) for code in found}
    for code in ("E11.000", "E11.000x001", "E11.900", "I10.x00", "A17.000+"):
        asked = call("ValueSet", url="http://a.example/x", code=code, system=ICD)
        answer = await validate_code.of_value_set(context, asked)
        assert answer["parameter"][0]["valueBoolean"] is (code in found), code


async def test_a_filter_that_no_query_tells(context: Context) -> None:
    await refused(codes(context, some(ICD, ("display", "regex", ".*"))), Fault.UNPROCESSABLE)


async def test_too_many_for_one_list(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(released, "MOST_IN_MEMORY", 3)
    await refused(expansion(context, ALL), Fault.TOO_COSTLY)
    assert len(await codes(context, ALL, count=5)) == 5


async def test_a_listed_code_has_the_name_of_the_code_system(context: Context) -> None:
    listed = some(ICD, concept=[{"code": "E11.900"}, {"code": "NO"}])
    result = await expand.run(context, call("ValueSet", valueSet=listed))
    assert [each.get("display") for each in result["expansion"]["contains"]] == ["HTEST二型糖尿病", None]


async def test_what_is_retired_is_inactive(context: Context) -> None:
    url = "urn:furong:value-set:loinc"
    assert "2339-0" in await codes(context, url)
    assert "2339-0" not in await codes(context, url, activeOnly="true")
    answer = await validate_code.of_code_system(context, call("CodeSystem", url=LN, code="2339-0"))
    assert answer["parameter"][1]["valueString"] == "the concept is inactive"
    chemistry = await codes(context, some(LN, ("CLASS", "=", "CHEM")))
    assert chemistry == ["2345-7", "14749-6", "2339-0"]


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [("E11.000", "E11.000x001", "subsumes"), ("E11.000x001", "E11.000", "subsumed-by"),
     ("E11.000", "E11.900", "not-subsumed"), ("E11.000", "E11.000", "equivalent")],
)  # fmt: skip
async def test_subsumption_by_the_form_of_codes(
    context: Context, first: str, second: str, outcome: str
) -> None:
    found = await subsumes.run(context, call("CodeSystem", codeA=first, codeB=second, system=ICD))
    assert found["parameter"][0]["valueCode"] == outcome


async def test_above_and_below_for_a_search(context: Context) -> None:
    assert {code for _, code in await related(context, ICD, "E11.000", above=False)} == set(DIABETES[:2])
    assert {code for _, code in await related(context, ICD, "E11.000x001", above=True)} == set(DIABETES[:2])


async def test_a_code_that_is_not_there(context: Context) -> None:
    for display, result in (("HTEST二型糖尿病", True), ("HTEST一型糖尿病", False)):
        asked = call("CodeSystem", url=ICD, code="E11.900", display=display)
        assert (await validate_code.of_code_system(context, asked))["parameter"][0]["valueBoolean"] is result
    answer = await validate_code.of_code_system(context, call("CodeSystem", url=ICD, code="E11"))
    assert answer["parameter"][0]["valueBoolean"] is False


async def test_a_translation_shows_the_name_of_its_target(context: Context) -> None:
    element = {"code": "GLU", "target": [{"code": "2345-7", "equivalence": "equivalent"}]}
    group = {"source": "http://a.example/lis", "target": LN, "element": [element]}
    sent = {"resourceType": "ConceptMap", "id": "m", "url": "http://a.example/m", "status": "active"}
    await put(context.store, sent | {"group": [group]})
    asked = call("ConceptMap", url="http://a.example/m", code="GLU", system="http://a.example/lis")
    found = await translate.run(context, asked)
    concept = found["parameter"][1]["part"][1]["valueCoding"]
    assert concept["display"] == "Glucose [Mass/volume] in Serum or Plasma"
