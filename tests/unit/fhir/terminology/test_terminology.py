"""What a search asks of the terminology (`fhir.terminology`); checklist line 77 (:in, :above, :below)."""

import pytest

from fhir.interactions.context import Context
from fhir.outcome import Fault
from fhir.terminology import expansion, related
from tests.support.refusal import refused
from tests.support.resources import put
from tests.unit.fhir.terminology.conftest import SYSTEM, value_set

GENDER = "http://hl7.org/fhir/ValueSet/administrative-gender"


@pytest.mark.parametrize("name", [GENDER, f"{GENDER}|4.0.1", "ValueSet/administrative-gender"])
async def test_a_shipped_value_set(context: Context, name: str) -> None:
    codes = {code for _, code in await expansion(context, name)}
    assert codes == {"male", "female", "other", "unknown"}


@pytest.mark.parametrize("name", ["http://a.example/all", "ValueSet/all"])
async def test_a_stored_value_set_and_its_change(context: Context, name: str) -> None:
    assert len(await expansion(context, name)) == 5
    await put(context.store, value_set("all", {"system": SYSTEM, "concept": [{"code": "dog"}]}))
    assert await expansion(context, name) == {(SYSTEM, "dog")}


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("http://a.example/unknown", Fault.NOT_FOUND),
        (f"{GENDER}|9", Fault.NOT_FOUND),
        ("ValueSet/unknown", Fault.NOT_FOUND),
        ("http://hl7.org/fhir/ValueSet/ucum-units", Fault.TOO_COSTLY),
        ("http://hl7.org/fhir/ValueSet/c80-practice-codes", Fault.NOT_FOUND),
    ],
)
async def test_what_cannot_be_told(context: Context, name: str, fault: Fault) -> None:
    await refused(expansion(context, name), fault)


async def test_what_is_left_out_for_its_licence_says_so(context: Context) -> None:
    refusal = await refused(
        expansion(context, "http://hl7.org/fhir/ValueSet/c80-practice-codes"), Fault.NOT_FOUND
    )
    assert "SNOMED CT" in str(refusal)


@pytest.mark.parametrize(
    ("code", "above", "codes"),
    [
        ("dog", False, {"dog", "poodle"}),
        ("poodle", True, {"poodle", "dog", "animal"}),
        ("stone", False, {"stone"}),
        ("unheard", True, {"unheard"}),
    ],
)
async def test_what_is_above_and_below(context: Context, code: str, above: bool, codes: set[str]) -> None:
    assert await related(context, SYSTEM, code, above=above) == {(SYSTEM, each) for each in codes}


async def test_nothing_is_above_in_an_unknown_code_system(context: Context) -> None:
    await refused(related(context, "http://loinc.org", "1234-5", above=True), Fault.UNSUPPORTED_PARAMETER)
